//! The normal distribution with mean 0 and variance 1.

use std::f64::consts::FRAC_1_SQRT_2;

use super::error::{DistributionError, inside, number};

/// The probability of a value at or below `z`.
///
/// # Errors
/// [`DistributionError::OutOfReach`] if `z` is NaN.
pub fn cdf(z: f64) -> Result<f64, DistributionError> {
    number(z)?;
    Ok(lower_tail(z))
}

/// The probability of a value above `z`.
///
/// # Errors
/// [`DistributionError::OutOfReach`] if `z` is NaN.
pub fn sf(z: f64) -> Result<f64, DistributionError> {
    number(z)?;
    Ok(lower_tail(-z))
}

/// The value with a share `probability` of the distribution below it.
///
/// # Errors
/// [`DistributionError::NotInside`] unless `probability` is strictly between
/// 0 and 1.
///
/// # Source
/// Wichura 1988, "Algorithm AS 241: The Percentage Points of the Normal
/// Distribution", PPND16: about 16 digits.
pub fn quantile(probability: f64) -> Result<f64, DistributionError> {
    inside(probability)?;
    Ok(point(probability))
}

pub(crate) fn lower_tail(z: f64) -> f64 {
    0.5 * libm::erfc(-z * FRAC_1_SQRT_2)
}

/// The quantile at a probability strictly between 0 and 1.
pub(crate) fn point(probability: f64) -> f64 {
    let q = probability - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * ratio(r, &CENTRE);
    }
    let tail = if q < 0.0 { probability } else { 1.0 - probability };
    let r = (-libm::log(tail)).sqrt();
    let magnitude = if r <= 5.0 { ratio(r - 1.6, &MIDDLE) } else { ratio(r - 5.0, &TAIL) };
    if q < 0.0 { -magnitude } else { magnitude }
}

/// The ratio of two polynomials of degree 7, highest coefficients first.
fn ratio(r: f64, coefficients: &[[f64; 8]; 2]) -> f64 {
    let polynomial = |row: &[f64; 8]| row.iter().fold(0.0, |sum, coefficient| sum * r + coefficient);
    polynomial(&coefficients[0]) / polynomial(&coefficients[1])
}

const CENTRE: [[f64; 8]; 2] = [
    [
        2_509.080_928_730_122_7,
        33_430.575_583_588_13,
        67_265.770_927_008_7,
        45_921.953_931_549_87,
        13_731.693_765_509_46,
        1_971.590_950_306_551_3,
        133.141_667_891_784_38,
        3.387_132_872_796_366_5,
    ],
    [
        5_226.495_278_852_854,
        28_729.085_735_721_943,
        39_307.895_800_092_71,
        21_213.794_301_586_597,
        5_394.196_021_424_751,
        687.187_007_492_057_9,
        42.313_330_701_600_91,
        1.0,
    ],
];

const MIDDLE: [[f64; 8]; 2] = [
    [
        7.745_450_142_783_414e-4,
        0.022_723_844_989_269_184,
        0.241_780_725_177_450_6,
        1.270_458_252_452_368_4,
        3.647_848_324_763_204_5,
        5.769_497_221_460_691,
        4.630_337_846_156_546,
        1.423_437_110_749_683_5,
    ],
    [
        1.050_750_071_644_416_9e-9,
        5.475_938_084_995_345e-4,
        0.015_198_666_563_616_457,
        0.148_103_976_427_480_08,
        0.689_767_334_985_1,
        1.676_384_830_183_803_8,
        2.053_191_626_637_759,
        1.0,
    ],
];

const TAIL: [[f64; 8]; 2] = [
    [
        2.010_334_399_292_288_1e-7,
        2.711_555_568_743_487_6e-5,
        0.001_242_660_947_388_078_4,
        0.026_532_189_526_576_124,
        0.296_560_571_828_504_87,
        1.784_826_539_917_291_3,
        5.463_784_911_164_114,
        6.657_904_643_501_103,
    ],
    [
        2.044_263_103_389_939_8e-15,
        1.421_511_758_316_446e-7,
        1.846_318_317_510_054_8e-5,
        7.868_691_311_456_133e-4,
        0.014_875_361_290_850_615,
        0.136_929_880_922_735_8,
        0.599_832_206_555_888,
        1.0,
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantile_undoes_the_distribution() {
        for exponent in 1..300 {
            let probability = libm::pow(10.0, -f64::from(exponent));
            let back = cdf(quantile(probability).unwrap()).unwrap();
            // A relative error e of z becomes z^2 e of the tail; z^2 reaches 1,380 here.
            assert!((back / probability - 1.0).abs() < 2e-12, "{probability}: {back}");
        }
        assert_eq!(quantile(0.5), Ok(0.0));
    }

    #[test]
    fn arguments_without_a_value_are_errors() {
        assert!(matches!(cdf(f64::NAN), Err(DistributionError::OutOfReach { .. })));
        assert_eq!(quantile(0.0), Err(DistributionError::NotInside { value: 0.0 }));
        assert_eq!(sf(f64::INFINITY), Ok(0.0));
    }
}
