//! The best size for each budget, off the lowest of many training curves.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::{ScalingError, check_level};
use super::points::Points;
use super::quantity::Quantity;
use crate::bounds::Bounds;
use crate::distribution::student_t;
use crate::level::Alpha;
use crate::summary;

/// How the size of the lowest training curve grows with the budget: N = factor
/// C^exponent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Envelope {
    /// The exponent.
    pub exponent: f64,
    /// Its standard error, by leaving out each size in turn.
    pub standard_error: f64,
    /// The logarithm of the factor.
    pub log_factor: f64,
    /// The sizes whose curves are the lowest somewhere, with a smaller and a larger
    /// one that reach as far.
    pub lowest: Vec<Lowest>,
}

/// Where the curve of a size is the lowest.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Lowest {
    /// The number of parameters.
    pub parameters: f64,
    /// The smallest budget for which it is, in floating-point operations.
    pub from: f64,
    /// The largest.
    pub to: f64,
}

/// How many budgets are looked at.
const BUDGETS: usize = 1_500;
/// Of how many sizes there must be a lowest curve.
const FEWEST_SIZES: usize = 3;

/// Reads the best size of each budget off the lowest training curve.
///
/// Points are stages of training: the compute spent so far and the loss then. All
/// with the same parameters and group make one curve, joined by lines between the
/// logarithms; of several curves of one size the lowest counts. Budgets at which
/// the smallest or the largest of the sizes that reach them wins say nothing about
/// the best one and are left out.
///
/// A stage of a long training is worse than a training that was planned to end
/// there, unless the learning rate is constant: curves of several lengths for each
/// size are needed, or the best size comes out too small.
///
/// # Errors
/// [`ScalingError::QuantityMissing`] where a point tells no compute or parameters,
/// [`ScalingError::TooFewCurves`] where fewer than three sizes between the smallest
/// and the largest have the lowest curve somewhere.
///
/// # Source
/// Hoffmann et al. 2022, "Training Compute-Optimal Large Language Models", section
/// 3.1 (approach 1); for the standard error Efron and Tibshirani 1993, "An
/// Introduction to the Bootstrap", chapter 11.
pub fn envelope(points: &Points) -> Result<Envelope, ScalingError> {
    let sizes = curves_by_size(points)?;
    let (exponent, log_factor, lowest) = line(&sizes, None)?;
    let without = (0..sizes.len())
        .filter(|place| lowest.iter().any(|found| found.parameters == sizes[*place].parameters))
        .map(|place| Ok(line(&sizes, Some(place))?.0))
        .collect::<Result<Vec<f64>, ScalingError>>()?;
    let n = without.len() as f64;
    let middle = summary::sum(&without) / n;
    let squares: Vec<f64> = without.iter().map(|value| (value - middle) * (value - middle)).collect();
    let standard_error = ((n - 1.0) / n * summary::sum(&squares)).sqrt();
    Ok(Envelope { exponent, standard_error, log_factor, lowest })
}

impl Envelope {
    /// Student's bounds of the exponent at the one-sided `level` of each.
    ///
    /// # Errors
    /// [`ScalingError::LevelNotBelowHalf`], [`ScalingError::Unbounded`] for a level
    /// so small that there is no such bound.
    pub fn bounds(&self, level: Alpha) -> Result<Bounds, ScalingError> {
        check_level(level)?;
        let df = self.lowest.len() as f64 - 1.0;
        let quantile = student_t::quantile(1.0 - level.get(), df).map_err(|_| ScalingError::Unbounded)?;
        let reach = quantile * self.standard_error;
        Ok(Bounds { lower: self.exponent - reach, upper: self.exponent + reach })
    }
}

/// Log compute and log loss, by compute.
type Curve = Vec<(f64, f64)>;

/// The curves of one size.
struct Size {
    parameters: f64,
    curves: Vec<Curve>,
}

impl Size {
    /// The lowest log loss of its curves at a log budget that one of them reaches.
    fn lowest_at(&self, budget: f64) -> Option<f64> {
        self.curves.iter().filter_map(|curve| at(curve, budget)).min_by(f64::total_cmp)
    }
}

/// The log loss of a curve at a log budget, if it reaches it.
fn at(curve: &[(f64, f64)], budget: f64) -> Option<f64> {
    let after = curve.partition_point(|(compute, _)| *compute < budget);
    let (x1, y1) = *curve.get(after)?;
    if x1 == budget {
        return Some(y1);
    }
    let (x0, y0) = *curve.get(after.checked_sub(1)?)?;
    Some(y0 + (y1 - y0) * (budget - x0) / (x1 - x0))
}

/// The curves, the smallest size first.
fn curves_by_size(points: &Points) -> Result<Vec<Size>, ScalingError> {
    let (computes, sizes) = (points.values(Quantity::Compute)?, points.values(Quantity::Parameters)?);
    // Positive numbers are in the order of their bits.
    let mut curves: BTreeMap<(u64, Option<&str>), Curve> = BTreeMap::new();
    for ((compute, size), point) in computes.iter().zip(&sizes).zip(points.points()) {
        let curve = curves.entry((size.to_bits(), point.group.as_deref())).or_default();
        curve.push((libm::log(*compute), libm::log(point.loss)));
    }
    let mut found: Vec<Size> = Vec::new();
    for ((bits, _), mut curve) in curves {
        curve.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        curve.dedup_by(|later, earlier| later.0 == earlier.0);
        match found.last_mut().filter(|size| size.parameters.to_bits() == bits) {
            Some(size) => size.curves.push(curve),
            None => found.push(Size { parameters: f64::from_bits(bits), curves: vec![curve] }),
        }
    }
    Ok(found)
}

