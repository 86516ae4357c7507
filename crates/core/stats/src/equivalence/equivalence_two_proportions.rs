//! Two one-sided score tests of two independent proportions against a margin.

use crate::binomial::{self, BinomialError};
use crate::bounds::Bounds;
use crate::equivalence::margin::{EquivalenceError, MARGIN, Margin, MarginTests, NULL, margin};
use crate::equivalence::score::Score;
use crate::level::Alpha;
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};

/// Successes and trials of two independent samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TwoProportions {
    baseline: (u64, u64),
    candidate: (u64, u64),
}

impl TwoProportions {
    /// Takes successes and trials of either side.
    ///
    /// # Errors
    /// [`BinomialError::NoTrials`], [`BinomialError::TooManySuccesses`].
    pub fn new(baseline: (u64, u64), candidate: (u64, u64)) -> Result<Self, BinomialError> {
        binomial::check(baseline.0, baseline.1)?;
        binomial::check(candidate.0, candidate.1)?;
        Ok(Self { baseline, candidate })
    }

    /// The candidate's proportion less the baseline's.
    #[must_use]
    pub fn difference(&self) -> f64 {
        share(self.candidate) - share(self.baseline)
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
    /// Farrington and Manning 1990, "Test Statistics and Sample Size Formulae
    /// for Comparative Binomial Trials with Null Hypothesis of Non-Zero Risk
    /// Difference or Non-Unity Relative Risk", with the variance at the
    /// restricted maximum likelihood estimates (their third method), without
    /// the factor n / (n - 1) of Miettinen and Nurminen 1985.
    pub fn tests(&self, margin: Margin) -> Result<MarginTests, EquivalenceError> {
        if margin.get() >= 1.0 {
            return Err(EquivalenceError::Beyond { value: margin.get() });
        }
        Ok(MarginTests::new(margin, |null| self.upper_p(null), |null| self.lower_p(null)))
    }

    /// The baseline's most likely proportion if the candidate's is larger by
    /// `null`.
    fn restricted(&self, null: f64) -> f64 {
        let part = |(successes, trials): (u64, u64), proportion: f64| {
            let (won, lost) = (successes as f64, (trials - successes) as f64);
            let gain = if won > 0.0 { won / proportion } else { 0.0 };
            gain - if lost > 0.0 { lost / (1.0 - proportion) } else { 0.0 }
        };
        // The slope of the likelihood falls as the proportion grows.
        let (mut low, mut high) = ((-null).max(0.0), (1.0 - null).min(1.0));
        for _ in 0..100 {
            let middle = 0.5 * (low + high);
            if part(self.baseline, middle) + part(self.candidate, middle + null) > 0.0 {
                low = middle;
            } else {
                high = middle;
            }
        }
        0.5 * (low + high)
    }
}

impl Score for TwoProportions {
    fn estimate(&self) -> f64 {
        self.difference()
    }

    fn at(&self, null: f64) -> (f64, f64) {
        let first = self.restricted(null);
        let second = first + null;
        let variance =
            first * (1.0 - first) / self.baseline.1 as f64 + second * (1.0 - second) / self.candidate.1 as f64;
        (self.estimate() - null, variance)
    }
}

fn share((successes, trials): (u64, u64)) -> f64 {
    successes as f64 / trials as f64
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "equivalence-two-proportions",
    name: "Equivalence of two proportions (TOST, Farrington-Manning)",
    question: "Is the difference of two independent proportions smaller than one that matters, or larger?",
    null: Some(NULL),
    assumptions: &[
        "All trials are independent of one another.",
        "There are at least about ten successes and ten failures in all; the test is not exact.",
        "The margin was fixed before the data were seen.",
    ],
    use_when: "Accuracies or rates of two methods on different items.",
    avoid_when: "Both methods met the same items: test the paired proportions, which is more precise.",
    formula: "z = (p2 - p1 - d) / sqrt(q1 (1 - q1) / n1 + q2 (1 - q2) / n2) at d = -margin and +margin, with q the most likely \
              proportions whose difference is d; p = the larger one-sided p-value.",
    sources: &[
        "Farrington and Manning 1990, \"Test Statistics and Sample Size Formulae for Comparative Binomial Trials with Null Hypothesis of Non-Zero Risk Difference or Non-Unity Relative Risk\", Statistics in Medicine 9.",
    ],
    disagreements: &[
        "statsmodels multiplies the variance by n / (n - 1), after Miettinen and Nurminen, unless told not to.",
        "statsmodels 0.15.0 solves the cubic of the restricted estimates with the second count where its sample size belongs; at a null other than zero its estimates are less likely than ours, and its p-values differed by up to 29 % in the cases that were compared; at zero the two agree.",
    ],
    columns: &[
        Column::labels(Role::Method, "whose counts they are; the first line is the baseline, the second the candidate"),
        Column::numbers(Role::Successes, "how many trials succeeded"),
        Column::numbers(Role::Trials, "how many trials there were"),
    ],
    settings: &[Setting::LEVEL, MARGIN],
    example: Example {
        columns: &[
            (Role::Method, ExampleValues::Labels(&["a", "b"])),
            (Role::Successes, ExampleValues::Numbers(&[421.0, 417.0])),
            (Role::Trials, ExampleValues::Numbers(&[500.0, 490.0])),
        ],
        settings: &[("level", 0.05), ("margin", 0.05)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let labels = inputs.labels(Role::Method)?;
    if labels.len() != 2 {
        return Err(EquivalenceError::NotTwo { got: labels.len() }.into());
    }
    let (successes, trials) = (inputs.numbers(Role::Successes)?, inputs.numbers(Role::Trials)?);
    let side = |index: usize| {
        let read = |column: &[f64]| column.get(index).copied().ok_or(EquivalenceError::NotTwo { got: column.len() });
        Ok::<_, MethodError>((binomial::count(read(successes)?)?, binomial::count(read(trials)?)?))
    };
    let fit = TwoProportions::new(side(0)?, side(1)?)?;
    let found = fit.tests(margin(inputs)?)?;
    let bounds = fit.bounds(inputs.level()?);
    Ok(found.describe(Findings::default().with_bounds("difference of proportions", fit.difference(), bounds)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_difference_the_most_likely_proportion_is_the_pooled_one() {
        let fit = TwoProportions::new((3, 10), (9, 20)).unwrap();
        assert!((fit.restricted(0.0) - 0.4).abs() < 1e-14);
        assert!(TwoProportions::new((0, 5), (0, 5)).unwrap().restricted(0.2) < 1e-15);
    }

    #[test]
    fn bounds_and_tests_agree() {
        let fit = TwoProportions::new((30, 50), (35, 50)).unwrap();
        let bounds = fit.bounds(Alpha::new(0.05).unwrap());
        assert!((fit.upper_p(bounds.lower) - 0.05).abs() < 1e-9);
        assert!((fit.lower_p(bounds.upper) - 0.05).abs() < 1e-9);
    }
}
