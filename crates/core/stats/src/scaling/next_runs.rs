//! Which runs to add.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::ScalingError;
use super::fit::Fit;
use super::identify::collinear;
use super::quantity::{Quantity, Scale};
use crate::summary;

/// Runs to add, and what they are worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NextRuns {
    /// The runs, the cheapest first.
    pub runs: Vec<NextRun>,
    /// What all of them take, in floating-point operations.
    pub compute: f64,
    /// The standard error of the log loss at the target now.
    pub standard_error: f64,
    /// What it is expected to be with these runs.
    pub standard_error_after: f64,
}

/// Runs of one scale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NextRun {
    /// How large each is.
    pub scale: Vec<(Quantity, f64)>,
    /// How many of them.
    pub count: u32,
    /// What each takes, in floating-point operations.
    pub compute: f64,
}

/// How many values of each quantity are tried, from the least to the most that
/// was run.
const VALUES_OF_ONE: usize = 16;
const VALUES_OF_TWO: usize = 8;
/// The most runs that are proposed, and the most of one scale: a law is never quite
/// right, and what one scale says of it does not get truer by repetition.
const MOST_RUNS: u32 = 24;
const MOST_OF_ONE: u32 = 3;
/// Runs that bring less than this share of the variance are not worth telling.
const LEAST_FALL: f64 = 1e-4;

/// Proposes the runs, of the sizes that were run or between, that make the loss at
/// `target` best known for `spend` floating-point operations.
///
/// The law is taken as linear in its constants near the fit, and each run as
/// independent with the spread that residuals have. Runs are taken one after
/// another, once the one that lowers the variance most for its compute and once
/// the one that lowers it most of all; the better of both sets is proposed, of at
/// most 24 runs and three of one scale. There may be a better one still. It costs nothing but the compute of the runs: their
/// tuning is not reckoned with.
///
/// # Errors
/// [`ScalingError::NoCost`] for laws that say nothing of compute,
/// [`ScalingError::Collinear`], [`ScalingError::TargetIncomplete`],
/// [`ScalingError::ScaleNotPositive`] if `spend` is not positive and finite,
/// [`ScalingError::SpendTooSmall`] where no run is that cheap, and
/// [`ScalingError::Unbounded`] where the constants are not fixed at all.
///
/// # Source
/// Atkinson, Donev and Tobias 2007, "Optimum Experimental Designs, with SAS",
/// chapters 10 (the variance of one function) and 17 (formulas that are not
/// linear); for the better of both sets Leskovec et al. 2007, "Cost-effective
/// Outbreak Detection in Networks".
pub fn next_runs(fit: &Fit, target: &Scale, spend: f64) -> Result<NextRuns, ScalingError> {
    Scale::new().with(Quantity::Compute, spend)?;
    if let Some((first, second)) = collinear(fit) {
        return Err(ScalingError::Collinear { first, second });
    }
    let solver = fit.law.solver();
    let slope_at = |scale: &Scale| {
        let logs = fit.data.logs_of(scale, &solver.needs())?;
        Ok::<Vec<f64>, ScalingError>(solver.slope(&fit.searched.theta, &logs, &fit.data.centre))
    };
    let inverse = solver.inverse_metric(&fit.data, &fit.searched.theta).ok_or(ScalingError::Unbounded)?;
    let known = Known { inverse, target: slope_at(target)? };
    let mut candidates = Vec::new();
    for scale in candidate_scales(fit)? {
        let compute = scale.compute().ok_or(ScalingError::NoCost { law: fit.law.id() })?;
        candidates.push(Candidate { slope: slope_at(&scale)?, scale, compute });
    }
    let cheapest = candidates.iter().map(|candidate| candidate.compute).fold(f64::INFINITY, f64::min);
    if cheapest > spend {
        return Err(ScalingError::SpendTooSmall { spend, cheapest });
    }
    let before = known.variance();
    let sets = [false, true].map(|is_per_cost| taken(&candidates, known.clone(), spend, is_per_cost));
    let [(first, first_after), (second, second_after)] = sets;
    let (counts, after) = if first_after <= second_after { (first, first_after) } else { (second, second_after) };
    let mut runs: Vec<NextRun> = candidates
        .iter()
        .zip(&counts)
        .filter(|(_, count)| **count > 0)
        .map(|(candidate, &count)| NextRun {
            scale: solver.needs().into_iter().filter_map(|of| Some((of, candidate.scale.get(of)?))).collect(),
            count,
            compute: candidate.compute,
        })
        .collect();
    runs.sort_by(|a, b| a.compute.total_cmp(&b.compute));
    let spread = spread_of_one(fit)?;
    if !(before > 0.0 && before.is_finite() && spread.is_finite()) {
        return Err(ScalingError::Unbounded);
    }
    Ok(NextRuns {
        compute: runs.iter().map(|run| f64::from(run.count) * run.compute).sum(),
        runs,
        standard_error: (spread * before).sqrt(),
        standard_error_after: (spread * after).sqrt(),
    })
}

struct Candidate {
    scale: Scale,
    slope: Vec<f64>,
    compute: f64,
}

