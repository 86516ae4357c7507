//! Which law foresees the largest runs best.

use super::error::ScalingError;
use super::fit::{Criterion, fit};
use super::law::Law;
use super::points::{Point, Points};
use super::quantity::Quantity;
use crate::summary;

/// How far off a law was beyond the runs that it was fitted to.
#[derive(Debug, Clone, PartialEq)]
pub struct Contest {
    /// The rows that were held out, the largest runs.
    pub held_out: Vec<u64>,
    /// How many times the largest run that was fitted the largest that was held
    /// out is.
    pub factor: f64,
    /// The laws, the one that was nearest first; those that could not be fitted
    /// last.
    pub entrants: Vec<Entrant>,
}

/// One law in a contest.
#[derive(Debug, Clone, PartialEq)]
pub struct Entrant {
    /// The law.
    pub law: Law,
    /// What it foresaw.
    pub outcome: Result<Foresight, ScalingError>,
}

/// How far off the held-out losses were, as logarithms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Foresight {
    /// The root of the mean square of log losses less those of the law.
    pub root_mean_square: f64,
    /// Their mean: above 0 the law promised too much.
    pub mean: f64,
}

/// Fits each law to the smaller runs and measures it on the largest.
///
/// Runs are ordered by their compute, given or 6 N D, else by what the first law
/// needs first; a loss counts the other way round. At least a `share` of them is held out: runs of the same size
/// stay together.
///
/// # Errors
/// [`ScalingError::ShareOutside`] unless `share` is above 0 and at most 0.5,
/// [`ScalingError::QuantityMissing`], and [`ScalingError::SingleScale`] where all
/// runs have the same size.
pub fn contest(laws: &[Law], points: &Points, criterion: Criterion, share: f64) -> Result<Contest, ScalingError> {
    if !(share > 0.0 && share <= 0.5) {
        return Err(ScalingError::ShareOutside { share });
    }
    let size_by = |point: &Point, quantity: Quantity| {
        let found = if quantity == Quantity::Compute { point.scale.compute() } else { point.scale.get(quantity) };
        let found = found.map(|value| if quantity.grows() { value } else { 1.0 / value });
        found.ok_or(ScalingError::QuantityMissing { row: point.row, quantity })
    };
    let all_have_compute = points.points().iter().all(|point| point.scale.compute().is_some());
    let first_need = laws.first().and_then(|law| law.needs().first().copied());
    let quantity = if all_have_compute { Quantity::Compute } else { first_need.unwrap_or(Quantity::Compute) };
    let sizes = points.points().iter().map(|point| size_by(point, quantity)).collect::<Result<Vec<f64>, _>>()?;
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by(|a, b| sizes[*a].total_cmp(&sizes[*b]).then(a.cmp(b)));
    let kept = ((1.0 - share) * sizes.len() as f64).floor() as usize;
    let cut = sizes[order[kept.min(order.len() - 1)]];
    let (held, fitted): (Vec<usize>, Vec<usize>) = order.iter().partition(|place| sizes[**place] >= cut);
    let Some(&last) = fitted.last() else {
        return Err(ScalingError::SingleScale { quantity, value: cut });
    };
    let (held_out, rest) = (points.only(&held), points.only(&fitted));
    let mut entrants: Vec<Entrant> = laws
        .iter()
        .map(|&law| Entrant { law, outcome: fit(law, &rest, criterion).and_then(|fit| foresight(&fit, &held_out)) })
        .collect();
    let error = |entrant: &Entrant| entrant.outcome.as_ref().map_or(f64::INFINITY, |found| found.root_mean_square);
    entrants.sort_by(|a, b| error(a).total_cmp(&error(b)));
    let largest = held.iter().map(|place| sizes[*place]).fold(0.0, f64::max);
    Ok(Contest {
        held_out: held_out.points().iter().map(|point| point.row).collect(),
        factor: largest / sizes[last],
        entrants,
    })
}

fn foresight(fit: &super::fit::Fit, held_out: &Points) -> Result<Foresight, ScalingError> {
    let errors = held_out
        .points()
        .iter()
        .map(|point| Ok(libm::log(point.loss) - libm::log(fit.loss_at(&point.scale)?)))
        .collect::<Result<Vec<f64>, ScalingError>>()?;
    let squares: Vec<f64> = errors.iter().map(|error| error * error).collect();
    let n = errors.len() as f64;
    Ok(Foresight { root_mean_square: (summary::sum(&squares) / n).sqrt(), mean: summary::sum(&errors) / n })
}
