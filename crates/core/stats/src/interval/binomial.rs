//! Counts of successes: their distribution.

use thiserror::Error;

use crate::distribution::beta;
use crate::method::{Inputs, MethodError, Role};

/// The largest count whose neighbours are still told apart.
const MOST: f64 = 4_503_599_627_370_496.0;

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
    /// A count is negative, not whole or too large to be exact.
    #[error("{value} is no count")]
    NotACount {
        /// What was given.
        value: f64,
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
            Self::NotACount { .. } => "binomial-not-a-count",
            Self::NotAProbability { .. } => "not-a-probability",
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::NoTrials => vec!["count at least one trial".to_owned()],
            Self::TooManySuccesses { .. } => vec!["check which number is which".to_owned()],
            Self::NotACount { .. } => vec!["give a whole number from 0 on".to_owned()],
            Self::NotAProbability { .. } => vec!["give a number between 0 and 1".to_owned()],
        }
    }
}

pub(crate) fn check(successes: u64, trials: u64) -> Result<(), BinomialError> {
    if trials == 0 {
        return Err(BinomialError::NoTrials);
    }
    if successes > trials {
        return Err(BinomialError::TooManySuccesses { successes, trials });
    }
    Ok(())
}

pub(crate) fn at_most(successes: u64, trials: u64, probability: f64) -> f64 {
    if successes >= trials {
        return 1.0;
    }
    beta::lower_tail(1.0 - probability, probability, (trials - successes) as f64, successes as f64 + 1.0)
}

/// Reads a count from a column of numbers.
pub(crate) fn count(value: f64) -> Result<u64, BinomialError> {
    if value >= 0.0 && value.fract() == 0.0 && value <= MOST {
        Ok(value as u64)
    } else {
        Err(BinomialError::NotACount { value })
    }
}

/// Reads a count of successes and one of trials, summed over the lines.
pub(crate) fn counts(inputs: &Inputs<'_>) -> Result<(u64, u64), MethodError> {
    let total = |role| {
        let mut sum = 0.0;
        for &value in inputs.numbers(role)? {
            sum += count(value)? as f64;
        }
        Ok::<u64, MethodError>(count(sum)?)
    };
    let (successes, trials) = (total(Role::Successes)?, total(Role::Trials)?);
    check(successes, trials)?;
    Ok((successes, trials))
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
    fn wrong_arguments_are_named_errors() {
        assert_eq!(check(0, 0), Err(BinomialError::NoTrials));
        assert_eq!(check(3, 2), Err(BinomialError::TooManySuccesses { successes: 3, trials: 2 }));
        assert_eq!(quantile(0.5, 2, 1.5), Err(BinomialError::NotAProbability { value: 1.5 }));
    }
}
