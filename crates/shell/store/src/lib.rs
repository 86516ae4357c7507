//! What happened: the hash-chained ledger, measurements as series, and
//! content-addressed artifacts.
//!
//! [`Store`] is one SQLite file; its SQL is kept to what PostgreSQL reads too.
//! [`Artifacts`] is a folder beside it. Whatever [`Store`] has acknowledged is
//! on the disk and survives a kill of the process or the machine.
//!
//! This crate decides nothing: it keeps events without asking whether they
//! make sense, and says when somebody has tampered with them.

mod artifacts;
mod error;
mod ledger;
mod measurements;
mod schema;
mod store;

pub use artifacts::{ArtifactError, Artifacts};
pub use error::StoreError;
pub use ledger::{Fault, Head, Record, Verification};
pub use measurements::SeriesChunk;
pub use store::{Entry, Store};
