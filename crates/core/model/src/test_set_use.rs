use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Name;

/// An earlier study of the same lab whose results on data of this one could be
/// seen before the first run of this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TestSetUse {
    /// The earlier study.
    pub study: Name,
    /// The data sets of this study whose labels it was scored against, or whose
    /// files it read where they have no labels of their own.
    pub datasets: Vec<Name>,
    /// How many arms it had.
    pub arms: u64,
    /// How many of its runs had been scored by then.
    pub runs_scored: u64,
}
