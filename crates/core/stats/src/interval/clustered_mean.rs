//! The mean of clustered observations with a cluster-robust standard error.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::bounds::Bounds;
use crate::distribution::student_t;
use crate::interval::grouping::places;
use crate::interval::resampling::add_up;
use crate::level::Alpha;
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};
use crate::sample::{SampleError, TIE_TOLERANCE, check, finite};
use crate::summary;

/// How a cluster-robust variance is corrected for few clusters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Correction {
    /// Not at all: too small by about a share 1 / G of the clusters.
    Cr0,
    /// By G / (G - 1), and G - 1 degrees of freedom.
    Cr1,
    /// By each cluster's leverage, which makes the variance unbiased if values
    /// are in truth independent and equally spread, and by Satterthwaite's
    /// degrees of freedom, fewer where sizes differ.
    Cr2,
}

/// The mean of clustered observations.
///
/// Clusters are independent draws, within one anything goes. The mean is that
/// of all values, so that a cluster counts by its size.
///
/// # Source
/// Liang and Zeger 1986, "Longitudinal Data Analysis Using Generalized Linear
/// Models" (CR0); Bell and McCaffrey 2002, "Bias Reduction in Standard Errors
/// for Linear Regression with Multi-Stage Samples" (CR2 and its degrees of
/// freedom under a working model of independence), with a constant as the only
/// regressor; Miller 2024, "Adding Error Bars to Evals", section 2.2, for
/// questions that share a passage.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusteredMean {
    n: usize,
    mean: f64,
    /// The size of each cluster and its sum of deviations from the mean.
    clusters: Vec<(f64, f64)>,
    plain_standard_error: f64,
}

impl ClusteredMean {
    /// Summarises values, one label of a cluster for each.
    ///
    /// # Errors
    /// [`ClusterError::Lengths`], [`ClusterError::TooFewClusters`] below two,
    /// [`ClusterError::NoSpread`] where all clusters have the same mean (to
    /// within rounding), and [`ClusterError::Sample`] with
    /// [`SampleError::TooFew`], [`SampleError::NotFinite`] or
    /// [`SampleError::Overflow`].
    pub fn of<T: Ord>(values: &[f64], labels: &[T]) -> Result<Self, ClusterError> {
        if values.len() != labels.len() {
            return Err(ClusterError::Lengths { values: values.len(), labels: labels.len() });
        }
        check(values, 2)?;
        let groups = places(labels);
        if groups.len() < 2 {
            return Err(ClusterError::TooFewClusters { got: groups.len() });
        }
        let n = values.len();
        let mean = summary::mean(values)?;
        let clusters: Vec<(f64, f64)> = groups
            .iter()
            .map(|group| (group.len() as f64, add_up(group.iter().map(|&index| values[index] - mean))))
            .collect();
        let magnitude = values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        if clusters.iter().all(|(size, sum)| sum.abs() <= size * TIE_TOLERANCE * magnitude) {
            return Err(ClusterError::NoSpread { mean });
        }
        let plain_standard_error = finite(summary::standard_deviation(values)?)? / (n as f64).sqrt();
        let fit = Self { n, mean, clusters, plain_standard_error };
        for correction in [Correction::Cr0, Correction::Cr1, Correction::Cr2] {
            if finite(fit.standard_error(correction))? == 0.0 {
                // The squares of the smallest numbers vanish.
                return Err(ClusterError::NoSpread { mean });
            }
        }
        Ok(fit)
    }

    /// The mean of all values.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// How many clusters there are.
    #[must_use]
    pub fn clusters(&self) -> usize {
        self.clusters.len()
    }

    /// The standard error as if all values were independent, from n - 1.
    #[must_use]
    pub fn plain_standard_error(&self) -> f64 {
        self.plain_standard_error
    }

    /// The standard error that allows for the clusters.
    #[must_use]
    pub fn standard_error(&self, correction: Correction) -> f64 {
        let (n, count) = (self.n as f64, self.clusters.len() as f64);
        let squares = add_up(self.clusters.iter().map(|(size, sum)| match correction {
            Correction::Cr0 => sum * sum,
            Correction::Cr1 => sum * sum * count / (count - 1.0),
            Correction::Cr2 => sum * sum / (1.0 - size / n),
        }));
        squares.sqrt() / n
    }

