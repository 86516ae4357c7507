//! A scaling law, told.

mod page;
mod report;
mod words;

pub use report::{BestSizes, FittedLaw, ScalingReport};
pub use words::{ConstantWords, between, constant_words, criterion_words, flaw_words, reach, scale_words, unit_words};
