//! Several sources of variation: analysis of variance and mixed models.
//!
//! [`one_way_anova`] and [`two_way_anova`] are about the groups at hand;
//! [`mixed_model`] takes tasks and runs as draws from more of their kind.

mod anova;
mod cholesky;
mod error;
mod layout;
mod reml;
mod search;

pub mod mixed_model;
pub mod one_way_anova;
pub mod two_way_anova;
pub mod variance_components;

pub use anova::{Anova, Source};
pub use error::VarianceError;

use crate::method::Method;

/// The methods of this group, in the order of the reference page.
pub const METHODS: &[&Method] =
    &[&one_way_anova::METHOD, &two_way_anova::METHOD, &mixed_model::METHOD, &variance_components::METHOD];
