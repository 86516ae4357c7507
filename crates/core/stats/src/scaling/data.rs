//! Runs as a law sees them: logarithms about their middle.

use super::error::ScalingError;
use super::points::Points;
use super::quantity::{Quantity, Scale};
use crate::summary;

/// The logarithm of each quantity, by its place in [`Quantity::ALL`]; 0 where the
/// law does not need it.
pub(super) type Logs = [f64; Quantity::ALL.len()];

/// What a law is fitted to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Data {
    /// Log scales less [`Data::centre`].
    pub(super) logs: Vec<Logs>,
    /// Log losses.
    pub(super) log_losses: Vec<f64>,
    /// The mean log scale, which keeps constants and exponents from depending
    /// on each other more than they must.
    pub(super) centre: Logs,
}

impl Data {
    /// Takes what the law needs from the runs.
    ///
    /// # Errors
    /// [`ScalingError::QuantityMissing`], [`ScalingError::SingleScale`].
    pub(super) fn of(points: &Points, needs: &[Quantity]) -> Result<Self, ScalingError> {
        let mut logs = vec![Logs::default(); points.len()];
        let mut centre = Logs::default();
        for &quantity in needs {
            let values = points.values(quantity)?;
            if values.iter().all(|value| *value == values[0]) {
                return Err(ScalingError::SingleScale { quantity, value: values[0] });
            }
            let place = quantity as usize;
            let of_quantity: Vec<f64> = values.iter().map(|value| libm::log(*value)).collect();
            centre[place] = summary::sum(&of_quantity) / of_quantity.len() as f64;
            logs.iter_mut().zip(&of_quantity).for_each(|(logs, log)| logs[place] = log - centre[place]);
        }
        let log_losses = points.points().iter().map(|point| libm::log(point.loss)).collect();
        Ok(Self { logs, log_losses, centre })
    }

    /// A target as the law sees it.
    ///
    /// # Errors
    /// [`ScalingError::TargetIncomplete`].
    pub(super) fn logs_of(&self, scale: &Scale, needs: &[Quantity]) -> Result<Logs, ScalingError> {
        let mut logs = Logs::default();
        for &quantity in needs {
            let value = scale.get(quantity).ok_or(ScalingError::TargetIncomplete { quantity })?;
            logs[quantity as usize] = libm::log(value) - self.centre[quantity as usize];
        }
        Ok(logs)
    }

    /// How many runs there are.
    pub(super) fn len(&self) -> usize {
        self.logs.len()
    }
}
