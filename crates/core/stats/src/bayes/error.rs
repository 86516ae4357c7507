use thiserror::Error;

use crate::sample::SampleError;

/// Why there are no posterior probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum BayesError {
    /// The half-width of the region is negative, NaN or infinite.
    #[error("a region of practical equivalence from -{value} to {value} is none")]
    Rope {
        /// What was given.
        value: f64,
    },
    /// The prior's strength is negative, NaN or infinite.
    #[error("the prior's strength, {value}, is not at least 0 and finite")]
    Strength {
        /// What was given.
        value: f64,
    },
    /// The sample allows no such probabilities.
    #[error("the sample allows no posterior probabilities")]
    Sample(#[from] SampleError),
}

impl BayesError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Rope { .. } => "bayes-rope",
            Self::Strength { .. } => "bayes-strength",
            Self::Sample(error) => error.code(),
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Rope { .. } => "give the largest difference that does not matter, 0 or above",
            Self::Strength { .. } => "give the prior the weight of a number of data sets, such as 0.5",
            Self::Sample(error) => return error.hints(),
        };
        vec![hint.to_owned()]
    }
}
