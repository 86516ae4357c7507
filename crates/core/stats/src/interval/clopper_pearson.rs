//! The exact interval for a proportion.

use crate::bounds::Bounds;
use crate::distribution::beta;
use crate::interval::binomial::{BinomialError, check, counts};
use crate::level::Alpha;
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};

/// Finds the exact interval for the probability of success.
///
/// Two-sided: each side errs with a chance of at most `alpha` / 2, whatever
/// the probability; the interval is therefore wider than it need be.
///
/// # Errors
/// [`BinomialError::NoTrials`], [`BinomialError::TooManySuccesses`].
///
/// # Source
/// Clopper and Pearson 1934, "The Use of Confidence or Fiducial Limits
/// Illustrated in the Case of the Binomial".
pub fn clopper_pearson(successes: u64, trials: u64, alpha: Alpha) -> Result<Bounds, BinomialError> {
    check(successes, trials)?;
    Ok(one_sided(successes, trials, 0.5 * alpha.get()))
}

/// The bounds whose sides each err with a chance of at most `level`.
pub(crate) fn one_sided(successes: u64, trials: u64, level: f64) -> Bounds {
    let (won, lost) = (successes as f64, (trials - successes) as f64);
    let lower = if successes == 0 { 0.0 } else { beta::point(level, won, lost + 1.0) };
    let upper = if successes == trials { 1.0 } else { 1.0 - beta::point(level, lost, won + 1.0) };
    Bounds { lower, upper }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "clopper-pearson",
    name: "Clopper-Pearson interval",
    question: "Between which bounds does a proportion lie, with a promise that holds for every proportion?",
    null: None,
    assumptions: &["The trials are independent of one another and have the same probability of success."],
    use_when: "A bound must never err more often than its level says, such as a rate of failures in a safety claim.",
    avoid_when: "The interval is to be right on average and no wider than needed: use the Wilson interval. Items that \
                 share a passage or question are not independent: use the clustered mean.",
    formula: "lower = quantile of Beta(x, n - x + 1) at level, upper = quantile of Beta(x + 1, n - x) at 1 - level.",
    sources: &[
        "Clopper and Pearson 1934, \"The Use of Confidence or Fiducial Limits Illustrated in the Case of the Binomial\", Biometrika 26.",
    ],
    disagreements: &[],
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
    let bounds = one_sided(successes, trials, inputs.level()?.get());
    Ok(Findings::default().with_bounds("proportion", successes as f64 / trials as f64, bounds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_success_in_n_gives_the_closed_form() {
        // The upper bound solves (1 - p)^n = alpha / 2.
        let found = clopper_pearson(0, 20, Alpha::new(0.05).unwrap()).unwrap();
        assert_eq!(found.lower, 0.0);
        assert!((found.upper - (1.0 - libm::pow(0.025, 0.05))).abs() < 1e-14);
        assert_eq!(clopper_pearson(20, 20, Alpha::new(0.05).unwrap()).unwrap().upper, 1.0);
    }
}
