//! The error of Stirling's formula, from which gamma ratios are built.

/// Half the logarithm of two pi.
const HALF_LN_TWO_PI: f64 = 0.918_938_533_204_672_8;

/// The error of Stirling's formula: ln Gamma(z + 1) less
/// ln(sqrt(2 pi z) (z / e)^z), for z > 0.
///
/// Gamma ratios built from it keep their relative precision where the
/// logarithms of the gamma functions themselves are large and cancel.
///
/// # Source
/// Loader 2000, "Fast and Accurate Computation of Binomial Probabilities",
/// section 3; the series is Abramowitz and Stegun 1964, 6.1.41.
pub(crate) fn stirling_error(z: f64) -> f64 {
    if z < 15.0 {
        // The terms are at most about 30: nothing worth mentioning cancels.
        return libm::lgamma(z + 1.0) - (z + 0.5) * libm::log(z) + z - HALF_LN_TWO_PI;
    }
    let w = 1.0 / (z * z);
    let tail = 1.0 / 1188.0 - w * (691.0 / 360_360.0 - w / 156.0);
    (1.0 / 12.0 - w * (1.0 / 360.0 - w * (1.0 / 1260.0 - w * (1.0 / 1680.0 - w * tail)))) / z
}

/// The deviance term x ln(x / m) + m - x for x, m > 0, without cancellation
/// where the two are close.
///
/// # Source
/// Loader 2000, "Fast and Accurate Computation of Binomial Probabilities",
/// section 4.
pub(super) fn deviance(x: f64, m: f64) -> f64 {
    let difference = x - m;
    if difference.abs() >= 0.1 * (x + m) {
        return x * libm::log(x / m) + m - x;
    }
    let v = difference / (x + m);
    let mut sum = difference * v;
    let mut term = 2.0 * x * v;
    let square = v * v;
    let mut odd = 3.0;
    // |v| < 0.1: each round adds two decimal digits.
    loop {
        term *= square;
        let next = sum + term / odd;
        // Not `==`, which NaN never is, and the loop would have no end.
        if next.total_cmp(&sum).is_eq() {
            return sum;
        }
        sum = next;
        odd += 2.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_branches_of_the_stirling_error_meet_mpmath() {
        // mpmath 1.4.1, reference/distributions.py.
        let expected = [
            (0.5, 0.153_426_409_720_027_36),
            (1.0, 0.081_061_466_795_327_26),
            (2.5, 0.033_162_873_519_936_29),
            (7.0, 0.011_896_709_945_891_77),
            (14.5, 0.005_746_216_513_010_115_5),
            (15.0, 0.005_554_733_551_962_801),
            (15.5, 0.005_375_599_032_926_835),
            (40.0, 0.002_083_289_938_302_421_8),
            (5000.0, 1.666_666_664_444_444_6e-5),
        ];
        for (z, expected) in expected {
            let found = stirling_error(z);
            assert!((found - expected).abs() < 3e-14, "{z}: {found} {expected}");
        }
    }

    #[test]
    fn the_deviance_is_smooth_where_its_branches_meet() {
        for x in [0.5, 3.0, 250.0] {
            for ratio in [0.5, 0.81, 0.82, 1.0, 1.22, 1.23, 4.0] {
                let m = x * ratio;
                // By x g(ratio) with g(r) = r - 1 - ln r, within the rounding of ln.
                let expected = x * (ratio - 1.0 - libm::log(ratio));
                assert!((deviance(x, m) - expected).abs() <= 1e-15 * x, "{x} {ratio}");
            }
        }
    }
}
