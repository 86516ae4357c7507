use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::predictions::{Labels, Numbers, Predictions, Probabilities};

/// A way to score predictions.
pub trait Metric: Sync {
    /// Says what the metric is, for people.
    fn describe(&self) -> Description;

    /// Scores the predictions, in the metric's unit.
    ///
    /// # Errors
    /// [`MetricError::WrongColumns`] where it needs other columns, and
    /// [`MetricError::Undefined`] where these have no such score.
    fn score(&self, predictions: &Predictions) -> Result<f64, MetricError>;

    /// Scores each item, where the score is the mean over items.
    ///
    /// `None` where it is not such a mean. The scores are in the order of the
    /// items, and their mean is [`Self::score`].
    fn item_scores(&self, predictions: &Predictions) -> Option<Result<Vec<f64>, MetricError>>;

    /// Whether the score is the mean of one score for each item.
    fn is_mean_over_items(&self) -> bool {
        let one = Predictions::numbers(vec![0.0], vec![0.0]).expect("one finite number is a prediction");
        // Other columns would be an error, which such a mean has too.
        self.item_scores(&one).is_some()
    }
}

/// What a metric is, for people.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Description {
    /// A stable name for study files, in snake case.
    pub id: &'static str,
    /// Its name in running text.
    pub name: &'static str,
    /// What it measures, in a paragraph.
    pub documentation: &'static str,
    /// Which way is better.
    pub direction: Direction,
    /// The word after its number.
    pub unit: &'static str,
    /// What values it can take.
    pub range: Range,
    /// What columns it is computed from.
    pub needs: Needs,
    /// What it assumes and where it misleads.
    pub limits: &'static str,
    /// Where its definition stands, and which variant was chosen.
    pub source: &'static str,
}

/// Which way a metric is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Larger is better.
    Maximize,
    /// Smaller is better.
    Minimize,
}

impl Direction {
    /// How much better the candidate scores than the baseline; positive is
    /// better.
    #[must_use]
    pub fn gain(self, candidate: f64, baseline: f64) -> f64 {
        match self {
            Self::Maximize => candidate - baseline,
            Self::Minimize => baseline - candidate,
        }
    }
}

/// The values that a metric can take; `None` where there is no bound.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Range {
    /// The smallest value.
    pub low: Option<f64>,
    /// The largest value.
    pub high: Option<f64>,
}

/// The columns that a metric is computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Needs {
    /// True and predicted class labels.
    Classes,
    /// True class labels and a probability per class.
    Probabilities,
    /// True and predicted numbers.
    Numbers,
}

impl Needs {
    /// The columns in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Classes => "true and predicted class labels",
            Self::Probabilities => "true class labels and a probability per class",
            Self::Numbers => "true and predicted numbers",
        }
    }

    /// What these predictions offer.
    #[must_use]
    pub fn of(predictions: &Predictions) -> Self {
        match predictions {
            Predictions::Classes(_) => Self::Classes,
            Predictions::Probabilities(_) => Self::Probabilities,
            Predictions::Numbers(_) => Self::Numbers,
        }
    }
}

/// Why predictions have no such score.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum MetricError {
    /// The metric is computed from other columns.
    #[error("metric `{metric}` needs {}, not {}", needs.words(), got.words())]
    WrongColumns {
        /// The metric's id.
        metric: &'static str,
        /// What it needs.
        needs: Needs,
        /// What there is.
        got: Needs,
    },
    /// The score does not exist for these data.
    #[error("metric `{metric}` is undefined: {why}")]
    Undefined {
        /// The metric's id.
        metric: &'static str,
        /// What is in the way.
        why: Undefined,
    },
}

/// What is in the way of a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Undefined {
    /// All true values are equal, so that there is no variance to explain.
    #[error("all true values are equal")]
    ConstantTruth,
    /// The errors are so large that the score overflows: the run diverged.
    #[error("the errors are too large to be summed")]
    Overflow,
}

impl MetricError {
    /// Whether it is what a diverged run leaves, rather than a fault of the
    /// data or the study.
    #[must_use]
    pub fn is_divergence(&self) -> bool {
        matches!(self, Self::Undefined { why: Undefined::Overflow, .. })
    }

    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::WrongColumns { .. } => "metric-wrong-columns",
            Self::Undefined { why: Undefined::ConstantTruth, .. } => "metric-constant-truth",
            Self::Undefined { why: Undefined::Overflow, .. } => "metric-overflow",
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::WrongColumns { needs, .. } => {
                vec![format!("write {} or choose another metric", needs.words())]
            }
            Self::Undefined { why: Undefined::ConstantTruth, .. } => {
                vec!["use a test set in which the target varies, or choose another metric".to_owned()]
            }
            Self::Undefined { why: Undefined::Overflow, .. } => {
                vec!["look whether training diverged; lower the learning rate".to_owned()]
            }
        }
    }
}

/// The class labels, or an error that names the metric.
pub(super) fn labels<'a>(metric: &dyn Metric, predictions: &'a Predictions) -> Result<&'a Labels, MetricError> {
    match predictions {
        Predictions::Classes(labels) => Ok(labels),
        Predictions::Probabilities(_) | Predictions::Numbers(_) => Err(wrong_columns(metric, predictions)),
    }
}

/// The probabilities, or an error that names the metric.
pub(super) fn probabilities<'a>(
    metric: &dyn Metric,
    predictions: &'a Predictions,
) -> Result<&'a Probabilities, MetricError> {
    match predictions {
        Predictions::Probabilities(probabilities) => Ok(probabilities),
        Predictions::Classes(_) | Predictions::Numbers(_) => Err(wrong_columns(metric, predictions)),
    }
}

/// The numbers, or an error that names the metric.
pub(super) fn numbers<'a>(metric: &dyn Metric, predictions: &'a Predictions) -> Result<&'a Numbers, MetricError> {
    match predictions {
        Predictions::Numbers(numbers) => Ok(numbers),
        Predictions::Classes(_) | Predictions::Probabilities(_) => Err(wrong_columns(metric, predictions)),
    }
}

/// The mean of the items' scores, of which there is at least one.
pub(super) fn mean_of_items(metric: &dyn Metric, items: &[f64]) -> Result<f64, MetricError> {
    finite(metric, crate::summary::sum(items) / items.len() as f64)
}

/// Passes a finite score on.
pub(super) fn finite(metric: &dyn Metric, score: f64) -> Result<f64, MetricError> {
    if score.is_finite() {
        Ok(score)
    } else {
        Err(MetricError::Undefined { metric: metric.describe().id, why: Undefined::Overflow })
    }
}

fn wrong_columns(metric: &dyn Metric, predictions: &Predictions) -> MetricError {
    let description = metric.describe();
    MetricError::WrongColumns { metric: description.id, needs: description.needs, got: Needs::of(predictions) }
}
