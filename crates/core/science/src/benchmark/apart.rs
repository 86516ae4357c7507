use gosset_model::{Direction, PairTest};
use gosset_stats::Alpha;
use gosset_stats::compare::wilcoxon_signed_rank::Zeros;
use gosset_stats::ranking::bergmann_hommel::MOST_METHODS;
use gosset_stats::ranking::friedman::{self, Friedman};
use gosset_stats::ranking::iman_davenport::ImanDavenport;
use gosset_stats::ranking::{
    RankTable, RankingError, Repeats, Score, ScoreTable, average_ranks, bergmann_hommel, nemenyi, shaffer_static,
    wilcoxon_holm,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::BenchmarkError;
use super::matrix::Matrix;
use super::standing::Standing;

/// The test of "all methods do alike".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Omnibus {
    /// The number of data sets.
    pub n: u64,
    /// Friedman's statistic, corrected for ties.
    pub friedman: f64,
    /// Friedman's statistic without the correction.
    pub friedman_untied: f64,
    /// Its degrees of freedom.
    pub df: u64,
    /// Its p-value: the exact one where all orders of the ranks can be gone
    /// through, else that of the chi-square distribution.
    pub friedman_p: f64,
    /// Whether that is the exact one.
    pub is_exact: bool,
    /// Kendall's W: from 0, data sets order the methods as chance would, to 1,
    /// all alike.
    pub agreement: f64,
    /// Iman and Davenport's F; none where all data sets order the methods alike.
    pub iman_davenport: Option<ImanDavenportResult>,
    /// The p-value that counts: Iman and Davenport's, or Friedman's where there
    /// is none.
    pub p_value: f64,
    /// Whether it says that some methods differ.
    pub is_rejected: bool,
}

/// Iman and Davenport's test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ImanDavenportResult {
    /// F, corrected for ties.
    pub statistic: f64,
    /// F without the correction.
    pub untied: f64,
    /// The degrees of freedom above the line.
    pub df_between: u64,
    /// The degrees of freedom below the line.
    pub df_within: u64,
    /// The p-value of the corrected F.
    pub p_value: f64,
}

/// Two methods of the leaderboard, the one with the better average rank first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MethodPair {
    /// The one ahead.
    pub first: String,
    /// The one behind.
    pub second: String,
    /// How much larger the average rank of the second one is.
    pub rank_difference: f64,
    /// On how many data sets the first one ranks better.
    pub first_better: u64,
    /// On how many data sets the second one ranks better.
    pub second_better: u64,
    /// The number of data sets.
    pub n: u64,
    /// Whether the two are told apart by the test asked for.
    pub is_apart: bool,
    /// P-values adjusted for all pairs, by the test asked for and, with at most
    /// ten methods, by the others.
    pub p_values: Vec<PairPValue>,
}

/// A p-value of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PairPValue {
    /// The test.
    pub test: PairTest,
    /// The p-value, adjusted for all pairs.
    pub adjusted: f64,
}

/// Up to so many methods the tests that were not asked for are told as well.
const MOST_FOR_OTHERS: usize = 10;

/// What tells methods apart.
pub(super) struct Apart {
    /// None where all methods tie on every data set.
    pub(super) omnibus: Option<Omnibus>,
    pub(super) critical_difference: f64,
    /// Methods from the best average rank to the worst.
    pub(super) order: Vec<usize>,
    pub(super) pairs: Vec<MethodPair>,
    /// The first and the last place in the order of each largest run of methods
    /// of which no two are told apart.
    pub(super) groups: Vec<(usize, usize)>,
}

