use std::collections::BTreeMap;

use gosset_model::Condition;

use super::error::TheoryError;

/// A run: a row of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// The values of the quantities but the observed one.
    pub quantities: BTreeMap<String, f64>,
    /// The observed value.
    pub observed: f64,
    /// Its block.
    pub block: Option<String>,
    /// Its row, counted from 1.
    pub row: u64,
}

/// The runs, none of which lacks a quantity.
#[derive(Debug, Clone, PartialEq)]
pub struct Runs {
    runs: Vec<Run>,
    observed: String,
}

/// Values that differ by no more than this share of the larger are one.
const SAME: f64 = 1e-9;

impl Runs {
    /// Takes up runs.
    ///
    /// # Errors
    /// [`TheoryError::NoRuns`] without a run, and [`TheoryError::NotFinite`] for a
    /// quantity that is NaN or infinite.
    pub fn new(runs: Vec<Run>, observed: &str) -> Result<Self, TheoryError> {
        for run in &runs {
            let wrong = run.quantities.iter().find(|(_, value)| !value.is_finite()).map(|(name, _)| name.as_str());
            let wrong = wrong.or_else(|| (!run.observed.is_finite()).then_some(observed));
            if let Some(quantity) = wrong {
                return Err(TheoryError::NotFinite { row: run.row, quantity: quantity.to_owned() });
            }
        }
        let observed = observed.to_owned();
        if runs.is_empty() { Err(TheoryError::NoRuns { observed }) } else { Ok(Self { runs, observed }) }
    }

    /// All runs.
    #[must_use]
    pub fn all(&self) -> &[Run] {
        &self.runs
    }

    /// The name of the observed quantity.
    #[must_use]
    pub fn observed(&self) -> &str {
        &self.observed
    }

    /// The runs at a condition; all of them without one.
    pub(super) fn at(&self, condition: Option<&Condition>) -> Vec<&Run> {
        self.runs.iter().filter(|run| condition.is_none_or(|condition| is_at(run, condition))).collect()
    }

    /// The values that a quantity has, in order.
    pub(super) fn values(&self, quantity: &str) -> Vec<f64> {
        let mut values: Vec<f64> = self.runs.iter().filter_map(|run| run.quantities.get(quantity).copied()).collect();
        values.sort_by(f64::total_cmp);
        values.dedup_by(|a, b| is_same(*a, *b));
        values
    }

    /// The conditions with the places of their runs, in the order of the values.
    pub(super) fn conditions(&self) -> Vec<(Condition, Vec<usize>)> {
        let mut order: Vec<usize> = (0..self.runs.len()).collect();
        let key = |place: usize| self.runs[place].quantities.values().copied().collect::<Vec<f64>>();
        order.sort_by(|a, b| compared(&key(*a), &key(*b)));
        let mut found: Vec<(Condition, Vec<usize>)> = Vec::new();
        for place in order {
            match found.last_mut() {
                Some((condition, places)) if is_at(&self.runs[place], condition) => places.push(place),
                Some(_) | None => found.push((Condition(self.runs[place].quantities.clone()), vec![place])),
            }
        }
        found
    }
}

fn compared(a: &[f64], b: &[f64]) -> std::cmp::Ordering {
    a.iter().zip(b).map(|(a, b)| a.total_cmp(b)).find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
}

fn is_same(a: f64, b: f64) -> bool {
    (a - b).abs() <= SAME * a.abs().max(b.abs())
}

/// Whether a run has the values of a condition.
pub(super) fn is_at(run: &Run, condition: &Condition) -> bool {
    condition.0.iter().all(|(name, value)| run.quantities.get(name).is_some_and(|own| is_same(*own, *value)))
}

/// What sets runs apart besides the quantities in `named`: a place for each
/// combination of the other values.
pub(super) fn apart<'r>(runs: &[&'r Run], named: &dyn Fn(&str) -> bool) -> Vec<usize> {
    let mut seen: Vec<&'r Run> = Vec::new();
    runs.iter()
        .map(|run| {
            let is_like = |other: &&'r Run| {
                let others = run.quantities.iter().filter(|(name, _)| !named(name));
                others
                    .into_iter()
                    .all(|(name, value)| other.quantities.get(name).is_some_and(|own| is_same(*own, *value)))
            };
            seen.iter().position(is_like).unwrap_or_else(|| {
                seen.push(run);
                seen.len() - 1
            })
        })
        .collect()
}
