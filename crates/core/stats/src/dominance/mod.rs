//! Dominance: whether all of one distribution lies above all of another,
//! quantile by quantile, or nearly so.

mod error;

pub mod almost_stochastic_order;

pub use error::DominanceError;

use crate::method::Method;

/// The methods of this group, in the order of the reference page.
pub const METHODS: &[&Method] = &[&almost_stochastic_order::METHOD];
