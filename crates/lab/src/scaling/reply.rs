use gosset_stats::scaling::selection::Entrant;
use gosset_stats::scaling::{Constant, Verdict};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A constant of a law and what the runs say about it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct ConstantText {
    /// Its symbol.
    pub(crate) symbol: String,
    /// What it is.
    pub(crate) about: String,
    /// Its unit; `1` where it has none.
    pub(crate) unit: String,
    /// What the runs say; a number only where they identify it.
    pub(crate) verdict: Verdict,
}

impl ConstantText {
    /// From a constant of the library.
    pub(crate) fn of(constant: &Constant, verdict: Verdict) -> Self {
        Self {
            symbol: constant.symbol.to_owned(),
            about: constant.about.to_owned(),
            unit: constant.unit.to_owned(),
            verdict,
        }
    }
}

/// A law on the largest runs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct EntrantText {
    /// Its id.
    pub(crate) law: String,
    /// What it is about.
    pub(crate) over: Vec<String>,
    /// The root of the mean square of log losses less those foreseen.
    pub(crate) root_mean_square: Option<f64>,
    /// Their mean: above 0 the law promised too much.
    pub(crate) mean: Option<f64>,
    /// Why it could not be fitted.
    pub(crate) refused: Option<String>,
}

impl EntrantText {
    /// From a law of a contest.
    pub(crate) fn of(entrant: &Entrant) -> Self {
        let found = entrant.outcome.as_ref().ok();
        Self {
            law: entrant.law.id().to_owned(),
            over: entrant.law.needs().iter().map(|need| need.word().to_owned()).collect(),
            root_mean_square: found.map(|found| found.root_mean_square),
            mean: found.map(|found| found.mean),
            refused: entrant.outcome.as_ref().err().map(ToString::to_string),
        }
    }
}
