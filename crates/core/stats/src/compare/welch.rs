//! Welch's t test of two independent groups.

use super::error::CompareError;
use super::student_t_two_sample::TwoSampleT;
use super::two_groups::{TwoGroups, UNPAIRED};
use crate::method::{Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};
use crate::sample::SampleError;
use crate::summary;

/// Compares the means of two independent groups without assuming equal
/// variances.
///
/// Both groups are in the unit of the metric. Approximate even for normal
/// values, though closely so from about five in each group; skewed values in
/// small groups make one of the two bounds too tight.
///
/// # Errors
/// [`SampleError::TooFew`] below two values in a group,
/// [`SampleError::NotFinite`], [`SampleError::Overflow`], and
/// [`SampleError::NoSpread`] if both groups are constant, all as
/// [`CompareError::Sample`].
///
/// # Source
/// Welch 1947, "The Generalization of 'Student's' Problem when Several
/// Different Population Variances are Involved"; degrees of freedom by
/// Satterthwaite 1946, "An Approximate Distribution of Estimates of Variance
/// Components".
pub fn fit(baseline: &[f64], candidate: &[f64]) -> Result<TwoSampleT, CompareError> {
    let [first, second] = [baseline, candidate]
        .map(|group| -> Result<f64, SampleError> { Ok(summary::variance(group)? / group.len() as f64) });
    let (first, second) = (first?, second?);
    let total = first + second;
    let (share, rest) = (first / total, second / total);
    // Written with shares, so that squares of variances cannot overflow.
    let df = 1.0 / (share * share / (baseline.len() - 1) as f64 + rest * rest / (candidate.len() - 1) as f64);
    TwoSampleT::new(baseline, candidate, total.sqrt(), df)
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "welch",
    name: "Welch's t test",
    question: "Is the mean of the candidate above that of the baseline, in independent groups?",
    null: Some("The candidate's mean is at most the baseline's."),
    assumptions: &[
        "The scores are independent within and between the groups.",
        "The scores of each group are normal, or the groups are large enough for their means to be.",
    ],
    use_when: "The runs of the two sides are not paired; it is the first choice then, also where the spreads look equal.",
    avoid_when: "Seeds, folds or items are shared by both sides: a paired test sees more. Below about five scores in a \
                 group, or with strong skew, compare with the permutation test.",
    formula: "t = (mean(c) - mean(b)) / sqrt(var(b) / n_b + var(c) / n_c), with Satterthwaite's degrees of freedom.",
    sources: &[
        "Welch 1947, \"The Generalization of 'Student's' Problem when Several Different Population Variances are Involved\", Biometrika 34.",
        "Satterthwaite 1946, \"An Approximate Distribution of Estimates of Variance Components\", Biometrics Bulletin 2.",
    ],
    disagreements: &[],
    columns: UNPAIRED,
    settings: &[Setting::LEVEL],
    example: Example {
        columns: &[
            (Role::Value, ExampleValues::Numbers(&[0.912, 0.905, 0.918, 0.909, 0.921, 0.917, 0.919, 0.920])),
            (Role::Method, ExampleValues::Labels(&["old", "old", "old", "old", "new", "new", "new", "new"])),
        ],
        settings: &[("level", 0.025)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let groups = TwoGroups::read(inputs)?;
    let level = inputs.level()?;
    Ok(fit(&groups.baseline, &groups.candidate)?.add_to(groups.findings(), level))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_case_is_computed_by_hand() {
        // Variances 2 and 8, each over 2: total 5; df = 25 / (1 + 16).
        let found = fit(&[0.0, 2.0], &[4.0, 8.0]).unwrap();
        assert!((found.df() - 25.0 / 17.0).abs() < 1e-14);
        assert!((found.standard_error() - 5.0_f64.sqrt()).abs() < 1e-15);
        assert_eq!(found.difference(), 5.0);
    }

    #[test]
    fn what_is_not_estimable_is_a_named_error() {
        let error = |first: &[f64], second: &[f64]| fit(first, second).unwrap_err().code();
        assert_eq!(error(&[1.0], &[1.0, 2.0]), "sample-too-few");
        assert_eq!(error(&[1.0, 1.0], &[2.0, 2.0]), "sample-no-spread");
        assert_eq!(error(&[1.0, f64::NAN], &[2.0, 3.0]), "sample-not-finite");
        assert!(fit(&[1.0, 1.0], &[2.0, 3.0]).is_ok());
    }
}