/// Tests all methods at once and all pairs.
///
/// `rows` holds the ranks data set by data set. Tests of ranks tell nobody apart
/// unless the test of all methods says that some differ.
///
/// # Errors
/// [`BenchmarkError::TooLarge`] where differences overflow.
pub(super) fn told_apart(
    matrix: &Matrix,
    standings: &[Vec<Standing>],
    rows: &[Vec<f64>],
    test: PairTest,
    alpha: Alpha,
) -> Result<Apart, BenchmarkError> {
    let ranks = rank_table(matrix, rows)?;
    let omnibus = omnibus(&ranks, alpha)?;
    let critical_difference = nemenyi::critical_difference(&ranks, alpha);
    let order = ranks.best_first();
    let methods = matrix.methods.len();
    let others = PairTest::ALL.into_iter().filter(|other| *other != test && methods <= MOST_FOR_OTHERS);
    let tests: Vec<PairTest> = std::iter::once(test).chain(others).collect();
    let mut adjusted = Vec::new();
    for test in &tests {
        adjusted.push(adjusted_p_values(*test, matrix, standings, &ranks)?);
    }
    let average = ranks.average_ranks();
    let is_gated = test.is_by_ranks() && !omnibus.as_ref().is_some_and(|omnibus| omnibus.is_rejected);
    let is_apart = |first: usize, second: usize| {
        !is_gated
            && match test {
                // The p-value says the same, but for rounding.
                PairTest::Nemenyi => (average[second] - average[first]).abs() >= critical_difference,
                PairTest::BergmannHommel | PairTest::WilcoxonHolm => {
                    adjusted[0][place(methods, first, second)] <= alpha.get()
                }
            }
    };
    let mut pairs = Vec::new();
    for (index, first) in order.iter().enumerate() {
        for second in &order[index + 1..] {
            let better =
                |one: usize, other: usize| rows.iter().filter(|ranks| ranks[one] < ranks[other]).count() as u64;
            let at = place(methods, *first, *second);
            let p_value = |(test, adjusted): (&PairTest, &Vec<f64>)| PairPValue { test: *test, adjusted: adjusted[at] };
            pairs.push(MethodPair {
                first: matrix.methods[*first].clone(),
                second: matrix.methods[*second].clone(),
                rank_difference: average[*second] - average[*first],
                first_better: better(*first, *second),
                second_better: better(*second, *first),
                n: rows.len() as u64,
                is_apart: is_apart(*first, *second),
                p_values: tests.iter().zip(&adjusted).map(p_value).collect(),
            });
        }
    }
    let groups = match test {
        PairTest::Nemenyi if !is_gated => {
            let found = average_ranks::groups(&ranks, critical_difference);
            found.into_iter().map(|group| (group.first, group.last)).collect()
        }
        PairTest::Nemenyi | PairTest::BergmannHommel | PairTest::WilcoxonHolm => {
            runs_of_alike(methods, |first, second| !is_apart(order[first], order[second]))
        }
    };
    Ok(Apart { omnibus, critical_difference, order, pairs, groups })
}

/// The largest runs of places, of two at least, of which all are alike.
fn runs_of_alike(places: usize, is_alike: impl Fn(usize, usize) -> bool) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for first in 0..places {
        let mut last = first;
        while last + 1 < places && (first..=last).all(|place| is_alike(place, last + 1)) {
            last += 1;
        }
        if last > first && found.last().is_none_or(|before| before.1 < last) {
            found.push((first, last));
        }
    }
    found
}

/// Where a pair stands among all pairs: first with second, third and so on.
fn place(methods: usize, first: usize, second: usize) -> usize {
    let (low, high) = (first.min(second), first.max(second));
    low * methods - low * (low + 1) / 2 + high - low - 1
}

/// The ranks as a table of the library: ranks of ranks are the ranks themselves.
fn rank_table(matrix: &Matrix, rows: &[Vec<f64>]) -> Result<RankTable, BenchmarkError> {
    let scores = matrix.datasets.iter().zip(rows).flat_map(|(task, ranks)| {
        matrix.methods.iter().zip(ranks).map(move |(method, rank)| Score { method, task, value: *rank })
    });
    let table = ScoreTable::new(scores, gosset_stats::Direction::Minimize, Repeats::Refuse);
    Ok(RankTable::of(&table.map_err(|error| refused(&error))?))
}

fn refused(error: &RankingError) -> BenchmarkError {
    match error {
        RankingError::TooFewMethods { got } => BenchmarkError::TooFewMethods { got: *got },
        RankingError::TooFewTasks { got } => BenchmarkError::TooFewDatasets { got: *got },
        // The table has a rank in each cell, so that only sums can go wrong.
        RankingError::UnequalLengths
        | RankingError::NotFinite { .. }
        | RankingError::Repeated { .. }
        | RankingError::Missing { .. }
        | RankingError::TooManyMethods { .. }
        | RankingError::UnknownMethod { .. }
        | RankingError::AllTied
        | RankingError::PerfectAgreement
        | RankingError::Sample(_)
        | RankingError::Multiplicity(_) => BenchmarkError::TooLarge,
    }
}

