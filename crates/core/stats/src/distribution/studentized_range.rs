//! The studentized range: how far the largest of several means lies above the
//! smallest, in standard errors.

use super::error::{DistributionError, at_least, inside, number};
use super::normal;
use super::stirling_error;

/// The probability that the range of `groups` independent standard normal
/// values, divided by an independent estimate of their standard deviation with
/// `df` degrees of freedom, is at most `q`.
///
/// An infinite `df` stands for a known standard deviation. Within 1e-10,
/// relative, of quadrature to 30 digits for 2 to 50 groups and one degree of
/// freedom or more. SciPy 1.17.1 takes infinitely many beyond 100,000 degrees of
/// freedom, which is off by up to 2.3e-5 of the value at a million; R 4.2.2
/// gives none below two.
///
/// # Errors
/// [`DistributionError::TooSmall`] below two groups or one degree of freedom,
/// [`DistributionError::OutOfReach`] if `q` is NaN.
///
/// # Source
/// Copenhaver and Holland 1988, "Computation of the Distribution of the Maximum
/// Studentized Range Statistic with Application to Multiple Significance
/// Testing of Simple Effects", for the two integrals. Both are taken by the
/// trapezoidal rule, which converges geometrically for such functions:
/// Trefethen and Weideman 2014, "The Exponentially Convergent Trapezoidal
/// Rule", section 5.
pub fn cdf(q: f64, groups: u32, df: f64) -> Result<f64, DistributionError> {
    check(groups, df)?;
    number(q)?;
    Ok(lower_tail(q, groups, df))
}

/// The probability of a studentized range above `q`.
///
/// As precise as [`cdf`], in far tails too.
///
/// # Errors
/// Those of [`cdf`].
pub fn sf(q: f64, groups: u32, df: f64) -> Result<f64, DistributionError> {
    check(groups, df)?;
    number(q)?;
    Ok(upper_tail(q, groups, df))
}

/// The value with a share `probability` of the distribution below it.
///
/// R 4.2.2 is off where degrees of freedom are few: it gives 25.37 for five
/// groups and two degrees of freedom at 0.99, where 24.72 is right.
///
/// # Errors
/// [`DistributionError::TooSmall`] below two groups or one degree of freedom,
/// [`DistributionError::NotInside`] unless `probability` is strictly between
/// 0 and 1.
pub fn quantile(probability: f64, groups: u32, df: f64) -> Result<f64, DistributionError> {
    inside(probability)?;
    check(groups, df)?;
    Ok(if probability <= 0.5 {
        solve(|q| lower_tail(q, groups, df) / probability)
    } else {
        upper_point(1.0 - probability, groups, df)
    })
}

/// The value with a share `probability` of the distribution above it.
///
/// # Errors
/// Those of [`quantile`].
pub fn upper_quantile(probability: f64, groups: u32, df: f64) -> Result<f64, DistributionError> {
    inside(probability)?;
    check(groups, df)?;
    Ok(if probability <= 0.5 {
        upper_point(probability, groups, df)
    } else {
        solve(|q| lower_tail(q, groups, df) / (1.0 - probability))
    })
}

/// What lies this many standard deviations out is left out: 1e-16.
const REACH: f64 = 8.6;
/// The largest step of the inner integrals. The bells of the largest and of the
/// smallest value become narrower with the number of groups: the error is 1e-12
/// at two hundred of them, 1e-10 at a thousand.
const STEP: f64 = 0.15;
/// One over the root of two pi.
const PEAK: f64 = 0.398_942_280_401_432_7;

fn check(groups: u32, df: f64) -> Result<(), DistributionError> {
    at_least("number of groups", f64::from(groups), 2.0)?;
    at_least("degrees of freedom", df, 1.0)
}

fn upper_point(tail: f64, groups: u32, df: f64) -> f64 {
    solve(|q| tail / upper_tail(q, groups, df))
}

fn lower_tail(q: f64, groups: u32, df: f64) -> f64 {
    if q <= 0.0 {
        return 0.0;
    }
    if q.is_infinite() {
        return 1.0;
    }
    if df.is_infinite() {
        return range_within(q, groups);
    }
    // For small q it is large s that makes the range small.
    let far = 0.5 * libm::log1p(f64::from(groups - 1) / df);
    average(&[0.0, far], df, |s| range_within(q * s, groups))
}

