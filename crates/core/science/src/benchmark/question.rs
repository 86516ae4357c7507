use std::collections::BTreeMap;

use gosset_model::{Direction, ErrorRate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is asked of the results of a benchmark.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BenchmarkQuestion {
    /// The metrics. Methods are ranked by the first; all of them make the Pareto
    /// front.
    pub metrics: Vec<BenchmarkMetric>,
    /// What scores are normalised by before they are averaged over data sets.
    pub references: References,
    /// The chance, over all pairs, of telling any two methods apart that do not
    /// differ; intervals have the confidence one less this.
    pub alpha: ErrorRate,
    /// The test by which methods are told apart.
    pub pairs: PairTest,
    /// The best score that the first metric can take, where there is one.
    pub ceiling: Option<f64>,
    /// How many resamples intervals are made of.
    pub resamples: u32,
}

/// A metric of a benchmark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BenchmarkMetric {
    /// Its name.
    pub name: String,
    /// Which way is better.
    pub direction: Direction,
}

/// What scores are normalised by: 0 is the low reference, 1 the high one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum References {
    /// By nothing: scores are averaged as they are.
    None,
    /// By the mean scores of two methods of the same table, which are not
    /// ranked.
    Methods {
        /// The method whose score counts as 0.
        low: String,
        /// The method whose score counts as 1.
        high: String,
    },
    /// By scores that were given for each data set.
    Scores {
        /// The two scores of each data set.
        datasets: BTreeMap<String, Reference>,
    },
}

/// The reference scores of a data set, in the metric's own unit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reference {
    /// The score that counts as 0, such as that of a constant prediction.
    pub low: f64,
    /// The score that counts as 1, such as that of people or of the best known
    /// method; better than `low`.
    pub high: f64,
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
