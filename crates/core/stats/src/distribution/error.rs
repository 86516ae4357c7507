//! What can be wrong with the arguments of a distribution.

use thiserror::Error;

/// Why a distribution has no value at these arguments.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum DistributionError {
    /// A shape or the degrees of freedom are not positive and finite.
    #[error("{name} {value} is not positive and finite")]
    NotPositive {
        /// Which parameter.
        name: &'static str,
        /// What was given.
        value: f64,
    },
    /// A parameter lies below the least that the distribution is computed for.
    #[error("{name} {value} is below {least}")]
    TooSmall {
        /// Which parameter.
        name: &'static str,
        /// What was given.
        value: f64,
        /// The least that would do.
        least: f64,
    },
    /// A probability is not strictly between 0 and 1.
    #[error("probability {value} is not strictly between 0 and 1")]
    NotInside {
        /// What was given.
        value: f64,
    },
    /// The point is NaN, or lies where the distribution does not reach.
    #[error("the distribution has no value at {value}")]
    OutOfReach {
        /// What was given.
        value: f64,
    },
}

impl DistributionError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotPositive { .. } => "parameter-not-positive",
            Self::TooSmall { .. } => "parameter-too-small",
            Self::NotInside { .. } => "probability-not-inside",
            Self::OutOfReach { .. } => "point-out-of-reach",
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::NotPositive { name, .. } => vec![format!("give a positive {name}")],
            Self::TooSmall { name, least, .. } => vec![format!("give a {name} of at least {least}")],
            Self::NotInside { .. } => {
                vec!["give a probability strictly between 0 and 1".to_owned()]
            }
            Self::OutOfReach { .. } => {
                vec!["give a number in the range of the distribution".to_owned()]
            }
        }
    }
}

pub(super) fn positive(name: &'static str, value: f64) -> Result<(), DistributionError> {
    if value > 0.0 && value.is_finite() { Ok(()) } else { Err(DistributionError::NotPositive { name, value }) }
}

pub(super) fn at_least(name: &'static str, value: f64, least: f64) -> Result<(), DistributionError> {
    if value >= least { Ok(()) } else { Err(DistributionError::TooSmall { name, value, least }) }
}

pub(super) fn inside(value: f64) -> Result<(), DistributionError> {
    if value > 0.0 && value < 1.0 { Ok(()) } else { Err(DistributionError::NotInside { value }) }
}

pub(super) fn number(value: f64) -> Result<(), DistributionError> {
    if value.is_nan() { Err(DistributionError::OutOfReach { value }) } else { Ok(()) }
}
