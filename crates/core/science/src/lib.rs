//! The judgement: what to run, whether a design can decide, what an exit
//! means, and the verdict.
//!
//! Start with [`plan`] and [`judge`]; both take a [`gosset_model::Registered`]
//! study, so that nothing is planned or judged that was not registered.
//! [`check`] looks at a draft before it is registered.
//!
//! This crate runs nothing and reads nothing: what it says follows from the
//! records alone, byte for byte.

mod ablation;
mod aliasing;
pub mod benchmark;
mod check;
mod claim;
mod companions;
mod contribution;
mod differences;
mod fit;
mod fragility;
mod multiverse;
mod outcome;
mod plan;
mod prediction;
mod referee;
pub mod results;
mod scaling;
mod sequential;
pub mod theory;
mod trend;

pub use aliasing::AliasingReport;
pub use check::{DesignProblem, DesignReport, Duration, HypothesisPower, Known, Spread, SpreadSource, check};
pub use outcome::{Fate, Scored, fate};
pub use plan::{asked, judged, plan};
pub use prediction::predict;
pub use referee::judge;
