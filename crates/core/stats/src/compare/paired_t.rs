//! The paired t test and its one-sided bounds.

use crate::bounds::Bounds;
use crate::distribution::student_t;
use crate::level::Alpha;
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};
use crate::sample::{SampleError, check, check_spread, finite};
use crate::summary;

/// What paired differences say about their mean, under Student's t.
///
/// Exact where the differences are independent draws from one normal
/// distribution, and close to it for symmetric ones. Skewed differences in
/// small number make the bounds too tight on the side of the long tail;
/// compare with [`sign_flip`](super::sign_flip).
///
/// # Source
/// Student 1908, "The Probable Error of a Mean".
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairedT {
    n: usize,
    mean: f64,
    standard_deviation: f64,
}

impl PairedT {
    /// Summarises the differences, one per pair, in the unit of the metric.
    ///
    /// # Errors
    /// [`SampleError::TooFew`] below two differences,
    /// [`SampleError::NotFinite`], [`SampleError::Overflow`], and
    /// [`SampleError::NoSpread`] if all are equal: then a t test has nothing
    /// to measure the mean with.
    pub fn from_differences(differences: &[f64]) -> Result<Self, SampleError> {
        check(differences, 2)?;
        check_spread(differences)?;
        let mean = summary::mean(differences)?;
        let standard_deviation = finite(summary::standard_deviation(differences)?)?;
        if standard_deviation == 0.0 {
            // The squares of the smallest numbers vanish.
            return Err(SampleError::NoSpread { constant: differences[0] });
        }
        Ok(Self { n: differences.len(), mean, standard_deviation })
    }

    /// The number of pairs.
    #[must_use]
    pub fn n(&self) -> usize {
        self.n
    }

    /// The mean difference.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// The standard deviation of the differences, from n - 1.
    #[must_use]
    pub fn standard_deviation(&self) -> f64 {
        self.standard_deviation
    }

    /// The standard error of the mean difference.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        self.standard_deviation / (self.n as f64).sqrt()
    }

    /// The degrees of freedom, n - 1.
    #[must_use]
    pub fn df(&self) -> f64 {
        (self.n - 1) as f64
    }

    /// The one-sided lower bound: the mean lies above it with confidence
    /// 1 - alpha.
    #[must_use]
    pub fn lower(&self, alpha: Alpha) -> f64 {
        self.mean - self.reach(alpha)
    }

    /// The one-sided upper bound: the mean lies below it with confidence
    /// 1 - alpha.
    #[must_use]
    pub fn upper(&self, alpha: Alpha) -> f64 {
        self.mean + self.reach(alpha)
    }

    /// The p-value against "the mean is at most `null`".
    ///
    /// It is at most alpha exactly where [`Self::lower`] is at least `null`,
    /// but for rounding.
    ///
    /// # Panics
    /// If `null` is NaN.
    #[must_use]
    pub fn p_greater(&self, null: f64) -> f64 {
        student_t::upper_tail(self.t(null), self.df())
    }

    /// The p-value against "the mean is at least `null`".
    ///
    /// # Panics
    /// If `null` is NaN.
    #[must_use]
    pub fn p_less(&self, null: f64) -> f64 {
        student_t::upper_tail(-self.t(null), self.df())
    }

    /// The t statistic against the mean `null`.
    ///
    /// # Panics
    /// If `null` is NaN.
    #[must_use]
    pub fn t(&self, null: f64) -> f64 {
        assert!(!null.is_nan(), "a null value is a number");
        (self.mean - null) / self.standard_error()
    }

    fn reach(&self, alpha: Alpha) -> f64 {
        student_t::upper_point(alpha.get(), self.df()) * self.standard_error()
    }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "paired-t",
    name: "Paired t test",
    question: "Is the mean of the paired differences above zero?",
    null: Some("The mean difference is zero or less."),
    assumptions: &[
        "The pairs are independent of one another.",
        "The differences come from one normal distribution; symmetric ones are close enough from about ten pairs on.",
    ],
    use_when: "Both sides met the same seeds, folds or items, and there are at least five pairs.",
    avoid_when: "The differences are strongly skewed and few: compare with the sign-flip test. Folds of one \
                 cross-validation are not independent: use the corrected t test.",
    formula: "t = mean(d) / (sd(d) / sqrt(n)), with n - 1 degrees of freedom; bounds mean(d) -+ t_{1 - level, n - 1} sd(d) / sqrt(n).",
    sources: &["Student 1908, \"The Probable Error of a Mean\", Biometrika 6."],
    disagreements: &[],
    columns: &[
        Column::numbers(Role::Baseline, "the baseline's score of each pair"),
        Column::numbers(Role::Candidate, "the candidate's score of the same pair"),
    ],
    settings: &[Setting::LEVEL],
    example: Example {
        columns: &[
            (Role::Baseline, ExampleValues::Numbers(&[0.912, 0.905, 0.918, 0.909, 0.911])),
            (Role::Candidate, ExampleValues::Numbers(&[0.921, 0.917, 0.919, 0.920, 0.920])),
        ],
        settings: &[("level", 0.025)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let fit = PairedT::from_differences(&inputs.differences()?)?;
    let level = inputs.level()?;
    let bounds = Bounds { lower: fit.lower(level), upper: fit.upper(level) };
    Ok(Findings::default()
        .with_bounds("mean difference", fit.mean(), bounds)
        .with("t", fit.t(0.0))
        .with("degrees of freedom", fit.df())
        .with("p-value, candidate better", fit.p_greater(0.0))
        .with("p-value, candidate worse", fit.p_less(0.0))
        .with("standard deviation of the differences", fit.standard_deviation()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_against(differences: &[f64], expected: Result<[f64; 4], SampleError>) {
        match (PairedT::from_differences(differences), expected) {
            (Ok(found), Ok([mean, sd, p_greater, lower])) => {
                let alpha = Alpha::new(0.05).unwrap();
                let near = |found: f64, expected: f64| {
                    assert!((found / expected - 1.0).abs() < 1e-12, "found {found}, expected {expected}");
                };
                near(found.mean(), mean);
                near(found.standard_deviation(), sd);
                near(found.p_greater(0.0), p_greater);
                near(found.lower(alpha), lower);
            }
            (found, expected) => assert_eq!(found.err(), expected.err()),
        }
    }

    #[test]
    fn two_differences_meet_the_closed_form_of_one_degree_of_freedom() {
        // Differences 1 and 3: mean 2, sd sqrt 2, standard error 1, t 2;
        // p = atan(1/2) / pi; lower = 2 - tan(0.45 pi).
        let p = libm::atan(0.5) / std::f64::consts::PI;
        let lower = 2.0 - libm::tan(0.45 * std::f64::consts::PI);
        check_against(&[1.0, 3.0], Ok([2.0, std::f64::consts::SQRT_2, p, lower]));
    }

    #[test]
    fn what_is_not_estimable_is_a_named_error() {
        check_against(&[], Err(SampleError::TooFew { needed: 2, got: 0 }));
        check_against(&[0.1], Err(SampleError::TooFew { needed: 2, got: 1 }));
        check_against(&[0.1, 0.1, 0.1], Err(SampleError::NoSpread { constant: 0.1 }));
        check_against(&[0.0, 0.0], Err(SampleError::NoSpread { constant: 0.0 }));
        check_against(&[0.1, f64::NAN], Err(SampleError::NotFinite { index: 1 }));
        check_against(&[1e300, -1e300], Err(SampleError::Overflow));
        check_against(&[1e-300, 2e-300], Err(SampleError::NoSpread { constant: 1e-300 }));
    }
}
