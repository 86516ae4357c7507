//! Every file of a catalogue is in its list.

use std::collections::BTreeSet;

use super::Rule;
use crate::tidy::finding::Finding;
use crate::tidy::source::Source;
use crate::tidy::tree::Tree;

pub(crate) const RULE: Rule =
    Rule { id: "catalogue", about: "every file of a catalogue's folder is a module and stands in its list", check };

/// A folder in which each file is an entry of a list.
struct Catalogue {
    folder: &'static str,
    /// The file that holds the list.
    list: &'static str,
    /// Further files of the folder that are no entries.
    others: &'static [&'static str],
}

/// Every catalogue.
const CATALOGUES: &[Catalogue] = &[
    entry("crates/core/stats/src/metric", "catalogue.rs", &["contract.rs", "predictions.rs", "confusion.rs"]),
    entry("crates/core/stats/src/bayes", "mod.rs", &["dirichlet.rs", "error.rs", "posterior.rs", "rope.rs"]),
    entry("crates/core/stats/src/compare", "mod.rs", &["error.rs", "ranks.rs", "two_groups.rs"]),
    entry("crates/core/stats/src/correlation", "mod.rs", &["error.rs", "pairs.rs"]),
    entry("crates/core/stats/src/cross_validation", "mod.rs", &[]),
    entry("crates/core/stats/src/dominance", "mod.rs", &["error.rs"]),
    entry("crates/core/stats/src/effect_size", "mod.rs", &["error.rs", "noncentrality.rs", "wins.rs"]),
    entry("crates/core/stats/src/equivalence", "mod.rs", &["margin.rs", "score.rs"]),
    entry(
        "crates/core/stats/src/interval",
        "mod.rs",
        &["binomial.rs", "byte_draws.rs", "grouping.rs", "index_blocks.rs", "resampling.rs"],
    ),
    entry("crates/core/stats/src/multiplicity", "mod.rs", &["family.rs", "procedure.rs"]),
    entry("crates/core/stats/src/online", "mod.rs", &["decision.rs", "payouts.rs"]),
    entry(
        "crates/core/stats/src/ranking",
        "mod.rs",
        &["control.rs", "error.rs", "orders.rs", "pairs.rs", "rank_table.rs", "score_table.rs"],
    ),
    entry("crates/core/stats/src/runs", "mod.rs", &["aggregate.rs", "resample.rs", "scores.rs"]),
    entry("crates/core/stats/src/sequential", "mod.rs", &["group_sequential.rs"]),
    entry(
        "crates/core/stats/src/variance",
        "mod.rs",
        &["anova.rs", "cholesky.rs", "error.rs", "layout.rs", "reml.rs", "search.rs"],
    ),
    entry("crates/lab/src/operation", "mod.rs", &["contract.rs"]),
    entry("crates/shell/report/src/section", "catalogue.rs", &["finding.rs"]),
    entry("xtask/src/tidy/rule", "mod.rs", &["kind.rs"]),
];

const fn entry(folder: &'static str, list: &'static str, others: &'static [&'static str]) -> Catalogue {
    Catalogue { folder, list, others }
}

fn check(tree: &Tree) -> Vec<Finding> {
    CATALOGUES.iter().flat_map(|catalogue| check_one(tree, catalogue)).collect()
}

fn check_one(tree: &Tree, catalogue: &Catalogue) -> Vec<Finding> {
    let Catalogue { folder, list, others } = catalogue;
    let parent_path = format!("{folder}/mod.rs");
    let list_path = format!("{folder}/{list}");
    let source_at = |path: &str| tree.file(path).and_then(|file| file.source.as_ref());
    let (Some(parent), Some(list_source)) = (source_at(&parent_path), source_at(&list_path)) else {
        return vec![Finding {
            path: parent_path,
            line: 1,
            what: format!("the catalogue has no mod.rs or no list in {list}"),
            right: "add them, or mend CATALOGUES in xtask/src/tidy/rule/catalogue.rs".into(),
        }];
    };
    let modules = Parts::of(parent).modules;
    let parts = Parts::of(list_source);
    let mut findings = Vec::new();
    for (file, _) in tree.sources() {
        let Some(name) = file.path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')) else {
            continue;
        };
        let is_frame = name == "mod.rs" || name == *list || others.contains(&name);
        if is_frame || name.contains('/') {
            continue;
        }
        let module = name.trim_end_matches(".rs");
        let mut find = |what: &str, right: String| {
            findings.push(Finding { path: file.path.clone(), line: 1, what: what.into(), right });
        };
        if !modules.iter().any(|found| found == module) {
            find("this entry of the catalogue is no module", format!("`mod {module};` in {parent_path}"));
        }
        if !parts.names(module) {
            find(
                "this entry of the catalogue is not in its list",
                format!("`{module}::...` in the list in {list_path}"),
            );
        }
    }
    findings
}

/// A file's modules, imports and other code, without its tests.
struct Parts {
    modules: Vec<String>,
    uses: String,
    rest: String,
}

