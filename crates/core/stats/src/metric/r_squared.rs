use super::contract::{Description, Direction, Metric, MetricError, Needs, Range, Undefined, finite, numbers};
use super::predictions::Predictions;
use crate::summary::{Adder, sum};

/// The share of variance explained.
pub(super) struct RSquared;

impl Metric for RSquared {
    fn describe(&self) -> Description {
        Description {
            id: "r_squared",
            name: "R squared",
            documentation: "One minus the ratio of the squared errors to the squared deviations of the truth from its \
                            own mean: 1 for perfect predictions, 0 for always predicting the mean of the test set, \
                            negative for worse than that.",
            direction: Direction::Maximize,
            unit: "proportion of variance",
            range: Range { low: None, high: Some(1.0) },
            needs: Needs::Numbers,
            limits: "Undefined where all true values are equal. Depends on how much the target varies in the test \
                     set, so that scores on different test sets cannot be compared; it is no mean over items.",
            source: "Draper and Smith 1998, Applied Regression Analysis, section 1.3; scikit-learn's `r2_score`, \
                     but with an error where that gives 0 or 1 for a constant truth.",
        }
    }

    fn score(&self, predictions: &Predictions) -> Result<f64, MetricError> {
        let numbers = numbers(self, predictions)?;
        let truth = numbers.truth();
        if truth.iter().all(|value| *value == truth[0]) {
            return Err(MetricError::Undefined { metric: self.describe().id, why: Undefined::ConstantTruth });
        }
        let mean = sum(truth) / truth.len() as f64;
        let mut deviations = Adder::new();
        for value in truth {
            deviations.add((value - mean) * (value - mean));
        }
        let mut errors = Adder::new();
        for error in numbers.errors() {
            errors.add(error * error);
        }
        finite(self, 1.0 - errors.total() / deviations.total())
    }

    fn item_scores(&self, _: &Predictions) -> Option<Result<Vec<f64>, MetricError>> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_scores_zero_and_a_constant_truth_is_an_error() {
        let predictions = Predictions::numbers(vec![1.0, 2.0, 6.0], vec![3.0; 3]).unwrap();
        assert_eq!(RSquared.score(&predictions), Ok(0.0));
        // Errors 1, 0, 2; deviations -2, -1, 3: 1 - 5 / 14.
        let predictions = Predictions::numbers(vec![1.0, 2.0, 6.0], vec![2.0, 2.0, 4.0]).unwrap();
        assert_eq!(RSquared.score(&predictions), Ok(1.0 - 5.0 / 14.0));
        let predictions = Predictions::numbers(vec![2.0, 2.0], vec![1.0, 2.0]).unwrap();
        assert_eq!(RSquared.score(&predictions).unwrap_err().code(), "metric-constant-truth");
    }
}
