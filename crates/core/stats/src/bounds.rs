//! A lower and an upper bound.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A lower and an upper bound on one quantity, in its own unit.
///
/// Each is a one-sided bound unless the function that returns it says
/// otherwise; together, two one-sided bounds at level alpha make an interval
/// of confidence 1 - 2 alpha.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Bounds {
    /// The lower bound.
    pub lower: f64,
    /// The upper bound.
    pub upper: f64,
}
