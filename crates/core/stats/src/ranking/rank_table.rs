//! The ranks of methods within each task.

use super::error::RankingError;
use super::score_table::ScoreTable;
use crate::compare::ranks::rank;
use crate::method::Table;
use crate::metric::Direction;
use crate::sample::{self, SampleError};

/// The ranks of methods within each task: 1 for the best, those of ties
/// averaged.
///
/// Scores that differ by less than [`crate::sample::TIE_TOLERANCE`] of the
/// largest one on the task are ties.
#[derive(Debug, Clone, PartialEq)]
pub struct RankTable {
    methods: Vec<String>,
    /// Task by task, twice the rank of each method.
    doubled: Vec<Vec<usize>>,
    /// The sum over tasks of t^3 - t over groups of t methods that tie.
    tie_term: f64,
}

/// Ranks losses on one task: 1 for the smallest, those of ties averaged.
///
/// Ties are those of [`RankTable`].
///
/// # Errors
/// [`SampleError::TooFew`] without a loss, [`SampleError::NotFinite`].
pub fn task_ranks(losses: &[f64]) -> Result<Vec<f64>, SampleError> {
    sample::check(losses, 1)?;
    Ok(rank(losses).doubled.into_iter().map(|doubled| doubled as f64 / 2.0).collect())
}

impl RankTable {
    /// Ranks the methods within each task.
    #[must_use]
    pub fn of(table: &ScoreTable) -> Self {
        let mut tie_term = 0.0;
        let mut doubled = Vec::new();
        for scores in table.scores() {
            let losses: Vec<f64> = match table.direction() {
                Direction::Maximize => scores.iter().map(|score| -score).collect(),
                Direction::Minimize => scores.clone(),
            };
            let ranks = rank(&losses);
            tie_term += ranks.tie_term;
            doubled.push(ranks.doubled);
        }
        Self { methods: table.methods().to_vec(), doubled, tie_term }
    }

    /// The methods, sorted by name.
    #[must_use]
    pub fn methods(&self) -> &[String] {
        &self.methods
    }

    /// The number of tasks.
    #[must_use]
    pub fn tasks(&self) -> usize {
        self.doubled.len()
    }

    /// The average rank of each method, in the order of the methods.
    #[must_use]
    pub fn average_ranks(&self) -> Vec<f64> {
        let scale = 2.0 * self.tasks() as f64;
        self.doubled_sums().into_iter().map(|sum| sum as f64 / scale).collect()
    }

    /// The standard error of a difference of two average ranks, if each order
    /// of all methods is as likely and none tie; ties make it smaller.
    ///
    /// # Source
    /// Demsar 2006, "Statistical Comparisons of Classifiers over Multiple Data
    /// Sets", section 3.2.2.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        let (k, n) = (self.methods.len() as f64, self.tasks() as f64);
        (k * (k + 1.0) / (6.0 * n)).sqrt()
    }

    /// The place of a method in the order of the methods.
    ///
    /// # Errors
    /// [`RankingError::UnknownMethod`].
    pub fn place(&self, name: &str) -> Result<usize, RankingError> {
        let found = self.methods.iter().position(|method| method == name);
        found.ok_or_else(|| RankingError::UnknownMethod { name: name.to_owned(), known: self.methods.clone() })
    }

    /// Places of methods from the best average rank to the worst; equal ones
    /// in the order of their names.
    #[must_use]
    pub fn best_first(&self) -> Vec<usize> {
        let sums = self.doubled_sums();
        let mut order: Vec<usize> = (0..sums.len()).collect();
        order.sort_by_key(|method| sums[*method]);
        order
    }

    /// Twice the sum of each method's ranks, which is a whole number.
    pub(super) fn doubled_sums(&self) -> Vec<usize> {
        (0..self.methods.len()).map(|method| self.doubled.iter().map(|ranks| ranks[method]).sum()).collect()
    }

    /// Task by task, twice the ranks.
    pub(super) fn doubled(&self) -> &[Vec<usize>] {
        &self.doubled
    }

    /// The share of the variance of ranks that ties take away.
    pub(super) fn lost_to_ties(&self) -> f64 {
        let (k, n) = (self.methods.len() as f64, self.tasks() as f64);
        self.tie_term / (n * (k * k * k - k))
    }

    /// The average ranks as a table, the best first.
    pub(super) fn table(&self) -> Table {
        let ranks = self.average_ranks();
        let row = |method: usize| (self.methods[method].clone(), vec![Some(ranks[method])]);
        Table {
            title: "average ranks, the best first".to_owned(),
            label: "method".to_owned(),
            columns: vec!["average rank".to_owned()],
            rows: self.best_first().into_iter().map(row).collect(),
        }
    }
}

/// A table whose rows are methods and whose columns are tasks, for tests; the
/// methods are called a, b, c and so on.
#[cfg(test)]
pub(super) fn ranks_of(rows: &[&[f64]], direction: Direction) -> RankTable {
    use super::score_table::{Repeats, Score};

    let names: Vec<String> = (0..26_u8).map(|letter| char::from(b'a' + letter).to_string()).collect();
    let scores = rows.iter().zip(&names).flat_map(|(row, method)| {
        row.iter().zip(&names).map(move |(value, task)| Score { method, task, value: *value })
    });
    RankTable::of(&ScoreTable::new(scores, direction, Repeats::Refuse).unwrap())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_score_has_rank_one_and_ties_share_theirs() {
        let rows: &[&[f64]] = &[&[0.9, 0.1 + 0.2], &[0.7, 0.3], &[0.8, 0.5]];
        let higher = ranks_of(rows, Direction::Maximize);
        assert_eq!(higher.average_ranks(), [1.75, 2.75, 1.5]);
        assert_eq!(higher.best_first(), [2, 0, 1]);
        assert_eq!(ranks_of(rows, Direction::Minimize).average_ranks(), [2.25, 1.25, 2.5]);
        // One pair of two ties: 6 of 2 * 24.
        assert_eq!(higher.lost_to_ties(), 0.125);
        assert_eq!(higher.place("z").unwrap_err().code(), "ranking-unknown-method");
        assert_eq!(task_ranks(&[0.3, 0.1 + 0.2, 0.2]), Ok(vec![2.5, 2.5, 1.0]));
        assert_eq!(task_ranks(&[0.3, f64::NAN]), Err(SampleError::NotFinite { index: 1 }));
        assert_eq!(task_ranks(&[]), Err(SampleError::TooFew { needed: 1, got: 0 }));
    }
}
