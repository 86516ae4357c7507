use std::fs;
use std::path::PathBuf;

use gosset_data::table::{self, Cell, Table, TableError};
use proptest::prelude::*;
use tempfile::TempDir;

/// Writes a file; it lives as long as the directory.
pub(crate) fn write(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(name);
    fs::write(&path, bytes).unwrap();
    (directory, path)
}

fn check(name: &str, bytes: impl AsRef<[u8]>) -> Result<Table, TableError> {
    let (_directory, path) = write(name, bytes.as_ref());
    table::read(&path)
}

/// The error's text without the directory, and its code.
fn refusal(name: &str, bytes: impl AsRef<[u8]>) -> (String, &'static str) {
    let (directory, path) = write(name, bytes.as_ref());
    let error = table::read(&path).expect_err("the file is bad");
    let folder = format!("{}/", directory.path().display());
    (error.to_string().replace(&folder, ""), error.code())
}

fn assert_refused(name: &str, bytes: impl AsRef<[u8]>, message: &str) {
    assert_eq!(refusal(name, bytes).0, message);
}

#[test]
fn csv_is_read_column_by_column() {
    let table = check("p.csv", "id,label,p_1\n1,cat,0.25\n007,\"dog, big\",NaN\n").unwrap();
    assert_eq!((table.rows, table.columns.len()), (2, 3));
    assert_eq!(table.text("id").unwrap(), ["1", "007"]);
    assert_eq!(table.text("label").unwrap(), ["cat", "dog, big"]);
    let p = table.numbers("p_1").unwrap();
    assert!(p[0] == 0.25 && p[1].is_nan());
}

#[test]
fn tabs_windows_line_ends_and_a_byte_order_mark_are_read() {
    let table = check("p.TSV", "\u{FEFF}id\tlabel\r\n1\tä\r\n\r\n2\tb").unwrap();
    assert_eq!(table.text("id").unwrap(), ["1", "2"]);
    assert_eq!(table.text("label").unwrap(), ["ä", "b"]);
}

#[test]
fn json_lines_are_read_and_absent_keys_are_missing() {
    let text = "{\"label\": 7.0, \"p\": NaN}\n\n{\"p\": -Infinity, \"label\": \"7\", \"new\": true}\r\n{\"label\": 12345678901234567890, \"p\": \"inf\"}";
    let table = check("p.jsonl", text).unwrap();
    assert_eq!(table.text("label").unwrap(), ["7", "7", "12345678901234567890"]);
    let p = table.numbers("p").unwrap();
    assert!(p[0].is_nan() && p[1] == f64::NEG_INFINITY && p[2] == f64::INFINITY);
    assert_eq!(table.column("new").unwrap().cells, [Cell::Missing, Cell::Text("true".to_owned()), Cell::Missing]);
    assert!(matches!(table.numbers("new"), Err(TableError::MissingValue { row: 1, .. })));
}

#[test]
fn select_reads_some_columns_in_the_order_of_the_file() {
    for (name, text) in [("t.csv", "a,b,c\n1,2,3\n"), ("t.ndjson", "{\"a\": 1, \"b\": 2, \"c\": 3}\n")] {
        let (_directory, path) = write(name, text.as_bytes());
        let table = table::select(&path, &["c", "a"]).unwrap();
        let names: Vec<_> = table.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!((names, table.rows), (vec!["a", "c"], 1));
        assert_eq!(table.numbers("c").unwrap(), [3.0]);
        assert!(matches!(table::select(&path, &["a", "d"]), Err(TableError::UnknownColumn { .. })));
        assert_eq!(table::select(&path, &[]).unwrap().rows, 1);
    }
}

#[test]
fn a_missing_value_is_named_by_row_and_column() {
    let table = check("p.csv", "id,prediction\n1,0.5\n2,\n").unwrap();
    let message = table.numbers("prediction").unwrap_err().to_string();
    assert!(message.ends_with("p.csv: row 2, column `prediction`: missing"), "{message}");
    assert!(matches!(table.text("prediction"), Err(TableError::MissingValue { row: 2, .. })));
}

#[test]
fn an_unknown_column_lists_the_nearest_and_all_that_exist() {
    let table = check("p.csv", "id,Prediction,p_0\n1,2,3\n").unwrap();
    let error = table.numbers("predicton").unwrap_err();
    assert!(error.to_string().ends_with(
        "p.csv: there is no column `predicton`, the nearest is `Prediction`; it has `id`, `Prediction`, `p_0`"
    ));
    assert_eq!(error.hints(), ["use `Prediction`"]);
    let message = table.text("zebra").unwrap_err().to_string();
    assert!(message.ends_with("there is no column `zebra`; it has `id`, `Prediction`, `p_0`"), "{message}");
}

#[test]
fn empty_files_and_files_without_rows_are_refused() {
    for name in ["t.csv", "t.tsv", "t.jsonl", "t.parquet"] {
        assert_eq!(refusal(name, "").0, format!("{name} is empty"));
    }
    assert_refused("t.csv", "a,b\n", "t.csv has no rows");
    assert_refused("t.csv", "\n\n", "t.csv is empty");
    assert_refused("t.jsonl", "\n \n", "t.jsonl has no rows");
}

