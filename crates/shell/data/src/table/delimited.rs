use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;

use super::cell::quoted;
use super::file::Wanted;
use super::{Cell, Column, TableError};

/// Reads values between `delimiter`s, below a row of names; gives the columns
/// wanted and the number of rows.
pub(super) fn read(
    path: &Path,
    text: &str,
    delimiter: u8,
    wanted: &Wanted<'_>,
) -> Result<(Vec<Column>, usize), TableError> {
    let mut n_rows = 0;
    let mut rows = Rows { path, text, delimiter, at: 0, line: 1 };
    let mut values = Vec::new();
    let Some(header) = rows.next(&mut values)? else {
        return Err(TableError::Empty { path: path.to_owned() });
    };
    let names: Vec<String> = values.iter().map(|name| name.to_string()).collect();
    let mut seen = BTreeSet::new();
    if let Some(twice) = names.iter().find(|name| !seen.insert(*name)) {
        return Err(TableError::DuplicateColumn { path: path.to_owned(), line: header.line, column: twice.clone() });
    }
    wanted.all_exist(path, &names.iter().map(String::as_str).collect::<Vec<_>>())?;
    let places: Vec<usize> = (0..names.len()).filter(|place| wanted.has(&names[*place])).collect();
    let mut columns: Vec<Column> =
        places.iter().map(|place| Column { name: names[*place].clone(), cells: Vec::new() }).collect();

    while let Some(row) = rows.next(&mut values)? {
        if let (1, Some(line)) = (names.len(), row.blank_line_before) {
            return Err(TableError::BlankLine { path: path.to_owned(), line });
        }
        if values.len() != names.len() {
            let (found, expected) = (values.len(), names.len());
            return Err(TableError::RaggedRow { path: path.to_owned(), line: row.line, found, expected });
        }
        for (column, place) in columns.iter_mut().zip(&places) {
            let value = &values[*place];
            column.cells.push(if value.is_empty() { Cell::Missing } else { Cell::Text(value.to_string()) });
        }
        n_rows += 1;
    }
    Ok((columns, n_rows))
}

/// A cursor over the rows of a text.
///
/// As RFC 4180, with any of the three line ends, and with lines of nothing at
/// all passed over. A quotation mark within a value that does not begin with one
/// is a letter like any other.
struct Rows<'text> {
    path: &'text Path,
    text: &'text str,
    delimiter: u8,
    at: usize,
    line: usize,
}

/// Where a row stands.
struct Row {
    line: usize,
    blank_line_before: Option<usize>,
}

impl<'text> Rows<'text> {
    /// Reads the next row into `values`.
    fn next(&mut self, values: &mut Vec<Cow<'text, str>>) -> Result<Option<Row>, TableError> {
        values.clear();
        let mut blank_line_before = None;
        while let Some(b'\n' | b'\r') = self.peek() {
            blank_line_before.get_or_insert(self.line);
            self.end_line();
        }
        if self.peek().is_none() {
            return Ok(None);
        }
        let line = self.line;
        loop {
            values.push(if self.peek() == Some(b'"') { self.quoted()? } else { self.plain() });
            match self.peek() {
                Some(byte) if byte == self.delimiter => self.at += 1,
                Some(b'\n' | b'\r') => {
                    self.end_line();
                    break;
                }
                None => break,
                Some(_) => {
                    let found = quoted(&self.text[self.at..]);
                    return Err(TableError::TextAfterQuote { path: self.path.to_owned(), line: self.line, found });
                }
            }
        }
        Ok(Some(Row { line, blank_line_before }))
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn end_line(&mut self) {
        let bytes = &self.text.as_bytes()[self.at..];
        self.at += if bytes.starts_with(b"\r\n") { 2 } else { 1 };
        self.line += 1;
    }

    fn plain(&mut self) -> Cow<'text, str> {
        let rest = &self.text[self.at..];
        let length = memchr::memchr3(self.delimiter, b'\n', b'\r', rest.as_bytes()).unwrap_or(rest.len());
        self.at += length;
        Cow::Borrowed(&rest[..length])
    }

    /// A value from its opening quotation mark to past its closing one.
    fn quoted(&mut self) -> Result<Cow<'text, str>, TableError> {
        let line = self.line;
        let start = self.at + 1;
        let mut value = Cow::Borrowed("");
        self.at = start;
        loop {
            let Some(length) = memchr::memchr(b'"', &self.text.as_bytes()[self.at..]) else {
                return Err(TableError::UnclosedQuote { path: self.path.to_owned(), line });
            };
            let part = &self.text[self.at..self.at + length];
            self.line += memchr::memchr_iter(b'\n', part.as_bytes()).count();
            self.at += length + 1;
            // `+=` borrows as long as there is one part.
            value += part;
            if self.peek() != Some(b'"') {
                return Ok(value);
            }
            self.at += 1;
            value += "\"";
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str) -> Result<Vec<Vec<String>>, TableError> {
        let mut rows = Rows { path: Path::new("t.csv"), text, delimiter: b',', at: 0, line: 1 };
        let (mut all, mut values) = (Vec::new(), Vec::new());
        while rows.next(&mut values)?.is_some() {
            all.push(values.iter().map(|value| value.to_string()).collect());
        }
        Ok(all)
    }

    #[test]
    fn quotes_commas_and_line_ends_of_every_kind_are_read() {
        let rows = check("a,\"b,\"\"c\"\"\nd\",\r\n\r\n,\"\",5\" disk\re").unwrap();
        assert_eq!(rows, [vec!["a", "b,\"c\"\nd", ""], vec!["", "", "5\" disk"], vec!["e"]]);
    }

    #[test]
    fn a_delimiter_at_the_end_opens_an_empty_value() {
        assert_eq!(check("a,\n,").unwrap(), [["a", ""], ["", ""]]);
    }

    #[test]
    fn a_quote_that_does_not_close_is_an_error_at_its_line() {
        assert!(matches!(check("a\nb,\"c\nd\n"), Err(TableError::UnclosedQuote { line: 2, .. })));
        assert!(matches!(check("a\n\"x\n\"b\n"), Err(TableError::TextAfterQuote { line: 3, .. })));
    }

    proptest! {
        // The crate csv 1.4 reads the same values out of any text without errors.
        #[test]
        fn other_readers_read_the_same(text in "[a\",\n\r ]{0,30}") {
            if let Ok(rows) = check(&text) {
                let mut other = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
                let expected: Vec<Vec<String>> =
                    other.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
                prop_assert_eq!(rows, expected);
            }
        }

        #[test]
        fn what_another_writer_writes_is_read(rows in prop::collection::vec(prop::collection::vec(".{0,8}|[\",\n\r]{1,4}", 2), 0..10)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            prop_assert_eq!(check(&text).unwrap(), rows);
        }
    }
}
