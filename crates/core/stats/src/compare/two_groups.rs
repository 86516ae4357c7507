//! The values of two groups, and what tests of two sides have in common.

use super::error::CompareError;
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, MethodError, Role};

/// The p-values of a test of "the sides are alike" against either side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tails {
    /// Against "the candidate tends to be greater".
    pub greater: f64,
    /// Against "the candidate tends to be less".
    pub less: f64,
}

impl Tails {
    /// The two-sided p-value: twice the smaller one, at most 1.
    #[must_use]
    pub fn two_sided(self) -> f64 {
        (2.0 * self.greater.min(self.less)).min(1.0)
    }

    pub(crate) fn add_to(self, findings: Findings) -> Findings {
        findings
            .with("p-value, candidate greater", self.greater)
            .with("p-value, candidate less", self.less)
            .with("p-value, two-sided", self.two_sided())
    }
}

/// The values of two independent groups, and their names.
pub(crate) struct TwoGroups {
    pub(crate) baseline: Vec<f64>,
    pub(crate) candidate: Vec<f64>,
    note: String,
}

impl TwoGroups {
    /// Parts the column of values by the labels; the label of the first row
    /// is the baseline.
    pub(crate) fn read(inputs: &Inputs<'_>) -> Result<Self, MethodError> {
        let (values, labels) = (inputs.numbers(Role::Value)?, inputs.labels(Role::Method)?);
        let mut names: Vec<&String> = Vec::new();
        let mut groups = [Vec::new(), Vec::new()];
        for (value, label) in values.iter().zip(labels) {
            let place = names.iter().position(|name| *name == label).unwrap_or_else(|| {
                names.push(label);
                names.len() - 1
            });
            if let Some(group) = groups.get_mut(place) {
                group.push(*value);
            }
        }
        let [first, second] = names[..] else {
            return Err(CompareError::NotTwoGroups { got: names.len() }.into());
        };
        let note = format!("The baseline is `{first}`, the group of the first row; the candidate is `{second}`.");
        let [baseline, candidate] = groups;
        Ok(Self { baseline, candidate, note })
    }

    /// Findings that say which group is which.
    pub(crate) fn findings(&self) -> Findings {
        Findings::default().with_note(self.note.as_str())
    }
}

/// The columns of a method for independent groups.
pub(crate) const UNPAIRED: &[Column] = &[
    Column::numbers(Role::Value, "the score of each run of either group"),
    Column::labels(Role::Method, "the group of each score; the group of the first row is the baseline"),
];

/// Two methods with four runs each, whose scores overlap.
pub(crate) const UNPAIRED_EXAMPLE: Example = Example {
    columns: &[
        (Role::Value, ExampleValues::Numbers(&[0.912, 0.905, 0.918, 0.909, 0.921, 0.917, 0.914, 0.920])),
        (Role::Method, ExampleValues::Labels(&["old", "old", "old", "old", "new", "new", "new", "new"])),
    ],
    settings: &[("level", 0.025)],
};

/// The columns of a method for pairs.
pub(crate) const PAIRED: &[Column] = &[
    Column::numbers(Role::Baseline, "the baseline's score of each pair"),
    Column::numbers(Role::Candidate, "the candidate's score of the same pair"),
];
