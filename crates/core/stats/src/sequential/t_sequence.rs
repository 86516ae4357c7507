//! The sequential t test: bounds on a mean that hold at any look.

use std::f64::consts::LN_2;

use crate::bounds::Bounds;
use crate::compare::paired_t::PairedT;
use crate::distribution::student_t;
use crate::level::Alpha;
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};
use crate::sample::SampleError;

/// What paired differences say about their mean, however often and whenever
/// one looks.
///
/// The chance that a bound is ever wrong, at whatever number of pairs, is at
/// most its level, if the differences are independent draws from one normal
/// distribution. Skewed differences break that promise where they are few;
/// compare with [`sign_flip_e`](super::sign_flip_e).
///
/// The evidence against "the mean is at most the null" is an e-value: the
/// mean likelihood ratio of effects above the null, whose sizes in standard
/// deviations are half-normal with the given scale, to no effect.
///
/// # Source
/// The ratio with a normal prior on the effect and the right Haar prior on the
/// standard deviation is Gonen et al. 2005, "The Bayesian Two-Sample t Test",
/// equation 3, and Lai 1976, "On Confidence Sequences", for its sequential
/// use; the half-normal prior multiplies it by twice the posterior
/// probability of a positive effect. Hendriksen, de Heide and Grunwald 2021,
/// "Optional Stopping with Bayes Factors", for the validity under optional
/// stopping. A mean below the null only lowers every e-value of the sequence,
/// since the ratio grows with t and t with a shift of the data.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TSequence {
    summary: PairedT,
    scale: f64,
}

impl TSequence {
    /// Summarises the differences; `scale` is the size of effect, in standard
    /// deviations of the differences, at which the bounds are tightest.
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

    /// The logarithm of the e-value against "the mean is at most `null`".
    ///
    /// # Panics
    /// If `null` is NaN.
    #[must_use]
    pub fn log_e_greater(&self, null: f64) -> f64 {
        log_e(self.summary.n() as f64, self.summary.t(null), self.scale)
    }

    /// The logarithm of the e-value against "the mean is at least `null`".
    ///
    /// # Panics
    /// If `null` is NaN.
    #[must_use]
    pub fn log_e_less(&self, null: f64) -> f64 {
        log_e(self.summary.n() as f64, -self.summary.t(null), self.scale)
    }

    /// The p-value against "the mean is at most `null`", valid at any look:
    /// one over the e-value.
    ///
    /// # Panics
    /// If `null` is NaN.
    #[must_use]
    pub fn p_greater(&self, null: f64) -> f64 {
        libm::exp(-self.log_e_greater(null)).min(1.0)
    }

    /// The p-value against "the mean is at least `null`", valid at any look.
    ///
    /// # Panics
    /// If `null` is NaN.
    #[must_use]
    pub fn p_less(&self, null: f64) -> f64 {
        libm::exp(-self.log_e_less(null)).min(1.0)
    }

    /// The lower bound: with confidence 1 - alpha the mean lies above it at
    /// every look. `None` where so few differences exclude nothing at this
    /// level.
    #[must_use]
    pub fn lower(&self, alpha: Alpha) -> Option<f64> {
        Some(self.summary.mean() - self.reach(alpha)?)
    }

    /// The upper bound: with confidence 1 - alpha the mean lies below it at
    /// every look. `None` where so few differences exclude nothing at this
    /// level.
    #[must_use]
    pub fn upper(&self, alpha: Alpha) -> Option<f64> {
        Some(self.summary.mean() + self.reach(alpha)?)
    }

    fn reach(&self, alpha: Alpha) -> Option<f64> {
        Some(critical_t(self.summary.n(), self.scale, alpha)? * self.summary.standard_error())
    }
}

/// The smallest p-values so far against "the mean is at most `null`", after the
/// first two, the first three, ... and all differences; `None` while all of them
/// are equal.
///
/// Whoever stops at whatever place errs with a chance of at most the p-value
/// that stands there.
///
/// # Errors
/// Those of [`TSequence::from_differences`], [`SampleError::NullNotFinite`]. Where
/// all differences are equal, [`SampleError::NoSpread`].
pub fn running_p_greater(differences: &[f64], null: f64, scale: f64) -> Result<Vec<Option<f64>>, SampleError> {
    running(differences, null, scale, TSequence::p_greater)
}