fn omnibus(ranks: &RankTable, alpha: Alpha) -> Result<Option<Omnibus>, BenchmarkError> {
    let friedman = match Friedman::of(ranks) {
        Ok(friedman) => friedman,
        Err(RankingError::AllTied) => return Ok(None),
        Err(error) => return Err(refused(&error)),
    };
    let iman_davenport = ImanDavenport::of(ranks).ok().map(|found| ImanDavenportResult {
        statistic: found.statistic(),
        untied: found.untied_statistic(),
        df_between: found.df().0 as u64,
        df_within: found.df().1 as u64,
        p_value: found.p_value(),
    });
    let exact = friedman::exact_p_value(ranks);
    let friedman_p = exact.unwrap_or_else(|| friedman.p_value());
    let p_value = iman_davenport.as_ref().map_or(friedman_p, |found| found.p_value);
    Ok(Some(Omnibus {
        n: ranks.tasks() as u64,
        friedman: friedman.statistic(),
        friedman_untied: friedman.untied_statistic(),
        df: friedman.df() as u64,
        friedman_p,
        is_exact: exact.is_some(),
        agreement: friedman.agreement(),
        iman_davenport,
        p_value,
        is_rejected: p_value <= alpha.get(),
    }))
}

/// The adjusted p-values of all pairs.
fn adjusted_p_values(
    test: PairTest,
    matrix: &Matrix,
    standings: &[Vec<Standing>],
    ranks: &RankTable,
) -> Result<Vec<f64>, BenchmarkError> {
    let of_pairs =
        |pairs: Vec<gosset_stats::ranking::pairs::Pair>| pairs.into_iter().map(|pair| pair.adjusted).collect();
    match test {
        PairTest::Nemenyi => Ok(of_pairs(nemenyi::compare(ranks))),
        PairTest::BergmannHommel if matrix.methods.len() <= MOST_METHODS => {
            bergmann_hommel::compare(ranks).map(of_pairs).map_err(|error| refused(&error))
        }
        PairTest::BergmannHommel => Ok(of_pairs(shaffer_static::compare(ranks))),
        PairTest::WilcoxonHolm => {
            let gains = |first: usize, second: usize| gains(matrix, standings, first, second);
            let pairs = wilcoxon_holm::compare_gains(matrix.methods.len(), gains, Zeros::Wilcox)
                .map_err(|error| refused(&error))?;
            Ok(pairs.into_iter().map(|pair| pair.adjusted).collect())
        }
    }
}

/// How much better the first method is than the second on each data set, in
/// normalised units where there are references.
///
/// Where one had a larger share of failed runs, the difference is the largest
/// observed between the two, against it; where both failed throughout, none.
fn gains(matrix: &Matrix, standings: &[Vec<Standing>], first: usize, second: usize) -> Vec<f64> {
    let width = |dataset: usize| {
        matrix.references.as_ref().map_or(1.0, |references| (references[dataset].high - references[dataset].low).abs())
    };
    let gain = |(dataset, methods): (usize, &Vec<Standing>)| {
        let (one, other) = (&methods[first], &methods[second]);
        let by_failures = one.by_failures(other);
        if by_failures.is_ne() {
            return Err(if by_failures.is_lt() { 1.0 } else { -1.0 });
        }
        let (Some(left), Some(right)) = (one.mean(), other.mean()) else { return Ok(0.0) };
        Ok(match matrix.direction() {
            Direction::Maximize => (left - right) / width(dataset),
            Direction::Minimize => (right - left) / width(dataset),
        })
    };
    let gains: Vec<Result<f64, f64>> = standings.iter().enumerate().map(gain).collect();
    let largest = gains.iter().flatten().fold(0.0_f64, |largest, gain| largest.max(gain.abs()));
    // Without a difference observed any will do: signed ranks have no unit.
    let largest = if largest > 0.0 { largest } else { 1.0 };
    gains.into_iter().map(|gain| gain.unwrap_or_else(|sign| sign * largest)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_stand_in_the_order_of_the_library() {
        let mut next = 0;
        for first in 0..5 {
            for second in first + 1..5 {
                assert_eq!((place(5, first, second), place(5, second, first)), (next, next));
                next += 1;
            }
        }
    }

    #[test]
    fn runs_of_alike_methods_are_the_largest() {
        let check = |apart: &[(usize, usize)], expected: &[(usize, usize)]| {
            assert_eq!(runs_of_alike(4, |first, second| !apart.contains(&(first, second))), expected);
        };
        check(&[], &[(0, 3)]);
        check(&[(0, 3)], &[(0, 2), (1, 3)]);
        check(&[(0, 1), (0, 2), (0, 3)], &[(1, 3)]);
        // A gap: the ends are alike, what lies between is not.
        check(&[(0, 1), (1, 2), (2, 3)], &[]);
    }
}
