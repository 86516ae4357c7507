use gosset_model::ErrorRate;
use gosset_stats::Bounds;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::experiment::NextExperiment;
use super::rivals::{CriteriaFinding, RivalPair};

/// What the runs say of theories.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TheoryJudgement {
    /// The version of this record.
    pub version: u32,
    /// The grade: C, since nothing was registered before the runs.
    pub grade: String,
    /// How many runs there are.
    pub n: u64,
    /// At how many conditions.
    pub conditions: u64,
    /// The error rate of each theory.
    pub alpha: ErrorRate,
    /// The theories, in the order of the file.
    pub theories: Vec<TheoryFinding>,
    /// The criteria of the theories that were fitted.
    pub criteria: Vec<CriteriaFinding>,
    /// Each pair of theories that were fitted.
    pub rivals: Vec<RivalPair>,
    /// The experiment that would best tell the rivals apart.
    pub next: Option<NextExperiment>,
    /// What was found, in sentences.
    pub statements: Vec<String>,
    /// What must be known besides, in sentences.
    pub warnings: Vec<String>,
}

/// How the runs stand to a prediction or a theory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Intervals lie inside of what is predicted.
    Consistent,
    /// An interval lies outside.
    Contradicted,
    /// Neither.
    NotTested,
}

impl Standing {
    /// Its words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Consistent => "consistent",
            Self::Contradicted => "contradicted",
            Self::NotTested => "not tested here",
        }
    }
}

/// What the runs say of a theory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TheoryFinding {
    /// Its name.
    pub name: String,
    /// What it takes for granted.
    pub assumptions: Vec<String>,
    /// Its formula.
    pub formula: Option<String>,
    /// Contradicted if anything of it is; consistent if its predictions are, one
    /// at least.
    pub standing: Standing,
    /// Among how many members its error rate is shared: its predictions, and the
    /// fit where there is one.
    pub members: u64,
    /// Its predictions.
    pub predictions: Vec<PredictionFinding>,
    /// The fit of its formula; none where it has no formula.
    pub fit: Option<FitFinding>,
    /// Why the formula could not be fitted.
    pub not_fitted: Option<String>,
}

/// What the runs say of a prediction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PredictionFinding {
    /// Its name.
    pub name: String,
    /// The prediction in words.
    pub claim: String,
    /// The kind, as in the file.
    pub kind: String,
    /// What the runs say.
    pub standing: Standing,
    /// Each number that was looked at.
    pub comparisons: Vec<Comparison>,
    /// What contradicts it most.
    pub contradiction: Option<Contradiction>,
    /// Why it is not tested here.
    pub reason: Option<String>,
    /// What should be known besides.
    pub notes: Vec<String>,
}

/// A number, and the region in which it is predicted to lie.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// What the number is.
    pub what: String,
    /// How many independent units it comes from.
    pub n: u64,
    /// The estimate.
    pub estimate: f64,
    /// Its interval at the share of the error rate.
    pub bounds: Bounds,
    /// The least that is predicted.
    pub from: Option<f64>,
    /// The most that is predicted.
    pub to: Option<f64>,
    /// Where the interval lies.
    pub standing: Standing,
    /// The p-value against "it lies in the region", two-sided and before the error
    /// rate is shared.
    pub p_value: f64,
    /// By how many standard errors the estimate is outside of the region; 0 inside.
    pub distance: f64,
}

/// What contradicts, and how strongly.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Contradiction {
    /// The observation.
    pub observation: String,
    /// The p-value, adjusted for all that the theory says (Bonferroni).
    pub p_adjusted: f64,
    /// How far outside, in standard errors.
    pub distance: f64,
}

/// A formula fitted to all runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FitFinding {
    /// How many runs were fitted.
    pub n: u64,
    /// The constants.
    pub constants: Vec<ConstantFinding>,
    /// The standard deviation of the residuals: of logarithms where errors are
    /// relative.
    pub residual_sd: f64,
    /// Whether the formula can be right, where runs were repeated.
    pub lack_of_fit: Option<LackOfFitFinding>,
    /// The condition that is furthest from the formula.
    pub worst: Option<Worst>,
    /// Contradicted if a constant must lie outside of its range or the formula
    /// misses conditions by more than runs differ.
    pub standing: Standing,
    /// What contradicts it.
    pub contradiction: Option<Contradiction>,
    /// The quantity and the values along which [`FitFinding::curve`] goes.
    pub curve_over: Option<String>,
    /// Points of the fitted formula over one quantity, others as in the run with
    /// the largest value of it.
    pub curve: Vec<(f64, f64)>,
}

/// A fitted constant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConstantFinding {
    /// Its name.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// The least that the theory allows.
    pub from: f64,
    /// The most that the theory allows.
    pub to: f64,
    /// The estimate; none where the runs do not identify it.
    pub estimate: Option<f64>,
    /// The lower bound; none where the fit is as good down to the smallest value
    /// that was tried.
    pub lower: Option<f64>,
    /// The upper bound; none where the fit is as good up to the largest value that
    /// was tried.
    pub upper: Option<f64>,
    /// Consistent where the interval lies within the range, contradicted where it
    /// lies outside.
    pub standing: Standing,
}

/// What repeated runs say of a formula.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LackOfFitFinding {
    /// The F ratio.
    pub f: f64,
    /// The degrees of freedom of conditions.
    pub df_conditions: f64,
    /// The degrees of freedom of runs within conditions.
    pub df_runs: f64,
    /// The p-value before the error rate is shared.
    pub p_value: f64,
}

/// The condition that is furthest from a formula.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Worst {
    /// The condition.
    pub condition: String,
    /// The first row there.
    pub row: u64,
    /// The mean observed.
    pub observed: f64,
    /// What the formula says.
    pub formula: f64,
    /// The mean residual over its standard error.
    pub distance: f64,
}
