//! A small character language model on a public-domain text, as an example
//! program of a scaling ladder.
//!
//! `charlm` reads a text, trains a network to give each character a probability
//! from the eight before it, in one pass over as many characters as asked, and
//! writes the probabilities of the characters behind given contexts. It never
//! sees what stands there. It follows the run contract of the guide:
//! hyper-parameters come as flags, the seed from `--seed` or `GOSSET_SEED`, and
//! the training loss is appended to the file named by `GOSSET_METRICS`.
//!
//! Start reading at [`training::train`]. The program does not score itself: the
//! loss is computed by whoever holds the labels.

mod command;
mod draws;
mod network;
mod optimizer;
mod text;
mod training;

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use crate::command::{CommandError, CommandLine};

fn main() -> ExitCode {
    command::use_one_thread();
    match CommandLine::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let written = report(&error);
            // Nothing is left to tell anyone when stderr itself is closed.
            written.ok();
            error.exit_code()
        }
    }
}

/// Prints an error and its sources on stderr, one to a line.
fn report(error: &CommandError) -> io::Result<()> {
    let mut stderr = io::stderr().lock();
    writeln!(stderr, "error: {error}")?;
    let mut source = error.source();
    while let Some(cause) = source {
        writeln!(stderr, "  because: {cause}")?;
        source = cause.source();
    }
    Ok(())
}
