use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::table::Score;

/// From so many data sets on, a claim is about tasks of their kind, and each
/// of them is one piece of evidence.
pub(crate) const FEWEST_TASKS: usize = 6;

/// How the scores of two methods lie to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// Both were scored on the same examples.
    PairedItems,
    /// Both ran with the same seeds.
    PairedSeeds,
    /// Both were scored on the same data sets, which are many.
    PairedDatasets,
    /// Runs of the one have nothing to do with runs of the other.
    UnpairedRuns,
    /// One score on each side.
    Single,
}

/// What the independent pieces of evidence are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ResultUnit {
    /// Examples.
    Items,
    /// Groups of examples that are not independent.
    Clusters,
    /// Seeds.
    Seeds,
    /// Folds or other resamples of one data set.
    Folds,
    /// Data sets.
    Datasets,
    /// Runs that are not paired.
    Runs,
}

impl ResultUnit {
    /// One of them.
    #[must_use]
    pub fn one(self) -> &'static str {
        match self {
            Self::Items => "item",
            Self::Clusters => "cluster of items",
            Self::Seeds => "seed",
            Self::Folds => "fold",
            Self::Datasets => "data set",
            Self::Runs => "run",
        }
    }

    /// Several of them.
    #[must_use]
    pub fn several(self) -> &'static str {
        match self {
            Self::Items => "items",
            Self::Clusters => "clusters of items",
            Self::Seeds => "seeds",
            Self::Folds => "folds",
            Self::Datasets => "data sets",
            Self::Runs => "runs",
        }
    }
}

impl Layout {
    /// Finds how the scores of two methods lie to each other.
    pub(crate) fn of(baseline: &[&Score], candidate: &[&Score]) -> Self {
        let has_items = |side: &[&Score]| side.iter().all(|score| score.item.is_some());
        if has_items(baseline) && has_items(candidate) {
            return Self::PairedItems;
        }
        let shared = common(baseline, candidate, |score| score.dataset.as_deref());
        if shared.len() >= FEWEST_TASKS {
            return Self::PairedDatasets;
        }
        if complete_seeds(baseline, candidate, &shared).len() >= 2 {
            return Self::PairedSeeds;
        }
        let runs = |side: &[&Score]| {
            let mut counts = BTreeMap::<Option<&str>, usize>::new();
            for score in with_value(side).filter(|score| shared.contains(&score.dataset.as_deref())) {
                *counts.entry(score.dataset.as_deref()).or_default() += 1;
            }
            counts.into_values().min().unwrap_or(0)
        };
        if runs(baseline) >= 2 && runs(candidate) >= 2 { Self::UnpairedRuns } else { Self::Single }
    }
}

/// What both sides have.
pub(crate) fn common<'a, K: Ord>(
    baseline: &[&'a Score],
    candidate: &[&'a Score],
    key: impl Fn(&'a Score) -> K,
) -> BTreeSet<K> {
    let of = |side: &[&'a Score]| side.iter().map(|score| key(score)).collect::<BTreeSet<K>>();
    let theirs = of(candidate);
    of(baseline).into_iter().filter(|found| theirs.contains(found)).collect()
}

/// The scores that are not missing.
pub(crate) fn with_value<'s, 'a>(side: &'s [&'a Score]) -> impl Iterator<Item = &'a Score> + use<'s, 'a> {
    side.iter().copied().filter(|score| score.value.is_some())
}

/// The seeds for which both sides have a value on each of the shared data sets.
pub(crate) fn complete_seeds<'a>(
    baseline: &[&'a Score],
    candidate: &[&'a Score],
    datasets: &BTreeSet<Option<&str>>,
) -> BTreeSet<&'a str> {
    let (baseline, candidate): (Vec<&Score>, Vec<&Score>) =
        (with_value(baseline).collect(), with_value(candidate).collect());
    let cells = common(&baseline, &candidate, |score| (score.seed.as_deref(), score.dataset.as_deref()));
    let mut counts = BTreeMap::<&str, usize>::new();
    for (seed, dataset) in cells {
        if let Some(seed) = seed.filter(|_| datasets.contains(&dataset)) {
            *counts.entry(seed).or_default() += 1;
        }
    }
    counts.into_iter().filter(|(_, count)| *count == datasets.len()).map(|(seed, _)| seed).collect()
}
