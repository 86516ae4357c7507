//! The command line, made from the catalogue of operations.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::{Arg, ArgAction, ArgMatches, Command};
use clap_complete::Shell;
use gosset_lab::{CATALOGUE, Clock, Context, Entry, Style, SupervisorCommand};
use gosset_model::Timestamp;

use crate::exit::{self, failed, print};
use crate::progress::Shown;
use crate::reference;

/// The hidden command that watches one run from outside.
pub(crate) const SUPERVISE: &str = "supervise";

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        // Before 1970 the duration is the error's.
        let millis = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => since.as_millis() as i64,
            Err(before) => -(before.duration().as_millis() as i64),
        };
        Timestamp::from_millis(millis)
    }
}

/// What a group of commands is about.
fn about_noun(noun: &str) -> &'static str {
    match noun {
        "study" => "Write, check, register, run and report studies",
        "run" => "Look at single runs",
        "ledger" => "Look at the ledger and check it",
        "scaling" => "Fit laws of how the loss falls with scale",
        "theory" => "Judge theories: predictions, fits and rivals",
        "log" => "Pass logs of evaluations on",
        "metric" => "Look at the metric catalogue",
        _ => "",
    }
}

/// The whole command line.
pub(crate) fn command() -> Command {
    let mut top = Command::new("gosset")
        .version(env!("CARGO_PKG_VERSION"))
        .about("The instrument of an AI research scientist: from a question to a verdict")
        .after_help("Exit codes: 0 done, 1 the answer is no, 2 wrong usage, 3 study or configuration wrong, 4 the outside failed, 70 a bug")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .arg(
            Arg::new("lab")
                .long("lab")
                .global(true)
                .value_name("FOLDER")
                .value_parser(clap::value_parser!(PathBuf))
                .help("Look for the lab in FOLDER and upwards; in the current folder if absent"),
        )
        .arg(Arg::new("json").long("json").global(true).action(ArgAction::SetTrue).help("Print the reply as JSON"))
        .arg(Arg::new("quiet").long("quiet").short('q').global(true).action(ArgAction::SetTrue).help("Show no progress"))
        .arg(
            Arg::new("colour")
                .long("colour")
                .alias("color")
                .global(true)
                .value_parser(["auto", "always", "never"])
                .default_value("auto")
                .help("Use colours"),
        );
    for entry in CATALOGUE {
        match entry.path {
            [_] => top = top.subcommand(entry.command()),
            [noun, ..] => {
                if top.find_subcommand(noun).is_none() {
                    let group = Command::new(*noun)
                        .about(about_noun(noun))
                        .subcommand_required(true)
                        .arg_required_else_help(true);
                    top = top.subcommand(group);
                }
                top = top.mut_subcommand(*noun, |group| group.subcommand(entry.command()));
            }
            [] => {}
        }
    }
    top.subcommand(
        Command::new("completion")
            .about("Print the completion script of a shell")
            .arg(Arg::new("shell").required(true).value_parser(clap::value_parser!(Shell))),
    )
    .subcommand(
        Command::new("reference")
            .about("Print a page of the reference")
            .hide(true)
            .arg(Arg::new("page"))
            .arg(Arg::new("list").long("list").action(ArgAction::SetTrue)),
    )
}

/// Reads the command line and does what it says.
pub(crate) fn run() -> ExitCode {
    let matches = match command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => {
            let code = if error.use_stderr() { exit::USAGE } else { 0 };
            error.print().ok(); // There is nobody else to tell.
            return ExitCode::from(code);
        }
    };
    match matches.subcommand() {
        Some(("completion", matches)) => {
            if let Some(shell) = matches.get_one::<Shell>("shell") {
                let mut script = Vec::new();
                clap_complete::generate(*shell, &mut command(), "gosset", &mut script);
                print(&String::from_utf8_lossy(&script));
            }
            ExitCode::SUCCESS
        }
        Some(("reference", matches)) => reference::print_page(matches),
        Some((first, matches)) => operation(first, matches),
        None => ExitCode::from(exit::USAGE),
    }
}

/// Finds the operation that the words name and carries it out.
fn operation(first: &str, matches: &ArgMatches) -> ExitCode {
    let mut path = vec![first];
    let mut leaf = matches;
    while let Some((word, inner)) = leaf.subcommand() {
        path.push(word);
        leaf = inner;
    }
    match CATALOGUE.iter().find(|entry| entry.path == path) {
        Some(entry) => carry_out(entry, leaf),
        None => ExitCode::from(exit::USAGE),
    }
}

fn carry_out(entry: &Entry, matches: &ArgMatches) -> ExitCode {
    let as_json = matches.get_flag("json");
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        // A second signal ends the program at once; runs go on and are taken
        // up by the next session.
        signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&stop)).ok(); // Without it the first signal ends us.
        signal_hook::flag::register(signal, Arc::clone(&stop)).ok(); // As above.
    }
    let progress = Shown::new(matches.get_flag("quiet") || as_json);
    let here = PathBuf::from(".");
    let program = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("gosset"));
    let context = Context {
        lab: matches.get_one::<PathBuf>("lab").cloned().unwrap_or_else(|| here.clone()),
        folder: here,
        clock: &SystemClock,
        progress: &progress,
        stop: &stop,
        supervisor: SupervisorCommand { program, leading_args: vec![SUPERVISE.into()] },
        style: style(matches),
    };
    match entry.run(matches, &context) {
        Ok(rendered) => {
            if as_json {
                print(&format!("{:#}\n", rendered.json));
            } else {
                print(&rendered.text);
                if !rendered.text.is_empty() && !rendered.text.ends_with('\n') {
                    print("\n");
                }
            }
            exit::answered(rendered.answer)
        }
        Err(error) => failed(&error, as_json),
    }
}

fn style(matches: &ArgMatches) -> Style {
    let is_terminal = std::io::stdout().is_terminal();
    let colour = match matches.get_one::<String>("colour").map(String::as_str) {
        Some("always") => true,
        Some("never") => false,
        Some(_) | None => is_terminal && std::env::var_os("NO_COLOR").is_none(),
    };
    let terminal = terminal_size::terminal_size_of(std::io::stdout());
    let width = terminal.map_or(100, |(width, _)| usize::from(width.0));
    Style { colour, width: width.clamp(40, 160) }
}
