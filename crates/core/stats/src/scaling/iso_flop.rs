//! The best size for each budget, with no law between them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::{ScalingError, check_level};
use super::points::Points;
use super::quantity::Quantity;
use crate::bounds::Bounds;
use crate::distribution::student_t;
use crate::least_squares::positive_solve;
use crate::level::Alpha;
use crate::summary;

/// How the losses of one budget are joined, over the log of the parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Curve {
    /// A parabola through the log losses of all sizes.
    Parabola,
    /// A curve through every log loss that no single one bends far.
    Akima,
}

/// Why the best size of a budget cannot be read off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Flaw {
    /// There are too few sizes for the curve.
    TooFewSizes,
    /// The losses bend downwards.
    NoLeast,
    /// The lowest loss lies at the smallest or the largest size.
    AtTheEdge,
}

/// The best size for one budget.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Optimum {
    /// The budget, in floating-point operations.
    pub budget: f64,
    /// How many sizes were run.
    pub sizes: usize,
    /// The best number of parameters and the loss there, or why there is none.
    pub best: Result<(f64, f64), Flaw>,
    /// The root of the mean square of log losses about the curve; 0 for a curve
    /// through all of them.
    pub scatter: f64,
}

/// The best sizes of all budgets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Optima {
    /// One for each budget, the smallest first.
    pub optima: Vec<Optimum>,
}

/// How the best size grows with the budget: N = factor C^exponent.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Frontier {
    /// How many budgets it goes through.
    pub budgets: usize,
    /// The exponent.
    pub exponent: f64,
    /// The standard error of the exponent, from the scatter of budgets about the
    /// line.
    pub standard_error: f64,
    /// The logarithm of the factor.
    pub log_factor: f64,
}

/// A line needs one budget more than it has constants.
const FEWEST_BUDGETS: usize = 3;
/// Of how many sizes a parabola and an Akima curve are made at least.
const FEWEST_SIZES: usize = 4;
/// In how many places each piece of a curve is looked at first.
const PER_PIECE: usize = 100;

/// Finds the size with the lowest loss for each budget.
///
/// Runs belong to one budget if their compute is the same to one part in a
/// thousand. Where a size was run several times, the mean log loss counts.
///
/// # Errors
/// [`ScalingError::QuantityMissing`] where a run tells no compute or parameters.
///
/// # Source
/// Hoffmann et al. 2022, "Training Compute-Optimal Large Language Models",
/// section 3.2 (approach 2, a parabola); Porian et al. 2024, "Resolving
/// Discrepancies in Compute-Optimal Scaling of Language Models", section 3.1
/// (Akima); Akima 1970, "A New Method of Interpolation and Smooth Curve Fitting
/// Based on Local Procedures".
pub fn optima(points: &Points, curve: Curve) -> Result<Optima, ScalingError> {
    let (computes, sizes) = (points.values(Quantity::Compute)?, points.values(Quantity::Parameters)?);
    let mut runs: Vec<(f64, f64, f64)> = computes
        .iter()
        .zip(&sizes)
        .zip(points.points())
        .map(|((compute, size), point)| (*compute, libm::log(*size), libm::log(point.loss)))
        .collect();
    runs.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let of_budget = |runs: &[(f64, f64, f64)]| {
        let mut by_size: Vec<(f64, f64)> = runs.iter().map(|(_, size, loss)| (*size, *loss)).collect();
        by_size.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (xs, ys): (Vec<f64>, Vec<f64>) = by_size
            .chunk_by(|a, b| a.0 == b.0)
            .map(|same| (same[0].0, same.iter().map(|(_, loss)| loss).sum::<f64>() / same.len() as f64))
            .unzip();
        let (best, scatter) = match curve {
            Curve::Parabola => parabola(&xs, &ys),
            Curve::Akima => (akima(&xs, &ys), 0.0),
        };
        let best = best.map(|(size, loss)| (libm::exp(size), libm::exp(loss)));
        Optimum { budget: runs[0].0, sizes: xs.len(), best, scatter }
    };
    Ok(Optima { optima: runs.chunk_by(|a, b| b.0 <= a.0 * 1.001).map(of_budget).collect() })
}

