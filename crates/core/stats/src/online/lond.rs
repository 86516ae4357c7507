//! LOND: levels that grow with the number of discoveries.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::decision::{Decision, OnlineError, RATE, StateVersion, decide, findings};
use super::payouts::slow_share;
use crate::level::Alpha;
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role};

/// A stream of p-values under LOND: "levels based on number of discoveries".
///
/// The level of each test is its share of the rate times one more than the
/// number of rejections so far. Shares fall towards 0 and sum to at most 1; many true
/// discoveries keep the levels up.
///
/// # Source
/// Javanmard and Montanari 2015, "On Online Control of False Discovery Rate",
/// LOND, with the shares of their paper of 2018, equation 31.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Counts", into = "Counts")]
pub struct Lond(Counts);

/// How many were tested and rejected; what the two kinds of LOND remember.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Counts {
    version: StateVersion,
    rate: Alpha,
    tested: u64,
    rejected: u64,
}

impl Counts {
    pub(super) fn new(rate: Alpha) -> Self {
        Self { version: StateVersion::One, rate, tested: 0, rejected: 0 }
    }

    pub(super) fn check(self) -> Result<Self, OnlineError> {
        let Self { tested, rejected, .. } = self;
        if rejected <= tested { Ok(self) } else { Err(OnlineError::MoreRejectedThanTested { rejected, tested }) }
    }

    pub(super) fn level(&self) -> f64 {
        let share = slow_share(self.tested.saturating_add(1));
        (self.rate.get() * share * (self.rejected as f64 + 1.0)).min(1.0)
    }

    pub(super) fn count(&mut self, decision: Decision) {
        self.tested = self.tested.saturating_add(1);
        self.rejected += u64::from(decision.is_rejected && self.rejected < self.tested);
    }
}

impl Lond {
    /// Begins a stream with the false discovery rate that is promised.
    #[must_use]
    pub fn new(rate: Alpha) -> Self {
        Self(Counts::new(rate))
    }

    /// The level of the next test.
    #[must_use]
    pub fn next_level(&self) -> f64 {
        self.0.level()
    }

    /// Decides on the next p-value, in 0..=1.
    ///
    /// # Errors
    /// [`OnlineError::NotAProbability`]; the stream is then as it was.
    pub fn next(&mut self, p_value: f64) -> Result<Decision, OnlineError> {
        let decision = decide(p_value, self.next_level())?;
        self.0.count(decision);
        Ok(decision)
    }
}

impl TryFrom<Counts> for Lond {
    type Error = OnlineError;

    fn try_from(counts: Counts) -> Result<Self, OnlineError> {
        Ok(Self(counts.check()?))
    }
}

impl From<Lond> for Counts {
    fn from(stream: Lond) -> Self {
        stream.0
    }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "lond",
    name: "LOND",
    question: "Which hypotheses of a stream of p-values are rejected, each decided at once?",
    null: Some("Each hypothesis has its own; among those rejected at most the share `level` is true on average."),
    assumptions: &[
        "Each p-value is valid on its own, and independent of the others, or positively dependent on them.",
        "The order of the hypotheses does not depend on their p-values.",
    ],
    use_when: "P-values come one after another, few of the hypotheses are false, and simplicity matters.",
    avoid_when: "Many hypotheses come: its levels fall faster than those of LORD++. P-values may depend on one another \
                 in other ways: use e-LOND on e-values.",
    formula: "level of test i = a g_i (1 + rejections so far), with the rate a and \
              g_i = 0.07720838 log(max(i, 2)) / (i exp(sqrt(log i))).",
    sources: &[
        "Javanmard and Montanari 2015, \"On Online Control of False Discovery Rate\", arXiv:1502.06197.",
        "Javanmard and Montanari 2018, \"Online Rules for Control of False Discovery Rate and False Discovery Exceedance\", Annals of Statistics 46, equation 31, for g.",
        "Zrnic, Ramdas and Jordan 2021, \"Asynchronous Online Testing of Multiple Hypotheses\", JMLR 22, for positive dependence.",
    ],
    disagreements: &[
        "A variant, `original = FALSE` in the R package onlineFDR, multiplies by the number of rejections where there is one, and not by one more.",
    ],
    columns: &[Column::numbers(Role::PValue, "the p-values in the order in which the hypotheses came")],
    settings: &[RATE],
    example: Example {
        columns: &[(Role::PValue, ExampleValues::Numbers(&[0.0004, 0.31, 0.0011, 0.74, 0.02, 0.0002, 0.55, 0.048]))],
        settings: &[("level", 0.05)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let p_values = inputs.numbers(Role::PValue)?;
    let mut stream = Lond::new(inputs.level()?);
    Ok(findings(p_values, "p-value", |p_value| stream.next(p_value))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rejection_doubles_what_comes_next() {
        let rate = Alpha::new(0.05).unwrap();
        let (mut with, mut without) = (Lond::new(rate), Lond::new(rate));
        assert!(with.next(1e-9).unwrap().is_rejected);
        assert!(!without.next(0.9).unwrap().is_rejected);
        assert!((with.next_level() / without.next_level() - 2.0).abs() < 1e-14);
    }

    #[test]
    fn a_wrong_p_value_leaves_the_stream_as_it_was() {
        let mut stream = Lond::new(Alpha::new(0.05).unwrap());
        let before = stream.clone();
        assert!(stream.next(f64::NAN).is_err());
        assert_eq!(stream, before);
    }

    #[test]
    fn an_impossible_state_is_not_read() {
        let read = |text: &str| serde_json::from_str::<Lond>(text);
        assert!(read(r#"{"version":1,"rate":0.05,"tested":3,"rejected":2}"#).is_ok());
        assert!(read(r#"{"version":1,"rate":0.05,"tested":3,"rejected":4}"#).is_err());
        assert!(read(r#"{"version":9,"rate":0.05,"tested":3,"rejected":2}"#).is_err());
    }
}
