//! The share that a part has in a whole, where both are estimated.

use thiserror::Error;

use crate::distribution::student_t;
use crate::level::Alpha;
use crate::sample::{self, SampleError};
use crate::summary;

/// A share of a whole, with one-sided bounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// The mean of the part over the mean of the whole; may lie outside 0..=1.
    pub estimate: f64,
    /// The lower bound.
    pub lower: f64,
    /// The upper bound.
    pub upper: f64,
}

/// Why there is no share.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum ShareError {
    /// There are not as many parts as wholes.
    #[error("there are {parts} parts and {wholes} wholes")]
    NotPaired {
        /// The number of parts.
        parts: usize,
        /// The number of wholes.
        wholes: usize,
    },
    /// The whole may well be zero, so that a share of it may be anything.
    #[error("the whole cannot be told from 0 at this level, so that a share of it has no bounds")]
    WholeNotApart,
    /// The numbers allow no such estimate.
    #[error("the parts have no share")]
    Sample(#[from] SampleError),
}

impl ShareError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotPaired { .. } => "share-not-paired",
            Self::WholeNotApart => "share-whole-not-apart",
            Self::Sample(error) => error.code(),
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::NotPaired { .. } => vec!["give one part for each whole".to_owned()],
            Self::WholeNotApart => vec!["report the part in its own unit, or add more units".to_owned()],
            Self::Sample(error) => error.hints(),
        }
    }
}

/// Finds what share the mean of `parts` has in the mean of `wholes`, pair by
/// pair from independent units, both in the same unit.
///
/// Bounds are the shares that a t test of part less share times whole does not
/// reject at the one-sided `level`: exact for normal pairs at every number of
/// them, where a bootstrap of a ratio is too narrow with few.
///
/// # Errors
/// [`ShareError::NotPaired`]; [`ShareError::WholeNotApart`] where a t test at
/// `level` cannot tell the whole from 0; [`ShareError::Sample`] with `TooFew`
/// below two pairs, `NotFinite` or `Overflow`.
///
/// # Source
/// Fieller 1954, "Some Problems in Interval Estimation", section 3.
pub fn share(parts: &[f64], wholes: &[f64], level: Alpha) -> Result<Share, ShareError> {
    if parts.len() != wholes.len() {
        return Err(ShareError::NotPaired { parts: parts.len(), wholes: wholes.len() });
    }
    sample::check(parts, 2)?;
    sample::check(wholes, 2)?;
    // In units of the largest value nothing overflows.
    let largest = |values: &[f64]| values.iter().map(|value| value.abs()).fold(0.0, f64::max);
    let (part_unit, whole_unit) = (largest(parts), largest(wholes));
    if whole_unit == 0.0 {
        return Err(ShareError::WholeNotApart);
    }
    let unit = if part_unit == 0.0 { 1.0 } else { part_unit };
    let scaled = |values: &[f64], unit: f64| values.iter().map(|value| value / unit).collect::<Vec<_>>();
    let (parts, wholes) = (scaled(parts, unit), scaled(wholes, whole_unit));
    let (part, whole) = (summary::mean(&parts)?, summary::mean(&wholes)?);
    let n = parts.len() as f64;
    let quantile = student_t::quantile(1.0 - level.get(), n - 1.0).map_err(|_| SampleError::Overflow)?;
    let over = quantile * quantile / (n * (n - 1.0));
    let moment = |a: &[f64], a_mean: f64, b: &[f64], b_mean: f64| {
        let products: Vec<f64> = a.iter().zip(b).map(|(a, b)| (a - a_mean) * (b - b_mean)).collect();
        over * summary::sum(&products)
    };
    let square = whole * whole - moment(&wholes, whole, &wholes, whole);
    let middle = part * whole - moment(&parts, part, &wholes, whole);
    let last = part * part - moment(&parts, part, &parts, part);
    if square <= 0.0 {
        return Err(ShareError::WholeNotApart);
    }
    let root = (middle * middle - square * last).max(0.0).sqrt();
    let in_unit = |share: f64| share * (unit / whole_unit);
    let found = Share {
        estimate: in_unit(part / whole),
        lower: in_unit((middle - root) / square),
        upper: in_unit((middle + root) / square),
    };
    let all = [found.estimate, found.lower, found.upper];
    if all.iter().all(|number| number.is_finite()) { Ok(found) } else { Err(SampleError::Overflow.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_is_a_fixed_share_has_no_spread_of_it() {
        let wholes = [0.9, 1.1, 1.3, 0.7];
        let parts = wholes.map(|whole| whole / 4.0);
        let found = share(&parts, &wholes, Alpha::new(0.05).unwrap()).unwrap();
        for number in [found.estimate, found.lower, found.upper] {
            assert!((number - 0.25).abs() < 1e-12, "{found:?}");
        }
    }

    #[test]
    fn what_has_no_share_is_an_error() {
        let level = Alpha::new(0.05).unwrap();
        assert_eq!(share(&[1.0], &[1.0, 2.0], level), Err(ShareError::NotPaired { parts: 1, wholes: 2 }));
        assert!(matches!(share(&[1.0], &[1.0], level), Err(ShareError::Sample(SampleError::TooFew { .. }))));
        assert_eq!(share(&[1.0, 2.0], &[-1.0, 1.0], level), Err(ShareError::WholeNotApart));
        assert_eq!(share(&[1.0, 2.0], &[0.0, 0.0], level), Err(ShareError::WholeNotApart));
        assert_eq!(share(&[1.0, f64::NAN], &[1.0, 2.0], level), Err(SampleError::NotFinite { index: 1 }.into()));
        assert_eq!(share(&[1e300, 1e300], &[1e-300, 1e-300], level), Err(SampleError::Overflow.into()));
        let large = share(&[1e308, -1e308], &[1.7e308, 1.6e308], level);
        assert!(large.is_ok_and(|found| found.lower < found.estimate && found.estimate < found.upper));
        assert_eq!(share(&[0.0, 0.0], &[1.0, 1.0], level), Ok(Share { estimate: 0.0, lower: 0.0, upper: 0.0 }));
    }
}
