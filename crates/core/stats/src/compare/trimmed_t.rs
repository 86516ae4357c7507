//! The t test of a trimmed mean of paired differences.

use crate::bounds::Bounds;
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};
use crate::sample::{SampleError, check, finite};
use crate::student::Student;
use crate::summary;

/// Estimates the mean of the differences without the share `trimmed` of them
/// at either end, 0.2 by custom.
///
/// Of `n` differences the `floor(trimmed * n)` lowest and as many of the
/// highest are left out. The standard error is that of Tukey and McLaughlin,
/// from the differences with their ends drawn in. It estimates the middle of
/// the distribution, which is the mean where that is symmetric.
/// `standard_deviation` is that of the drawn-in differences.
///
/// # Errors
/// [`SampleError::ShareOutside`] for a share outside 0..0.5,
/// [`SampleError::TooFew`] where fewer than two differences are left,
/// [`SampleError::NotFinite`], [`SampleError::Overflow`], and
/// [`SampleError::NoSpread`] where those that are left are all equal.
///
/// # Source
/// Tukey and McLaughlin 1963, "Less Vulnerable Confidence and Significance
/// Procedures for Location Based on a Single Sample", Sankhya A 25; Wilcox
/// 2012, "Introduction to Robust Estimation and Hypothesis Testing", section
/// 4.3.
pub fn fit(differences: &[f64], trimmed: f64) -> Result<Student, SampleError> {
    if !(0.0..0.5).contains(&trimmed) {
        return Err(SampleError::ShareOutside { share: trimmed });
    }
    check(differences, 2)?;
    let n = differences.len();
    let cut = (trimmed * n as f64).floor() as usize;
    let kept = n - 2 * cut;
    if kept < 2 {
        return Err(SampleError::TooFew { needed: 2, got: kept });
    }
    let mut sorted = differences.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let (lowest, highest) = (sorted[cut], sorted[n - 1 - cut]);
    if lowest == highest {
        return Err(SampleError::NoSpread { constant: lowest });
    }
    let estimate = summary::mean(&sorted[cut..n - cut])?;
    let drawn_in: Vec<f64> = sorted.iter().map(|value| value.clamp(lowest, highest)).collect();
    let standard_deviation = finite(summary::standard_deviation(&drawn_in)?)?;
    let (all, kept) = (n as f64, kept as f64);
    let standard_error = standard_deviation * ((all - 1.0) / (kept * (kept - 1.0))).sqrt();
    if standard_error == 0.0 {
        // The squares of the smallest numbers vanish.
        return Err(SampleError::NoSpread { constant: lowest });
    }
    Ok(Student { n, estimate, standard_deviation, standard_error, df: kept - 1.0 })
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "trimmed-t",
    name: "Trimmed t test",
    question: "Is the middle of the paired differences above zero, whatever the few at either end?",
    null: Some("The trimmed mean of the differences is zero or less."),
    assumptions: &[
        "The pairs are independent of one another.",
        "The differences are near enough to symmetric for their middle to be what is asked about.",
    ],
    use_when: "There are at least ten pairs, and single differences lie far out.",
    avoid_when: "What lies far out is what matters, such as runs that fail now and then: the mean counts these. With fewer than ten pairs hardly anything is trimmed; with five, three of which are kept, the test at 5 % errs in 6 % of normal samples.",
    formula: "g = floor(trimmed n), h = n - 2 g; t = mean of the h middle differences / sqrt((n - 1) s_w^2 / (h (h - 1))), with h - 1 degrees of freedom, s_w from the differences with the g at either end drawn in.",
    sources: &[
        "Tukey and McLaughlin 1963, \"Less Vulnerable Confidence and Significance Procedures for Location Based on a Single Sample\", Sankhya A 25.",
        "Wilcox 2012, \"Introduction to Robust Estimation and Hypothesis Testing\", section 4.3.",
    ],
    disagreements: &[
        "Wilcox writes the standard error as s_w / ((1 - 2 trimmed) sqrt(n)): another number where trimmed n is not whole, as in SciPy's mstats.trimmed_mean_ci. SciPy's ttest_ind with trim is of the form used here.",
    ],
    columns: &[
        Column::numbers(Role::Baseline, "the baseline's score of each pair"),
        Column::numbers(Role::Candidate, "the candidate's score of the same pair"),
    ],
    settings: &[
        Setting::LEVEL,
        Setting {
            name: "trimmed",
            about: "the share of differences left out at either end, at least 0 and below 0.5",
            usual: Some(0.2),
        },
    ],
    example: Example {
        columns: &[
            (Role::Baseline, ExampleValues::Numbers(&[0.91, 0.90, 0.92, 0.90, 0.91, 0.89, 0.90, 0.92, 0.91, 0.90])),
            (Role::Candidate, ExampleValues::Numbers(&[0.92, 0.92, 0.92, 0.92, 0.92, 0.92, 0.91, 0.94, 0.92, 0.55])),
        ],
        settings: &[("level", 0.025)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let fit = fit(&inputs.differences()?, inputs.setting("trimmed")?)?;
    let level = inputs.level()?;
    let bounds = Bounds { lower: fit.lower(level), upper: fit.upper(level) };
    Ok(Findings::default()
        .with_bounds("trimmed mean difference", fit.estimate, bounds)
        .with("t", fit.estimate / fit.standard_error)
        .with("degrees of freedom", fit.df)
        .with("p-value, candidate better", fit.p_greater(0.0))
        .with("p-value, candidate worse", fit.p_less(0.0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::paired_t::PairedT;

    #[test]
    fn nothing_trimmed_is_the_paired_t() {
        let differences = [0.3, -0.1, 0.4, 0.2, 0.05];
        let (found, expected) = (fit(&differences, 0.0).unwrap(), PairedT::from_differences(&differences).unwrap());
        assert!((found.standard_error - expected.standard_error()).abs() < 1e-15);
        assert!((found.estimate - expected.mean()).abs() < 1e-15);
    }

    #[test]
    fn how_far_out_the_ends_lie_changes_nothing() {
        let near = fit(&[-1.0, 0.1, 0.2, 0.3, 1.0], 0.2).unwrap();
        let far = fit(&[-90.0, 0.1, 0.2, 0.3, 4000.0], 0.2).unwrap();
        assert_eq!(near, far);
    }

    #[test]
    fn what_cannot_be_estimated_is_a_named_error() {
        assert_eq!(fit(&[1.0, 2.0, 3.0], 0.5).unwrap_err().code(), "sample-share-outside");
        assert_eq!(fit(&[1.0, 2.0, 3.0], 0.4).unwrap_err().code(), "sample-too-few");
        assert_eq!(fit(&[0.0, 2.0, 2.0, 2.0, 9.0], 0.2).unwrap_err().code(), "sample-no-spread");
    }
}
