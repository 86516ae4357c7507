//! Checks of the layout of the sources, which no compiler makes.

mod command;
mod finding;
mod rule;
mod source;
mod tree;

pub(crate) use command::{HELP, run};
