//! Nothing in the project belongs to one machine.

use super::Rule;
use crate::tidy::finding::Finding;
use crate::tidy::tree::Tree;

pub(crate) const RULE: Rule =
    Rule { id: "absolute-path", about: "no file names a home folder or a folder of one machine", check };

/// How paths start that belong to one machine.
const STARTS: &[&str] = &["/home/", "/root/", "/Users/", "C:\\Users\\"];

/// Files that may name such paths, with the reason.
const EXCEPTIONS: &[(&str, &str)] = &[("xtask/src/tidy/rule/absolute_path.rs", "it names what it looks for")];

fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        if EXCEPTIONS.iter().any(|(path, _)| *path == file.path) {
            continue;
        }
        for (index, line) in file.text.lines().enumerate() {
            if let Some(start) = STARTS.iter().find(|start| holds(line, start)) {
                findings.push(Finding {
                    path: file.path.clone(),
                    line: index + 1,
                    what: format!("the line names a path below `{start}`, which one machine has"),
                    right: "a path from the workspace's folder, or `~` for anyone's home".into(),
                });
            }
        }
    }
    findings
}

/// Says whether a path begins here, and not in the middle of a longer one or
/// of a web address.
fn holds(line: &str, start: &str) -> bool {
    line.match_indices(start).any(|(at, _)| {
        let is_middle = |c: char| c.is_alphanumeric() || "_-.~})*".contains(c);
        let is_named = |c: char| c.is_alphanumeric() || "_-.".contains(c);
        !line[..at].ends_with(is_middle) && line[at + start.len()..].starts_with(is_named)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_line(line: &str, expected: bool) {
        let findings = check(&Tree::of(&[("docs/guide/first.md", line)]));
        assert_eq!(!findings.is_empty(), expected, "{line}");
    }

    #[test]
    fn paths_of_one_machine_are_found() {
        check_line("see /home/ada/study", true);
        check_line("\"/root/build/target\"", true);
        check_line("file:///Users/ada", true);
        check_line("in C:\\Users\\ada", true);
    }

    #[test]
    fn addresses_and_relative_paths_are_left_alone() {
        check_line("https://example.org/home/page", false);
        check_line("$ROOT/home/a ~/root/b ./home/c", false);
        check_line("folders below /home/ differ", false);
    }
}
