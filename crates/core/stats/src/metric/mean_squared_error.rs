use super::contract::{self, Description, Direction, Metric, MetricError, Needs, Range};
use super::predictions::Predictions;

/// The mean squared error.
pub(super) struct MeanSquaredError;

impl Metric for MeanSquaredError {
    fn describe(&self) -> Description {
        Description {
            id: "mean_squared_error",
            name: "mean squared error",
            documentation: "The mean over items of the squared difference between prediction and truth. Best for \
                            predictions of the mean.",
            direction: Direction::Minimize,
            unit: "squared units of the target",
            range: Range { low: Some(0.0), high: None },
            needs: Needs::Numbers,
            limits: "A few large errors can outweigh all others. Its size depends on the scale of the target, so that \
                     it cannot be compared or averaged across data sets.",
            source: "Gauss 1821, Theoria combinationis observationum, part 1, article 6; scikit-learn's \
                     `mean_squared_error`.",
        }
    }

    fn score(&self, predictions: &Predictions) -> Result<f64, MetricError> {
        contract::mean_of_items(self, &squares(self, predictions)?)
    }

    fn item_scores(&self, predictions: &Predictions) -> Option<Result<Vec<f64>, MetricError>> {
        Some(squares(self, predictions))
    }
}

fn squares(metric: &dyn Metric, predictions: &Predictions) -> Result<Vec<f64>, MetricError> {
    let numbers = contract::numbers(metric, predictions)?;
    numbers.errors().map(|error| contract::finite(metric, error * error)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_one_and_three_give_five() {
        let predictions = Predictions::numbers(vec![1.0, 2.0], vec![2.0, -1.0]).unwrap();
        assert_eq!(MeanSquaredError.score(&predictions), Ok(5.0));
        assert_eq!(MeanSquaredError.item_scores(&predictions), Some(Ok(vec![1.0, 9.0])));
    }

    #[test]
    fn an_error_too_large_to_square_is_a_divergence() {
        let predictions = Predictions::numbers(vec![0.0], vec![1e200]).unwrap();
        assert!(MeanSquaredError.score(&predictions).unwrap_err().is_divergence());
        assert!(MeanSquaredError.item_scores(&predictions).unwrap().is_err());
    }
}
