use super::contract::{self, Description, Direction, Metric, MetricError, Needs, Range};
use super::predictions::Predictions;

/// The mean negative logarithm of the probability of the true class.
pub(super) struct LogLoss;

impl Metric for LogLoss {
    fn describe(&self) -> Description {
        Description {
            id: "log_loss",
            name: "log loss",
            documentation: "The mean of the negative natural logarithm of the probability given to the true class: \
                            0 for certain and right, ln k for indifferent among k classes. A proper score: it is \
                            best to say what one believes.",
            direction: Direction::Minimize,
            unit: "nats",
            // The logarithm of the clipped 0, 52 ln 2.
            range: Range { low: Some(0.0), high: Some(36.043_653_389_117_15) },
            needs: Needs::Probabilities,
            limits: "One item that is certain and wrong can outweigh all others. Probabilities are clipped to at \
                     least 2.2e-16, without which it would be infinite; rows are not rescaled to sum to 1.",
            source: "Good 1952, Rational Decisions, section 8; clipping of scikit-learn's `log_loss` for 64-bit \
                     numbers.",
        }
    }

    fn score(&self, predictions: &Predictions) -> Result<f64, MetricError> {
        contract::mean_of_items(self, &losses(self, predictions)?)
    }

    fn item_scores(&self, predictions: &Predictions) -> Option<Result<Vec<f64>, MetricError>> {
        Some(losses(self, predictions))
    }
}

fn losses(metric: &dyn Metric, predictions: &Predictions) -> Result<Vec<f64>, MetricError> {
    let probabilities = contract::probabilities(metric, predictions)?;
    let items = probabilities.with_true_column();
    Ok(items.map(|(row, column)| (-libm::log(row[column].max(f64::EPSILON))).max(0.0)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rows: Vec<Vec<f64>>, expected: f64) {
        let labels = |text: &str| text.chars().map(String::from).collect::<Vec<_>>();
        let predictions = Predictions::probabilities(labels("ab"), labels("ab"), rows).unwrap();
        let found = LogLoss.score(&predictions).unwrap();
        assert!((found - expected).abs() < 1e-15, "{found} {expected}");
    }

    #[test]
    fn indifference_costs_the_logarithm_of_the_number_of_classes() {
        check(vec![vec![0.5, 0.5], vec![0.5, 0.5]], std::f64::consts::LN_2);
    }

    #[test]
    fn certain_and_wrong_costs_the_largest_value_of_the_range() {
        let high = LogLoss.describe().range.high.unwrap();
        assert_eq!(high, 52.0 * std::f64::consts::LN_2);
        check(vec![vec![0.0, 1.0], vec![0.0, 1.0]], high / 2.0);
    }
}
