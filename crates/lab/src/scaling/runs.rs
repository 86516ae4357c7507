use gosset_data::table::{Cell, Column, Table};
use gosset_report::number;
use gosset_stats::scaling::points::Jump;
use gosset_stats::scaling::{Point, Points, Quantity, Scale};

use crate::LabError;

/// Which column is what.
pub(crate) struct Columns<'a> {
    /// The column of each quantity that has one.
    pub(crate) quantities: Vec<(Quantity, &'a str)>,
    /// The column of losses.
    pub(crate) loss: &'a str,
    /// The column of groups.
    pub(crate) group: Option<&'a str>,
}

/// The runs of a table.
pub(crate) struct Taken {
    /// The runs.
    pub(crate) points: Points,
    /// The quantities that every run has.
    pub(crate) quantities: Vec<Quantity>,
    /// What was derived or left out, in a sentence each.
    pub(crate) notes: Vec<String>,
    /// What looks odd, in a sentence each.
    pub(crate) suspicions: Vec<String>,
    /// The rows that were left out for want of a loss.
    pub(crate) excluded_rows: Vec<u64>,
}

impl Columns<'_> {
    /// Takes the runs up, one a row.
    ///
    /// Rows whose loss is missing, NaN or infinite are left out, and so are rows
    /// that repeat another; both are noted.
    pub(crate) fn runs(&self, table: &Table) -> Result<Taken, LabError> {
        let failed = |source| LabError::Table { path: table.path.clone(), source };
        let numbers = |name: &str| table.numbers(name).map_err(failed);
        let (losses, excluded_rows) = self.losses(table)?;
        let mut quantities: Vec<Quantity> = self.quantities.iter().map(|(quantity, _)| *quantity).collect();
        let mut scales = vec![Scale::new(); table.rows];
        for (quantity, name) in &self.quantities {
            for (row, (scale, value)) in scales.iter_mut().zip(numbers(name)?).enumerate() {
                *scale = scale.with(*quantity, value).map_err(|source| LabError::Usage {
                    what: format!("row {} of column `{name}`: {source}", row + 1),
                    hint: "give counts and floating-point operations as positive numbers".to_owned(),
                })?;
            }
        }
        let mut notes = Vec::new();
        if let Some(derived) = derive(&mut scales, &quantities) {
            quantities.push(derived.0);
            notes.push(derived.1.to_owned());
        }
        let groups = self.group.map(|name| table.text(name).map_err(failed)).transpose()?;
        let rows = losses.into_iter().enumerate().filter_map(|(row, loss)| {
            let group = groups.as_ref().map(|groups| groups[row].clone());
            Some(Point { scale: scales[row], loss: loss?, group, row: row as u64 + 1 })
        });
        let points = Points::new(rows.collect()).map_err(LabError::scaling)?;
        if !excluded_rows.is_empty() {
            let rows = listed(&excluded_rows);
            notes.push(format!("{rows} left out, for want of a finite loss; if these runs diverged, the law is about those that did not"));
        }
        if !points.duplicates().is_empty() {
            let rows: Vec<u64> = points.duplicates().iter().map(|(row, _)| *row).collect();
            notes.push(format!("{} left out: another row has the same numbers", listed(&rows)));
        }
        let suspicion = |jump: &Jump| {
            format!(
                "from {} to {} {} (row {}) there is nothing: are some given in thousands, millions or billions?",
                number::magnitude(jump.below, 3),
                number::magnitude(jump.above, 3),
                jump.quantity.word(),
                jump.row
            )
        };
        let suspicions = points.jumps().iter().map(suspicion).collect();
        Ok(Taken { points, quantities, notes, suspicions, excluded_rows })
    }

    /// The losses, none where a row has none, and the rows without.
    fn losses(&self, table: &Table) -> Result<(Vec<Option<f64>>, Vec<u64>), LabError> {
        let failed = |source| LabError::Table { path: table.path.clone(), source };
        let column = table.column(self.loss).map_err(failed)?;
        // A run without a loss is one that gave none; other columns must be whole.
        let filled = |cell: &Cell| if *cell == Cell::Missing { Cell::Number(f64::NAN) } else { cell.clone() };
        let cells = column.cells.iter().map(filled).collect();
        let columns = vec![Column { name: column.name.clone(), cells }];
        let whole = Table { path: table.path.clone(), columns, rows: table.rows };
        let losses: Vec<Option<f64>> = whole
            .numbers(self.loss)
            .map_err(failed)?
            .into_iter()
            .map(|loss| Some(loss).filter(|loss| loss.is_finite()))
            .collect();
        let excluded = losses.iter().enumerate().filter(|(_, loss)| loss.is_none()).map(|(row, _)| row as u64 + 1);
        let excluded = excluded.collect();
        Ok((losses, excluded))
    }
}

/// Adds tokens or compute by C = 6 N D where the other two are given.
fn derive(scales: &mut [Scale], given: &[Quantity]) -> Option<(Quantity, &'static str)> {
    let has = |quantity: Quantity| given.contains(&quantity);
    let (quantity, note) = match (has(Quantity::Parameters), has(Quantity::Tokens), has(Quantity::Compute)) {
        (true, false, true) => (Quantity::Tokens, "tokens are taken as compute / (6 parameters)"),
        (true, true, false) => (Quantity::Compute, "compute is taken as 6 parameters x tokens"),
        _ => return None,
    };
    for scale in scales.iter_mut() {
        let value = |quantity: Quantity| scale.get(quantity).unwrap_or(f64::NAN);
        let derived = match quantity {
            Quantity::Tokens => value(Quantity::Compute) / (6.0 * value(Quantity::Parameters)),
            _ => 6.0 * value(Quantity::Parameters) * value(Quantity::Tokens),
        };
        *scale = scale.with(quantity, derived).ok()?;
    }
    Some((quantity, note))
}

/// Rows in words: the first few, and how many more.
fn listed(rows: &[u64]) -> String {
    const SHOWN: usize = 8;
    let shown: Vec<String> = rows.iter().take(SHOWN).map(ToString::to_string).collect();
    let more = rows.len().saturating_sub(SHOWN);
    let noun = if rows.len() == 1 { "row" } else { "rows" };
    let verb = if rows.len() == 1 { "is" } else { "are" };
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{noun} {}{more} {verb}", shown.join(", "))
}
