//! Dependencies point inwards.

use super::Rule;
use crate::tidy::finding::Finding;
use crate::tidy::tree::{Crate, Tree};

pub(crate) const RULE: Rule =
    Rule { id: "direction", about: "crates depend inwards only, as the table of the rings says", check };

/// The parts of the house, from the inside out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Ring {
    Core,
    Shell,
    Lab,
    Face,
    Testkit,
    Example,
    Xtask,
}

fn ring(found: &Crate) -> Option<Ring> {
    let folder = found.folder.as_str();
    Some(match folder {
        "crates/lab" => Ring::Lab,
        "crates/testkit" => Ring::Testkit,
        "xtask" => Ring::Xtask,
        _ if folder.starts_with("crates/core/") => Ring::Core,
        _ if folder.starts_with("crates/shell/") => Ring::Shell,
        _ if folder.starts_with("crates/face/") => Ring::Face,
        _ if folder.starts_with("examples/") => Ring::Example,
        _ => return None,
    })
}

/// What a crate may depend on, in words for the finding.
fn allowed(ring: Ring, folder: &str) -> &'static str {
    match ring {
        Ring::Core if folder == "crates/core/science" => "crates/core/stats and crates/core/model",
        Ring::Core | Ring::Xtask => "nothing of ours",
        Ring::Shell => "crates/core/* (shell crates do not know each other)",
        Ring::Lab => "crates/core/* and crates/shell/*",
        Ring::Face => "crates/lab and crates/core/model",
        Ring::Testkit | Ring::Example => "crates/core/*, crates/shell/* and crates/lab",
    }
}

fn may_use(from: (Ring, &str), to: (Ring, &str)) -> bool {
    match from.0 {
        Ring::Core => from.1 == "crates/core/science" && matches!(to.1, "crates/core/stats" | "crates/core/model"),
        Ring::Shell => to.0 == Ring::Core,
        Ring::Lab => matches!(to.0, Ring::Core | Ring::Shell),
        Ring::Face => to.0 == Ring::Lab || to.1 == "crates/core/model",
        Ring::Testkit | Ring::Example => matches!(to.0, Ring::Core | Ring::Shell | Ring::Lab),
        Ring::Xtask => false,
    }
}

/// Tests may also use everything further inside, and the testkit.
fn may_use_in_tests(from: (Ring, &str), to: (Ring, &str)) -> bool {
    may_use(from, to) || to.0 == Ring::Testkit || to.0 < from.0 && to.0 < Ring::Testkit
}

fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for from in &tree.crates {
        let manifest = format!("{}/Cargo.toml", from.folder);
        let Some(from_ring) = ring(from) else {
            findings.push(Finding {
                path: manifest,
                line: 1,
                what: format!("crate `{}` stands in no ring", from.name),
                right: "move it to a folder that xtask/src/tidy/rule/direction.rs knows, or add \
                    the folder there"
                    .into(),
            });
            continue;
        };
        for used in &from.uses {
            let Some(to) = tree.crates.iter().find(|to| to.name == used.name) else {
                continue;
            };
            let Some(to_ring) = ring(to) else { continue };
            let (from_place, to_place) = ((from_ring, from.folder.as_str()), (to_ring, to.folder.as_str()));
            let is_allowed =
                if used.is_dev { may_use_in_tests(from_place, to_place) } else { may_use(from_place, to_place) };
            if is_allowed {
                continue;
            }
            let tests = if used.is_dev { "; in tests also what is further inside, and crates/testkit" } else { "" };
            findings.push(Finding {
                line: line_of(tree, &manifest, &used.name),
                path: manifest.clone(),
                what: format!("{} depends on {}", from.folder, to.folder),
                right: format!("{} may depend on {}{tests}", from.folder, allowed(from_ring, &from.folder)),
            });
        }
    }
    findings
}

