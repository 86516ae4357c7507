//! Alpha-investing: wealth that tests use up and discoveries earn.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::decision::{Decision, OnlineError, RATE, StateVersion, decide, findings};
use super::payouts::{Clock, fast_share};
use crate::level::Alpha;
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role};

/// The share of the rate that is there before the first rejection.
const INITIAL: f64 = 0.5;

/// A stream of p-values under alpha-investing.
///
/// A test at level a costs a / (1 - a) if it does not reject, and nothing if
/// it does; each rejection earns the rate. What is paid out to a test is spread
/// over the tests as in SAFFRON, of which this is the case whose limit of
/// candidates is the level itself.
///
/// # Source
/// Foster and Stine 2008, "Alpha-investing: a Procedure for Sequential Control
/// of Expected False Discoveries", for the idea; Ramdas et al. 2018,
/// "SAFFRON", for the levels, which hold the false discovery rate
/// where the former hold a ratio of expectations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlphaInvesting {
    version: StateVersion,
    rate: Alpha,
    clock: Clock,
}

impl AlphaInvesting {
    /// Begins a stream with the false discovery rate that is promised.
    #[must_use]
    pub fn new(rate: Alpha) -> Self {
        Self { version: StateVersion::One, rate, clock: Clock::new() }
    }

    /// The level of the next test.
    #[must_use]
    pub fn next_level(&self) -> f64 {
        let rate = self.rate.get();
        let paid = self.clock.payout(fast_share, INITIAL * rate, rate);
        paid / (1.0 + paid)
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
        if decision.is_rejected {
            self.clock.reject();
        } else {
            self.clock.tick();
        }
        Ok(decision)
    }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "alpha-investing",
    name: "Alpha-investing",
    question: "Which hypotheses of a stream of p-values are rejected, where the best ideas come first?",
    null: Some("Each hypothesis has its own; among those rejected at most the share `level` is true on average."),
    assumptions: &[
        "The p-values are valid and independent of one another.",
        "The order of the hypotheses does not depend on their p-values.",
    ],
    use_when: "Independent p-values come without an end, and discoveries come in runs: levels are high right after one.",
    avoid_when: "P-values share data or a baseline: use e-LOND on e-values. Long stretches of true nulls come: LORD++ keeps \
                 more in hand.",
    formula: "level of test t = s / (1 + s), s = w g_{t - R0} + (a - w) g_{t - T1 - R1} + a (sum over later rejections Tj of \
              g_{t - Tj - Rj}), with the rate a, w = a / 2, Rj rejections after rejection j and before t, and \
              g_i = 0.4374901658 i^-1.6.",
    sources: &[
        "Foster and Stine 2008, \"Alpha-investing: a Procedure for Sequential Control of Expected False Discoveries\", JRSS B 70.",
        "Ramdas, Zrnic, Wainwright and Jordan 2018, \"SAFFRON: an Adaptive Algorithm for Online Control of the False Discovery Rate\", ICML, for the levels.",
    ],
    disagreements: &[
        "Under this name packages offer several ways of spending; the one of Foster and Stine holds E(false) / E(all + 1), not the false discovery rate.",
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
    let mut stream = AlphaInvesting::new(inputs.level()?);
    Ok(findings(p_values, "p-value", |p_value| stream.next(p_value))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_level_is_what_the_start_pays() {
        let mut stream = AlphaInvesting::new(Alpha::new(0.05).unwrap());
        let paid = 0.025 * fast_share(1);
        assert!((stream.next(1e-9).unwrap().level - paid / (1.0 + paid)).abs() < 1e-17);
        // A rejection uses up nothing and earns the rest of the rate.
        let paid = 0.05 * fast_share(1);
        assert!((stream.next_level() - paid / (1.0 + paid)).abs() < 1e-17);
    }
}
