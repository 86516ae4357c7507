use thiserror::Error;

use super::quantity::Quantity;
use crate::level::Alpha;

/// Why runs say nothing about a law.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ScalingError {
    /// There are no runs.
    #[error("there are no runs")]
    NoPoints,
    /// A loss has no logarithm.
    #[error("the loss {loss} in row {row} is not positive and finite")]
    LossNotPositive {
        /// The row.
        row: u64,
        /// The loss.
        loss: f64,
    },
    /// A scale has no logarithm.
    #[error("{value} {} is not positive and finite", quantity.word())]
    ScaleNotPositive {
        /// Of what.
        quantity: Quantity,
        /// How much.
        value: f64,
    },
    /// A run or a target lacks what the law is about.
    #[error("row {row} has no {}, which the law needs", quantity.word())]
    QuantityMissing {
        /// The row.
        row: u64,
        /// What it lacks.
        quantity: Quantity,
    },
    /// A target lacks what the law is about.
    #[error("the target has no {}, which the law needs", quantity.word())]
    TargetIncomplete {
        /// What it lacks.
        quantity: Quantity,
    },
    /// There are hardly more runs than constants.
    #[error("{points} runs are too few for the {constants} constants of the law, which needs at least {needed}")]
    TooFewPoints {
        /// How many runs there are.
        points: usize,
        /// How many constants there are.
        constants: usize,
        /// How many runs are needed.
        needed: usize,
    },
    /// All runs have the same scale.
    #[error("all runs have {value} {}, which shows nothing about how the loss changes with it", quantity.word())]
    SingleScale {
        /// Of what.
        quantity: Quantity,
        /// How much they all have.
        value: f64,
    },
    /// More distinct tokens than tokens.
    #[error("row {row} has more unique tokens than tokens")]
    MoreUniqueThanTokens {
        /// The row.
        row: u64,
    },
    /// The threshold of the Huber loss is no such number.
    #[error("the threshold {delta} of the Huber loss is not positive and finite")]
    DeltaNotPositive {
        /// What was given.
        delta: f64,
    },
    /// The minimum was not found.
    #[error("the search for the constants that fit the runs best comes to no end")]
    NotSettled,
    /// Resampling needs groups.
    #[error("row {row} has no group, and groups are to be resampled")]
    NoGroup {
        /// The row.
        row: u64,
    },
    /// Resampling needs several groups.
    #[error("{got} groups are too few to be resampled, at least {needed} are needed")]
    TooFewGroups {
        /// How many are needed.
        needed: usize,
        /// How many there are.
        got: usize,
    },
    /// Too many resamples could not be fitted.
    #[error("{failed} of {resamples} resamples could not be fitted")]
    ResamplesFailed {
        /// How many.
        failed: usize,
        /// Of how many.
        resamples: usize,
    },
    /// The lower bound would lie above the upper one.
    #[error("the one-sided level {level} of a bound is not below 0.5")]
    LevelNotBelowHalf {
        /// What was given.
        level: f64,
    },
    /// A bound would lie beyond the outermost resample.
    #[error("{resamples} resamples are too few for bounds at the one-sided level {level}")]
    TooFewResamples {
        /// How many were drawn.
        resamples: usize,
        /// The level.
        level: f64,
    },
    /// A number or its bounds exceed what numbers can hold.
    #[error("the law gives no finite number there, or not in all resamples")]
    Unbounded,
    /// What is asked lies off the only line that the runs lie on.
    #[error(
        "{} and {} go together in all runs, so that nothing is known about changing one without the other",
        first.word(),
        second.word()
    )]
    Collinear {
        /// The one.
        first: Quantity,
        /// The other.
        second: Quantity,
    },
    /// The law has no best split of a budget.
    #[error("the law `{law}` says nothing about how a budget is best split between parameters and tokens")]
    NoAllocation {
        /// Its id.
        law: &'static str,
    },
    /// The exponents allow no best split.
    #[error("the fitted exponents leave no best split of the budget between parameters and tokens")]
    NoBestSplit,
    /// Too few budgets have a lowest loss within the sizes tried.
    #[error("{usable} of {budgets} budgets have a lowest loss between the sizes tried, at least {needed} are needed")]
    TooFewBudgets {
        /// How many can be used.
        usable: usize,
        /// How many there are.
        budgets: usize,
        /// How many are needed.
        needed: usize,
    },
    /// Too few sizes have the lowest training curve somewhere.
    #[error("{usable} sizes between the smallest and the largest have the lowest curve, at least {needed} are needed")]
    TooFewCurves {
        /// How many have.
        usable: usize,
        /// How many are needed.
        needed: usize,
    },
    /// The law says nothing about what a run costs.
    #[error("the law `{law}` says nothing about the compute of a run")]
    NoCost {
        /// Its id.
        law: &'static str,
    },
    /// No run is that cheap.
    #[error("{spend} floating-point operations pay for no run: the cheapest takes {cheapest}")]
    SpendTooSmall {
        /// What may be spent.
        spend: f64,
        /// What the cheapest run takes.
        cheapest: f64,
    },
    /// The share of runs that is held out is none.
    #[error("the share {share} to be held out is not above 0 and at most 0.5")]
    ShareOutside {
        /// What was given.
        share: f64,
    },
}

