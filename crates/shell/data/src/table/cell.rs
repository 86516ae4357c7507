use std::path::PathBuf;

use super::TableError;

/// A table, column by column.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The file that it was read from, for error texts.
    pub path: PathBuf,
    /// The columns in the order of the file, each with a cell a row, no two of
    /// one name.
    pub columns: Vec<Column>,
    /// The number of rows.
    pub rows: usize,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its cells, one a row.
    pub cells: Vec<Cell>,
}

/// One value of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A text; in CSV every value is one. An integer beyond 64 bits and a decimal
    /// number of Parquet are the text of their digits, a boolean is `true` or
    /// `false`.
    Text(String),
    /// An integer.
    Integer(i64),
    /// A number; NaN and the infinities are numbers.
    Number(f64),
    /// No value.
    Missing,
    /// A value that is neither text nor number, in words: `a list`.
    Other(&'static str),
}

/// Integers up to this size are the same as a float.
const LARGEST_EXACT_INTEGER: f64 = 9_007_199_254_740_992.0;

impl Table {
    /// The column of this name.
    ///
    /// # Errors
    /// [`TableError::UnknownColumn`].
    pub fn column(&self, name: &str) -> Result<&Column, TableError> {
        self.columns.iter().find(|column| column.name == name).ok_or_else(|| {
            TableError::unknown_column(&self.path, name, self.columns.iter().map(|column| column.name.as_str()))
        })
    }

    /// A column as text, such as labels or ids.
    ///
    /// An integer is written as such, and so is a float that is whole: 7.0 gives
    /// `7`. Any other float has the fewest digits that tell it apart.
    ///
    /// # Errors
    /// [`TableError::UnknownColumn`]; at the first row that has no value or one that
    /// is not text, [`TableError::MissingValue`] or [`TableError::NotText`].
    pub fn text(&self, name: &str) -> Result<Vec<String>, TableError> {
        self.each(name, |cell| match cell {
            Cell::Text(text) => Ok(text.clone()),
            Cell::Integer(integer) => Ok(integer.to_string()),
            Cell::Number(number) => Ok(number_text(*number)),
            Cell::Missing => Err(Mismatch::Missing),
            Cell::Other(found) => Err(Mismatch::NotText((*found).to_owned())),
        })
    }

    /// A column as numbers, such as probabilities.
    ///
    /// A text counts if it is a decimal number, `nan`, `inf` or `infinity` in any
    /// case, with or without a sign and white space around it. An integer beyond
    /// 2^53 is rounded.
    ///
    /// # Errors
    /// [`TableError::UnknownColumn`]; at the first row that has no value or one that
    /// is not a number, [`TableError::MissingValue`] or [`TableError::NotANumber`].
    pub fn numbers(&self, name: &str) -> Result<Vec<f64>, TableError> {
        self.each(name, |cell| match cell {
            Cell::Text(text) => parse_number(text).ok_or_else(|| Mismatch::NotANumber(quoted(text))),
            Cell::Integer(integer) => Ok(*integer as f64),
            Cell::Number(number) => Ok(*number),
            Cell::Missing => Err(Mismatch::Missing),
            Cell::Other(found) => Err(Mismatch::NotANumber((*found).to_owned())),
        })
    }

    /// A column as scores, in which what is missing is no mistake: an empty cell,
    /// one of the words in which tables say so, NaN and the infinities, which a
    /// run that diverged leaves.
    ///
    /// `true` and `false` count as 1 and 0, and a percentage as a proportion: `93 %`
    /// is 0.93.
    ///
    /// # Errors
    /// [`TableError::UnknownColumn`]; at the first row whose value is none of this,
    /// [`TableError::NotANumber`].
    pub fn scores(&self, name: &str) -> Result<Vec<Option<f64>>, TableError> {
        self.each(name, |cell| cell.score().ok_or_else(|| Mismatch::NotANumber(cell.shown())))
    }

    fn each<T>(&self, name: &str, convert: impl Fn(&Cell) -> Result<T, Mismatch>) -> Result<Vec<T>, TableError> {
        let cells = &self.column(name)?.cells;
        let mut values = Vec::with_capacity(cells.len());
        for (at, cell) in cells.iter().enumerate() {
            let (path, row, column) = (|| self.path.clone(), at + 1, || name.to_owned());
            values.push(convert(cell).map_err(|mismatch| match mismatch {
                Mismatch::Missing => TableError::MissingValue { path: path(), row, column: column() },
                Mismatch::NotText(found) => TableError::NotText { path: path(), row, column: column(), found },
                Mismatch::NotANumber(found) => TableError::NotANumber { path: path(), row, column: column(), found },
            })?);
        }
        Ok(values)
    }
}

impl Cell {
    /// The cell as a score: [`None`] if it is not one, and an inner [`None`] if it
    /// says that there is none.
    #[must_use]
    pub fn score(&self) -> Option<Option<f64>> {
        let number = match self {
            Self::Missing => return Some(None),
            Self::Integer(integer) => *integer as f64,
            Self::Number(number) => *number,
            Self::Other(_) => return None,
            Self::Text(text) => match text.trim().to_lowercase().as_str() {
                "" | "na" | "n/a" | "none" | "null" | "-" => return Some(None),
                "true" => 1.0,
                "false" => 0.0,
                text => match text.strip_suffix('%') {
                    Some(percent) => parse_number(percent)? / 100.0,
                    None => parse_number(text)?,
                },
            },
        };
        Some(Some(number).filter(|number| number.is_finite()))
    }

