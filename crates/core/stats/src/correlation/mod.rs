//! Correlation: how closely two numbers go together, in a line or in order.

pub mod error;

mod pairs;

pub mod kendall;
pub mod pearson;
pub mod spearman;

use crate::method::Method;

/// The methods of this group, in the order of the reference page.
pub const METHODS: &[&Method] = &[&pearson::METHOD, &spearman::METHOD, &kendall::METHOD];