/// What the runs so far fix.
#[derive(Clone)]
struct Known {
    /// The inverse of the sum of squares of slopes.
    inverse: Vec<Vec<f64>>,
    /// The slope at the target.
    target: Vec<f64>,
}

impl Known {
    fn times(&self, slope: &[f64]) -> Vec<f64> {
        self.inverse.iter().map(|row| inner(row, slope)).collect()
    }

    fn variance(&self) -> f64 {
        inner(&self.target, &self.times(&self.target))
    }

    /// By how much a run at this slope lowers the variance.
    fn fall(&self, slope: &[f64]) -> f64 {
        let solved = self.times(slope);
        let along = inner(&self.target, &solved);
        along * along / (1.0 + inner(slope, &solved))
    }

    fn add(&mut self, slope: &[f64]) {
        let solved = self.times(slope);
        let scale = 1.0 / (1.0 + inner(slope, &solved));
        for (row, a) in self.inverse.iter_mut().zip(&solved) {
            row.iter_mut().zip(&solved).for_each(|(entry, b)| *entry -= scale * a * b);
        }
    }
}

fn inner(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// How often each candidate is taken, and the variance with all of them.
fn taken(candidates: &[Candidate], mut known: Known, spend: f64, is_per_cost: bool) -> (Vec<u32>, f64) {
    let mut counts = vec![0; candidates.len()];
    let (mut left, least) = (spend, LEAST_FALL * known.variance());
    for _ in 0..MOST_RUNS {
        let best = candidates
            .iter()
            .enumerate()
            .filter(|(place, candidate)| candidate.compute <= left && counts[*place] < MOST_OF_ONE)
            .map(|(place, candidate)| (place, candidate, known.fall(&candidate.slope)))
            .filter(|(.., fall)| *fall > least)
            .max_by(|(_, a, fall_a), (_, b, fall_b)| {
                let worth =
                    |candidate: &Candidate, fall: f64| if is_per_cost { fall / candidate.compute } else { fall };
                worth(a, *fall_a).total_cmp(&worth(b, *fall_b))
            });
        let Some((place, candidate, _)) = best else { break };
        known.add(&candidate.slope);
        left -= candidate.compute;
        counts[place] += 1;
    }
    (counts, known.variance())
}

/// The variance of one log loss as the criterion weighs it.
fn spread_of_one(fit: &Fit) -> Result<f64, ScalingError> {
    let residuals = fit.residuals();
    let n = residuals.len() as f64;
    let mean = |value: &dyn Fn(f64) -> f64| {
        summary::sum(&residuals.iter().map(|residual| value(*residual)).collect::<Vec<_>>()) / n
    };
    let pull = mean(&|residual| fit.criterion.pull(residual) * fit.criterion.pull(residual));
    let stiffness = mean(&|residual| fit.criterion.stiffness(residual));
    if stiffness <= 0.0 {
        return Err(ScalingError::Unbounded);
    }
    Ok(pull * n / (n - fit.law.constants().len() as f64) / (stiffness * stiffness))
}

/// The scales that are tried: a grid between the least and the most of each
/// quantity; of distinct tokens the values that there were, up to the tokens.
fn candidate_scales(fit: &Fit) -> Result<Vec<Scale>, ScalingError> {
    let needs = fit.law.needs();
    let sized: Vec<Quantity> = needs.iter().copied().filter(|of| *of != Quantity::UniqueTokens).collect();
    let count = if sized.len() == 1 { VALUES_OF_ONE } else { VALUES_OF_TWO };
    let mut scales = vec![Scale::new()];
    for of in sized {
        let values = fit.values_of(of);
        let (least, most) = values.iter().fold((f64::INFINITY, 0.0_f64), |(a, b), v| (a.min(*v), b.max(*v)));
        let step = libm::log(most / least) / (count - 1) as f64;
        let grid =
            (0..count).map(|place| if place + 1 == count { most } else { least * libm::exp(step * place as f64) });
        scales = product(&scales, of, &grid.collect::<Vec<_>>())?;
    }
    if needs.contains(&Quantity::UniqueTokens) {
        let mut values = fit.values_of(Quantity::UniqueTokens);
        values.sort_unstable_by(f64::total_cmp);
        values.dedup_by(|a, b| *a / *b < 1.0 + 1e-9);
        scales = product(&scales, Quantity::UniqueTokens, &values)?;
        scales.retain(|scale| scale.get(Quantity::UniqueTokens) <= scale.get(Quantity::Tokens));
    }
    Ok(scales)
}

fn product(scales: &[Scale], of: Quantity, values: &[f64]) -> Result<Vec<Scale>, ScalingError> {
    scales.iter().flat_map(|scale| values.iter().map(|value| scale.with(of, *value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scaling::{Criterion, Law, Point, Points, fit};

    fn grid(spread: f64, seed: u8) -> Points {
        let mut stream = crate::Stream::named([seed; 32], "grid");
        let runs = (0..5).flat_map(|n| (0..5).map(move |d| (1e7 * 3_f64.powi(n), 2e8 * 3_f64.powi(d))));
        let point = |(place, (n, d)): (usize, (f64, f64))| point(place as u64, n, d, spread * stream.normal());
        Points::new(runs.enumerate().map(point).collect()).unwrap()
    }

    fn point(row: u64, n: f64, d: f64, error: f64) -> Point {
        let scale = Scale::new().with(Quantity::Parameters, n).unwrap().with(Quantity::Tokens, d).unwrap();
        let loss = 1.7 + 400.0 * libm::pow(n, -0.34) + 1_500.0 * libm::pow(d, -0.36);
        Point { scale, loss: loss * libm::exp(error), group: None, row }
    }

    fn target() -> Scale {
        Scale::new().with(Quantity::Parameters, 1e10).unwrap().with(Quantity::Tokens, 2e11).unwrap()
    }

    #[test]
    fn the_variance_after_adding_runs_is_that_of_a_fit_with_them() {
        let points = grid(0.002, 1);
        let found = fit(Law::Chinchilla, &points, Criterion::Squares).unwrap();
        let proposed = next_runs(&found, &target(), 1e19).unwrap();
        assert!(proposed.compute <= 1e19 && proposed.standard_error_after < proposed.standard_error);
        // The same constants, with the proposed runs on the curve: what is known is the
        // inverse of the larger sum, and the spread that of the smaller fit.
        let mut rows: Vec<Point> = points.points().to_vec();
        for run in &proposed.runs {
            for _ in 0..run.count {
                let scale = run.scale.iter().fold(Scale::new(), |scale, (of, value)| scale.with(*of, *value).unwrap());
                let loss = found.loss_at(&scale).unwrap();
                let row = rows.len() as u64;
                rows.push(Point { scale, loss, group: Some(row.to_string()), row });
            }
        }
        let with = fit(Law::Chinchilla, &Points::new(rows).unwrap(), Criterion::Squares).unwrap();
        let solver = with.law.solver();
        let known = Known {
            inverse: solver.inverse_metric(&with.data, &with.searched.theta).unwrap(),
            target: solver.slope(
                &with.searched.theta,
                &with.data.logs_of(&target(), &solver.needs()).unwrap(),
                &with.data.centre,
            ),
        };
        let expected = (spread_of_one(&found).unwrap() * known.variance()).sqrt();
        assert!((proposed.standard_error_after / expected - 1.0).abs() < 1e-4, "{proposed:?} {expected}");
    }

    #[test]
    fn predictions_scatter_as_foreseen_with_the_runs_and_without() {
        let spread = 0.002;
        let first = fit(Law::Chinchilla, &grid(spread, 1), Criterion::Squares).unwrap();
        let proposed = next_runs(&first, &target(), 3e19).unwrap();
        let sizes = |run: &NextRun| (run.scale[0].1, run.scale[1].1);
        let scatter = |is_with: bool| {
            let logs: Vec<f64> = (0..200)
                .map(|sample| {
                    let mut stream = crate::Stream::named([9; 32], "scatter").substream(sample);
                    let mut rows = Vec::new();
                    for point in grid(0.0, 1).points() {
                        let loss = point.loss * libm::exp(spread * stream.normal());
                        rows.push(Point { loss, ..point.clone() });
                    }
                    let added = proposed.runs.iter().filter(|_| is_with);
                    for (n, d) in added.flat_map(|run| (0..run.count).map(move |_| sizes(run))) {
                        rows.push(point(rows.len() as u64, n, d, spread * stream.normal()));
                    }
                    let found = fit(Law::Chinchilla, &Points::new(rows).unwrap(), Criterion::Squares).unwrap();
                    libm::log(found.loss_at(&target()).unwrap())
                })
                .collect();
            summary::standard_deviation(&logs).unwrap()
        };
        // The spread is known from 20 degrees of freedom to a sixth, a scatter of 200 to a
        // twentieth; the ratio knows nothing of the former.
        let (before, after) = (scatter(false), scatter(true));
        let foreseen = proposed.standard_error_after / proposed.standard_error;
        assert!((after / before / foreseen - 1.0).abs() < 0.2, "{before} {after} {foreseen}");
        assert!((before / proposed.standard_error - 1.0).abs() < 0.5, "{before} {proposed:?}");
        assert!(foreseen < 0.9, "{foreseen}");
    }

    #[test]
    fn what_cannot_be_answered_is_refused() {
        let found = fit(Law::Chinchilla, &grid(0.002, 1), Criterion::Squares).unwrap();
        assert!(matches!(next_runs(&found, &target(), 1e10), Err(ScalingError::SpendTooSmall { .. })));
        assert!(matches!(next_runs(&found, &target(), f64::NAN), Err(ScalingError::ScaleNotPositive { .. })));
        let half = Scale::new().with(Quantity::Parameters, 1e10).unwrap();
        assert!(matches!(next_runs(&found, &half, 1e19), Err(ScalingError::TargetIncomplete { .. })));
        let over = Law::PowerLaw { over: Quantity::Tokens };
        let found = fit(over, &grid(0.002, 1), Criterion::Squares).unwrap();
        assert!(matches!(next_runs(&found, &target(), 1e19), Err(ScalingError::NoCost { .. })));
    }
}
