//! The two-sided t mixture: an interval for a mean that holds at any look.

use crate::bounds::Bounds;
use crate::compare::paired_t::PairedT;
use crate::level::Alpha;
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};
use crate::sample::SampleError;

/// Which means paired differences leave possible, however often and whenever
/// one looks.
///
/// The chance that the interval ever misses the mean, at whatever number of
/// pairs, is at most alpha, if the differences are independent draws from one
/// normal distribution. Where one side alone is claimed,
/// [`TSequence`](super::TSequence) is sharper on it.
///
/// The evidence against "the mean is the null" is the mean likelihood ratio of
/// effects, in standard deviations, from a normal distribution with mean 0 and
/// the given scale, to no effect.
///
/// # Source
/// Lai 1976, "On Confidence Sequences", for the use of the invariant t; Wang
/// and Ramdas 2023, "Anytime-valid t-tests and confidence sequences for
/// Gaussian means with unknown variance", for the Gaussian mixture, which
/// unlike Lai's flat one is an e-value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TMixture {
    summary: PairedT,
    scale: f64,
}

impl TMixture {
    /// Summarises the differences; `scale` is the size of effect, in standard
    /// deviations of the differences, for which the interval is tuned.
    ///
    /// The scale must be the same at every look.
    ///
    /// # Errors
    /// [`SampleError::ScaleNotPositive`] and those of
    /// [`PairedT::from_differences`].
    pub fn from_differences(differences: &[f64], scale: f64) -> Result<Self, SampleError> {
        if !(scale > 0.0 && scale.is_finite()) {
            return Err(SampleError::ScaleNotPositive { scale });
        }
        Ok(Self { summary: PairedT::from_differences(differences)?, scale })
    }

    /// Mean, spread and number of the differences.
    #[must_use]
    pub fn summary(&self) -> &PairedT {
        &self.summary
    }

    /// The logarithm of the e-value against "the mean is `null`".
    ///
    /// # Panics
    /// If `null` is NaN.
    #[must_use]
    pub fn log_e(&self, null: f64) -> f64 {
        let (n, t) = (self.summary.n() as f64, self.summary.t(null));
        let (df, shrink) = (n - 1.0, 1.0 + n * self.scale * self.scale);
        let square = t * t;
        // Written so that neither logarithm overflows.
        let ratio = if square > 1e300 {
            libm::log(shrink)
        } else {
            libm::log1p(square / df) - libm::log1p(square / (df * shrink))
        };
        0.5 * (n * ratio - libm::log(shrink))
    }

    /// The two-sided p-value against "the mean is `null`", valid at any look:
    /// one over the e-value.
    ///
    /// # Panics
    /// If `null` is NaN.
    #[must_use]
    pub fn p_value(&self, null: f64) -> f64 {
        libm::exp(-self.log_e(null)).min(1.0)
    }

