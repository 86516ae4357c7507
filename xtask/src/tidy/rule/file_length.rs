//! A file holds one idea.

use super::Rule;
use crate::tidy::finding::Finding;
use crate::tidy::tree::Tree;

pub(crate) const RULE: Rule = Rule { id: "file-length", about: "no source file is longer than 600 lines", check };

const MOST_LINES: usize = 600;

/// Files that may be longer: the path and the reason.
const EXCEPTIONS: &[(&str, &str)] = &[];

fn check(tree: &Tree) -> Vec<Finding> {
    check_with(tree, EXCEPTIONS)
}

fn check_with(tree: &Tree, exceptions: &[(&str, &str)]) -> Vec<Finding> {
    let is_exception = |path: &str| exceptions.iter().any(|(exception, _)| *exception == path);
    let mut findings = Vec::new();
    for (file, _) in tree.sources().filter(|(file, _)| file.path.contains("src/")) {
        let lines = file.text.lines().count();
        if lines > MOST_LINES && !is_exception(&file.path) {
            findings.push(Finding {
                path: file.path.clone(),
                line: MOST_LINES + 1,
                what: format!("the file has {lines} lines"),
                right: format!(
                    "at most {MOST_LINES}: one idea, one file; or a reasoned entry in EXCEPTIONS \
                     of xtask/src/tidy/rule/file_length.rs"
                ),
            });
        }
    }
    for (path, reason) in exceptions {
        if tree.file(path).is_none_or(|file| file.text.lines().count() <= MOST_LINES) {
            findings.push(Finding {
                path: (*path).to_owned(),
                line: 1,
                what: format!("the file needs no exception ({reason})"),
                right: "remove it from EXCEPTIONS of xtask/src/tidy/rule/file_length.rs".into(),
            });
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(lines: usize) -> Tree {
        Tree::of(&[("a/src/long.rs", &"\n".repeat(lines)), ("a/tests/main.rs", &"\n".repeat(900))])
    }

    #[test]
    fn the_limit_itself_is_allowed() {
        assert!(check_with(&tree(600), &[]).is_empty());
        assert_eq!(check_with(&tree(601), &[]).len(), 1);
    }

    #[test]
    fn an_exception_holds_while_it_is_needed() {
        let exceptions = [("a/src/long.rs", "a table")];
        assert!(check_with(&tree(601), &exceptions).is_empty());
        assert!(check_with(&tree(600), &exceptions)[0].what.contains("needs no exception"));
    }
}
