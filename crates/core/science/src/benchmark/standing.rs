use std::cmp::Ordering;

use gosset_model::Direction;
use gosset_stats::ranking::task_ranks;
use gosset_stats::summary;

use super::error::BenchmarkError;
use super::matrix::{Matrix, Run};

/// How a method did on a data set by one metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Standing {
    pub(super) runs: usize,
    pub(super) failed: usize,
    /// The sum of the scores of the runs that did not fail.
    pub(super) sum: f64,
}

impl Standing {
    /// Of runs, by the metric of this place.
    pub(super) fn of<'a>(runs: impl IntoIterator<Item = &'a Run>, metric: usize) -> Self {
        let runs: Vec<Option<f64>> = runs.into_iter().map(|run| run.scores[metric]).collect();
        let scores: Vec<f64> = runs.iter().flatten().copied().collect();
        Self { runs: runs.len(), failed: runs.len() - scores.len(), sum: summary::sum(&scores) }
    }

    /// Adds one run.
    pub(super) fn add(&mut self, score: Option<f64>) {
        self.runs += 1;
        match score {
            Some(score) => self.sum += score,
            None => self.failed += 1,
        }
    }

    /// Before any run.
    pub(super) const EMPTY: Self = Self { runs: 0, failed: 0, sum: 0.0 };

    /// Whether there is no run at all.
    pub(super) fn is_missing(&self) -> bool {
        self.runs == 0
    }

    /// The mean of the scores; none where every run failed or there is none.
    pub(super) fn mean(&self) -> Option<f64> {
        let scored = self.runs - self.failed;
        (scored > 0).then(|| self.sum / scored as f64)
    }

    /// Compares by the share of runs that failed; a missing method counts as one
    /// that failed throughout.
    pub(super) fn by_failures(&self, other: &Self) -> Ordering {
        let share = |one: &Self| if one.is_missing() { (1, 1) } else { (one.failed as u128, one.runs as u128) };
        let ((failed, runs), (other_failed, other_runs)) = (share(self), share(other));
        (failed * other_runs).cmp(&(other_failed * runs))
    }
}

/// How each method did on each data set by one metric.
pub(super) fn standings(matrix: &Matrix, metric: usize) -> Vec<Vec<Standing>> {
    let of_dataset = |methods: &Vec<Vec<Run>>| methods.iter().map(|runs| Standing::of(runs, metric)).collect();
    matrix.runs.iter().map(of_dataset).collect()
}

/// Ranks the methods on a data set: 1 for the best, those of ties averaged.
///
/// First come those with the smallest share of failed runs, among these those
/// with the better mean of the others. So a failure never makes a rank better,
/// whatever the run would have scored.
///
/// # Errors
/// [`BenchmarkError::TooLarge`] where means are not finite.
pub(super) fn ranks(standings: &[Standing], direction: Direction) -> Result<Vec<f64>, BenchmarkError> {
    let mut order: Vec<usize> = (0..standings.len()).collect();
    order.sort_by(|left, right| standings[*left].by_failures(&standings[*right]).then(left.cmp(right)));
    let mut ranks = vec![0.0; standings.len()];
    let mut before = 0;
    for class in order.chunk_by(|left, right| standings[*left].by_failures(&standings[*right]).is_eq()) {
        let loss = |method: &usize| match (standings[*method].mean(), direction) {
            // Whoever failed throughout ties with all others of whom that is true.
            (None, _) => 0.0,
            (Some(mean), Direction::Maximize) => -mean,
            (Some(mean), Direction::Minimize) => mean,
        };
        let losses: Vec<f64> = class.iter().map(loss).collect();
        let within = task_ranks(&losses).map_err(|_| BenchmarkError::TooLarge)?;
        for (method, rank) in class.iter().zip(within) {
            ranks[*method] = before as f64 + rank;
        }
        before += class.len();
    }
    Ok(ranks)
}

/// The rank of each method on each data set.
pub(super) fn rank_rows(standings: &[Vec<Standing>], direction: Direction) -> Result<Vec<Vec<f64>>, BenchmarkError> {
    standings.iter().map(|of_dataset| ranks(of_dataset, direction)).collect()
}

/// The average rank of each method over the data sets chosen, of which there is
/// at least one.
pub(super) fn averages(rows: &[Vec<f64>], chosen: &[usize]) -> Vec<f64> {
    let methods = rows.first().map_or(0, Vec::len);
    let mut sums = vec![0.0; methods];
    for dataset in chosen {
        // Halves of whole numbers, whose sums are exact.
        sums.iter_mut().zip(&rows[*dataset]).for_each(|(sum, rank)| *sum += rank);
    }
    sums.into_iter().map(|sum| sum / chosen.len() as f64).collect()
}

/// The place of each value, 1 for the smallest; equal values share the first of
/// their places.
pub(super) fn places(values: &[f64]) -> Vec<usize> {
    let before = |value: &f64| values.iter().filter(|other| *other < value).count();
    values.iter().map(|value| 1 + before(value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(runs: &[&[Option<f64>]], expected: &[f64]) {
        let standing = |scores: &&[Option<f64>]| {
            let mut standing = Standing::EMPTY;
            scores.iter().for_each(|score| standing.add(*score));
            standing
        };
        let standings: Vec<Standing> = runs.iter().map(standing).collect();
        assert_eq!(ranks(&standings, Direction::Maximize).unwrap(), expected);
    }

    #[test]
    fn failures_rank_behind_scores_whatever_these_are() {
        check(&[&[Some(0.1)], &[None], &[Some(0.9)]], &[2.0, 3.0, 1.0]);
        // One of two failed, all failed, missing: the last two tie.
        check(&[&[Some(0.9), None], &[Some(0.1), Some(0.1)], &[None, None], &[]], &[2.0, 1.0, 3.5, 3.5]);
        // One of three is less than one of two, and two of four as much.
        check(
            &[&[Some(0.5), None], &[Some(0.1), Some(0.2), None], &[None, Some(0.5), None, Some(0.5)]],
            &[2.5, 1.0, 2.5],
        );
        check(&[&[Some(0.3)], &[Some(0.1 + 0.2)], &[Some(0.2)]], &[1.5, 1.5, 3.0]);
    }

    #[test]
    fn equal_averages_share_a_place() {
        assert_eq!(places(&[2.0, 1.5, 2.0, 4.0]), [2, 1, 2, 4]);
        let rows = [vec![1.0, 2.0], vec![2.0, 1.0], vec![1.5, 1.5]];
        assert_eq!(averages(&rows, &[0, 1, 2]), [1.5, 1.5]);
        assert_eq!(averages(&rows, &[0, 0]), [1.0, 2.0]);
    }
}
