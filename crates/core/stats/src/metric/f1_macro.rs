use super::confusion::count_by_class;
use super::contract::{self, Description, Direction, Metric, MetricError, Needs, Range};
use super::predictions::Predictions;

/// The mean over classes of the F1 score.
pub(super) struct F1Macro;

impl Metric for F1Macro {
    fn describe(&self) -> Description {
        Description {
            id: "f1_macro",
            name: "macro F1",
            documentation: "The harmonic mean of precision and recall of each class, averaged over the classes that \
                            occur in the truth or in the predictions. A class that occurs in only one of them \
                            scores 0.",
            direction: Direction::Maximize,
            unit: "proportion",
            range: Range { low: Some(0.0), high: Some(1.0) },
            needs: Needs::Classes,
            limits: "Depends on how common the classes are, so that scores on different test sets cannot be compared. \
                     A class with few items makes the score noisy, and it is no mean over items.",
            source: "van Rijsbergen 1979, Information Retrieval, chapter 7; convention of scikit-learn's `f1_score` \
                     with average='macro' (the mean of the classes' F1, not the F1 of mean precision and recall).",
        }
    }

    fn score(&self, predictions: &Predictions) -> Result<f64, MetricError> {
        let counts = count_by_class(contract::labels(self, predictions)?);
        let scores: Vec<f64> =
            counts.values().map(|count| 2.0 * count.both as f64 / (count.truth + count.predicted) as f64).collect();
        contract::mean_of_items(self, &scores)
    }

    fn item_scores(&self, _: &Predictions) -> Option<Result<Vec<f64>, MetricError>> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_that_only_occurs_in_the_predictions_counts_as_zero() {
        let labels = |text: &str| text.chars().map(String::from).collect();
        // F1 of a: 2 * 1 / (2 + 1); of b: 2 * 2 / (2 + 2); of c: 0.
        let predictions = Predictions::classes(labels("aabb"), labels("acbb")).unwrap();
        let found = F1Macro.score(&predictions).unwrap();
        assert!((found - 5.0 / 9.0).abs() < 1e-15, "{found}");
    }
}
