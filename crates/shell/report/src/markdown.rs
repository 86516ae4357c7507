use crate::document::{Document, Finding, Kind, Look, Part, Prose, Section, Span, Table};
use crate::report::StudyReport;
use crate::section::document;
use crate::text::{clean, paragraphs};

/// Writes the report as GitHub-flavoured Markdown, all tables included.
///
/// Pictures are left out: their captions point to the tables that hold the
/// same numbers.
#[must_use]
pub fn markdown(report: &StudyReport<'_>) -> String {
    text(&document(report))
}

/// Writes a document as Markdown.
pub(crate) fn text(document: &Document) -> String {
    let mut text = format!("# {}\n\n", escaped(&clean(&document.title)));
    for paragraph in paragraphs(&document.question) {
        text.push_str(&format!("**{}**\n\n", escaped(&paragraph)));
    }
    for paragraph in document.background.iter().flat_map(|text| paragraphs(text)) {
        text.push_str(&format!("{}\n\n", begun(&escaped(&paragraph))));
    }
    for section in &document.sections {
        whole(&mut text, section);
    }
    while text.ends_with("\n\n") {
        text.pop();
    }
    text
}

fn whole(text: &mut String, section: &Section) {
    text.push_str(&format!("<a id=\"{}\"></a>\n\n## {}\n\n", section.id, section.title));
    for part in &section.parts {
        one(text, part);
    }
}

fn one(text: &mut String, part: &Part) {
    match part {
        Part::Heading(heading) => text.push_str(&format!("### {}\n\n", escaped(&clean(heading)))),
        Part::Prose(prose) => text.push_str(&format!("{}\n\n", begun(&written(prose)))),
        Part::Warning(prose) => text.push_str(&format!("> **!** {}\n\n", written(prose))),
        Part::List(items) => {
            for item in items {
                text.push_str(&format!("- {}\n", written(item)));
            }
            text.push('\n');
        }
        Part::Facts(facts) => {
            for (term, value) in facts {
                text.push_str(&format!("- **{}:** {}\n", escaped(term), written(value)));
            }
            text.push('\n');
        }
        Part::Table(table) => tabled(text, table),
        Part::Figures(_) => {}
        Part::Fold { id, parts, .. } => {
            text.push_str(&format!("<a id=\"{id}\"></a>\n\n"));
            for part in parts {
                one(text, part);
            }
        }
        Part::Finding(finding) => found(text, finding),
    }
}

fn found(text: &mut String, finding: &Finding) {
    text.push_str(&format!(
        "<a id=\"{}\"></a>\n\n### {}: {}\n\n**{} {}** – {}\n\n",
        finding.id,
        escaped(&clean(&finding.name)),
        escaped(&clean(&finding.claim)),
        finding.tone.symbol(),
        escaped(&finding.verdict),
        written(&finding.sentence),
    ));
    for part in &finding.parts {
        one(text, part);
    }
}

fn tabled(text: &mut String, table: &Table) {
    text.push_str(&format!("*{}*\n\n|", escaped(&table.caption)));
    for column in &table.columns {
        text.push_str(&format!(" {} |", escaped(&column.head)));
    }
    text.push_str("\n|");
    for column in &table.columns {
        text.push_str(if column.kind == Kind::Number { " ---: |" } else { " --- |" });
    }
    for row in &table.rows {
        text.push_str("\n|");
        for (index, cell) in row.cells.iter().enumerate() {
            let anchor = row.id.as_ref().filter(|_| index == 0);
            let anchor = anchor.map(|id| format!("<a id=\"{id}\"></a>")).unwrap_or_default();
            text.push_str(&format!(" {anchor}{} |", written(cell)));
        }
    }
    text.push_str("\n\n");
}

fn written(prose: &Prose) -> String {
    prose.0.iter().map(spanned).collect()
}

fn spanned(span: &Span) -> String {
    let text = match span.look {
        Look::Plain => escaped(&span.text),
        Look::Strong if span.text.trim().is_empty() => escaped(&span.text),
        Look::Strong => format!("**{}**", escaped(&span.text)),
        Look::Code => coded(&span.text),
        Look::Marked(tone) => format!("{} {}", tone.symbol(), escaped(&span.text)),
    };
    let anchor = span.id.as_ref().map(|id| format!("<a id=\"{id}\"></a>")).unwrap_or_default();
    match &span.to {
        Some(to) => format!("{anchor}[{text}](#{to})"),
        None => format!("{anchor}{text}"),
    }
}

/// Takes the meaning from every character that Markdown or HTML gives one.
fn escaped(text: &str) -> String {
    let mut written = String::new();
    for character in text.chars() {
        match character {
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '&' => written.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '$' | '!' | '@' => {
                written.push('\\');
                written.push(character);
            }
            _ => written.push(character),
        }
    }
    // Renderers make links of bare addresses, hostile ones as well.
    written.replace("://", ":&#47;&#47;").replace("www.", "www&#46;")
}

/// Keeps the start of a paragraph from making a list or a rule of it.
fn begun(text: &str) -> String {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let rest = &text[digits..];
    if digits > 0 && rest.starts_with(['.', ')']) {
        return format!("{}\\{rest}", &text[..digits]);
    }
    if text.starts_with(['-', '+', '=']) { format!("\\{text}") } else { text.to_owned() }
}

/// Code in a fence longer than any inside it; a bar is escaped for tables.
fn coded(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    if text.contains('|') || text.contains('`') {
        // Neither can be escaped in the same way inside and outside a table.
        let escaped = escaped(text).replace("\\|", "&#124;").replace("\\`", "&#96;");
        return format!("<code>{escaped}</code>");
    }
    let padded = if text.starts_with(' ') || text.ends_with(' ') { format!(" {text} ") } else { text.to_owned() };
    format!("`{padded}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_stays_text() {
        assert_eq!(escaped("<script>|*a*"), "&lt;script&gt;\\|\\*a\\*");
        assert_eq!(escaped("![x](http://evil)"), "\\!\\[x\\](http:&#47;&#47;evil)");
        assert_eq!(begun("1. one"), "1\\. one");
        assert_eq!(begun("- one"), "\\- one");
        assert_eq!(coded("a|b"), "<code>a&#124;b</code>");
        assert_eq!(coded("a b"), "`a b`");
    }
}
