//! Equivalence and minimum effects: whether a difference is smaller, or
//! larger, than one that matters.

pub mod margin;

mod score;

pub mod equivalence_independent_means;
pub mod equivalence_one_proportion;
pub mod equivalence_paired_means;
pub mod equivalence_paired_proportions;
pub mod equivalence_signed_rank;
pub mod equivalence_two_proportions;

use crate::method::Method;

/// The methods of this group, in the order of the reference page.
pub const METHODS: &[&Method] = &[
    &equivalence_paired_means::METHOD,
    &equivalence_signed_rank::METHOD,
    &equivalence_independent_means::METHOD,
    &equivalence_one_proportion::METHOD,
    &equivalence_two_proportions::METHOD,
    &equivalence_paired_proportions::METHOD,
];
