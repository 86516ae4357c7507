//! The probability that the candidate is above the baseline in a pair.

use super::error::EffectSizeError;
use crate::bounds::Bounds;
use crate::compare::two_groups::PAIRED;
use crate::distribution::normal;
use crate::level::Alpha;
use crate::method::{Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};
use crate::sample::{TIE_TOLERANCE, check};

/// P(difference > 0) + P(difference = 0) / 2, from pairs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairedSuperiority {
    n: usize,
    estimate: f64,
}

/// Counts the pairs that the candidate wins; equal ones count half.
///
/// `differences` are candidate minus baseline; those within [`TIE_TOLERANCE`]
/// of the largest are 0.
///
/// # Errors
/// As [`EffectSizeError::Sample`], [`SampleError::TooFew`](crate::SampleError::TooFew)
/// without a difference, and [`SampleError::NotFinite`](crate::SampleError::NotFinite).
///
/// # Source
/// Grissom and Kim 2012, "Effect Sizes for Research", chapter 5 (the
/// probability of superiority of dependent groups).
pub fn fit(differences: &[f64]) -> Result<PairedSuperiority, EffectSizeError> {
    check(differences, 1)?;
    let n = differences.len();
    let slack = TIE_TOLERANCE * differences.iter().fold(0.0_f64, |largest, difference| largest.max(difference.abs()));
    let won = differences.iter().filter(|difference| **difference > slack).count();
    let lost = differences.iter().filter(|difference| **difference < -slack).count();
    Ok(PairedSuperiority { n, estimate: 0.5 + 0.5 * (won as f64 - lost as f64) / n as f64 })
}

impl PairedSuperiority {
    /// The estimate, from 0 to 1.
    #[must_use]
    pub fn estimate(&self) -> f64 {
        self.estimate
    }

    /// The one-sided bounds, each at level alpha: the score interval of a
    /// proportion, into which ties enter as half a success.
    ///
    /// Halves vary less than successes and failures, so that ties make it
    /// wider than need be. Without ties it errs as the score interval does:
    /// about as often as it says on average, for single probabilities somewhat
    /// more often.
    ///
    /// # Source
    /// Wilson 1927, "Probable Inference, the Law of Succession, and Statistical
    /// Inference" (without continuity correction).
    #[must_use]
    pub fn bounds(&self, alpha: Alpha) -> Bounds {
        let (n, share) = (self.n as f64, self.estimate);
        let z = -normal::point(alpha.get());
        let square = z * z;
        let centre = share + square / (2.0 * n);
        let reach = z * (share * (1.0 - share) / n + square / (4.0 * n * n)).sqrt();
        let scale = 1.0 + square / n;
        Bounds { lower: ((centre - reach) / scale).max(0.0), upper: ((centre + reach) / scale).min(1.0) }
    }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "probability-of-superiority-paired",
    name: "Probability of superiority of pairs",
    question: "How probable is it that the candidate beats the baseline in a pair?",
    null: None,
    assumptions: &["The pairs are independent of one another."],
    use_when: "Seeds, data sets or items are shared by both sides, and a size of effect is wanted that everybody can read.",
    avoid_when: "How much better matters: it says how often, not by how much. It is not the probability that a run of one beats any run of the other, \
                 which is nearer to one half where pairs share variation. With three pairs the interval at 5 % may miss in 9 % of cases, with five or ten in 7 %.",
    formula: "p = (wins + ties / 2) / n; bounds (p + z^2 / 2n -+ z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n).",
    sources: &[
        "Grissom and Kim 2012, \"Effect Sizes for Research: Univariate and Multivariate Applications\", chapter 5.",
        "Wilson 1927, \"Probable Inference, the Law of Succession, and Statistical Inference\", JASA 22, for the bounds, with ties as half a success.",
    ],
    disagreements: &[],
    columns: PAIRED,
    settings: &[Setting::LEVEL],
    example: Example {
        columns: &[
            (Role::Baseline, ExampleValues::Numbers(&[0.912, 0.905, 0.918, 0.909, 0.911, 0.910])),
            (Role::Candidate, ExampleValues::Numbers(&[0.921, 0.917, 0.919, 0.920, 0.909, 0.910])),
        ],
        settings: &[("level", 0.025)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let found = fit(&inputs.differences()?)?;
    let bounds = found.bounds(inputs.level()?);
    Ok(Findings::default().with_bounds("probability of superiority", found.estimate(), bounds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_counted_and_ties_count_half() {
        // 0.1 + 0.2 - 0.3 is 0 but for rounding.
        let found = fit(&[1.0, 2.0, -1.0, 0.1 + 0.2 - 0.3]).unwrap();
        assert_eq!(found.estimate(), 0.625);
    }

    #[test]
    fn without_ties_it_is_the_score_interval() {
        use crate::interval::wilson::wilson;
        let found = fit(&[1.0, 1.0, -1.0, 2.0, 3.0]).unwrap().bounds(Alpha::new(0.025).unwrap());
        let expected = wilson(4, 5, Alpha::new(0.05).unwrap()).unwrap();
        assert!((found.lower - expected.lower).abs() < 1e-14 && (found.upper - expected.upper).abs() < 1e-14);
    }

    #[test]
    fn what_is_not_estimable_is_an_error() {
        assert_eq!(fit(&[]).unwrap_err().code(), "sample-too-few");
        assert_eq!(fit(&[f64::NAN]).unwrap_err().code(), "sample-not-finite");
    }
}
