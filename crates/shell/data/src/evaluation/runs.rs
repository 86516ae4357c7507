//! Tables of training runs, a row each.

use std::collections::BTreeMap;
use std::path::Path;

use super::EvaluationError;
use super::format::Seen;
use crate::table::{self, Cell, Column, Table, TableError};

/// What a table of runs may hold; a cell takes some thirty bytes.
const MOST_CELLS: usize = 200_000_000;

/// Makes a table of runs: first these columns, then all others by name; a cell
/// that a run lacks is missing.
pub(super) fn table(
    path: &Path,
    first: &[&str],
    mut rows: Vec<BTreeMap<String, Cell>>,
) -> Result<Table, EvaluationError> {
    let refused = |source| EvaluationError::Runs { path: path.to_owned(), source };
    if rows.is_empty() {
        return Err(refused(TableError::NoRows { path: path.to_owned() }));
    }
    let has = |name: &str| rows.iter().any(|row| row.contains_key(name));
    let mut names: Vec<String> = first.iter().filter(|name| has(name)).map(|name| (*name).to_owned()).collect();
    let mut others: Vec<&String> =
        rows.iter().flat_map(BTreeMap::keys).filter(|key| !first.contains(&key.as_str())).collect();
    others.sort();
    others.dedup();
    names.extend(others.into_iter().cloned());
    if rows.len().saturating_mul(names.len()) > MOST_CELLS {
        let (rows, columns) = (rows.len(), names.len());
        return Err(refused(TableError::TooLarge { path: path.to_owned(), rows, columns, most: MOST_CELLS }));
    }
    let n_rows = rows.len();
    let columns = names
        .into_iter()
        .map(|name| {
            let cells = rows.iter_mut().map(|row| row.remove(&name).unwrap_or(Cell::Missing)).collect();
            Column { name, cells }
        })
        .collect();
    Ok(Table { path: path.to_owned(), columns, rows: n_rows })
}

/// Reads a table that was exported as CSV.
pub(super) fn exported(path: &Path) -> Result<Table, EvaluationError> {
    table::read(path).map_err(|source| EvaluationError::Runs { path: path.to_owned(), source })
}

/// The names of the columns of a file whose name ends in `.csv` or `.tsv`, as far
/// as its beginning shows them.
pub(super) fn header(seen: &Seen<'_>) -> Vec<String> {
    let Seen::File { path, head } = seen else { return Vec::new() };
    let separator = match path.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => ',',
        Some("tsv") => '\t',
        _ => return Vec::new(),
    };
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let end = memchr::memchr2(b'\n', b'\r', head).unwrap_or(head.len());
    let line = String::from_utf8_lossy(&head[..end]);
    line.split(separator).map(|name| name.trim_matches('"').to_owned()).collect()
}
