//! `lib.rs` and `mod.rs` show what is there and hold nothing.

use super::Rule;
use super::catalogue::without_visibility;
use crate::tidy::finding::Finding;
use crate::tidy::tree::Tree;

pub(crate) const RULE: Rule = Rule {
    id: "module-file",
    about: "lib.rs and mod.rs hold docs, attributes, mod, use and a catalogue's list, nothing else",
    check,
};

/// How an item starts that belongs in a file of its own.
const ITEMS: &[&str] = &[
    "fn ",
    "async fn ",
    "const fn ",
    "unsafe fn ",
    "struct ",
    "enum ",
    "union ",
    "trait ",
    "impl ",
    "impl<",
    "macro_rules!",
];

fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, source) in tree.sources() {
        if !matches!(file.name(), "lib.rs" | "mod.rs") || !file.path.contains("src/") {
            continue;
        }
        for (index, line) in source.code.lines().enumerate() {
            let item = without_visibility(line);
            if ITEMS.iter().any(|start| item.starts_with(start)) {
                findings.push(Finding {
                    path: file.path.clone(),
                    line: index + 1,
                    what: format!("`{}` stands in a {}", line.trim_end(), file.name()),
                    right: "move it to a module named after it; keep docs, attributes, mod, use and \
                        a catalogue's list here"
                        .into(),
                });
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_lines(path: &str, text: &str, expected: &[usize]) {
        let findings = check(&Tree::of(&[(path, text)]));
        let lines: Vec<usize> = findings.iter().map(|finding| finding.line).collect();
        assert_eq!(lines, expected, "{text}");
    }

    #[test]
    fn docs_modules_uses_and_lists_are_at_home() {
        check_lines(
            "a/src/lib.rs",
            "//! Docs: fn and struct.\n#![warn(x)]\n/*\nfn a() {}\n*/\nmod a;\npub use a::A;\n\
             pub const ALL: &[A] = &[a::A];\n",
            &[],
        );
    }

    #[test]
    fn items_are_found_with_their_line() {
        check_lines("a/src/lib.rs", "mod a;\nfn b() {}\npub struct C;\n", &[2, 3]);
        check_lines("a/src/x/mod.rs", "pub(crate) enum A {}\nimpl<T> B<T> {}\n", &[1, 2]);
        check_lines("a/src/x/mod.rs", "pub const fn a() {}\n", &[1]);
    }

    #[test]
    fn other_files_may_hold_items() {
        check_lines("a/src/x.rs", "fn a() {}\n", &[]);
        check_lines("a/tests/support/mod.rs", "fn a() {}\n", &[]);
    }
}
