use super::contract::Metric;

use super::accuracy::Accuracy;
use super::balanced_accuracy::BalancedAccuracy;
use super::brier::Brier;
use super::error_rate::ErrorRate;
use super::f1_macro::F1Macro;
use super::log_loss::LogLoss;
use super::mean_absolute_error::MeanAbsoluteError;
use super::mean_squared_error::MeanSquaredError;
use super::r_squared::RSquared;
use super::root_mean_squared_error::RootMeanSquaredError;

/// All prediction metrics, in the order of the reference page.
pub const CATALOGUE: &[&dyn Metric] = &[
    &Accuracy,
    &ErrorRate,
    &BalancedAccuracy,
    &F1Macro,
    &LogLoss,
    &Brier,
    &MeanSquaredError,
    &RootMeanSquaredError,
    &MeanAbsoluteError,
    &RSquared,
];

/// Finds a metric by its id.
#[must_use]
pub fn find(id: &str) -> Option<&'static dyn Metric> {
    CATALOGUE.iter().copied().find(|metric| metric.describe().id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::metric::{Direction, Needs, Predictions};

    /// The files of this folder that are no metrics.
    const FRAME: [&str; 5] = ["mod", "predictions", "contract", "confusion", "catalogue"];

    #[test]
    fn every_file_of_the_folder_is_listed_under_its_name() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/metric");
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
            .filter(|stem| !FRAME.contains(&stem.as_str()))
            .collect();
        let listed: BTreeSet<String> = CATALOGUE.iter().map(|metric| metric.describe().id.to_owned()).collect();
        assert_eq!(files, listed);
        assert_eq!(CATALOGUE.len(), listed.len(), "two metrics share an id");
    }

    #[test]
    fn every_entry_is_documented() {
        for metric in CATALOGUE {
            let found = metric.describe();
            for text in [found.documentation, found.limits, found.source] {
                assert!(text.len() > 30 && text.ends_with('.'), "{}: {text}", found.id);
            }
            assert!(!found.name.is_empty() && !found.unit.is_empty());
            assert!(find(found.id).is_some());
        }
        assert!(find("nothing").is_none());
    }

    #[test]
    fn perfect_predictions_reach_the_better_end_of_the_range() {
        let labels = || vec!["a".to_owned(), "b".to_owned(), "b".to_owned()];
        for metric in CATALOGUE {
            let found = metric.describe();
            let perfect = match found.needs {
                Needs::Classes => Predictions::classes(labels(), labels()),
                Needs::Probabilities => {
                    let rows = vec![vec![1.0, 0.0], vec![0.0, 1.0], vec![0.0, 1.0]];
                    Predictions::probabilities(labels(), vec!["a".to_owned(), "b".to_owned()], rows)
                }
                Needs::Numbers => Predictions::numbers(vec![1.0, 2.0, 4.0], vec![1.0, 2.0, 4.0]),
            }
            .unwrap();
            let best = match found.direction {
                Direction::Maximize => found.range.high,
                Direction::Minimize => found.range.low,
            };
            let score = metric.score(&perfect).unwrap();
            assert!((score - best.unwrap()).abs() < 1e-15, "{}: {score}", found.id);
            if let Some(items) = metric.item_scores(&perfect) {
                assert_eq!(items.unwrap().len(), 3, "{}", found.id);
            }
        }
    }

    #[test]
    fn other_columns_are_refused_by_name() {
        let numbers = Predictions::numbers(vec![1.0], vec![1.0]).unwrap();
        let labels = Predictions::classes(vec!["a".to_owned()], vec!["a".to_owned()]).unwrap();
        for metric in CATALOGUE {
            let found = metric.describe();
            let wrong = if found.needs == Needs::Numbers { &labels } else { &numbers };
            assert_eq!(metric.score(wrong).unwrap_err().code(), "metric-wrong-columns");
            if let Some(items) = metric.item_scores(wrong) {
                assert!(items.is_err(), "{}", found.id);
            }
        }
    }
}