fn upper_tail(q: f64, groups: u32, df: f64) -> f64 {
    if q <= 0.0 {
        return 1.0;
    }
    if q.is_infinite() {
        return 0.0;
    }
    if df.is_infinite() {
        return range_beyond(q, groups);
    }
    // For large q it is small s that makes the range large; the product of
    // the density and exp(-(q s / 2)^2) peaks here.
    let far = -0.5 * libm::log1p(0.5 * q * (q / df));
    average(&[0.0, far], df, |s| range_beyond(q * s, groups))
}

/// The mean of a function of s, where df s^2 is a chi-square variable,
/// integrated over ln s outwards from the best of several starts.
fn average(starts: &[f64], df: f64, function: impl Fn(f64) -> f64) -> f64 {
    // The density is as narrow as the root of 2 df is large; the function
    // itself changes over a tenth or more.
    let step = 0.7 / (2.0 * df + 120.0).sqrt();
    let term = |u: f64| libm::exp(df * exponent(u)) * function(libm::exp(u));
    let start = starts
        .iter()
        .copied()
        .max_by(|left, right| term(*left).total_cmp(&term(*right)))
        .expect("there are two starts");
    let mut total = term(start);
    for direction in [step, -step] {
        let mut previous = term(start);
        for count in 1..100_000_u32 {
            let value = term(start + f64::from(count) * direction);
            total += value;
            // The terms rise to one peak and fall from it.
            if value <= previous && value <= 1e-18 * total {
                break;
            }
            previous = value;
        }
    }
    let half = 0.5 * df;
    // The density of ln s at 0, from Stirling's formula.
    let density = (half / (2.0 * std::f64::consts::PI)).sqrt() * 2.0 * libm::exp(-stirling_error(half));
    (total * step * density).min(1.0)
}

/// u - (exp(2 u) - 1) / 2, without cancellation near 0.
fn exponent(u: f64) -> f64 {
    if u.abs() > 0.05 {
        return u - 0.5 * libm::expm1(2.0 * u);
    }
    let x = 2.0 * u;
    let tail = 1.0 + x / 7.0 * (1.0 + x / 8.0 * (1.0 + x / 9.0));
    let series = 1.0 + x / 3.0 * (1.0 + x / 4.0 * (1.0 + x / 5.0 * (1.0 + x / 6.0 * tail)));
    -0.25 * x * x * series
}

/// The probability that standard normal values have a range of at most `w`:
/// the mean, over the smallest value z, that the others lie in z..z + w.
fn range_within(w: f64, groups: u32) -> f64 {
    let others = f64::from(groups - 1);
    // Where all values lie within a small w, z has a standard deviation of one
    // over the root of their number.
    let step = STEP.min(0.75 / f64::from(groups).sqrt());
    let sum = trapezoid(0.0, step, |z| libm::exp(-0.5 * z * z) * libm::pow(between(z, w), others));
    (f64::from(groups) * PEAK * sum).min(1.0)
}

/// The probability of a range beyond `w`.
fn range_beyond(w: f64, groups: u32) -> f64 {
    let others = f64::from(groups - 1);
    let sum = trapezoid(-0.5 * w, STEP, |z| {
        // All others lie above z, less that all lie in z..z + w.
        let (above, far) = (normal::lower_tail(-z), normal::lower_tail(-z - w));
        if above <= 0.0 {
            return 0.0;
        }
        let share = if far < above { -libm::expm1(others * libm::log1p(-far / above)) } else { 1.0 };
        libm::exp(-0.5 * z * z) * libm::pow(above, others) * share
    });
    (f64::from(groups) * PEAK * sum).min(1.0)
}

fn trapezoid(centre: f64, step: f64, integrand: impl Fn(f64) -> f64) -> f64 {
    let steps = (REACH / step) as i32;
    step * (-steps..=steps).map(|count| integrand(centre + f64::from(count) * step)).sum::<f64>()
}

/// The normal probability of z..z + w, with its relative precision.
fn between(z: f64, w: f64) -> f64 {
    if w < 0.1 {
        let m = z + 0.5 * w;
        let (x, y) = (m * m, w * w);
        let third = (x * (x * (x - 15.0) + 45.0) - 15.0) / 322_560.0;
        let series = 1.0 + y * ((x - 1.0) / 24.0 + y * ((x * (x - 6.0) + 3.0) / 1920.0 + y * third));
        return w * PEAK * libm::exp(-0.5 * x) * series.max(0.0);
    }
    if z > 0.0 {
        normal::lower_tail(-z) - normal::lower_tail(-z - w)
    } else {
        normal::lower_tail(z + w) - normal::lower_tail(z)
    }
}

