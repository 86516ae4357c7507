use thiserror::Error;

/// Why no least sum of squares was found.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum LeastSquaresError {
    /// There are fewer residuals than constants.
    #[error("{residuals} residuals are fewer than the {constants} constants")]
    TooFew {
        /// How many residuals there are.
        residuals: usize,
        /// How many constants there are.
        constants: usize,
    },
    /// The formula has no finite value at the start.
    #[error("the formula has no finite value at the start")]
    StartNotFinite,
    /// The steps ran out before the sum of squares settled.
    #[error("the sum of squares still falls after {steps} steps")]
    NotSettled {
        /// How many steps were taken.
        steps: u32,
    },
}

impl LeastSquaresError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooFew { .. } => "least-squares-too-few",
            Self::StartNotFinite => "least-squares-start",
            Self::NotSettled { .. } => "least-squares-not-settled",
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::TooFew { .. } => "add observations, or take a formula with fewer constants",
            Self::StartNotFinite => "start where the formula has a value at every observation",
            Self::NotSettled { .. } => {
                "start nearer to the solution, or take a formula whose constants the observations tell apart"
            }
        };
        vec![hint.to_owned()]
    }
}
