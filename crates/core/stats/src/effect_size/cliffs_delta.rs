//! Cliff's delta of two independent groups.

use super::error::EffectSizeError;
use super::wins::Wins;
use crate::bounds::Bounds;
use crate::compare::two_groups::{TwoGroups, UNPAIRED, UNPAIRED_EXAMPLE};
use crate::distribution::student_t;
use crate::level::Alpha;
use crate::method::{Findings, Inputs, Method, MethodError, Setting};

/// The share of comparisons that the candidate wins less the share that it
/// loses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CliffsDelta {
    estimate: f64,
    variance: f64,
    n_baseline: usize,
    n_candidate: usize,
}

/// Compares every value of the candidate with every value of the baseline.
///
/// # Errors
/// As [`EffectSizeError::Sample`], [`SampleError::TooFew`](crate::SampleError::TooFew)
/// below two values in a group, and [`SampleError::NotFinite`](crate::SampleError::NotFinite).
///
/// # Source
/// Cliff 1993, "Dominance Statistics: Ordinal Analyses to Answer Ordinal
/// Questions", for the unbiased variance.
pub fn fit(baseline: &[f64], candidate: &[f64]) -> Result<CliffsDelta, EffectSizeError> {
    let wins = Wins::count(baseline, candidate, 2)?;
    let (first, second) = (baseline.len() as f64, candidate.len() as f64);
    let estimate = wins.delta();
    // Sums of squares of the rows' and columns' means, and of single pairs,
    // around the estimate.
    let around = |balances: &[f64], others: f64| {
        balances.iter().map(|balance| balance / others - estimate).map(|deviation| deviation * deviation).sum::<f64>()
    };
    let rows = around(&wins.candidate, first);
    let columns = around(&wins.baseline, second);
    let pairs = wins.pairs();
    let cells = pairs - wins.ties - pairs * estimate * estimate;
    let variance =
        (first * first * rows + second * second * columns - cells) / (pairs * (first - 1.0) * (second - 1.0));
    // The unbiased estimate may be too small, even negative.
    let least = (1.0 - estimate * estimate) / (pairs - 1.0);
    Ok(CliffsDelta {
        estimate,
        variance: variance.max(least),
        n_baseline: baseline.len(),
        n_candidate: candidate.len(),
    })
}

impl CliffsDelta {
    /// The estimate, from -1 to 1.
    #[must_use]
    pub fn estimate(&self) -> f64 {
        self.estimate
    }

    /// The standard error, from the unbiased variance or the least possible
    /// one; 0 where one group lies wholly above the other.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        self.variance.sqrt()
    }

    /// The one-sided bounds, each at level alpha, asymmetric so that they stay
    /// within -1 and 1, with Student's t at n_b + n_c - 2 degrees of freedom.
    ///
    /// Where one group lies wholly above the other, the largest possible
    /// variance gives them.
    ///
    /// # Source
    /// Feng and Cliff 2004, "Monte Carlo Evaluation of Ordinal d with Improved
    /// Confidence Interval"; the largest variance is their equation 6.
    #[must_use]
    pub fn bounds(&self, alpha: Alpha) -> Bounds {
        let t = student_t::upper_point(alpha.get(), (self.n_baseline + self.n_candidate - 2) as f64);
        if self.estimate.abs() < 1.0 {
            return bounds(self.estimate, self.variance, t);
        }
        let n = self.n_baseline.min(self.n_candidate) as f64;
        let reached = (n - t * t) / (n + t * t);
        if self.estimate > 0.0 {
            Bounds { lower: reached, upper: 1.0 }
        } else {
            Bounds { lower: -1.0, upper: -reached }
        }
    }
}

