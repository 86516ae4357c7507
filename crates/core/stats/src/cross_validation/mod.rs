//! Comparing two methods on resamples of one data set, which overlap and so
//! are not independent.

pub mod corrected_t;

use crate::method::Method;

/// The methods of this group, in the order of the reference page.
pub const METHODS: &[&Method] = &[&corrected_t::METHOD];
