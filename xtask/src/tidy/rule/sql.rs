//! SQL stands in the store alone.

use super::Rule;
use crate::tidy::finding::Finding;
use crate::tidy::tree::Tree;

pub(crate) const RULE: Rule =
    Rule { id: "sql", about: "SQL stands in string literals of crates/shell/store only", check };

const HOME: &str = "crates/shell/store/";

/// How a statement starts, words joined by one space.
const STATEMENTS: &[&str] = &["SELECT ", "INSERT INTO ", "DELETE FROM ", "CREATE TABLE "];

fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let sources = tree.sources().filter(|(file, _)| file.path.starts_with("crates/") && !file.path.starts_with(HOME));
    for (file, source) in sources {
        for text in &source.texts {
            if let Some(statement) = STATEMENTS.iter().find(|start| holds(&text.content, start)) {
                findings.push(Finding {
                    path: file.path.clone(),
                    line: text.line,
                    what: format!("a string holds SQL (`{}`)", statement.trim_end()),
                    right: "add a function to crates/shell/store and call it".into(),
                });
            }
        }
    }
    findings
}

fn holds(content: &str, statement: &str) -> bool {
    let words: Vec<&str> = content.split_whitespace().collect();
    let spaced = format!("{} ", words.join(" "));
    spaced.match_indices(statement).any(|(at, _)| !spaced[..at].ends_with(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_lines(path: &str, text: &str, expected: &[usize]) {
        let findings = check(&Tree::of(&[(path, text)]));
        assert_eq!(findings.iter().map(|finding| finding.line).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn statements_outside_of_the_store_are_found() {
        check_lines("crates/lab/src/a.rs", "f(\n\"SELECT id\n  FROM runs\")", &[2]);
        check_lines("crates/lab/src/a.rs", "f(\"INSERT  INTO runs\")", &[1]);
        check_lines("crates/lab/src/a.rs", "f(r\"CREATE TABLE\n  runs (id)\")", &[1]);
    }

    #[test]
    fn the_store_comments_and_english_are_left_alone() {
        check_lines("crates/shell/store/src/a.rs", "f(\"SELECT id FROM runs\")", &[]);
        check_lines("crates/lab/src/a.rs", "// SELECT id FROM runs\nf(\"select a run\")", &[]);
        check_lines("crates/lab/src/a.rs", "f(\"PRESELECT it\")", &[]);
    }
}
