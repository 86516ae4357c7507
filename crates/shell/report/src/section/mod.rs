//! The sections of a report: one file each, listed in `catalogue.rs`.

mod ablation;
mod benchmark;
mod catalogue;
mod cost;
mod deviations;
mod environment;
mod finding;
mod found;
mod limits;
mod protocol;
mod records;
mod runs;
mod scaling;

pub(crate) use ablation::ablation_in_words;
pub(crate) use benchmark::print_benchmark;
pub(crate) use catalogue::document;
pub(crate) use cost::Cost;
pub(crate) use finding::{companions, fragility};
pub(crate) use found::{progress, status};
pub(crate) use scaling::scaling_in_words;
