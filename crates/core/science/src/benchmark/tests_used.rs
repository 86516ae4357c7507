use gosset_model::PairTest;
use gosset_stats::find_method;
use gosset_stats::ranking::bergmann_hommel::MOST_METHODS;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::matrix::Matrix;
use super::question::BenchmarkQuestion;

/// A method of the catalogue that a leaderboard was made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TestUsed {
    /// Its id in the catalogue.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it assumes.
    pub assumptions: Vec<String>,
    /// When not to use it.
    pub avoid_when: String,
    /// Where it is from.
    pub sources: Vec<String>,
}

/// The methods that were used, in the order in which their numbers are shown.
pub(super) fn tests_used(question: &BenchmarkQuestion, matrix: &Matrix) -> Vec<TestUsed> {
    let pairs = match question.pairs {
        PairTest::Nemenyi => "nemenyi",
        PairTest::BergmannHommel if matrix.methods.len() <= MOST_METHODS => "bergmann-hommel",
        PairTest::BergmannHommel => "shaffer-static",
        PairTest::WilcoxonHolm => "wilcoxon-holm",
    };
    let ids = ["average-ranks", "friedman", "iman-davenport", pairs, "interquartile-mean", "aggregate-mean"];
    let others = ["probability-of-improvement", "performance-profile", "welch"];
    let used = |id: &str| {
        let method = find_method(id)?;
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Some(TestUsed {
            id: id.to_owned(),
            name: method.name.to_owned(),
            assumptions: owned(method.assumptions),
            avoid_when: method.avoid_when.to_owned(),
            sources: owned(method.sources),
        })
    };
    ids.into_iter().chain(others).filter_map(used).collect()
}
