//! Student's t distribution.

use std::f64::consts::PI;

use super::error::{DistributionError, inside, number, positive};
use super::{beta, normal, stirling_error};

/// The probability of a value at or below `t` with `df` degrees of freedom.
///
/// # Errors
/// [`DistributionError::NotPositive`] for `df`,
/// [`DistributionError::OutOfReach`] if `t` is NaN.
///
/// # Source
/// Abramowitz and Stegun 1964, 26.7.1: half an incomplete beta function.
pub fn cdf(t: f64, df: f64) -> Result<f64, DistributionError> {
    sf(-t, df)
}

/// The probability of a value above `t` with `df` degrees of freedom.
///
/// # Errors
/// Those of [`cdf`].
pub fn sf(t: f64, df: f64) -> Result<f64, DistributionError> {
    positive("degrees of freedom", df)?;
    number(t)?;
    Ok(upper_tail(t, df))
}

/// The value with a share `probability` of the distribution below it.
///
/// # Errors
/// [`DistributionError::NotPositive`] for `df`,
/// [`DistributionError::NotInside`] unless `probability` is strictly between
/// 0 and 1.
pub fn quantile(probability: f64, df: f64) -> Result<f64, DistributionError> {
    inside(probability)?;
    positive("degrees of freedom", df)?;
    Ok(if probability <= 0.5 { -upper_point(probability, df) } else { upper_point(1.0 - probability, df) })
}

pub(crate) fn upper_tail(t: f64, df: f64) -> f64 {
    if t < 0.0 {
        return 1.0 - upper_tail(-t, df);
    }
    // Written with ratios, so that t * t cannot overflow.
    let ratio = t / df.sqrt();
    let (x, y) = if ratio <= 1.0 {
        let square = ratio * ratio;
        (1.0 / (1.0 + square), square / (1.0 + square))
    } else {
        let inverse = 1.0 / ratio;
        let square = inverse * inverse;
        (square / (1.0 + square), 1.0 / (1.0 + square))
    };
    0.5 * beta::lower_tail(x, y, 0.5 * df, 0.5)
}

/// The value with a share `tail` of the distribution above it; `tail` is
/// strictly between 0 and 1.
pub(crate) fn upper_point(tail: f64, df: f64) -> f64 {
    if tail > 0.5 {
        return -upper_point(1.0 - tail, df);
    }
    if tail == 0.5 {
        return 0.0;
    }
    // The normal quantile is too small, so that it opens a bracket from below.
    let mut low = -normal::point(tail);
    let mut high = low.max(1.0);
    while upper_tail(high, df) > tail && high < f64::MAX {
        low = high;
        high *= 2.0;
    }
    let mut t = low.max(f64::MIN_POSITIVE);
    for _ in 0..200 {
        let found = upper_tail(t, df);
        if found > tail {
            low = t;
        } else {
            high = t;
        }
        // Newton's method on the logarithms of the tail and of t, where a
        // heavy tail is a straight line.
        let step = found * libm::log(found / tail) / (t * density(t, df));
        let mut next = t * libm::exp(step);
        if (next - t).abs() <= 2e-15 * t {
            return next;
        }
        if !(next > low && next < high) {
            next = 0.5 * low + 0.5 * high;
            if high - low <= f64::EPSILON * high {
                return next;
            }
        }
        t = next;
    }
    t
}

fn density(t: f64, df: f64) -> f64 {
    let half = 0.5 * df;
    // Gamma((df + 1) / 2) / Gamma(df / 2) by Stirling errors at (df - 1) / 2
    // would fail at df = 1; Gamma(z) = Gamma(z + 1) / z avoids that.
    let upper = half + 0.5;
    let logarithm = stirling_error(upper) - stirling_error(half) + upper * libm::log1p(0.5 / half) - 0.5;
    let ratio = libm::exp(logarithm) * half.sqrt() * (half / upper).sqrt();
    ratio / (df * PI).sqrt() * libm::exp(-upper * libm::log1p(t * t / df))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64, tolerance: f64) {
        assert!((found / expected - 1.0).abs() < tolerance, "found {found}, expected {expected}");
    }

    #[test]
    fn one_and_two_degrees_of_freedom_meet_their_closed_forms() {
        for t in [1e-6, 0.1, 1.0, 3.0, 12.706, 1e3, 1e8] {
            near(sf(t, 1.0).unwrap(), libm::atan(1.0 / t) / PI, 1e-13);
            let root = (t * t + 2.0).sqrt();
            near(sf(t, 2.0).unwrap(), 1.0 / (root * (root + t)), 1e-13);
        }
        for tail in [1e-12, 1e-4, 0.025, 0.3] {
            near(quantile(tail, 1.0).unwrap(), -1.0 / libm::tan(PI * tail), 1e-13);
            let spread: f64 = 4.0 * tail * (1.0 - tail);
            near(quantile(tail, 2.0).unwrap(), -2.0 * (0.5 - tail) * (2.0 / spread).sqrt(), 1e-13);
        }
    }

    #[test]
    fn the_distribution_is_symmetric() {
        assert_eq!(quantile(0.5, 3.0), Ok(0.0));
        assert_eq!(cdf(0.0, 3.0), Ok(0.5));
        assert_eq!(cdf(-2.0, 3.0), sf(2.0, 3.0));
        assert_eq!(quantile(0.25, 3.0).unwrap(), -quantile(0.75, 3.0).unwrap());
    }

    #[test]
    fn arguments_without_a_value_are_errors() {
        assert!(matches!(sf(1.0, 0.0), Err(DistributionError::NotPositive { .. })));
        assert!(matches!(cdf(f64::NAN, 3.0), Err(DistributionError::OutOfReach { .. })));
        assert_eq!(sf(f64::INFINITY, 3.0), Ok(0.0));
        assert_eq!(quantile(1.0, 3.0), Err(DistributionError::NotInside { value: 1.0 }));
    }
}
