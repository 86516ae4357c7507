//! The level of a test.

use std::num::NonZeroUsize;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A significance level, strictly between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "f64", into = "f64")]
#[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1))]
pub struct Alpha(f64);

impl Alpha {
    /// The level at which the lower and the upper bound of a quantity meet.
    pub const HALF: Self = Self(0.5);

    /// Takes a level strictly between 0 and 1, and large enough to be held with
    /// all its digits.
    ///
    /// # Errors
    /// [`AlphaError::Outside`] if it is not; NaN is not.
    pub fn new(level: f64) -> Result<Self, AlphaError> {
        if (f64::MIN_POSITIVE..1.0).contains(&level) { Ok(Self(level)) } else { Err(AlphaError::Outside { level }) }
    }

    /// The level as a number.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }

    /// Shares the level equally among `n` tests.
    #[must_use]
    pub fn divided_by(self, n: NonZeroUsize) -> Self {
        self.lowered_to(self.0 / n.get() as f64)
    }

    /// A stricter level, which is a level however strict: the least one where
    /// `level` would be none, and this one where it is not stricter.
    #[must_use]
    pub fn lowered_to(self, level: f64) -> Self {
        Self(level.max(f64::MIN_POSITIVE).min(self.0))
    }
}

impl TryFrom<f64> for Alpha {
    type Error = AlphaError;

    fn try_from(level: f64) -> Result<Self, AlphaError> {
        Self::new(level)
    }
}

impl From<Alpha> for f64 {
    fn from(alpha: Alpha) -> Self {
        alpha.0
    }
}

/// Why a number is not a level.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum AlphaError {
    /// The number is not strictly between 0 and 1.
    #[error("level {level} is not strictly between 0 and 1")]
    Outside {
        /// What was given.
        level: f64,
    },
}

impl AlphaError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Outside { .. } => "alpha-outside",
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::Outside { .. } => vec!["give a level such as 0.05".to_owned()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_strictly_between_0_and_1_are_levels() {
        for wrong in [0.0, 5e-324, 1.0, -0.05, 5.0, f64::NAN, f64::INFINITY] {
            assert!(Alpha::new(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Alpha::new(0.05).unwrap().get(), 0.05);
    }

    #[test]
    fn deserialisation_refuses_what_the_constructor_refuses() {
        assert_eq!(serde_json::from_str::<Alpha>("0.05").unwrap(), Alpha::new(0.05).unwrap());
        assert!(serde_json::from_str::<Alpha>("1.5").is_err());
        assert_eq!(serde_json::to_string(&Alpha::new(0.05).unwrap()).unwrap(), "0.05");
    }

    #[test]
    fn the_schema_is_a_number_between_0_and_1() {
        let schema = serde_json::to_value(schemars::schema_for!(Alpha)).unwrap();
        assert_eq!(schema["type"], "number");
        assert_eq!(schema["exclusiveMinimum"], 0);
        assert_eq!(schema["exclusiveMaximum"], 1);
    }

    #[test]
    fn a_shared_level_stays_a_level() {
        let four = NonZeroUsize::new(4).unwrap();
        assert_eq!(Alpha::new(0.05).unwrap().divided_by(four).get(), 0.0125);
        assert!(Alpha::new(f64::MIN_POSITIVE).unwrap().divided_by(NonZeroUsize::MAX).get() > 0.0);
    }
}
