//! Modules are named after what they hold.

use super::Rule;
use crate::tidy::finding::Finding;
use crate::tidy::tree::Tree;

pub(crate) const RULE: Rule =
    Rule { id: "module-name", about: "no module is called util, common, helper, manager or handler", check };

const BANNED: &[&str] = &["util", "utils", "common", "helper", "helpers", "manager", "managers", "handler", "handlers"];

fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, _) in tree.sources() {
        let name = file.name().trim_end_matches(".rs");
        let folder = file.path.rsplit('/').nth(1).unwrap_or_default();
        let module = if name == "mod" { folder } else { name };
        if BANNED.contains(&module) {
            findings.push(Finding {
                path: file.path.clone(),
                line: 1,
                what: format!("the module name `{module}` says nothing"),
                right: "name it after its main item".into(),
            });
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_say_nothing_are_found() {
        let tree = Tree::of(&[
            ("a/src/utils.rs", ""),
            ("a/src/helper/mod.rs", ""),
            ("a/src/interval.rs", ""),
            ("a/src/utility.rs", ""),
        ]);
        let paths: Vec<String> = check(&tree).into_iter().map(|finding| finding.path).collect();
        assert_eq!(paths, ["a/src/utils.rs", "a/src/helper/mod.rs"]);
    }
}
