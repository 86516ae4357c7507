//! How much hangs on single runs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::ScalingError;
use super::fit::Fit;
use super::identify::collinear;
use super::quantity::Scale;
use crate::sample::SampleError;
use crate::summary;

/// What leaving one run out changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Influence {
    /// The row of the run.
    pub row: u64,
    /// Its log loss less that of the law.
    pub residual: f64,
    /// The loss at the target without it, over the loss with it, less 1.
    pub change: f64,
}

/// Leaves out each run in turn and says how the loss at `target` changes; the run
/// on which most hangs comes first.
///
/// # Errors
/// [`ScalingError::TargetIncomplete`], [`ScalingError::ResamplesFailed`] if any fit
/// without a run does not settle.
pub fn influence(fit: &Fit, target: &Scale) -> Result<Vec<Influence>, ScalingError> {
    let (solver, n) = (fit.law.solver(), fit.n());
    let with = fit.loss_at(target)?;
    let is_on_a_line = collinear(fit).is_some();
    let mut influences = Vec::with_capacity(n);
    let mut weights = vec![1.0; n];
    for (place, residual) in fit.residuals().into_iter().enumerate() {
        weights[place] = 0.0;
        let found = solver.near(&fit.data, Some(&weights), fit.criterion, &fit.searched.theta);
        weights[place] = 1.0;
        let found = found
            .filter(|found| found.is_settled || is_on_a_line)
            .ok_or(ScalingError::ResamplesFailed { failed: 1, resamples: n })?;
        let change = fit.loss_by(&found.theta, target)? / with - 1.0;
        influences.push(Influence { row: fit.rows[place], residual, change });
    }
    influences.sort_by(|a, b| b.change.abs().total_cmp(&a.change.abs()).then(a.row.cmp(&b.row)));
    Ok(influences)
}

/// How the residuals of a fit look.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Residuals {
    /// The root of the mean square of log losses less those of the law.
    pub root_mean_square: f64,
    /// The mean over the quarter of the runs with the lowest losses by the law:
    /// above 0 the law promises too much where it is extrapolated from.
    pub mean_at_the_end: f64,
    /// Its standard error, if residuals are independent.
    pub standard_error_at_the_end: f64,
    /// The rows of runs more than five times as far off as the median run, the
    /// furthest first.
    pub odd: Vec<(u64, f64)>,
}

/// How many times as far off as the median run an odd run is.
const ODD: f64 = 5.0;

/// Looks at the residuals of a fit.
///
/// # Errors
/// [`SampleError`] where they cannot be summed.
pub fn residuals(fit: &Fit) -> Result<Residuals, SampleError> {
    let residuals = fit.residuals();
    let square: Vec<f64> = residuals.iter().map(|residual| residual * residual).collect();
    let sizes: Vec<f64> = residuals.iter().map(|residual| residual.abs()).collect();
    let median = summary::median(&sizes)?;
    let mut by_law: Vec<(f64, f64)> =
        fit.data.log_losses.iter().zip(&residuals).map(|(log, residual)| (log - residual, *residual)).collect();
    by_law.sort_by(|a, b| a.0.total_cmp(&b.0));
    let end: Vec<f64> = by_law[..by_law.len().div_ceil(4).max(2)].iter().map(|(_, residual)| *residual).collect();
    let mut odd: Vec<(u64, f64)> = fit
        .rows
        .iter()
        .zip(&residuals)
        .filter(|(_, residual)| residual.abs() > ODD * median && median > 1e-10)
        .map(|(row, residual)| (*row, *residual))
        .collect();
    odd.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
    Ok(Residuals {
        root_mean_square: summary::mean(&square)?.sqrt(),
        mean_at_the_end: summary::mean(&end)?,
        standard_error_at_the_end: summary::standard_deviation(&end)? / (end.len() as f64).sqrt(),
        odd,
    })
}
