use thiserror::Error;

use crate::distribution::DistributionError;
use crate::sample::SampleError;

/// Why there is no size of an effect, or no interval for it.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum EffectSizeError {
    /// The effect is so many standard errors large that the noncentral t
    /// distribution is not computed there.
    #[error("the effect lies {t} standard errors from 0, too far for an interval")]
    TooLarge {
        /// How many.
        t: f64,
    },
    /// The noncentral t distribution has no value there.
    #[error("the noncentral t distribution has no such value")]
    Distribution(#[from] DistributionError),
    /// The sample allows no such estimate.
    #[error("the sample has no such size of an effect")]
    Sample(#[from] SampleError),
}

impl EffectSizeError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "effect-size-too-large",
            Self::Distribution(error) => error.code(),
            Self::Sample(error) => error.code(),
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::TooLarge { .. } => {
                vec![
                    "report the difference in the metric's unit: in standard deviations it is beyond any use"
                        .to_owned(),
                ]
            }
            Self::Distribution(error) => error.hints(),
            Self::Sample(error) => error.hints(),
        }
    }
}
