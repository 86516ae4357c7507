use std::collections::{BTreeMap, BTreeSet};

use gosset_model::Direction;
use gosset_stats::{Student, summary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::layout::{Layout, ResultUnit, common, complete_seeds, with_value};
use super::table::{Question, Score};
use crate::fit::Fit;

/// One piece of evidence: what both sides scored on the same seed, item or
/// data set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UnitPair {
    /// What they share.
    pub label: String,
    /// The baseline's score, averaged where it has several.
    pub baseline: f64,
    /// The candidate's score, averaged where it has several.
    pub candidate: f64,
    /// Their difference, positive where the candidate is better.
    pub difference: f64,
}

/// Two methods, laid out so that their difference can be estimated.
pub(super) struct Paired {
    pub(super) unit: ResultUnit,
    /// The pairs, sorted by label; empty where runs are not paired.
    pub(super) pairs: Vec<UnitPair>,
    /// The cluster of each pair, where pairs are not independent.
    pub(super) clusters: Option<Vec<usize>>,
    pub(super) fit: Result<Fit, String>,
    /// The runs of both sides, oriented, where they are not paired and on one
    /// data set.
    pub(super) runs: Option<(Vec<f64>, Vec<f64>)>,
    /// Pairs of which a side is missing, or runs where these are not paired.
    pub(super) missing: u64,
    /// Of runs that are not paired, how many of the baseline and of the candidate
    /// are missing.
    pub(super) missing_runs: [usize; 2],
    /// Data sets on which the effect is measured.
    pub(super) datasets: BTreeSet<String>,
    /// The differences of pairs on each data set, where seeds are paired.
    pub(super) by_dataset: BTreeMap<String, Vec<f64>>,
    pub(super) baseline_mean: Option<f64>,
    pub(super) candidate_mean: Option<f64>,
    pub(super) notes: Vec<String>,
}

/// Lays out two methods.
pub(super) fn pair(layout: Layout, question: &Question, baseline: &[&Score], candidate: &[&Score]) -> Paired {
    let sides = Sides { question, baseline, candidate };
    match layout {
        Layout::PairedItems => sides.items(),
        Layout::PairedSeeds => sides.seeds(),
        Layout::PairedDatasets => sides.datasets(),
        Layout::UnpairedRuns => sides.runs(),
        Layout::Single => sides.single(),
    }
}

struct Sides<'a> {
    question: &'a Question,
    baseline: &'a [&'a Score],
    candidate: &'a [&'a Score],
}

impl<'a> Sides<'a> {
    fn oriented(&self, difference: f64) -> f64 {
        match self.question.direction {
            Direction::Maximize => difference,
            Direction::Minimize => -difference,
        }
    }

