//! The beta distribution, whose distribution function is the regularised
//! incomplete beta function.

use std::f64::consts::PI;

use super::error::{DistributionError, inside, positive};
use super::stirling::{deviance, stirling_error};

/// The probability of a value at or below `x` under shapes `a` and `b`.
///
/// # Errors
/// [`DistributionError::NotPositive`] for a shape,
/// [`DistributionError::OutOfReach`] for `x` outside 0..=1.
///
/// # Source
/// Abramowitz and Stegun 1964, 26.5.8 (the continued fraction), by the
/// modified method of Lentz; the factor before it after Loader 2000, "Fast and
/// Accurate Computation of Binomial Probabilities".
pub fn cdf(x: f64, a: f64, b: f64) -> Result<f64, DistributionError> {
    check(x, a, b)?;
    Ok(lower_tail(x, 1.0 - x, a, b))
}

/// The probability of a value above `x` under shapes `a` and `b`.
///
/// # Errors
/// Those of [`cdf`].
pub fn sf(x: f64, a: f64, b: f64) -> Result<f64, DistributionError> {
    check(x, a, b)?;
    Ok(lower_tail(1.0 - x, x, b, a))
}

/// The value with a share `probability` of the distribution below it.
///
/// # Errors
/// [`DistributionError::NotPositive`] for a shape,
/// [`DistributionError::NotInside`] unless `probability` is strictly between
/// 0 and 1.
pub fn quantile(probability: f64, a: f64, b: f64) -> Result<f64, DistributionError> {
    inside(probability)?;
    positive("shape a", a)?;
    positive("shape b", b)?;
    Ok(point(probability, a, b))
}

/// The regularised incomplete beta function at `x`, with `y` = 1 - x given by
/// the caller, who may know it more precisely.
pub(crate) fn lower_tail(x: f64, y: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if y <= 0.0 {
        return 1.0;
    }
    // Beyond its mean the fraction converges slowly; the other tail is small there.
    if x > (a + 1.0) / (a + b + 2.0) {
        1.0 - front(y, x, b, a) * fraction(y, b, a) / b
    } else {
        front(x, y, a, b) * fraction(x, a, b) / a
    }
}

/// The quantile at a probability strictly between 0 and 1.
pub(crate) fn point(probability: f64, a: f64, b: f64) -> f64 {
    // Newton's method on the logarithm of the tail, kept inside a bracket
    // that is halved whenever a step would leave it.
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    let mut x = a / (a + b);
    for _ in 0..200 {
        let tail = lower_tail(x, 1.0 - x, a, b);
        if tail < probability {
            low = x;
        } else {
            high = x;
        }
        let density = front(x, 1.0 - x, a, b) / (x * (1.0 - x));
        // The step that solves ln tail = ln probability to first order, in ln x.
        let step = tail * libm::log(probability / tail) / (density * x);
        let mut next = x * libm::exp(step);
        if (next - x).abs() <= 2e-15 * x {
            return next.min(1.0);
        }
        if !(next > low && next < high) {
            next = if low > 0.0 { 0.5 * (low + high) } else { 0.1 * high };
            if high - low <= f64::EPSILON * high {
                return next;
            }
        }
        x = next;
    }
    x
}

/// x^a y^b / B(a, b).
fn front(x: f64, y: f64, a: f64, b: f64) -> f64 {
    let n = a + b;
    let exponent = stirling_error(n) - stirling_error(a) - stirling_error(b) - deviance(a, n * x) - deviance(b, n * y);
    libm::exp(exponent) * (a * (b / n) / (2.0 * PI)).sqrt()
}

/// The continued fraction of the incomplete beta function.
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut result = d;
    // It converges in about the root of the larger shape; the limit is never
    // met for shapes below 1e8.
    for round in 1..100_000_u32 {
        let m = f64::from(round);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for numerator in [even, odd] {
            d = 1.0 / away_from_zero(1.0 + numerator * d);
            c = away_from_zero(1.0 + numerator / c);
            change = c * d;
            result *= change;
        }
        if (change - 1.0).abs() < 3e-16 {
            break;
        }
    }
    result
}

fn check(x: f64, a: f64, b: f64) -> Result<(), DistributionError> {
    positive("shape a", a)?;
    positive("shape b", b)?;
    if (0.0..=1.0).contains(&x) { Ok(()) } else { Err(DistributionError::OutOfReach { value: x }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_forms_are_met() {
        for x in [1e-9, 0.01, 0.3, 0.5, 0.77, 0.999] {
            let near = |found: f64, expected: f64| {
                assert!((found / expected - 1.0).abs() < 1e-13, "{x}: {found} {expected}");
            };
            near(cdf(x, 1.0, 1.0).unwrap(), x);
            // I_x(2, 3) = x^2 (6 - 8 x + 3 x^2).
            near(cdf(x, 2.0, 3.0).unwrap(), x * x * (6.0 - 8.0 * x + 3.0 * x * x));
            near(sf(x, 1.0, 7.0).unwrap(), libm::pow(1.0 - x, 7.0));
        }
    }

    #[test]
    fn the_quantile_undoes_the_distribution() {
        for (a, b) in [(0.5, 0.5), (1.0, 30.0), (17.0, 3.0), (500.0, 500.0), (9_000.0, 2.0)] {
            for probability in [1e-9, 0.001, 0.025, 0.5, 0.9, 0.999] {
                let x = quantile(probability, a, b).unwrap();
                let back = cdf(x, a, b).unwrap();
                assert!((back / probability - 1.0).abs() < 1e-11, "{a} {b} {probability}: {back}");
            }
        }
    }

    #[test]
    fn arguments_without_a_value_are_errors() {
        assert_eq!(cdf(0.5, 0.0, 1.0), Err(DistributionError::NotPositive { name: "shape a", value: 0.0 }));
        assert_eq!(cdf(1.5, 1.0, 1.0), Err(DistributionError::OutOfReach { value: 1.5 }));
        assert!(quantile(1.0, 1.0, 1.0).is_err());
    }
}
