//! A small multilayer perceptron on the UCI optical digits, as an example program.
//!
//! `digits` is a training program of the kind a study runs many times. It reads
//! images, trains a network by stochastic gradient descent and writes
//! predictions; it never sees the labels of the test images. It follows the run
//! contract of the guide: hyper-parameters come as `--key value` flags or from
//! the file named by `GOSSET_PARAMS`, the seed from `--seed` or `GOSSET_SEED`,
//! and metrics are appended to the file named by `GOSSET_METRICS`.
//!
//! Start reading at [`training::train`]. `digits calibrate` measures how well
//! the effects of chosen arms can be told, see [`calibration`].
//!
//! The program does not score itself: accuracy is computed by whoever holds the
//! labels.

mod calibration;
mod command;
mod dataset;
mod draws;
mod metrics;
mod network;
mod predictions;
mod settings;
mod summary;
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
