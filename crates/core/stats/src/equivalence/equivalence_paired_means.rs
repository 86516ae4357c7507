//! Two one-sided tests of paired means against a margin.

use crate::bounds::Bounds;
use crate::compare::paired_t::PairedT;
use crate::equivalence::margin::{MARGIN, Margin, MarginTests, NULL, margin};
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};
use crate::sample::SampleError;

/// Tests the mean of paired differences against a margin on either side, by
/// one-sided t tests.
///
/// `differences` and the margin are in the unit of the metric. Assumes what
/// [`PairedT`] does.
///
/// # Errors
/// Those of [`PairedT::from_differences`].
///
/// # Source
/// Schuirmann 1987, "A Comparison of the Two One-Sided Tests Procedure and the
/// Power Approach for Assessing the Equivalence of Average Bioavailability".
pub fn tests(differences: &[f64], margin: Margin) -> Result<MarginTests, SampleError> {
    let fit = PairedT::from_differences(differences)?;
    Ok(MarginTests::new(margin, |null| fit.p_greater(null), |null| fit.p_less(null)))
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "equivalence-paired-means",
    name: "Equivalence of paired means (TOST)",
    question: "Is the mean of the paired differences smaller than one that matters, or larger?",
    null: Some(NULL),
    assumptions: &[
        "The pairs are independent of one another.",
        "The differences come from one normal distribution; symmetric ones are close enough from about ten pairs on.",
        "The margin was fixed before the data were seen.",
    ],
    use_when: "To claim that a cheaper or simpler method is as good, on the same seeds, folds or items; or that a gain is \
               larger than one that matters.",
    avoid_when: "Skewed differences in small number: for exponential ones a level of 0.05 errs in up to 0.11 of cases below thirty pairs. The margin is chosen after looking. A large p-value of a test for a difference is no evidence of \
                 equivalence: this test is what gives it. Folds of one cross-validation are not independent.",
    formula: "p = max of the one-sided paired t tests at -margin and at +margin; equivalent at a level where the bounds \
              at that level both lie inside the margin.",
    sources: &[
        "Schuirmann 1987, \"A Comparison of the Two One-Sided Tests Procedure and the Power Approach for Assessing the Equivalence of Average Bioavailability\".",
        "Murphy and Myors 1999, \"Testing the Hypothesis that Treatments Have Negligible Effects\", for the minimum effect.",
    ],
    disagreements: &[],
    columns: &[
        Column::numbers(Role::Baseline, "the baseline's score of each pair"),
        Column::numbers(Role::Candidate, "the candidate's score of the same pair"),
    ],
    settings: &[Setting::LEVEL, MARGIN],
    example: Example {
        columns: &[
            (Role::Baseline, ExampleValues::Numbers(&[0.912, 0.905, 0.918, 0.909, 0.911, 0.915])),
            (Role::Candidate, ExampleValues::Numbers(&[0.914, 0.904, 0.917, 0.911, 0.910, 0.916])),
        ],
        settings: &[("level", 0.05), ("margin", 0.005)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let differences = inputs.differences()?;
    let level = inputs.level()?;
    let found = tests(&differences, margin(inputs)?)?;
    let fit = PairedT::from_differences(&differences)?;
    let bounds = Bounds { lower: fit.lower(level), upper: fit.upper(level) };
    Ok(found.describe(Findings::default().with_bounds("mean difference", fit.mean(), bounds)))
}

#[cfg(test)]
mod unit_tests {
    use super::*;

    #[test]
    fn it_is_the_larger_of_two_one_sided_p_values() {
        // Differences 1 and 3: mean 2, standard error 1; at one degree of freedom the
        // tail of t is 1/2 - atan(t) / pi.
        let tail = |t: f64| 0.5 - libm::atan(t) / std::f64::consts::PI;
        let found = tests(&[1.0, 3.0], Margin::new(5.0).unwrap()).unwrap();
        assert!((found.equivalent() - tail(3.0)).abs() < 1e-15);
        assert!((found.not_worse - tail(7.0)).abs() < 1e-15);
        assert!((found.better - tail(-3.0)).abs() < 1e-15);
    }
}
