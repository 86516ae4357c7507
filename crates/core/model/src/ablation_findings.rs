use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ArmName, Name};

/// What the arms of an ablation say beyond the verdicts on its components.
///
/// All numbers are oriented so that positive is better, in the metric's unit.
/// They are estimates: no verdict rests on them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AblationFindings {
    /// The full recipe against the baseline; none where one of the two was not
    /// run.
    pub gain: Option<Contribution>,
    /// The mean score of the baseline over the same pieces of evidence.
    pub baseline_mean: Option<f64>,
    /// How the gain is shared among the components, in their order; empty
    /// where the design lacks combinations.
    pub shares: Vec<GainShare>,
    /// What pairs of components do beyond the sum of both; empty where the
    /// design cannot tell.
    pub interactions: Vec<Interaction>,
    /// Components that changed no output of any run.
    pub inactive: Vec<Name>,
    /// Components that changed no score in any block, of at least three, though
    /// they may have changed outputs.
    pub without_trace: Vec<Name>,
    /// Groups of arms that left the same outputs, bit for bit, in every block,
    /// and do not differ in the components above alone.
    pub same_outputs: Vec<Vec<ArmName>>,
    /// Groups of arms that had the same scores in every block, of at least
    /// three, likewise, and that are in no group above.
    pub same_scores: Vec<Vec<ArmName>>,
    /// What else a reader should know.
    pub notes: Vec<String>,
}

/// An estimated contribution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Contribution {
    /// The mean over the pieces of evidence.
    pub estimate: f64,
    /// One-sided bounds; none where the pieces of evidence do not differ or are
    /// too few.
    pub bounds: Option<ContributionBounds>,
    /// The number of independent pieces of evidence.
    pub n: u64,
}

/// One-sided bounds at a level that is shared among all estimates of the kind,
/// so that all of them hold at once.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ContributionBounds {
    /// The lower bound.
    pub lower: f64,
    /// The upper bound.
    pub upper: f64,
    /// The level of each.
    pub level: f64,
}

/// What a component has of the gain of the full recipe.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GainShare {
    /// The component.
    pub component: Name,
    /// Its Shapley value: what it adds, averaged over all orders of adding the
    /// components. These add up to the gain.
    pub value: Contribution,
    /// Its share of the gain, of which all make 1; may lie outside 0..=1. None
    /// where the gain cannot be told from none.
    pub share: Option<Contribution>,
}

/// What two components do together beyond the sum of both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Interaction {
    /// The two components, in their order.
    pub components: [Name; 2],
    /// Half of what the one changes in the effect of the other: positive where
    /// they help each other.
    pub effect: Contribution,
}
