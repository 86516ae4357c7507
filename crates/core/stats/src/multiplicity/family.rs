//! The p-values of a family, in order, and what is said of each.

use thiserror::Error;

use super::procedure::Procedure;
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, MethodError, Role, Setting, Table};

/// Why p-values cannot be adjusted.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum MultiplicityError {
    /// A p-value is NaN or outside 0..=1.
    #[error("p-value number {index} (counted from 0), {value}, is not between 0 and 1")]
    NotAProbability {
        /// Its place, from 0.
        index: usize,
        /// What was given.
        value: f64,
    },
}

impl MultiplicityError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAProbability { .. } => "p-value-not-a-probability",
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::NotAProbability { .. } => vec!["give p-values between 0 and 1".to_owned()],
        }
    }
}

/// Refuses what is no p-value.
pub(super) fn check(p_values: &[f64]) -> Result<(), MultiplicityError> {
    match p_values.iter().position(|value| !(0.0..=1.0).contains(value)) {
        Some(index) => Err(MultiplicityError::NotAProbability { index, value: p_values[index] }),
        None => Ok(()),
    }
}

/// The places of the p-values from the smallest to the largest.
pub(super) fn ascending(p_values: &[f64]) -> Result<Vec<usize>, MultiplicityError> {
    check(p_values)?;
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|left, right| p_values[*left].total_cmp(&p_values[*right]));
    Ok(order)
}

/// Adjusts by a procedure that steps up from the largest p-value: each gets
/// the smallest of `factor(rank) * p` over its own rank and those above, at
/// most 1. Ranks count from 1.
pub(super) fn step_up(p_values: &[f64], factor: impl Fn(usize) -> f64) -> Result<Vec<f64>, MultiplicityError> {
    let order = ascending(p_values)?;
    let mut adjusted = vec![0.0; p_values.len()];
    let mut smallest: f64 = 1.0;
    for (index, place) in order.iter().enumerate().rev() {
        smallest = smallest.min(factor(index + 1) * p_values[*place]);
        adjusted[*place] = smallest;
    }
    Ok(adjusted)
}

/// The largest rank, counted from 1, whose p-value is at most its critical
/// level; 0 where none is.
pub(super) fn last_within(sorted: &[f64], critical: impl Fn(usize) -> f64) -> usize {
    (1..=sorted.len()).rev().find(|rank| sorted[rank - 1] <= critical(*rank)).unwrap_or(0)
}

/// The p-values from the smallest to the largest.
pub(super) fn sorted(p_values: &[f64]) -> Result<Vec<f64>, MultiplicityError> {
    check(p_values)?;
    let mut sorted = p_values.to_vec();
    sorted.sort_by(f64::total_cmp);
    Ok(sorted)
}

/// The columns that every procedure reads.
pub(super) const COLUMNS: &[Column] = &[Column::numbers(Role::PValue, "the p-values, one for each hypothesis")];

/// The settings of the procedures that bound the chance of any error.
pub(super) const FAMILY_WISE: &[Setting] = &[Setting {
    name: "level",
    about: "the family-wise error rate that is promised, in 0..1: the chance of any false rejection",
    usual: None,
}];

/// The settings of the procedures that bound the share of errors.
pub(super) const FALSE_DISCOVERY: &[Setting] = &[Setting {
    name: "level",
    about: "the false discovery rate that is promised, in 0..1: the expected share of false rejections",
    usual: None,
}];

/// The ordered p-values of 15 comparisons of two treatments of heart attacks.
///
/// # Source
/// Benjamini and Hochberg 1995, "Controlling the False Discovery Rate",
/// section 4.1.
pub(super) const EXAMPLE: Example = Example {
    columns: &[(
        Role::PValue,
        ExampleValues::Numbers(&[
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
            0.7590, 1.0000,
        ]),
    )],
    settings: &[("level", 0.05)],
};

/// One line for each hypothesis of the family.
pub(super) fn findings(procedure: Procedure, inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let p_values = inputs.numbers(Role::PValue)?;
    let adjusted = procedure.adjusted(p_values)?;
    let levels = procedure.levels(p_values, inputs.level()?)?;
    let is_rejected = |index: usize| p_values[index] <= levels[index];
    let row = |index: usize| {
        let numbers = [p_values[index], adjusted[index], levels[index], f64::from(u8::from(is_rejected(index)))];
        ((index + 1).to_string(), numbers.map(Some).to_vec())
    };
    let rejected = (0..p_values.len()).filter(|index| is_rejected(*index)).count();
    let bounds = match procedure {
        Procedure::Bonferroni | Procedure::Sidak => "One-sided bounds at the level hold for all hypotheses at once.",
        Procedure::Holm | Procedure::Hochberg | Procedure::Hommel => {
            "One-sided bounds at the levels agree with the decisions and say nothing beyond them; bounds that hold for \
             all hypotheses at once are Bonferroni's."
        }
        Procedure::BenjaminiHochberg | Procedure::BenjaminiYekutieli => {
            "One-sided bounds at the level agree with the decisions, and of those of the rejected hypotheses at most \
             the promised share is expected to be wrong."
        }
        Procedure::TwoStageBh => {
            "One-sided bounds at the level agree with the decisions and say nothing beyond them; the promised share \
             holds for bounds at the false discovery rate times the share of hypotheses that are rejected."
        }
    };
    Ok(Findings::default()
        .with("hypotheses", p_values.len() as f64)
        .with("rejected", rejected as f64)
        .with_table(Table {
            title: "Decisions in the order given".to_owned(),
            label: "number".to_owned(),
            columns: ["p-value", "adjusted", "level", "rejected"].map(str::to_owned).to_vec(),
            rows: (0..p_values.len()).map(row).collect(),
        })
        .with_note("In the column `rejected`, 1 is a rejection and 0 is none.")
        .with_note(bounds))
}
