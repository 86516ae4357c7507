//! The check of every dependency's licence and origin.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};

use super::expression::Expression;
use crate::Outcome;
use crate::dependencies::Dependencies;
use crate::workspace::{self, Metadata, Package};

/// The licences that a dependency may come under, by SPDX name.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// What cargo names as the source of a package from crates.io.
const REGISTRIES: &[&str] =
    &["registry+https://github.com/rust-lang/crates.io-index", "sparse+https://index.crates.io/"];

pub(crate) const HELP: &str = "\
Usage: cargo xtask licences

Fails on a dependency whose licence expression the list of allowed licences
(xtask/src/licences/check.rs) cannot satisfy, or that comes from elsewhere
than crates.io or this workspace. Names the way by which it came. Lists crates
that stand in several versions, as information.
";

pub(crate) fn run(arguments: &[String]) -> Result<Outcome> {
    if !arguments.is_empty() {
        return Ok(Outcome::Usage(format!("`{}` is not known", arguments.join(" "))));
    }
    let metadata = workspace::dependencies()?;
    let problems = problems(&metadata)?;
    for problem in &problems {
        println!("{problem}\n");
    }
    for (name, versions) in in_several_versions(&metadata.packages) {
        println!("in {} versions: {name} {}", versions.len(), versions.join(", "));
    }
    let checked = metadata.packages.len();
    println!("licences: {checked} packages, {} not in order", problems.len());
    Ok(Outcome::from_good(problems.is_empty()))
}

fn problems(metadata: &Metadata) -> Result<Vec<String>> {
    let resolve = metadata.resolve.as_ref().context("cargo did not resolve the dependencies")?;
    let dependencies = Dependencies {
        roots: metadata.workspace_members.clone(),
        uses: resolve.nodes.iter().map(|node| (node.id.clone(), node.dependencies.clone())).collect(),
    };
    let labels: BTreeMap<&str, String> = metadata
        .packages
        .iter()
        .map(|package| (package.id.as_str(), format!("{} {}", package.name, package.version)))
        .collect();
    let mut problems = Vec::new();
    for package in &metadata.packages {
        for (what, mend) in [licence_problem(package), origin_problem(package, metadata)].into_iter().flatten() {
            let way: Vec<&str> = dependencies
                .way_to(&package.id)
                .iter()
                .map(|id| labels.get(id.as_str()).map_or("?", String::as_str))
                .collect();
            problems.push(format!(
                "{} {}: {what}\n  came by: {}\n  mend: {mend}",
                package.name,
                package.version,
                way.join(" -> ")
            ));
        }
    }
    problems.sort();
    Ok(problems)
}

/// What is wrong, and what would mend it.
type Problem = (String, &'static str);

fn licence_problem(package: &Package) -> Option<Problem> {
    let replace = "use another crate, or decide on the licence in docs/decisions and add it to ALLOWED";
    let Some(text) = &package.license else {
        return Some(("names no licence expression".to_owned(), "use another crate"));
    };
    match Expression::parse(text) {
        Ok(expression) if expression.is_satisfied(ALLOWED) => None,
        Ok(_) => Some((format!("licence `{text}` is not allowed"), replace)),
        Err(error) => Some((format!("licence `{text}` cannot be read: {error:#}"), replace)),
    }
}

fn origin_problem(package: &Package, metadata: &Metadata) -> Option<Problem> {
    match &package.source {
        Some(source) if REGISTRIES.contains(&source.as_str()) => None,
        Some(source) => Some((format!("comes from `{source}`"), "depend on a version published on crates.io")),
        None if package.manifest_path.starts_with(&metadata.workspace_root) => None,
        None => Some((
            "comes from a folder outside of the workspace".to_owned(),
            "depend on a version published on crates.io",
        )),
    }
}

fn in_several_versions(packages: &[Package]) -> BTreeMap<&str, Vec<&str>> {
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in packages {
        versions.entry(&package.name).or_default().insert(&package.version);
    }
    versions
        .into_iter()
        .filter(|(_, versions)| versions.len() > 1)
        .map(|(name, versions)| (name, versions.into_iter().collect()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

    fn package(name: &str, license: Option<&str>, source: Option<&str>) -> serde_json::Value {
        serde_json::json!({
            "id": name, "name": name, "version": "1.0.0", "license": license, "source": source,
            "manifest_path": format!("/w/{name}/Cargo.toml"), "dependencies": [],
        })
    }

    /// A workspace with one member `ours` that uses `middle`, which uses `deep`.
    fn problems_with(deep: &serde_json::Value) -> Vec<String> {
        let metadata = serde_json::json!({
            "packages": [
                package("ours", Some("MIT OR Apache-2.0"), None),
                package("middle", Some("MIT"), Some(CRATES_IO)),
                deep,
            ],
            "workspace_members": ["ours"],
            "workspace_root": "/w",
            "target_directory": "/w/target",
            "resolve": { "nodes": [
                { "id": "ours", "dependencies": ["middle"] },
                { "id": "middle", "dependencies": ["deep"] },
                { "id": "deep", "dependencies": [] },
            ] },
        });
        problems(&serde_json::from_value(metadata).unwrap()).unwrap()
    }

    #[track_caller]
    fn check(deep: &serde_json::Value, expected: &[&str]) {
        let problems = problems_with(deep);
        assert_eq!(problems.len(), usize::from(!expected.is_empty()), "{problems:?}");
        for text in expected {
            assert!(problems[0].contains(text), "{problems:?}");
        }
    }

    #[test]
    fn an_allowed_package_from_the_registry_passes() {
        check(&package("deep", Some("ISC"), Some(CRATES_IO)), &[]);
    }

    #[test]
    fn a_refused_licence_names_the_crate_and_the_way_it_came() {
        check(
            &package("deep", Some("GPL-3.0-only"), Some(CRATES_IO)),
            &["deep 1.0.0: licence `GPL-3.0-only`", "ours 1.0.0 -> middle 1.0.0 -> deep 1.0.0"],
        );
    }

    #[test]
    fn a_missing_licence_is_refused() {
        check(&package("deep", None, Some(CRATES_IO)), &["names no licence expression"]);
    }

    #[test]
    fn a_package_from_git_is_refused() {
        check(
            &package("deep", Some("MIT"), Some("git+https://example.org/deep#1234")),
            &["comes from `git+https://example.org/deep#1234`"],
        );
    }
}
