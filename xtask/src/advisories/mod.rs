//! Known security advisories about the dependencies.

mod check;
mod day;
mod import;
mod range;
mod snapshot;

pub(crate) use check::{HELP, run};
