use gosset_report::number;
use gosset_stats::compare::sign_flip;
use gosset_stats::{Alpha, power};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Operation, Reply};
use crate::{Context, LabError, Style};

/// Say how many pairs a comparison needs, or what so many can find
///
/// For the one-sided paired t test, exactly, by the noncentral t distribution.
/// Of --pairs, --effect and --power leave one out: it is worked out from the
/// others. Effects are in the metric's unit where --spread gives the standard
/// deviation of paired differences, else in such standard deviations.
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Power {
    /// The number of pairs, such as seeds
    #[arg(long, value_name = "N")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pairs: Option<u64>,
    /// The effect that is to be found
    #[arg(long, value_name = "NUMBER")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    effect: Option<f64>,
    /// The probability to find it, between 0 and 1
    #[arg(long, value_name = "NUMBER")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    power: Option<f64>,
    /// The standard deviation of paired differences; 1 if absent
    #[arg(long, value_name = "NUMBER")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    spread: Option<f64>,
    /// The one-sided level of the test
    #[arg(long, value_name = "NUMBER")]
    level: f64,
    /// Among how many hypotheses of one family the level is shared
    #[arg(long, value_name = "N")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    family: Option<std::num::NonZeroUsize>,
}

/// What a design can find.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct PowerReply {
    /// The number of pairs.
    pairs: u64,
    /// The effect, in the unit of the spread.
    effect: f64,
    /// The probability to find it.
    power: f64,
    /// The level at which one hypothesis is tested first.
    level: f64,
    /// The standard deviation of paired differences.
    spread: f64,
    /// The smallest p-value of an exact sign-flip test of so many pairs, which
    /// must not lie above the level.
    smallest_p: f64,
    /// What was worked out: `pairs`, `effect` or `power`.
    worked_out: String,
}

impl Operation for Power {
    const PATH: &'static [&'static str] = &["power"];
    type Reply = PowerReply;

    fn run(self, _: &Context<'_>) -> Result<PowerReply, LabError> {
        let usage = |what: String, hint: &str| LabError::Usage { what, hint: hint.to_owned() };
        let level = Alpha::new(self.level)
            .map_err(|error| usage(error.to_string(), "give --level a number such as 0.05"))?
            .divided_by(self.family.unwrap_or(std::num::NonZeroUsize::MIN));
        let spread = self.spread.unwrap_or(1.0);
        if !(spread > 0.0 && spread.is_finite()) {
            return Err(usage(
                format!("the spread {spread} is not above 0"),
                "give the standard deviation of differences",
            ));
        }
        let wrong = |error: power::PowerError| usage(error.to_string(), "see `gosset power --help`");
        let (pairs, effect, found, worked_out) = match (self.pairs, self.effect, self.power) {
            (None, Some(effect), Some(target)) => {
                let pairs = power::pairs_for_power(effect / spread, level, target).map_err(wrong)?;
                (pairs, effect, power::power(pairs, effect / spread, level).map_err(wrong)?, "pairs")
            }
            (Some(pairs), None, Some(target)) => {
                let effect = power::minimum_detectable_effect(pairs, level, target).map_err(wrong)?;
                (pairs, effect * spread, target, "effect")
            }
            (Some(pairs), Some(effect), None) => {
                (pairs, effect, power::power(pairs, effect / spread, level).map_err(wrong)?, "power")
            }
            (_, _, _) => {
                return Err(usage(
                    "two of --pairs, --effect and --power are needed".to_owned(),
                    "leave out the one that is to be worked out",
                ));
            }
        };
        let smallest_p = sign_flip::smallest_p(usize::try_from(pairs).unwrap_or(usize::MAX));
        let worked_out = worked_out.to_owned();
        Ok(PowerReply { pairs, effect, power: found, level: level.get(), spread, smallest_p, worked_out })
    }
}

impl Reply for PowerReply {
    fn text(&self, _: &Style) -> String {
        let Self { pairs, effect, power, level, spread, .. } = self;
        let mut text = format!(
            "{} pairs find an effect of {} with power {} at the one-sided level {} (standard deviation of differences {})\n",
            number::count(*pairs),
            number::significant(*effect, 3),
            number::significant(*power, 3),
            number::significant(*level, 3),
            number::stated(*spread)
        );
        if self.smallest_p > self.level {
            text.push_str(&format!(
                "but so few pairs can never confirm it by an exact sign-flip test, whose smallest p-value is {}\n",
                number::significant(self.smallest_p, 2)
            ));
        }
        text
    }
}
