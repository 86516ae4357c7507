use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Level, Name};

/// Methods on data sets, with seeds: the levels of one factor are ranked, and
/// it is said which of them can be told apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BenchmarkEntry {
    /// The factor whose levels are the methods.
    pub factor: Name,
    /// The metrics. Methods are ranked by the first; several make a Pareto
    /// front.
    pub metrics: Vec<Name>,
    /// What runs cost, measured outside of the program, as further metrics of
    /// the front.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub usage: Vec<Usage>,
    /// The method with which all others are compared: every other one becomes
    /// a claim of one family that it is better. Without it methods are ranked
    /// and nothing is claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<Level>,
    /// With a control, the smallest difference to it that would matter, in the
    /// unit of the first metric.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smallest_effect: Option<f64>,
    /// With a control, the family of the claims; `benchmark` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<Name>,
    /// The test by which methods are told apart, at the error rate of the
    /// design; `nemenyi` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pairs: Option<PairTest>,
    /// How many resamples intervals are made of; 2000 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resamples: Option<u32>,
    /// For each data set, the scores by the first metric that count as 0
    /// (`low`) and as 1 (`high`) before means are taken over data sets.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("propertyNames" = { "$ref": "#/$defs/Name" }))]
    pub references: BTreeMap<Name, Reference>,
    /// How much each method was tuned, by method.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tuning: BTreeMap<String, TuningBudget>,
    /// The metric that says how many settings a run tried, where programs tune
    /// themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tuning_metric: Option<Name>,
    /// Conditions under which all methods run, such as noise in the data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<ConditionsEntry>,
}

impl BenchmarkEntry {
    /// The family of the claims against the control.
    pub(crate) fn family_name(&self) -> Name {
        self.family.clone().unwrap_or_else(Name::benchmark_family)
    }
}

/// Conditions under which all methods run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConditionsEntry {
    /// The factor whose levels are the conditions.
    pub factor: Name,
    /// The level without stress, under which methods are claimed to differ and
    /// from which losses are counted.
    pub clean: Level,
}

/// The reference scores of a data set, in the metric's own unit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// The score that counts as 0, such as that of a constant prediction.
    pub low: f64,
    /// The score that counts as 1, such as that of people or of the best known
    /// method; better than `low`.
    pub high: f64,
}

/// How much a method was tuned.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TuningBudget {
    /// How many settings are tried for each run, the one that is used among
    /// them: 1 where nothing is tuned.
    pub trials: u64,
    /// The processor time that went into tuning, in hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_hours: Option<f64>,
}

/// A test of all pairs of methods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PairTest {
    /// Average ranks with one critical difference.
    Nemenyi,
    /// Average ranks with the procedure of Bergmann and Hommel, or of Shaffer
    /// where there are too many methods for it.
    BergmannHommel,
    /// Signed-rank tests of the scores of each pair by itself, with Holm's
    /// procedure.
    WilcoxonHolm,
}

impl PairTest {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Nemenyi, Self::BergmannHommel, Self::WilcoxonHolm];

    /// Its name in a sentence.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Nemenyi => "Nemenyi's test",
            Self::BergmannHommel => "Bergmann and Hommel's procedure",
            Self::WilcoxonHolm => "Wilcoxon's signed-rank tests with Holm's procedure",
        }
    }

    /// Whether it compares average ranks, so that the test of all methods at
    /// once comes first.
    #[must_use]
    pub fn is_by_ranks(self) -> bool {
        match self {
            Self::Nemenyi | Self::BergmannHommel => true,
            Self::WilcoxonHolm => false,
        }
    }
}

/// What a run costs, as its supervisor measures it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Usage {
    /// Processor time of the program and its children, in seconds.
    CpuTime,
    /// How long the run took, in seconds.
    WallTime,
    /// The most memory that its largest process held, in bytes.
    PeakMemory,
}

impl Usage {
    /// Its name among metrics, with its unit.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::CpuTime => "processor time (s)",
            Self::WallTime => "wall time (s)",
            Self::PeakMemory => "peak memory (bytes)",
        }
    }
}
