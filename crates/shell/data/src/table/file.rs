use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::{Table, TableError, delimited, json_lines, parquet};

const ENDINGS: &str = "`.csv`, `.tsv`, `.jsonl`, `.ndjson`, `.json-lines`, `.parquet`";
/// A small file can claim to hold any number of cells, most of them missing;
/// this many take five gigabytes.
const MOST_CELLS: usize = 200_000_000;

/// Reads a table, in the format that the ending of its name says.
///
/// # Errors
/// [`TableError`] if anything in the file is not as it should be; a table is read
/// whole or not at all.
pub fn read(path: &Path) -> Result<Table, TableError> {
    read_wanted(path, &Wanted::new(None))
}

/// Reads the columns of these names, in the order of the file.
///
/// In Parquet the others are not even decoded; in CSV and JSON lines they must be
/// well-formed.
///
/// # Errors
/// [`TableError`] as for [`read`], and [`TableError::UnknownColumn`].
pub fn select(path: &Path, columns: &[&str]) -> Result<Table, TableError> {
    read_wanted(path, &Wanted::new(Some(columns)))
}

fn read_wanted(path: &Path, wanted: &Wanted<'_>) -> Result<Table, TableError> {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let (columns, rows) = match ending.as_deref() {
        Some("csv") => delimited::read(path, &text(path)?, b',', wanted)?,
        Some("tsv") => delimited::read(path, &text(path)?, b'\t', wanted)?,
        Some("jsonl" | "ndjson" | "json-lines") => json_lines::read(path, &text(path)?, wanted)?,
        Some("parquet") => parquet::read(path, open(path)?, wanted)?,
        _ => {
            // What is not there has no format either, and is the more useful thing to say.
            open(path)?;
            return Err(TableError::UnknownFormat { path: path.to_owned(), expected: ENDINGS });
        }
    };
    if rows == 0 {
        return Err(TableError::NoRows { path: path.to_owned() });
    }
    Ok(Table { path: path.to_owned(), columns, rows })
}

/// The columns that the caller wants; all, if it does not say.
pub(super) struct Wanted<'call> {
    names: Option<&'call [&'call str]>,
    most_cells: usize,
}

impl<'call> Wanted<'call> {
    fn new(names: Option<&'call [&'call str]>) -> Self {
        Self { names, most_cells: MOST_CELLS }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.names.is_none_or(|names| names.contains(&name))
    }

    /// Refuses a table that would not fit into memory.
    pub(super) fn fits(&self, path: &Path, rows: usize, columns: usize) -> Result<(), TableError> {
        if rows.saturating_mul(columns) <= self.most_cells {
            return Ok(());
        }
        Err(TableError::TooLarge { path: path.to_owned(), rows, columns, most: self.most_cells })
    }

    /// Refuses a name that is not among the existing.
    pub(super) fn all_exist(&self, path: &Path, existing: &[&str]) -> Result<(), TableError> {
        match self.names.into_iter().flatten().find(|name| !existing.contains(name)) {
            Some(unknown) => Err(TableError::unknown_column(path, unknown, existing.iter().copied())),
            None => Ok(()),
        }
    }
}

fn refused(path: &Path, source: io::Error) -> TableError {
    match source.kind() {
        io::ErrorKind::NotFound => TableError::Missing { path: path.to_owned() },
        _ => TableError::Unreadable { path: path.to_owned(), source },
    }
}

fn open(path: &Path) -> Result<File, TableError> {
    let metadata = path.metadata().map_err(|source| refused(path, source))?;
    // Opening a pipe would wait for its writer.
    if !metadata.is_file() {
        return Err(TableError::NotAFile { path: path.to_owned() });
    }
    if metadata.len() == 0 {
        return Err(TableError::Empty { path: path.to_owned() });
    }
    File::open(path).map_err(|source| refused(path, source))
}

/// The text of a file, without a byte order mark.
fn text(path: &Path) -> Result<String, TableError> {
    open(path)?;
    let bytes = fs::read(path).map_err(|source| refused(path, source))?;
    let not_utf8 = |bytes: &[u8], at: usize| TableError::NotUtf8 {
        path: path.to_owned(),
        line: memchr::memchr_iter(b'\n', &bytes[..at]).count() + 1,
        found: bytes[at],
    };
    // Text has no zero bytes: this is binary, or UTF-16.
    if let Some(at) = memchr::memchr(0, &bytes) {
        return Err(not_utf8(&bytes, at));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        not_utf8(error.as_bytes(), at)
    })?;
    Ok(text.strip_prefix('\u{FEFF}').map(str::to_owned).unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ever_new_keys_are_refused_before_they_fill_the_memory() {
        let lines: String = (0..100).map(|at| format!("{{\"k{at}\": 1}}\n")).collect();
        let check = |most_cells| {
            json_lines::read(Path::new("t.jsonl"), &lines, &Wanted { names: None, most_cells })
                .map(|(columns, _)| columns)
        };
        assert_eq!(check(10_000).unwrap().len(), 100);
        let message = check(9_999).unwrap_err().to_string();
        assert_eq!(message, "t.jsonl has 100 rows of 100 columns, expected at most 9999 cells");
        assert!(matches!(check(1_000), Err(TableError::TooLarge { rows: 32, columns: 32, .. })));
    }
}
