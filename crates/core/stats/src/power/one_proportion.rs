//! The exact binomial test of one proportion.

use crate::distribution::beta;
use crate::level::Alpha;

/// Levels that differ by less than this share count as equal: both are
/// rounded.
pub(super) const TIE: f64 = 1.0 + 1e-10;

/// The power of the one-sided exact test that the probability of success is
/// above `null`, with `n` trials and the true probability `rate`.
///
/// # Source
/// Clopper and Pearson 1934, "The Use of Confidence or Fiducial Limits
/// Illustrated in the Case of the Binomial", the test behind the interval.
pub(super) fn power(n: u64, null: f64, rate: f64, alpha: Alpha) -> f64 {
    critical(n, null, alpha).map_or(0.0, |successes| at_least(successes, n, rate))
}

/// The fewest successes that reject; none where all `n` do not.
pub(super) fn critical(n: u64, null: f64, alpha: Alpha) -> Option<u64> {
    let rejects = |successes: u64| rejects(successes, n, null, alpha);
    if !rejects(n) {
        return None;
    }
    let (mut too_few, mut enough) = (0, n);
    while enough - too_few > 1 {
        let middle = too_few + (enough - too_few) / 2;
        if rejects(middle) {
            enough = middle;
        } else {
            too_few = middle;
        }
    }
    Some(enough)
}

/// Whether so many successes reject.
pub(super) fn rejects(successes: u64, n: u64, null: f64, alpha: Alpha) -> bool {
    at_least(successes, n, null) <= alpha.get() * TIE
}

/// The probability of exactly so many successes in `n` trials.
pub(super) fn exactly(successes: u64, n: u64, rate: f64) -> f64 {
    let log_factorial = |count: u64| libm::lgamma(count as f64 + 1.0);
    let share = |count: u64, probability: f64| if count == 0 { 0.0 } else { count as f64 * libm::log(probability) };
    let ways = log_factorial(n) - log_factorial(successes) - log_factorial(n - successes);
    libm::exp(ways + share(successes, rate) + share(n - successes, 1.0 - rate))
}

/// The probability of at least so many successes in `n` trials.
pub(super) fn at_least(successes: u64, n: u64, rate: f64) -> f64 {
    if successes == 0 {
        1.0
    } else if successes > n {
        0.0
    } else {
        beta::lower_tail(rate, 1.0 - rate, successes as f64, (n - successes) as f64 + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_fair_tosses_reject_at_five_heads_only() {
        // 1/32 = 0.03125 is at most 0.05, 6/32 is not.
        let alpha = Alpha::new(0.05).unwrap();
        assert_eq!(critical(5, 0.5, alpha), Some(5));
        assert_eq!(critical(4, 0.5, alpha), None);
        assert!((power(5, 0.5, 0.9, alpha) - libm::pow(0.9, 5.0)).abs() < 1e-14);
        // At exactly the level it rejects.
        assert_eq!(critical(2, 0.5, Alpha::new(0.25).unwrap()), Some(2));
    }
}