/// The line of the log size of the lowest curve on the log budget, one size left
/// out, and where each size is the lowest.
fn line(sizes: &[Size], left_out: Option<usize>) -> Result<(f64, f64, Vec<Lowest>), ScalingError> {
    let sizes: Vec<&Size> =
        sizes.iter().enumerate().filter(|(place, _)| Some(*place) != left_out).map(|(_, size)| size).collect();
    let ends = sizes.iter().flat_map(|size| &size.curves).flat_map(|curve| [curve.first(), curve.last()]).flatten();
    let (least, most) = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), (x, _)| (a.min(*x), b.max(*x)));
    let mut won: Vec<(f64, usize)> = Vec::with_capacity(BUDGETS);
    for place in 0..BUDGETS {
        let budget = least + (most - least) * place as f64 / (BUDGETS - 1) as f64;
        let losses: Vec<(usize, f64)> =
            sizes.iter().enumerate().filter_map(|(size, curves)| Some((size, curves.lowest_at(budget)?))).collect();
        let ends = [losses.first(), losses.last()].map(|end| end.map(|(size, _)| *size));
        let best = losses.iter().min_by(|a, b| a.1.total_cmp(&b.1)).filter(|best| !ends.contains(&Some(best.0)));
        won.extend(best.map(|(size, _)| (budget, *size)));
    }
    let mut lowest: BTreeMap<usize, Lowest> = BTreeMap::new();
    for (budget, size) in &won {
        let budget = libm::exp(*budget);
        let found =
            lowest.entry(*size).or_insert(Lowest { parameters: sizes[*size].parameters, from: budget, to: budget });
        found.to = budget;
    }
    // One fewer where a size is left out.
    let needed = FEWEST_SIZES - usize::from(left_out.is_some());
    if lowest.len() < needed {
        return Err(ScalingError::TooFewCurves { usable: lowest.len(), needed });
    }
    let (x, y): (Vec<f64>, Vec<f64>) =
        won.iter().map(|(budget, size)| (*budget, libm::log(sizes[*size].parameters))).unzip();
    let n = x.len() as f64;
    let (middle_x, middle_y) = (summary::sum(&x) / n, summary::sum(&y) / n);
    let pairs = || x.iter().zip(&y).map(|(x, y)| (x - middle_x, y - middle_y));
    let squares = summary::sum(&pairs().map(|(x, _)| x * x).collect::<Vec<_>>());
    let exponent = summary::sum(&pairs().map(|(x, y)| x * y).collect::<Vec<_>>()) / squares;
    Ok((exponent, middle_y - exponent * middle_x, lowest.into_values().collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stream;
    use crate::scaling::{Point, Scale};

    /// Curves of sizes a factor of two apart by a law of Chinchilla's form whose
    /// best size grows as C^0.5217, each from 1 to 1,000 tokens for each parameter.
    fn curves(sizes: i32, spread: f64, stream: &mut Stream) -> Points {
        let mut points = Vec::new();
        for size in 0..sizes {
            let n = 1e7 * 2_f64.powi(size);
            let error = spread * stream.normal();
            for stage in 0..60 {
                let d = n * libm::pow(1_000.0, f64::from(stage) / 59.0);
                let loss = 1.7 + 400.0 * libm::pow(n, -0.33) + 1_500.0 * libm::pow(d, -0.36);
                let scale =
                    Scale::new().with(Quantity::Parameters, n).unwrap().with(Quantity::Compute, 6.0 * n * d).unwrap();
                points.push(Point { scale, loss: loss * libm::exp(error), group: None, row: points.len() as u64 });
            }
        }
        Points::new(points).unwrap()
    }

    #[test]
    fn the_exponent_of_a_known_law_is_found() {
        let found = envelope(&curves(12, 0.0, &mut Stream::named([1; 32], "none"))).unwrap();
        let truth = 0.36 / (0.33 + 0.36);
        assert!((found.exponent - truth).abs() < 0.015, "{found:?}");
        assert!(found.lowest.windows(2).all(|pair| pair[0].to < pair[1].from), "{found:?}");
        let bounds = found.bounds(Alpha::new(0.025).unwrap()).unwrap();
        assert!(bounds.lower < truth && truth < bounds.upper, "{bounds:?}");
    }

    #[test]
    fn bounds_cover_the_truth_about_as_often_as_they_say() {
        let truth = 0.36 / (0.33 + 0.36);
        let missed = (0..400)
            .filter(|sample| {
                let mut stream = Stream::named([2; 32], "cover").substream(*sample);
                let found = envelope(&curves(12, 0.001, &mut stream)).unwrap();
                let bounds = found.bounds(Alpha::new(0.05).unwrap()).unwrap();
                truth < bounds.lower || bounds.upper < truth
            })
            .count();
        // 10 in 100 are promised; leaving out sizes says too much rather than too little.
        assert!(missed <= 60, "{missed} of 400");
    }

    #[test]
    fn too_few_curves_are_refused() {
        let found = envelope(&curves(3, 0.0, &mut Stream::named([1; 32], "none")));
        assert!(matches!(found, Err(ScalingError::TooFewCurves { .. })), "{found:?}");
    }
}
