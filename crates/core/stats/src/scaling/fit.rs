//! The constants that fit the runs best.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::constant::Constant;
use super::data::Data;
use super::error::ScalingError;
use super::identify::collinear;
use super::law::Law;
use super::points::Points;
use super::quantity::{Quantity, Scale};
use super::solver::Searched;

/// What is made least: a sum over log residuals, predicted less measured.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Criterion {
    /// Half the square up to a threshold, beyond it the threshold times the
    /// distance: a few odd runs pull little.
    Huber {
        /// The threshold, on the scale of log losses; Hoffmann et al. take 0.001.
        delta: f64,
    },
    /// Half the square.
    Squares,
}

impl Criterion {
    /// What one residual costs.
    pub(super) fn cost(self, residual: f64) -> f64 {
        match self {
            Self::Huber { delta } if residual.abs() > delta => delta * (residual.abs() - 0.5 * delta),
            Self::Huber { .. } | Self::Squares => 0.5 * residual * residual,
        }
    }

    /// The derivative of the cost.
    pub(super) fn pull(self, residual: f64) -> f64 {
        match self {
            Self::Huber { delta } => residual.clamp(-delta, delta),
            Self::Squares => residual,
        }
    }

    /// The second derivative of the cost.
    pub(super) fn stiffness(self, residual: f64) -> f64 {
        match self {
            Self::Huber { delta } if residual.abs() > delta => 0.0,
            Self::Huber { .. } | Self::Squares => 1.0,
        }
    }

    /// The derivative over the residual.
    pub(super) fn share(self, residual: f64) -> f64 {
        match self {
            Self::Huber { delta } if residual.abs() > delta => delta / residual.abs(),
            Self::Huber { .. } | Self::Squares => 1.0,
        }
    }

    fn check(self) -> Result<(), ScalingError> {
        match self {
            Self::Huber { delta } if !(delta > 0.0 && delta.is_finite()) => {
                Err(ScalingError::DeltaNotPositive { delta })
            }
            Self::Huber { .. } | Self::Squares => Ok(()),
        }
    }
}

/// A law with the constants that fit best.
///
/// Whether a constant means anything [`super::identify()`] says.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    pub(super) law: Law,
    pub(super) criterion: Criterion,
    pub(super) data: Data,
    pub(super) rows: Vec<u64>,
    pub(super) groups: Vec<Option<String>>,
    /// Of each quantity, the most that a run has; of a loss the least.
    furthest: Vec<(Quantity, f64)>,
    pub(super) searched: Searched,
}

/// Fits a law to runs.
///
/// The search starts from a grid over the exponents, on which the other
/// constants are solved for, and ends where neither slope nor curvature leads
/// any further.
///
/// # Errors
/// [`ScalingError`]; with [`ScalingError::TooFewPoints`] unless there is one run
/// more than constants.
///
/// # Source
/// Huber on log residuals: Hoffmann et al. 2022, "Training Compute-Optimal Large
/// Language Models", section 3.3.
pub fn fit(law: Law, points: &Points, criterion: Criterion) -> Result<Fit, ScalingError> {
    criterion.check()?;
    let solver = law.solver();
    let constants = solver.constants().len();
    if points.len() <= constants {
        return Err(ScalingError::TooFewPoints { points: points.len(), constants, needed: constants + 1 });
    }
    let needs = solver.needs();
    let data = Data::of(points, &needs)?;
    if law == Law::DataConstrained {
        let is_more = |scale: &Scale| scale.get(Quantity::UniqueTokens) > scale.get(Quantity::Tokens);
        if let Some(point) = points.points().iter().find(|point| is_more(&point.scale)) {
            return Err(ScalingError::MoreUniqueThanTokens { row: point.row });
        }
    }
    let searched = solver.best(&data, criterion)?;
    let is_settled = searched.is_settled;
    let furthest = needs
        .into_iter()
        .map(|quantity| {
            let values = points.values(quantity)?.into_iter();
            let furthest = if quantity.grows() { values.fold(0.0, f64::max) } else { values.fold(f64::MAX, f64::min) };
            Ok((quantity, furthest))
        })
        .collect::<Result<_, ScalingError>>()?;
    let rows = points.points().iter().map(|point| point.row).collect();
    let groups = points.points().iter().map(|point| point.group.clone()).collect();
    let fit = Fit { law, criterion, data, rows, groups, furthest, searched };
    // Along a line, many constants give the same curve and the search has no end.
    if is_settled || collinear(&fit).is_some() { Ok(fit) } else { Err(ScalingError::NotSettled) }
}

impl Fit {
    /// The law.
    #[must_use]
    pub fn law(&self) -> Law {
        self.law
    }

    /// How many runs it was fitted to.
    #[must_use]
    pub fn n(&self) -> usize {
        self.data.len()
    }

    /// What was made least.
    #[must_use]
    pub fn criterion(&self) -> Criterion {
        self.criterion
    }

    /// The sum that was made least.
    #[must_use]
    pub fn cost(&self) -> f64 {
        self.searched.cost
    }

    /// The values of a quantity that the law needs, run by run.
    pub(super) fn values_of(&self, quantity: Quantity) -> Vec<f64> {
        let place = quantity as usize;
        self.data.logs.iter().map(|logs| libm::exp(logs[place] + self.data.centre[place])).collect()
    }

    /// Where the sum is least: the constants with their values.
    ///
    /// These are no estimates: the runs may fit as well with very different ones.
    /// [`super::identify()`] tells.
    #[must_use]
    pub fn minimiser(&self) -> Vec<(Constant, f64)> {
        self.values(&self.searched.theta)
    }

    /// The constants for numbers that were searched.
    pub(super) fn values(&self, theta: &[f64]) -> Vec<(Constant, f64)> {
        let solver = self.law.solver();
        let uncentred = solver.uncentred(theta, &self.data.centre);
        solver
            .constants()
            .into_iter()
            .zip(uncentred)
            .map(|(constant, value)| (constant, constant.value_of(value)))
            .collect()
    }

    /// The loss that the law gives at a scale, which may lie far beyond the runs.
    ///
    /// # Errors
    /// [`ScalingError::TargetIncomplete`].
    pub fn loss_at(&self, scale: &Scale) -> Result<f64, ScalingError> {
        self.loss_by(&self.searched.theta, scale)
    }

    pub(super) fn loss_by(&self, theta: &[f64], scale: &Scale) -> Result<f64, ScalingError> {
        let solver = self.law.solver();
        let logs = self.data.logs_of(scale, &solver.needs())?;
        Ok(libm::exp(solver.log_loss(theta, &logs, &self.data.centre)))
    }

    /// How many times the furthest run a scale is, for each quantity that the law
    /// needs and the scale has: of a size it over the largest, of a loss the lowest
    /// over it.
    #[must_use]
    pub fn beyond(&self, scale: &Scale) -> Vec<(Quantity, f64)> {
        let factor = |(quantity, furthest): &(Quantity, f64)| {
            let value = scale.get(*quantity)?;
            Some((*quantity, if quantity.grows() { value / furthest } else { furthest / value }))
        };
        self.furthest.iter().filter_map(factor).collect()
    }

    /// Log losses as measured less those of the law, run by run.
    #[must_use]
    pub fn residuals(&self) -> Vec<f64> {
        let solver = self.law.solver();
        let by_law = |logs| solver.log_loss(&self.searched.theta, logs, &self.data.centre);
        self.data.logs.iter().zip(&self.data.log_losses).map(|(logs, log_loss)| log_loss - by_law(logs)).collect()
    }
}
