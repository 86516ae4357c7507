use gosset_data::table::Table;
use gosset_science::results::Score;

use super::roles::Roles;
use crate::LabError;

/// Takes the scores of a table up by the roles of its columns.
///
/// # Errors
/// [`LabError::Table`] where a column is not there or a cell is not what it
/// must be, with the row.
pub(super) fn scores(table: &Table, roles: &Roles, first_row: u64) -> Result<Vec<Score>, LabError> {
    let failed = |source| LabError::Table { path: table.path.clone(), source };
    let column = |name: &Option<String>| name.as_ref().map(|name| table.text(name).map_err(failed)).transpose();
    let (Some(method), Some(metric)) = (column(&roles.method)?, roles.metric.as_ref()) else {
        return Ok(Vec::new());
    };
    let values = table.numbers(metric).map_err(failed)?;
    let (seed, dataset) = (column(&roles.seed)?, column(&roles.dataset)?);
    let (item, cluster) = (column(&roles.item)?, column(&roles.cluster)?);
    let at = |column: &Option<Vec<String>>, row: usize| column.as_ref().map(|cells| cells[row].clone());
    let scores = method.into_iter().zip(values).enumerate().map(|(row, (method, value))| Score {
        method,
        dataset: at(&dataset, row),
        seed: at(&seed, row),
        item: at(&item, row),
        cluster: at(&cluster, row),
        value,
        row: first_row + row as u64,
    });
    Ok(scores.collect())
}
