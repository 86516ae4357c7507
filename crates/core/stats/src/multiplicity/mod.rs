//! Many hypotheses at once: one error rate shared by a family.
//!
//! Start with [`Procedure`], which a study chooses by what an error costs: the
//! family-wise procedures bound the chance of any false rejection, the others
//! the expected share of false ones among the rejections. Each has a function
//! that adjusts p-values and one that gives the level at which each p-value is
//! finally compared; one-sided bounds at these levels agree with the decisions.

pub mod family;
pub mod procedure;

pub mod bonferroni;
pub mod sidak;

pub mod holm;

pub mod hochberg;
pub mod hommel;

pub mod benjamini_hochberg;
pub mod benjamini_yekutieli;
pub mod two_stage_bh;

use crate::method::Method;

pub use benjamini_hochberg::{benjamini_hochberg_adjusted, benjamini_hochberg_levels};
pub use benjamini_yekutieli::{benjamini_yekutieli_adjusted, benjamini_yekutieli_levels};
pub use bonferroni::{bonferroni_adjusted, bonferroni_levels};
pub use family::MultiplicityError;
pub use hochberg::{hochberg_adjusted, hochberg_levels};
pub use holm::{holm_adjusted, holm_levels};
pub use hommel::{hommel_adjusted, hommel_levels};
pub use procedure::{Dependence, ErrorRate, Procedure};
pub use sidak::{sidak_adjusted, sidak_levels};
pub use two_stage_bh::{two_stage_bh_adjusted, two_stage_bh_levels};

/// The methods of this group, in the order of the reference page.
pub const METHODS: &[&Method] = &[
    &bonferroni::METHOD,
    &sidak::METHOD,
    &holm::METHOD,
    &hochberg::METHOD,
    &hommel::METHOD,
    &benjamini_hochberg::METHOD,
    &benjamini_yekutieli::METHOD,
    &two_stage_bh::METHOD,
];
