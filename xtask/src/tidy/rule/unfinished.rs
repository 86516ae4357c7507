//! Nothing is left unfinished.

use super::Rule;
use crate::tidy::finding::Finding;
use crate::tidy::tree::Tree;

pub(crate) const RULE: Rule = Rule { id: "unfinished", about: "no code stands for code to come", check };

/// The macros that stand for code to come.
const MACROS: &[&str] = &["todo", "unimplemented"];

fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, source) in tree.sources() {
        for (index, line) in source.code.lines().enumerate() {
            for name in MACROS {
                let is_call = line
                    .match_indices(&format!("{name}!"))
                    .any(|(at, _)| !line[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_'));
                if is_call {
                    findings.push(Finding {
                        path: file.path.clone(),
                        line: index + 1,
                        what: format!("`{name}!` stands for code to come"),
                        right: "write it, or leave the way to it out".into(),
                    });
                }
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unfinished_code_is_found_and_mentions_are_not() {
        let call = format!("{}!", MACROS[0]);
        let text = format!("// {call}()\nlet a = \"{call}()\";\nmy_{call}();\n  {call}()\n");
        let findings = check(&Tree::of(&[("a/src/b.rs", &text)]));
        assert_eq!(findings.iter().map(|finding| finding.line).collect::<Vec<_>>(), [4]);
    }
}
