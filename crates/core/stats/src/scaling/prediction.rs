//! The loss that a law foresees where nothing was run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::bootstrap::Resampled;
use super::error::ScalingError;
use super::identify::collinear;
use super::quantity::{Quantity, Scale};
use crate::bounds::Bounds;
use crate::stream::Stream;

/// What a law foresees at one scale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Prediction {
    /// The loss of the law.
    pub loss: f64,
    /// Bounds of the law itself, if it holds there.
    pub law: Bounds,
    /// Bounds of a single run there, if the law holds.
    pub run: Bounds,
    /// How many times the largest of the runs the scale is, for each quantity;
    /// below 1 it lies within. For a loss, how many times the lowest loss is that of
    /// the scale.
    pub beyond: Vec<(Quantity, f64)>,
    /// How much each doubling of one quantity would lower the loss there.
    pub gains: Vec<Gain>,
}

/// What a doubling brings.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Gain {
    /// Of what.
    pub of: Quantity,
    /// By how much the loss falls.
    pub fall: f64,
    /// Its bounds.
    pub bounds: Bounds,
}

impl Resampled {
    /// Foresees the loss at a scale.
    ///
    /// The bounds know nothing of how the law itself may fail beyond the largest
    /// runs; the further beyond, the less they mean. Those of a single run add a
    /// log residual, drawn for each resample from `stream`.
    ///
    /// # Errors
    /// [`ScalingError::TargetIncomplete`]; [`ScalingError::Collinear`] where two
    /// quantities go together in all runs: along their line the offset is not
    /// known either; [`ScalingError::Unbounded`].
    pub fn predict(&self, scale: &Scale, stream: &Stream) -> Result<Prediction, ScalingError> {
        let fit = &self.fit;
        let loss = fit.loss_at(scale)?;
        if let Some((first, second)) = collinear(fit) {
            return Err(ScalingError::Collinear { first, second });
        }
        let losses =
            self.thetas.iter().map(|theta| fit.loss_by(theta, scale)).collect::<Result<Vec<f64>, ScalingError>>()?;
        let residuals = fit.residuals();
        // Residuals of a fit are smaller than its errors.
        let n = residuals.len() as f64;
        let inflation = (n / (n - fit.law.constants().len() as f64)).sqrt();
        let mut stream = stream.clone();
        let runs = losses
            .iter()
            .map(|loss| {
                let drawn = residuals[stream.below(residuals.len() as u64) as usize];
                loss * libm::exp(inflation * drawn)
            })
            .collect();
        let gains = self.gains(scale)?;
        Ok(Prediction {
            loss,
            law: self.percentiles(losses)?,
            run: self.percentiles(runs)?,
            beyond: fit.beyond(scale),
            gains,
        })
    }

    fn gains(&self, scale: &Scale) -> Result<Vec<Gain>, ScalingError> {
        let fit = &self.fit;
        let of_quantity = |of: Quantity| {
            let value = scale.get(of).ok_or(ScalingError::TargetIncomplete { quantity: of })?;
            let doubled = scale.with(of, 2.0 * value)?;
            let fall_by =
                |theta: &[f64]| Ok::<f64, ScalingError>(fit.loss_by(theta, scale)? - fit.loss_by(theta, &doubled)?);
            let falls = self.thetas.iter().map(|theta| fall_by(theta)).collect::<Result<Vec<f64>, _>>()?;
            Ok(Gain { of, fall: fall_by(&fit.searched.theta)?, bounds: self.percentiles(falls)? })
        };
        fit.law.needs().into_iter().filter(|of| *of != Quantity::UniqueTokens && of.grows()).map(of_quantity).collect()
    }
}

/// How far beyond the runs something lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// No further than the largest run in any quantity.
    Within,
    /// Up to ten times the largest run.
    Beyond,
    /// More than ten times the largest run.
    FarBeyond,
}

impl Reach {
    /// The reach of factors of the largest run.
    #[must_use]
    pub fn of(beyond: &[(Quantity, f64)]) -> Self {
        let furthest = beyond.iter().map(|(_, factor)| *factor).fold(0.0, f64::max);
        // Targets are written with few digits.
        if furthest <= 1.001 {
            Self::Within
        } else if furthest <= 10.0 {
            Self::Beyond
        } else {
            Self::FarBeyond
        }
    }
}
