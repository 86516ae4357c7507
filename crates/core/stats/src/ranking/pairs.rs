//! What tests of all pairs of methods have in common.

use super::error::RankingError;
use super::rank_table::RankTable;
use super::score_table::{self, ScoreTable};
use crate::distribution::normal;
use crate::method::{Findings, Inputs, MethodError, Setting, Table};

/// Two methods, compared by their average ranks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// The place of the first method in the order of the methods.
    pub first: usize,
    /// The place of the second one, which is larger.
    pub second: usize,
    /// The average rank of the first less that of the second: negative where
    /// the first is better.
    pub difference: f64,
    /// The difference in standard errors.
    pub z: f64,
    /// The two-sided p-value of z, for this pair alone.
    pub p_value: f64,
    /// The p-value adjusted for all pairs.
    pub adjusted: f64,
}

/// Compares all pairs, first with second, third and so on; `adjust` turns
/// their p-values into adjusted ones, in the same order.
///
/// # Errors
/// Those of `adjust`.
pub(super) fn compare(
    ranks: &RankTable,
    adjust: impl FnOnce(&[f64]) -> Result<Vec<f64>, RankingError>,
) -> Result<Vec<Pair>, RankingError> {
    let (average, error) = (ranks.average_ranks(), ranks.standard_error());
    let mut pairs: Vec<Pair> = places(average.len())
        .map(|(first, second)| {
            let difference = average[first] - average[second];
            let z = difference / error;
            Pair { first, second, difference, z, p_value: two_sided(z), adjusted: 1.0 }
        })
        .collect();
    let adjusted = adjust(&pairs.iter().map(|pair| pair.p_value).collect::<Vec<f64>>())?;
    for (pair, adjusted) in pairs.iter_mut().zip(adjusted) {
        pair.adjusted = adjusted;
    }
    Ok(pairs)
}

/// All pairs of places, in their order.
pub(super) fn places(methods: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..methods).flat_map(move |first| (first + 1..methods).map(move |second| (first, second)))
}

/// The two-sided p-value of a standard normal value.
pub(super) fn two_sided(z: f64) -> f64 {
    2.0 * normal::lower_tail(-z.abs())
}

/// The settings of a test of pairs.
pub(super) const SETTINGS: &[Setting] = &[score_table::HIGHER_IS_BETTER, score_table::AVERAGE_RUNS];

/// The pairs as a table, with the average ranks.
pub(super) fn findings(
    inputs: &Inputs<'_>,
    compare: impl FnOnce(&RankTable) -> Result<Vec<Pair>, RankingError>,
) -> Result<Findings, MethodError> {
    let ranks = RankTable::of(&ScoreTable::from_inputs(inputs)?);
    let pairs = compare(&ranks)?;
    Ok(Findings::default().with_table(table(&ranks, &pairs)).with_table(ranks.table()).with_note(
        "A negative rank difference means that the first of the two is better. An adjusted p-value at most as large as the \
         family-wise error rate tells the two apart.",
    ))
}

pub(super) fn table(ranks: &RankTable, pairs: &[Pair]) -> Table {
    let row = |pair: &Pair| {
        let numbers = [pair.difference, pair.z, pair.p_value, pair.adjusted];
        (label(ranks.methods(), pair.first, pair.second), numbers.map(Some).to_vec())
    };
    Table {
        title: "all pairs".to_owned(),
        label: "pair".to_owned(),
        columns: ["rank difference", "z", "p-value", "adjusted p-value"].map(str::to_owned).to_vec(),
        rows: pairs.iter().map(row).collect(),
    }
}

/// How a pair is called.
pub(super) fn label(methods: &[String], first: usize, second: usize) -> String {
    format!("{} - {}", methods[first], methods[second])
}
