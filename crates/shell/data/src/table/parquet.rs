use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use ::parquet::basic::{ConvertedType, LogicalType, Type as Physical};
use ::parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use ::parquet::data_type::{ByteArray, DataType};
use ::parquet::errors::ParquetError;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::schema::types::{ColumnDescriptor, Type};

use super::file::Wanted;
use super::{Cell, Column, TableError};

const BATCH_ROWS: usize = 1 << 14;

/// Reads the columns wanted and the number of rows; nested columns become cells
/// that say so.
pub(super) fn read(path: &Path, file: File, wanted: &Wanted<'_>) -> Result<(Vec<Column>, usize), TableError> {
    // A damaged file can make the decoder index out of bounds. It is dropped with
    // all that it holds, so nothing half-changed remains.
    let outcome = catch_unwind(AssertUnwindSafe(|| read_columns(path, file, wanted)));
    outcome.unwrap_or_else(|_| Err(TableError::ParquetDamaged { path: path.to_owned() }))
}

fn read_columns(path: &Path, file: File, wanted: &Wanted<'_>) -> Result<(Vec<Column>, usize), TableError> {
    let damaged = |source: ParquetError| TableError::Parquet { path: path.to_owned(), source };
    let reader = SerializedFileReader::new(file).map_err(damaged)?;
    let metadata = reader.metadata();
    let rows = metadata.row_groups().iter().map(|group| usize::try_from(group.num_rows()).unwrap_or(usize::MAX));
    let rows = rows.fold(0, usize::saturating_add);
    let schema = metadata.file_metadata().schema_descr();
    let fields = schema.root_schema().get_fields();
    let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    if let Some(twice) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(TableError::DuplicateColumn { path: path.to_owned(), line: 1, column: twice[0].to_owned() });
    }
    wanted.all_exist(path, &names)?;
    let n_wanted = names.iter().filter(|name| wanted.has(name)).count();
    wanted.fits(path, rows, n_wanted)?;

    let mut columns = Vec::new();
    for (place, field) in fields.iter().enumerate().filter(|(_, field)| wanted.has(field.name())) {
        let name = field.name().to_owned();
        let leaf = (0..schema.num_columns()).find(|leaf| schema.get_column_root_idx(*leaf) == place);
        let kind = leaf.map_or(Kind::Other("a group"), |leaf| Kind::of(field, &schema.column(leaf)));
        let cells = match (kind, leaf) {
            (Kind::Other(found), _) => vec![Cell::Other(found); rows],
            (_, None) => vec![Cell::Missing; rows],
            (kind, Some(leaf)) => {
                let mut cells = Vec::new();
                for group in 0..reader.num_row_groups() {
                    let group = reader.get_row_group(group).map_err(damaged)?;
                    let values = group.get_column_reader(leaf).map_err(damaged)?;
                    read_cells(values, kind, rows, &mut cells).map_err(damaged)?;
                }
                cells
            }
        };
        if cells.len() != rows {
            let (path, found) = (path.to_owned(), cells.len());
            return Err(TableError::ParquetRows { path, column: name, found, expected: rows });
        }
        columns.push(Column { name, cells });
    }
    Ok((columns, rows))
}

/// How the stored values of a column are to be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// As they are stored.
    Plain,
    /// An integer whose highest bit is no sign.
    Unsigned,
    /// An integer of which so many digits stand behind the point.
    Decimal(usize),
    /// A float of 16 bits.
    Half,
    /// Neither text nor number.
    Other(&'static str),
}

impl Kind {
    fn of(field: &Type, leaf: &ColumnDescriptor) -> Self {
        if !field.is_primitive() {
            return match (leaf.max_rep_level(), field.get_basic_info().converted_type()) {
                (_, ConvertedType::MAP) => Self::Other("a map"),
                (0, _) => Self::Other("a group"),
                _ => Self::Other("a list"),
            };
        }
        if leaf.max_rep_level() > 0 {
            return Self::Other("a list");
        }
        let (converted, logical) = (leaf.converted_type(), leaf.logical_type_ref());
        match (logical, converted) {
            (Some(LogicalType::Timestamp(_)), _)
            | (_, ConvertedType::TIMESTAMP_MILLIS | ConvertedType::TIMESTAMP_MICROS) => Self::Other("a timestamp"),
            (Some(LogicalType::Time(_)), _) | (_, ConvertedType::TIME_MILLIS | ConvertedType::TIME_MICROS) => {
                Self::Other("a time")
            }
            (Some(LogicalType::Date), _) | (_, ConvertedType::DATE) => Self::Other("a date"),
            (Some(LogicalType::Decimal(decimal)), _) => Self::decimal(decimal.scale),
            (_, ConvertedType::DECIMAL) => Self::decimal(leaf.type_scale()),
            (Some(LogicalType::Float16), _) => Self::Half,
            (Some(LogicalType::Integer(integer)), _) if !integer.is_signed => Self::Unsigned,
            (_, ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64) => {
                Self::Unsigned
            }
            (Some(LogicalType::Bson), _) | (_, ConvertedType::BSON) => Self::Other("bytes"),
            _ => match leaf.physical_type() {
                Physical::INT96 => Self::Other("a timestamp"),
                Physical::FIXED_LEN_BYTE_ARRAY => Self::Other("bytes"),
                Physical::BOOLEAN
                | Physical::INT32
                | Physical::INT64
                | Physical::FLOAT
                | Physical::DOUBLE
                | Physical::BYTE_ARRAY => Self::Plain,
            },
        }
    }

    fn decimal(scale: i32) -> Self {
        usize::try_from(scale).map_or(Self::Other("a decimal number of negative scale"), Self::Decimal)
    }
}