impl Optima {
    /// The line of the best log size on the log budget, through all budgets that
    /// have one.
    ///
    /// # Errors
    /// [`ScalingError::TooFewBudgets`] below three.
    pub fn frontier(&self) -> Result<Frontier, ScalingError> {
        let (x, y): (Vec<f64>, Vec<f64>) = self
            .optima
            .iter()
            .filter_map(|optimum| Some((libm::log(optimum.budget), libm::log(optimum.best.ok()?.0))))
            .unzip();
        let budgets = x.len();
        if budgets < FEWEST_BUDGETS {
            return Err(ScalingError::TooFewBudgets {
                usable: budgets,
                budgets: self.optima.len(),
                needed: FEWEST_BUDGETS,
            });
        }
        let n = budgets as f64;
        let (middle_x, middle_y) = (summary::sum(&x) / n, summary::sum(&y) / n);
        let pairs = || x.iter().zip(&y).map(|(x, y)| (x - middle_x, y - middle_y));
        let squares = summary::sum(&pairs().map(|(x, _)| x * x).collect::<Vec<_>>());
        let exponent = summary::sum(&pairs().map(|(x, y)| x * y).collect::<Vec<_>>()) / squares;
        let rest = pairs().map(|(x, y)| (y - exponent * x) * (y - exponent * x));
        let rest = summary::sum(&rest.collect::<Vec<_>>()) / (n - 2.0);
        let standard_error = (rest / squares).sqrt();
        Ok(Frontier { budgets, exponent, standard_error, log_factor: middle_y - exponent * middle_x })
    }
}

impl Frontier {
    /// Student's bounds of the exponent at the one-sided `level` of each.
    ///
    /// # Errors
    /// [`ScalingError::LevelNotBelowHalf`], [`ScalingError::Unbounded`] for a level
    /// so small that there is no such bound.
    pub fn bounds(&self, level: Alpha) -> Result<Bounds, ScalingError> {
        check_level(level)?;
        let quantile =
            student_t::quantile(1.0 - level.get(), self.budgets as f64 - 2.0).map_err(|_| ScalingError::Unbounded)?;
        let reach = quantile * self.standard_error;
        Ok(Bounds { lower: self.exponent - reach, upper: self.exponent + reach })
    }
}

/// The lowest point of a parabola, and the scatter about it.
fn parabola(xs: &[f64], ys: &[f64]) -> (Result<(f64, f64), Flaw>, f64) {
    if xs.len() < FEWEST_SIZES {
        return (Err(Flaw::TooFewSizes), 0.0);
    }
    let middle = summary::sum(xs) / xs.len() as f64;
    let (mut matrix, mut right) = ([[0.0; 3]; 3], [0.0; 3]);
    for (x, y) in xs.iter().zip(ys) {
        let row = [1.0, x - middle, (x - middle) * (x - middle)];
        for a in 0..3 {
            for b in 0..=a {
                matrix[a][b] += row[a] * row[b];
            }
            right[a] += row[a] * y;
        }
    }
    let Some([height, slope, bend]) = positive_solve(&matrix, &right) else {
        return (Err(Flaw::TooFewSizes), 0.0);
    };
    let at = |x: f64| height + (x - middle) * (slope + bend * (x - middle));
    let squares = xs.iter().zip(ys).map(|(x, y)| (y - at(*x)) * (y - at(*x)));
    let scatter = (summary::sum(&squares.collect::<Vec<_>>()) / xs.len() as f64).sqrt();
    if bend.is_nan() || bend <= 0.0 {
        return (Err(Flaw::NoLeast), scatter);
    }
    let best = middle - slope / (2.0 * bend);
    let is_inside = xs[0] < best && best < xs[xs.len() - 1];
    (if is_inside { Ok((best, at(best))) } else { Err(Flaw::AtTheEdge) }, scatter)
}

