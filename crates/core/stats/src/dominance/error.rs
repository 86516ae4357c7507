use thiserror::Error;

use crate::sample::SampleError;

/// Why two groups have no order.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum DominanceError {
    /// The two groups have the same quantiles, so that no part of their
    /// difference speaks for either.
    #[error("both groups have the same distribution, so that neither can lie above the other")]
    Identical,
    /// The sample allows no order.
    #[error("the sample allows no order")]
    Sample(#[from] SampleError),
}

impl DominanceError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Identical => "dominance-identical",
            Self::Sample(error) => error.code(),
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::Identical => vec!["check that the two groups are not the same runs".to_owned()],
            Self::Sample(error) => error.hints(),
        }
    }
}
