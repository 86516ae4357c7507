//! Two one-sided score tests of paired proportions against a margin.

use crate::bounds::Bounds;
use crate::equivalence::margin::{EquivalenceError, MARGIN, Margin, MarginTests, NULL, margin};
use crate::equivalence::score::Score;
use crate::level::Alpha;
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};
use crate::sample::SampleError;

/// How often only one of two methods was right, on the same items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PairedProportions {
    n: u64,
    gains: u64,
    losses: u64,
}

impl PairedProportions {
    /// Takes the number of items, and on how many only the candidate and only
    /// the baseline was right.
    ///
    /// # Errors
    /// [`SampleError::TooFew`] without an item, or with fewer than both counts
    /// add up to.
    pub fn new(n: u64, gains: u64, losses: u64) -> Result<Self, SampleError> {
        let needed = gains.saturating_add(losses).max(1);
        if n < needed {
            return Err(SampleError::TooFew { needed: needed as usize, got: n as usize });
        }
        Ok(Self { n, gains, losses })
    }

    /// Counts two columns of scores that are 0 or 1.
    ///
    /// # Errors
    /// [`EquivalenceError::Lengths`], [`EquivalenceError::NotBinary`],
    /// [`EquivalenceError::Sample`] without an item.
    pub fn count(baseline: &[f64], candidate: &[f64]) -> Result<Self, EquivalenceError> {
        if baseline.len() != candidate.len() {
            return Err(EquivalenceError::Lengths { left: baseline.len(), right: candidate.len() });
        }
        for column in [baseline, candidate] {
            if let Some(index) = column.iter().position(|value| *value != 0.0 && *value != 1.0) {
                return Err(EquivalenceError::NotBinary { index, value: column[index] });
            }
        }
        let pairs = || baseline.iter().zip(candidate);
        let gains = pairs().filter(|(baseline, candidate)| candidate > baseline).count() as u64;
        let losses = pairs().filter(|(baseline, candidate)| candidate < baseline).count() as u64;
        Ok(Self::new(baseline.len() as u64, gains, losses)?)
    }

    /// The candidate's proportion less the baseline's.
    #[must_use]
    pub fn difference(&self) -> f64 {
        (self.gains as f64 - self.losses as f64) / self.n as f64
    }

    /// The one-sided score bounds at level `alpha` each.
    #[must_use]
    pub fn bounds(&self, alpha: Alpha) -> Bounds {
        self.invert(alpha)
    }

    /// Tests the difference against a margin on either side.
    ///
    /// # Errors
    /// [`EquivalenceError::Beyond`] for a margin of 1 or more.
    ///
    /// # Source
    /// Tango 1998, "Equivalence Test and Confidence Interval for the Difference
    /// in Proportions for the Paired-Sample Design", section 3.
    pub fn tests(&self, margin: Margin) -> Result<MarginTests, EquivalenceError> {
        if margin.get() >= 1.0 {
            return Err(EquivalenceError::Beyond { value: margin.get() });
        }
        Ok(MarginTests::new(margin, |null| self.upper_p(null), |null| self.lower_p(null)))
    }
}

impl Score for PairedProportions {
    fn estimate(&self) -> f64 {
        self.difference()
    }

    fn at(&self, null: f64) -> (f64, f64) {
        // The most likely proportion of losses if gains less losses are `null` is the
        // larger root of 2 n q^2 + b q + c; written without cancellation where b > 0.
        let (n, gains, losses) = (self.n as f64, self.gains as f64, self.losses as f64);
        let b = -gains - losses + (2.0 * n - gains + losses) * null;
        let c = -losses * null * (1.0 - null);
        let root = (b * b - 8.0 * n * c).max(0.0).sqrt();
        let q = if b > 0.0 { -2.0 * c / (b + root) } else { (root - b) / (4.0 * n) };
        (self.estimate() - null, (2.0 * q + null * (1.0 - null)) / n)
    }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "equivalence-paired-proportions",
    name: "Equivalence of paired proportions (TOST, Tango)",
    question: "Is the difference of two accuracies on the same items smaller than one that matters, or larger?",
    null: Some(NULL),
    assumptions: &[
        "The items are independent of one another.",
        "There are at least about thirty items; the test is not exact.",
        "The margin was fixed before the data were seen.",
    ],
    use_when: "Two classifiers or language models on the same items, each right or wrong.",
    avoid_when: "Several samples or questions share an item or passage: use the paired clustered difference and compare its \
                 bounds with the margin.",
    formula: "z = (b - c - n d) / sqrt(n (2 q + d (1 - d))) at d = -margin and +margin, with b gains, c losses and q the most \
              likely proportion of losses; p = the larger one-sided p-value.",
    sources: &[
        "Tango 1998, \"Equivalence Test and Confidence Interval for the Difference in Proportions for the Paired-Sample Design\", Statistics in Medicine 17.",
    ],
    disagreements: &["At a null value of zero it is McNemar's test without continuity correction."],
    columns: &[
        Column::numbers(Role::Baseline, "1 where the baseline was right on the item, else 0"),
        Column::numbers(Role::Candidate, "1 where the candidate was right on the same item, else 0"),
    ],
    settings: &[Setting::LEVEL, MARGIN],
    example: Example {
        columns: &[
            (
                Role::Baseline,
                ExampleValues::Numbers(&[
                    1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0,
                ]),
            ),
            (
                Role::Candidate,
                ExampleValues::Numbers(&[
                    1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0,
                ]),
            ),
        ],
        settings: &[("level", 0.05), ("margin", 0.2)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let fit = PairedProportions::count(inputs.numbers(Role::Baseline)?, inputs.numbers(Role::Candidate)?)?;
    let bounds = fit.bounds(inputs.level()?);
    let found = fit.tests(margin(inputs)?)?;
    Ok(found
        .describe(Findings::default().with_bounds("difference of proportions", fit.difference(), bounds))
        .with("items only the candidate had right", fit.gains as f64)
        .with("items only the baseline had right", fit.losses as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_zero_it_is_mcnemar_s_test() {
        // z = (b - c) / sqrt(b + c).
        let fit = PairedProportions::new(40, 9, 4).unwrap();
        assert!((fit.z(0.0) - 5.0 / 13.0_f64.sqrt()).abs() < 1e-14);
    }

    #[test]
    fn swapping_the_methods_swaps_the_sides() {
        let (one, other) = (PairedProportions::new(40, 9, 0).unwrap(), PairedProportions::new(40, 0, 9).unwrap());
        for null in [-0.3, -0.01, 0.0, 0.2] {
            assert!((one.z(null) + other.z(-null)).abs() < 1e-12);
        }
    }

    #[test]
    fn scores_are_zero_or_one() {
        let error = PairedProportions::count(&[0.0, 0.5], &[1.0, 1.0]);
        assert_eq!(error, Err(EquivalenceError::NotBinary { index: 1, value: 0.5 }));
        assert_eq!(PairedProportions::new(3, 2, 2), Err(SampleError::TooFew { needed: 4, got: 3 }));
    }
}
