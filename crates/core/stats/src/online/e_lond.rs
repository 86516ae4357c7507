//! e-LOND: a stream of e-values, whatever their dependence.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::decision::{Decision, OnlineError, RATE, findings};
use super::lond::Counts;
use crate::level::Alpha;
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role};

/// A stream of e-values under e-LOND.
///
/// A hypothesis is rejected where its e-value is at least one over the level
/// that LOND has for it. The promise holds whatever the dependence between the
/// e-values, and each may come from a study that stopped when it liked.
///
/// # Source
/// Xu and Ramdas 2024, "Online multiple testing with e-values", e-LOND.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Counts", into = "Counts")]
pub struct ELond(Counts);

impl ELond {
    /// Begins a stream with the false discovery rate that is promised.
    #[must_use]
    pub fn new(rate: Alpha) -> Self {
        Self(Counts::new(rate))
    }

    /// The level of the next test; an e-value of at least one over this is
    /// rejected.
    #[must_use]
    pub fn next_level(&self) -> f64 {
        self.0.level()
    }

    /// Decides on the next e-value.
    ///
    /// # Errors
    /// [`OnlineError::NotAnEValue`] unless it is finite and at least 0; the
    /// stream is then as it was. [`Self::next_log`] takes those that overflow.
    pub fn next(&mut self, e_value: f64) -> Result<Decision, OnlineError> {
        if !(e_value >= 0.0 && e_value.is_finite()) {
            return Err(OnlineError::NotAnEValue { value: e_value });
        }
        let level = self.next_level();
        Ok(self.decide(level, e_value >= 1.0 / level))
    }

    /// Decides on the next e-value, given by its natural logarithm; that of 0
    /// is negative infinity.
    ///
    /// # Errors
    /// [`OnlineError::NotALogarithm`]; the stream is then as it was.
    pub fn next_log(&mut self, log_e_value: f64) -> Result<Decision, OnlineError> {
        if log_e_value.is_nan() || log_e_value == f64::INFINITY {
            return Err(OnlineError::NotALogarithm { value: log_e_value });
        }
        let level = self.next_level();
        Ok(self.decide(level, log_e_value >= -libm::log(level)))
    }

    fn decide(&mut self, level: f64, is_rejected: bool) -> Decision {
        let decision = Decision { level, is_rejected };
        self.0.count(decision);
        decision
    }
}

impl TryFrom<Counts> for ELond {
    type Error = OnlineError;

    fn try_from(counts: Counts) -> Result<Self, OnlineError> {
        Ok(Self(counts.check()?))
    }
}

impl From<ELond> for Counts {
    fn from(stream: ELond) -> Self {
        stream.0
    }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "e-lond",
    name: "e-LOND",
    question: "Which hypotheses of a stream of e-values are rejected, each decided at once?",
    null: Some("Each hypothesis has its own; among those rejected at most the share `level` is true on average."),
    assumptions: &[
        "Each e-value is at most 1 on average if its hypothesis is true, given how its study stopped.",
        "The order of the hypotheses does not depend on their e-values.",
    ],
    use_when: "Studies end with e-values, share data or baselines, and may stop early: dependence does not matter here.",
    avoid_when: "There are p-values of independent studies: LORD++ and SAFFRON reject more.",
    formula: "reject where e_i >= 1 / (a g_i (1 + rejections so far)), with the rate a and \
              g_i = 0.07720838 log(max(i, 2)) / (i exp(sqrt(log i))).",
    sources: &["Xu and Ramdas 2024, \"Online multiple testing with e-values\", AISTATS."],
    disagreements: &[],
    columns: &[Column::numbers(Role::EValue, "the e-values in the order in which the hypotheses came")],
    settings: &[RATE],
    example: Example {
        columns: &[(Role::EValue, ExampleValues::Numbers(&[540.0, 0.3, 31.0, 1.2, 2200.0, 0.9, 12_000.0, 4.0]))],
        settings: &[("level", 0.05)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let e_values = inputs.numbers(Role::EValue)?;
    let mut stream = ELond::new(inputs.level()?);
    Ok(findings(e_values, "e-value", |e_value| stream.next(e_value))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logarithm_decides_as_the_e_value_does() {
        let rate = Alpha::new(0.1).unwrap();
        let (mut plain, mut logs) = (ELond::new(rate), ELond::new(rate));
        for e_value in [200.0, 0.0, 900.0, 3.0, 1e6, 1e7] {
            assert_eq!(plain.next(e_value).unwrap(), logs.next_log(libm::log(e_value)).unwrap());
        }
        assert!(logs.next_log(5_000.0).unwrap().is_rejected);
    }

    #[test]
    fn what_is_no_e_value_is_refused() {
        let mut stream = ELond::new(Alpha::new(0.1).unwrap());
        assert_eq!(stream.next(-1.0), Err(OnlineError::NotAnEValue { value: -1.0 }));
        assert!(stream.next(f64::INFINITY).is_err() && stream.next(f64::NAN).is_err());
        assert!(stream.next_log(f64::INFINITY).is_err() && stream.next_log(f64::NAN).is_err());
    }
}
