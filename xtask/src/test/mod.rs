//! All test suites, with the services that they need.

mod command;
mod provision;
mod suite;
mod summary;

pub(crate) use command::{HELP, run};
pub(crate) use provision::{Place, python};
