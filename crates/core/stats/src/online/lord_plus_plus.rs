//! LORD++: levels that recent discoveries pay for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::decision::{Decision, OnlineError, RATE, StateVersion, decide, findings};
use super::payouts::{Clock, slow_share};
use crate::level::Alpha;
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role};

/// The share of the rate that is there before the first rejection.
const INITIAL: f64 = 0.1;

/// A stream of p-values under LORD++: "levels based on recent discovery".
///
/// A tenth of the rate is spread over the tests from the start on; the first
/// rejection earns the other nine tenths, each further one the whole rate,
/// spread over the tests after it.
///
/// # Source
/// Ramdas et al. 2017, "Online control of the false discovery rate with
/// decaying memory", LORD++ as in the R package onlineFDR.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LordPlusPlus {
    version: StateVersion,
    rate: Alpha,
    clock: Clock,
}

impl LordPlusPlus {
    /// Begins a stream with the false discovery rate that is promised.
    #[must_use]
    pub fn new(rate: Alpha) -> Self {
        Self { version: StateVersion::One, rate, clock: Clock::new() }
    }

    /// The level of the next test.
    #[must_use]
    pub fn next_level(&self) -> f64 {
        let rate = self.rate.get();
        self.clock.payout(slow_share, INITIAL * rate, rate).min(1.0)
    }

    /// How many hypotheses were rejected.
    #[must_use]
    pub fn rejected(&self) -> usize {
        self.clock.rejected()
    }

    /// Decides on the next p-value, in 0..=1.
    ///
    /// # Errors
    /// [`OnlineError::NotAProbability`]; the stream is then as it was.
    pub fn next(&mut self, p_value: f64) -> Result<Decision, OnlineError> {
        let decision = decide(p_value, self.next_level())?;
        self.clock.tick();
        if decision.is_rejected {
            self.clock.reject();
        }
        Ok(decision)
    }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "lord-plus-plus",
    name: "LORD++",
    question: "Which hypotheses of a long stream of p-values are rejected, each decided at once?",
    null: Some("Each hypothesis has its own; among those rejected at most the share `level` is true on average."),
    assumptions: &[
        "The p-values are valid and independent of one another.",
        "The order of the hypotheses does not depend on their p-values.",
    ],
    use_when: "Independent p-values come without an end, and nothing is known of how many hypotheses are false.",
    avoid_when: "P-values share data or a baseline: the promise is proved for independent ones; use e-LOND on e-values. \
                 Many hypotheses are false: SAFFRON rejects more.",
    formula: "level of test t = w g_t + (a - w) g_{t - T1} + a (sum over later rejections Tj of g_{t - Tj}), with the rate a, \
              w = a / 10, rejections at T1, T2, ... and g_i = 0.07720838 log(max(i, 2)) / (i exp(sqrt(log i))).",
    sources: &[
        "Ramdas, Yang, Wainwright and Jordan 2017, \"Online control of the false discovery rate with decaying memory\", NeurIPS.",
        "Javanmard and Montanari 2018, \"Online Rules for Control of False Discovery Rate and False Discovery Exceedance\", Annals of Statistics 46, equation 31, for g.",
    ],
    disagreements: &[
        "Packages differ in w: the R package onlineFDR takes a tenth of the rate, as here, others a half.",
    ],
    columns: &[Column::numbers(Role::PValue, "the p-values in the order in which the hypotheses came")],
    settings: &[RATE],
    example: Example {
        columns: &[(Role::PValue, ExampleValues::Numbers(&[0.00004, 0.31, 0.0011, 0.74, 0.02, 0.0002, 0.55, 0.048]))],
        settings: &[("level", 0.05)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let p_values = inputs.numbers(Role::PValue)?;
    let mut stream = LordPlusPlus::new(inputs.level()?);
    Ok(findings(p_values, "p-value", |p_value| stream.next(p_value))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rejection_pays_the_rest_of_the_rate() {
        let mut stream = LordPlusPlus::new(Alpha::new(0.05).unwrap());
        assert!((stream.next(1e-9).unwrap().level - 0.005 * slow_share(1)).abs() < 1e-18);
        let expected = 0.005 * slow_share(2) + 0.045 * slow_share(1);
        assert!((stream.next_level() - expected).abs() < 1e-17);
        assert_eq!(stream.rejected(), 1);
    }
}
