//! What can be wrong with a sample of numbers.

use thiserror::Error;

/// How far apart two numbers may be, relative to the largest magnitude at
/// hand, and still count as equal.
///
/// Differences of scores carry the rounding of the scores: percentages that
/// differ by 0.01 leave about 1e-12 of the difference. No real spread is as
/// small as this tolerance.
pub const TIE_TOLERANCE: f64 = 1e-10;

/// Why a sample of numbers has no such estimate.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum SampleError {
    /// There are too few values.
    #[error("{got} values are too few, at least {needed} are needed")]
    TooFew {
        /// How many are needed.
        needed: usize,
        /// How many there are.
        got: usize,
    },
    /// A value is NaN or infinite.
    #[error("value number {index} (counted from 0) is not finite")]
    NotFinite {
        /// The place of the first such value, from 0.
        index: usize,
    },
    /// All values are equal (to within [`TIE_TOLERANCE`]), so that their
    /// spread, and all that is measured in it, is not estimable.
    #[error("all values equal {constant}, their spread is not estimable")]
    NoSpread {
        /// The value they share.
        constant: f64,
    },
    /// The values are so large that sums or squares of them overflow.
    #[error("the values are too large to be summed or squared")]
    Overflow,
    /// The value of the null hypothesis is NaN or infinite.
    #[error("the null value is not finite")]
    NullNotFinite,
    /// The size of a test part over that of a training part is not positive
    /// and finite.
    #[error("the ratio of test to train, {ratio}, is not positive and finite")]
    RatioNotPositive {
        /// What was given.
        ratio: f64,
    },
    /// The scale of effects is not positive and finite.
    #[error("the scale of effects, {scale}, is not positive and finite")]
    ScaleNotPositive {
        /// What was given.
        scale: f64,
    },
    /// The share to be left out at either end is not in 0..0.5.
    #[error("the share {share} to be left out at either end is not at least 0 and below 0.5")]
    ShareOutside {
        /// What was given.
        share: f64,
    },
    /// A probability lies outside 0..=1.
    #[error("probability {value} is not between 0 and 1")]
    NotAProbability {
        /// What was given.
        value: f64,
    },
}

impl SampleError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooFew { .. } => "sample-too-few",
            Self::NotFinite { .. } => "sample-not-finite",
            Self::NoSpread { .. } => "sample-no-spread",
            Self::Overflow => "sample-overflow",
            Self::NullNotFinite => "null-not-finite",
            Self::RatioNotPositive { .. } => "ratio-not-positive",
            Self::ScaleNotPositive { .. } => "scale-not-positive",
            Self::ShareOutside { .. } => "sample-share-outside",
            Self::NotAProbability { .. } => "not-a-probability",
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::TooFew { needed, got } => vec![format!("add {} more values", needed.saturating_sub(*got))],
            Self::NotFinite { .. } => vec!["find the run that gave it: it has probably diverged".to_owned()],
            Self::NoSpread { .. } => {
                vec!["check that the seed reaches the program: equal results usually mean that it does not".to_owned()]
            }
            Self::Overflow => vec!["express the values in a larger unit".to_owned()],
            Self::NullNotFinite => vec!["give a finite null value".to_owned()],
            Self::RatioNotPositive { .. } => vec!["give it as a number such as 0.111 for ten folds".to_owned()],
            Self::ScaleNotPositive { .. } => vec!["give a scale such as 1".to_owned()],
            Self::ShareOutside { .. } => vec!["give a share such as 0.2".to_owned()],
            Self::NotAProbability { .. } => vec!["give a number between 0 and 1".to_owned()],
        }
    }
}

/// Checks that there are at least `needed` values and that all are finite.
pub(crate) fn check(values: &[f64], needed: usize) -> Result<(), SampleError> {
    if values.len() < needed {
        return Err(SampleError::TooFew { needed, got: values.len() });
    }
    match values.iter().position(|value| !value.is_finite()) {
        Some(index) => Err(SampleError::NotFinite { index }),
        None => Ok(()),
    }
}

/// Checks that not all values are equal; there must be at least one.
pub(crate) fn check_spread(values: &[f64]) -> Result<(), SampleError> {
    let mut lowest = values[0];
    let mut highest = values[0];
    for value in values {
        lowest = lowest.min(*value);
        highest = highest.max(*value);
    }
    let magnitude = lowest.abs().max(highest.abs());
    if highest - lowest <= TIE_TOLERANCE * magnitude {
        Err(SampleError::NoSpread { constant: values[0] })
    } else {
        Ok(())
    }
}

/// Passes a finite number on.
pub(crate) fn finite(value: f64) -> Result<f64, SampleError> {
    if value.is_finite() { Ok(value) } else { Err(SampleError::Overflow) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_value_that_is_not_finite_is_named() {
        assert_eq!(check(&[1.0, f64::NAN, f64::INFINITY], 2), Err(SampleError::NotFinite { index: 1 }));
        assert_eq!(check(&[1.0], 2), Err(SampleError::TooFew { needed: 2, got: 1 }));
        assert_eq!(check(&[1.0, 2.0], 2), Ok(()));
    }

    #[test]
    fn differences_that_are_equal_but_for_rounding_have_no_spread() {
        let differences = [0.9 - 0.8, 0.4 - 0.3, 0.3 - 0.2];
        assert!(differences[0] != differences[1] || differences[1] != differences[2]);
        assert!(matches!(check_spread(&differences), Err(SampleError::NoSpread { .. })));
        assert_eq!(check_spread(&[0.0, 0.0]), Err(SampleError::NoSpread { constant: 0.0 }));
        assert_eq!(check_spread(&[0.1, 0.1001]), Ok(()));
    }
}
