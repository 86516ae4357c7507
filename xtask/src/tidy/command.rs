//! The task `tidy`.

use anyhow::Result;

use super::finding::Finding;
use super::rule::RULES;
use super::tree::Tree;
use crate::{Outcome, workspace};

pub(crate) const HELP: &str = "\
Usage: cargo xtask tidy [--list]

Checks what the compiler does not: the direction of dependencies, the lists of
the catalogues, the contents and names of files. `cargo test` runs the same
checks. Each finding names file, line, what is there and what would be right.

Options:
  --list  Print the rules and check nothing
";

pub(crate) fn run(arguments: &[String]) -> Result<Outcome> {
    match arguments {
        [] => {}
        [option] if option == "--list" => {
            for rule in RULES {
                println!("{:<14} {}", rule.id, rule.about);
            }
            return Ok(Outcome::Good);
        }
        _ => {
            return Ok(Outcome::Usage(format!("`{}` is not known", arguments.join(" "))));
        }
    }
    let tree = Tree::read(&workspace::members()?)?;
    let findings = findings(&tree);
    for finding in &findings {
        println!("{finding}");
    }
    println!(
        "tidy: {} rules, {} crates, {} files, {} findings",
        RULES.len(),
        tree.crates.len(),
        tree.files.len(),
        findings.len()
    );
    Ok(Outcome::from_good(findings.is_empty()))
}

fn findings(tree: &Tree) -> Vec<Finding> {
    let mut findings: Vec<Finding> = RULES.iter().flat_map(|rule| (rule.check)(tree)).collect();
    findings.sort();
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_is_tidy() {
        let tree = Tree::read(&workspace::members().unwrap()).unwrap();
        assert!(!tree.crates.is_empty() && !tree.files.is_empty());
        let findings: Vec<String> = findings(&tree).iter().map(ToString::to_string).collect();
        assert!(findings.is_empty(), "\n{}", findings.join("\n"));
    }
}