fn bounds(d: f64, variance: f64, t: f64) -> Bounds {
    let (rest, part) = (1.0 - d * d, t * t * variance);
    let reach = t * (variance * (rest * rest + part)).sqrt();
    let bound = |sign: f64| (d * rest + sign * reach) / (rest + part);
    Bounds { lower: bound(-1.0).max(-1.0), upper: bound(1.0).min(1.0) }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "cliffs-delta",
    name: "Cliff's delta",
    question: "How much more often does a value of the candidate lie above than below one of the baseline?",
    null: None,
    assumptions: &["The scores are independent within and between the groups."],
    use_when: "Results are compared with literature that reports delta, or groups of ten or more with differing spreads are described.",
    avoid_when: "Groups are smaller than five: the interval then reaches over nearly all of -1 to 1. \
                 With ten exponential scores one standard deviation apart the interval at 5 % misses in 6 % of cases. Runs are paired: \
                 use the probability of superiority of pairs.",
    formula: "delta = P(c > b) - P(c < b); bounds (d - d^3 -+ t s sqrt((1 - d^2)^2 + t^2 s^2)) / (1 - d^2 + t^2 s^2), s^2 unbiased and at least \
              (1 - d^2) / (n_b n_c - 1), t Student's quantile with n_b + n_c - 2 degrees of freedom; where |d| = 1, the inner bound is \
              (n - t^2) / (n + t^2) with n the smaller group.",
    sources: &[
        "Cliff 1993, \"Dominance Statistics: Ordinal Analyses to Answer Ordinal Questions\", Psychological Bulletin 114.",
        "Feng and Cliff 2004, \"Monte Carlo Evaluation of Ordinal d with Improved Confidence Interval\", Journal of Modern Applied Statistical Methods 3.",
    ],
    disagreements: &[
        "R's effsize and orddom take Student's t by default, as here; R's reproducer and Cliff's book of 1996 take the normal distribution, whose bounds are \
         narrower: with three scores in each group they miss in 10 % of cases where nothing differs.",
        "Where one group lies wholly above the other, effsize takes the estimate for 1 - 1 / (n_b n_c); here the largest possible variance gives the bound.",
    ],
    columns: UNPAIRED,
    settings: &[Setting::LEVEL],
    example: UNPAIRED_EXAMPLE,
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let groups = TwoGroups::read(inputs)?;
    let found = fit(&groups.baseline, &groups.candidate)?;
    Ok(groups
        .findings()
        .with_bounds("delta", found.estimate(), found.bounds(inputs.level()?))
        .with("standard error", found.standard_error()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64, tolerance: f64) {
        assert!((found - expected).abs() < tolerance, "found {found}, expected {expected}");
    }

    #[test]
    fn published_bounds_are_met() {
        // The R package reproducer, example of calcCliffdConfidenceIntervals,
        // which takes the normal distribution.
        let found = bounds(0.5, 0.04, 1.959_963_984_540_054);
        near(found.lower, 0.0479, 5e-5);
        near(found.upper, 0.782, 5e-4);
    }

    #[test]
    fn a_group_wholly_above_the_other_has_bounds() {
        let found = fit(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0, 7.0]).unwrap();
        assert_eq!((found.estimate(), found.standard_error()), (1.0, 0.0));
        let bounds = found.bounds(Alpha::new(0.025).unwrap());
        // scipy 1.17.1: t.isf(0.025, 5).
        let square = 2.570_581_835_636_314_f64 * 2.570_581_835_636_314;
        near(bounds.lower, (3.0 - square) / (3.0 + square), 1e-12);
        assert_eq!(bounds.upper, 1.0);
    }

    #[test]
    fn what_is_not_estimable_is_an_error() {
        assert_eq!(fit(&[1.0], &[1.0, 2.0]).unwrap_err().code(), "sample-too-few");
        assert_eq!(fit(&[1.0, 2.0], &[1.0, f64::NAN]).unwrap_err().code(), "sample-not-finite");
        // Constant groups are equal for certain, as far as they go.
        assert_eq!(fit(&[1.0, 1.0], &[1.0, 1.0]).unwrap().estimate(), 0.0);
    }
}
