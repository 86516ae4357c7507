//! Fisher's F distribution.

use super::beta;
use super::error::{DistributionError, inside, number, positive};

/// The probability of a value at or below `f` with `df1` and `df2` degrees of
/// freedom.
///
/// # Errors
/// [`DistributionError::NotPositive`] for degrees of freedom,
/// [`DistributionError::OutOfReach`] if `f` is NaN.
///
/// # Source
/// Abramowitz and Stegun 1964, 26.6.2: an incomplete beta function.
pub fn cdf(f: f64, df1: f64, df2: f64) -> Result<f64, DistributionError> {
    let (x, y) = shares(f, df1, df2)?;
    Ok(beta::lower_tail(x, y, df1 / 2.0, df2 / 2.0))
}

/// The probability of a value above `f`.
///
/// # Errors
/// Those of [`cdf`].
pub fn sf(f: f64, df1: f64, df2: f64) -> Result<f64, DistributionError> {
    let (x, y) = shares(f, df1, df2)?;
    Ok(beta::lower_tail(y, x, df2 / 2.0, df1 / 2.0))
}

/// The value with a share `probability` of the distribution above it.
///
/// # Errors
/// [`DistributionError::NotPositive`] for degrees of freedom,
/// [`DistributionError::NotInside`] unless `probability` is strictly between
/// 0 and 1.
pub fn upper_quantile(probability: f64, df1: f64, df2: f64) -> Result<f64, DistributionError> {
    inside(probability)?;
    positive("degrees of freedom", df1)?;
    positive("degrees of freedom", df2)?;
    // The smaller share keeps its relative precision.
    let rest = beta::point(probability, df2 / 2.0, df1 / 2.0);
    Ok(df2 * (1.0 - rest) / (df1 * rest))
}

/// The two shares of the beta variable that `f` stands for.
fn shares(f: f64, df1: f64, df2: f64) -> Result<(f64, f64), DistributionError> {
    positive("degrees of freedom", df1)?;
    positive("degrees of freedom", df2)?;
    number(f)?;
    if f <= 0.0 {
        return Ok((0.0, 1.0));
    }
    if f.is_infinite() {
        return Ok((1.0, 0.0));
    }
    let total = df1 * f + df2;
    Ok((df1 * f / total, df2 / total))
}
