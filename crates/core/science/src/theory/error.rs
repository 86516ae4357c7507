use gosset_model::Explain;
use thiserror::Error;

/// Why runs cannot be judged by theories.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum TheoryError {
    /// There are none.
    #[error("there is no run with a finite value of `{observed}`")]
    NoRuns {
        /// The observed quantity.
        observed: String,
    },
    /// A run lacks a quantity.
    #[error("row {row} has no finite `{quantity}`")]
    NotFinite {
        /// The row.
        row: u64,
        /// The quantity.
        quantity: String,
    },
    /// Logarithms are asked for of what has none.
    #[error("row {row} has a `{observed}` of {value}, and relative errors need positive values")]
    NotPositive {
        /// The row.
        row: u64,
        /// The observed quantity.
        observed: String,
        /// Its value.
        value: f64,
    },
}

impl Explain for TheoryError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoRuns { .. } => "theory-no-runs",
            Self::NotFinite { .. } => "theory-not-finite",
            Self::NotPositive { .. } => "theory-not-positive",
        }
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::NoRuns { .. } => "check the column that the quantity names",
            Self::NotFinite { .. } => "fill it in, or take the row out and say why",
            Self::NotPositive { .. } => "write errors = \"absolute\" in [design]",
        };
        vec![hint.to_owned()]
    }
}
