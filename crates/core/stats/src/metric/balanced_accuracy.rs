use super::confusion::count_by_class;
use super::contract::{self, Description, Direction, Metric, MetricError, Needs, Range};
use super::predictions::Predictions;

/// The mean over classes of the share predicted rightly.
pub(super) struct BalancedAccuracy;

impl Metric for BalancedAccuracy {
    fn describe(&self) -> Description {
        Description {
            id: "balanced_accuracy",
            name: "balanced accuracy",
            documentation: "The share of items predicted rightly, taken for each true class by itself and then \
                            averaged over the classes, so that rare classes weigh as much as common ones. Always \
                            predicting one of k classes scores 1/k.",
            direction: Direction::Maximize,
            unit: "proportion",
            range: Range { low: Some(0.0), high: Some(1.0) },
            needs: Needs::Classes,
            limits: "Classes that occur only in the predictions are not averaged over. A class with few items makes \
                     the score noisy, and it is no mean over items.",
            source: "Brodersen et al. 2010, The Balanced Accuracy and Its Posterior Distribution; convention of \
                     scikit-learn's `balanced_accuracy_score` with adjusted=False.",
        }
    }

    fn score(&self, predictions: &Predictions) -> Result<f64, MetricError> {
        let counts = count_by_class(contract::labels(self, predictions)?);
        let recalls: Vec<f64> = counts
            .values()
            .filter(|count| count.truth > 0)
            .map(|count| count.both as f64 / count.truth as f64)
            .collect();
        contract::mean_of_items(self, &recalls)
    }

    fn item_scores(&self, _: &Predictions) -> Option<Result<Vec<f64>, MetricError>> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_weigh_alike_and_only_true_ones_count() {
        let labels = |text: &str| text.chars().map(String::from).collect();
        // Recall of a: 3/4; of b: 1/2; c is never true.
        let predictions = Predictions::classes(labels("aaaabb"), labels("aaacbb")).unwrap();
        assert_eq!(BalancedAccuracy.score(&predictions), Ok(0.875));
        let predictions = Predictions::classes(labels("aaaabb"), labels("aaacba")).unwrap();
        assert_eq!(BalancedAccuracy.score(&predictions), Ok(0.625));
    }
}
