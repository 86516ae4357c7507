use super::contract::{self, Description, Direction, Metric, MetricError, Needs, Range};
use super::predictions::Predictions;
use crate::summary::Adder;

/// The mean squared distance of the probabilities from the truth.
pub(super) struct Brier;

impl Metric for Brier {
    fn describe(&self) -> Description {
        Description {
            id: "brier",
            name: "Brier score",
            documentation: "The mean squared distance between the probabilities and the truth (1 for the true class, \
                            0 for the others), summed over the classes; with two classes half of that, which is the \
                            squared error of one class's probability. A proper score: it is best to say what one \
                            believes.",
            direction: Direction::Minimize,
            unit: "squared probability",
            range: Range { low: Some(0.0), high: Some(2.0) },
            needs: Needs::Probabilities,
            limits: "At most 1 with two classes and 2 with more, so that the two cannot be compared. Hardly punishes \
                     a certain mistake about a rare class.",
            source: "Brier 1950, Verification of Forecasts Expressed in Terms of Probability, equation 2; halved for \
                     two classes as scikit-learn's `brier_score_loss` with scale_by_half='auto'.",
        }
    }

    fn score(&self, predictions: &Predictions) -> Result<f64, MetricError> {
        contract::mean_of_items(self, &distances(self, predictions)?)
    }

    fn item_scores(&self, predictions: &Predictions) -> Option<Result<Vec<f64>, MetricError>> {
        Some(distances(self, predictions))
    }
}

fn distances(metric: &dyn Metric, predictions: &Predictions) -> Result<Vec<f64>, MetricError> {
    let probabilities = contract::probabilities(metric, predictions)?;
    let scale = if probabilities.classes().len() <= 2 { 0.5 } else { 1.0 };
    let distance = |(row, truth): (&[f64], usize)| {
        let mut squares = Adder::new();
        for (column, probability) in row.iter().enumerate() {
            let error = if column == truth { probability - 1.0 } else { *probability };
            squares.add(error * error);
        }
        scale * squares.total()
    };
    Ok(probabilities.with_true_column().map(distance).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(classes: &str, row: &[f64], expected: f64) {
        let labels = |text: &str| text.chars().map(String::from).collect::<Vec<_>>();
        let predictions = Predictions::probabilities(labels("a"), labels(classes), vec![row.to_vec()]).unwrap();
        let found = Brier.score(&predictions).unwrap();
        assert!((found - expected).abs() < 1e-15, "{found} {expected}");
    }

    #[test]
    fn two_classes_give_the_squared_error_of_one_and_more_the_sum_of_all() {
        check("ab", &[0.7, 0.3], 0.09);
        check("abc", &[0.7, 0.2, 0.1], 0.09 + 0.04 + 0.01);
        check("ab", &[0.0, 1.0], 1.0);
        check("abc", &[0.0, 1.0, 0.0], 2.0);
    }
}
