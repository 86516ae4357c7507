use super::contract::{self, Description, Direction, Metric, MetricError, Needs, Range};
use super::predictions::Predictions;

/// The mean absolute error.
pub(super) struct MeanAbsoluteError;

impl Metric for MeanAbsoluteError {
    fn describe(&self) -> Description {
        Description {
            id: "mean_absolute_error",
            name: "mean absolute error",
            documentation: "The mean over items of the absolute difference between prediction and truth. Best for \
                            predictions of the median.",
            direction: Direction::Minimize,
            unit: "units of the target",
            range: Range { low: Some(0.0), high: None },
            needs: Needs::Numbers,
            limits: "Its size depends on the scale of the target, so that it cannot be compared or averaged across \
                     data sets. Many small errors can hide a few large ones.",
            source: "Willmott and Matsuura 2005, Advantages of the Mean Absolute Error; scikit-learn's \
                     `mean_absolute_error`.",
        }
    }

    fn score(&self, predictions: &Predictions) -> Result<f64, MetricError> {
        contract::mean_of_items(self, &magnitudes(self, predictions)?)
    }

    fn item_scores(&self, predictions: &Predictions) -> Option<Result<Vec<f64>, MetricError>> {
        Some(magnitudes(self, predictions))
    }
}

fn magnitudes(metric: &dyn Metric, predictions: &Predictions) -> Result<Vec<f64>, MetricError> {
    let numbers = contract::numbers(metric, predictions)?;
    numbers.errors().map(|error| contract::finite(metric, error.abs())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_one_and_three_give_two() {
        let predictions = Predictions::numbers(vec![1.0, 2.0], vec![2.0, -1.0]).unwrap();
        assert_eq!(MeanAbsoluteError.score(&predictions), Ok(2.0));
    }
}
