use super::contract::{Description, Direction, Metric, MetricError, Needs, Range, finite, numbers};
use super::predictions::Predictions;
use crate::summary::Adder;

/// The root of the mean squared error.
pub(super) struct RootMeanSquaredError;

impl Metric for RootMeanSquaredError {
    fn describe(&self) -> Description {
        Description {
            id: "root_mean_squared_error",
            name: "root mean squared error",
            documentation: "The square root of the mean over items of the squared difference between prediction and \
                            truth: the mean squared error in the unit of the target.",
            direction: Direction::Minimize,
            unit: "units of the target",
            range: Range { low: Some(0.0), high: None },
            needs: Needs::Numbers,
            limits: "A few large errors can outweigh all others. It is no mean over items: the mean of the scores of \
                     two halves is not the score of the whole.",
            source: "Gauss 1821, Theoria combinationis observationum, part 1, article 7; scikit-learn's \
                     `root_mean_squared_error`.",
        }
    }

    fn score(&self, predictions: &Predictions) -> Result<f64, MetricError> {
        let numbers = numbers(self, predictions)?;
        let mut squares = Adder::new();
        for error in numbers.errors() {
            squares.add(error * error);
        }
        finite(self, (squares.total() / predictions.n() as f64).sqrt())
    }

    fn item_scores(&self, _: &Predictions) -> Option<Result<Vec<f64>, MetricError>> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_one_and_seven_give_five() {
        let predictions = Predictions::numbers(vec![0.0, 0.0], vec![1.0, -7.0]).unwrap();
        assert_eq!(RootMeanSquaredError.score(&predictions), Ok(5.0));
        assert_eq!(RootMeanSquaredError.item_scores(&predictions), None);
    }
}