    /// The degrees of freedom of Student's t: G - 1, but for CR2, where they
    /// are Satterthwaite's and fewer the more the clusters' sizes differ.
    #[must_use]
    pub fn df(&self, correction: Correction) -> f64 {
        let count = self.clusters.len() as f64;
        match correction {
            Correction::Cr0 | Correction::Cr1 => count - 1.0,
            Correction::Cr2 => {
                // The squared trace over the trace of the square of the matrix whose
                // entry g, h is w_g where g = h, and -w_g w_h / sqrt((1 - w_g) (1 - w_h)) else.
                let shares = || self.clusters.iter().map(|(size, _)| size / self.n as f64);
                let leverage = |share: f64| share * share / (1.0 - share);
                let diagonal = add_up(shares().map(|share| share * share));
                let sum = add_up(shares().map(leverage));
                let own = add_up(shares().map(|share| leverage(share) * leverage(share)));
                1.0 / (diagonal + sum * sum - own)
            }
        }
    }

    /// The one-sided bounds at level `alpha` each.
    #[must_use]
    pub fn bounds(&self, correction: Correction, alpha: Alpha) -> Bounds {
        let reach = student_t::upper_point(alpha.get(), self.df(correction)) * self.standard_error(correction);
        Bounds { lower: self.mean - reach, upper: self.mean + reach }
    }

    /// The p-value against "the mean is at most `null`".
    ///
    /// # Panics
    /// If `null` is NaN.
    #[must_use]
    pub fn p_greater(&self, correction: Correction, null: f64) -> f64 {
        assert!(!null.is_nan(), "a null value is a number");
        student_t::upper_tail((self.mean - null) / self.standard_error(correction), self.df(correction))
    }

    /// How many times as large the clustered variance (CR2) is as that of
    /// independent values: the design effect.
    #[must_use]
    pub fn design_effect(&self) -> f64 {
        let ratio = self.standard_error(Correction::Cr2) / self.plain_standard_error;
        ratio * ratio
    }
}

/// Why clustered values have no such mean.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum ClusterError {
    /// The values allow none.
    #[error("the values allow no clustered mean")]
    Sample(#[from] SampleError),
    /// There is not one label for each value.
    #[error("there are {labels} labels for {values} values")]
    Lengths {
        /// How many values there are.
        values: usize,
        /// How many labels there are.
        labels: usize,
    },
    /// There are too few clusters for a spread.
    #[error("{got} clusters are too few, at least 2 are needed")]
    TooFewClusters {
        /// How many there are.
        got: usize,
    },
    /// All clusters have the same mean.
    #[error("all clusters have the mean {mean}, their spread is not estimable")]
    NoSpread {
        /// That mean.
        mean: f64,
    },
}

