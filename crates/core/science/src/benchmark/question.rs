use std::collections::BTreeMap;

use gosset_model::{Direction, ErrorRate, PairTest, Reference};
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
