//! What paired t bounds on both sides decide: equivalence, support, refutation.

use std::f64::consts::PI;

use super::error::PowerError;
use super::t_tests;
use crate::distribution::{normal, stirling_error, student_t};
use crate::level::Alpha;
use crate::summary::Adder;

/// The chances that a claim is supported or refuted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chances {
    /// The lower bound lies above 0 and the upper one above the smallest
    /// effect of interest.
    pub supported: f64,
    /// The upper bound lies below the smallest effect of interest.
    pub refuted: f64,
}

/// The chances that one-sided paired t bounds at level `alpha` support or
/// refute the claim that an effect is above zero.
///
/// `smallest` is the smallest effect of interest and `effect` the true one,
/// both in standard deviations of the differences.
///
/// # Errors
/// [`PowerError::TooFewPairs`] below two pairs, [`PowerError::Outside`] unless
/// `smallest` is positive and finite, [`PowerError::EffectNotFinite`],
/// [`PowerError::OutOfReach`].
pub fn support_or_refute(n: u64, smallest: f64, effect: f64, alpha: Alpha) -> Result<Chances, PowerError> {
    check(n, "the smallest effect", smallest, effect)?;
    let (root, df) = ((n as f64).sqrt(), (n - 1) as f64);
    let refuted = t_tests::power(df, (smallest - effect) * root, alpha, n)?;
    let above_zero = t_tests::power(df, effect * root, alpha, n)?;
    let both = between(df, -effect * root, (smallest - effect) * root, alpha);
    Ok(Chances { supported: (above_zero - both).max(0.0), refuted })
}

/// The chance that both one-sided paired t bounds lie inside `margin` on
/// either side of 0; `margin` and `effect` in standard deviations of the
/// differences.
pub(super) fn equivalent(n: u64, margin: f64, effect: f64, alpha: Alpha) -> Result<f64, PowerError> {
    check(n, "the margin", margin, effect)?;
    let root = (n as f64).sqrt();
    Ok(between((n - 1) as f64, (-margin - effect) * root, (margin - effect) * root, alpha))
}

/// The chance that the one-sided bounds of a t test lie between two limits,
/// which are given as distances from the true mean in standard errors.
///
/// # Source
/// Phillips 1990, "Power of the Two One-Sided Tests Procedure in
/// Bioequivalence", equation 4, which Owen's Q evaluates: the mean of
/// Phi(high - t s) - Phi(low + t s) over the chi distribution of s, as far as
/// the bounds do not cross. Integrated over ln s by the double exponential
/// rule: Takahasi and Mori 1974, "Double Exponential Formulas for Numerical
/// Integration".
fn between(df: f64, low: f64, high: f64, alpha: Alpha) -> f64 {
    let t = student_t::upper_point(alpha.get(), df);
    if t <= 0.0 {
        // Bounds at a level above one half have crossed from the start.
        return crossed(df, low, high, t);
    }
    let exponent = |u: f64| df * (u - 0.5 * libm::expm1(2.0 * u));
    let (smallest, largest) = reach(df, exponent);
    let largest = largest.min(libm::log((high - low) / (2.0 * t)));
    if largest <= smallest {
        return 0.0;
    }
    let integrand = |u: f64| {
        let width = t * libm::exp(u);
        libm::exp(exponent(u)) * (normal::lower_tail(high - width) - normal::lower_tail(low + width)).max(0.0)
    };
    (chi_scale(df) * integrate(smallest, largest, integrand)).clamp(0.0, 1.0)
}

/// The same where the critical value is not positive, so that bounds never
/// cross.
fn crossed(df: f64, low: f64, high: f64, t: f64) -> f64 {
    let exponent = |u: f64| df * (u - 0.5 * libm::expm1(2.0 * u));
    let (smallest, largest) = reach(df, exponent);
    let integrand = |u: f64| {
        let width = t * libm::exp(u);
        libm::exp(exponent(u)) * (normal::lower_tail(high - width) - normal::lower_tail(low + width))
    };
    (chi_scale(df) * integrate(smallest, largest, integrand)).clamp(0.0, 1.0)
}

/// The factor of the density of ln s.
fn chi_scale(df: f64) -> f64 {
    let half = 0.5 * df;
    2.0 * (half / (2.0 * PI)).sqrt() * libm::exp(-stirling_error(half))
}

/// Between which ln s all but exp(-46) of the density lies.
fn reach(df: f64, exponent: impl Fn(f64) -> f64) -> (f64, f64) {
    let find = |direction: f64| {
        let mut step = 1.0 / df.sqrt();
        while exponent(direction * step) > -46.0 {
            step *= 1.25;
        }
        direction * step
    };
    (find(-1.0), find(1.0))
}

/// The integral by the double exponential rule with 513 nodes.
fn integrate(from: f64, to: f64, integrand: impl Fn(f64) -> f64) -> f64 {
    const STEP: f64 = 1.0 / 80.0;
    let (middle, half) = (0.5 * (from + to), 0.5 * (to - from));
    let mut sum = Adder::new();
    for node in -256..=256_i32 {
        let x = f64::from(node) * STEP;
        let inner = 0.5 * PI * libm::sinh(x);
        let weight = 0.5 * PI * libm::cosh(x) / (libm::cosh(inner) * libm::cosh(inner));
        sum.add(weight * integrand(middle + half * libm::tanh(inner)));
    }
    STEP * half * sum.total()
}

fn check(n: u64, name: &'static str, margin: f64, effect: f64) -> Result<(), PowerError> {
    if n < 2 {
        return Err(PowerError::TooFewPairs { got: n });
    }
    if !(margin > 0.0 && margin.is_finite()) {
        return Err(PowerError::Outside { name, value: margin, expected: "a positive number" });
    }
    if !effect.is_finite() {
        return Err(PowerError::EffectNotFinite);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alpha(level: f64) -> Alpha {
        Alpha::new(level).unwrap()
    }

    #[test]
    fn a_wide_margin_leaves_one_side() {
        // With a margin of 50 on the far side only the near bound decides.
        for n in [2, 5, 30, 400] {
            let root = (n as f64).sqrt();
            let one_sided = t_tests::power((n - 1) as f64, 0.4 * root, alpha(0.025), n).unwrap();
            let found = between((n - 1) as f64, -500.0 * root, 0.4 * root, alpha(0.025));
            assert!((found - one_sided).abs() < 1e-11, "{n}: {found} {one_sided}");
        }
    }

    #[test]
    fn it_is_symmetric_and_bounded_by_the_level_at_the_margin() {
        for n in [3, 8, 50] {
            let found = equivalent(n, 0.7, 0.2, alpha(0.05)).unwrap();
            assert!((found - equivalent(n, 0.7, -0.2, alpha(0.05)).unwrap()).abs() < 1e-13);
            assert!(equivalent(n, 0.7, 0.7, alpha(0.05)).unwrap() <= 0.05 + 1e-12);
        }
    }

    #[test]
    fn support_and_refutation_have_their_error_rates() {
        for n in [3, 5, 20] {
            let without = support_or_refute(n, 0.8, 0.0, alpha(0.05)).unwrap();
            assert!(without.supported <= 0.05 + 1e-12, "{without:?}");
            let with = support_or_refute(n, 0.8, 0.8, alpha(0.05)).unwrap();
            assert!((with.refuted - 0.05).abs() < 1e-12, "{with:?}");
        }
        assert!(support_or_refute(1, 0.8, 0.0, alpha(0.05)).is_err());
        assert!(support_or_refute(5, 0.0, 0.0, alpha(0.05)).is_err());
    }
}
