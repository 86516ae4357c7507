//! Where two rival formulas part.

use crate::distribution::normal;

/// What a formula foresees at a condition.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Foreseen {
    /// The value.
    pub value: f64,
    /// The variance of the value for want of knowing the constants.
    pub variance: f64,
}

/// How far the entropy among rivals is expected to fall by one more run: the
/// upper bound of Box and Hill, without the weights of the rivals.
///
/// `variance` is that of one run. Never negative, and 0 where both foresee the
/// same with the same variance.
///
/// # Source
/// Box and Hill 1967, "Discrimination Among Mechanistic Models", Technometrics 9,
/// equation 10; Hunter and Reiner 1965, "Designs for Discriminating Between Two
/// Rival Models", is the case of equal variances.
#[must_use]
pub fn separation(first: Foreseen, second: Foreseen, variance: f64) -> f64 {
    let (a, b) = (variance + first.variance, variance + second.variance);
    let spread = (second.variance - first.variance) * (second.variance - first.variance) / (a * b);
    let gap = (first.value - second.value) * (first.value - second.value) * (1.0 / a + 1.0 / b);
    0.5 * (spread + gap)
}

/// How many runs at a condition tell the two apart by a two-sided test at
/// `alpha` with this power; none where no number does, because what they foresee
/// is not known well enough.
///
/// # Source
/// The mean of r runs has the variance s^2 / r besides those of what is foreseen;
/// solved for r with the usual sum of two normal points.
#[must_use]
pub fn runs_to_separate(first: Foreseen, second: Foreseen, variance: f64, alpha: f64, power: f64) -> Option<u64> {
    let points = normal::quantile(1.0 - alpha / 2.0).ok()? + normal::quantile(power).ok()?;
    let needed = points * points;
    let gap = (first.value - second.value) * (first.value - second.value);
    let left = gap - needed * (first.variance + second.variance);
    let runs = (variance * needed / left).ceil();
    (left > 0.0 && runs.is_finite() && runs <= 1e9).then_some((runs as u64).max(1))
}
