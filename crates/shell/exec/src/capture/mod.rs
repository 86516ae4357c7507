//! What surrounded a run: environment, code, machine, programs.
//!
//! Taken once per session and stored with its runs. None of these functions
//! fails: what cannot be told is a named variant, or says why in its place.
//!
//! Secrets are withheld by name and by shape ([`redact`]). That finds the usual
//! keys and tokens; it cannot find a password that looks like a word.

mod code;
mod command;
mod environment;
mod machine;
mod programs;
mod redact;

pub use code::{Checkout, Code, Diff, PathText, Untracked, code};
pub use environment::environment;
pub use machine::{Gpu, Gpus, Machine, machine};
pub use programs::program_versions;
pub use redact::{WITHHELD, redact, redact_bytes};
