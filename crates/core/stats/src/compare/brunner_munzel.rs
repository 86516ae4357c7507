//! The Brunner-Munzel test of two independent groups.

use super::error::CompareError;
use super::ranks::rank;
use super::two_groups::{Tails, TwoGroups, UNPAIRED};
use crate::distribution::student_t;
use crate::method::{Example, ExampleValues, Findings, Inputs, Method, MethodError, Role};
use crate::sample::{SampleError, check};

/// What the ranks of two groups say about P(candidate > baseline) + P(equal) / 2.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BrunnerMunzel {
    /// The estimate of that probability.
    pub probability: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// The degrees of freedom of the t approximation.
    pub df: f64,
}

/// Estimates P(candidate > baseline) + P(equal) / 2 with a standard error that
/// allows for unequal spreads.
///
/// Approximate. With three values in a group separated groups are common; who
/// counts them as rejections errs in 10 % of cases at the level 5 %.
///
/// # Errors
/// [`CompareError::Separated`] if one group lies wholly above the other; as
/// [`CompareError::Sample`], [`SampleError::TooFew`] below two values in a
/// group, [`SampleError::NotFinite`], [`SampleError::NoSpread`].
///
/// # Source
/// Brunner and Munzel 2000, "The Nonparametric Behrens-Fisher Problem:
/// Asymptotic Theory and a Small-Sample Approximation", sections 2 to 4.
pub fn fit(baseline: &[f64], candidate: &[f64]) -> Result<BrunnerMunzel, CompareError> {
    check(baseline, 2)?;
    check(candidate, 2)?;
    let (first, second) = (baseline.len() as f64, candidate.len() as f64);
    let overall = rank(&[baseline, candidate].concat()).doubled;
    let (of_baseline, of_candidate) = overall.split_at(baseline.len());
    let candidate_mean = 0.5 * of_candidate.iter().sum::<usize>() as f64 / second;
    let probability = (candidate_mean - 0.5 * (second + 1.0)) / first;
    let (baseline_part, candidate_part) =
        (first * placement_variance(of_baseline, baseline), second * placement_variance(of_candidate, candidate));
    let total = baseline_part + candidate_part;
    if total == 0.0 {
        return Err(if probability == 0.0 || probability == 1.0 {
            CompareError::Separated
        } else {
            SampleError::NoSpread { constant: baseline[0] }.into()
        });
    }
    let df = total * total
        / (baseline_part * baseline_part / (first - 1.0) + candidate_part * candidate_part / (second - 1.0));
    Ok(BrunnerMunzel { probability, standard_error: total.sqrt() / (first * second), df })
}

/// The variance of how many values of the other group lie below each value.
fn placement_variance(overall: &[usize], group: &[f64]) -> f64 {
    let placements: Vec<f64> =
        overall.iter().zip(rank(group).doubled).map(|(all, own)| 0.5 * (*all as f64 - own as f64)).collect();
    let n = placements.len() as f64;
    let mean = placements.iter().sum::<f64>() / n;
    // Placements are halves of whole numbers, so equal ones leave exactly 0.
    if placements.iter().all(|placement| *placement == placements[0]) {
        return 0.0;
    }
    placements.iter().map(|placement| (placement - mean) * (placement - mean)).sum::<f64>() / (n - 1.0)
}

impl BrunnerMunzel {
    /// The statistic against a probability of one half.
    #[must_use]
    pub fn t(&self) -> f64 {
        (self.probability - 0.5) / self.standard_error
    }

    /// The one-sided p-values against a probability of one half.
    #[must_use]
    pub fn tails(&self) -> Tails {
        Tails { greater: student_t::upper_tail(self.t(), self.df), less: student_t::upper_tail(-self.t(), self.df) }
    }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "brunner-munzel",
    name: "Brunner-Munzel test",
    question: "Is a value of the candidate more likely above than below one of the baseline?",
    null: Some("A value of the candidate is as likely above as below one of the baseline."),
    assumptions: &[
        "The scores are independent within and between the groups.",
        "The groups are large enough for the t approximation: about ten scores in each.",
    ],
    use_when: "The runs are not paired, spreads or shapes may differ, and there are at least ten scores in each group.",
    avoid_when: "The groups are small: with three scores in each, counting separated groups as rejections errs in 10 % of cases at \
                 the level 5 %; the Mann-Whitney or the permutation test is \
                 exact. It has no value where one group lies wholly above the other.",
    formula: "t = (p - 1/2) / se(p), p = P(c > b) + P(c = b) / 2, se from the variances of the placements, with Satterthwaite's degrees of freedom.",
    sources: &[
        "Brunner and Munzel 2000, \"The Nonparametric Behrens-Fisher Problem: Asymptotic Theory and a Small-Sample Approximation\", Biometrical Journal 42.",
    ],
    disagreements: &["SciPy gives NaN as the p-value of separated groups; here that is an error."],
    columns: UNPAIRED,
    settings: &[],
    example: Example {
        columns: &[
            (Role::Value, ExampleValues::Numbers(&[0.912, 0.905, 0.918, 0.909, 0.921, 0.917, 0.914, 0.920])),
            (Role::Method, ExampleValues::Labels(&["old", "old", "old", "old", "new", "new", "new", "new"])),
        ],
        settings: &[],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let groups = TwoGroups::read(inputs)?;
    let found = fit(&groups.baseline, &groups.candidate)?;
    let findings = groups
        .findings()
        .with("probability of superiority", found.probability)
        .with("t", found.t())
        .with("degrees of freedom", found.df);
    Ok(found.tails().add_to(findings))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separated_and_constant_groups_are_named_errors() {
        assert_eq!(fit(&[1.0, 2.0], &[3.0, 4.0]), Err(CompareError::Separated));
        assert_eq!(fit(&[3.0, 4.0], &[1.0, 2.0]), Err(CompareError::Separated));
        assert_eq!(fit(&[1.0, 1.0], &[1.0, 1.0]).unwrap_err().code(), "sample-no-spread");
        assert_eq!(fit(&[1.0], &[1.0, 1.0]).unwrap_err().code(), "sample-too-few");
    }

    #[test]
    fn the_probability_counts_pairs() {
        // Of the pairs of 2, 4 with 1, 3 the candidate wins three of four.
        assert_eq!(fit(&[1.0, 3.0], &[2.0, 4.0]).unwrap().probability, 0.75);
    }
}
