use super::contract::{self, Description, Direction, Metric, MetricError, Needs, Range};
use super::predictions::Predictions;

/// The share of items whose class is predicted rightly.
pub(super) struct Accuracy;

impl Metric for Accuracy {
    fn describe(&self) -> Description {
        Description {
            id: "accuracy",
            name: "accuracy",
            documentation: "The share of items whose predicted class is the true one.",
            direction: Direction::Maximize,
            unit: "proportion",
            range: Range { low: Some(0.0), high: Some(1.0) },
            needs: Needs::Classes,
            limits: "Counts every item and every kind of mistake alike. Where one class is common, always predicting \
                     it scores well: compare with its share, or use balanced accuracy.",
            source: "Pedregosa et al. 2011, scikit-learn, `accuracy_score`.",
        }
    }

    fn score(&self, predictions: &Predictions) -> Result<f64, MetricError> {
        contract::mean_of_items(self, &hits(self, predictions)?)
    }

    fn item_scores(&self, predictions: &Predictions) -> Option<Result<Vec<f64>, MetricError>> {
        Some(hits(self, predictions))
    }
}

fn hits(metric: &dyn Metric, predictions: &Predictions) -> Result<Vec<f64>, MetricError> {
    let labels = contract::labels(metric, predictions)?;
    let pairs = labels.truth().iter().zip(labels.predicted());
    Ok(pairs.map(|(truth, predicted)| if truth == predicted { 1.0 } else { 0.0 }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_of_four_are_three_quarters() {
        let labels = |text: &str| text.chars().map(String::from).collect();
        let predictions = Predictions::classes(labels("aabb"), labels("aaba")).unwrap();
        assert_eq!(Accuracy.score(&predictions), Ok(0.75));
        assert_eq!(Accuracy.item_scores(&predictions), Some(Ok(vec![1.0, 1.0, 1.0, 0.0])));
    }
}
