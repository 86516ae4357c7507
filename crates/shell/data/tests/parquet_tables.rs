use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gosset_data::table::{self, Cell, TableError};
use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use crate::tables::write;

/// A file of two row groups: `id` without nulls, `label` and `p` with one null each.
fn parquet_bytes(compression: Compression) -> Vec<u8> {
    let schema = "message table { required int64 id; optional binary label (UTF8); optional double p; }";
    let properties = WriterProperties::builder().set_compression(compression).build();
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).unwrap();
    for (ids, labels, p) in [([1, 2], ["cat", "dog"], [0.25, 0.75]), ([3, 4], ["", "é"], [f64::NAN, 1.0])] {
        let mut group = writer.next_row_group().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<Int64Type>().write_batch(&ids, None, None).unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let labels: Vec<ByteArray> = labels.into_iter().map(ByteArray::from).collect();
        column.typed::<ByteArrayType>().write_batch(&labels, Some(&[1, 1]), None).unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<DoubleType>().write_batch(&p[..1], Some(&[1, 0]), None).unwrap();
        column.close().unwrap();
        group.close().unwrap();
    }
    writer.into_inner().unwrap()
}

#[test]
fn parquet_is_read_in_every_compression_that_is_promised() {
    let zstd = Compression::ZSTD(ZstdLevel::default());
    let gzip = Compression::GZIP(parquet::basic::GzipLevel::default());
    for compression in
        [Compression::UNCOMPRESSED, Compression::SNAPPY, zstd, gzip, Compression::LZ4_RAW, Compression::LZ4]
    {
        let (_directory, path) = write("t.parquet", &parquet_bytes(compression));
        let table = table::read(&path).unwrap();
        assert_eq!(table.rows, 4);
        assert_eq!(table.text("id").unwrap(), ["1", "2", "3", "4"]);
        assert_eq!(table.text("label").unwrap(), ["cat", "dog", "", "é"]);
        assert_eq!(table.column("p").unwrap().cells[..2], [Cell::Number(0.25), Cell::Missing]);
        assert!(matches!(table.numbers("p"), Err(TableError::MissingValue { row: 2, .. })));
    }
}

#[test]
fn select_decodes_only_the_columns_asked_for() {
    let mut bytes = parquet_bytes(Compression::UNCOMPRESSED);
    // The labels' page header is destroyed; only who reads it can notice.
    let at = bytes.windows(3).position(|window| window == b"cat").unwrap();
    bytes[at - 10..at - 4].fill(0xFF);
    let (_directory, path) = write("t.parquet", &bytes);
    assert_eq!(table::select(&path, &["id"]).unwrap().numbers("id").unwrap(), [1.0, 2.0, 3.0, 4.0]);
    assert!(table::read(&path).is_err());
    assert!(matches!(table::select(&path, &["idd"]), Err(TableError::UnknownColumn { .. })));
}

// Written by pyarrow 26.0.1: tests/fixtures/make.py.
#[test]
fn a_file_of_pyarrow_is_read() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pyarrow.parquet");
    let table = table::read(&path).unwrap();
    let cells = |name: &str| table.column(name).unwrap().cells.clone();
    let text = |text: &str| Cell::Text(text.to_owned());
    assert_eq!(table.text("id").unwrap(), ["1", "2", "9007199254740993"]);
    assert_eq!(table.text("hash").unwrap(), ["0", "7", "18446744073709551615"]);
    assert_eq!(cells("label"), [text("cat"), Cell::Missing, text("größe")]);
    assert_eq!(table.text("class").unwrap(), ["7", "1", "2"]);
    let p = table.numbers("p_0").unwrap();
    assert!(p[0] == 0.1 && p[1].is_nan() && p[2] == f64::NEG_INFINITY);
    assert_eq!(table.numbers("p_32").unwrap(), [0.5, 0.25, f64::from(0.1_f32)]);
    assert_eq!(table.numbers("p_16").unwrap(), [0.5, -2.0, 65504.0]);
    assert_eq!(cells("is_correct"), [text("true"), text("false"), Cell::Missing]);
    assert_eq!(cells("price"), [text("12.50"), text("-0.05"), Cell::Missing]);
    assert_eq!(cells("when"), vec![Cell::Other("a timestamp"); 3]);
    assert_eq!(cells("logits"), vec![Cell::Other("a list"); 3]);
    assert_eq!(cells("nothing"), vec![Cell::Missing; 3]);
}

#[test]
fn a_parquet_file_cut_short_at_any_byte_is_refused() {
    let bytes = parquet_bytes(Compression::SNAPPY);
    for length in 0..bytes.len() {
        let (_directory, path) = write("t.parquet", &bytes[..length]);
        assert!(table::read(&path).is_err(), "the first {length} bytes");
    }
}

/// Reads a damaged file: a table of equal columns or an error.
fn check_damaged(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
    if let Ok(table) = table::read(path) {
        assert!(table.columns.iter().all(|column| column.cells.len() == table.rows));
    }
}

#[test]
fn no_changed_byte_makes_parquet_panic() {
    let bytes = parquet_bytes(Compression::UNCOMPRESSED);
    let (_directory, path) = write("t.parquet", &bytes);
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= [1, 0x80, 0xFF][at % 3];
        check_damaged(&path, &damaged);
    }
}
