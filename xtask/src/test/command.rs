//! The task `test`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use anyhow::Result;

use super::provision::{Missing, Place, provision};
use super::suite::{Need, SUITES, Suite};
use super::summary::{self, Fate, Row};
use crate::{Outcome, workspace};

pub(crate) const HELP: &str = "\
Usage: cargo xtask test [--only SUITE]... [--install] [--list]

Runs the test suites in order and prints at the end which passed, which failed
and which could not run and why. What a suite needs from outside is looked for
and, where possible, made under target/test-services:

  python    a private virtual environment with the packages of
            examples/digits-sklearn/requirements.txt, exported to the suite as
            GOSSET_TEST_PYTHON
  chromium  from PATH, or from Debian's packages, exported as
            GOSSET_TEST_CHROMIUM

Set one of these variables yourself to use another program. Packages of the
system are installed only as root on Debian with --install or CI=true.

A failed suite makes the command fail; with CI=true so does one that could not
run. The last line is `N passed, N failed`, with `, N skipped` if any.

Options:
  --only SUITE  Run this suite alone; may be given several times
  --install     Install missing packages of the system
  --list        Print the suites and run none
";

#[derive(Debug, Default, PartialEq)]
struct Request {
    only: Vec<String>,
    may_install: bool,
    is_list: bool,
}

pub(crate) fn run(arguments: &[String]) -> Result<Outcome> {
    let request = match read(arguments) {
        Ok(request) => request,
        Err(what) => return Ok(Outcome::Usage(what)),
    };
    if request.is_list {
        for suite in SUITES {
            println!("{:<12} {}\n             {}", suite.id, suite.about, suite.command.join(" "));
        }
        return Ok(Outcome::Good);
    }
    let is_ci = std::env::var("CI").is_ok_and(|value| value == "true" || value == "1");
    let place = Place {
        root: workspace::root()?,
        services: workspace::members()?.target_directory.join("test-services"),
        may_install: is_ci || request.may_install,
    };
    let mut provisioned = BTreeMap::new();
    let mut rows = Vec::new();
    let is_chosen = |suite: &&Suite| request.only.is_empty() || request.only.iter().any(|id| id == suite.id);
    for suite in SUITES.iter().filter(is_chosen) {
        println!("\n=== {}: {}", suite.id, suite.about);
        let begun = Instant::now();
        let fate = run_suite(suite, &place, &mut provisioned)?;
        rows.push(Row { id: suite.id, fate, seconds: begun.elapsed().as_secs_f64() });
    }
    println!();
    print!("{}", summary::render(&rows, is_ci));
    Ok(Outcome::from_good(summary::count(&rows, is_ci).failed == 0))
}

fn read(arguments: &[String]) -> Result<Request, String> {
    let mut request = Request::default();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--install" => request.may_install = true,
            "--list" => request.is_list = true,
            "--only" => {
                let id = arguments.next().ok_or("`--only` needs the name of a suite")?;
                if !SUITES.iter().any(|suite| suite.id == id) {
                    let known: Vec<&str> = SUITES.iter().map(|suite| suite.id).collect();
                    return Err(format!("there is no suite `{id}`, there are {}", known.join(", ")));
                }
                request.only.push(id.clone());
            }
            other => return Err(format!("`{other}` is not known")),
        }
    }
    Ok(request)
}

/// What was found or made for the suites so far.
type Provisioned = BTreeMap<Need, Result<PathBuf, Missing>>;

fn run_suite(suite: &Suite, place: &Place, provisioned: &mut Provisioned) -> Result<Fate> {
    let mut exports = Vec::new();
    let mut missing = Vec::new();
    for need in suite.needs {
        match provisioned.entry(*need).or_insert_with(|| provision(*need, place)) {
            Ok(path) => exports.push((need.variable(), path.clone())),
            Err(what) => missing.push(what.clone()),
        }
    }
    if !missing.is_empty() {
        for what in &missing {
            println!("{what}");
        }
        return Ok(Fate::NotRun(missing));
    }
    let (program, arguments) = suite.command.split_first().unwrap_or((&"true", &[]));
    let mut command = if *program == "cargo" { workspace::cargo()? } else { Command::new(program) };
    command.current_dir(&place.root).args(arguments).envs(suite.environment.iter().copied());
    for (variable, path) in exports {
        println!("{variable}={}", path.display());
        command.env(variable, path);
    }
    println!("$ {}", suite.command.join(" "));
    Ok(match command.status() {
        Ok(status) if status.success() => Fate::Passed,
        Ok(status) => Fate::Failed(status.to_string()),
        Err(error) => Fate::Failed(format!("`{program}` cannot be started: {error}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_words(words: &str) -> Result<Request, String> {
        let arguments: Vec<String> = words.split_whitespace().map(Into::into).collect();
        read(&arguments)
    }

    #[test]
    fn suites_can_be_chosen() {
        let request = read_words("--only digits --install --only workspace").unwrap();
        assert_eq!(request.only, ["digits", "workspace"]);
        assert!(request.may_install);
    }

    #[test]
    fn an_unknown_suite_is_answered_with_those_there_are() {
        let said = read_words("--only digit").unwrap_err();
        assert!(said.contains("workspace, digits"), "{said}");
        assert!(read_words("--only").is_err());
        assert!(read_words("digits").is_err());
    }
}