    /// The mean scores of both sides for each key that both have with all its
    /// scores, and how many other keys there are.
    fn matched<K: Ord + Clone>(&self, key: impl Fn(&'a Score) -> K) -> (Vec<(K, f64, f64)>, u64) {
        let means = |side: &[&'a Score]| {
            let mut values = BTreeMap::<K, Option<Vec<f64>>>::new();
            for score in side {
                let known = values.entry(key(score)).or_insert_with(|| Some(Vec::new()));
                match (known.as_mut(), score.value) {
                    (Some(values), Some(value)) => values.push(value),
                    (None, _) | (_, None) => *known = None,
                }
            }
            let mean = |values: Option<Vec<f64>>| summary::mean(&values?).ok();
            values.into_iter().map(|(key, values)| (key, mean(values))).collect::<BTreeMap<K, Option<f64>>>()
        };
        let (left, right) = (means(self.baseline), means(self.candidate));
        let all = left.len() + right.keys().filter(|key| !left.contains_key(key)).count();
        let both: Vec<(K, f64, f64)> = left
            .into_iter()
            .filter_map(|(key, left)| {
                right.get(&key).copied().flatten().zip(left).map(|(right, left)| (key, left, right))
            })
            .collect();
        let missing = (all - both.len()) as u64;
        (both, missing)
    }

    fn unit_pair(&self, label: String, baseline: f64, candidate: f64) -> UnitPair {
        UnitPair { label, baseline, candidate, difference: self.oriented(candidate - baseline) }
    }

    fn dataset_names(&self) -> BTreeSet<String> {
        let shared = common(self.baseline, self.candidate, |score| score.dataset.as_deref());
        shared.into_iter().flatten().map(str::to_owned).collect()
    }

    fn finished(&self, unit: ResultUnit, pairs: Vec<UnitPair>, missing: u64) -> Paired {
        let differences: Vec<f64> = pairs.iter().map(|pair| pair.difference).collect();
        let mean = |pick: fn(&UnitPair) -> f64| summary::mean(&pairs.iter().map(pick).collect::<Vec<_>>()).ok();
        Paired {
            unit,
            clusters: None,
            fit: Fit::paired(&differences),
            runs: None,
            missing,
            missing_runs: [0; 2],
            datasets: self.dataset_names(),
            by_dataset: BTreeMap::new(),
            baseline_mean: mean(|pair| pair.baseline),
            candidate_mean: mean(|pair| pair.candidate),
            notes: Vec::new(),
            pairs,
        }
    }

    fn items(&self) -> Paired {
        let several = self.dataset_names().len() > 1;
        let (matched, missing) = self.matched(|score| (score.dataset.as_deref(), score.item.as_deref()));
        let label = |dataset: Option<&str>, item: Option<&str>| match dataset.filter(|_| several) {
            Some(dataset) => format!("{dataset}/{}", item.unwrap_or_default()),
            None => item.unwrap_or_default().to_owned(),
        };
        let mut clusters = BTreeMap::new();
        for score in self.baseline.iter().chain(self.candidate) {
            if let Some(cluster) = &score.cluster {
                clusters.insert((score.dataset.as_deref(), score.item.as_deref()), cluster.as_str());
            }
        }
        let mut names = BTreeMap::<&str, usize>::new();
        let numbered: Option<Vec<usize>> = matched
            .iter()
            .map(|(key, _, _)| {
                let next = names.len();
                clusters.get(key).map(|cluster| *names.entry(cluster).or_insert(next))
            })
            .collect();
        let pairs = matched.into_iter().map(|(key, left, right)| self.unit_pair(label(key.0, key.1), left, right));
        let mut paired = self.finished(ResultUnit::Items, pairs.collect(), missing);
        if several {
            paired.notes.push(format!("The items of {} data sets are pooled.", paired.datasets.len()));
        }
        let repeated = |side: &[&Score]| side.len() > paired.pairs.len() + paired.missing as usize;
        if repeated(self.baseline) || repeated(self.candidate) {
            paired.notes.push("Repetitions of an item are averaged: the item is the piece of evidence.".to_owned());
        }
        if let Some(numbered) = numbered.filter(|_| names.len() > 1 && names.len() < paired.pairs.len()) {
            let differences: Vec<f64> = paired.pairs.iter().map(|pair| pair.difference).collect();
            paired.fit = Student::clustered(&differences, &numbered).map(Fit::Once).map_err(|error| error.to_string());
            paired.unit = ResultUnit::Clusters;
            paired.notes.push(format!(
                "{} items lie in {} clusters, whose items are not independent: the standard error is that of clusters.",
                paired.pairs.len(),
                names.len()
            ));
            paired.clusters = Some(numbered);
        }
        paired
    }

    fn seeds(&self) -> Paired {
        let shared = common(self.baseline, self.candidate, |score| score.dataset.as_deref());
        let seeds = complete_seeds(self.baseline, self.candidate, &shared);
        let (matched, _) = self.matched(|score| (score.seed.as_deref(), score.dataset.as_deref()));
        let mut sums = BTreeMap::<&str, (Vec<f64>, Vec<f64>)>::new();
        let mut by_dataset = BTreeMap::<String, Vec<f64>>::new();
        for ((seed, dataset), left, right) in matched {
            let Some(seed) = seed.filter(|seed| seeds.contains(seed) && shared.contains(&dataset)) else { continue };
            let (lefts, rights) = sums.entry(seed).or_default();
            lefts.push(left);
            rights.push(right);
            if let Some(dataset) = dataset {
                by_dataset.entry(dataset.to_owned()).or_default().push(self.oriented(right - left));
            }
        }
        let mean = |values: &[f64]| summary::mean(values).ok();
        let pairs = sums
            .into_iter()
            .filter_map(|(seed, (lefts, rights))| Some(self.unit_pair(seed.to_owned(), mean(&lefts)?, mean(&rights)?)));
        let all: BTreeSet<&str> =
            self.baseline.iter().chain(self.candidate).filter_map(|score| score.seed.as_deref()).collect();
        let missing = all.len() - seeds.len();
        let mut paired = self.finished(ResultUnit::Seeds, pairs.collect(), missing as u64);
        if shared.len() > 1 {
            paired.notes.push(format!(
                "The claim is about the mean over these {} data sets, not about others of their kind.",
                shared.len()
            ));
            paired.by_dataset = by_dataset;
        }
        if let Some(ratio) = self.question.test_to_train {
            let differences: Vec<f64> = paired.pairs.iter().map(|pair| pair.difference).collect();
            paired.unit = ResultUnit::Folds;
            paired.fit = Fit::splits(&differences, ratio);
            paired.notes.push(
                "Folds share training data, so that they are not independent: the corrected t test allows for that, and no test that takes them for independent accompanies it.".to_owned(),
            );
        }
        paired
    }

    fn datasets(&self) -> Paired {
        let (matched, missing) = self.matched(|score| score.dataset.as_deref());
        let pairs = matched
            .into_iter()
            .map(|(dataset, left, right)| self.unit_pair(dataset.unwrap_or_default().to_owned(), left, right));
        let mut paired = self.finished(ResultUnit::Datasets, pairs.collect(), missing);
        let runs = self.baseline.len().max(self.candidate.len());
        if runs > paired.pairs.len() {
            paired.notes.push("The scores of a method on a data set are averaged over its runs.".to_owned());
        }
        paired.notes.push(format!(
            "With {} data sets the claim is about tasks of their kind: each data set is one piece of evidence.",
            paired.pairs.len()
        ));
        paired
    }

    fn runs(&self) -> Paired {
        let shared = common(self.baseline, self.candidate, |score| score.dataset.as_deref());
        let of = |side: &[&Score], dataset: Option<&str>| {
            let on = side.iter().filter(|score| score.dataset.as_deref() == dataset);
            on.filter_map(|score| score.value).collect::<Vec<f64>>()
        };
        let missing = |side: &[&Score]| {
            let on = side.iter().filter(|score| shared.contains(&score.dataset.as_deref()));
            on.filter(|score| score.value.is_none()).count()
        };
        let missing_runs = [missing(self.baseline), missing(self.candidate)];
        let mut parts = Vec::new();
        let mut failed = None;
        let (mut lefts, mut rights) = (Vec::new(), Vec::new());
        for dataset in &shared {
            let (left, right) = (of(self.baseline, *dataset), of(self.candidate, *dataset));
            match Student::unpaired(&left, &right) {
                Ok(part) => parts.push(part),
                Err(error) => failed = Some(error.to_string()),
            }
            lefts.extend(summary::mean(&left).ok());
            rights.extend(summary::mean(&right).ok());
        }
        let fit = match (failed, Student::averaged(&parts)) {
            (Some(why), _) => Err(why),
            (None, Ok(student)) => Ok(Fit::Once(Student { estimate: self.oriented(student.estimate), ..student })),
            (None, Err(error)) => Err(error.to_string()),
        };
        let mut paired = self.finished(ResultUnit::Runs, Vec::new(), missing_runs.iter().sum::<usize>() as u64);
        paired.fit = fit;
        paired.missing_runs = missing_runs;
        if let Some(dataset) = shared.first().filter(|_| shared.len() == 1) {
            let oriented = |side| of(side, *dataset).into_iter().map(|value| self.oriented(value)).collect();
            paired.runs = Some((oriented(self.baseline), oriented(self.candidate)));
        }
        paired.baseline_mean = summary::mean(&lefts).ok();
        paired.candidate_mean = summary::mean(&rights).ok();
        let has_seeds = self.baseline.iter().chain(self.candidate).any(|score| score.seed.is_some());
        paired.notes.push(if has_seeds {
            "The two methods do not share two seeds, so their runs cannot be paired: Welch's t compares their means, and its bounds are wider than those of pairs.".to_owned()
        } else {
            "No column tells which runs belong together: Welch's t compares the means of independent runs. If both methods ran with the same seeds, naming the column makes the bounds narrower.".to_owned()
        });
        paired
    }

    fn single(&self) -> Paired {
        let mut paired = self.finished(ResultUnit::Runs, Vec::new(), 0);
        let mean =
            |side: &[&Score]| summary::mean(&with_value(side).filter_map(|score| score.value).collect::<Vec<_>>()).ok();
        paired.baseline_mean = mean(self.baseline);
        paired.candidate_mean = mean(self.candidate);
        let shared = common(self.baseline, self.candidate, |score| score.dataset.as_deref());
        paired.fit = Err(match shared.len() {
            0 => "the two methods have no data set in common".to_owned(),
            1 => "one run of a method says nothing about the spread of its runs".to_owned(),
            several => format!(
                "one run on each of {several} data sets is too little: it takes several seeds, or at least {} data sets",
                super::layout::FEWEST_TASKS
            ),
        });
        paired
    }
}
