//! The command line `gosset`: every operation of the lab as a command.
//!
//! Results go to standard output, all else to standard error. Exit codes: 0
//! done, 1 the answer is no, 2 wrong usage, 3 study or configuration wrong, 4
//! the outside failed, 70 a bug of ours.

mod commands;
mod exit;
mod progress;
mod reference;

use std::ffi::OsStr;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os();
    arguments.next();
    // Supervisors are started for every run: they take the short way.
    if arguments.next().as_deref() == Some(OsStr::new(commands::SUPERVISE)) {
        return ExitCode::from(gosset_lab::supervise(arguments));
    }
    match std::panic::catch_unwind(commands::run) {
        Ok(code) => code,
        Err(_) => exit::bug(),
    }
}
