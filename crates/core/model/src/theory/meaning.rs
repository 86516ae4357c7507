use std::collections::BTreeMap;
use std::fmt;

use super::file::Errors;
use crate::{ErrorRate, Formula, Name, Unit};

/// What a theory file means: everything is named, read and dimension-checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Theories {
    /// The question.
    pub question: Option<String>,
    /// Where the results are.
    pub results: TheoryResults,
    /// The quantities by name, the observed one among them.
    pub quantities: BTreeMap<String, TheoryQuantity>,
    /// Error rate and errors.
    pub design: TheoryDesign,
    /// The theories, in the order of the file.
    pub theories: Vec<Theory>,
    /// The predictions, in the order of the file.
    pub predictions: Vec<Prediction>,
}

/// Where the results are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TheoryResults {
    /// The table, relative to the theory file.
    pub file: String,
    /// The name of the observed quantity.
    pub observed: String,
    /// The column of blocks.
    pub block: Option<String>,
}

/// A quantity.
#[derive(Debug, Clone, PartialEq)]
pub struct TheoryQuantity {
    /// The column of the table.
    pub column: String,
    /// The unit.
    pub unit: Unit,
    /// The values that a next experiment could have.
    pub candidates: Option<Vec<f64>>,
}

/// Error rate and errors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TheoryDesign {
    /// The error rate of each theory, over all that it predicts.
    pub alpha: ErrorRate,
    /// What errors are like.
    pub errors: Errors,
    /// The power that a next experiment aims at, strictly between `alpha` and 1.
    pub power: f64,
}

/// A theory.
#[derive(Debug, Clone, PartialEq)]
pub struct Theory {
    /// Its name.
    pub name: Name,
    /// What it takes for granted.
    pub assumptions: Vec<String>,
    /// The observed quantity, where the theory says it.
    pub formula: Option<Formula>,
    /// Its parameters by name.
    pub parameters: BTreeMap<String, Parameter>,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its unit.
    pub unit: Unit,
    /// Whether it is fitted.
    pub role: ParameterRole,
    /// What it is.
    pub description: Option<String>,
}

/// Whether a parameter is fitted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ParameterRole {
    /// It is, and the theory allows values from one number to a larger one.
    Free {
        /// The least.
        from: f64,
        /// The largest.
        to: f64,
    },
    /// It is not.
    Fixed {
        /// Its value.
        value: f64,
    },
}

/// The values of some quantities.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition(pub BTreeMap<String, f64>);

impl fmt::Display for Condition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let written = |value: f64| {
            if value != 0.0 && !(1e-4..1e6).contains(&value.abs()) { format!("{value:e}") } else { value.to_string() }
        };
        let parts: Vec<String> = self.0.iter().map(|(name, value)| format!("{name} = {}", written(*value))).collect();
        formatter.write_str(&parts.join(", "))
    }
}

/// A range of numbers, bounded on at least one side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Region {
    /// The least, or none.
    pub from: Option<f64>,
    /// The most, or none.
    pub to: Option<f64>,
}

/// A prediction.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// Its name.
    pub name: Name,
    /// The theory that predicts it.
    pub theory: Name,
    /// The prediction in words.
    pub claim: String,
    /// What is looked at.
    pub test: PredictionTest,
}

/// What a prediction says.
#[derive(Debug, Clone, PartialEq)]
pub enum PredictionTest {
    /// The mean at a condition lies in a region.
    Value {
        /// The condition.
        at: Condition,
        /// The region, in the unit of the observed quantity.
        region: Region,
    },
    /// The mean at a condition lies on one side of that at another.
    Sign {
        /// The condition.
        at: Condition,
        /// The other.
        than: Condition,
        /// Whether above.
        is_above: bool,
    },
    /// The means go one way along conditions.
    Ordering {
        /// Two conditions or more.
        conditions: Vec<Condition>,
        /// Whether upwards.
        is_rising: bool,
    },
    /// The observed quantity is a power of another.
    Exponent {
        /// The other quantity.
        over: String,
        /// The runs that it is confined to.
        at: Option<Condition>,
        /// What is taken off first.
        offset: f64,
        /// Where the exponent lies.
        region: Region,
    },
    /// A fitted parameter lies in a region.
    Parameter {
        /// Its name.
        parameter: String,
        /// The region, in the unit of the parameter.
        region: Region,
    },
    /// The mean keeps to one side of a formula at every condition.
    Bound {
        /// The runs that it is confined to.
        at: Option<Condition>,
        /// Which side.
        side: BoundSide,
        /// The formula over quantities other than the observed one, and fixed
        /// parameters.
        formula: Formula,
    },
    /// The curves of all groups are one after rescaling.
    Collapse {
        /// The quantity whose values make the groups.
        group: String,
        /// The runs that it is confined to.
        at: Option<Condition>,
        /// What stands to the right.
        x: Formula,
        /// What stands upwards.
        y: Formula,
        /// By which share curves may differ; above 0.
        margin: f64,
    },
}

/// The side of a formula to which a mean keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BoundSide {
    /// It does not exceed it.
    AtMost,
    /// It does not fall below it.
    AtLeast,
}
