//! Development tasks: tests with their services, licences, advisories, tidy
//! checks, generated pages.
//!
//! Start with [`TASKS`], the list of what `cargo xtask` can do. Nothing here
//! is part of the program that users get.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a development task talks to the terminal")]

use std::process::ExitCode;

use anyhow::Result;

mod advisories;
mod bench;
mod calibration;
mod dependencies;
mod generate;
mod licences;
mod readme;
mod test;
mod tidy;
mod workspace;

/// What a task came to: its answer, or a wrong way of asking.
enum Outcome {
    /// Everything is as it should be.
    Good,
    /// The task ran and its answer is no.
    Bad,
    /// The arguments make no sense; the text says why.
    Usage(String),
}

impl Outcome {
    /// Turns "no finding is left" into an outcome.
    fn from_good(is_good: bool) -> Self {
        if is_good { Self::Good } else { Self::Bad }
    }
}

/// One development task.
struct Task {
    name: &'static str,
    about: &'static str,
    /// What `cargo xtask NAME --help` prints below the first line.
    help: &'static str,
    run: fn(&[String]) -> Result<Outcome>,
}

/// Every development task, in the order in which the help lists them.
const TASKS: &[Task] = &[
    Task { name: "test", about: "Run every test suite with the services it needs", help: test::HELP, run: test::run },
    Task {
        name: "bench",
        about: "Measure overhead and ingest against plain tools, and statistics against Python packages",
        help: bench::HELP,
        run: bench::run,
    },
    Task { name: "tidy", about: "Check the layout of the sources", help: tidy::HELP, run: tidy::run },
    Task {
        name: "licences",
        about: "Check the licence and origin of every dependency",
        help: licences::HELP,
        run: licences::run,
    },
    Task {
        name: "advisories",
        about: "Check Cargo.lock against known security advisories",
        help: advisories::HELP,
        run: advisories::run,
    },
    Task {
        name: "generate",
        about: "Write the reference pages, or check that they are current",
        help: generate::HELP,
        run: generate::run,
    },
    Task {
        name: "readme-command",
        about: "Print a command that the README tells newcomers to run",
        help: readme::HELP,
        run: readme::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        eprint!("{}", overview());
        return ExitCode::from(2);
    };
    if matches!(name.as_str(), "help" | "--help" | "-h") {
        match rest.first().and_then(|name| find(name)) {
            Some(task) => print!("{}", page(task)),
            None => print!("{}", overview()),
        }
        return ExitCode::SUCCESS;
    }
    let Some(task) = find(name) else {
        eprintln!("there is no task `{name}`\n");
        eprint!("{}", overview());
        return ExitCode::from(2);
    };
    if rest.iter().any(|argument| argument == "--help" || argument == "-h") {
        print!("{}", page(task));
        return ExitCode::SUCCESS;
    }
    match (task.run)(rest) {
        Ok(Outcome::Good) => ExitCode::SUCCESS,
        Ok(Outcome::Bad) => ExitCode::FAILURE,
        Ok(Outcome::Usage(what)) => {
            eprintln!("{what}\n");
            eprint!("{}", page(task));
            ExitCode::from(2)
        }
        Err(error) => {
            eprintln!("cargo xtask {name}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn find(name: &str) -> Option<&'static Task> {
    TASKS.iter().find(|task| task.name == name)
}

fn overview() -> String {
    let mut text = String::from("Usage: cargo xtask TASK [OPTIONS]\n\nTasks:\n");
    for task in TASKS {
        text.push_str(&format!("  {:<16} {}\n", task.name, task.about));
    }
    text.push_str("\n`cargo xtask TASK --help` explains one task.\n");
    text
}

fn page(task: &Task) -> String {
    format!("{}\n\n{}", task.about, task.help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_task_explains_how_it_is_called() {
        for task in TASKS {
            let usage = format!("Usage: cargo xtask {}", task.name);
            assert!(task.help.starts_with(&usage), "{}", task.name);
            assert!(task.help.ends_with('\n'), "{}", task.name);
            assert!(overview().contains(task.about), "{}", task.name);
        }
    }
}
