use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::bounds::Bounds;

/// What a method found.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Findings {
    /// Single numbers, the most important first.
    pub quantities: Vec<Quantity>,
    /// Tables, such as one line for each pair of methods.
    pub tables: Vec<Table>,
    /// What a reader must know to read them right, in whole sentences.
    pub notes: Vec<String>,
}

/// A number that a method found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Quantity {
    /// What it is, such as `p-value` or `mean difference`.
    pub name: String,
    /// The number; none where it is not estimable, which a note explains.
    pub value: Option<f64>,
    /// Its interval, if it has one.
    pub bounds: Option<Bounds>,
}

/// A table that a method found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Table {
    /// What it shows.
    pub title: String,
    /// What its lines are about, such as `method`.
    pub label: String,
    /// The names of its numbers.
    pub columns: Vec<String>,
    /// Its lines: a label, and one number for each column; none where it is
    /// not estimable.
    pub rows: Vec<(String, Vec<Option<f64>>)>,
}

impl Findings {
    /// Adds a number.
    #[must_use]
    pub fn with(mut self, name: &str, value: f64) -> Self {
        self.quantities.push(Quantity { name: name.to_owned(), value: Some(value), bounds: None });
        self
    }

    /// Adds a number with its interval.
    #[must_use]
    pub fn with_bounds(mut self, name: &str, value: f64, bounds: Bounds) -> Self {
        self.quantities.push(Quantity { name: name.to_owned(), value: Some(value), bounds: Some(bounds) });
        self
    }

    /// Adds a table.
    #[must_use]
    pub fn with_table(mut self, table: Table) -> Self {
        self.tables.push(table);
        self
    }

    /// Adds a note.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// The number called `name`, if there is one.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<f64> {
        self.quantities.iter().find(|quantity| quantity.name == name)?.value
    }
}
