//! The task `bench`: what studies cost, and how fast the methods are.

mod command;
mod statistics;
mod study;

pub(crate) use command::{HELP, run};
