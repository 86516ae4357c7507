//! McNemar's test of paired yes-or-no results.

use super::error::CompareError;
use super::two_groups::{PAIRED, Tails};
use crate::distribution::beta;
use crate::method::{Example, ExampleValues, Findings, Inputs, Method, MethodError, Role};
use crate::sample::SampleError;

/// Pairs on which the two sides disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Discordant {
    /// How often only the baseline succeeded.
    pub baseline_only: u64,
    /// How often only the candidate succeeded.
    pub candidate_only: u64,
}

impl Discordant {
    /// Counts them in two columns of 0 and 1, pair by pair.
    ///
    /// # Errors
    /// [`CompareError::NotPaired`], [`CompareError::NotZeroOrOne`], and
    /// [`SampleError::TooFew`] without a pair, as [`CompareError::Sample`].
    pub fn count(baseline: &[f64], candidate: &[f64]) -> Result<Self, CompareError> {
        if baseline.len() != candidate.len() {
            return Err(CompareError::NotPaired { baseline: baseline.len(), candidate: candidate.len() });
        }
        if baseline.is_empty() {
            return Err(SampleError::TooFew { needed: 1, got: 0 }.into());
        }
        let mut found = Self { baseline_only: 0, candidate_only: 0 };
        for (index, (baseline, candidate)) in baseline.iter().zip(candidate).enumerate() {
            if [baseline, candidate].into_iter().any(|value| *value != 0.0 && *value != 1.0) {
                return Err(CompareError::NotZeroOrOne { index });
            }
            found.baseline_only += u64::from(baseline > candidate);
            found.candidate_only += u64::from(candidate > baseline);
        }
        Ok(found)
    }

    /// The exact one-sided p-values: each disagreement favours either side with
    /// equal chance under the hypothesis.
    ///
    /// Never above the level in error rate, and often well below it. Without a
    /// disagreement both are 1.
    ///
    /// # Source
    /// McNemar 1947, "Note on the Sampling Error of the Difference between
    /// Correlated Proportions or Percentages", in its exact binomial form.
    #[must_use]
    pub fn exact(self) -> Tails {
        Tails {
            greater: at_least(self.candidate_only, self.baseline_only),
            less: at_least(self.baseline_only, self.candidate_only),
        }
    }

    /// The one-sided mid-p-values, which count half of the observed outcome.
    ///
    /// Closer to the level on average, and at times slightly above it.
    ///
    /// # Source
    /// Fagerland, Lydersen and Laake 2013, "The McNemar Test for Binary
    /// Matched-Pairs Data: Mid-p and Asymptotic are Better Than Exact
    /// Conditional".
    #[must_use]
    pub fn mid_p(self) -> Tails {
        let exact = self.exact();
        // The two tails overlap in the observed outcome only.
        let half = 0.5 * (exact.greater + exact.less - 1.0).max(0.0);
        Tails { greater: exact.greater - half, less: exact.less - half }
    }
}

/// The chance of at least `hits` heads among `hits + rest` fair tosses.
fn at_least(hits: u64, rest: u64) -> f64 {
    if hits == 0 { 1.0 } else { beta::lower_tail(0.5, 0.5, hits as f64, rest as f64 + 1.0) }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "mc-nemar",
    name: "McNemar's test",
    question: "Does the candidate get more items right than the baseline, on the same items?",
    null: Some("An item that only one of the two gets right is as likely the baseline's as the candidate's."),
    assumptions: &["The items are independent of one another."],
    use_when: "Two trained models met the same test items and each item is right or wrong; the claim is about these two models.",
    avoid_when: "The claim is about methods rather than two trained models: then runs with other seeds are the evidence. \
                 Items that belong together, such as questions on one text, are not independent.",
    formula: "p = P(X >= c), X binomial with b + c trials and probability 1/2; mid-p subtracts P(X = c) / 2.",
    sources: &[
        "McNemar 1947, \"Note on the Sampling Error of the Difference between Correlated Proportions or Percentages\", Psychometrika 12.",
        "Fagerland, Lydersen and Laake 2013, \"The McNemar Test for Binary Matched-Pairs Data\", BMC Medical Research Methodology 13, for mid-p.",
    ],
    disagreements: &[
        "Packages that give the chi-squared form differ where few items are discordant; this is the exact binomial one.",
    ],
    columns: PAIRED,
    settings: &[],
    example: Example {
        columns: &[
            (Role::Baseline, ExampleValues::Numbers(&[1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0])),
            (Role::Candidate, ExampleValues::Numbers(&[1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0])),
        ],
        settings: &[],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let found = Discordant::count(inputs.numbers(Role::Baseline)?, inputs.numbers(Role::Candidate)?)?;
    let findings = Findings::default()
        .with("only the candidate right", found.candidate_only as f64)
        .with("only the baseline right", found.baseline_only as f64);
    let mid_p = found.mid_p();
    Ok(found
        .exact()
        .add_to(findings)
        .with("mid-p-value, candidate greater", mid_p.greater)
        .with("mid-p-value, candidate less", mid_p.less)
        .with("mid-p-value, two-sided", mid_p.two_sided()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_cases_are_counted_by_hand() {
        let found = Discordant { baseline_only: 1, candidate_only: 2 };
        assert!((found.exact().greater - 0.5).abs() < 1e-15);
        assert!((found.exact().less - 0.875).abs() < 1e-15);
        assert!((found.mid_p().greater - 0.3125).abs() < 1e-15);
        let none = Discordant { baseline_only: 0, candidate_only: 0 };
        assert_eq!((none.exact().greater, none.mid_p().greater), (1.0, 0.5));
    }

    #[test]
    fn wrong_columns_are_named_errors() {
        assert_eq!(Discordant::count(&[1.0], &[]), Err(CompareError::NotPaired { baseline: 1, candidate: 0 }));
        assert_eq!(Discordant::count(&[1.0, 1.0], &[0.0, 0.5]), Err(CompareError::NotZeroOrOne { index: 1 }));
        assert_eq!(Discordant::count(&[], &[]).unwrap_err().code(), "sample-too-few");
    }
}
