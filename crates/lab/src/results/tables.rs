use gosset_data::table::{Cell, Table};
use gosset_science::results::Score;

use super::roles::Roles;
use crate::LabError;

/// The scores of a table, and what a reader must know of them.
pub(super) struct TableScores {
    pub(super) scores: Vec<Score>,
    pub(super) notes: Vec<String>,
}

/// Takes the scores of a table up by the roles of its columns: one a row, or one
/// a row and column where each method has a column.
///
/// A score that is missing stays as one without a value, and so does that of a
/// run that a column of states says did not finish.
///
/// # Errors
/// [`LabError::Table`] where a column is not there or a cell is not what it
/// must be, with the row.
pub(super) fn scores(table: &Table, roles: &Roles, first_row: u64) -> Result<TableScores, LabError> {
    let failed = |source| LabError::Table { path: table.path.clone(), source };
    let column = |name: &Option<String>| name.as_ref().map(|name| table.text(name).map_err(failed)).transpose();
    let (seed, dataset) = (column(&roles.seed)?, column(&roles.dataset)?);
    let (item, cluster) = (column(&roles.item)?, column(&roles.cluster)?);
    let mut columns = Vec::new();
    for name in &roles.method_columns {
        columns.push((vec![name.clone(); table.rows], table.scores(name).map_err(failed)?));
    }
    if let (Some(method), Some(metric)) = (column(&roles.method)?, roles.metric.as_ref()) {
        columns.push((method, table.scores(metric).map_err(failed)?));
    }
    let states = states(table);
    let has_finished = |row: usize| states.is_none_or(|states| state(&states[row]) != Some(false));
    let at = |column: &Option<Vec<String>>, row: usize| column.as_ref().map(|cells| cells[row].clone());
    let mut scores = Vec::new();
    for (methods, values) in columns {
        scores.extend(methods.into_iter().zip(values).enumerate().map(|(row, (method, value))| Score {
            method,
            dataset: at(&dataset, row),
            seed: at(&seed, row),
            item: at(&item, row),
            cluster: at(&cluster, row),
            value: value.filter(|_| has_finished(row)),
            row: first_row + row as u64,
        }));
    }
    let mut notes = Vec::new();
    let metric = roles.metric.as_ref().filter(|_| roles.method.is_some());
    if roles.method_columns.iter().chain(metric).any(|name| has_percentages(table, name)) {
        notes.push("Percentages are taken as proportions: 93 % is 0.93.".to_owned());
    }
    let missing = scores.iter().filter(|score| score.value.is_none()).count();
    if missing > 0 {
        let why =
            if states.is_some() { "empty, not finite or of a run that did not finish" } else { "empty or not finite" };
        let of = scores.len();
        notes.push(format!("{missing} of {of} scores are missing ({why}); they count as runs that failed."));
    }
    Ok(TableScores { scores, notes })
}

fn has_percentages(table: &Table, name: &str) -> bool {
    let is_one = |cell: &Cell| matches!(cell, Cell::Text(text) if text.trim_end().ends_with('%'));
    table.column(name).is_ok_and(|column| column.cells.iter().any(is_one))
}

/// Names of columns in which trackers write the state of a run.
const STATE_NAMES: &[&str] = &["state", "status"];

/// The column of states, where a table has one and every cell of it is a word of
/// the trackers.
fn states(table: &Table) -> Option<&[Cell]> {
    let is_called = |name: &str| STATE_NAMES.contains(&name.to_lowercase().as_str());
    let column = table.columns.iter().find(|column| is_called(&column.name))?;
    column.cells.iter().all(|cell| state(cell).is_some()).then_some(column.cells.as_slice())
}

/// Whether a run finished, in the words of W&B, MLflow and `gosset run table`.
fn state(cell: &Cell) -> Option<bool> {
    let Cell::Text(text) = cell else { return None };
    match text.to_lowercase().as_str() {
        "finished" => Some(true),
        "crashed" | "failed" | "killed" | "preempted" | "preempting" | "running" | "pending" | "scheduled"
        | "diverged" | "timed out" | "out of memory" | "unscorable" | "missing" => Some(false),
        _ => None,
    }
}
