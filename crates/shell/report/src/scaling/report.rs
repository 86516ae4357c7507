use gosset_stats::Bounds;
use gosset_stats::scaling::allocation::Allocation;
use gosset_stats::scaling::bootstrap::Unit;
use gosset_stats::scaling::envelope::Envelope;
use gosset_stats::scaling::influence::{Influence, Residuals};
use gosset_stats::scaling::iso_flop::{Frontier, Optimum};
use gosset_stats::scaling::next_runs::NextRuns;
use gosset_stats::scaling::prediction::Prediction;
use gosset_stats::scaling::selection::Contest;
use gosset_stats::scaling::{Constant, Fit, Points, Scale, Verdict};

use super::page::document;
use crate::html::page;
use crate::markdown;

/// All that a report of a scaling law is made of.
#[derive(Debug, Clone, Copy)]
pub struct ScalingReport<'a> {
    /// The table that the runs come from, with its digest.
    pub source: (&'a str, &'a str),
    /// The runs.
    pub points: &'a Points,
    /// The one-sided level of each bound.
    pub level: f64,
    /// The law.
    pub law: Option<FittedLaw<'a>>,
    /// The laws on the largest runs.
    pub contest: Option<&'a Contest>,
    /// The best sizes, budget by budget.
    pub iso_flop: Option<BestSizes<'a>>,
    /// The best sizes by the lowest training curves, with bounds of the exponent.
    pub envelope: Option<(&'a Envelope, Bounds)>,
    /// What has to be said besides, in whole sentences.
    pub notes: &'a [String],
}

/// A fitted law.
#[derive(Debug, Clone, Copy)]
pub struct FittedLaw<'a> {
    /// The law with what fits best.
    pub fit: &'a Fit,
    /// What the runs say about each constant.
    pub constants: &'a [(Constant, Verdict)],
    /// What is resampled.
    pub unit: Unit,
    /// How many resamples were fitted.
    pub resamples: usize,
    /// How the residuals look.
    pub residuals: &'a Residuals,
    /// The loss at a target.
    pub prediction: Option<(&'a Scale, &'a Prediction)>,
    /// The runs on which most hangs.
    pub influences: &'a [Influence],
    /// The best split of a budget.
    pub allocation: Option<&'a Allocation>,
    /// What to run next.
    pub next: Option<&'a NextRuns>,
}

/// The best sizes, budget by budget.
#[derive(Debug, Clone, Copy)]
pub struct BestSizes<'a> {
    /// One for each budget.
    pub optima: &'a [Optimum],
    /// The line through them.
    pub frontier: &'a Frontier,
    /// Bounds of its exponent.
    pub exponent_bounds: Bounds,
}

impl ScalingReport<'_> {
    /// Writes the report as a page that needs nothing else.
    #[must_use]
    pub fn html(&self) -> String {
        page(&document(self))
    }

    /// Writes the report as Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        markdown::text(&document(self))
    }
}
