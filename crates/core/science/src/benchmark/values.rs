use gosset_model::Direction;
use gosset_stats::runs::scores::{Score, Scores, ScoresError};

use super::error::BenchmarkError;
use super::matrix::{Matrix, Run};

/// The scores by one metric as they are averaged: normalised where there are
/// references, with a value for each failure.
#[derive(Debug, Clone)]
pub(super) struct Values {
    /// The data sets on which there is anything to average.
    pub(super) datasets: Vec<usize>,
    /// Data set by data set and method by method, the values of the runs; as
    /// many as the method's fewest elsewhere where it has none. Empty on a data
    /// set that no method has a score on.
    pub(super) runs: Vec<Vec<Vec<f64>>>,
    /// Which way the values are better.
    pub(super) direction: Direction,
}

impl Values {
    /// Of the metric at this place; only the first one is normalised.
    ///
    /// A failed run counts as the worst score that any method has on its data
    /// set, and as no better than the low reference where there is one.
    ///
    /// # Errors
    /// [`BenchmarkError::TooLarge`] where normalised values are.
    pub(super) fn of(matrix: &Matrix, metric: usize) -> Result<Self, BenchmarkError> {
        let references = matrix.references.as_ref().filter(|_| metric == 0);
        let direction = if references.is_some() { Direction::Maximize } else { matrix.directions[metric] };
        let normal = |dataset: usize, score: f64| match references {
            Some(references) => {
                (score - references[dataset].low) / (references[dataset].high - references[dataset].low)
            }
            None => score,
        };
        let fewest = |method: usize| {
            let counts = matrix.runs.iter().map(|methods| methods[method].len()).filter(|runs| *runs > 0);
            counts.min().unwrap_or(1)
        };
        let fewest: Vec<usize> = (0..matrix.methods.len()).map(fewest).collect();
        let (mut datasets, mut runs) = (Vec::new(), Vec::new());
        for (dataset, methods) in matrix.runs.iter().enumerate() {
            let scored = methods.iter().flatten().filter_map(|run| run.scores[metric]);
            let observed = scored.map(|score| normal(dataset, score)).chain(references.map(|_| 0.0));
            let worst = observed.reduce(|worst, value| match direction {
                Direction::Maximize => worst.min(value),
                Direction::Minimize => worst.max(value),
            });
            let Some(worst) = worst else {
                runs.push(vec![Vec::new(); methods.len()]);
                continue;
            };
            datasets.push(dataset);
            let value = |run: &Run| run.scores[metric].map_or(worst, |score| normal(dataset, score));
            let of_method = |(of_method, fewest): (&Vec<Run>, &usize)| match of_method.as_slice() {
                [] => vec![worst; *fewest],
                runs => runs.iter().map(value).collect(),
            };
            runs.push(methods.iter().zip(&fewest).map(of_method).collect());
        }
        let all = runs.iter().flatten().flatten().count() as f64;
        let is_small = |value: &f64| value.abs() * all <= f64::MAX.sqrt();
        if !runs.iter().flatten().flatten().all(is_small) {
            return Err(BenchmarkError::TooLarge);
        }
        Ok(Self { datasets, runs, direction })
    }

    /// The values as the library of statistics takes them; none where there is
    /// no data set to average over.
    ///
    /// # Errors
    /// Those of [`Scores::new`].
    pub(super) fn scores(&self, matrix: &Matrix) -> Result<Option<Scores>, ScoresError> {
        if self.datasets.is_empty() {
            return Ok(None);
        }
        tabled(matrix, &self.datasets, |dataset, method| self.runs[dataset][method].clone()).map(Some)
    }
}

/// Scores that keep nothing but which run is better on a data set: failed and
/// missing ones are below all others, and tie.
///
/// # Errors
/// Those of [`Scores::new`].
pub(super) fn ordinal(matrix: &Matrix) -> Result<Scores, ScoresError> {
    let place = |dataset: usize| {
        let mut distinct: Vec<f64> =
            matrix.runs[dataset].iter().flatten().filter_map(|run| gain(matrix, run)).collect();
        distinct.sort_by(f64::total_cmp);
        distinct.dedup();
        move |run: &Run| gain(matrix, run).map_or(-1.0, |gain| distinct.partition_point(|other| *other < gain) as f64)
    };
    let places: Vec<_> = matrix.places().into_iter().map(place).collect();
    tabled(matrix, &matrix.places(), |dataset, method| match matrix.runs[dataset][method].as_slice() {
        [] => vec![-1.0; 2],
        runs => runs.iter().map(&places[dataset]).collect(),
    })
}

/// The score of a run by the metric that ranks, oriented so that more is better.
fn gain(matrix: &Matrix, run: &Run) -> Option<f64> {
    let score = run.scores[0]?;
    // Adding zero makes -0 and 0 one score.
    Some(match matrix.direction() {
        Direction::Maximize => score + 0.0,
        Direction::Minimize => 0.0 - score,
    })
}

/// A table of runs by data set and method; runs are told apart by their places.
///
/// # Errors
/// Those of [`Scores::new`].
pub(super) fn tabled(
    matrix: &Matrix,
    datasets: &[usize],
    runs: impl Fn(usize, usize) -> Vec<f64>,
) -> Result<Scores, ScoresError> {
    let mut cells = Vec::new();
    for dataset in datasets {
        for method in 0..matrix.methods.len() {
            let named = runs(*dataset, method).into_iter().enumerate();
            // Names of one width are in the order of their numbers.
            cells.extend(named.map(|(run, value)| (*dataset, method, format!("{run:09}"), value)));
        }
    }
    Scores::new(cells.iter().map(|(dataset, method, run, value)| Score {
        method: &matrix.methods[*method],
        task: &matrix.datasets[*dataset],
        run,
        value: *value,
    }))
}
