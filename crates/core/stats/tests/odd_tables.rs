//! Tables that make little sense: every method of the catalogue finds something
//! finite in them or says what is wrong, and never panics.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use gosset_stats::method::{Inputs, Kind, Method, Role, Values};
use gosset_stats::{GROUPS, Stream};

const TABLES: u64 = 60;

/// A number of a column: of one size, tied, huge, tiny, or no number.
fn number(role: Role, kind: u64, stream: &mut Stream) -> f64 {
    if matches!(role, Role::PValue) && kind < 4 {
        return [0.0, 1.0, 1e-300, stream.uniform()][stream.below(4) as usize];
    }
    match kind {
        0 => stream.normal(),
        1 => stream.below(3) as f64,
        2 => 7.0,
        3 => stream.normal() * 1e-310,
        4 => (stream.below(3) as f64 - 1.0) * 1e308,
        5 => [0.0, -0.0, 1e300, -1e-300, 5e-324][stream.below(5) as usize],
        _ => [f64::NAN, f64::INFINITY, 1.0, -1.0][stream.below(4) as usize],
    }
}

fn columns(method: &Method, rows: usize, kind: u64, stream: &mut Stream) -> BTreeMap<Role, Values> {
    let labels = 1 + stream.below(4);
    let mut columns = BTreeMap::new();
    for column in method.columns {
        if !column.is_required && stream.below(2) == 0 {
            continue;
        }
        let values = match column.kind {
            Kind::Numbers => Values::Numbers((0..rows).map(|_| number(column.role, kind, stream)).collect()),
            Kind::Labels => Values::Labels((0..rows).map(|_| format!("l{}", stream.below(labels))).collect()),
        };
        columns.insert(column.role, values);
    }
    columns
}

/// Settings of the example, and now and then one that makes no sense.
fn settings(method: &Method, stream: &mut Stream) -> BTreeMap<String, f64> {
    let mut settings: BTreeMap<String, f64> =
        method.example.settings.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
    for setting in method.settings {
        if setting.name == "resamples" {
            settings.insert(setting.name.to_owned(), 100.0);
        } else if stream.below(6) == 0 {
            let odd = [0.0, -1.0, 1.0, 0.5, 1e-320, 1e300, f64::NAN, f64::INFINITY, 3.0];
            settings.insert(setting.name.to_owned(), odd[stream.below(odd.len() as u64) as usize]);
        }
    }
    settings
}

#[test]
fn no_method_panics_on_a_table_that_makes_little_sense() {
    let mut panicked = Vec::new();
    for method in GROUPS.iter().flat_map(|group| group.methods).copied() {
        let root = Stream::named([17; 32], method.id);
        for table in 0..TABLES {
            let mut stream = root.substream(table);
            let (rows, kind) = (stream.below(13) as usize, table % 7);
            let (columns, settings) = (columns(method, rows, kind, &mut stream), settings(method, &mut stream));
            let inputs = Inputs::new(method, &columns, &settings, &root);
            match catch_unwind(AssertUnwindSafe(|| (method.compute)(&inputs))) {
                Err(_) => panicked.push(format!("{} panics on {columns:?}, {settings:?}", method.id)),
                Ok(Err(error)) => assert!(!error.code().is_empty()),
                Ok(Ok(findings)) => {
                    let quantities = findings.quantities.iter().filter_map(|quantity| quantity.value);
                    let cells =
                        findings.tables.iter().flat_map(|table| &table.rows).flat_map(|row| row.1.iter().flatten());
                    if quantities.chain(cells.copied()).any(f64::is_nan) {
                        panicked.push(format!("{} finds NaN in {columns:?}, {settings:?}", method.id));
                    }
                }
            }
        }
    }
    assert!(panicked.is_empty(), "{} cases:\n{}", panicked.len(), panicked.join("\n"));
}
