//! Judging theories on results: predictions, fits, rivals, and the experiment that
//! would tell rivals apart.
//!
//! [`Runs`] holds the table, and [`judge_theories`] says of each prediction
//! whether the runs are consistent with it, contradict it, or do not test it.
//! There is one rule for all kinds: a prediction says that numbers lie in regions;
//! an interval wholly outside contradicts it, intervals wholly inside are
//! consistent with it, and nothing else is said. A theory that is right is
//! contradicted with at most the probability alpha, over all that it says.
//!
//! What it does *not* do: nothing here was registered before the runs were made,
//! so that a theory may have been written to fit them.

mod error;
mod runs;

mod judgement;

mod compared;
mod curves;
mod prediction;

mod experiment;
mod fit;
mod model;
mod rivals;

mod referee;
mod sentences;

pub use error::TheoryError;
pub use experiment::{Candidate, NextExperiment};
pub use judgement::{
    Comparison, ConstantFinding, Contradiction, FitFinding, LackOfFitFinding, PredictionFinding, Standing,
    TheoryFinding, TheoryJudgement, Worst,
};
pub use referee::judge_theories;
pub use rivals::{Contest, ContestKind, CriteriaFinding, RivalPair};
pub use runs::{Run, Runs};
