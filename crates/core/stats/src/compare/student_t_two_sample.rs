//! Student's t test of two independent groups with one common variance.

use super::error::CompareError;
use super::two_groups::{Tails, TwoGroups, UNPAIRED};
use crate::bounds::Bounds;
use crate::distribution::student_t;
use crate::level::Alpha;
use crate::method::{Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};
use crate::sample::{SampleError, check_spread, finite};
use crate::summary;

/// What two independent groups say about the difference of their means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TwoSampleT {
    difference: f64,
    standard_error: f64,
    df: f64,
}

/// Compares the means of two independent groups that share one variance.
///
/// Both groups are in the unit of the metric. Exact for normal values of equal
/// variance. Where variances differ and the groups differ in size, it errs more
/// or less often than it says; [`welch`](super::welch) does not.
///
/// # Errors
/// [`SampleError::TooFew`] below two values in a group,
/// [`SampleError::NotFinite`], [`SampleError::Overflow`], and
/// [`SampleError::NoSpread`] if both groups are constant, all as
/// [`CompareError::Sample`].
///
/// # Source
/// Student 1908, "The Probable Error of a Mean"; Fisher 1925, "Applications of
/// 'Student's' Distribution", section 2.
pub fn fit(baseline: &[f64], candidate: &[f64]) -> Result<TwoSampleT, CompareError> {
    let deviation = pooled_standard_deviation(baseline, candidate)?;
    let (n_baseline, n_candidate) = (baseline.len() as f64, candidate.len() as f64);
    let standard_error = deviation * (1.0 / n_baseline + 1.0 / n_candidate).sqrt();
    TwoSampleT::new(baseline, candidate, standard_error, n_baseline + n_candidate - 2.0)
}

/// The root of the variance that both groups are taken to share.
pub(crate) fn pooled_standard_deviation(baseline: &[f64], candidate: &[f64]) -> Result<f64, SampleError> {
    let [first, second] = [baseline, candidate]
        .map(|group| -> Result<f64, SampleError> { Ok(summary::variance(group)? * (group.len() - 1) as f64) });
    finite(((first? + second?) / (baseline.len() + candidate.len() - 2) as f64).sqrt())
}

impl TwoSampleT {
    /// Takes the difference of the means with its standard error; there must
    /// be two finite values in each group.
    pub(crate) fn new(baseline: &[f64], candidate: &[f64], error: f64, df: f64) -> Result<Self, CompareError> {
        if check_spread(baseline).is_err() {
            // One constant group still leaves the spread of the other.
            check_spread(candidate)?;
        }
        let standard_error = finite(error)?;
        if standard_error == 0.0 {
            return Err(SampleError::NoSpread { constant: baseline[0] }.into());
        }
        let difference = finite(summary::mean(candidate)? - summary::mean(baseline)?)?;
        Ok(Self { difference, standard_error, df })
    }

    /// The candidate's mean less the baseline's.
    #[must_use]
    pub fn difference(&self) -> f64 {
        self.difference
    }

    /// The standard error of the difference.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        self.standard_error
    }

    /// The degrees of freedom.
    #[must_use]
    pub fn df(&self) -> f64 {
        self.df
    }

    /// The statistic against a difference of `null`.
    ///
    /// # Panics
    /// If `null` is NaN.
    #[must_use]
    pub fn t(&self, null: f64) -> f64 {
        assert!(!null.is_nan(), "a null value is a number");
        (self.difference - null) / self.standard_error
    }

    /// The one-sided p-values against a difference of `null`.
    ///
    /// # Panics
    /// If `null` is NaN.
    #[must_use]
    pub fn tails(&self, null: f64) -> Tails {
        let t = self.t(null);
        Tails { greater: student_t::upper_tail(t, self.df), less: student_t::upper_tail(-t, self.df) }
    }

    /// The one-sided bounds on the difference, each at level alpha.
    #[must_use]
    pub fn bounds(&self, alpha: Alpha) -> Bounds {
        let reach = student_t::upper_point(alpha.get(), self.df) * self.standard_error;
        Bounds { lower: self.difference - reach, upper: self.difference + reach }
    }

    pub(crate) fn add_to(&self, findings: Findings, level: Alpha) -> Findings {
        let findings = findings
            .with_bounds("difference of means", self.difference, self.bounds(level))
            .with("t", self.t(0.0))
            .with("degrees of freedom", self.df);
        self.tails(0.0).add_to(findings)
    }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "student-t-two-sample",
    name: "Student's t test of two groups",
    question: "Is the mean of the candidate above that of the baseline, if both groups spread alike?",
    null: Some("The candidate's mean is at most the baseline's."),
    assumptions: &[
        "The scores are independent within and between the groups.",
        "The scores of each group are normal, with the same variance in both.",
    ],
    use_when: "The runs are not paired and there is a reason, known before the data, for equal variances; or a \
               published analysis is to be repeated.",
    avoid_when: "The variances may differ, above all with groups of unequal size: use Welch's test. Do not choose \
                 between the two by a test of the variances.",
    formula: "t = (mean(c) - mean(b)) / (s sqrt(1 / n_b + 1 / n_c)), s^2 the pooled variance, with n_b + n_c - 2 degrees of freedom.",
    sources: &["Fisher 1925, \"Applications of 'Student's' Distribution\", Metron 5, section 2."],
    disagreements: &["SciPy's ttest_ind gives this test by default and Welch's only on request."],
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
        // Variances 2 and 8: pooled 5, standard error sqrt 5.
        let found = fit(&[0.0, 2.0], &[4.0, 8.0]).unwrap();
        assert!((found.t(0.0) - 5.0_f64.sqrt()).abs() < 1e-14);
        assert_eq!(found.df(), 2.0);
    }

    #[test]
    fn constant_groups_are_a_named_error() {
        assert_eq!(fit(&[1.0, 1.0], &[2.0, 2.0]).unwrap_err().code(), "sample-no-spread");
        assert_eq!(fit(&[1.0], &[2.0, 3.0]).unwrap_err().code(), "sample-too-few");
    }
}