/// The point at which a function that rises from 0 without end, and is smooth
/// in the logarithms of both, is 1.
fn solve(ratio: impl Fn(f64) -> f64) -> f64 {
    let excess = |x: f64| libm::log(ratio(libm::exp(x)));
    let (mut low, mut high) = (1.0, 1.0);
    let mut reach = 0.5;
    while excess(low) > 0.0 && low > -700.0 {
        high = low;
        low -= reach;
        reach *= 2.0;
    }
    while excess(high) < 0.0 && high < 700.0 {
        low = high;
        high += reach;
        reach *= 2.0;
    }
    let (mut before, mut x) = (low, 0.5 * (low + high));
    let mut excess_before = excess(before);
    for _ in 0..200 {
        let excess_here = excess(x);
        if excess_here < 0.0 {
            low = x;
        } else {
            high = x;
        }
        let mut next = x - excess_here * (x - before) / (excess_here - excess_before);
        if !(next >= low && next <= high) {
            next = 0.5 * (low + high);
        }
        if excess_here == 0.0 || (next - x).abs() <= 1e-15 * (1.0 + x.abs()) {
            return libm::exp(next);
        }
        (before, excess_before) = (x, excess_here);
        x = next;
    }
    libm::exp(x)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::student_t;

    fn near(found: f64, expected: f64, tolerance: f64) {
        assert!((found / expected - 1.0).abs() < tolerance, "found {found}, expected {expected}");
    }

    #[test]
    fn two_groups_are_a_t_test() {
        // The range of two values is root two times the magnitude of t.
        for df in [1.0, 2.0, 3.7, 10.0, 100.0, 1000.0] {
            for q in [0.01, 0.5, 2.0, 5.0, 12.0, 300.0] {
                let t = q * std::f64::consts::FRAC_1_SQRT_2;
                let expected = 2.0 * student_t::sf(t, df).unwrap();
                if expected > 1e-290 {
                    near(sf(q, 2, df).unwrap(), expected, 1e-11);
                }
                if q < 1.0 {
                    near(cdf(q, 2, df).unwrap(), 1.0 - expected, 1e-11);
                }
            }
        }
        for q in [0.01, 1.0, 6.0, 20.0, 50.0] {
            let expected = 2.0 * normal::lower_tail(-q * std::f64::consts::FRAC_1_SQRT_2);
            near(sf(q, 2, f64::INFINITY).unwrap(), expected, 1e-11);
        }
    }

    #[test]
    fn many_degrees_of_freedom_come_close_to_infinitely_many() {
        near(sf(4.2, 7, 1e15).unwrap(), sf(4.2, 7, f64::INFINITY).unwrap(), 1e-11);
        near(cdf(1.5, 40, 1e15).unwrap(), cdf(1.5, 40, f64::INFINITY).unwrap(), 1e-11);
    }

    #[test]
    fn the_tails_add_up_to_one() {
        for (groups, df) in [(3, 1.0), (9, 4.5), (50, 20.0), (200, 300.0), (50, f64::INFINITY)] {
            for q in [0.3, 2.0, 4.0, 6.5, 30.0] {
                near(cdf(q, groups, df).unwrap() + sf(q, groups, df).unwrap(), 1.0, 1e-12);
            }
        }
    }

    #[test]
    fn the_quantile_undoes_the_distribution() {
        for (groups, df) in [(2, 1.0), (5, 3.0), (50, 12.0), (10, f64::INFINITY)] {
            for probability in [1e-12, 0.01, 0.4, 0.95, 1.0 - 1e-6] {
                near(cdf(quantile(probability, groups, df).unwrap(), groups, df).unwrap(), probability, 1e-11);
            }
            for tail in [1e-60, 1e-9, 0.05, 0.7] {
                let point = upper_quantile(tail, groups, df).unwrap();
                near(sf(point, groups, df).unwrap(), tail, 1e-10);
            }
        }
    }

    #[test]
    fn arguments_without_a_value_are_errors() {
        assert_eq!(cdf(1.0, 1, 5.0).unwrap_err().code(), "parameter-too-small");
        assert_eq!(sf(1.0, 3, 0.5).unwrap_err().code(), "parameter-too-small");
        assert_eq!(sf(1.0, 3, f64::NAN).unwrap_err().code(), "parameter-too-small");
        assert!(matches!(cdf(f64::NAN, 3, 5.0), Err(DistributionError::OutOfReach { .. })));
        assert!(quantile(1.0, 3, 5.0).is_err());
        assert_eq!((cdf(-1.0, 3, 5.0), sf(f64::INFINITY, 3, 5.0)), (Ok(0.0), Ok(0.0)));
    }
}