    /// The cell in an error text.
    fn shown(&self) -> String {
        match self {
            Self::Text(text) => quoted(text),
            Self::Integer(integer) => quoted(&integer.to_string()),
            Self::Number(number) => quoted(&number_text(*number)),
            Self::Missing => "nothing".to_owned(),
            Self::Other(found) => (*found).to_owned(),
        }
    }
}

enum Mismatch {
    Missing,
    NotText(String),
    NotANumber(String),
}

fn number_text(number: f64) -> String {
    if number.trunc() == number && number.abs() <= LARGEST_EXACT_INTEGER {
        (number as i64).to_string()
    } else {
        number.to_string()
    }
}

fn parse_number(text: &str) -> Option<f64> {
    let text = text.trim();
    let number: f64 = text.parse().ok()?;
    // `1e999` is no infinity: only the word is.
    let is_overflow = number.is_infinite() && text.contains(|letter: char| letter.is_ascii_digit());
    (!is_overflow).then_some(number)
}

/// The beginning of a text from a file, printable, in backticks.
pub(super) fn quoted(text: &str) -> String {
    const MOST_LETTERS: usize = 40;
    let mut letters = text.chars();
    let shown: String = letters.by_ref().take(MOST_LETTERS).flat_map(char::escape_debug).collect();
    let dots = if letters.next().is_some() { "..." } else { "" };
    format!("`{shown}{dots}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: Cell) -> (Result<String, String>, Result<f64, String>) {
        let columns = vec![Column { name: "x".to_owned(), cells: vec![Cell::Integer(0), cell] }];
        let table = Table { path: PathBuf::from("t.csv"), columns, rows: 2 };
        let text = table.text("x").map(|values| values[1].clone()).map_err(|error| error.to_string());
        let number = table.numbers("x").map(|values| values[1]).map_err(|error| error.to_string());
        (text, number)
    }

    #[test]
    fn whole_numbers_are_labels_without_a_point() {
        assert_eq!(check(Cell::Number(7.0)).0.unwrap(), "7");
        assert_eq!(check(Cell::Number(-0.0)).0.unwrap(), "0");
        assert_eq!(check(Cell::Number(0.1)).0.unwrap(), "0.1");
        assert_eq!(check(Cell::Number(f64::NAN)).0.unwrap(), "NaN");
        assert_eq!(check(Cell::Integer(i64::MAX)).0.unwrap(), "9223372036854775807");
        assert_eq!(check(Cell::Text("007".to_owned())).0.unwrap(), "007");
    }

    #[test]
    fn every_spelling_of_not_a_number_and_infinity_is_a_number() {
        let number = |text: &str| check(Cell::Text(text.to_owned())).1.unwrap();
        for text in ["nan", "NaN", "NAN", "-nan"] {
            assert!(number(text).is_nan());
        }
        for text in ["inf", "Inf", "+inf", "Infinity", "infinity"] {
            assert_eq!(number(text), f64::INFINITY);
        }
        assert_eq!(number("-Infinity"), f64::NEG_INFINITY);
        assert_eq!(number(" 1.5e-3 "), 0.0015);
    }

    #[test]
    fn a_column_of_scores_has_gaps_truth_values_and_percentages() {
        let score = |cell: Cell| cell.score();
        let text = |text: &str| score(Cell::Text(text.to_owned()));
        for gap in ["", " ", "NA", "n/a", "None", "null", "-", "nan", "-inf"] {
            assert_eq!(text(gap), Some(None), "{gap}");
        }
        assert_eq!([score(Cell::Missing), score(Cell::Number(f64::INFINITY))], [Some(None); 2]);
        assert_eq!([text("True"), text("false")], [Some(Some(1.0)), Some(Some(0.0))]);
        assert_eq!([text("50%"), text("12.5 %")], [Some(Some(0.5)), Some(Some(0.125))]);
        assert_eq!([score(Cell::Integer(3)), text(" 1e-3 ")], [Some(Some(3.0)), Some(Some(0.001))]);
        for wrong in ["cat", "1,5", "%", "5%%", "1e999"] {
            assert_eq!(text(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_not_a_number_is_named_with_its_place() {
        let message = |cell| check(cell).1.unwrap_err();
        assert_eq!(message(Cell::Missing), "t.csv: row 2, column `x`: missing");
        assert_eq!(message(Cell::Text("cat".to_owned())), "t.csv: row 2, column `x`: found `cat`, expected a number");
        assert_eq!(message(Cell::Other("a list")), "t.csv: row 2, column `x`: found a list, expected a number");
        for text in ["1e999", "0x10", "1,5", "12 34", "1_000", ""] {
            assert!(message(Cell::Text(text.to_owned())).contains("expected a number"));
        }
        assert_eq!(
            check(Cell::Other("an object")).0.unwrap_err(),
            "t.csv: row 2, column `x`: found an object, expected text or a number"
        );
    }
}