fn read_cells(reader: ColumnReader, kind: Kind, most: usize, cells: &mut Vec<Cell>) -> Result<(), ParquetError> {
    match reader {
        ColumnReader::BoolColumnReader(reader) => {
            read_typed(reader, most, cells, |value| Cell::Text(value.to_string()))
        }
        ColumnReader::Int32ColumnReader(reader) => read_typed(reader, most, cells, |&value| match kind {
            Kind::Unsigned => Cell::Integer(i64::from(value.cast_unsigned())),
            Kind::Decimal(scale) => Cell::Text(decimal_text(i128::from(value), scale)),
            Kind::Plain | Kind::Half | Kind::Other(_) => Cell::Integer(i64::from(value)),
        }),
        ColumnReader::Int64ColumnReader(reader) => read_typed(reader, most, cells, |&value| match kind {
            Kind::Unsigned if value < 0 => Cell::Text(value.cast_unsigned().to_string()),
            Kind::Decimal(scale) => Cell::Text(decimal_text(i128::from(value), scale)),
            Kind::Unsigned | Kind::Plain | Kind::Half | Kind::Other(_) => Cell::Integer(value),
        }),
        ColumnReader::Int96ColumnReader(reader) => read_typed(reader, most, cells, |_| Cell::Other("a timestamp")),
        ColumnReader::FloatColumnReader(reader) => {
            read_typed(reader, most, cells, |&value| Cell::Number(f64::from(value)))
        }
        ColumnReader::DoubleColumnReader(reader) => read_typed(reader, most, cells, |&value| Cell::Number(value)),
        ColumnReader::ByteArrayColumnReader(reader) => read_typed(reader, most, cells, |value| bytes_cell(value, kind)),
        ColumnReader::FixedLenByteArrayColumnReader(reader) => {
            read_typed(reader, most, cells, |value| bytes_cell(value, kind))
        }
    }
}

/// Appends the values of one column of one row group, and `Missing` for nulls.
fn read_typed<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    most: usize,
    cells: &mut Vec<Cell>,
    convert: impl Fn(&T::T) -> Cell,
) -> Result<(), ParquetError> {
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    // A damaged file may hold more values than it says; one too many will do to tell.
    while cells.len() <= most {
        values.clear();
        levels.clear();
        let (rows, _, _) = reader.read_records(BATCH_ROWS, Some(&mut levels), None, &mut values)?;
        if rows == 0 {
            break;
        }
        if levels.is_empty() {
            cells.extend(values.iter().map(&convert));
        } else {
            // The column is flat, so it has two levels: 0 is null.
            let mut values = values.iter();
            cells.extend(levels.iter().map(|level| match level {
                0 => Cell::Missing,
                _ => values.next().map_or(Cell::Missing, &convert),
            }));
        }
    }
    Ok(())
}

fn bytes_cell(value: &ByteArray, kind: Kind) -> Cell {
    let bytes = value.data();
    match kind {
        Kind::Decimal(scale) => {
            decimal(bytes, scale).map_or(Cell::Other("a decimal number of over 128 bits"), Cell::Text)
        }
        Kind::Half => match bytes {
            &[low, high] => Cell::Number(half_number(u16::from_le_bytes([low, high]))),
            _ => Cell::Other("bytes"),
        },
        Kind::Plain | Kind::Unsigned | Kind::Other(_) => {
            std::str::from_utf8(bytes).map_or(Cell::Other("bytes"), |text| Cell::Text(text.to_owned()))
        }
    }
}

/// A decimal number from its big-endian digits in two's complement.
fn decimal(bytes: &[u8], scale: usize) -> Option<String> {
    let sign = if bytes.first().is_some_and(|byte| *byte >= 0x80) { 0xFF } else { 0 };
    let mut whole = [sign; 16];
    whole.get_mut(16_usize.checked_sub(bytes.len())?..)?.copy_from_slice(bytes);
    Some(decimal_text(i128::from_be_bytes(whole), scale))
}

fn decimal_text(unscaled: i128, scale: usize) -> String {
    let sign = if unscaled < 0 { "-" } else { "" };
    // Formats take widths of 16 bits at most; no decimal of 128 bits has 40 digits.
    let digits = format!("{:0width$}", unscaled.unsigned_abs(), width = scale.min(1000) + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale.min(1000));
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// The value of an IEEE 754 binary16; every one is an `f64`.
fn half_number(bits: u16) -> f64 {
    let exponent = i32::from(bits >> 10 & 0x1F);
    let fraction = f64::from(bits & 0x3FF);
    let size = match exponent {
        0 => fraction * 2_f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (fraction + 1024.0) * 2_f64.powi(exponent - 25),
    };
    if bits >> 15 == 1 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_keep_their_digits() {
        assert_eq!(decimal_text(1250, 2), "12.50");
        assert_eq!(decimal_text(-5, 3), "-0.005");
        assert_eq!(decimal_text(7, 0), "7");
        assert_eq!(decimal_text(i128::MIN, 0), i128::MIN.to_string());
        assert_eq!(decimal(&[0xFF, 0x38], 1).as_deref(), Some("-20.0"));
        assert_eq!(decimal(&[0; 17], 1), None);
    }

    // Reference: IEEE 754-2019, section 3.6, table 3.5.
    #[test]
    fn half_floats_have_their_values() {
        let values = [(0x3C00, 1.0), (0xC000, -2.0), (0x7BFF, 65504.0), (0x0001, 5.960_464_477_539_063e-8)];
        for (bits, value) in values {
            assert_eq!(half_number(bits), value);
        }
        assert_eq!(half_number(0xFC00), f64::NEG_INFINITY);
        assert!(half_number(0x7E00).is_nan());
    }
}
