//! How well constants are known, and what follows from it for predictions.

use super::range::Range;
use crate::least_squares::Residuals;

/// The covariance of constants.
#[derive(Debug, Clone, PartialEq)]
pub struct Covariance {
    size: usize,
    /// Row by row.
    entries: Vec<f64>,
}

impl Covariance {
    /// The covariance of the constants of a fit.
    ///
    /// `variance` is that of one residual. A constant is taken to be known at
    /// least as well as its range says, as if it were spread evenly over it; so
    /// there is a covariance also where residuals do not identify it.
    ///
    /// None where slopes are not finite or `variance` is not positive.
    ///
    /// # Source
    /// The precision of a linear model with independent normal priors; Box and
    /// Tiao 1973, "Bayesian Inference in Statistical Analysis", section 2.7.
    #[must_use]
    pub fn of(residuals: &impl Residuals, constants: &[f64], ranges: &[Range], variance: f64) -> Option<Self> {
        let size = constants.len();
        let count = residuals.count();
        let (mut at, mut slopes) = (vec![0.0; count], vec![0.0; count * size]);
        residuals.write(constants, &mut at, Some(&mut slopes));
        if variance.is_nan() || variance <= 0.0 {
            return None;
        }
        // In units of the ranges, so that rounding is alike for all constants.
        let widths: Vec<f64> = ranges.iter().map(Range::width).collect();
        let mut precision = vec![0.0; size * size];
        for row in 0..size {
            for column in 0..size {
                let sum: f64 = slopes.chunks(size.max(1)).map(|slopes| slopes[row] * slopes[column]).sum();
                precision[row * size + column] = sum * widths[row] * widths[column] / variance;
            }
            // The variance of an even spread over a width of 1 is 1/12.
            precision[row * size + row] += 12.0;
        }
        let mut entries = inverse(&precision, size)?;
        for row in 0..size {
            for column in 0..size {
                entries[row * size + column] *= widths[row] * widths[column];
            }
        }
        Some(Self { size, entries })
    }

    /// The variance of a constant.
    #[must_use]
    pub fn variance(&self, place: usize) -> f64 {
        self.entries[place * self.size + place]
    }

    /// The variance of a prediction with these slopes in the constants.
    #[must_use]
    pub fn of_prediction(&self, slopes: &[f64]) -> f64 {
        let rows = self.entries.chunks(self.size.max(1)).zip(slopes);
        let sum: f64 = rows
            .map(|(row, slope)| slope * row.iter().zip(slopes).map(|(entry, other)| entry * other).sum::<f64>())
            .sum();
        sum.max(0.0)
    }
}

/// The inverse of a symmetric positive definite matrix by its Cholesky factor.
fn inverse(matrix: &[f64], size: usize) -> Option<Vec<f64>> {
    let mut lower = vec![0.0; size * size];
    for row in 0..size {
        for column in 0..=row {
            let known: f64 = (0..column).map(|k| lower[row * size + k] * lower[column * size + k]).sum();
            let rest = matrix[row * size + column] - known;
            if row == column {
                // Negated so that NaN fails too.
                if !(rest > 0.0 && rest.is_finite()) {
                    return None;
                }
                lower[row * size + row] = rest.sqrt();
            } else {
                lower[row * size + column] = rest / lower[column * size + column];
            }
        }
    }
    let mut inverse = vec![0.0; size * size];
    for unit in 0..size {
        let mut solution = vec![0.0; size];
        for row in 0..size {
            let known: f64 = (0..row).map(|k| lower[row * size + k] * solution[k]).sum();
            solution[row] = (f64::from(u8::from(row == unit)) - known) / lower[row * size + row];
        }
        for row in (0..size).rev() {
            let known: f64 = (row + 1..size).map(|k| lower[k * size + row] * solution[k]).sum();
            solution[row] = (solution[row] - known) / lower[row * size + row];
        }
        for row in 0..size {
            inverse[row * size + unit] = solution[row];
        }
    }
    inverse.iter().all(|entry| entry.is_finite()).then_some(inverse)
}
