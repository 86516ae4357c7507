//! How many pairs a paired t test needs, and what it can see.

use super::error::PowerError;
use crate::distribution::student_t;
use crate::level::Alpha;
use crate::noncentral_t;

/// The largest number of pairs that [`pairs_for_power`] looks at.
pub const MOST_PAIRS: u64 = 1_000_000;

/// The probability that the one-sided paired t test with `n` pairs rejects
/// "the mean is at most 0" when the true mean is `effect_over_sd` standard
/// deviations of the differences.
///
/// # Errors
/// [`PowerError::TooFewPairs`] below two pairs,
/// [`PowerError::EffectNotFinite`], [`PowerError::OutOfReach`].
///
/// # Source
/// Johnson, Kotz and Balakrishnan 1995, "Continuous Univariate Distributions"
/// 2, section 31.3: the statistic is noncentral t with noncentrality
/// effect times root n.
pub fn power(n: u64, effect_over_sd: f64, alpha: Alpha) -> Result<f64, PowerError> {
    if !effect_over_sd.is_finite() {
        return Err(PowerError::EffectNotFinite);
    }
    Test::new(n, alpha)?.power(effect_over_sd)
}

/// The smallest number of pairs that gives the one-sided paired t test this
/// power.
///
/// Effects beyond 1,000 standard deviations are planned for as 1,000.
///
/// # Errors
/// [`PowerError::EffectNotPositive`], [`PowerError::PowerOutside`] unless
/// `power` is above alpha and below 1, and [`PowerError::TooManyPairs`] where
/// [`MOST_PAIRS`] do not suffice.
pub fn pairs_for_power(effect_over_sd: f64, alpha: Alpha, power: f64) -> Result<u64, PowerError> {
    if !(effect_over_sd > 0.0 && effect_over_sd.is_finite()) {
        return Err(PowerError::EffectNotPositive { effect_over_sd });
    }
    check_power(power, alpha)?;
    // A smaller effect can only ask for more pairs.
    let effect_over_sd = effect_over_sd.min(MOST_EFFECT);
    let suffices = |n: u64| Ok::<_, PowerError>(Test::new(n, alpha)?.power(effect_over_sd)? >= power);
    // Power grows with n, so that the first sufficient n is found by halving
    // an interval whose upper end suffices.
    let mut too_few = 1;
    let mut enough = 2;
    while !suffices(enough)? {
        too_few = enough;
        enough *= 2;
        if too_few >= MOST_PAIRS {
            return Err(PowerError::TooManyPairs { most: MOST_PAIRS });
        }
        enough = enough.min(MOST_PAIRS);
    }
    while enough - too_few > 1 {
        let middle = too_few + (enough - too_few) / 2;
        if suffices(middle)? {
            enough = middle;
        } else {
            too_few = middle;
        }
    }
    Ok(enough)
}

/// The true mean, in standard deviations of the differences, that the
/// one-sided paired t test with `n` pairs finds with this power.
///
/// # Errors
/// [`PowerError::TooFewPairs`] below two pairs, [`PowerError::PowerOutside`]
/// unless `power` is above alpha and below 1, [`PowerError::OutOfReach`].
pub fn minimum_detectable_effect(n: u64, alpha: Alpha, power: f64) -> Result<f64, PowerError> {
    let test = Test::new(n, alpha)?;
    check_power(power, alpha)?;
    let (mut low, mut low_miss) = (0.0, alpha.get() - power);
    let (mut high, mut high_miss) = (1.0, test.power(1.0)? - power);
    while high_miss < 0.0 {
        (low, low_miss) = (high, high_miss);
        high *= 2.0;
        high_miss = test.power(high)? - power;
    }
    // The Illinois method: regula falsi that halves the weight of an end that
    // stays twice, so that both ends close in.
    let mut previous = f64::INFINITY;
    let mut last_moved = None;
    for _ in 0..100 {
        let effect = (low * high_miss - high * low_miss) / (high_miss - low_miss);
        if (effect - previous).abs() <= 1e-13 * effect {
            return Ok(effect);
        }
        previous = effect;
        let miss = test.power(effect)? - power;
        let moved = if miss < 0.0 { End::Low } else { End::High };
        let is_repeated = last_moved == Some(moved);
        match moved {
            End::Low => {
                (low, low_miss) = (effect, miss);
                high_miss *= if is_repeated { 0.5 } else { 1.0 };
            }
            End::High => {
                (high, high_miss) = (effect, miss);
                low_miss *= if is_repeated { 0.5 } else { 1.0 };
            }
        }
        last_moved = Some(moved);
    }
    Ok(previous)
}

/// Effects beyond this many standard deviations are planned for as this one.
const MOST_EFFECT: f64 = 1e3;

/// A paired t test before its data.
struct Test {
    n: u64,
    critical: f64,
}

impl Test {
    fn new(n: u64, alpha: Alpha) -> Result<Self, PowerError> {
        if n < 2 {
            return Err(PowerError::TooFewPairs { got: n });
        }
        Ok(Self { n, critical: student_t::upper_point(alpha.get(), (n - 1) as f64) })
    }

    fn power(&self, effect_over_sd: f64) -> Result<f64, PowerError> {
        let noncentrality = effect_over_sd * (self.n as f64).sqrt();
        noncentral_t::sf(self.critical, (self.n - 1) as f64, noncentrality)
            .map_err(|_| PowerError::OutOfReach { n: self.n })
    }
}

/// An end of a bracket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Low,
    High,
}

pub(super) fn check_power(power: f64, alpha: Alpha) -> Result<(), PowerError> {
    if power > alpha.get() && power < 1.0 { Ok(()) } else { Err(PowerError::PowerOutside { power }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alpha(level: f64) -> Alpha {
        Alpha::new(level).unwrap()
    }

    #[test]
    fn without_an_effect_the_power_is_the_level() {
        for n in [2, 5, 30, 1000] {
            assert!((power(n, 0.0, alpha(0.05)).unwrap() - 0.05).abs() < 1e-12);
        }
    }

    #[test]
    fn pairs_and_effect_undo_the_power() {
        for effect in [0.2, 0.5, 1.0, 2.0] {
            let pairs = pairs_for_power(effect, alpha(0.025), 0.8).unwrap();
            assert!(power(pairs, effect, alpha(0.025)).unwrap() >= 0.8);
            assert!(power(pairs - 1, effect, alpha(0.025)).unwrap() < 0.8);
            let found = minimum_detectable_effect(pairs, alpha(0.025), 0.8).unwrap();
            assert!((power(pairs, found, alpha(0.025)).unwrap() - 0.8).abs() < 1e-12);
        }
    }

    #[test]
    fn impossible_wishes_are_errors() {
        assert_eq!(power(1, 0.5, alpha(0.05)), Err(PowerError::TooFewPairs { got: 1 }));
        assert_eq!(pairs_for_power(1e-4, alpha(0.05), 0.8), Err(PowerError::TooManyPairs { most: MOST_PAIRS }));
        assert!(matches!(pairs_for_power(0.0, alpha(0.05), 0.8), Err(PowerError::EffectNotPositive { .. })));
        assert!(matches!(pairs_for_power(0.5, alpha(0.05), 0.05), Err(PowerError::PowerOutside { .. })));
        assert!(matches!(minimum_detectable_effect(5, alpha(0.05), 1.0), Err(PowerError::PowerOutside { .. })));
    }
}
