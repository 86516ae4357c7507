//! Which lines of a table belong together.

use std::collections::BTreeMap;

use crate::interval::resampling::BootstrapError;

/// The places of the lines of each label, in the order of the labels.
pub(super) fn places<T: Ord>(labels: &[T]) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<&T, Vec<usize>> = BTreeMap::new();
    for (index, label) in labels.iter().enumerate() {
        groups.entry(label).or_default().push(index);
    }
    groups.into_values().collect()
}

/// The number of each line's label, counted from 0 in the order of the labels,
/// and how many labels there are.
pub(super) fn numbers<T: Ord>(labels: &[T]) -> (Vec<usize>, usize) {
    let groups = places(labels);
    let mut numbers = vec![0; labels.len()];
    for (number, group) in groups.iter().enumerate() {
        for &index in group {
            numbers[index] = number;
        }
    }
    (numbers, groups.len())
}

/// Checks that there is one label for each value.
pub(super) fn check_lengths(values: usize, labels: usize) -> Result<(), BootstrapError> {
    if values == labels { Ok(()) } else { Err(BootstrapError::Lengths { values, labels }) }
}
