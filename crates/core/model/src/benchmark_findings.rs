use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Contribution, Digest, TuningBudget};

/// What the runs of a benchmark say beyond the verdicts on its methods.
///
/// They are estimates and tests of ranks: no verdict rests on them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BenchmarkFindings {
    /// The leaderboard under each condition, the one without stress first.
    pub boards: Vec<ConditionBoard>,
    /// What each method loses under stress, condition by condition.
    pub losses: Vec<StressLoss>,
    /// How much each method was tuned.
    pub tuning: Vec<MethodTuning>,
    /// What speaks against relying on an order of methods, in whole sentences.
    pub warnings: Vec<String>,
}

/// A leaderboard in short.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConditionBoard {
    /// The condition; none in a benchmark without conditions.
    pub condition: Option<String>,
    /// The digest of the runs, from which its random numbers are drawn; none
    /// where they make no leaderboard.
    pub runs: Option<Digest>,
    /// Why they make none.
    pub problem: Option<String>,
    /// The methods, the best average rank first.
    pub rows: Vec<BoardRow>,
    /// What was found, in whole sentences.
    pub statements: Vec<String>,
    /// What speaks against relying on it, in whole sentences.
    pub warnings: Vec<String>,
}

/// A method of a leaderboard in short.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BoardRow {
    /// The method.
    pub method: String,
    /// Its place by average rank; equal ones share the first of their places.
    pub place: u64,
    /// Its rank, averaged over data sets; 1 is best.
    pub average_rank: f64,
    /// The lower end of its interval for other data sets of their kind.
    pub lower: f64,
    /// The upper end.
    pub upper: f64,
    /// Methods that share a letter cannot be told apart.
    pub letters: String,
    /// How many runs it has.
    pub runs: u64,
    /// How many of them failed.
    pub failed: u64,
    /// On how many data sets it has no run.
    pub missing: u64,
}

/// What a method loses under a condition of stress.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StressLoss {
    /// The method.
    pub method: String,
    /// The condition.
    pub condition: String,
    /// The mean over blocks of its score without stress less that under it,
    /// oriented so that positive is a loss, in the unit of the first metric. A
    /// run that failed alone counts as the largest loss or gain observed,
    /// against the condition under which it failed. None where no block has
    /// two scores, or where failures leave it undecided by the registered
    /// policy.
    pub loss: Option<Contribution>,
    /// In how many blocks one of the two runs failed.
    pub failed: u64,
    /// In how many blocks both did.
    pub void: u64,
    /// How many blocks lack a run.
    pub missing: u64,
}

/// How much a method was tuned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MethodTuning {
    /// The method.
    pub method: String,
    /// What was registered.
    pub registered: Option<TuningBudget>,
    /// What its runs report.
    pub reported: Option<ReportedTuning>,
}

/// How many settings the runs of a method tried, as they report it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReportedTuning {
    /// The mean over runs.
    pub mean: f64,
    /// The fewest.
    pub fewest: f64,
    /// The most.
    pub most: f64,
    /// How many runs report it.
    pub runs: u64,
}