    /// The interval that misses the mean with a chance of at most alpha over
    /// all looks together. `None` where so few differences exclude nothing at
    /// this level.
    #[must_use]
    pub fn bounds(&self, alpha: Alpha) -> Option<Bounds> {
        let n = self.summary.n() as f64;
        let log_shrink = libm::log1p(n * self.scale * self.scale);
        // The e-value is 1 / alpha where (1 + t^2 / df) / (1 + t^2 / (df s)) is
        // this, which is below s for every t.
        let log_ratio = (log_shrink - 2.0 * libm::log(alpha.get())) / n;
        if log_ratio >= log_shrink {
            return None;
        }
        let square = (n - 1.0) * libm::expm1(log_ratio) / -libm::expm1(log_ratio - log_shrink);
        let reach = square.sqrt() * self.summary.standard_error();
        let mean = self.summary.mean();
        reach.is_finite().then_some(Bounds { lower: mean - reach, upper: mean + reach })
    }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "t-mixture",
    name: "Two-sided t confidence sequence with a normal mixture",
    question: "Between which bounds does the mean of the paired differences lie, whenever I stop?",
    null: Some("The mean difference is zero."),
    assumptions: &[
        "The pairs are independent of one another.",
        "The differences come from one normal distribution.",
        "The scale was chosen before the first look and stays the same.",
    ],
    use_when: "An interval is wanted that may be shown after every pair, and neither side is claimed beforehand.",
    avoid_when: "One side is claimed: the sequential t test is sharper on it. All pairs are there anyway: the t interval, \
                 taken once, is much narrower. The differences are strongly skewed: of exponential ones 11 % of streams of 60 pairs ever \
                 exclude their mean at 5 %.",
    formula: "mean(d) -+ sqrt((n - 1) (q - 1) / (1 - q / s)) sd(d) / sqrt(n), with s = 1 + n g^2, the scale g, \
              q = (s / a^2)^(1 / n) and a = 2 level.",
    sources: &[
        "Lai 1976, \"On Confidence Sequences\", Annals of Statistics 4.",
        "Wang and Ramdas 2023, \"Anytime-valid t-tests and confidence sequences for Gaussian means with unknown variance\", arXiv:2310.03722.",
    ],
    disagreements: &[
        "Lai's own sequence takes a flat mixture, which is no e-value and has to begin at a chosen number of values.",
    ],
    columns: &[
        Column::numbers(Role::Baseline, "the baseline's score of each pair"),
        Column::numbers(Role::Candidate, "the candidate's score of the same pair"),
    ],
    settings: &[
        Setting::LEVEL,
        Setting {
            name: "scale",
            about: "the size of effect for which the interval is tuned, in standard deviations of the differences, above 0",
            usual: None,
        },
    ],
    example: Example {
        columns: &[
            (Role::Baseline, ExampleValues::Numbers(&[0.912, 0.905, 0.918, 0.909, 0.911, 0.907, 0.913, 0.910])),
            (Role::Candidate, ExampleValues::Numbers(&[0.921, 0.917, 0.919, 0.920, 0.920, 0.915, 0.921, 0.922])),
        ],
        settings: &[("level", 0.025), ("scale", 1.0)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let differences = inputs.differences()?;
    let both = Alpha::new(2.0 * inputs.level()?.get())?;
    let mixture = TMixture::from_differences(&differences, inputs.setting("scale")?)?;
    let mean = mixture.summary().mean();
    let found = match mixture.bounds(both) {
        Some(bounds) => Findings::default().with_bounds("mean difference", mean, bounds),
        None => Findings::default()
            .with("mean difference", mean)
            .with_note("So few pairs exclude nothing at this level, so that there are no bounds."),
    };
    Ok(found.with("log e-value", mixture.log_e(0.0)).with("p-value, two-sided", mixture.p_value(0.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_the_null_at_which_the_evidence_reaches_one_over_alpha() {
        let found = TMixture::from_differences(&[0.9, 1.4, 1.1, 0.7, 1.3, 0.2, 1.8, 1.0], 0.8).unwrap();
        for level in [0.1, 0.05, 0.01] {
            let Bounds { lower, upper } = found.bounds(Alpha::new(level).unwrap()).unwrap();
            assert!((found.log_e(lower) + libm::log(level)).abs() < 1e-10);
            assert!((found.log_e(upper) + libm::log(level)).abs() < 1e-10);
        }
        assert!(found.p_value(found.summary().mean()) == 1.0);
    }

    #[test]
    fn few_pairs_exclude_nothing() {
        // The ratio stays below s^((n - 1) / 2) = 4 at n = 3 and scale 1.
        let found = TMixture::from_differences(&[1.0, 1.1, 1.2], 1.0).unwrap();
        assert_eq!(found.bounds(Alpha::new(0.24).unwrap()), None);
        assert!(found.bounds(Alpha::new(0.26).unwrap()).is_some());
    }

    #[test]
    fn a_scale_that_is_not_positive_is_refused() {
        let refused = TMixture::from_differences(&[1.0, 2.0], -1.0).unwrap_err();
        assert_eq!(refused, SampleError::ScaleNotPositive { scale: -1.0 });
    }
}
