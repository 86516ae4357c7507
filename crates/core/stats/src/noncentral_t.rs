//! The noncentral t distribution, from which power is computed.

use std::f64::consts::PI;

use crate::distribution::{DistributionError, normal, stirling_error};
use crate::summary::Adder;

/// The probability of a value at or below `t` with `df` degrees of freedom
/// and this noncentrality.
///
/// Within 1e-12 of its series for `df` from 1 to 10,000 and noncentralities up
/// to 30. The work grows with the noncentrality where `df` is small.
///
/// # Errors
/// [`DistributionError::NotPositive`] for `df`,
/// [`DistributionError::OutOfReach`] if `t` is NaN, and for a noncentrality
/// beyond 10,000 unless the probability is plainly 0 or 1.
///
/// # Source
/// Johnson, Kotz and Balakrishnan 1995, "Continuous Univariate Distributions"
/// 2, section 31.5: the mean of Phi(t s - noncentrality) over the chi
/// distribution of s. Integrated over ln s by the trapezoidal rule, which
/// converges geometrically for such functions: Trefethen and Weideman 2014,
/// "The Exponentially Convergent Trapezoidal Rule", section 5.
pub fn cdf(t: f64, df: f64, noncentrality: f64) -> Result<f64, DistributionError> {
    sf(-t, df, -noncentrality)
}

/// The probability of a value above `t` with `df` degrees of freedom and this
/// noncentrality.
///
/// # Errors
/// Those of [`cdf`].
pub fn sf(t: f64, df: f64, noncentrality: f64) -> Result<f64, DistributionError> {
    if !(df > 0.0 && df.is_finite()) {
        return Err(DistributionError::NotPositive { name: "degrees of freedom", value: df });
    }
    if t.is_nan() {
        return Err(DistributionError::OutOfReach { value: t });
    }
    // The chi variable lies below this but for a chance of 1e-17, so that the
    // normal tails lie between those of the two ends.
    let largest = 1.0 + 9.0 / df.sqrt();
    let ends = [noncentrality, noncentrality - t * largest];
    if ends.iter().all(|end| *end > CERTAIN) {
        return Ok(1.0);
    }
    if ends.iter().all(|end| *end < -IMPOSSIBLE) {
        return Ok(0.0);
    }
    if noncentrality.is_nan() || noncentrality.abs() > MOST_NONCENTRALITY {
        return Err(DistributionError::OutOfReach { value: noncentrality });
    }
    Ok(integrate(t, df, noncentrality))
}

/// The largest noncentrality that is integrated.
const MOST_NONCENTRALITY: f64 = 1e4;
/// The normal probability of a value below this is 1 to 19 digits.
const CERTAIN: f64 = 9.0;
/// The normal probability of a value above this is 0 to 349 digits.
const IMPOSSIBLE: f64 = 40.0;
/// Parts of the density below exp of this are left out.
const NEGLIGIBLE: f64 = -46.0;

fn integrate(t: f64, df: f64, noncentrality: f64) -> f64 {
    if t.is_infinite() {
        return if t > 0.0 { 0.0 } else { 1.0 };
    }
    // The integrand is analytic in a strip. The density of ln s is as narrow
    // as the root of 2 df is large, the step of the normal tail as the
    // noncentrality; the constants leave an error below 1e-14.
    let step = 0.4 / (8.0 + (2.0 * df).sqrt() + noncentrality.abs());
    let integrand = |u: f64| {
        let exponent = df * (u - 0.5 * libm::expm1(2.0 * u));
        if exponent < NEGLIGIBLE {
            None
        } else {
            Some(libm::exp(exponent) * normal::lower_tail(noncentrality - t * libm::exp(u)))
        }
    };
    let mut sum = Adder::new();
    for direction in [-step, step] {
        let mut round = 1.0;
        while let Some(value) = integrand(round * direction) {
            sum.add(value);
            round += 1.0;
        }
    }
    sum.add(integrand(0.0).unwrap_or(0.0));
    let half = 0.5 * df;
    let scale = 2.0 * (half / (2.0 * PI)).sqrt() * libm::exp(-stirling_error(half));
    (step * scale * sum.total()).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::student_t;

    #[test]
    fn without_noncentrality_it_is_the_t_distribution() {
        for df in [1.0, 2.0, 4.0, 19.0, 200.0, 1e4] {
            for t in [-30.0, -2.0, -0.1, 0.0, 1.0, 5.0, 40.0] {
                let found = cdf(t, df, 0.0).unwrap();
                assert!((found - student_t::cdf(t, df).unwrap()).abs() < 1e-13, "{t} {df}: {found}");
            }
        }
    }

    #[test]
    fn at_zero_it_is_the_normal_tail_of_the_noncentrality() {
        for noncentrality in [-5.0, -1.0, 0.5, 3.0, 12.0] {
            let found = cdf(0.0, 7.0, noncentrality).unwrap();
            assert!((found - normal::cdf(-noncentrality).unwrap()).abs() < 1e-14);
        }
    }

    #[test]
    fn arguments_without_a_value_are_errors() {
        assert!(cdf(1.0, 0.0, 1.0).is_err());
        assert!(cdf(f64::NAN, 1.0, 1.0).is_err());
        assert!(cdf(1.0, 1.0, f64::NAN).is_err());
        assert_eq!(cdf(f64::INFINITY, 3.0, 1.0), Ok(1.0));
    }
}
