use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::document::{Document, Figure, Finding, Kind, Look, Part, Prose, Section, Span, Table};
use crate::figure;
use crate::report::StudyReport;
use crate::section::document;
use crate::style::PAGE;
use crate::text::{clean, paragraphs};

/// Tables longer than this get a box of their own to scroll in.
const TALL: usize = 30;

/// Writes a self-contained page: no script, no outside resource.
///
/// Reads on a phone, on paper, in light and dark, and from the keyboard.
/// Every effect leads to its blocks, every block to its runs, every run names
/// its ledger record.
#[must_use]
pub fn html(report: &StudyReport<'_>) -> String {
    page(&document(report))
}

/// Writes a document as a page.
pub(crate) fn page(document: &Document) -> String {
    let Document { kind, title, question, background, sections } = document;
    let title = clean(title);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content="gosset";
                title { (title) " · Gosset report" }
                style { (PreEscaped(PAGE)) (PreEscaped(figure::STYLE)) }
            }
            body {
                a.skip href="#main" { "Skip to the report" }
                div.frame {
                    nav aria-label="Contents" {
                        ul {
                            @for section in sections { li { a href=(format!("#{}", section.id)) { (section.title) } } }
                        }
                    }
                    main #main {
                        header {
                            p.kind { (kind) }
                            h1 { (title) }
                            @for paragraph in paragraphs(question) { p.question { (paragraph) } }
                            @for paragraph in background.iter().flat_map(|text| paragraphs(text)) { p.background { (paragraph) } }
                        }
                        @for section in sections { (whole(section)) }
                    }
                }
            }
        }
    };
    page.into_string()
}

fn whole(section: &Section) -> Markup {
    html! {
        section id=(section.id) aria-labelledby=(format!("{}-title", section.id)) {
            h2 id=(format!("{}-title", section.id)) { (section.title) }
            @for part in &section.parts { (one(part)) }
        }
    }
}

fn one(part: &Part) -> Markup {
    match part {
        Part::Heading(text) => html! { h3 { (clean(text)) } },
        Part::Prose(prose) => html! { p { (written(prose)) } },
        Part::Warning(prose) => html! { p.warning role="note" { strong { "! " } (written(prose)) } },
        Part::List(items) => html! { ul.notes { @for item in items { li { (written(item)) } } } },
        Part::Facts(facts) => html! {
            dl { @for (term, value) in facts { div { dt { (term) } dd { (written(value)) } } } }
        },
        Part::Table(table) => tabled(table),
        Part::Figures(figures) => html! { @for figure in figures { (drawn(figure)) } },
        Part::Fold { id, summary, parts } => html! {
            details id=(id) { summary { (clean(summary)) } @for part in parts { (one(part)) } }
        },
        Part::Finding(finding) => found(finding),
    }
}

fn found(finding: &Finding) -> Markup {
    html! {
        article.finding.(finding.tone.class()) id=(finding.id) aria-labelledby=(format!("{}-title", finding.id)) {
            p.name { (clean(&finding.name)) }
            h3 id=(format!("{}-title", finding.id)) { (clean(&finding.claim)) }
            p.verdict { span.badge.(finding.tone.class()) { span aria-hidden="true" { (finding.tone.symbol()) " " } (clean(&finding.verdict)) } }
            p.sentence { (written(&finding.sentence)) }
            @for part in &finding.parts { (one(part)) }
        }
    }
}

fn drawn(figure: &Figure) -> Markup {
    html! {
        figure {
            div.scroll.picture tabindex="0" role="region" aria-label="Figure" { (figure.picture) }
            figcaption { (written(&figure.caption)) }
        }
    }
}

fn tabled(table: &Table) -> Markup {
    let is_tall = table.rows.len() > TALL;
    html! {
        div.scroll.tall[is_tall] tabindex="0" role="region" aria-label=(table.caption) {
            table {
                caption { span { (table.caption) } }
                thead {
                    tr { @for column in &table.columns { th.(kind(column.kind)) scope="col" { (column.head) } } }
                }
                tbody {
                    @for row in &table.rows {
                        tr id=[row.id.as_deref()] {
                            @for (index, cell) in row.cells.iter().enumerate() {
                                @let class = table.columns.get(index).map_or("", |column| kind(column.kind));
                                @if index == 0 {
                                    th scope="row" { (written(cell)) }
                                } @else {
                                    td.(class) { (written(cell)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Words => "words",
        Kind::Number => "number",
        Kind::Sentence => "prose",
    }
}

fn written(prose: &Prose) -> Markup {
    html! { @for span in &prose.0 { (spanned(span)) } }
}

fn spanned(span: &Span) -> Markup {
    let text = match span.exact {
        // The whole number, for whoever copies or checks it.
        Some(exact) => html! { data value=(exact) title=(exact) { (span.text) } },
        None => html! { (span.text) },
    };
    let looked = match span.look {
        Look::Plain => text,
        Look::Strong => html! { strong { (text) } },
        Look::Code => html! { code { (text) } },
        Look::Marked(tone) => {
            html! { span.mark.(tone.class()) { span aria-hidden="true" { (tone.symbol()) " " } (text) } }
        }
    };
    match (&span.to, &span.id) {
        (Some(to), Some(id)) => html! { a href=(format!("#{to}")) id=(id) { (looked) } },
        (Some(to), None) => html! { a href=(format!("#{to}")) { (looked) } },
        (None, Some(id)) => html! { span id=(id) { (looked) } },
        (None, None) => looked,
    }
}
