use std::io;

/// Writes rows of values as CSV, the first of them the names of the columns.
///
/// Where no name is empty, [`read`](super::read) gives the same values back.
///
/// # Errors
/// If the rows are not of one length.
pub fn written(rows: &[Vec<String>]) -> io::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row)?;
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(values: &[&str]) -> Vec<String> {
        values.iter().map(|value| (*value).to_owned()).collect()
    }

    #[test]
    fn commas_quotes_and_line_ends_are_quoted() {
        let text = written(&[row(&["a", "b"]), row(&["1,5", "say \"x\""]), row(&["", "two\nlines"])]);
        assert_eq!(text.unwrap(), "a,b\n\"1,5\",\"say \"\"x\"\"\"\n,\"two\nlines\"\n");
    }

    #[test]
    fn rows_of_different_lengths_are_no_table() {
        assert!(written(&[row(&["a", "b"]), row(&["1"])]).is_err());
    }
}
