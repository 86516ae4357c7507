//! Comparing two: tests and effect sizes for paired and for independent
//! scores.

pub mod hodges_lehmann;
pub mod paired_t;
pub mod permutation;
pub mod sign_flip;
pub mod welch;

use crate::method::Method;

/// The methods of this group, in the order of the reference page.
pub const METHODS: &[&Method] = &[&paired_t::METHOD, &welch::METHOD, &permutation::METHOD];
