use thiserror::Error;

use crate::sample::SampleError;

/// Why two samples cannot be compared so.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum CompareError {
    /// The labels do not name two groups.
    #[error("the labels name {got} groups, a comparison of two needs exactly 2")]
    NotTwoGroups {
        /// How many they name.
        got: usize,
    },
    /// A value of a paired yes-or-no column is neither 0 nor 1.
    #[error("value number {index} (counted from 0) is neither 0 nor 1")]
    NotZeroOrOne {
        /// Its place, from 0.
        index: usize,
    },
    /// The columns of a paired comparison differ in length.
    #[error("{baseline} values of the baseline cannot be paired with {candidate} of the candidate")]
    NotPaired {
        /// The values of the baseline.
        baseline: usize,
        /// The values of the candidate.
        candidate: usize,
    },
    /// All values of one group lie above all of the other, which leaves
    /// nothing to estimate the variance of the ranks from.
    #[error("one group lies wholly above the other, so the variance of the ranks is not estimable")]
    Separated,
    /// A group has no such estimate.
    #[error("a group allows no such estimate")]
    Sample(#[from] SampleError),
}

impl CompareError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotTwoGroups { .. } => "compare-not-two-groups",
            Self::NotZeroOrOne { .. } => "compare-not-zero-or-one",
            Self::NotPaired { .. } => "compare-not-paired",
            Self::Separated => "compare-separated",
            Self::Sample(error) => error.code(),
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::NotTwoGroups { .. } => vec!["keep the rows of two groups only".to_owned()],
            Self::NotZeroOrOne { .. } => vec!["write 1 for a success and 0 for a failure".to_owned()],
            Self::NotPaired { .. } => vec!["give one value of each side for every pair".to_owned()],
            Self::Separated => vec!["use the exact Mann-Whitney test or the permutation test".to_owned()],
            Self::Sample(error) => error.hints(),
        }
    }
}
