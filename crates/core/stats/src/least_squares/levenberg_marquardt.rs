//! Least squares by damped steps with a second-order correction.

use super::error::LeastSquaresError;
use super::qr::Triangle;
use crate::summary::Adder;

/// A formula less what was observed.
pub trait Residuals {
    /// How many residuals there are.
    fn count(&self) -> usize;

    /// Writes the residuals at `constants`, and where `slopes` is given their
    /// derivatives: one row of as many numbers as constants for each residual.
    fn write(&self, constants: &[f64], residuals: &mut [f64], slopes: Option<&mut [f64]>);
}

/// When the search ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stops {
    /// After so many steps, settled or not.
    pub most_steps: u32,
    /// When the sum of squares would fall by no more than this share of it.
    pub smallest_fall: f64,
}

/// Where the sum of squares is least.
#[derive(Debug, Clone, PartialEq)]
pub struct LeastSquares {
    /// The constants, in the order of the start.
    pub constants: Vec<f64>,
    /// The sum of squared residuals there.
    pub sum_of_squares: f64,
    /// How many steps were taken.
    pub steps: u32,
}

/// How long the second-order part of a step may be, in lengths of its first
/// part: the published choice.
const LONGEST_CORRECTION: f64 = 0.75;
/// How far along a step its curvature is looked at.
const PROBE: f64 = 0.1;

/// Finds constants that make the sum of squares least, going downhill from
/// `start`.
///
/// Steps are damped along scaled axes and bent by the curvature of the formula
/// along them. The minimum is a local one: it depends on the start where there
/// are several.
///
/// # Errors
/// [`LeastSquaresError`].
///
/// # Source
/// Marquardt 1963, "An Algorithm for Least-Squares Estimation of Nonlinear
/// Parameters"; scaling by the largest slopes seen as in More 1978, "The
/// Levenberg-Marquardt Algorithm: Implementation and Theory", equation 6.3;
/// acceleration along the geodesic after Transtrum and Sethna 2012,
/// "Improvements to the Levenberg-Marquardt algorithm", section 3; damping
/// after Nielsen 1999, "Damping Parameter in Marquardt's Method".
pub fn fit(residuals: &impl Residuals, start: &[f64], stops: &Stops) -> Result<LeastSquares, LeastSquaresError> {
    let (rows, columns) = (residuals.count(), start.len());
    if rows < columns || columns == 0 {
        return Err(LeastSquaresError::TooFew { residuals: rows, constants: columns });
    }
    let mut here = start.to_vec();
    let (mut at, mut slopes) = (vec![0.0; rows], vec![0.0; rows * columns]);
    residuals.write(&here, &mut at, Some(&mut slopes));
    let mut least = sum_of_squares(&at);
    if !(least.is_finite() && slopes.iter().all(|slope| slope.is_finite())) {
        return Err(LeastSquaresError::StartNotFinite);
    }
    let mut scale = vec![0.0; columns];
    let mut probed = vec![0.0; rows];
    let (mut damping, mut growth): (f64, f64) = (1e-3, 2.0);
    for step_number in 0..stops.most_steps {
        if least == 0.0 {
            return Ok(LeastSquares { constants: here, sum_of_squares: least, steps: step_number });
        }
        for (column, scale) in scale.iter_mut().enumerate() {
            let length = sum_of_squares_of(slopes.iter().skip(column).step_by(columns).copied()).sqrt();
            *scale = length.max(*scale);
        }
        let negative: Vec<f64> = at.iter().map(|value| -value).collect();
        let triangle = Triangle::of(&mut slopes.clone(), &mut negative.clone(), columns);
        loop {
            let axes: Vec<f64> =
                scale.iter().map(|scale| damping.sqrt() * if *scale > 0.0 { *scale } else { 1.0 }).collect();
            let mut step = triangle.solve_damped(&axes);
            let along: Vec<f64> = slopes.chunks(columns).map(|row| inner(row, &step)).collect();
            // |r|^2 less |r + J s|^2, without cancellation.
            let fall = sum_of_squares(&along)
                + 2.0 * axes.iter().zip(&step).map(|(axis, step)| (axis * step) * (axis * step)).sum::<f64>();
            if fall.is_nan() || fall <= stops.smallest_fall * least {
                return Ok(LeastSquares { constants: here, sum_of_squares: least, steps: step_number });
            }
            let probe: Vec<f64> = here.iter().zip(&step).map(|(here, step)| here + PROBE * step).collect();
            residuals.write(&probe, &mut probed, None);
            // The second derivative along the step, from the exact first one.
            let bend = probed
                .iter()
                .zip(&at)
                .zip(&along)
                .map(|((there, here), along)| -2.0 / PROBE * ((there - here) / PROBE - along));
            let bend: Vec<f64> = bend.collect();
            if bend.iter().all(|value| value.is_finite()) {
                let correction = Triangle::of(&mut slopes.clone(), &mut bend.clone(), columns).solve_damped(&axes);
                let length = |vector: &[f64]| {
                    vector.iter().zip(&scale).map(|(part, scale)| (part * scale) * (part * scale)).sum::<f64>().sqrt()
                };
                if 2.0 * length(&correction) <= LONGEST_CORRECTION * length(&step) {
                    step.iter_mut().zip(&correction).for_each(|(step, correction)| *step += 0.5 * correction);
                }
            }
            let there: Vec<f64> = here.iter().zip(&step).map(|(here, step)| here + step).collect();
            if there == here {
                return Ok(LeastSquares { constants: here, sum_of_squares: least, steps: step_number });
            }
            residuals.write(&there, &mut probed, None);
            let found = sum_of_squares(&probed);
            if found.is_nan() || found >= least {
                if fall < 1e-13 * least {
                    // What is left of the fall is lost in the rounding of the sum.
                    return Ok(LeastSquares { constants: here, sum_of_squares: least, steps: step_number });
                }
                damping *= growth;
                growth *= 2.0;
                if !damping.is_finite() {
                    return Err(LeastSquaresError::NotSettled { steps: step_number });
                }
                continue;
            }
            let gain = (least - found) / fall;
            let ratio = 2.0 * gain - 1.0;
            damping *= (1.0 - ratio * ratio * ratio).clamp(1.0 / 3.0, 2.0);
            growth = 2.0;
            let before = here;
            here = there;
            residuals.write(&here, &mut at, Some(&mut slopes));
            if slopes.iter().any(|slope| !slope.is_finite()) {
                return Ok(LeastSquares { constants: before, sum_of_squares: least, steps: step_number });
            }
            least = found;
            break;
        }
    }
    Err(LeastSquaresError::NotSettled { steps: stops.most_steps })
}

fn inner(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn sum_of_squares(values: &[f64]) -> f64 {
    sum_of_squares_of(values.iter().copied())
}

fn sum_of_squares_of(values: impl Iterator<Item = f64>) -> f64 {
    let mut adder = Adder::new();
    values.for_each(|value| adder.add(value * value));
    adder.total()
}
