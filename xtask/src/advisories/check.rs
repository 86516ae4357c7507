//! The check of Cargo.lock against the snapshot.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use semver::Version;
use serde::Deserialize;

use super::day;
use super::import::import;
use super::snapshot::{Advisory, Snapshot};
use crate::dependencies::Dependencies;
use crate::{Outcome, workspace};

/// Advisories that this project lives with: the id and the reason.
///
/// A vulnerability named here is printed and does not fail. An entry that
/// nothing needs fails, so that the list stays true.
const ACCEPTED: &[(&str, &str)] = &[];

/// The age from which a snapshot is too old to rely on.
const OLD_AFTER_DAYS: i64 = 180;

pub(crate) const HELP: &str = "\
Usage: cargo xtask advisories
       cargo xtask advisories import DIR

Compares Cargo.lock with the snapshot of RustSec advisories in
xtask/advisories.json, without a network. A vulnerability fails; advisories
about unmaintained or unsound crates are printed. Accepted ones stand, with
their reason, in the list ACCEPTED of xtask/src/advisories/check.rs.

`import` makes the snapshot anew from DIR, a git clone of
https://github.com/rustsec/advisory-db (xtask/advisories.md says more).
";

pub(crate) fn run(arguments: &[String]) -> Result<Outcome> {
    let root = workspace::root()?;
    match arguments {
        [] => check(&root),
        [word, folder] if word == "import" => {
            let snapshot = import(Path::new(folder))?;
            let path = Snapshot::path(&root);
            std::fs::write(&path, snapshot.to_text()?).with_context(|| format!("cannot write {}", path.display()))?;
            println!(
                "wrote xtask/advisories.json: {} advisories of {} (commit {})",
                snapshot.advisories.len(),
                snapshot.date,
                snapshot.commit
            );
            Ok(Outcome::Good)
        }
        [word] if word == "import" => Ok(Outcome::Usage("say which folder to import".into())),
        _ => Ok(Outcome::Usage(format!("`{}` is not known", arguments.join(" ")))),
    }
}

fn check(root: &Path) -> Result<Outcome> {
    let snapshot = Snapshot::read(root)?;
    let path = root.join("Cargo.lock");
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let lock: Lock = toml::from_str(&text).with_context(|| format!("cannot read {}", path.display()))?;

    let age_days = day::today()? - day::parse(&snapshot.date)?;
    println!(
        "snapshot of {}, {age_days} days old, {} advisories (commit {})",
        snapshot.date,
        snapshot.advisories.len(),
        snapshot.commit
    );
    if age_days > OLD_AFTER_DAYS {
        println!(
            "\n!!! WARNING: the snapshot is over {OLD_AFTER_DAYS} days old and knows nothing of \
             what was found since.\n!!! Renew it as xtask/advisories.md says.\n"
        );
    }
    let report = compare(&lock, &snapshot.advisories, ACCEPTED)?;
    for line in report.notes.iter().chain(&report.failures) {
        println!("{line}");
    }
    println!(
        "advisories: {} packages, {} failures, {} notes",
        lock.package.len(),
        report.failures.len(),
        report.notes.len()
    );
    Ok(Outcome::from_good(report.failures.is_empty()))
}

#[derive(Debug, Deserialize)]
struct Lock {
    #[serde(default)]
    package: Vec<Locked>,
}

#[derive(Debug, Deserialize)]
struct Locked {
    name: String,
    version: Version,
    source: Option<String>,
    /// `name`, or `name version` where the lock file holds several.
    #[serde(default)]
    dependencies: Vec<String>,
}

impl Locked {
    fn key(&self) -> String {
        format!("{} {}", self.name, self.version)
    }
}

#[derive(Debug, Default)]
struct Report {
    failures: Vec<String>,
    notes: Vec<String>,
}

fn compare(lock: &Lock, advisories: &[Advisory], accepted: &[(&str, &str)]) -> Result<Report> {
    let mut by_package: BTreeMap<&str, Vec<&Advisory>> = BTreeMap::new();
    for advisory in advisories {
        by_package.entry(&advisory.package).or_default().push(advisory);
    }
    let dependencies = read_dependencies(lock);
    let mut report = Report::default();
    let mut is_used = vec![false; accepted.len()];
    for package in lock.package.iter().filter(|package| package.source.is_some()) {
        for advisory in by_package.get(package.name.as_str()).into_iter().flatten() {
            if !advisory.is_about(&package.version) {
                continue;
            }
            let text = describe(advisory, package, &dependencies);
            let place = accepted.iter().position(|(id, _)| *id == advisory.id);
            match (place, advisory.informational) {
                (Some(place), _) => {
                    is_used[place] = true;
                    report.notes.push(format!("{text}\n  accepted: {}", accepted[place].1));
                }
                (None, Some(_)) => report.notes.push(text),
                (None, None) => report.failures.push(text),
            }
        }
    }
    for (_, (id, _)) in is_used.iter().zip(accepted).filter(|(is_used, _)| !**is_used) {
        report
            .failures
            .push(format!("{id} is accepted but no locked package needs it\n  mend: remove it from ACCEPTED"));
    }
    Ok(report)
}

