//! Constants of any formula by least squares, from many starts.

use super::range::{Confined, Range};
use crate::least_squares::levenberg_marquardt;
use crate::least_squares::{LeastSquaresError, Residuals, Stops};
use crate::summary;

/// A fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// The constants, in the order of their ranges.
    pub constants: Vec<f64>,
    /// The sum of squared residuals.
    pub sum_of_squares: f64,
}

/// How many places within the ranges are looked at.
const LOOKS: u32 = 96;
/// From how many of them a search starts.
const STARTS: usize = 6;
/// The stops of a search.
pub(super) const STOPS: Stops = Stops { most_steps: 200, smallest_fall: 1e-13 };

/// Finds the constants with the least sum of squares.
///
/// Looks at many places spread evenly within `ranges` and searches from the best
/// of them. Another minimum may be missed where ranges are very wide. Without
/// ranges there is nothing to find, and the sum of squares is that of the
/// residuals.
///
/// # Errors
/// [`LeastSquaresError`] where no search settles or residuals have no value.
///
/// # Source
/// Halton 1960, "On the efficiency of certain quasi-random sequences of points in
/// evaluating multi-dimensional integrals", for the places.
pub fn fit(residuals: &impl Residuals, ranges: &[Range], confined: Confined) -> Result<Fitted, LeastSquaresError> {
    let count = residuals.count();
    if count < ranges.len() {
        return Err(LeastSquaresError::TooFew { residuals: count, constants: ranges.len() });
    }
    if ranges.is_empty() {
        let sum_of_squares = sum_of_squares(residuals, &[]);
        if !sum_of_squares.is_finite() {
            return Err(LeastSquaresError::StartNotFinite);
        }
        return Ok(Fitted { constants: Vec::new(), sum_of_squares });
    }
    let mut looks: Vec<(f64, Vec<f64>)> = (1..=LOOKS)
        .map(|index| {
            let place: Vec<f64> = ranges
                .iter()
                .zip(PRIMES.iter().cycle())
                .map(|(range, prime)| range.at(halton(index, *prime)))
                .collect();
            (sum_of_squares(residuals, &place), place)
        })
        .filter(|(sum, _)| sum.is_finite())
        .collect();
    looks.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let mut best: Option<Fitted> = None;
    let mut failure = LeastSquaresError::StartNotFinite;
    for (_, start) in looks.iter().take(STARTS) {
        match near(residuals, ranges, confined, start) {
            Ok(found) => {
                if best.as_ref().is_none_or(|best| found.sum_of_squares < best.sum_of_squares) {
                    best = Some(found);
                }
            }
            Err(error) => failure = error,
        }
    }
    best.ok_or(failure)
}

/// Searches from one start.
///
/// # Errors
/// [`LeastSquaresError`] where the search does not settle.
pub fn near(
    residuals: &impl Residuals,
    ranges: &[Range],
    confined: Confined,
    start: &[f64],
) -> Result<Fitted, LeastSquaresError> {
    match confined {
        Confined::Free => {
            let found = levenberg_marquardt::fit(residuals, start, &STOPS)?;
            Ok(Fitted { constants: found.constants, sum_of_squares: found.sum_of_squares })
        }
        Confined::Within => {
            let squeezed = Squeezed { residuals, ranges };
            let free: Vec<f64> = start.iter().zip(ranges).map(|(value, range)| range.stretched(*value)).collect();
            let found = levenberg_marquardt::fit(&squeezed, &free, &STOPS)?;
            let constants = squeezed.constants(&found.constants);
            Ok(Fitted { constants, sum_of_squares: found.sum_of_squares })
        }
    }
}

/// The sum of squared residuals at `constants`.
pub(super) fn sum_of_squares(residuals: &impl Residuals, constants: &[f64]) -> f64 {
    let mut at = vec![0.0; residuals.count()];
    residuals.write(constants, &mut at, None);
    summary::sum(&at.iter().map(|value| value * value).collect::<Vec<_>>())
}

/// The first primes, one for each constant.
const PRIMES: [u32; 12] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];

/// The digits of `index` in base `prime`, mirrored at the point.
fn halton(mut index: u32, prime: u32) -> f64 {
    let (mut share, mut digit) = (0.0, 1.0);
    while index > 0 {
        digit /= f64::from(prime);
        share += digit * f64::from(index % prime);
        index /= prime;
    }
    share
}

/// Residuals over numbers without limits.
struct Squeezed<'a, R> {
    residuals: &'a R,
    ranges: &'a [Range],
}

impl<R> Squeezed<'_, R> {
    fn constants(&self, free: &[f64]) -> Vec<f64> {
        free.iter().zip(self.ranges).map(|(free, range)| range.squeezed(*free).0).collect()
    }
}

impl<R: Residuals> Residuals for Squeezed<'_, R> {
    fn count(&self) -> usize {
        self.residuals.count()
    }

    fn write(&self, constants: &[f64], residuals: &mut [f64], slopes: Option<&mut [f64]>) {
        let values = self.constants(constants);
        match slopes {
            None => self.residuals.write(&values, residuals, None),
            Some(slopes) => {
                self.residuals.write(&values, residuals, Some(&mut *slopes));
                let factors: Vec<f64> =
                    constants.iter().zip(self.ranges).map(|(free, range)| range.squeezed(*free).1).collect();
                for row in slopes.chunks_mut(factors.len()) {
                    row.iter_mut().zip(&factors).for_each(|(slope, factor)| *slope *= factor);
                }
            }
        }
    }
}
