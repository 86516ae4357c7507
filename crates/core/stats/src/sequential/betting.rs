//! Betting on bounded values: bounds on a mean that hold at any look.

use thiserror::Error;

use crate::bounds::Bounds;
use crate::level::Alpha;
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};
use crate::sample::{SampleError, check};
use crate::summary;

/// The largest share of the capital that a bet may lose.
const LARGEST_LOSS: f64 = 0.5;

/// Bounds on the mean of values within a known range, however often and
/// whenever one looks.
///
/// The chance that a bound is ever wrong is at most the level, whatever the
/// distribution within the range, as long as each value has the same mean
/// given those before it. Against each mean m one bets that the values lie
/// above it: the capital is multiplied by 1 + bet (x - m), which is 1 on
/// average if m is right. A mean at which the capital ever reached 1 / level
/// is excluded for good.
///
/// The bets are fixed before each value from those before it, so that they are
/// tuned to the level; bounds at another level need another sequence.
///
/// # Source
/// Waudby-Smith and Ramdas 2024, "Estimating means of bounded random variables
/// by betting", the hedged capital process with predictable plug-in bets,
/// truncated at c = 1/2, as a running intersection. Each side is taken by
/// itself at its one-sided level, which is their even hedge at twice that.
#[derive(Debug, Clone, PartialEq)]
pub struct Betting {
    /// The values, scaled to 0..=1, and the bet on each, before truncation.
    rounds: Vec<(f64, f64)>,
    low: f64,
    width: f64,
    level: Alpha,
}

impl Betting {
    /// Takes values that lie in `low..=high` in the order in which they came,
    /// and the level of each one-sided bound.
    ///
    /// # Errors
    /// [`BettingError`], where there is no value, the range is empty or not
    /// finite, or a value lies outside of it.
    pub fn from_values(values: &[f64], low: f64, high: f64, level: Alpha) -> Result<Self, BettingError> {
        check(values, 1)?;
        let width = high - low;
        if !(width > 0.0 && width.is_finite()) {
            return Err(BettingError::EmptyRange { low, high });
        }
        if let Some(index) = values.iter().position(|value| *value < low || *value > high) {
            return Err(BettingError::OutsideRange { index, value: values[index], low, high });
        }
        let scaled = values.iter().map(|value| ((value - low) / width).clamp(0.0, 1.0));
        let wanted = -2.0 * libm::log(level.get());
        // Half an observation at the middle of the range stands for the start.
        let (mut sum, mut squares, mut variance) = (0.5, 0.25, 0.25);
        let mut rounds = Vec::with_capacity(values.len());
        for (index, x) in scaled.enumerate() {
            let t = (index + 1) as f64;
            rounds.push((x, (wanted / (variance * t * libm::log1p(t))).sqrt()));
            sum += x;
            let deviation = x - sum / (t + 1.0);
            squares += deviation * deviation;
            variance = squares / (t + 1.0);
        }
        Ok(Self { rounds, low, width, level })
    }

    /// The lower bound: the mean lies above it at every look with confidence
    /// 1 - level. It is the low end of the range where nothing is excluded.
    #[must_use]
    pub fn lower(&self) -> f64 {
        self.low + self.width * excluded_below(&self.rounds, self.level, 0.0)
    }

    /// The upper bound: the mean lies below it at every look with confidence
    /// 1 - level. It is the high end of the range where nothing is excluded.
    #[must_use]
    pub fn upper(&self) -> f64 {
        self.low + self.width * (1.0 - excluded_below(&self.mirrored(), self.level, 0.0))
    }

    /// The bounds after the first, the first two, ... and all values. They only
    /// ever come closer to one another.
    #[must_use]
    pub fn running(&self) -> Vec<Bounds> {
        let mirrored = self.mirrored();
        let (mut below, mut above) = (0.0, 0.0);
        let mut bounds = Vec::with_capacity(self.rounds.len());
        for n in 1..=self.rounds.len() {
            below = excluded_last(&self.rounds[..n], self.level, below);
            above = excluded_last(&mirrored[..n], self.level, above);
            let (lower, upper) = (self.low + self.width * below, self.low + self.width * (1.0 - above));
            bounds.push(Bounds { lower, upper });
        }
        bounds
    }

