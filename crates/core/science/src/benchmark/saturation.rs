use gosset_model::Direction;
use gosset_stats::multiplicity::holm_adjusted;
use gosset_stats::sample::TIE_TOLERANCE;
use gosset_stats::{Alpha, Student, summary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::BenchmarkError;
use super::matrix::{Matrix, Run};
use super::question::BenchmarkQuestion;
use super::standing::Standing;

/// Whether the benchmark can still tell its best methods apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Saturation {
    /// How many data sets there are.
    pub datasets: u64,
    /// The data sets on which all methods tie, so that they rank nobody.
    pub tied: Vec<String>,
    /// Whether the first two differ by more than the noise of their runs.
    pub noise: Noise,
    /// What is at the best score that the metric can take; none where there is
    /// none, or it is not known.
    pub ceiling: Option<Ceiling>,
}

/// The first two methods of the leaderboard, compared on each data set by
/// Welch's t test of their runs, with Holm's procedure over data sets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Noise {
    /// The first method.
    pub first: String,
    /// The second method.
    pub second: String,
    /// On how many data sets they can be compared: both have two scores there at
    /// least, and these differ.
    pub compared: u64,
    /// The data sets on which the first is better beyond noise.
    pub first_better: Vec<String>,
    /// The data sets on which the second is better beyond noise.
    pub second_better: Vec<String>,
}

/// What is at the best score that the metric can take.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ceiling {
    /// That score.
    pub value: f64,
    /// The data sets on which the best mean is there, or no further from it than
    /// the standard deviation of its runs.
    pub reached: Vec<String>,
    /// The data sets on which a score lies beyond it, which cannot be.
    pub beyond: Vec<String>,
}

/// Finds out what the data sets still tell; `order` holds the methods, the best
/// first.
///
/// # Errors
/// [`BenchmarkError::TooLarge`].
pub(super) fn saturation(
    matrix: &Matrix,
    standings: &[Vec<Standing>],
    rows: &[Vec<f64>],
    order: &[usize],
    question: &BenchmarkQuestion,
    alpha: Alpha,
) -> Result<Saturation, BenchmarkError> {
    let is_tied = |ranks: &&Vec<f64>| ranks.iter().all(|rank| *rank == ranks[0]);
    let tied = rows.iter().zip(&matrix.datasets).filter(|(ranks, _)| is_tied(ranks));
    Ok(Saturation {
        datasets: matrix.datasets.len() as u64,
        tied: tied.map(|(_, dataset)| dataset.clone()).collect(),
        noise: noise(matrix, order[0], order[1], alpha)?,
        ceiling: question.ceiling.map(|value| ceiling(matrix, standings, value)),
    })
}

fn scores(runs: &[Run]) -> Vec<f64> {
    runs.iter().filter_map(|run| run.scores[0]).collect()
}

fn noise(matrix: &Matrix, first: usize, second: usize, alpha: Alpha) -> Result<Noise, BenchmarkError> {
    let compared = matrix.datasets.iter().zip(&matrix.runs).filter_map(|(dataset, methods)| {
        // Two scores each, and any spread, or there is nothing to compare by.
        let fit = Student::unpaired(&scores(&methods[second]), &scores(&methods[first])).ok()?;
        Some((dataset, fit.estimate, (2.0 * fit.p_greater(0.0).min(fit.p_less(0.0))).min(1.0)))
    });
    let compared: Vec<(&String, f64, f64)> = compared.collect();
    let p_values: Vec<f64> = compared.iter().map(|(_, _, p_value)| *p_value).collect();
    let adjusted = holm_adjusted(&p_values).map_err(|_| BenchmarkError::TooLarge)?;
    let is_better = |difference: f64| match matrix.direction() {
        Direction::Maximize => difference > 0.0,
        Direction::Minimize => difference < 0.0,
    };
    let mut noise = Noise {
        first: matrix.methods[first].clone(),
        second: matrix.methods[second].clone(),
        compared: compared.len() as u64,
        first_better: Vec::new(),
        second_better: Vec::new(),
    };
    for ((dataset, difference, _), adjusted) in compared.into_iter().zip(adjusted) {
        if adjusted <= alpha.get() {
            let better = if is_better(difference) { &mut noise.first_better } else { &mut noise.second_better };
            better.push(dataset.clone());
        }
    }
    Ok(noise)
}

fn ceiling(matrix: &Matrix, standings: &[Vec<Standing>], value: f64) -> Ceiling {
    let below = |score: f64| match matrix.direction() {
        Direction::Maximize => value - score,
        Direction::Minimize => score - value,
    };
    let tolerance = |dataset: usize| {
        let largest = |largest: f64, score: f64| largest.max(score.abs());
        TIE_TOLERANCE * matrix.runs[dataset].iter().flat_map(|runs| scores(runs)).fold(value.abs(), largest)
    };
    let mut found = Ceiling { value, reached: Vec::new(), beyond: Vec::new() };
    for (dataset, name) in matrix.datasets.iter().enumerate() {
        let best = standings[dataset].iter().zip(&matrix.runs[dataset]).filter_map(|(standing, runs)| {
            let sd = summary::standard_deviation(&scores(runs)).unwrap_or(0.0); // One run has none.
            Some((below(standing.mean()?), sd))
        });
        let best = best.min_by(|left, right| left.0.total_cmp(&right.0));
        if best.is_some_and(|(gap, sd)| gap <= sd.max(tolerance(dataset))) {
            found.reached.push(name.clone());
        }
        if matrix.runs[dataset].iter().flat_map(|runs| scores(runs)).any(|score| below(score) < -tolerance(dataset)) {
            found.beyond.push(name.clone());
        }
    }
    found
}
