//! The sections of a report: one file each, listed in `catalogue.rs`.

mod catalogue;
mod found;
mod finding;
mod runs;
mod protocol;
mod deviations;
mod cost;
mod environment;
mod limits;
mod records;

pub(crate) use catalogue::sections;
pub(crate) use cost::Cost;
pub(crate) use found::{progress, status};
pub(crate) use finding::fragility;
