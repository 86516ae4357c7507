use std::io;
use std::path::{Path, PathBuf};

use ::parquet::errors::ParquetError;

/// Why a table, or a column of it, cannot be read.
///
/// A `row` counts rows of data from 1, a `line` lines of the file from 1.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// There is no such file.
    #[error("there is no file {}", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// It is a directory, a pipe or a device.
    #[error("{} is not a regular file", path.display())]
    NotAFile {
        /// The place.
        path: PathBuf,
    },
    /// The system refuses to read it.
    #[error("{} cannot be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Its name does not say which format it has.
    #[error("{}: the name does not say the format, expected one of {expected}", path.display())]
    UnknownFormat {
        /// The file.
        path: PathBuf,
        /// The endings that are known.
        expected: &'static str,
    },
    /// It has no bytes.
    #[error("{} is empty", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// It has columns at most, but no rows.
    #[error("{} has no rows", path.display())]
    NoRows {
        /// The file.
        path: PathBuf,
    },
    /// It has more cells than are read at once.
    #[error("{} has {rows} rows of {columns} columns, expected at most {most} cells", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// How many rows it has, or has so far.
        rows: usize,
        /// How many columns of those wanted it has, or has so far.
        columns: usize,
        /// The limit of their product.
        most: usize,
    },
    /// It is not text.
    #[error("{}: line {line}: found the byte 0x{found:02X}, expected text in UTF-8", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
        /// The first byte that does not belong there.
        found: u8,
    },
    /// A row has another number of values than there are columns.
    #[error("{}: line {line}: found {found} values, expected {expected}", path.display())]
    RaggedRow {
        /// The file.
        path: PathBuf,
        /// The line where the row begins.
        line: usize,
        /// How many values it has.
        found: usize,
        /// How many columns there are.
        expected: usize,
    },
    /// A line is empty where that could be a missing value.
    #[error("{}: line {line} is empty, expected a value of the only column", path.display())]
    BlankLine {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
    },
    /// A quoted value runs to the end of the file.
    #[error("{}: line {line}: a quotation mark opens here and none closes", path.display())]
    UnclosedQuote {
        /// The file.
        path: PathBuf,
        /// The line where the row begins.
        line: usize,
    },
    /// A quoted value does not end at its closing mark.
    #[error("{}: line {line}: found {found} after a closing quotation mark, expected the next value", path.display())]
    TextAfterQuote {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
        /// What follows the mark.
        found: String,
    },
    /// Two columns have one name.
    #[error("{}: line {line}: two columns are named `{column}`", path.display())]
    DuplicateColumn {
        /// The file.
        path: PathBuf,
        /// The line; 1 in Parquet.
        line: usize,
        /// The name.
        column: String,
    },
    /// A line is not JSON.
    #[error("{}: line {line}, byte {byte}: found {found}, expected a JSON object", path.display())]
    NotJson {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
        /// Where in the line, from 1.
        byte: usize,
        /// What stands there.
        found: String,
    },
    /// A line ends before its JSON object does.
    #[error("{}: line {line} ends before its JSON object does", path.display())]
    UnfinishedLine {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
    },
    /// A number in JSON is larger than any float.
    #[error("{}: line {line}, column `{column}`: found {found}, expected a number of 64 bits", path.display())]
    NumberOutOfRange {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
        /// The column.
        column: String,
        /// The number.
        found: String,
    },
    /// It is not Parquet, or damaged.
    #[error("{} cannot be read as Parquet", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What the decoder says.
        source: ParquetError,
    },
    /// It is damaged in a way that the decoder of Parquet does not foresee.
    #[error("{} is damaged: its decoder broke off", path.display())]
    ParquetDamaged {
        /// The file.
        path: PathBuf,
    },
    /// A column of Parquet has another number of values than the file has rows.
    #[error("{}: column `{column}`: found {found} values, expected {expected}", path.display())]
    ParquetRows {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
        /// How many values it has.
        found: usize,
        /// How many rows the file says it has.
        expected: usize,
    },
    /// There is no such column.
    #[error("{}: there is no column `{column}`{}; it has {}", path.display(), meant(nearest.as_deref()), listed(existing))]
    UnknownColumn {
        /// The file.
        path: PathBuf,
        /// The name asked for.
        column: String,
        /// The most similar name, if one is similar.
        nearest: Option<String>,
        /// The names that exist.
        existing: Vec<String>,
    },
    /// A cell has no value.
    #[error("{}: row {row}, column `{column}`: missing", path.display())]
    MissingValue {
        /// The file.
        path: PathBuf,
        /// The row.
        row: usize,
        /// The column.
        column: String,
    },
    /// A cell is neither text nor a number.
    #[error("{}: row {row}, column `{column}`: found {found}, expected text or a number", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// The row.
        row: usize,
        /// The column.
        column: String,
        /// The value.
        found: String,
    },
    /// A cell is not a number.
    #[error("{}: row {row}, column `{column}`: found {found}, expected a number", path.display())]
    NotANumber {
        /// The file.
        path: PathBuf,
        /// The row.
        row: usize,
        /// The column.
        column: String,
        /// The value.
        found: String,
    },
}

