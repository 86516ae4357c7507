//! How large a difference is, in units that do not depend on the metric:
//! standard deviations, or the share of comparisons that are won.

mod error;
mod noncentrality;
mod wins;

pub mod cohen_dz;
pub mod hedges_g;

pub mod cliffs_delta;
pub mod probability_of_superiority;
pub mod probability_of_superiority_paired;

pub use error::EffectSizeError;
pub use noncentrality::correction;

use crate::method::Method;

/// The methods of this group, in the order of the reference page.
pub const METHODS: &[&Method] = &[
    &cohen_dz::METHOD,
    &hedges_g::METHOD,
    &probability_of_superiority::METHOD,
    &probability_of_superiority_paired::METHOD,
    &cliffs_delta::METHOD,
];
