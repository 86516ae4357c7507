//! The score interval for a proportion.

use crate::bounds::Bounds;
use crate::distribution::normal;
use crate::interval::binomial::{BinomialError, check, counts};
use crate::level::Alpha;
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};

/// Finds the score interval for the probability of success.
///
/// Two-sided at level `alpha` on average over probabilities; for single ones
/// it may err somewhat more often.
///
/// # Errors
/// [`BinomialError::NoTrials`], [`BinomialError::TooManySuccesses`].
///
/// # Source
/// Wilson 1927, "Probable Inference, the Law of Succession, and Statistical
/// Inference" (without continuity correction).
pub fn wilson(successes: u64, trials: u64, alpha: Alpha) -> Result<Bounds, BinomialError> {
    check(successes, trials)?;
    Ok(one_sided(successes, trials, 0.5 * alpha.get()))
}

/// The bounds whose sides each err with a chance of about `level`.
fn one_sided(successes: u64, trials: u64, level: f64) -> Bounds {
    let n = trials as f64;
    let share = successes as f64 / n;
    let z = -normal::point(level);
    let square = z * z;
    let centre = share + square / (2.0 * n);
    let reach = z * (share * (1.0 - share) / n + square / (4.0 * n * n)).sqrt();
    let scale = 1.0 + square / n;
    let lower = if successes == 0 { 0.0 } else { (centre - reach) / scale };
    let upper = if successes == trials { 1.0 } else { (centre + reach) / scale };
    Bounds { lower, upper }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "wilson",
    name: "Wilson score interval",
    question: "Between which bounds does a proportion lie, such as an accuracy on a test set?",
    null: None,
    assumptions: &["The trials are independent of one another and have the same probability of success."],
    use_when: "The usual choice for an accuracy or a rate, from the smallest number of trials on.",
    avoid_when: "The bound must never err more often than its level says: use the Clopper-Pearson interval. Items that \
                 share a passage or question are not independent: use the clustered mean.",
    formula: "(p + z^2 / 2n -+ z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n), with z the normal quantile at 1 - level.",
    sources: &[
        "Wilson 1927, \"Probable Inference, the Law of Succession, and Statistical Inference\", JASA 22, without continuity correction.",
        "Brown, Cai and DasGupta 2001, \"Interval Estimation for a Binomial Proportion\", Statistical Science 16, for its coverage.",
    ],
    disagreements: &["R's prop.test corrects for continuity unless told not to; its interval is wider."],
    columns: &[
        Column::numbers(Role::Successes, "how many trials succeeded; several lines are added up"),
        Column::numbers(Role::Trials, "how many trials there were"),
    ],
    settings: &[Setting::LEVEL],
    example: Example {
        columns: &[(Role::Successes, ExampleValues::Numbers(&[17.0])), (Role::Trials, ExampleValues::Numbers(&[20.0]))],
        settings: &[("level", 0.025)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let (successes, trials) = counts(inputs)?;
    let level = inputs.level()?.get();
    if level >= 0.5 {
        return Err(MethodError::SettingOutside { name: "level", value: level, expected: "a number below 0.5" });
    }
    Ok(Findings::default().with_bounds(
        "proportion",
        successes as f64 / trials as f64,
        one_sided(successes, trials, level),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_trials_give_a_symmetric_interval() {
        let found = wilson(10, 20, Alpha::new(0.05).unwrap()).unwrap();
        assert!((found.lower + found.upper - 1.0).abs() < 1e-15);
        assert_eq!(wilson(0, 5, Alpha::new(0.05).unwrap()).unwrap().lower, 0.0);
    }
}
