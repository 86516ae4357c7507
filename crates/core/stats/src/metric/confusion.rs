use std::collections::BTreeMap;

use super::predictions::Labels;

/// How often a class was true, predicted, and both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) truth: u64,
    pub(super) predicted: u64,
    pub(super) both: u64,
}

/// Counts each class that occurs in the truth or in the predictions.
pub(super) fn count_by_class(labels: &Labels) -> BTreeMap<&str, Counts> {
    let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
    for (truth, predicted) in labels.truth().iter().zip(labels.predicted()) {
        counts.entry(truth).or_default().truth += 1;
        counts.entry(predicted).or_default().predicted += 1;
        if truth == predicted {
            counts.entry(truth).or_default().both += 1;
        }
    }
    counts
}