/// The same against "the mean is at least `null`".
///
/// # Errors
/// Those of [`running_p_greater`].
pub fn running_p_less(differences: &[f64], null: f64, scale: f64) -> Result<Vec<Option<f64>>, SampleError> {
    running(differences, null, scale, TSequence::p_less)
}

fn running(
    differences: &[f64],
    null: f64,
    scale: f64,
    p_value: fn(&TSequence, f64) -> f64,
) -> Result<Vec<Option<f64>>, SampleError> {
    if !null.is_finite() {
        return Err(SampleError::NullNotFinite);
    }
    // What is wrong with all of them is an error, equal ones at first are not.
    TSequence::from_differences(differences, scale)?;
    let mut smallest: Option<f64> = None;
    let mut next = |n: usize| match TSequence::from_differences(&differences[..n], scale) {
        Ok(found) => {
            let p_value = p_value(&found, null);
            smallest = Some(smallest.map_or(p_value, |smallest| smallest.min(p_value)));
            Ok(smallest)
        }
        Err(SampleError::NoSpread { .. }) => Ok(smallest),
        Err(error) => Err(error),
    };
    (2..=differences.len()).map(&mut next).collect()
}

/// The t beyond which the e-value of `n` differences reaches 1 / alpha; `None`
/// where no t does.
fn critical_t(n: usize, scale: f64, alpha: Alpha) -> Option<f64> {
    let n = n as f64;
    let wanted = -libm::log(alpha.get());
    // The ratio grows with t towards this.
    let limit = LN_2 + 0.5 * (n - 1.0) * libm::log1p(n * scale * scale);
    if limit <= wanted {
        return None;
    }
    let excess = |t: f64| log_e(n, t, scale) - wanted;
    let (mut low, mut high) = (0.0, 1.0);
    let mut at_low = excess(low);
    let mut at_high = excess(high);
    while at_high < 0.0 {
        (low, at_low) = (high, at_high);
        high *= 2.0;
        at_high = excess(high);
        if high > 1e9 {
            return None;
        }
    }
    // The secant, with the weight of an end halved that stays (Illinois); what
    // is returned lies on the safe side by at most the tolerance.
    let mut last_moved_low = None;
    while high - low > 1e-13 * high {
        let middle = (low * at_high - high * at_low) / (at_high - at_low);
        let inside = middle > low && middle < high;
        let middle = if inside { middle } else { 0.5 * (low + high) };
        if middle <= low || middle >= high {
            break;
        }
        let found = excess(middle);
        if found < 0.0 {
            (low, at_low) = (middle, found);
            if last_moved_low == Some(true) {
                at_high *= 0.5;
            }
            last_moved_low = Some(true);
        } else {
            (high, at_high) = (middle, found);
            if last_moved_low == Some(false) {
                at_low *= 0.5;
            }
            last_moved_low = Some(false);
            if found == 0.0 || found < 1e-14 * wanted {
                break;
            }
        }
    }
    Some(high)
}

/// The fewest differences that can exclude anything at this level.
///
/// # Panics
/// If `scale` is not positive.
#[must_use]
pub fn fewest_pairs(scale: f64, alpha: Alpha) -> usize {
    assert!(scale > 0.0, "a scale is positive");
    let mut n = 2;
    while critical_t(n, scale, alpha).is_none() {
        n += 1;
    }
    n
}

/// The number of pairs at which the e-value of a mean `effect` standard
/// deviations beyond the null reaches 1 / alpha, if mean and spread come out as
/// they are; about the median of what it takes. `None` beyond `most`.
#[must_use]
pub fn pairs_to_decide(effect: f64, scale: f64, alpha: Alpha, most: u64) -> Option<u64> {
    let wanted = -libm::log(alpha.get());
    let is_decided = |n: u64| log_e(n as f64, effect * (n as f64).sqrt(), scale) >= wanted;
    if effect.is_nan() || effect <= 0.0 || !is_decided(most) {
        return None;
    }
    let (mut low, mut high) = (1, most);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if is_decided(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high)
}