impl ClusterError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Sample(error) => error.code(),
            Self::Lengths { .. } => "cluster-lengths",
            Self::TooFewClusters { .. } => "cluster-too-few",
            Self::NoSpread { .. } => "cluster-no-spread",
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::Sample(error) => error.hints(),
            Self::Lengths { .. } => vec!["give every value a label".to_owned()],
            Self::TooFewClusters { .. } => vec!["check the column that names the clusters".to_owned()],
            Self::NoSpread { .. } => vec!["add clusters".to_owned()],
        }
    }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "clustered-mean",
    name: "Mean with clustered standard errors",
    question: "Between which bounds does a mean lie, if values come in groups that are not independent?",
    null: None,
    assumptions: &[
        "The clusters are independent of one another; within one, anything goes.",
        "There are at least ten clusters, or five of about equal size and roughly normal means.",
    ],
    use_when: "Scores of items in groups: questions about one passage, several samples of one answer, items of one source.",
    avoid_when: "Seeds and items are both random and crossed: use the two-way cluster bootstrap. Two methods on the same \
                 items: use the paired clustered difference, which is far more precise.",
    formula: "SE_CR2 = sqrt(sum_g (sum_{i in g} (y_i - mean))^2 / (1 - n_g / n)) / n; bounds mean -+ t_{1 - level, df} SE_CR2 \
              with Bell and McCaffrey's df.",
    sources: &[
        "Miller 2024, \"Adding Error Bars to Evals\", section 2.2, which uses CR0.",
        "Bell and McCaffrey 2002, \"Bias Reduction in Standard Errors for Linear Regression with Multi-Stage Samples\", Survey Methodology 28 (CR2 and its degrees of freedom, working model of independence).",
        "Liang and Zeger 1986, \"Longitudinal Data Analysis Using Generalized Linear Models\", Biometrika 73 (CR0).",
    ],
    disagreements: &[
        "Evaluation frameworks give CR0 with normal quantiles, which is too narrow below about fifty clusters; statsmodels and Stata give CR1.",
    ],
    columns: &[
        Column::numbers(Role::Value, "the score of each item"),
        Column::labels(Role::Cluster, "the cluster of each item, such as its passage or question"),
    ],
    settings: &[Setting::LEVEL],
    example: Example {
        columns: &[
            (Role::Value, ExampleValues::Numbers(&[1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0])),
            (Role::Cluster, ExampleValues::Labels(&["a", "a", "b", "b", "c", "c", "d", "d", "d", "e", "e", "f"])),
        ],
        settings: &[("level", 0.025)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let fit = ClusteredMean::of(inputs.numbers(Role::Value)?, inputs.labels(Role::Cluster)?)?;
    Ok(describe(&fit, "mean", inputs.level()?))
}

/// The findings of a clustered mean called `name`.
pub(super) fn describe(fit: &ClusteredMean, name: &str, level: Alpha) -> Findings {
    let findings = Findings::default()
        .with_bounds(name, fit.mean(), fit.bounds(Correction::Cr2, level))
        .with("standard error, CR2", fit.standard_error(Correction::Cr2))
        .with("degrees of freedom, CR2", fit.df(Correction::Cr2))
        .with("standard error, CR1", fit.standard_error(Correction::Cr1))
        .with("standard error, CR0", fit.standard_error(Correction::Cr0))
        .with("standard error without clusters", fit.plain_standard_error())
        .with("clusters", fit.clusters() as f64);
    if fit.df(Correction::Cr2) < 4.0 {
        findings.with_note("With fewer than four degrees of freedom the bounds hold for nearly normal clusters only.")
    } else {
        findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clusters_of_one_are_a_plain_mean() {
        let values = [0.3, 0.9, 0.4, 1.7, 0.2];
        let fit = ClusteredMean::of(&values, &[1, 2, 3, 4, 5]).unwrap();
        for correction in [Correction::Cr1, Correction::Cr2] {
            assert!((fit.standard_error(correction) / fit.plain_standard_error() - 1.0).abs() < 1e-14);
            assert!((fit.df(correction) - 4.0).abs() < 1e-12);
        }
    }

    #[test]
    fn equal_clusters_are_a_plain_mean_of_their_means() {
        let fit = ClusteredMean::of(&[0.0, 1.0, 2.0, 5.0, 3.0, 4.0], &["a", "a", "b", "b", "c", "c"]).unwrap();
        let plain = ClusteredMean::of(&[0.5, 3.5, 3.5], &[1, 2, 3]).unwrap();
        assert!((fit.standard_error(Correction::Cr2) - plain.plain_standard_error()).abs() < 1e-14);
        assert!((fit.df(Correction::Cr2) - 2.0).abs() < 1e-12);
    }

    #[test]
    fn what_is_not_estimable_is_a_named_error() {
        let find = |values: &[f64], labels: &[u32]| ClusteredMean::of(values, labels).unwrap_err();
        assert_eq!(find(&[1.0, 2.0], &[1]), ClusterError::Lengths { values: 2, labels: 1 });
        assert_eq!(find(&[1.0, 2.0], &[1, 1]), ClusterError::TooFewClusters { got: 1 });
        assert_eq!(find(&[1.0, 2.0, 2.0, 1.0], &[1, 1, 2, 2]), ClusterError::NoSpread { mean: 1.5 });
        assert_eq!(find(&[1.0], &[1]), ClusterError::Sample(SampleError::TooFew { needed: 2, got: 1 }));
    }
}
