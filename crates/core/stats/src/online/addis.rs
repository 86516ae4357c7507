//! ADDIS: SAFFRON that discards p-values which are too large for chance.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::decision::{Decision, OnlineError, RATE, StateVersion, decide, findings};
use super::payouts::{Clock, fast_share};
use crate::level::Alpha;
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};

/// The share of the rate that is there before the first rejection.
const INITIAL: f64 = 0.5;

/// A stream of p-values under ADDIS: "an adaptive algorithm that discards
/// conservative nulls".
///
/// P-values above `discards` are as if they had never come, those at most
/// `candidates` use up nothing; the levels are smaller by the factor
/// `discards` - `candidates` in turn.
///
/// # Source
/// Tian and Ramdas 2019, "ADDIS: an adaptive discarding algorithm for online
/// FDR control with conservative nulls", with constant limits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Addis {
    rate: Alpha,
    candidates: Alpha,
    discards: Alpha,
    clock: Clock,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Stored {
    version: StateVersion,
    rate: Alpha,
    candidates: Alpha,
    discards: Alpha,
    clock: Clock,
}

impl Addis {
    /// Begins a stream with the false discovery rate that is promised;
    /// p-values at most `candidates` are candidates for rejection, those above
    /// `discards` are discarded (usually a quarter and a half).
    ///
    /// # Errors
    /// [`OnlineError::LimitsCross`] unless `candidates` is below `discards`.
    pub fn new(rate: Alpha, candidates: Alpha, discards: Alpha) -> Result<Self, OnlineError> {
        if candidates < discards {
            Ok(Self { rate, candidates, discards, clock: Clock::new() })
        } else {
            Err(OnlineError::LimitsCross { candidates: candidates.get(), discards: discards.get() })
        }
    }

    /// The level of the next test.
    #[must_use]
    pub fn next_level(&self) -> f64 {
        let (rate, limit) = (self.rate.get(), self.candidates.get());
        ((self.discards.get() - limit) * self.clock.payout(fast_share, INITIAL * rate, rate)).min(limit)
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
        if p_value > self.candidates.get() && p_value <= self.discards.get() {
            self.clock.tick();
        }
        if decision.is_rejected {
            self.clock.reject();
        }
        Ok(decision)
    }
}

impl TryFrom<Stored> for Addis {
    type Error = OnlineError;

    fn try_from(stored: Stored) -> Result<Self, OnlineError> {
        let begun = Self::new(stored.rate, stored.candidates, stored.discards)?;
        Ok(Self { clock: stored.clock, ..begun })
    }
}

impl From<Addis> for Stored {
    fn from(stream: Addis) -> Self {
        let Addis { rate, candidates, discards, clock } = stream;
        Self { version: StateVersion::One, rate, candidates, discards, clock }
    }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "addis",
    name: "ADDIS",
    question: "Which hypotheses of a stream of p-values are rejected, where many true nulls give very large ones?",
    null: Some("Each hypothesis has its own; among those rejected at most the share `level` is true on average."),
    assumptions: &[
        "The p-values are independent of one another; those of true nulls are uniform, or larger than uniform also given that \
         they are at most a limit (uniformly conservative), as those of one-sided t tests are.",
        "The order of the hypotheses does not depend on their p-values.",
    ],
    use_when: "One-sided p-values come without an end, and most ideas that do not help do harm.",
    avoid_when: "P-values share data or a baseline: use e-LOND on e-values. P-values come from few permutations or counts: \
                 they are not uniformly conservative.",
    formula: "level of test t = min(c, (d - c) (w g_{S0 - C0} + (a - w) g_{S1 - C1} + a (sum over later rejections j of \
              g_{Sj - Cj}))), with the rate a, w = a / 2, Sj one more than the p-values at most d and Cj those at most c after \
              rejection j and before t, and g_i = 0.4374901658 i^-1.6.",
    sources: &[
        "Tian and Ramdas 2019, \"ADDIS: an adaptive discarding algorithm for online FDR control with conservative nulls\", NeurIPS.",
    ],
    disagreements: &[],
    columns: &[Column::numbers(Role::PValue, "the p-values in the order in which the hypotheses came")],
    settings: &[
        RATE,
        Setting {
            name: "candidates",
            about: "the limit up to which a p-value uses up nothing, in 0..1",
            usual: Some(0.25),
        },
        Setting {
            name: "discards",
            about: "the limit above which a p-value is discarded, above `candidates`",
            usual: Some(0.5),
        },
    ],
    example: Example {
        columns: &[(Role::PValue, ExampleValues::Numbers(&[0.0004, 0.91, 0.0011, 0.98, 0.02, 0.0002, 0.35, 0.048]))],
        settings: &[("level", 0.05)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let p_values = inputs.numbers(Role::PValue)?;
    let (candidates, discards) = (inputs.setting("candidates")?, inputs.setting("discards")?);
    let mut stream = Addis::new(inputs.level()?, Alpha::new(candidates)?, Alpha::new(discards)?)?;
    Ok(findings(p_values, "p-value", |p_value| stream.next(p_value))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quarter_and_half(candidates: f64, discards: f64) -> Result<Addis, OnlineError> {
        let level = |value| Alpha::new(value).unwrap();
        Addis::new(level(0.05), level(candidates), level(discards))
    }

    #[test]
    fn only_p_values_between_the_limits_use_up_something() {
        let mut stream = quarter_and_half(0.25, 0.5).unwrap();
        let first = stream.next(0.9).unwrap().level;
        assert_eq!(stream.next(0.2).unwrap().level, first);
        assert_eq!(stream.next(0.4).unwrap().level, first);
        assert!(stream.next_level() < first);
    }

    #[test]
    fn limits_that_cross_are_refused_also_when_read() {
        assert!(matches!(quarter_and_half(0.5, 0.5), Err(OnlineError::LimitsCross { .. })));
        let text = serde_json::to_string(&quarter_and_half(0.25, 0.5).unwrap()).unwrap();
        assert!(serde_json::from_str::<Addis>(&text).is_ok());
        assert!(serde_json::from_str::<Addis>(&text.replace("0.25", "0.75")).is_err());
    }
}
