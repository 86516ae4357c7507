use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Name;

/// Theories as a person writes them: the quantities of a table of results,
/// formulas over them, and predictions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TheoryFile {
    /// The question in one sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// Where the results are.
    pub results: ResultsEntry,
    /// What is known of each run, by the name that formulas use.
    pub quantities: BTreeMap<String, QuantityEntry>,
    /// Error rate and errors.
    pub design: TheoryDesignEntry,
    /// The theories, one entry each.
    pub theories: Vec<TheoryEntry>,
    /// What they predict, one entry for each prediction.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub predictions: Vec<PredictionEntry>,
}

/// Where the results are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResultsEntry {
    /// A table with a run a row: CSV, JSON lines or Parquet, relative to this
    /// file.
    pub file: String,
    /// The quantity that theories are about, by its name under `quantities`.
    pub observed: String,
    /// The column of what runs share that are compared pairwise, such as the
    /// seed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block: Option<String>,
}

/// A quantity: what is known of each run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuantityEntry {
    /// The column of the table; the name of the quantity if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The unit, such as `tokens`, `steps^2/s` or `1` for a plain number.
    pub unit: String,
    /// The values that a next experiment could have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candidates: Option<Vec<f64>>,
}

/// Error rate and errors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TheoryDesignEntry {
    /// The chance that a theory which is right is contradicted, over all that it
    /// predicts together.
    pub alpha: f64,
    /// What errors of the observed quantity are like.
    pub errors: Errors,
    /// The power that the number of runs of a next experiment aims at; 0.8 if
    /// absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub power: Option<f64>,
}

/// What errors of the observed quantity are like when a formula is fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Errors {
    /// As large for small values as for large ones, in its own unit.
    Absolute,
    /// In proportion to the value: logarithms are fitted.
    Relative,
}

/// A theory: named formula, parameters and assumptions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TheoryEntry {
    /// A short name.
    pub name: Name,
    /// What it takes for granted, in whole sentences.
    pub assumptions: Vec<String>,
    /// The observed quantity as a formula over the others and the parameters,
    /// such as `E + A / (N / N0)^alpha`; a theory may predict without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formula: Option<String>,
    /// The parameters of the formula.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, ParameterEntry>,
}

/// A parameter: fitted within a range, or fixed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ParameterEntry {
    /// Its unit.
    pub unit: String,
    /// The least value that the theory allows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<f64>,
    /// The largest value that the theory allows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<f64>,
    /// Its value, where the theory fixes it; then it has no `from` and `to`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// What a theory predicts. Which keys it has depends on its kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PredictionEntry {
    /// A short name.
    pub name: Name,
    /// The theory that predicts it.
    pub theory: Name,
    /// The prediction in words.
    pub claim: String,
    /// What kind of prediction it is.
    pub kind: PredictionKind,
    /// The condition that it is about, such as `{ N = 1e9 }`; of a bound, an
    /// exponent or a collapse the runs that it is confined to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<BTreeMap<String, f64>>,
    /// Of a sign: the condition that `at` is compared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub than: Option<BTreeMap<String, f64>>,
    /// Of an ordering: the conditions in their order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Vec<BTreeMap<String, f64>>>,
    /// Of a sign: `higher` or `lower`; of an ordering: `rising` or `falling`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<ExpectedTrend>,
    /// Of a value, an exponent or a parameter: the least that is predicted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<f64>,
    /// Of a value, an exponent or a parameter: the most that is predicted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<f64>,
    /// Of an exponent: the quantity of which the observed one is a power.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<String>,
    /// Of an exponent: what is taken off the observed quantity first, in its
    /// unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<f64>,
    /// Of a parameter: its name. The formula must have been fitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// Of a bound: a formula over the quantities and the fixed parameters that
    /// the observed quantity does not exceed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<String>,
    /// Of a bound: one below which it does not fall.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<String>,
    /// Of a collapse: the quantity whose values make the curves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Of a collapse: the rescaled quantity to the right, a formula.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    /// Of a collapse: the rescaled quantity upwards, a formula that has the
    /// observed quantity in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    /// Of a collapse: the share by which curves may differ and still count as
    /// one, such as 0.05.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub margin: Option<f64>,
}

/// What kind of prediction it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PredictionKind {
    /// The mean at a condition lies in a range.
    Value,
    /// The mean at one condition is higher, or lower, than at another.
    Sign,
    /// The means rise, or fall, along conditions.
    Ordering,
    /// The observed quantity is a power of another, the exponent in a range.
    Exponent,
    /// A parameter of the formula lies in a range when it is fitted.
    Parameter,
    /// The mean never exceeds a formula, or never falls below one.
    Bound,
    /// The curves of all groups are one curve after rescaling.
    Collapse,
}

/// Which way means go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ExpectedTrend {
    /// Of a sign: `at` lies above `than`.
    Higher,
    /// Of a sign: `at` lies below `than`.
    Lower,
    /// Of an ordering: each condition lies above the one before.
    Rising,
    /// Of an ordering: each condition lies below the one before.
    Falling,
}