/// The lowest point of an Akima curve.
fn akima(xs: &[f64], ys: &[f64]) -> Result<(f64, f64), Flaw> {
    let n = xs.len();
    if n < FEWEST_SIZES {
        return Err(Flaw::TooFewSizes);
    }
    // Slopes of the pieces, two more at either end by extrapolation.
    let mut slopes = vec![0.0; n + 3];
    for piece in 0..n - 1 {
        slopes[piece + 2] = (ys[piece + 1] - ys[piece]) / (xs[piece + 1] - xs[piece]);
    }
    slopes[1] = 2.0 * slopes[2] - slopes[3];
    slopes[0] = 2.0 * slopes[1] - slopes[2];
    slopes[n + 1] = 2.0 * slopes[n] - slopes[n - 1];
    slopes[n + 2] = 2.0 * slopes[n + 1] - slopes[n];
    let tangent = |place: usize| {
        let (before, after) =
            ((slopes[place + 1] - slopes[place]).abs(), (slopes[place + 3] - slopes[place + 2]).abs());
        let sum = before + after;
        // On a straight stretch every weight gives the same.
        if sum < 1e-12 * slopes[place + 1].abs().max(slopes[place + 2].abs()) || sum == 0.0 {
            0.5 * (slopes[place + 1] + slopes[place + 2])
        } else {
            (after * slopes[place + 1] + before * slopes[place + 2]) / sum
        }
    };
    let mut best = (xs[0], ys[0]);
    for piece in 0..n - 1 {
        let (width, slope) = (xs[piece + 1] - xs[piece], slopes[piece + 2]);
        let (left, right) = (tangent(piece), tangent(piece + 1));
        let (bend, twist) =
            ((3.0 * slope - 2.0 * left - right) / width, (left + right - 2.0 * slope) / (width * width));
        let at = |t: f64| ys[piece] + t * (left + t * (bend + t * twist));
        let flat = roots(3.0 * twist, 2.0 * bend, left);
        let places = (1..=PER_PIECE).map(|part| width * part as f64 / PER_PIECE as f64);
        for t in places.chain(flat.into_iter().filter(|t| (0.0..=width).contains(t))) {
            if at(t) < best.1 {
                best = (xs[piece] + t, at(t));
            }
        }
    }
    if best.0 <= xs[0] || best.0 >= xs[n - 1] { Err(Flaw::AtTheEdge) } else { Ok(best) }
}

/// The real roots of a t^2 + b t + c, none as NaN, which lies in no range.
fn roots(a: f64, b: f64, c: f64) -> [f64; 2] {
    let square = (b * b - 4.0 * a * c).sqrt();
    let q = -0.5 * (b + square.copysign(b));
    [q / a, c / q]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parabola_gives_its_vertex_and_flaws_are_told() {
        // y = 1 + (x - 2)^2 / 2.
        let xs = [0.0, 1.0, 2.5, 3.0, 4.0];
        let ys = xs.map(|x| 1.0 + 0.5 * (x - 2.0) * (x - 2.0));
        let (best, scatter) = parabola(&xs, &ys);
        let (x, y) = best.unwrap();
        assert!((x - 2.0).abs() < 1e-12 && (y - 1.0).abs() < 1e-12 && scatter < 1e-12, "{x} {y}");
        assert_eq!(parabola(&xs, &ys.map(|y| -y)).0, Err(Flaw::NoLeast));
        assert_eq!(parabola(&xs.map(|x| x + 9.0), &xs.map(|x| x * x + 5.0 * x)).0, Err(Flaw::AtTheEdge));
        assert_eq!(parabola(&xs[..3], &ys[..3]).0, Err(Flaw::TooFewSizes));
    }

    #[test]
    fn an_akima_curve_is_lowest_where_scipy_says() {
        // scipy 1.17.1: Akima1DInterpolator(x, y), the root of its derivative.
        let found = akima(&[0.0, 1.0, 2.0, 3.5, 5.0], &[3.0, 1.5, 1.2, 1.9, 4.0]).unwrap();
        assert!(
            (found.0 - 1.8374076158484345).abs() < 1e-6 && (found.1 - 1.1892513299421448).abs() < 1e-12,
            "{found:?}"
        );
        assert_eq!(akima(&[0.0, 1.0, 2.0, 3.0], &[4.0, 3.0, 2.0, 1.0]), Err(Flaw::AtTheEdge));
    }
}
