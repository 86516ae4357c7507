//! Two one-sided exact tests of a proportion against a margin about a target.

use crate::binomial::{at_most, check, counts};
use crate::bounds::Bounds;
use crate::equivalence::margin::{EquivalenceError, MARGIN, Margin, MarginTests, margin};
use crate::interval::clopper_pearson;
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};

/// Tests a proportion less a target against a margin on either side, by exact
/// binomial tests.
///
/// `target` is a proportion; both it less and it plus the margin lie strictly
/// between 0 and 1. Never errs more often than its level says, and therefore
/// somewhat less often.
///
/// # Errors
/// [`EquivalenceError::Beyond`], [`EquivalenceError::Binomial`] with
/// `NoTrials` or `TooManySuccesses`.
///
/// # Source
/// Wellek 2010, "Testing Statistical Hypotheses of Equivalence and
/// Noninferiority", chapter 4, as two one-sided tests.
pub fn tests(successes: u64, trials: u64, target: f64, margin: Margin) -> Result<MarginTests, EquivalenceError> {
    check(successes, trials)?;
    for value in [target - margin.get(), target + margin.get()] {
        if !(value > 0.0 && value < 1.0) {
            return Err(EquivalenceError::Beyond { value });
        }
    }
    // The probability of as many successes or more is that of as many failures or fewer.
    let p_greater = |null: f64| at_most(trials - successes, trials, 1.0 - (target + null));
    let p_less = |null: f64| at_most(successes, trials, target + null);
    Ok(MarginTests::new(margin, p_greater, p_less))
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "equivalence-one-proportion",
    name: "Equivalence of a proportion with a target (TOST, exact)",
    question: "Is a proportion nearer to a target than what matters, or further from it?",
    null: Some("The proportion is at least the margin away from the target, on one side or the other."),
    assumptions: &[
        "The trials are independent of one another and have the same probability of success.",
        "Target and margin were fixed before the data were seen.",
    ],
    use_when: "To claim that a rate is as specified, such as the coverage of prediction sets or a published accuracy.",
    avoid_when: "The target is itself an estimate: compare two proportions. Items that share a passage are not independent.",
    formula: "p = max of P(X >= x | target - margin) and P(X <= x | target + margin), X binomial.",
    sources: &["Wellek 2010, \"Testing Statistical Hypotheses of Equivalence and Noninferiority\", chapter 4."],
    disagreements: &["Wellek's exact test is a little more powerful than two one-sided tests, which we do."],
    columns: &[
        Column::numbers(Role::Successes, "how many trials succeeded; several lines are added up"),
        Column::numbers(Role::Trials, "how many trials there were"),
    ],
    settings: &[
        Setting::LEVEL,
        MARGIN,
        Setting { name: "target", about: "the proportion to be near to, strictly between 0 and 1", usual: None },
    ],
    example: Example {
        columns: &[
            (Role::Successes, ExampleValues::Numbers(&[452.0])),
            (Role::Trials, ExampleValues::Numbers(&[500.0])),
        ],
        settings: &[("level", 0.05), ("margin", 0.03), ("target", 0.9)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let (successes, trials) = counts(inputs)?;
    let (target, level) = (inputs.setting("target")?, inputs.level()?);
    let found = tests(successes, trials, target, margin(inputs)?)?;
    let share = successes as f64 / trials as f64;
    let bounds = clopper_pearson::one_sided(successes, trials, level.get());
    let bounds = Bounds { lower: bounds.lower - target, upper: bounds.upper - target };
    Ok(found.describe(Findings::default().with_bounds("proportion less target", share - target, bounds)))
}

#[cfg(test)]
mod unit_tests {
    use super::*;

    #[test]
    fn small_cases_are_counted_by_hand() {
        // One success in two: P(X >= 1 | 1/4) = 7/16, P(X <= 1 | 3/4) = 7/16.
        let found = tests(1, 2, 0.5, Margin::new(0.25).unwrap()).unwrap();
        assert!((found.not_worse - 0.4375).abs() < 1e-14 && (found.not_better - 0.4375).abs() < 1e-14);
        let error = tests(1, 2, 0.9, Margin::new(0.1).unwrap());
        assert!(matches!(error, Err(EquivalenceError::Beyond { .. })), "{error:?}");
    }
}