impl ScalingError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoPoints => "scaling-no-points",
            Self::LossNotPositive { .. } => "scaling-loss-not-positive",
            Self::ScaleNotPositive { .. } => "scaling-scale-not-positive",
            Self::QuantityMissing { .. } => "scaling-quantity-missing",
            Self::TargetIncomplete { .. } => "scaling-target-incomplete",
            Self::TooFewPoints { .. } => "scaling-too-few-points",
            Self::SingleScale { .. } => "scaling-single-scale",
            Self::MoreUniqueThanTokens { .. } => "scaling-more-unique-than-tokens",
            Self::DeltaNotPositive { .. } => "scaling-delta-not-positive",
            Self::NotSettled => "scaling-not-settled",
            Self::NoGroup { .. } => "scaling-no-group",
            Self::TooFewGroups { .. } => "scaling-too-few-groups",
            Self::ResamplesFailed { .. } => "scaling-resamples-failed",
            Self::LevelNotBelowHalf { .. } => "scaling-level-not-below-half",
            Self::TooFewResamples { .. } => "scaling-too-few-resamples",
            Self::Unbounded => "scaling-unbounded",
            Self::Collinear { .. } => "scaling-collinear",
            Self::NoAllocation { .. } => "scaling-no-allocation",
            Self::NoBestSplit => "scaling-no-best-split",
            Self::TooFewBudgets { .. } => "scaling-too-few-budgets",
            Self::TooFewCurves { .. } => "scaling-too-few-curves",
            Self::NoCost { .. } => "scaling-no-cost",
            Self::SpendTooSmall { .. } => "scaling-spend-too-small",
            Self::ShareOutside { .. } => "scaling-share-outside",
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::NoPoints => "give at least one run with a loss",
            Self::LossNotPositive { .. } => {
                "check the column: a law is fitted to the logarithm of the loss, which an accuracy or a reward is not"
            }
            Self::ScaleNotPositive { .. } => "give counts and floating-point operations as positive numbers",
            Self::QuantityMissing { .. } | Self::TargetIncomplete { .. } => {
                "give it, or take a law that does not need it"
            }
            Self::TooFewPoints { .. } => "add runs, or take a law with fewer constants",
            Self::SingleScale { .. } => "add runs of other sizes, or take a law without this quantity",
            Self::MoreUniqueThanTokens { .. } => "check which column is which",
            Self::DeltaNotPositive { .. } => "give a threshold such as 0.001, on the scale of log losses",
            Self::NotSettled => "take a law with fewer constants, or add runs of other sizes",
            Self::NoGroup { .. } => "name the group of every run, or resample single runs",
            Self::TooFewGroups { .. } => "resample single runs, or add groups",
            Self::ResamplesFailed { .. } => {
                "take a law with fewer constants, add runs, or, where groups are few, resample single runs"
            }
            Self::LevelNotBelowHalf { .. } => "give a level such as 0.025",
            Self::TooFewResamples { .. } => "draw more resamples",
            Self::Unbounded => "ask for a scale nearer to the runs, or take a law with fewer constants",
            Self::Collinear { .. } => {
                "add runs with another ratio of the two, such as half and twice as many tokens, or take `power-law-offset` over one of them"
            }
            Self::NoAllocation { .. } => "take the law `chinchilla` or `kaplan`",
            Self::NoBestSplit => "add runs that vary parameters and tokens independently",
            Self::TooFewBudgets { .. } => "add smaller and larger models at each budget",
            Self::TooFewCurves { .. } => "add curves of further sizes, or train them for longer",
            Self::NoCost { .. } => "take a law of compute, or of parameters and tokens",
            Self::SpendTooSmall { .. } => "allow more compute, or add a run by hand",
            Self::ShareOutside { .. } => "hold out a share such as 0.2",
        };
        vec![hint.to_owned()]
    }
}

/// Checks the one-sided level of a bound.
pub(super) fn check_level(level: Alpha) -> Result<(), ScalingError> {
    if level < Alpha::HALF { Ok(()) } else { Err(ScalingError::LevelNotBelowHalf { level: level.get() }) }
}