    /// The p-value against "the mean is at most `null`", valid at any look: one
    /// over the largest capital so far.
    ///
    /// # Errors
    /// [`BettingError::NullOutsideRange`].
    pub fn p_greater(&self, null: f64) -> Result<f64, BettingError> {
        Ok(libm::exp(-largest_log_capital(&self.rounds, self.scaled_null(null)?)))
    }

    /// The p-value against "the mean is at least `null`", valid at any look.
    ///
    /// # Errors
    /// [`BettingError::NullOutsideRange`].
    pub fn p_less(&self, null: f64) -> Result<f64, BettingError> {
        Ok(libm::exp(-largest_log_capital(&self.mirrored(), 1.0 - self.scaled_null(null)?)))
    }

    fn scaled_null(&self, null: f64) -> Result<f64, BettingError> {
        let scaled = (null - self.low) / self.width;
        if (0.0..=1.0).contains(&scaled) {
            Ok(scaled)
        } else {
            Err(BettingError::NullOutsideRange { null, low: self.low, high: self.low + self.width })
        }
    }

    fn mirrored(&self) -> Vec<(f64, f64)> {
        self.rounds.iter().map(|(x, bet)| (1.0 - x, *bet)).collect()
    }
}

/// The largest mean in 0..=1 at which the capital ever reached one over the
/// level, from below; `known` is already excluded.
fn excluded_below(rounds: &[(f64, f64)], level: Alpha, known: f64) -> f64 {
    if !ever_reaches(rounds, known, level) {
        return known;
    }
    // The capital falls as the mean grows, and is at most 1 at a mean of 1.
    let (mut low, mut high) = (known, 1.0);
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high || high - low < 1e-15 {
            return low;
        }
        if ever_reaches(rounds, middle, level) {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// How near to one another two means count as one.
const RESOLUTION: f64 = 1e-15;

/// The largest mean in 0..=1 at which the capital after the last round reaches
/// one over the level, or `known`, if that is larger.
fn excluded_last(rounds: &[(f64, f64)], level: Alpha, known: f64) -> f64 {
    let wanted = -libm::log(level.get());
    let excess = |mean: f64| last_log_capital(rounds, mean) - wanted;
    // Most rounds exclude nothing.
    let (mut low, mut at_low) = (known, excess(known + RESOLUTION));
    if at_low < 0.0 {
        return known;
    }
    // The capital falls as the mean grows, and is at most 1 at a mean of 1.
    let (mut high, mut at_high, mut step) = (1.0, -wanted, 1e-3);
    while low + step < 1.0 {
        let at = excess(low + step);
        if at < 0.0 {
            (high, at_high) = (low + step, at);
            break;
        }
        (low, at_low, step) = (low + step, at, 4.0 * step);
    }
    // The Illinois variant of the false position: an end that stays twice counts
    // half. Where rounding stops it, the rest is halved.
    let mut moved_low = None;
    for round in 0.. {
        if high - low < RESOLUTION {
            break;
        }
        let guess = low + (high - low) * (at_low / (at_low - at_high));
        let middle = if round < 30 && guess.is_finite() {
            guess.max(low + 0.25 * RESOLUTION).min(high - 0.25 * RESOLUTION)
        } else {
            0.5 * (low + high)
        };
        if middle <= low || middle >= high {
            break;
        }
        let at = excess(middle);
        let moves_low = at >= 0.0;
        let weight = if moved_low == Some(moves_low) { 0.5 } else { 1.0 };
        moved_low = Some(moves_low);
        if moves_low {
            (low, at_low, at_high) = (middle, at, weight * at_high);
        } else {
            (high, at_high, at_low) = (middle, at, weight * at_low);
        }
    }
    low
}

/// The logarithm of the capital after the last round.
fn last_log_capital(rounds: &[(f64, f64)], mean: f64) -> f64 {
    let limit = LARGEST_LOSS / mean;
    let (mut capital, mut log_scale) = (1.0_f64, 0.0);
    for rounds in rounds.chunks(64) {
        for (x, bet) in rounds {
            capital *= 1.0 + bet.min(limit) * (x - mean);
        }
        // A factor lies between 1/2 and 1 + bet, so that 64 stay in range.
        if !(1e-150..1e150).contains(&capital) {
            log_scale += libm::log(capital);
            capital = 1.0;
        }
    }
    log_scale + libm::log(capital)
}

/// By how much a product that has become too small is scaled up.
const RESCALE: f64 = 1e250;

fn ever_reaches(rounds: &[(f64, f64)], mean: f64, level: Alpha) -> bool {
    let wanted = 1.0 / level.get();
    let limit = LARGEST_LOSS / mean;
    let (mut capital, mut rescaled) = (1.0_f64, 0_u32);
    for (x, bet) in rounds {
        capital *= 1.0 + bet.min(limit) * (x - mean);
        if rescaled == 0 {
            if capital >= wanted {
                return true;
            }
            if capital < 1.0 / RESCALE {
                (capital, rescaled) = (capital * RESCALE, 1);
            }
        } else if capital < 1.0 / RESCALE {
            (capital, rescaled) = (capital * RESCALE, rescaled + 1);
        } else if capital > 1.0 {
            (capital, rescaled) = (capital / RESCALE, rescaled - 1);
        }
    }
    false
}

/// The logarithm of the largest capital so far; the capital at the start is 1.
fn largest_log_capital(rounds: &[(f64, f64)], mean: f64) -> f64 {
    let limit = LARGEST_LOSS / mean;
    let (mut log_capital, mut largest) = (0.0, 0.0_f64);
    for (x, bet) in rounds {
        log_capital += libm::log1p(bet.min(limit) * (x - mean));
        largest = largest.max(log_capital);
    }
    largest
}

/// Why there are no bounds by betting.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum BettingError {
    /// The values themselves are wrong.
    #[error("the values allow no such estimate")]
    Sample(#[from] SampleError),
    /// The range is empty or not finite.
    #[error("the range from {low} to {high} is empty or not finite")]
    EmptyRange {
        /// Its low end.
        low: f64,
        /// Its high end.
        high: f64,
    },
    /// A value lies outside of the range.
    #[error("value number {index} (counted from 0), {value}, lies outside of {low} to {high}")]
    OutsideRange {
        /// Its place, from 0.
        index: usize,
        /// What was given.
        value: f64,
        /// The low end of the range.
        low: f64,
        /// The high end of the range.
        high: f64,
    },
    /// The null value lies outside of the range.
    #[error("the null value {null} lies outside of {low} to {high}")]
    NullOutsideRange {
        /// What was given.
        null: f64,
        /// The low end of the range.
        low: f64,
        /// The high end of the range.
        high: f64,
    },
}

impl BettingError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Sample(error) => error.code(),
            Self::EmptyRange { .. } => "betting-range-empty",
            Self::OutsideRange { .. } => "betting-value-outside",
            Self::NullOutsideRange { .. } => "betting-null-outside",
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Sample(error) => return error.hints(),
            Self::EmptyRange { .. } => "give `low` and `high` between which every value must lie, such as 0 and 1",
            Self::OutsideRange { .. } => "widen the range to all values that are possible, not only to those observed",
            Self::NullOutsideRange { .. } => "give a null value within the range",
        };
        vec![hint.to_owned()]
    }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "betting",
    name: "Betting confidence sequence for a bounded mean",
    question: "Between which bounds does the mean of values within a known range lie, whenever I stop?",
    null: None,
    assumptions: &[
        "Every value lies in the range, which was known before the first one.",
        "Each value has the same mean given those before it; independent draws from one distribution do.",
    ],
    use_when: "Scores lie in a known range, such as accuracies or their differences, and their distribution is unknown.",
    avoid_when: "There are fewer than some twenty values: nothing much is excluded. The range is wide compared with the \
                 spread: the t confidence sequences are sharper, if the values are about normal.",
    formula: "capital(m) = prod (1 + min(b_i, c / m) (x_i - m)), c = 1 / 2, b_i = sqrt(2 log(1 / level) / (v_{i-1} i log(1 + i))), \
              v_i = (1 / 4 + sum (x_j - mu_j)^2) / (i + 1), mu_j = (1 / 2 + x_1 + ... + x_j) / (j + 1), x in 0..1; the lower bound \
              is the largest m at which the capital ever reached 1 / level, the upper one likewise of 1 - x.",
    sources: &[
        "Waudby-Smith and Ramdas 2024, \"Estimating means of bounded random variables by betting\", JRSS B 86, hedged capital with predictable plug-in.",
    ],
    disagreements: &[
        "The Python package confseq searches a grid of means, so that its bounds are wider by up to a step of it, and by default does not keep what was excluded earlier.",
    ],
    columns: &[Column::numbers(Role::Value, "the values in the order in which they came")],
    settings: &[
        Setting::LEVEL,
        Setting { name: "low", about: "the smallest value that is possible", usual: None },
        Setting { name: "high", about: "the largest value that is possible", usual: None },
    ],
    example: Example {
        columns: &[(
            Role::Value,
            ExampleValues::Numbers(&[
                0.9, 0.8, 1.0, 0.7, 0.9, 1.0, 0.8, 0.9, 0.6, 1.0, 0.9, 0.8, 0.7, 1.0, 0.9, 0.9, 0.8, 1.0, 0.9, 0.7,
            ]),
        )],
        settings: &[("level", 0.025), ("low", 0.0), ("high", 1.0)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let values = inputs.numbers(Role::Value)?;
    let (low, high) = (inputs.setting("low")?, inputs.setting("high")?);
    let betting = Betting::from_values(values, low, high, inputs.level()?)?;
    let bounds = Bounds { lower: betting.lower(), upper: betting.upper() };
    Ok(Findings::default().with_bounds("mean", summary::mean(values)?, bounds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(value: f64) -> Alpha {
        Alpha::new(value).unwrap()
    }

    #[test]
    fn a_bound_is_the_mean_at_which_the_capital_reached_one_over_the_level() {
        let values: Vec<f64> = (0..80).map(|index| f64::from(index * 37 % 100) / 100.0).collect();
        let betting = Betting::from_values(&values, 0.0, 1.0, level(0.05)).unwrap();
        let (lower, upper) = (betting.lower(), betting.upper());
        for p_value in [betting.p_greater(lower).unwrap(), betting.p_less(upper).unwrap()] {
            assert!((p_value / 0.05 - 1.0).abs() < 1e-9, "{p_value} at {lower} and {upper}");
        }
        let last = *betting.running().last().unwrap();
        assert!((last.lower - lower).abs() < 1e-14 && (last.upper - upper).abs() < 1e-14);
    }

    #[test]
    fn few_values_exclude_nothing() {
        let betting = Betting::from_values(&[3.0, 3.5], 2.0, 4.0, level(0.01)).unwrap();
        assert_eq!((betting.lower(), betting.upper()), (2.0, 4.0));
        assert_eq!(betting.p_greater(4.0), Ok(1.0));
    }

    #[test]
    fn a_long_run_of_losses_keeps_what_was_excluded_before() {
        let mut values = vec![1.0; 60];
        let before = Betting::from_values(&values, 0.0, 1.0, level(0.05)).unwrap().lower();
        assert!(before > 0.5);
        values.extend(vec![0.0; 5_000]);
        assert_eq!(Betting::from_values(&values, 0.0, 1.0, level(0.05)).unwrap().lower(), before);
    }

    #[test]
    fn wrong_arguments_are_named_errors() {
        let refused = |values: &[f64], low, high| Betting::from_values(values, low, high, level(0.05)).unwrap_err();
        assert_eq!(refused(&[0.5], 1.0, 1.0), BettingError::EmptyRange { low: 1.0, high: 1.0 });
        assert!(matches!(refused(&[0.5], 0.0, f64::INFINITY), BettingError::EmptyRange { .. }));
        assert!(matches!(refused(&[0.5, 1.5], 0.0, 1.0), BettingError::OutsideRange { index: 1, .. }));
        assert_eq!(refused(&[], 0.0, 1.0), SampleError::TooFew { needed: 1, got: 0 }.into());
        let betting = Betting::from_values(&[0.5], 0.0, 1.0, level(0.05)).unwrap();
        assert!(matches!(betting.p_less(1.5), Err(BettingError::NullOutsideRange { .. })));
    }
}
