//! What can be wrong with a correlation.

use thiserror::Error;

use crate::sample::SampleError;

/// Why there is no correlation.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum CorrelationError {
    /// One of the two columns allows none.
    #[error("the values allow no correlation")]
    Sample(#[from] SampleError),
    /// The columns are not equally long.
    #[error("the columns hold {x} and {y} values")]
    Lengths {
        /// How many the first holds.
        x: usize,
        /// How many the second holds.
        y: usize,
    },
}

impl CorrelationError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Sample(error) => error.code(),
            Self::Lengths { .. } => "correlation-lengths",
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::Sample(error) => error.hints(),
            Self::Lengths { .. } => vec!["give every line both values".to_owned()],
        }
    }
}
