//! The probability that a value of the candidate lies above one of the
//! baseline, in independent groups.

use super::error::EffectSizeError;
use super::wins::Wins;
use crate::bounds::Bounds;
use crate::compare::two_groups::{TwoGroups, UNPAIRED, UNPAIRED_EXAMPLE};
use crate::distribution::normal;
use crate::level::Alpha;
use crate::method::{Findings, Inputs, Method, MethodError, Setting};

/// P(candidate > baseline) + P(equal) / 2, from two independent groups.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Superiority {
    estimate: f64,
    n_baseline: usize,
    n_candidate: usize,
}

/// Compares every value of the candidate with every value of the baseline;
/// equal ones count half.
///
/// # Errors
/// As [`EffectSizeError::Sample`], [`SampleError::TooFew`](crate::SampleError::TooFew)
/// without a value in a group, and [`SampleError::NotFinite`](crate::SampleError::NotFinite).
///
/// # Source
/// Vargha and Delaney 2000, "A Critique and Improvement of the CL Common
/// Language Effect Size Statistics of McGraw and Wong".
pub fn fit(baseline: &[f64], candidate: &[f64]) -> Result<Superiority, EffectSizeError> {
    let wins = Wins::count(baseline, candidate, 1)?;
    let estimate = 0.5 + 0.5 * wins.delta();
    Ok(Superiority { estimate, n_baseline: baseline.len(), n_candidate: candidate.len() })
}

impl Superiority {
    /// The estimate, from 0 to 1.
    #[must_use]
    pub fn estimate(&self) -> f64 {
        self.estimate
    }

    /// The one-sided bounds, each at level alpha: the probabilities that lie
    /// as many of their own standard errors from the estimate as the normal
    /// distribution allows.
    ///
    /// The standard error is that of a probability between exponential
    /// distributions, so that bounds exist where one group lies wholly above
    /// the other. Ties make them wider than need be.
    ///
    /// # Source
    /// Newcombe 2006, "Confidence Intervals for an Effect Size Measure Based on
    /// the Mann-Whitney Statistic. Part 2: Asymptotic Methods and Evaluation",
    /// method 5; the variance is from Hanley and McNeil 1982.
    #[must_use]
    pub fn bounds(&self, alpha: Alpha) -> Bounds {
        let z = -normal::point(alpha.get());
        let (towards_0, towards_1) = (self.reach(0.0, z), self.reach(1.0, z));
        // Levels above one half have bounds on the other sides of the estimate.
        if z < 0.0 {
            Bounds { lower: towards_1, upper: towards_0 }
        } else {
            Bounds { lower: towards_0, upper: towards_1 }
        }
    }

    /// The probability between the estimate and `end` that is z of its standard
    /// errors away.
    fn reach(&self, end: f64, z: f64) -> f64 {
        let (mut near, mut far) = (self.estimate, end);
        for _ in 0..200 {
            let middle = 0.5 * near + 0.5 * far;
            if middle == near || middle == far {
                break;
            }
            let away = self.estimate - middle;
            if away * away < z * z * self.variance(middle) {
                near = middle;
            } else {
                far = middle;
            }
        }
        far
    }

    fn variance(&self, probability: f64) -> f64 {
        let (first, second) = (self.n_baseline as f64, self.n_candidate as f64);
        let rest = 1.0 - probability;
        let shared = 0.5 * (first + second) - 1.0;
        let factor = 1.0 + shared * (rest / (1.0 + rest) + probability / (1.0 + probability));
        probability * rest * factor / (first * second)
    }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "probability-of-superiority",
    name: "Probability of superiority",
    question: "How probable is it that a run of the candidate beats a run of the baseline?",
    null: None,
    assumptions: &[
        "The scores are independent within and between the groups.",
        "The distributions differ about as two exponential ones do; the interval leans on this for its width only.",
    ],
    use_when: "A size of effect is wanted that everybody can read and that outliers and units do not touch; it is also the area under the ROC curve and Vargha and Delaney's A.",
    avoid_when: "Runs are paired: use the probability of superiority of pairs. How much better matters: it says how often, not by how much. \
                 With three scores in each group the interval at 5 % misses in 10 % of cases where nothing differs; from five on in at most 6 %.",
    formula: "p = P(c > b) + P(c = b) / 2; bounds where |q - p| = z sqrt(q (1 - q) (1 + m ((1 - q) / (2 - q) + q / (1 + q))) / (n_b n_c)), \
              m = (n_b + n_c) / 2 - 1.",
    sources: &[
        "Vargha and Delaney 2000, \"A Critique and Improvement of the CL Common Language Effect Size Statistics of McGraw and Wong\", Journal of Educational and Behavioral Statistics 25.",
        "Newcombe 2006, \"Confidence Intervals for an Effect Size Measure Based on the Mann-Whitney Statistic. Part 2\", Statistics in Medicine 25, method 5.",
    ],
    disagreements: &[
        "rliable's probability of improvement has an interval from resampling, which is a single point where one group lies wholly above the other.",
    ],
    columns: UNPAIRED,
    settings: &[Setting::LEVEL],
    example: UNPAIRED_EXAMPLE,
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let groups = TwoGroups::read(inputs)?;
    let found = fit(&groups.baseline, &groups.candidate)?;
    let bounds = found.bounds(inputs.level()?);
    Ok(groups.findings().with_bounds("probability of superiority", found.estimate(), bounds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_counted_and_ties_count_half() {
        assert_eq!(fit(&[1.0, 3.0], &[2.0, 4.0]).unwrap().estimate(), 0.75);
        assert_eq!(fit(&[1.0], &[1.0]).unwrap().estimate(), 0.5);
    }

    #[test]
    fn with_one_value_in_each_group_it_is_wilson_of_one_trial() {
        // m = 0 leaves the variance of a proportion: 1 of 1 has the lower bound 1 / (1 + z^2).
        let found = fit(&[1.0], &[2.0]).unwrap().bounds(Alpha::new(0.025).unwrap());
        let z = -normal::point(0.025);
        assert!((found.lower - 1.0 / (1.0 + z * z)).abs() < 1e-14);
        assert_eq!(found.upper, 1.0);
    }

    #[test]
    fn levels_above_one_half_turn_the_bounds_round() {
        let found = fit(&[1.0, 3.0, 2.5], &[2.0, 4.0, 0.5]).unwrap();
        let at = |level| found.bounds(Alpha::new(level).unwrap());
        let middle = at(0.5);
        assert!((middle.lower - found.estimate()).abs() < 1e-15 && (middle.upper - found.estimate()).abs() < 1e-15);
        assert!((at(0.9).lower - at(0.1).upper).abs() < 1e-14);
    }

    #[test]
    fn what_is_not_estimable_is_an_error() {
        assert_eq!(fit(&[], &[1.0]).unwrap_err().code(), "sample-too-few");
        assert_eq!(fit(&[1.0], &[f64::INFINITY]).unwrap_err().code(), "sample-not-finite");
    }
}