fn describe(advisory: &Advisory, package: &Locked, dependencies: &Dependencies) -> String {
    let kind = advisory.informational.map_or("vulnerability", |kind| kind.word());
    let patched: Vec<String> = advisory.patched.iter().map(ToString::to_string).collect();
    let mend = if patched.is_empty() {
        "no version has a mend; use another crate, or accept it with a reason in ACCEPTED".to_owned()
    } else {
        format!("cargo update -p {}@{} (patched: {})", package.name, package.version, patched.join("; "))
    };
    format!(
        "{kind}: {} {}: {}\n  {}\n  came by: {}\n  mend: {mend}",
        package.name,
        package.version,
        advisory.id,
        advisory.url,
        dependencies.way_to(&package.key()).join(" -> ")
    )
}

fn read_dependencies(lock: &Lock) -> Dependencies {
    let mut keys: BTreeMap<&str, String> = BTreeMap::new();
    for package in &lock.package {
        keys.insert(&package.name, package.key());
    }
    let mut dependencies = Dependencies::default();
    for package in &lock.package {
        if package.source.is_none() {
            dependencies.roots.push(package.key());
        }
        let used = package.dependencies.iter().filter_map(|text| {
            let mut words = text.split(' ');
            let name = words.next()?;
            match words.next() {
                Some(version) => Some(format!("{name} {version}")),
                None => keys.get(name).cloned(),
            }
        });
        dependencies.uses.insert(package.key(), used.collect());
    }
    dependencies
}

#[cfg(test)]
mod tests {
    use super::super::snapshot::Informational;
    use super::*;

    const LOCK: &str = r#"
        version = 4
        [[package]]
        name = "ours"
        version = "0.1.0"
        dependencies = ["middle", "deep 1.0.0"]
        [[package]]
        name = "middle"
        version = "2.0.0"
        source = "registry+https://github.com/rust-lang/crates.io-index"
        dependencies = ["deep 1.5.0"]
        [[package]]
        name = "deep"
        version = "1.0.0"
        source = "registry+https://github.com/rust-lang/crates.io-index"
        [[package]]
        name = "deep"
        version = "1.5.0"
        source = "registry+https://github.com/rust-lang/crates.io-index"
    "#;

    fn advisory(package: &str, patched: &str, informational: Option<Informational>) -> Advisory {
        Advisory {
            id: "RUSTSEC-2025-0001".into(),
            package: package.into(),
            patched: vec![semver::VersionReq::parse(patched).unwrap()],
            unaffected: vec![semver::VersionReq::parse("<1.2.0").unwrap()],
            withdrawn: None,
            informational,
            url: "https://rustsec.org/advisories/RUSTSEC-2025-0001.html".into(),
        }
    }

    fn report(advisory: Advisory, accepted: &[(&str, &str)]) -> Report {
        compare(&toml::from_str(LOCK).unwrap(), &[advisory], accepted).unwrap()
    }

    #[test]
    fn a_vulnerability_fails_and_names_the_version_the_way_and_the_mend() {
        let report = report(advisory("deep", ">=1.6.0", None), &[]);
        assert_eq!(report.failures.len(), 1, "{report:?}");
        for text in [
            "vulnerability: deep 1.5.0: RUSTSEC-2025-0001",
            "came by: ours 0.1.0 -> middle 2.0.0 -> deep 1.5.0",
            "cargo update -p deep@1.5.0 (patched: >=1.6.0)",
        ] {
            assert!(report.failures[0].contains(text), "{report:?}");
        }
    }

    #[test]
    fn patched_versions_and_our_own_crates_are_left_alone() {
        assert!(report(advisory("deep", ">=1.5.0", None), &[]).failures.is_empty());
        assert!(report(advisory("ours", ">=9.0.0", None), &[]).failures.is_empty());
    }

    #[test]
    fn an_unmaintained_crate_is_a_note() {
        let report = report(advisory("deep", ">=9.0.0", Some(Informational::Unmaintained)), &[]);
        assert!(report.failures.is_empty());
        assert!(report.notes[0].starts_with("unmaintained: deep 1.5.0"), "{report:?}");
    }

    #[test]
    fn an_accepted_vulnerability_is_a_note_with_its_reason() {
        let report = report(advisory("deep", ">=9.0.0", None), &[("RUSTSEC-2025-0001", "never called")]);
        assert!(report.failures.is_empty());
        assert!(report.notes[0].ends_with("accepted: never called"), "{report:?}");
    }

    #[test]
    fn an_acceptance_that_nothing_needs_fails() {
        let report = report(advisory("deep", ">=1.0.0", None), &[("RUSTSEC-2025-0001", "never called")]);
        assert_eq!(report.failures.len(), 1, "{report:?}");
    }
}
