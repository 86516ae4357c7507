//! Streams of hypotheses: one false discovery rate for hypotheses that come one
//! after another, without an end.
//!
//! Each method is a state that takes one p-value or e-value after another,
//! decides at once, and never looks back. The states serialise, so that a stream
//! goes on where it stopped.

pub mod decision;
mod payouts;

pub mod e_lond;

pub mod lond;
pub mod lord_plus_plus;

pub mod alpha_investing;
pub mod saffron;

pub mod addis;

pub mod e_bh;

use crate::method::Method;

pub use addis::Addis;
pub use alpha_investing::AlphaInvesting;
pub use decision::{Decision, OnlineError, StateVersion};
pub use e_lond::ELond;
pub use lond::Lond;
pub use lord_plus_plus::LordPlusPlus;
pub use saffron::Saffron;

/// The methods of this group, in the order of the reference page.
pub const METHODS: &[&Method] = &[
    &e_lond::METHOD,
    &lond::METHOD,
    &lord_plus_plus::METHOD,
    &saffron::METHOD,
    &addis::METHOD,
    &alpha_investing::METHOD,
    &e_bh::METHOD,
];
