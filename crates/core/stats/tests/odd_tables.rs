//! Tables that make little sense: every method of the catalogue finds something
//! finite in them or says what is wrong, and never panics.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use gosset_stats::method::{Inputs, Kind, Method, Role, Values};
use gosset_stats::{GROUPS, Stream};

/// So many tables are put to each method.
const TABLES: u64 = 1_000;
/// Of a method that takes long over each of them.
const FEW_TABLES: u64 = 50;

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
    let is_crossed = stream.below(3) > 0;
    let mut columns = BTreeMap::new();
    for column in method.columns {
        if !column.is_required && stream.below(2) == 0 {
            continue;
        }
        let values = match column.kind {
            Kind::Numbers => Values::Numbers((0..rows).map(|_| number(column.role, kind, stream)).collect()),
            // Crossed, as designs are, or at random.
            Kind::Labels => Values::Labels(
                (0..rows as u64)
                    .map(|row| match column.role {
                        _ if !is_crossed => stream.below(labels),
                        Role::Method => row % labels,
                        Role::Task => row / labels % 3,
                        _ => row / labels / 3,
                    })
                    .map(|label| format!("l{label}"))
                    .collect(),
            ),
        };
        columns.insert(column.role, values);
    }
    columns
}

/// The method's own example with some of its rows, in any order and more than
/// once, and up to two numbers of another kind.
fn like_the_example(method: &Method, kind: u64, stream: &mut Stream) -> BTreeMap<Role, Values> {
    let rows = method.example.columns.iter().map(|(_, values)| length(&values.to_values())).min().unwrap_or(0);
    let picked: Vec<usize> = match stream.below(3) {
        _ if rows == 0 => Vec::new(),
        0 => (0..stream.below(3 * rows as u64)).map(|_| stream.below(rows as u64) as usize).collect(),
        _ => (0..rows).collect(),
    };
    let mut columns = BTreeMap::new();
    for (role, values) in method.example.columns {
        let values = match values.to_values() {
            Values::Labels(labels) => Values::Labels(picked.iter().map(|row| labels[*row].clone()).collect()),
            Values::Numbers(numbers) => {
                let mut numbers: Vec<f64> = picked.iter().map(|row| numbers[*row]).collect();
                for _ in 0..if numbers.is_empty() { 0 } else { stream.below(3) } {
                    let place = stream.below(numbers.len() as u64) as usize;
                    numbers[place] = number(*role, kind, stream);
                }
                Values::Numbers(numbers)
            }
        };
        columns.insert(*role, values);
    }
    columns
}

fn length(values: &Values) -> usize {
    match values {
        Values::Numbers(numbers) => numbers.len(),
        Values::Labels(labels) => labels.len(),
    }
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
    let (mut panicked, mut found_nothing) = (Vec::new(), Vec::new());
    for method in GROUPS.iter().flat_map(|group| group.methods).copied() {
        let root = Stream::named([17; 32], method.id);
        let mut found = 0;
        let tables = if method.id == "variance-components" { FEW_TABLES } else { TABLES };
        for table in 0..tables {
            let mut stream = root.substream(table);
            let (rows, kind) = (stream.below(3) as usize * stream.below(13) as usize, table % 7);
            let columns = match stream.below(2) {
                0 => columns(method, rows, kind, &mut stream),
                _ => like_the_example(method, kind, &mut stream),
            };
            let settings = settings(method, &mut stream);
            let inputs = Inputs::new(method, &columns, &settings, &root);
            match catch_unwind(AssertUnwindSafe(|| (method.compute)(&inputs))) {
                Err(_) => panicked.push(format!("{} panics on {columns:?}, {settings:?}", method.id)),
                Ok(Err(error)) => assert!(!error.code().is_empty()),
                Ok(Ok(findings)) => {
                    found += 1;
                    let quantities = findings.quantities.iter().filter_map(|quantity| quantity.value);
                    let cells =
                        findings.tables.iter().flat_map(|table| &table.rows).flat_map(|row| row.1.iter().flatten());
                    if quantities.chain(cells.copied()).any(f64::is_nan) {
                        panicked.push(format!("{} finds NaN in {columns:?}, {settings:?}", method.id));
                    }
                }
            }
        }
        if found == 0 {
            found_nothing.push(method.id);
        }
    }
    assert!(panicked.is_empty(), "{} cases:\n{}", panicked.len(), panicked.join("\n"));
    assert!(found_nothing.is_empty(), "these were never put to the test: {found_nothing:?}");
}
