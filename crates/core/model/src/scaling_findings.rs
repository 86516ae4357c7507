use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Contribution, Digest, ScaleQuantity, Setting};

/// What a law fitted to the lower rungs of a ladder foresees for those held
/// out: recorded before any run on these starts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScalingPrediction {
    /// The version of this form.
    pub version: u32,
    /// The protocol under which it was made.
    pub protocol: Digest,
    /// The one-sided level of each bound.
    pub level: f64,
    /// Without the treatment and, where there is one, with it.
    pub ladders: Vec<LadderPrediction>,
}

impl ScalingPrediction {
    /// The version that this program writes.
    pub const VERSION: u32 = 1;
}

/// What is foreseen for one of the two ladders.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LadderPrediction {
    /// Whether the treatment is applied.
    pub is_treated: bool,
    /// The runs that the law was fitted to.
    pub runs: u64,
    /// Runs on lower rungs that failed or are missing.
    pub left_out: u64,
    /// The constants of the law; empty where it could not be fitted.
    pub constants: Vec<LawConstant>,
    /// What is foreseen, rung by rung; empty where nothing can be.
    pub rungs: Vec<RungPrediction>,
    /// Why nothing is foreseen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// What has to be said besides.
    pub notes: Vec<String>,
}

/// A constant of a law.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LawConstant {
    /// Its symbol.
    pub symbol: String,
    /// Its estimate; none where the runs do not identify it.
    pub estimate: Option<f64>,
    /// The lower bound, where there is one.
    pub lower: Option<f64>,
    /// The upper bound, where there is one.
    pub upper: Option<f64>,
}

/// What is foreseen for one rung.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RungPrediction {
    /// The levels of the factors that make the rung.
    pub setting: Setting,
    /// The loss of the law.
    pub loss: f64,
    /// Bounds of the law itself, if it holds there.
    pub law: [f64; 2],
    /// Bounds of a single run there, if the law holds.
    pub run: [f64; 2],
    /// How many times the largest of the runs that were fitted it is, for each
    /// quantity.
    pub beyond: BTreeMap<ScaleQuantity, f64>,
}

/// What a ladder says beyond the verdicts on its claims.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScalingFindings {
    /// What was foreseen against what came, in the order in which it was
    /// foreseen.
    pub predictions: Vec<ScoredPrediction>,
    /// The ledger record of the prediction; none where none was recorded.
    pub predicted_in: Option<u64>,
    /// The gain of the treatment on each rung, positive where it is better; empty
    /// where nothing is claimed of it.
    pub gains: Vec<RungGain>,
    /// How the gains bend away from a straight line over the logarithm of scale:
    /// the coefficient of its square.
    pub bend: Option<Contribution>,
    /// What else a reader should know.
    pub notes: Vec<String>,
}

/// The gain of a treatment on one rung.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RungGain {
    /// The levels of the factors that make the rung.
    pub setting: Setting,
    /// How much of the quantity there is along which claims speak of scale.
    pub scale: f64,
    /// The gain.
    pub gain: Contribution,
}

/// What was foreseen for a rung, and what came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScoredPrediction {
    /// Whether the treatment is applied.
    pub is_treated: bool,
    /// What was foreseen.
    pub predicted: RungPrediction,
    /// What came, seed by seed; averaged over data sets where there are several.
    pub observed: Vec<ObservedLoss>,
    /// Seeds whose run failed or is missing.
    pub lacking: u64,
    /// The mean of what came.
    pub mean: Option<f64>,
    /// That mean over what was foreseen, less one.
    pub off: Option<f64>,
}

/// The loss of one seed on a rung that was foreseen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ObservedLoss {
    /// The seed.
    pub seed: u64,
    /// The loss.
    pub loss: f64,
    /// Whether it lies within the bounds of a single run.
    pub is_inside: bool,
}
