//! The difference of two methods on the same clustered items.

use crate::interval::clustered_mean::{ClusterError, ClusteredMean, Correction, describe};
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};
use crate::sample::check;
use crate::summary;

/// What two methods' scores on the same items say about their mean difference.
#[derive(Debug, Clone, PartialEq)]
pub struct PairedClusteredDifference {
    difference: ClusteredMean,
    unpaired_standard_error: f64,
}

impl PairedClusteredDifference {
    /// Summarises the scores of a baseline and a candidate on the same items,
    /// with one label of a cluster for each item.
    ///
    /// # Errors
    /// Those of [`ClusteredMean::of`], on candidate minus baseline.
    ///
    /// # Source
    /// Miller 2024, "Adding Error Bars to Evals", section 4 (paired and
    /// clustered); see [`ClusteredMean`] for the corrections.
    pub fn of<T: Ord>(baseline: &[f64], candidate: &[f64], labels: &[T]) -> Result<Self, ClusterError> {
        if baseline.len() != candidate.len() {
            return Err(ClusterError::Lengths { values: candidate.len(), labels: baseline.len() });
        }
        check(baseline, 2)?;
        check(candidate, 2)?;
        let differences: Vec<f64> =
            candidate.iter().zip(baseline).map(|(candidate, baseline)| candidate - baseline).collect();
        let difference = ClusteredMean::of(&differences, labels)?;
        let n = baseline.len() as f64;
        let variances = summary::variance(baseline)? + summary::variance(candidate)?;
        Ok(Self { difference, unpaired_standard_error: (variances / n).sqrt() })
    }

    /// The mean of candidate minus baseline, and its clustered standard errors.
    #[must_use]
    pub fn difference(&self) -> &ClusteredMean {
        &self.difference
    }

    /// The standard error that two independent samples would have, each
    /// variance from n - 1: what pairing saves is the way from here.
    #[must_use]
    pub fn unpaired_standard_error(&self) -> f64 {
        self.unpaired_standard_error
    }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "paired-clustered-difference",
    name: "Paired difference with clustered standard errors",
    question: "Is the candidate better on average than the baseline, on the same items, if items come in groups?",
    null: Some("The mean difference over items is zero."),
    assumptions: &[
        "Both methods scored the same items.",
        "The clusters are independent of one another; within one, anything goes.",
        "There are at least ten clusters, or five of about equal size.",
    ],
    use_when: "Two models on one evaluation: give each item (or each question with several samples, or each passage) as a \
               cluster.",
    avoid_when: "The items differ between the two: compare two clustered means. Several training seeds for each method: \
                 seeds are then the units, or use a mixed model. What clusters gain is skewed: for exponential gains, bounds that promise 5 % miss in 9 \
                 to 10 % with 5 to 30 clusters of unequal size, nearly always on the side of the long tail.",
    formula: "The clustered mean of candidate minus baseline, with SE_CR2 and Bell and McCaffrey's df.",
    sources: &[
        "Miller 2024, \"Adding Error Bars to Evals\", section 4.",
        "Bell and McCaffrey 2002, \"Bias Reduction in Standard Errors for Linear Regression with Multi-Stage Samples\", Survey Methodology 28.",
    ],
    disagreements: &[
        "Evaluation frameworks give CR0 with normal quantiles, which is too narrow below about fifty clusters.",
    ],
    columns: &[
        Column::numbers(Role::Baseline, "the baseline's score of each item"),
        Column::numbers(Role::Candidate, "the candidate's score of the same item"),
        Column::labels(Role::Cluster, "the cluster of each item, such as its passage or question"),
    ],
    settings: &[Setting::LEVEL],
    example: Example {
        columns: &[
            (Role::Baseline, ExampleValues::Numbers(&[1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0])),
            (Role::Candidate, ExampleValues::Numbers(&[1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 1.0])),
            (Role::Cluster, ExampleValues::Labels(&["a", "a", "b", "b", "c", "c", "d", "d", "e", "e", "f", "f"])),
        ],
        settings: &[("level", 0.025)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let (baseline, candidate) = (inputs.numbers(Role::Baseline)?, inputs.numbers(Role::Candidate)?);
    let fit = PairedClusteredDifference::of(baseline, candidate, inputs.labels(Role::Cluster)?)?;
    let mean = fit.difference();
    let greater = mean.p_greater(Correction::Cr2, 0.0);
    Ok(describe(mean, "mean difference", inputs.level()?)
        .with("standard error without pairs", fit.unpaired_standard_error())
        .with("p-value, candidate better", greater)
        .with("p-value, candidate worse", 1.0 - greater))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_clustered_mean_of_the_differences() {
        let (baseline, candidate) = ([0.0, 1.0, 0.0, 1.0, 1.0], [1.0, 1.0, 0.0, 0.0, 1.0]);
        let labels = [1, 1, 2, 2, 3];
        let found = PairedClusteredDifference::of(&baseline, &candidate, &labels).unwrap();
        let expected = ClusteredMean::of(&[1.0, 0.0, 0.0, -1.0, 0.0], &labels).unwrap();
        assert_eq!(found.difference(), &expected);
        assert_eq!(
            PairedClusteredDifference::of(&baseline[..4], &candidate, &labels),
            Err(ClusterError::Lengths { values: 5, labels: 4 })
        );
    }
}
