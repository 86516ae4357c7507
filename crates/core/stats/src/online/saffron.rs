//! SAFFRON: levels that only large p-values use up.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::decision::{Decision, OnlineError, RATE, StateVersion, decide, findings};
use super::payouts::{Clock, fast_share};
use crate::level::Alpha;
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};

/// The share of the rate that is there before the first rejection.
const INITIAL: f64 = 0.5;

/// A stream of p-values under SAFFRON: "serial estimate of the alpha fraction
/// that is futilely rationed on true nulls".
///
/// P-values at most `candidates` use up nothing, since most true nulls have
/// larger ones; the levels are smaller by the factor 1 - `candidates` in turn.
///
/// # Source
/// Ramdas et al. 2018, "SAFFRON: an Adaptive Algorithm for Online Control of
/// the False Discovery Rate", with a constant limit of candidates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Saffron {
    version: StateVersion,
    rate: Alpha,
    candidates: Alpha,
    clock: Clock,
}

impl Saffron {
    /// Begins a stream with the false discovery rate that is promised;
    /// p-values at most `candidates` are candidates for rejection (usually a
    /// half).
    #[must_use]
    pub fn new(rate: Alpha, candidates: Alpha) -> Self {
        Self { version: StateVersion::One, rate, candidates, clock: Clock::new() }
    }

    /// The level of the next test.
    #[must_use]
    pub fn next_level(&self) -> f64 {
        let (rate, limit) = (self.rate.get(), self.candidates.get());
        ((1.0 - limit) * self.clock.payout(fast_share, INITIAL * rate, rate)).min(limit)
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
        if p_value > self.candidates.get() {
            self.clock.tick();
        }
        if decision.is_rejected {
            self.clock.reject();
        }
        Ok(decision)
    }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "saffron",
    name: "SAFFRON",
    question: "Which hypotheses of a stream of p-values are rejected, where many may be false, each decided at once?",
    null: Some("Each hypothesis has its own; among those rejected at most the share `level` is true on average."),
    assumptions: &[
        "The p-values are valid and independent of one another.",
        "The order of the hypotheses does not depend on their p-values.",
    ],
    use_when: "Independent p-values come without an end, and a good part of the hypotheses is false.",
    avoid_when: "P-values share data or a baseline: use e-LOND on e-values; among statistics correlated 0.8 its \
                 false discovery rate was 0.16 where 0.05 was asked for. P-values of true nulls are mostly large, as of \
                 one-sided tests of effects that are negative: ADDIS discards those.",
    formula: "level of test t = min(c, (1 - c) (w g_{t - C0} + (a - w) g_{t - T1 - C1} + a (sum over later rejections Tj of \
              g_{t - Tj - Cj}))), with the rate a, w = a / 2, the limit c, Cj p-values at most c after rejection j and before t, \
              and g_i = 0.4374901658 i^-1.6.",
    sources: &[
        "Ramdas, Zrnic, Wainwright and Jordan 2018, \"SAFFRON: an Adaptive Algorithm for Online Control of the False Discovery Rate\", ICML.",
    ],
    disagreements: &[],
    columns: &[Column::numbers(Role::PValue, "the p-values in the order in which the hypotheses came")],
    settings: &[
        RATE,
        Setting {
            name: "candidates",
            about: "the limit up to which a p-value uses up nothing, in 0..1",
            usual: Some(0.5),
        },
    ],
    example: Example {
        columns: &[(Role::PValue, ExampleValues::Numbers(&[0.0004, 0.31, 0.0011, 0.74, 0.02, 0.0002, 0.55, 0.048]))],
        settings: &[("level", 0.05)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let p_values = inputs.numbers(Role::PValue)?;
    let mut stream = Saffron::new(inputs.level()?, Alpha::new(inputs.setting("candidates")?)?);
    Ok(findings(p_values, "p-value", |p_value| stream.next(p_value))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_candidate_uses_up_nothing() {
        let half = Alpha::new(0.5).unwrap();
        let mut stream = Saffron::new(Alpha::new(0.05).unwrap(), half);
        let first = stream.next(0.3).unwrap().level;
        assert_eq!(stream.next_level(), first);
        stream.next(0.6).unwrap();
        assert!(stream.next_level() < first);
    }

    #[test]
    fn no_level_is_above_the_limit_of_candidates() {
        let limit = Alpha::new(0.1).unwrap();
        let mut stream = Saffron::new(Alpha::new(0.9).unwrap(), limit);
        for _ in 0..50 {
            assert!(stream.next(1e-12).unwrap().level <= 0.1);
        }
        assert_eq!(stream.next_level(), 0.1);
    }
}
