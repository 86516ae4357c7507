//! Who wins how many comparisons of two groups.

use crate::sample::{SampleError, TIE_TOLERANCE, check};

/// The comparisons of every value of one group with every value of another.
pub(super) struct Wins {
    /// For each value of the candidate, the baseline's below it less those
    /// above it.
    pub(super) candidate: Vec<f64>,
    /// For each value of the baseline, the candidate's above it less those
    /// below it.
    pub(super) baseline: Vec<f64>,
    /// How many pairs are equal.
    pub(super) ties: f64,
}

impl Wins {
    /// Compares two groups of at least `needed` values; values within
    /// [`TIE_TOLERANCE`] of the largest magnitude are equal.
    pub(super) fn count(baseline: &[f64], candidate: &[f64], needed: usize) -> Result<Self, SampleError> {
        check(baseline, needed)?;
        check(candidate, needed)?;
        let largest = baseline.iter().chain(candidate).fold(0.0_f64, |largest, value| largest.max(value.abs()));
        let slack = TIE_TOLERANCE * largest;
        let (candidate_sums, ties) = balances(candidate, baseline, slack);
        let (baseline_sums, _) = balances(baseline, candidate, slack);
        let baseline = baseline_sums.into_iter().map(|balance| -balance).collect();
        Ok(Self { candidate: candidate_sums, baseline, ties })
    }

    /// How many pairs there are.
    pub(super) fn pairs(&self) -> f64 {
        self.baseline.len() as f64 * self.candidate.len() as f64
    }

    /// P(candidate > baseline) less P(candidate < baseline) among the pairs.
    pub(super) fn delta(&self) -> f64 {
        self.candidate.iter().sum::<f64>() / self.pairs()
    }
}

/// For each value of one group how many of the other lie below it less those
/// above it, and how many pairs are equal.
fn balances(values: &[f64], others: &[f64], slack: f64) -> (Vec<f64>, f64) {
    let mut sorted = others.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let mut ties = 0.0;
    let balance = |value: &f64| {
        let below = sorted.partition_point(|other| value - other > slack);
        let above = sorted.len() - sorted.partition_point(|other| other - value <= slack);
        ties += (sorted.len() - below - above) as f64;
        below as f64 - above as f64
    };
    (values.iter().map(balance).collect(), ties)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_are_counted_by_hand() {
        // 0.1 + 0.2 is 0.3 but for rounding.
        let found = Wins::count(&[0.3, 2.0, 1.0], &[0.1 + 0.2, 4.0], 1).unwrap();
        assert_eq!(found.candidate, [-2.0, 3.0]);
        assert_eq!(found.baseline, [1.0, 0.0, 0.0]);
        assert_eq!((found.ties, found.pairs(), found.delta()), (1.0, 6.0, 1.0 / 6.0));
        assert!(Wins::count(&[1.0], &[1.0, 2.0], 2).is_err());
    }
}
