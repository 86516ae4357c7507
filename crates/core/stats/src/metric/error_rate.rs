use super::contract::{self, Description, Direction, Metric, MetricError, Needs, Range};
use super::predictions::Predictions;

/// The share of items whose class is predicted wrongly.
pub(super) struct ErrorRate;

impl Metric for ErrorRate {
    fn describe(&self) -> Description {
        Description {
            id: "error_rate",
            name: "error rate",
            documentation: "The share of items whose predicted class is not the true one: one minus accuracy.",
            direction: Direction::Minimize,
            unit: "proportion",
            range: Range { low: Some(0.0), high: Some(1.0) },
            needs: Needs::Classes,
            limits: "Counts every item and every kind of mistake alike. Where one class is common, always predicting \
                     it errs seldom: compare with the share of the other classes.",
            source: "Pedregosa et al. 2011, scikit-learn, `zero_one_loss` with normalize=True.",
        }
    }

    fn score(&self, predictions: &Predictions) -> Result<f64, MetricError> {
        contract::mean_of_items(self, &misses(self, predictions)?)
    }

    fn item_scores(&self, predictions: &Predictions) -> Option<Result<Vec<f64>, MetricError>> {
        Some(misses(self, predictions))
    }
}

fn misses(metric: &dyn Metric, predictions: &Predictions) -> Result<Vec<f64>, MetricError> {
    let labels = contract::labels(metric, predictions)?;
    let pairs = labels.truth().iter().zip(labels.predicted());
    Ok(pairs.map(|(truth, predicted)| if truth == predicted { 0.0 } else { 1.0 }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_four_is_a_quarter() {
        let labels = |text: &str| text.chars().map(String::from).collect();
        let predictions = Predictions::classes(labels("aabb"), labels("aaba")).unwrap();
        assert_eq!(ErrorRate.score(&predictions), Ok(0.25));
    }
}
