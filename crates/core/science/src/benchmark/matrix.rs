use std::collections::{BTreeMap, BTreeSet};

use gosset_model::{Direction, Reference};
use gosset_stats::summary;

use super::cells::{CellOutcome, Cells};
use super::error::BenchmarkError;
use super::question::{BenchmarkQuestion, References};

/// The runs of the ranked methods, data set by data set.
#[derive(Debug, Clone)]
pub(super) struct Matrix {
    /// The ranked methods, sorted.
    pub(super) methods: Vec<String>,
    /// The data sets on which any of them ran, sorted.
    pub(super) datasets: Vec<String>,
    /// Data set by data set and method by method, the runs in the order of
    /// their seeds.
    pub(super) runs: Vec<Vec<Vec<Run>>>,
    /// Which way each metric is better.
    pub(super) directions: Vec<Direction>,
    /// Whether runs have seeds, so that those of one seed belong together.
    pub(super) has_seeds: bool,
    /// The reference scores of each data set.
    pub(super) references: Option<Vec<Reference>>,
}

/// One run.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Run {
    pub(super) seed: String,
    /// Metric by metric; none where it failed.
    pub(super) scores: Vec<Option<f64>>,
}

impl Matrix {
    /// Sorts the runs, and finds the references.
    ///
    /// # Errors
    /// [`BenchmarkError`] where there is too little to rank, or references are
    /// missing or the wrong way round.
    pub(super) fn of(cells: &Cells, question: &BenchmarkQuestion) -> Result<Self, BenchmarkError> {
        let all = cells.methods();
        let referring: BTreeSet<&str> = match &question.references {
            References::Methods { low, high } if low == high => {
                return Err(BenchmarkError::OneReference { method: low.clone() });
            }
            References::Methods { low, high } => BTreeSet::from([low.as_str(), high.as_str()]),
            References::None | References::Scores { .. } => BTreeSet::new(),
        };
        if let Some(unknown) = referring.iter().find(|method| !all.contains(*method)) {
            let methods = all.into_iter().map(str::to_owned).collect();
            return Err(BenchmarkError::NoReference { method: (*unknown).to_owned(), methods });
        }
        let methods: Vec<String> =
            all.into_iter().filter(|method| !referring.contains(method)).map(str::to_owned).collect();
        if methods.len() < 2 {
            return Err(BenchmarkError::TooFewMethods { got: methods.len() });
        }
        let mut sorted: BTreeMap<&str, BTreeMap<&str, Vec<Run>>> = BTreeMap::new();
        let has_seeds = cells.cells().iter().any(|cell| cell.seed.is_some());
        for cell in cells.cells().iter().filter(|cell| !referring.contains(cell.method.as_str())) {
            let score = |outcome: &CellOutcome| match outcome {
                CellOutcome::Score(score) => Some(*score),
                CellOutcome::Failed => None,
            };
            let run =
                Run { seed: cell.seed.clone().unwrap_or_default(), scores: cell.outcomes.iter().map(score).collect() };
            sorted.entry(&cell.dataset).or_default().entry(&cell.method).or_default().push(run);
        }
        if sorted.len() < 2 {
            return Err(BenchmarkError::TooFewDatasets { got: sorted.len() });
        }
        let datasets: Vec<String> = sorted.keys().map(|dataset| (*dataset).to_owned()).collect();
        let mut runs = Vec::new();
        for mut of_dataset in sorted.into_values() {
            let of_method = |method: &String| ordered(of_dataset.remove(method.as_str()).unwrap_or_default());
            runs.push(methods.iter().map(of_method).collect());
        }
        let directions = question.metrics.iter().map(|metric| metric.direction).collect();
        let references = references(cells, &question.references, &datasets)?;
        let matrix = Self { methods, datasets, runs, directions, has_seeds, references };
        matrix.check_references()?;
        Ok(matrix)
    }

    /// Which way the metric that ranks is better.
    pub(super) fn direction(&self) -> Direction {
        self.directions.first().copied().unwrap_or(Direction::Maximize)
    }

    /// The places of the data sets, from 0.
    pub(super) fn places(&self) -> Vec<usize> {
        (0..self.datasets.len()).collect()
    }

    fn check_references(&self) -> Result<(), BenchmarkError> {
        for (dataset, reference) in self.datasets.iter().zip(self.references.iter().flatten()) {
            let is_better = match self.direction() {
                Direction::Maximize => reference.high > reference.low,
                Direction::Minimize => reference.high < reference.low,
            };
            let width = reference.high - reference.low;
            if !is_better || !(1.0 / width).is_finite() || !width.is_finite() {
                let Reference { low, high } = *reference;
                return Err(BenchmarkError::ReferencesReversed { dataset: dataset.clone(), low, high });
            }
        }
        Ok(())
    }
}

/// Runs in the order of their seeds; without seeds in that of their scores, so
/// that the order of rows changes nothing.
fn ordered(mut runs: Vec<Run>) -> Vec<Run> {
    let bits = |run: &Run| -> Vec<Option<i64>> {
        // Floats in the order of `f64::total_cmp`.
        let key = |score: f64| {
            let bits = (score + 0.0).to_bits() as i64;
            bits ^ (((bits >> 63) as u64) >> 1) as i64
        };
        run.scores.iter().map(|score| score.map(key)).collect()
    };
    runs.sort_by(|left, right| left.seed.cmp(&right.seed).then_with(|| bits(left).cmp(&bits(right))));
    runs
}

/// The reference scores of each data set.
fn references(
    cells: &Cells,
    references: &References,
    datasets: &[String],
) -> Result<Option<Vec<Reference>>, BenchmarkError> {
    let of_method = |method: &str, dataset: &str| -> Option<f64> {
        let of = cells.cells().iter().filter(|cell| cell.method == method && cell.dataset == dataset);
        let scores: Vec<f64> = of
            .filter_map(|cell| match cell.outcomes.first() {
                Some(CellOutcome::Score(score)) => Some(*score),
                Some(CellOutcome::Failed) | None => None,
            })
            .collect();
        summary::mean(&scores).ok() // None where the method has no score there.
    };
    let found: Vec<Option<Reference>> = match references {
        References::None => return Ok(None),
        References::Methods { low, high } => {
            let of =
                |dataset: &String| Some(Reference { low: of_method(low, dataset)?, high: of_method(high, dataset)? });
            datasets.iter().map(of).collect()
        }
        References::Scores { datasets: given } => datasets.iter().map(|dataset| given.get(dataset).copied()).collect(),
    };
    let lacking = datasets.iter().zip(&found).filter(|(_, found)| found.is_none());
    let lacking: Vec<String> = lacking.map(|(dataset, _)| dataset.clone()).collect();
    if !lacking.is_empty() {
        return Err(BenchmarkError::Unreferenced { datasets: lacking });
    }
    Ok(Some(found.into_iter().flatten().collect()))
}