#[test]
fn ragged_rows_are_refused_with_their_line() {
    assert_refused("t.csv", "a,b\n1,\"x\ny\"\n\n3\n", "t.csv: line 5: found 1 values, expected 2");
    assert_refused("t.csv", "a,b\n1,2,3\n", "t.csv: line 2: found 3 values, expected 2");
}

#[test]
fn a_blank_line_in_a_single_column_is_refused_since_it_may_be_a_value() {
    assert_refused("t.csv", "a\n1\n\n3\n", "t.csv: line 3 is empty, expected a value of the only column");
    assert_eq!(check("t.csv", "a\n1\n\"\"\n3\n\n").unwrap().rows, 3);
}

#[test]
fn quotes_left_open_are_refused() {
    assert_refused("t.csv", "a,b\n1,\"x\n2,y\n", "t.csv: line 2: a quotation mark opens here and none closes");
    let message = "t.csv: line 2: found `x` after a closing quotation mark, expected the next value";
    assert_refused("t.csv", "a,b\n1,\"y\"x", message);
}

#[test]
fn columns_of_one_name_are_refused() {
    assert_refused("t.csv", "a,b,a\n1,2,3\n", "t.csv: line 1: two columns are named `a`");
    assert_refused("t.jsonl", "{\"a\": 1}\n{\"a\": 1, \"a\": 2}\n", "t.jsonl: line 2: two columns are named `a`");
}

#[test]
fn bytes_that_are_no_text_are_refused_with_their_line() {
    let message = "t.csv: line 2: found the byte 0xE4, expected text in UTF-8";
    assert_refused("t.csv", b"a,b\n\xE4,1\n", message);
    // UTF-16 with its mark, and a picture.
    assert_eq!(refusal("t.csv", b"\xFF\xFEa\0,\0").1, "table-not-utf8");
    assert_eq!(refusal("t.jsonl", b"\x89PNG\r\n\x1A\n\0\0").1, "table-not-utf8");
    assert_eq!(refusal("t.parquet", b"\x89PNG\r\n\x1A\n\0\0").1, "table-not-parquet");
}

#[test]
fn lines_that_are_not_json_objects_are_refused_with_their_place() {
    assert_refused("t.jsonl", "{\"a\": 1}\n{\"a\": 1, \"b", "t.jsonl: line 2 ends before its JSON object does");
    assert_refused("t.jsonl", "{\"a\": 01}", "t.jsonl: line 1, byte 7: found `01}`, expected a JSON object");
    assert_refused("t.jsonl", "{} {}", "t.jsonl: line 1, byte 4: found `{}`, expected a JSON object");
    assert_refused("t.jsonl", "\n [1]", "t.jsonl: line 2, byte 2: found `[1]`, expected a JSON object");
    assert_refused("t.jsonl", "a,b\n", "t.jsonl: line 1, byte 1: found `a,b`, expected a JSON object");
    let message = "t.jsonl: line 1, column `a`: found `1e999`, expected a number of 64 bits";
    assert_refused("t.jsonl", "{\"a\": 1e999}", message);
}

#[test]
fn nested_values_are_refused_only_where_they_are_asked_for() {
    let table = check("t.jsonl", "{\"id\": 1, \"logits\": [0.5, {\"a\": NaN}], \"meta\": {}}").unwrap();
    assert_eq!(table.numbers("id").unwrap(), [1.0]);
    let message = table.numbers("logits").unwrap_err().to_string();
    assert!(message.ends_with("row 1, column `logits`: found a list, expected a number"), "{message}");
    assert!(table.text("meta").unwrap_err().to_string().contains("found an object"));
}

#[test]
fn what_is_no_file_or_has_no_known_ending_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let code = |path: PathBuf| table::read(&path).unwrap_err().code();
    assert_eq!(code(directory.path().join("none.csv")), "table-missing");
    assert_eq!(code(directory.path().join("none.txt")), "table-missing");
    fs::create_dir(directory.path().join("d.csv")).unwrap();
    fs::create_dir(directory.path().join("d.parquet")).unwrap();
    assert_eq!(code(directory.path().join("d.csv")), "table-not-a-file");
    assert_eq!(code(directory.path().join("d.parquet")), "table-not-a-file");
    assert_eq!(refusal("t.csv.gz", "x").1, "table-format-unknown");
    assert!(refusal("t", "x").0.contains("expected one of `.csv`"));
}

proptest! {
    // Any bytes give a table of equal columns or an error, and never a panic.
    #[test]
    fn no_bytes_make_text_formats_panic(bytes in prop::collection::vec(any::<u8>(), 0..60), text in "[a{}\\[\\]\":,\\\\u0-9eN.\n\r\t -]{0,40}") {
        for name in ["t.csv", "t.tsv", "t.jsonl"] {
            for content in [&bytes, text.as_bytes()] {
                if let Ok(table) = check(name, content) {
                    prop_assert!(table.columns.iter().all(|column| column.cells.len() == table.rows));
                }
            }
        }
    }
}
