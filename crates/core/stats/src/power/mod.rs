//! Planning: how many observations a comparison needs, and what it can see.
//!
//! Start with [`Design`], which names the test and its numbers and gives the
//! power, the sample size and the smallest effect that is found. Each answer
//! says how it was obtained: exactly, by an approximation, or by simulation with
//! its standard error. [`power`], [`pairs_for_power`] and
//! [`minimum_detectable_effect`] are the paired t test by itself.

pub mod design;
mod error;
pub mod planned;

pub mod paired_t;
mod t_tests;

pub mod equivalence;

mod one_proportion;
mod paired_proportions;
mod two_proportions;

mod simulated;

mod search;

pub use design::Design;
pub use error::PowerError;
pub use paired_t::{MOST_PAIRS, minimum_detectable_effect, pairs_for_power, power};
pub use planned::{How, Planned, Simulation};
