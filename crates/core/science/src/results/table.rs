use std::collections::{BTreeMap, BTreeSet};

use gosset_model::{Direction, ErrorRate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// One score of a table of results.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Score {
    /// The method, model or configuration that it belongs to.
    pub method: String,
    /// The data set or task.
    pub dataset: Option<String>,
    /// The seed or repetition.
    pub seed: Option<String>,
    /// The example that was scored.
    pub item: Option<String>,
    /// What the example shares with others, such as its subject.
    pub cluster: Option<String>,
    /// The score, finite; none where a run crashed, diverged or was never made.
    pub value: Option<f64>,
    /// Where it stands in its source, from 1.
    pub row: u64,
}

impl Score {
    /// What tells it apart from the other scores of its method.
    fn cell(&self) -> (Option<&str>, Option<&str>, Option<&str>) {
        (self.dataset.as_deref(), self.seed.as_deref(), self.item.as_deref())
    }
}

/// What is asked of a table of results.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Question {
    /// The name of the metric.
    pub metric: String,
    /// Which way is better.
    pub direction: Direction,
    /// The method that the others are compared with.
    pub baseline: String,
    /// The smallest difference that would matter, in the metric's unit.
    pub smallest_effect: Option<f64>,
    /// The error rate of each direction over all comparisons.
    pub alpha: ErrorRate,
    /// The power that advice on further evidence aims at.
    pub power: f64,
    /// Where seeds are folds or other resamples of one data set: the size of a
    /// test part over that of a training part.
    pub test_to_train: Option<f64>,
}

/// Scores that are complete enough to be compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Results {
    scores: Vec<Score>,
}

/// Why a table of results cannot be judged.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ResultsError {
    /// There is no score.
    #[error("there is no score")]
    Empty,
    /// Two rows are of the same cell.
    #[error("{} the cell of an earlier one, the first are rows {first} and {second} ({cell})", if *count == 1 { "1 row repeats".to_owned() } else { format!("{count} rows repeat") })]
    Repeated {
        /// How many rows.
        count: u64,
        /// The earlier row of the first pair.
        first: u64,
        /// The later row of the first pair.
        second: u64,
        /// What both are of.
        cell: String,
    },
    /// The baseline is not among the methods.
    #[error("there is no method `{baseline}`")]
    NoBaseline {
        /// What was asked for.
        baseline: String,
        /// The methods that exist.
        methods: Vec<String>,
    },
    /// There is nothing to compare the baseline with.
    #[error("`{baseline}` is the only method")]
    Alone {
        /// The only method.
        baseline: String,
    },
    /// A score is NaN or infinite.
    #[error("the score in row {row} is not finite")]
    NotFinite {
        /// The row, from 1.
        row: u64,
    },
}

impl ResultsError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "results-empty",
            Self::Repeated { .. } => "results-repeated",
            Self::NoBaseline { .. } => "results-no-baseline",
            Self::Alone { .. } => "results-alone",
            Self::NotFinite { .. } => "results-not-finite",
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::Empty => vec!["check that the table has rows with scores".to_owned()],
            Self::Repeated { .. } => vec![
                "name the column that tells them apart with `--seed`, `--dataset` or `--item`".to_owned(),
                "remove the rows that stand there twice".to_owned(),
            ],
            Self::NoBaseline { methods, .. } => vec![format!("choose one of: {}", methods.join(", "))],
            Self::Alone { .. } => vec!["add the scores of another method".to_owned()],
            Self::NotFinite { .. } => {
                vec!["leave the score of a failed run empty: it then counts as missing".to_owned()]
            }
        }
    }
}

impl Results {
    /// Takes up the scores of a table.
    ///
    /// # Errors
    /// [`ResultsError::Empty`] without any value, [`ResultsError::NotFinite`], and
    /// [`ResultsError::Repeated`] where two rows are of one cell: nobody can
    /// say which of them counts.
    pub fn new(scores: Vec<Score>) -> Result<Self, ResultsError> {
        if scores.iter().all(|score| score.value.is_none()) {
            return Err(ResultsError::Empty);
        }
        if let Some(score) = scores.iter().find(|score| score.value.is_some_and(|value| !value.is_finite())) {
            return Err(ResultsError::NotFinite { row: score.row });
        }
        // Without anything that tells runs apart, each row is a run.
        let has_cells = scores.iter().any(|score| score.seed.is_some() || score.item.is_some());
        let has_datasets = scores.iter().any(|score| score.dataset.is_some());
        if has_cells {
            let mut known = BTreeMap::new();
            let mut repeated: Vec<(u64, &Score)> = Vec::new();
            for score in &scores {
                if let Some(first) = known.insert((score.method.as_str(), score.cell()), score.row) {
                    repeated.push((first, score));
                }
            }
            if let Some((first, second)) = repeated.first() {
                return Err(ResultsError::Repeated {
                    count: repeated.len() as u64,
                    first: *first,
                    second: second.row,
                    cell: described(second, has_datasets),
                });
            }
        }
        Ok(Self { scores })
    }

    /// The scores.
    #[must_use]
    pub fn scores(&self) -> &[Score] {
        &self.scores
    }

    /// The methods, sorted.
    #[must_use]
    pub fn methods(&self) -> BTreeSet<&str> {
        self.scores.iter().map(|score| score.method.as_str()).collect()
    }

    /// The scores of one method.
    pub(crate) fn of<'a>(&'a self, method: &'a str) -> impl Iterator<Item = &'a Score> {
        self.scores.iter().filter(move |score| score.method == method)
    }
}

fn described(score: &Score, has_datasets: bool) -> String {
    let mut parts = vec![format!("method `{}`", score.method)];
    if has_datasets {
        parts.push(format!("data set `{}`", score.dataset.as_deref().unwrap_or("none")));
    }
    parts.extend(score.seed.as_ref().map(|seed| format!("seed `{seed}`")));
    parts.extend(score.item.as_ref().map(|item| format!("item `{item}`")));
    parts.join(", ")
}
