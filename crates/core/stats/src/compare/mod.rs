//! Comparing two: tests for paired and for independent scores.
//!
//! Every test gives two one-sided p-values, that of "the candidate is greater"
//! and that of "the candidate is less". For independent groups the group of the
//! first row is the baseline.

mod error;
pub(crate) mod ranks;
pub(crate) mod two_groups;

pub mod hodges_lehmann;
pub mod mc_nemar;
pub mod paired_t;
pub mod sign_flip;
pub mod trimmed_t;
pub mod wilcoxon_signed_rank;

pub mod brunner_munzel;
pub mod mann_whitney;
pub mod permutation;
pub mod student_t_two_sample;
pub mod welch;

pub use error::CompareError;
pub use two_groups::Tails;

use crate::method::Method;

/// The methods of this group, in the order of the reference page.
pub const METHODS: &[&Method] = &[
    &paired_t::METHOD,
    &sign_flip::METHOD,
    &wilcoxon_signed_rank::METHOD,
    &hodges_lehmann::METHOD,
    &trimmed_t::METHOD,
    &mc_nemar::METHOD,
    &welch::METHOD,
    &student_t_two_sample::METHOD,
    &permutation::METHOD,
    &mann_whitney::METHOD,
    &brunner_munzel::METHOD,
];
