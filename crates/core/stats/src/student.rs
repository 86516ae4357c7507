//! An estimate whose error follows Student's t.

use crate::compare::paired_t::PairedT;
use crate::compare::student_t_two_sample::pooled_standard_deviation;
use crate::compare::{CompareError, welch};
use crate::distribution::student_t;
use crate::interval::clustered_mean::{ClusterError, ClusteredMean, Correction};
use crate::level::Alpha;
use crate::sample::{SampleError, finite};
use crate::summary;

/// An estimate with a standard error and degrees of freedom.
///
/// Tests and bounds treat (estimate - truth) / standard error as Student's t;
/// how exact that is depends on the method that made the estimate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Student {
    /// The number of independent units behind it.
    pub n: usize,
    /// The estimate.
    pub estimate: f64,
    /// The standard deviation of the units, where it has a meaning; that of
    /// the differences for pairs, the pooled one for independent groups.
    pub standard_deviation: f64,
    /// The standard error; above 0.
    pub standard_error: f64,
    /// The degrees of freedom; above 0, not always whole.
    pub df: f64,
}

impl From<PairedT> for Student {
    fn from(fit: PairedT) -> Self {
        Self {
            n: fit.n(),
            estimate: fit.mean(),
            standard_deviation: fit.standard_deviation(),
            standard_error: fit.standard_error(),
            df: fit.df(),
        }
    }
}

impl Student {
    /// Estimates the mean of independent candidates less that of independent
    /// baselines, without assuming equal variances.
    ///
    /// # Errors
    /// Those of [`welch::fit`].
    pub fn unpaired(baseline: &[f64], candidate: &[f64]) -> Result<Self, CompareError> {
        let fit = welch::fit(baseline, candidate)?;
        Ok(Self {
            n: baseline.len() + candidate.len(),
            estimate: fit.difference(),
            standard_deviation: pooled_standard_deviation(baseline, candidate)?,
            standard_error: fit.standard_error(),
            df: fit.df(),
        })
    }

    /// Estimates the mean of values that are independent between clusters and
    /// not within, with CR2 standard errors and their degrees of freedom.
    ///
    /// `clusters` names the cluster of each value; n is their number.
    ///
    /// # Errors
    /// Those of [`ClusteredMean::of`], and [`ClusterError::Sample`] with
    /// [`SampleError::Overflow`].
    pub fn clustered(values: &[f64], clusters: &[usize]) -> Result<Self, ClusterError> {
        let fit = ClusteredMean::of(values, clusters)?;
        Ok(Self {
            n: fit.clusters(),
            estimate: fit.mean(),
            standard_deviation: fit.plain_standard_error() * (values.len() as f64).sqrt(),
            standard_error: finite(fit.standard_error(Correction::Cr2))?,
            df: fit.df(Correction::Cr2),
        })
    }

    /// Averages independent estimates with equal weights, such as one for each
    /// data set.
    ///
    /// # Errors
    /// [`SampleError::TooFew`] without an estimate.
    ///
    /// # Source
    /// Satterthwaite 1946, "An Approximate Distribution of Estimates of
    /// Variance Components", for the degrees of freedom.
    pub fn averaged(parts: &[Self]) -> Result<Self, SampleError> {
        if parts.is_empty() {
            return Err(SampleError::TooFew { needed: 1, got: 0 });
        }
        let count = parts.len() as f64;
        let collect = |pick: fn(&Self) -> f64| parts.iter().map(pick).collect::<Vec<f64>>();
        let variance = summary::sum(&collect(|part| part.standard_error * part.standard_error));
        let in_df = summary::sum(&collect(|part| libm::pow(part.standard_error, 4.0) / part.df));
        let spreads = summary::mean(&collect(|part| part.standard_deviation * part.standard_deviation))?;
        Ok(Self {
            n: parts.iter().map(|part| part.n).sum(),
            estimate: summary::mean(&collect(|part| part.estimate))?,
            standard_deviation: spreads.sqrt(),
            standard_error: variance.sqrt() / count,
            df: variance * variance / in_df,
        })
    }

    /// The one-sided lower bound.
    #[must_use]
    pub fn lower(&self, alpha: Alpha) -> f64 {
        self.estimate - self.reach(alpha)
    }

    /// The one-sided upper bound.
    #[must_use]
    pub fn upper(&self, alpha: Alpha) -> f64 {
        self.estimate + self.reach(alpha)
    }

    /// The p-value against "the truth is at most `null`".
    ///
    /// # Panics
    /// If `null` is NaN.
    #[must_use]
    pub fn p_greater(&self, null: f64) -> f64 {
        assert!(!null.is_nan(), "a null value is a number");
        student_t::upper_tail((self.estimate - null) / self.standard_error, self.df)
    }

    /// The p-value against "the truth is at least `null`".
    ///
    /// # Panics
    /// If `null` is NaN.
    #[must_use]
    pub fn p_less(&self, null: f64) -> f64 {
        assert!(!null.is_nan(), "a null value is a number");
        student_t::upper_tail((null - self.estimate) / self.standard_error, self.df)
    }

    fn reach(&self, alpha: Alpha) -> f64 {
        student_t::upper_point(alpha.get(), self.df) * self.standard_error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-10 * expected.abs().max(1.0), "found {found}, expected {expected}");
    }

    #[test]
    fn welch_agrees_with_scipy() {
        // scipy 1.17.1: ttest_ind([5.1, 4.9, 6.2, 5.8, 6.0], [4.1, 5.0, 3.9, 4.4],
        // equal_var=False) with alternatives "greater" and its interval.
        let found = Student::unpaired(&[4.1, 5.0, 3.9, 4.4], &[5.1, 4.9, 6.2, 5.8, 6.0]).unwrap();
        near(found.estimate, 1.25);
        near(found.df, 6.952_702_702_702_703);
        near(found.p_greater(0.0), 0.004_591_464_063_987_257);
        near(found.lower(Alpha::new(0.025).unwrap()), 0.421_238_829_077_319_9);
    }

    #[test]
    fn clusters_of_one_value_are_the_paired_t() {
        let values = [0.2, -0.1, 0.4, 0.3, 0.1];
        let clustered = Student::clustered(&values, &[0, 1, 2, 3, 4]).unwrap();
        let paired = Student::from(PairedT::from_differences(&values).unwrap());
        near(clustered.standard_error, paired.standard_error);
        near(clustered.df, paired.df);
    }

    #[test]
    fn what_cannot_be_estimated_is_a_named_error() {
        assert_eq!(Student::unpaired(&[1.0], &[1.0, 2.0]).unwrap_err().code(), "sample-too-few");
        assert_eq!(Student::unpaired(&[1.0, 1.0], &[2.0, 2.0]).unwrap_err().code(), "sample-no-spread");
        assert!(Student::unpaired(&[1.0, 1.0], &[2.0, 2.1]).is_ok());
        assert!(matches!(Student::clustered(&[1.0, 2.0], &[7, 7]), Err(ClusterError::TooFewClusters { got: 1 })));
    }
}