impl TableError {
    /// A stable kebab-case code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "table-missing",
            Self::NotAFile { .. } => "table-not-a-file",
            Self::Unreadable { .. } => "table-unreadable",
            Self::UnknownFormat { .. } => "table-format-unknown",
            Self::Empty { .. } => "table-empty",
            Self::NoRows { .. } => "table-no-rows",
            Self::TooLarge { .. } => "table-too-large",
            Self::NotUtf8 { .. } => "table-not-utf8",
            Self::RaggedRow { .. } => "table-ragged-row",
            Self::BlankLine { .. } => "table-blank-line",
            Self::UnclosedQuote { .. } => "table-unclosed-quote",
            Self::TextAfterQuote { .. } => "table-text-after-quote",
            Self::DuplicateColumn { .. } => "table-duplicate-column",
            Self::NotJson { .. } => "table-not-json",
            Self::UnfinishedLine { .. } => "table-unfinished-line",
            Self::NumberOutOfRange { .. } => "table-number-out-of-range",
            Self::Parquet { .. } => "table-not-parquet",
            Self::ParquetDamaged { .. } => "table-parquet-damaged",
            Self::ParquetRows { .. } => "table-parquet-rows",
            Self::UnknownColumn { .. } => "table-column-unknown",
            Self::MissingValue { .. } => "table-value-missing",
            Self::NotText { .. } => "table-value-not-text",
            Self::NotANumber { .. } => "table-value-not-a-number",
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::UnknownFormat { path, .. } if path.extension().is_some_and(|ending| ending == "json") => {
                "write one JSON object a line, to a file that ends with `.jsonl`"
            }
            Self::UnknownFormat { .. } => "rename the file so that its ending says the format",
            Self::Empty { .. } | Self::NoRows { .. } => "check that the program wrote its rows and closed the file",
            Self::NotUtf8 { .. } => "save the file as UTF-8",
            Self::UnfinishedLine { .. } => "check that the program was not stopped while it wrote the file",
            Self::BlankLine { .. } => "write a value in every line; a quoted empty value is missing but is a row",
            Self::UnclosedQuote { .. } | Self::TextAfterQuote { .. } => {
                "double a quotation mark that is part of a value"
            }
            Self::MissingValue { .. } => "write a value there, or leave the whole row out",
            Self::DuplicateColumn { .. } => "rename one of the columns",
            Self::TooLarge { .. } => "select fewer columns, or write the same keys in every line",
            Self::Parquet { .. } | Self::ParquetDamaged { .. } | Self::ParquetRows { .. } => "write the file again",
            Self::UnknownColumn { nearest: Some(nearest), .. } => return vec![format!("use `{nearest}`")],
            Self::Missing { .. }
            | Self::NotAFile { .. }
            | Self::Unreadable { .. }
            | Self::RaggedRow { .. }
            | Self::NotJson { .. }
            | Self::NumberOutOfRange { .. }
            | Self::UnknownColumn { nearest: None, .. }
            | Self::NotText { .. }
            | Self::NotANumber { .. } => return Vec::new(),
        };
        vec![hint.to_owned()]
    }

    pub(super) fn unknown_column<'name>(path: &Path, column: &str, existing: impl Iterator<Item = &'name str>) -> Self {
        let existing: Vec<String> = existing.map(str::to_owned).collect();
        let wanted = column.to_lowercase();
        let nearest = existing
            .iter()
            .map(|name| (strsim::damerau_levenshtein(&wanted, &name.trim().to_lowercase()), name))
            .min_by_key(|(distance, _)| *distance)
            .filter(|(distance, _)| *distance <= (wanted.chars().count() / 3).max(1))
            .map(|(_, name)| name.clone());
        Self::UnknownColumn { path: path.to_owned(), column: column.to_owned(), nearest, existing }
    }
}

fn meant(nearest: Option<&str>) -> String {
    nearest.map(|name| format!(", the nearest is `{name}`")).unwrap_or_default()
}

/// The first names of a list, which may hold thousands.
fn listed(names: &[String]) -> String {
    const MOST: usize = 20;
    let shown: Vec<String> = names.iter().take(MOST).map(|name| format!("`{name}`")).collect();
    let more = if names.len() > MOST { format!(" and {} more", names.len() - MOST) } else { String::new() };
    if shown.is_empty() { "no columns".to_owned() } else { format!("{}{more}", shown.join(", ")) }
}
