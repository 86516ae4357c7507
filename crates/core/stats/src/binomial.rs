//! Counts of successes: intervals and quantiles.

use thiserror::Error;

use crate::bounds::Bounds;
use crate::distribution::{beta, normal};
use crate::level::Alpha;

/// Finds the exact interval for the probability of success.
///
/// Two-sided: each side errs with a chance of at most `alpha` / 2, whatever
/// the probability; the interval is therefore wider than it need be.
///
/// # Errors
/// [`BinomialError::NoTrials`], [`BinomialError::TooManySuccesses`].
///
/// # Source
/// Clopper and Pearson 1934, "The Use of Confidence or Fiducial Limits
/// Illustrated in the Case of the Binomial".
pub fn clopper_pearson(successes: u64, trials: u64, alpha: Alpha) -> Result<Bounds, BinomialError> {
    check(successes, trials)?;
    let half = 0.5 * alpha.get();
    let (won, lost) = (successes as f64, (trials - successes) as f64);
    let lower = if successes == 0 { 0.0 } else { beta::point(half, won, lost + 1.0) };
    let upper = if successes == trials { 1.0 } else { 1.0 - beta::point(half, lost, won + 1.0) };
    Ok(Bounds { lower, upper })
}

/// Finds the score interval for the probability of success.
///
/// Two-sided at level `alpha` on average over probabilities; for single ones
/// it may err somewhat more often.
///
/// # Errors
/// [`BinomialError::NoTrials`], [`BinomialError::TooManySuccesses`].
///
/// # Source
/// Wilson 1927, "Probable Inference, the Law of Succession, and Statistical
/// Inference" (without continuity correction).
pub fn wilson(successes: u64, trials: u64, alpha: Alpha) -> Result<Bounds, BinomialError> {
    check(successes, trials)?;
    let n = trials as f64;
    let share = successes as f64 / n;
    let z = normal::point(0.5 * alpha.get());
    let square = z * z;
    let centre = share + square / (2.0 * n);
    let reach = z.abs() * (share * (1.0 - share) / n + square / (4.0 * n * n)).sqrt();
    let scale = 1.0 + square / n;
    let lower = if successes == 0 { 0.0 } else { (centre - reach) / scale };
    let upper = if successes == trials { 1.0 } else { (centre + reach) / scale };
    Ok(Bounds { lower, upper })
}

/// The probability of at most `successes` in `trials`.
///
/// # Errors
/// [`BinomialError::NotAProbability`] unless `probability` lies in 0..=1.
pub fn cdf(successes: u64, trials: u64, probability: f64) -> Result<f64, BinomialError> {
    if !(0.0..=1.0).contains(&probability) {
        return Err(BinomialError::NotAProbability { value: probability });
    }
    Ok(at_most(successes, trials, probability))
}

/// The smallest number of successes with at least a share `share` of the
/// distribution at or below it.
///
/// # Errors
/// [`BinomialError::NotAProbability`] unless `share` and `probability` lie in
/// 0..=1.
pub fn quantile(share: f64, trials: u64, probability: f64) -> Result<u64, BinomialError> {
    for value in [share, probability] {
        if !(0.0..=1.0).contains(&value) {
            return Err(BinomialError::NotAProbability { value });
        }
    }
    // The share of `trials` or fewer is all; the answer lies in low..=high.
    let (mut low, mut high) = (0, trials);
    while low < high {
        let middle = low + (high - low) / 2;
        if at_most(middle, trials, probability) >= share {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(low)
}

/// Why there is no interval or quantile.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum BinomialError {
    /// Nothing was tried.
    #[error("no trials were made")]
    NoTrials,
    /// More successes than trials.
    #[error("{successes} successes are more than {trials} trials")]
    TooManySuccesses {
        /// The successes.
        successes: u64,
        /// The trials.
        trials: u64,
    },
    /// A probability is NaN or outside 0..=1.
    #[error("probability {value} is not between 0 and 1")]
    NotAProbability {
        /// What was given.
        value: f64,
    },
}

impl BinomialError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoTrials => "binomial-no-trials",
            Self::TooManySuccesses { .. } => "binomial-too-many-successes",
            Self::NotAProbability { .. } => "not-a-probability",
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::NoTrials => vec!["count at least one trial".to_owned()],
            Self::TooManySuccesses { .. } => vec!["check which number is which".to_owned()],
            Self::NotAProbability { .. } => vec!["give a number between 0 and 1".to_owned()],
        }
    }
}

fn check(successes: u64, trials: u64) -> Result<(), BinomialError> {
    if trials == 0 {
        return Err(BinomialError::NoTrials);
    }
    if successes > trials {
        return Err(BinomialError::TooManySuccesses { successes, trials });
    }
    Ok(())
}

fn at_most(successes: u64, trials: u64, probability: f64) -> f64 {
    if successes >= trials {
        return 1.0;
    }
    beta::lower_tail(1.0 - probability, probability, (trials - successes) as f64, successes as f64 + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_cases_are_counted_by_hand() {
        // Two fair coins: 1/4, 3/4, 1.
        assert!((cdf(0, 2, 0.5).unwrap() - 0.25).abs() < 1e-15);
        assert!((cdf(1, 2, 0.5).unwrap() - 0.75).abs() < 1e-15);
        assert_eq!(cdf(2, 2, 0.5), Ok(1.0));
        assert_eq!(quantile(0.2, 2, 0.5), Ok(0));
        assert_eq!(quantile(0.5, 2, 0.5), Ok(1));
        assert_eq!(quantile(0.9, 2, 0.5), Ok(2));
        assert_eq!(quantile(0.5, 10, 0.0), Ok(0));
        assert_eq!(quantile(0.5, 10, 1.0), Ok(10));
    }

    #[test]
    fn no_success_in_n_gives_the_closed_form() {
        // The upper bound solves (1 - p)^n = alpha / 2.
        let found = clopper_pearson(0, 20, Alpha::new(0.05).unwrap()).unwrap();
        assert_eq!(found.lower, 0.0);
        assert!((found.upper - (1.0 - libm::pow(0.025, 0.05))).abs() < 1e-14);
        assert_eq!(clopper_pearson(20, 20, Alpha::new(0.05).unwrap()).unwrap().upper, 1.0);
    }

    #[test]
    fn wrong_arguments_are_named_errors() {
        let alpha = Alpha::new(0.05).unwrap();
        assert_eq!(clopper_pearson(0, 0, alpha), Err(BinomialError::NoTrials));
        assert_eq!(wilson(3, 2, alpha), Err(BinomialError::TooManySuccesses { successes: 3, trials: 2 }));
        assert_eq!(quantile(0.5, 2, 1.5), Err(BinomialError::NotAProbability { value: 1.5 }));
    }
}
