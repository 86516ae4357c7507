//! The smallest difference that matters, and the tests against it.

use thiserror::Error;

use crate::binomial::BinomialError;
use crate::method::{Findings, Inputs, MethodError, Setting};
use crate::sample::SampleError;

/// The smallest difference that matters, in the unit of the difference:
/// positive and finite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Margin(f64);

impl Margin {
    /// Takes a positive, finite number.
    ///
    /// # Errors
    /// [`EquivalenceError::Margin`] if it is not.
    pub fn new(value: f64) -> Result<Self, EquivalenceError> {
        if value > 0.0 && value.is_finite() { Ok(Self(value)) } else { Err(EquivalenceError::Margin { value }) }
    }

    /// The margin as a number.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }
}

/// Four one-sided p-values of a difference against a margin on either side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MarginTests {
    /// Against "the difference is minus the margin or less": small where the
    /// candidate is not worse by the margin.
    pub not_worse: f64,
    /// Against "the difference is the margin or more": small where the
    /// candidate is not better by the margin.
    pub not_better: f64,
    /// Against "the difference is at most the margin": small where the
    /// candidate is better by more than the margin.
    pub better: f64,
    /// Against "the difference is at least minus the margin": small where the
    /// candidate is worse by more than the margin.
    pub worse: f64,
}

impl MarginTests {
    /// Tests a difference against both sides, from its one-sided p-values at
    /// any null value.
    ///
    /// # Source
    /// Schuirmann 1987, "A Comparison of the Two One-Sided Tests Procedure and
    /// the Power Approach"; Murphy and Myors 1999, "Testing the Hypothesis that
    /// Treatments Have Negligible Effects", for the minimum effect.
    pub fn new(margin: Margin, p_greater: impl Fn(f64) -> f64, p_less: impl Fn(f64) -> f64) -> Self {
        let margin = margin.get();
        Self {
            not_worse: p_greater(-margin),
            not_better: p_less(margin),
            better: p_greater(margin),
            worse: p_less(-margin),
        }
    }

    /// Against "the difference is at least the margin, on one side or the
    /// other": the larger of the two one-sided p-values.
    #[must_use]
    pub fn equivalent(&self) -> f64 {
        self.not_worse.max(self.not_better)
    }

    /// Adds them to findings.
    pub(super) fn describe(&self, findings: Findings) -> Findings {
        findings
            .with("p-value, equivalent", self.equivalent())
            .with("p-value, not worse by the margin", self.not_worse)
            .with("p-value, not better by the margin", self.not_better)
            .with("p-value, better by more than the margin", self.better)
            .with("p-value, worse by more than the margin", self.worse)
    }
}

/// The margin as a setting.
pub(super) const MARGIN: Setting = Setting {
    name: "margin",
    about: "the smallest difference that matters, in the unit of the difference and above 0; fixed before the data are seen",
    usual: None,
};

/// The margin that a method of the catalogue is told.
pub(super) fn margin(inputs: &Inputs<'_>) -> Result<Margin, MethodError> {
    Ok(Margin::new(inputs.setting("margin")?)?)
}

/// The hypothesis of all these methods.
pub(super) const NULL: &str = "The difference is at least as large as the margin, on one side or the other.";

/// Why there is no test against a margin.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum EquivalenceError {
    /// The margin is not positive and finite.
    #[error("margin {value} is not positive and finite")]
    Margin {
        /// What was given.
        value: f64,
    },
    /// A proportion at the margin does not lie strictly between 0 and 1, or a
    /// difference of proportions not between -1 and 1.
    #[error("the margin leads to {value}, which no proportion or difference of proportions can exceed")]
    Beyond {
        /// Where it leads.
        value: f64,
    },
    /// There are not two methods.
    #[error("{got} methods are given, exactly 2 are compared")]
    NotTwo {
        /// How many there are.
        got: usize,
    },
    /// A score is neither 0 nor 1.
    #[error("score number {index} (counted from 0) is {value}, neither 0 nor 1")]
    NotBinary {
        /// Its place.
        index: usize,
        /// What was given.
        value: f64,
    },
    /// Two columns are not equally long.
    #[error("the columns hold {left} and {right} values")]
    Lengths {
        /// How many the first holds.
        left: usize,
        /// How many the second holds.
        right: usize,
    },
    /// The sample allows none.
    #[error("the sample allows no test against a margin")]
    Sample(#[from] SampleError),
    /// The counts allow none.
    #[error("the counts allow no test against a margin")]
    Binomial(#[from] BinomialError),
}

impl EquivalenceError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Margin { .. } => "equivalence-margin",
            Self::Beyond { .. } => "equivalence-beyond",
            Self::NotTwo { .. } => "equivalence-not-two",
            Self::NotBinary { .. } => "equivalence-not-binary",
            Self::Lengths { .. } => "equivalence-lengths",
            Self::Sample(error) => error.code(),
            Self::Binomial(error) => error.code(),
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Margin { .. } => "give a margin above 0",
            Self::Beyond { .. } => "choose a smaller margin",
            Self::NotTwo { .. } => "keep the lines of two methods",
            Self::NotBinary { .. } => "use the test for paired means",
            Self::Lengths { .. } => "give every line both values",
            Self::Sample(error) => return error.hints(),
            Self::Binomial(error) => return error.hints(),
        };
        vec![hint.to_owned()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_margin_is_positive() {
        for value in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(matches!(Margin::new(value), Err(EquivalenceError::Margin { .. })));
        }
    }
}
