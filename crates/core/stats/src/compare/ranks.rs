//! Ranks with ties, and the exact distributions of sums of them.

use crate::sample::TIE_TOLERANCE;

/// Ranks of values, those of ties averaged.
pub(crate) struct Ranks {
    /// Twice the rank of each value, which is a whole number.
    pub(crate) doubled: Vec<usize>,
    /// The sum of t^3 - t over groups of t equal values.
    pub(crate) tie_term: f64,
}

/// Ranks finite values from 1; values within [`TIE_TOLERANCE`] of the largest
/// magnitude count as equal.
pub(crate) fn rank(values: &[f64]) -> Ranks {
    let largest = values.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_unstable_by(|left, right| values[*left].total_cmp(&values[*right]).then(left.cmp(right)));
    let mut doubled = vec![0; values.len()];
    let mut tie_term = 0.0;
    let mut start = 0;
    while start < order.len() {
        let first = values[order[start]];
        let tied = order[start..].iter().take_while(|index| values[**index] - first <= TIE_TOLERANCE * largest).count();
        for index in &order[start..start + tied] {
            doubled[*index] = 2 * start + tied + 1;
        }
        let size = tied as f64;
        tie_term += size * size * size - size;
        start += tied;
    }
    Ranks { doubled, tie_term }
}

/// The probability of each sum of a subset, where every item is in it or not
/// with equal chance.
pub(crate) fn subset_sums(items: &[usize]) -> Vec<f64> {
    let mut chances = vec![0.0; items.iter().sum::<usize>() + 1];
    chances[0] = 1.0;
    let mut reached = 0;
    for item in items {
        reached += item;
        for sum in (0..=reached).rev() {
            let with = if sum >= *item { chances[sum - item] } else { 0.0 };
            chances[sum] = 0.5 * chances[sum] + 0.5 * with;
        }
    }
    chances
}

/// The probability of each sum of a subset of `size` items, where every such
/// subset has the same chance.
pub(crate) fn sums_of_size(items: &[usize], size: usize) -> Vec<f64> {
    let mut sorted = items.to_vec();
    sorted.sort_unstable();
    let width = sorted.iter().rev().take(size).sum::<usize>() + 1;
    let mut counts = vec![vec![0.0; width]; size + 1];
    counts[0][0] = 1.0;
    // In ascending order, the sums of few items stay small for long.
    let mut reached = vec![0; size + 1];
    for (index, item) in sorted.iter().enumerate() {
        for chosen in (1..=size.min(index + 1)).rev() {
            let (fewer, more) = counts.split_at_mut(chosen);
            let from = &fewer[chosen - 1][..=reached[chosen - 1]];
            for (count, without) in more[0][*item..].iter_mut().zip(from) {
                *count += without;
            }
            reached[chosen] = (reached[chosen - 1] + item).min(width - 1);
        }
    }
    let all: f64 = counts[size].iter().sum();
    counts[size].iter().map(|count| count / all).collect()
}

/// How many of the smallest sums have at most a chance of `level` together.
pub(crate) fn count_within(chances: &[f64], level: f64) -> usize {
    let mut total = 0.0;
    chances
        .iter()
        .take_while(|chance| {
            total += **chance;
            total <= level
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_share_their_ranks() {
        let found = rank(&[0.3, 0.1 + 0.2, 7.0, -1.0]);
        assert_eq!(found.doubled, [5, 5, 8, 2]);
        assert_eq!(found.tie_term, 6.0);
    }

    #[test]
    fn small_distributions_are_counted_by_hand() {
        assert_eq!(subset_sums(&[1, 2]), [0.25, 0.25, 0.25, 0.25]);
        assert_eq!(subset_sums(&[2, 2]), [0.25, 0.0, 0.5, 0.0, 0.25]);
        // Pairs of 1, 1, 3: sums 2, 4, 4.
        assert_eq!(sums_of_size(&[1, 3, 1], 2), [0.0, 0.0, 1.0 / 3.0, 0.0, 2.0 / 3.0]);
        assert_eq!(count_within(&[0.1, 0.2, 0.3], 0.3), 1);
    }
}
