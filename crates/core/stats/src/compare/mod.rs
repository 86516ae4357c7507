//! Comparing two: tests and effect sizes for paired and for independent
//! scores.

pub mod hodges_lehmann;
pub mod paired_t;
pub mod sign_flip;

use crate::method::Method;

/// The methods of this group, in the order of the reference page.
pub const METHODS: &[&Method] = &[&paired_t::METHOD];