/// Returns the line of a manifest that names a dependency, else 1.
fn line_of(tree: &Tree, manifest: &str, name: &str) -> usize {
    let text = tree.file(manifest).map_or("", |file| &file.text);
    let is_entry = |line: &str| {
        let rest = line.strip_prefix(name).unwrap_or("x");
        rest.starts_with([' ', '=', '.'])
    };
    text.lines().position(is_entry).map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::{File, Use};

    /// The house, in which `from` has one dependency.
    fn house(from: &str, to: &str, is_dev: bool) -> Tree {
        let folders = [
            "crates/core/stats",
            "crates/core/model",
            "crates/core/science",
            "crates/shell/store",
            "crates/shell/exec",
            "crates/lab",
            "crates/face/cli",
            "crates/face/server",
            "crates/testkit",
            "examples/digits",
            "xtask",
        ];
        let crates = folders.iter().map(|folder| Crate {
            name: folder.replace('/', "-"),
            folder: (*folder).to_owned(),
            uses: if *folder == from { vec![Use { name: to.replace('/', "-"), is_dev }] } else { Vec::new() },
        });
        let manifest =
            format!("[package]\nname = \"x\"\n\n[dependencies]\n{}.workspace = true\n", to.replace('/', "-"));
        Tree { crates: crates.collect(), files: vec![File::new(&format!("{from}/Cargo.toml"), &manifest)] }
    }

    #[track_caller]
    fn check_use(from: &str, to: &str, (normal, dev): (bool, bool)) {
        assert_eq!(check(&house(from, to, false)).is_empty(), normal, "{from} -> {to}");
        assert_eq!(check(&house(from, to, true)).is_empty(), dev, "{from} -> {to} in tests");
    }

    #[test]
    fn dependencies_point_inwards() {
        check_use("crates/core/science", "crates/core/stats", (true, true));
        check_use("crates/core/science", "crates/core/model", (true, true));
        check_use("crates/shell/store", "crates/core/science", (true, true));
        check_use("crates/lab", "crates/shell/store", (true, true));
        check_use("crates/face/cli", "crates/lab", (true, true));
        check_use("crates/face/cli", "crates/core/model", (true, true));
        check_use("examples/digits", "crates/lab", (true, true));
    }

    #[test]
    fn dependencies_outwards_and_sideways_are_found() {
        check_use("crates/core/stats", "crates/core/model", (false, false));
        check_use("crates/core/model", "crates/core/science", (false, false));
        check_use("crates/core/science", "crates/shell/store", (false, false));
        check_use("crates/shell/store", "crates/shell/exec", (false, false));
        check_use("crates/shell/store", "crates/lab", (false, false));
        check_use("crates/lab", "crates/face/cli", (false, false));
        check_use("crates/face/cli", "crates/face/server", (false, false));
        check_use("xtask", "crates/core/model", (false, true));
    }

    #[test]
    fn tests_may_use_what_is_inside_and_the_testkit() {
        check_use("crates/face/cli", "crates/shell/store", (false, true));
        check_use("crates/core/stats", "crates/testkit", (false, true));
        check_use("crates/lab", "crates/testkit", (false, true));
    }

    #[test]
    fn nothing_depends_on_xtask_or_examples() {
        check_use("crates/face/cli", "xtask", (false, false));
        check_use("crates/testkit", "examples/digits", (false, false));
        check_use("xtask", "examples/digits", (false, false));
    }

    #[test]
    fn a_finding_names_the_line_and_what_would_be_right() {
        let findings = check(&house("crates/shell/store", "crates/lab", false));
        assert_eq!(
            findings[0].to_string(),
            "crates/shell/store/Cargo.toml:5: crates/shell/store depends on crates/lab\n  right: \
             crates/shell/store may depend on crates/core/* (shell crates do not know each other)"
        );
    }

    #[test]
    fn a_crate_outside_of_the_rings_is_found() {
        let mut tree = house("crates/lab", "crates/core/model", false);
        tree.crates[0].folder = "crates/elsewhere".into();
        assert!(check(&tree)[0].what.contains("stands in no ring"));
    }
}
