use std::collections::HashMap;
use std::path::Path;

use super::cell::quoted;
use super::file::Wanted;
use super::{Cell, Column, TableError};
use crate::json::{Entries, Fault, Value};

/// Reads an object a line, passing over lines of nothing but white space; gives
/// the columns wanted and the number of rows.
pub(super) fn read(path: &Path, text: &str, wanted: &Wanted<'_>) -> Result<(Vec<Column>, usize), TableError> {
    let mut keys = Keys::default();
    let mut rows = 0;
    for (at, line) in text.split('\n').enumerate() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let place = Place { path, line: at + 1, text: line };
        let mut entries = Entries::open(line.as_bytes()).map_err(|fault| place.fault(fault))?;
        let mut nth = 0;
        while let Some((name, value)) = entries.next().map_err(|fault| place.fault(fault))? {
            let key = keys.place(&name, nth, wanted);
            nth += 1;
            let key = &mut keys.all[key];
            if key.rows > rows {
                let (path, column) = (path.to_owned(), key.name.clone());
                return Err(TableError::DuplicateColumn { path, line: place.line, column });
            }
            if key.is_wanted {
                key.cells.resize(rows, Cell::Missing);
                key.cells.push(place.cell(&key.name, value)?);
            }
            key.rows = rows + 1;
        }
        rows += 1;
        wanted.fits(path, rows, keys.n_wanted)?;
    }
    wanted.all_exist(path, &keys.all.iter().map(|key| key.name.as_str()).collect::<Vec<_>>())?;
    let finish = |mut key: Key| {
        key.cells.resize(rows, Cell::Missing);
        Column { name: key.name, cells: key.cells }
    };
    Ok((keys.all.into_iter().filter(|key| key.is_wanted).map(finish).collect(), rows))
}

/// The keys seen so far, in the order of their first appearance.
#[derive(Default)]
struct Keys {
    all: Vec<Key>,
    by_name: HashMap<String, usize>,
    n_wanted: usize,
}

struct Key {
    name: String,
    is_wanted: bool,
    /// The number of the last row that had it, from 1.
    rows: usize,
    cells: Vec<Cell>,
}

impl Keys {
    /// The place of a key; `nth` is where it stands in its line, most often the
    /// same.
    fn place(&mut self, name: &str, nth: usize, wanted: &Wanted<'_>) -> usize {
        if self.all.get(nth).is_some_and(|key| key.name == name) {
            return nth;
        }
        if let Some(&place) = self.by_name.get(name) {
            return place;
        }
        let place = self.all.len();
        let is_wanted = wanted.has(name);
        self.n_wanted += usize::from(is_wanted);
        self.all.push(Key { name: name.to_owned(), is_wanted, rows: 0, cells: Vec::new() });
        self.by_name.insert(name.to_owned(), place);
        place
    }
}

/// A line, for error texts.
struct Place<'text> {
    path: &'text Path,
    line: usize,
    text: &'text str,
}

impl Place<'_> {
    fn cell(&self, column: &str, value: Value<'_>) -> Result<Cell, TableError> {
        Ok(match value {
            Value::Integer(integer) => Cell::Integer(integer),
            Value::Float(number) => Cell::Number(number),
            Value::BigInteger(digits) => Cell::Text(digits.to_owned()),
            Value::Text(text) => Cell::Text(text.into_owned()),
            Value::Boolean(boolean) => Cell::Text(boolean.to_string()),
            Value::Null => Cell::Missing,
            Value::List(_) => Cell::Other("a list"),
            Value::Object(_) => Cell::Other("an object"),
            Value::OutOfRange(digits) => {
                let (path, column, found) = (self.path.to_owned(), column.to_owned(), quoted(digits));
                return Err(TableError::NumberOutOfRange { path, line: self.line, column, found });
            }
        })
    }

    fn fault(&self, fault: Fault) -> TableError {
        let (path, line) = (self.path.to_owned(), self.line);
        let at = match fault {
            Fault::Unfinished => return TableError::UnfinishedLine { path, line },
            Fault::NotAnObject => self.text.len() - self.text.trim_ascii_start().len(),
            Fault::Syntax(at) | Fault::NotUtf8(at) => at,
        };
        let found = quoted(self.text.get(at..).unwrap_or(self.text));
        TableError::NotJson { path, line, byte: at + 1, found }
    }
}
