use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The error rate of a family, from 1e-9 to 0.5.
///
/// Beyond one half a lower bound lies above the upper one; a rate below the
/// least could vanish where it is shared, and no study of runs can reach it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "f64", into = "f64")]
#[schemars(extend("minimum" = 1e-9, "maximum" = 0.5))]
pub struct ErrorRate(f64);

impl ErrorRate {
    /// The least.
    pub const LEAST: Self = Self(1e-9);
    /// The largest.
    pub const LARGEST: Self = Self(0.5);

    /// Takes an error rate.
    ///
    /// # Errors
    /// [`NoErrorRate`] outside of the range; NaN is outside.
    pub fn new(rate: f64) -> Result<Self, NoErrorRate> {
        if (Self::LEAST.0..=Self::LARGEST.0).contains(&rate) { Ok(Self(rate)) } else { Err(NoErrorRate { rate }) }
    }

    /// The rate as a number.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for ErrorRate {
    type Error = NoErrorRate;

    fn try_from(rate: f64) -> Result<Self, NoErrorRate> {
        Self::new(rate)
    }
}

impl From<ErrorRate> for f64 {
    fn from(rate: ErrorRate) -> Self {
        rate.0
    }
}

/// A number that is no error rate.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[error("an error rate of {rate:?} makes no sense")]
pub struct NoErrorRate {
    /// What was given.
    pub rate: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_vanish_or_cross_is_no_error_rate() {
        for wrong in [0.0, -0.05, 5e-324, 1e-10, 0.500_001, 1.0, f64::NAN, f64::INFINITY] {
            assert!(ErrorRate::new(wrong).is_err(), "{wrong}");
        }
        assert_eq!(ErrorRate::new(0.05).map(ErrorRate::get), Ok(0.05));
    }

    #[test]
    fn a_record_cannot_hold_what_the_constructor_refuses() {
        assert!(serde_json::from_str::<ErrorRate>("5e-324").is_err());
        assert_eq!(serde_json::from_str::<ErrorRate>("0.05").unwrap().get(), 0.05);
        assert_eq!(serde_json::to_string(&ErrorRate::LARGEST).unwrap(), "0.5");
    }
}
