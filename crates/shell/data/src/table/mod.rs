//! Flat tables: predictions, labels, scores, groups.
//!
//! [`read`] takes CSV, JSON lines and Parquet by their file name, [`select`]
//! takes some columns of them, and [`Table::text`] and [`Table::numbers`] give a
//! column as what the caller needs, or say in which row it is not that.
//!
//! | name ends in | read as |
//! |---|---|
//! | `.csv` | comma-separated, quoted as in RFC 4180, first line names the columns |
//! | `.tsv` | the same with tabs |
//! | `.jsonl`, `.ndjson`, `.json-lines` | a JSON object a line, one key a column |
//! | `.parquet` | Parquet, uncompressed or by Snappy, Zstandard, gzip or LZ4 |
//!
//! What counts as missing: an empty cell in CSV, `null` or an absent key in
//! JSON, a null in Parquet. `NA`, `null` or `None` in CSV is text.
//!
//! CSV keeps the digits that it has: the label `007` stays `007`, and `7.0` is not
//! the label `7`. JSON and Parquet know numbers: there 7.0 is the label `7`.

mod cell;
mod delimited;
mod error;
mod file;
mod json_lines;
mod parquet;
mod written;

pub use cell::{Cell, Column, Table};
pub use error::TableError;
pub use file::{read, select};
pub use written::written;
