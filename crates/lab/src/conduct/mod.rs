//! Carries a registered study through its runs.

mod capture;
mod data_watch;
mod examples;
mod ingest;
mod launch;
mod score;
mod session;

pub(crate) use capture::code_version;
pub(crate) use examples::put_examples;
pub(crate) use session::{Limits, Outcome, conduct};