impl Parts {
    fn of(source: &Source) -> Self {
        let mut parts = Self { modules: Vec::new(), uses: String::new(), rest: String::new() };
        let mut is_use = false;
        for line in source.code.lines().take_while(|line| *line != "#[cfg(test)]") {
            let item = without_visibility(line.trim());
            let module = item.strip_prefix("mod ").and_then(|name| name.strip_suffix(';'));
            if let Some(module) = module {
                parts.modules.push(module.trim().to_owned());
                continue;
            }
            is_use = is_use || item.starts_with("use ");
            let part = if is_use { &mut parts.uses } else { &mut parts.rest };
            part.push_str(line);
            part.push('\n');
            is_use = is_use && !item.contains(';');
        }
        parts
    }

    /// Says whether the code outside of imports names something of a module,
    /// by its path or as imported.
    fn names(&self, module: &str) -> bool {
        let words: BTreeSet<&str> = words(&self.rest).collect();
        after_path(&self.rest, module).next().is_some()
            || after_path(&self.uses, module).flat_map(imported).any(|name| words.contains(name))
    }
}

/// Returns what follows each `module::`, the module's name standing for
/// itself.
fn after_path<'a>(code: &'a str, module: &str) -> impl Iterator<Item = &'a str> {
    let path = format!("{module}::");
    let places: Vec<usize> =
        code.match_indices(&path).map(|(at, _)| at).filter(|at| !code[..*at].ends_with(is_word_part)).collect();
    places.into_iter().map(move |at| &code[at + path.len()..])
}

/// Returns the names that an import takes from the path before `rest`.
fn imported(rest: &str) -> impl Iterator<Item = &str> {
    let end = match rest.starts_with('{') {
        true => rest.find('}'),
        false => rest.find([',', ';', '}']),
    };
    words(&rest[..end.unwrap_or(rest.len())])
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c| !is_word_part(c)).filter(|word| !word.is_empty())
}

fn is_word_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Returns an item without its `pub` or `pub(...)`.
pub(super) fn without_visibility(item: &str) -> &str {
    let Some(rest) = item.strip_prefix("pub") else {
        return item;
    };
    match rest.strip_prefix('(') {
        Some(rest) => rest.split_once(')').map_or(item, |(_, rest)| rest.trim_start()),
        None if rest.starts_with(' ') => rest.trim_start(),
        None => item,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_list(list: &str, expected: &[(&str, &str)]) {
        let tree = Tree::of(&[
            ("a/metric/mod.rs", list),
            ("a/metric/kind.rs", ""),
            ("a/metric/accuracy.rs", ""),
            ("a/metric/recall.rs", ""),
            ("a/other.rs", ""),
        ]);
        let findings = check_one(&tree, &entry("a/metric", "mod.rs", &["kind.rs"]));
        let found: Vec<(&str, &str)> =
            findings.iter().map(|finding| (finding.path.as_str(), finding.right.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_complete_list_has_no_findings() {
        check_list(
            "mod accuracy;\npub mod kind;\npub(crate) mod recall;\n\
             pub const ALL: &[Metric] = &[accuracy::METRIC, recall::METRIC];\n",
            &[],
        );
    }

    #[test]
    fn a_file_that_is_no_module_is_found() {
        check_list(
            "mod accuracy;\npub const ALL: &[Metric] = &[accuracy::METRIC, recall::METRIC];\n",
            &[("a/metric/recall.rs", "`mod recall;` in a/metric/mod.rs")],
        );
    }

    #[test]
    fn a_use_or_a_comment_or_a_longer_name_is_no_entry() {
        check_list(
            "mod accuracy;\nmod recall;\npub use recall::{\n  Recall,\n};\n// recall::METRIC\n\
             pub const ALL: &[Metric] = &[accuracy::METRIC, macro_recall::METRIC];\n",
            &[("a/metric/recall.rs", "`recall::...` in the list in a/metric/mod.rs")],
        );
    }

    #[test]
    fn a_registered_folder_without_a_list_is_found() {
        let findings = check_one(&Tree::default(), &entry("a/metric", "mod.rs", &[]));
        assert_eq!(findings[0].what, "the catalogue has no mod.rs or no list in mod.rs");
    }

    #[test]
    fn a_list_in_a_file_of_its_own_may_import_its_entries() {
        let list = "use super::accuracy::Accuracy;\n\
                    use super::{recall::{Recall, Other}, kind::K};\n\
                    pub const ALL: &[&dyn K] = &[&Accuracy, LAST];\n\
                    #[cfg(test)]\nmod t { Recall }\n";
        let check_with = |list: &str| {
            let tree = Tree::of(&[
                ("a/metric/mod.rs", "mod accuracy;\nmod recall;\nmod list;\n"),
                ("a/metric/list.rs", list),
                ("a/metric/accuracy.rs", ""),
                ("a/metric/recall.rs", ""),
            ]);
            check_one(&tree, &entry("a/metric", "list.rs", &[])).len()
        };
        assert_eq!(check_with(list), 1);
        assert_eq!(check_with(&list.replace("LAST", "&Recall")), 0);
    }
}