/// The logarithm of the one-sided mixture ratio of `n` values with this t.
fn log_e(n: f64, t: f64, scale: f64) -> f64 {
    let df = n - 1.0;
    let shrink = 1.0 + n * scale * scale;
    let square = t * t;
    // Written so that neither logarithm overflows.
    let ratio =
        if square > 1e300 { libm::log(shrink) } else { libm::log1p(square / df) - libm::log1p(square / (df * shrink)) };
    let two_sided = 0.5 * (n * ratio - libm::log(shrink));
    // The posterior of the mean is Student's t with n degrees of freedom.
    let precision = n + 1.0 / (scale * scale);
    let spread = if square > 1e300 { t.abs() / shrink.sqrt() } else { (df + square / shrink).sqrt() };
    let location = t / spread * n / precision.sqrt();
    LN_2 + two_sided + libm::log(student_t::upper_tail(-location, n))
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "sequential-t",
    name: "Sequential t test with a half-normal mixture",
    question: "Is the mean of the paired differences above zero, if I look after every pair and stop when I like?",
    null: Some("The mean difference is zero or less."),
    assumptions: &[
        "The pairs are independent of one another.",
        "The differences come from one normal distribution.",
        "The scale was chosen before the first look and stays the same.",
    ],
    use_when: "Pairs are costly and come one after another, and the study should stop as soon as it can.",
    avoid_when: "All pairs are there anyway: the t test, judged once, is sharper. The differences are strongly skewed: \
                 with an exponential tail on the left 17 % of streams of 60 pairs with mean zero ever reach e = 20, where 5 % may.",
    formula: "e = 2 P(effect > 0 | data) (1 + n g^2)^(-1/2) ((1 + t^2 / (n - 1)) / (1 + t^2 / ((n - 1)(1 + n g^2))))^(n/2) \
              with the scale g; the bound is the null at which e = 1 / level.",
    sources: &[
        "Gonen, Johnson, Lu and Westfall 2005, \"The Bayesian Two-Sample t Test\", The American Statistician 59, equation 3.",
        "Lai 1976, \"On Confidence Sequences\", Annals of Statistics 4.",
        "Hendriksen, de Heide and Grunwald 2021, \"Optional Stopping with Bayes Factors\", Bayesian Analysis 16.",
    ],
    disagreements: &[
        "Packages for confidence sequences mostly know the variance or a bound on it; their intervals are narrower and promise nothing where it is estimated.",
    ],
    columns: &[
        Column::numbers(Role::Baseline, "the baseline's score of each pair"),
        Column::numbers(Role::Candidate, "the candidate's score of the same pair"),
    ],
    settings: &[
        Setting::LEVEL,
        Setting {
            name: "scale",
            about: "the size of effect at which the bounds are tightest, in standard deviations of the differences, above 0",
            usual: None,
        },
    ],
    example: Example {
        columns: &[
            (Role::Baseline, ExampleValues::Numbers(&[0.912, 0.905, 0.918, 0.909, 0.911, 0.907, 0.913, 0.910])),
            (Role::Candidate, ExampleValues::Numbers(&[0.921, 0.917, 0.919, 0.920, 0.920, 0.915, 0.921, 0.922])),
        ],
        settings: &[("level", 0.05), ("scale", 1.0)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let differences = inputs.differences()?;
    let level = inputs.level()?;
    let sequence = TSequence::from_differences(&differences, inputs.setting("scale")?)?;
    let mean = sequence.summary().mean();
    let found = match (sequence.lower(level), sequence.upper(level)) {
        (Some(lower), Some(upper)) => Findings::default().with_bounds("mean difference", mean, Bounds { lower, upper }),
        (Some(_) | None, _) => Findings::default()
            .with("mean difference", mean)
            .with_note("So few pairs exclude nothing at this level, so that there are no bounds."),
    };
    Ok(found
        .with("log e-value, candidate better", sequence.log_e_greater(0.0))
        .with("log e-value, candidate worse", sequence.log_e_less(0.0))
        .with("p-value, candidate better", sequence.p_greater(0.0))
        .with("p-value, candidate worse", sequence.p_less(0.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequence(differences: &[f64]) -> TSequence {
        TSequence::from_differences(differences, 1.0).unwrap()
    }

    #[test]
    fn a_bound_is_the_null_at_which_the_evidence_reaches_one_over_alpha() {
        let found = sequence(&[0.9, 1.4, 1.1, 0.7, 1.3, 0.2, 1.8, 1.0]);
        for level in [0.05, 0.01] {
            let alpha = Alpha::new(level).unwrap();
            let lower = found.lower(alpha).unwrap();
            assert!((found.log_e_greater(lower) + libm::log(level)).abs() < 1e-9);
            let upper = found.upper(alpha).unwrap();
            assert!((found.log_e_less(upper) + libm::log(level)).abs() < 1e-9);
            assert!((lower + upper - 2.0 * found.summary().mean()).abs() < 1e-12);
        }
    }

    #[test]
    fn running_p_values_are_the_smallest_so_far() {
        let differences = [1.0, 1.0, 1.4, 0.7, 1.3, 0.9, -4.0, 1.0];
        let running = running_p_greater(&differences, 0.1, 1.0).unwrap();
        assert_eq!((running.len(), running[0]), (7, None));
        let at = |n: usize| sequence(&differences[..n]).p_greater(0.1);
        assert_eq!(running[1], Some(at(3)));
        assert_eq!(running[4], Some((3..=6).map(at).fold(1.0, f64::min)));
        // A difference far off makes the p-value larger, not the smallest so far.
        assert!(at(7) > at(6) && running[5] == running[4]);
        assert_eq!(running_p_less(&differences, 0.1, 1.0).unwrap()[6], Some(1.0));
        assert!(matches!(running_p_greater(&[2.0; 4], 0.1, 1.0), Err(SampleError::NoSpread { .. })));
    }

    #[test]
    fn few_pairs_exclude_nothing() {
        // At n = 3 and scale 1 the ratio stays below 2 (1 + 3) = 8.
        let found = sequence(&[1.0, 1.1, 1.2]);
        assert_eq!(found.lower(Alpha::new(0.05).unwrap()), None);
        assert!(found.lower(Alpha::new(0.2).unwrap()).is_some());
        // 2 (1 + 4)^1.5 = 22.4 is the first beyond 20.
        assert_eq!(fewest_pairs(1.0, Alpha::new(0.05).unwrap()), 4);
    }

    #[test]
    fn the_evidence_grows_with_t_from_one_end_to_the_other() {
        let mut before = f64::NEG_INFINITY;
        for step in -400..=400 {
            let value = log_e(9.0, f64::from(step) / 10.0, 0.7);
            assert!(value > before, "{step}");
            before = value;
        }
        assert!(log_e(9.0, 1e200, 1.0).is_finite());
    }

    #[test]
    fn the_pairs_to_decide_are_those_at_which_the_evidence_suffices() {
        let alpha = Alpha::new(0.05).unwrap();
        let n = pairs_to_decide(1.0, 1.0, alpha, 1_000).unwrap();
        let log_e_at = |n: u64| log_e(n as f64, (n as f64).sqrt(), 1.0);
        assert!(log_e_at(n) >= libm::log(20.0) && log_e_at(n - 1) < libm::log(20.0));
        assert_eq!(pairs_to_decide(1e-6, 1.0, alpha, 1_000), None);
        assert_eq!(pairs_to_decide(-1.0, 1.0, alpha, 1_000), None);
    }

    #[test]
    fn a_scale_that_is_not_positive_is_refused() {
        let refused = TSequence::from_differences(&[1.0, 2.0], 0.0).unwrap_err();
        assert_eq!(refused, SampleError::ScaleNotPositive { scale: 0.0 });
    }
}
