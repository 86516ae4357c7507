//! What is scaled.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::ScalingError;

/// Something that is made larger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Quantity {
    /// The number of parameters, N.
    Parameters,
    /// The number of training tokens, D, repeated ones counted each time.
    Tokens,
    /// The training compute, C, in floating-point operations.
    Compute,
    /// The number of training steps, S.
    Steps,
    /// The number of distinct training tokens, U.
    UniqueTokens,
    /// The loss after pretraining, L, of which the error on a task depends.
    PretrainingLoss,
}

impl Quantity {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Parameters, Self::Tokens, Self::Compute, Self::Steps, Self::UniqueTokens, Self::PretrainingLoss];

    /// Its name in a sentence.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Parameters => "parameters",
            Self::Tokens => "tokens",
            Self::Compute => "compute",
            Self::Steps => "steps",
            Self::UniqueTokens => "unique tokens",
            Self::PretrainingLoss => "pretraining loss",
        }
    }

    /// Its unit.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Parameters => "parameters",
            Self::Tokens | Self::UniqueTokens => "tokens",
            Self::Compute => "floating-point operations",
            Self::Steps => "steps",
            Self::PretrainingLoss => "loss",
        }
    }

    /// Whether more of it is a larger run: a loss is the other way round.
    #[must_use]
    pub const fn grows(self) -> bool {
        !matches!(self, Self::PretrainingLoss)
    }
}

/// How large one training run is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Scale {
    values: [Option<f64>; Quantity::ALL.len()],
}

impl Scale {
    /// A scale of which nothing is known.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same scale with one quantity given.
    ///
    /// # Errors
    /// [`ScalingError::ScaleNotPositive`] if `value` is not positive and finite.
    pub fn with(mut self, quantity: Quantity, value: f64) -> Result<Self, ScalingError> {
        if !(value > 0.0 && value.is_finite()) {
            return Err(ScalingError::ScaleNotPositive { quantity, value });
        }
        self.values[quantity as usize] = Some(value);
        Ok(self)
    }

    /// How much of a quantity there is, where that is known.
    #[must_use]
    pub fn get(&self, quantity: Quantity) -> Option<f64> {
        self.values[quantity as usize]
    }

    /// The training compute: as given, else 6 N D.
    ///
    /// # Source
    /// Kaplan et al. 2020, "Scaling Laws for Neural Language Models", section
    /// 2.1.
    #[must_use]
    pub fn compute(&self) -> Option<f64> {
        self.get(Quantity::Compute)
            .or_else(|| Some(6.0 * self.get(Quantity::Parameters)? * self.get(Quantity::Tokens)?))
    }
}
