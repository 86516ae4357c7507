use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A constant of a law.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Constant {
    /// The symbol of its source.
    pub symbol: &'static str,
    /// What it is.
    pub about: &'static str,
    /// Its unit; `1` where it has none.
    pub unit: &'static str,
    /// How it is searched.
    pub range: Range,
}

/// Among which values a constant is searched.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub enum Range {
    /// Positive numbers, by their logarithm, up to a factor of a million from the
    /// fitted one in either direction.
    Positive,
    /// Positive numbers between two limits, by their logarithm.
    PositiveBetween {
        /// The lower limit.
        lower: f64,
        /// The upper limit.
        upper: f64,
    },
    /// Numbers between two limits.
    Between {
        /// The lower limit.
        lower: f64,
        /// The upper limit.
        upper: f64,
    },
}

/// How far from the fitted value a positive constant is searched.
pub(super) const FURTHEST_FACTOR: f64 = 1e6;

impl Constant {
    /// A constant that is positive.
    pub(super) const fn positive(symbol: &'static str, unit: &'static str, about: &'static str) -> Self {
        Self { symbol, about, unit, range: Range::Positive }
    }

    /// An exponent by which the loss falls.
    pub(super) const fn exponent(symbol: &'static str, about: &'static str) -> Self {
        Self { symbol, about, unit: "1", range: Range::Between { lower: 0.0, upper: 5.0 } }
    }

    /// How quickly the loss falls with something that is not a power.
    pub(super) const fn rate(symbol: &'static str, unit: &'static str, about: &'static str) -> Self {
        Self { symbol, about, unit, range: Range::Between { lower: 0.0, upper: 50.0 } }
    }

    /// A change of an exponent, which may have either sign.
    pub(super) const fn change(symbol: &'static str, about: &'static str) -> Self {
        Self { symbol, about, unit: "1", range: Range::Between { lower: -5.0, upper: 5.0 } }
    }

    /// The constant's value for the number that is searched.
    pub(super) fn value_of(&self, searched: f64) -> f64 {
        match self.range {
            Range::Positive | Range::PositiveBetween { .. } => libm::exp(searched),
            Range::Between { .. } => searched,
        }
    }
}
