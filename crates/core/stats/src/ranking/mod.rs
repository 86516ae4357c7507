//! Many methods, many data sets: whether and which of several methods differ,
//! judged by their ranks within each data set.
//!
//! All start from a [`ScoreTable`], one score for each method on each task, and
//! most from its [`RankTable`]. Apart from the tests of Friedman and of Iman and
//! Davenport, which say only whether any methods differ, each names those that
//! do: all pairs, or all methods against a control.

mod error;
mod orders;

pub mod rank_table;
pub mod score_table;

pub mod friedman;
pub mod iman_davenport;

pub mod average_ranks;
pub mod pairs;

pub mod bergmann_hommel;
pub mod nemenyi;
pub mod shaffer_static;
pub mod wilcoxon_holm;

pub mod control;

pub mod bonferroni_dunn;
pub mod hochberg_control;
pub mod holm_control;
pub mod hommel_control;

pub use error::RankingError;
pub use rank_table::{RankTable, task_ranks};
pub use score_table::{Repeats, Score, ScoreTable};

use crate::method::Method;

/// The methods of this group, in the order of the reference page.
pub const METHODS: &[&Method] = &[
    &average_ranks::METHOD,
    &friedman::METHOD,
    &iman_davenport::METHOD,
    &nemenyi::METHOD,
    &shaffer_static::METHOD,
    &bergmann_hommel::METHOD,
    &wilcoxon_holm::METHOD,
    &bonferroni_dunn::METHOD,
    &holm_control::METHOD,
    &hochberg_control::METHOD,
    &hommel_control::METHOD,
];
