/// Writes rows of values as CSV, the first of them the names of the columns.
///
/// The rows are of one length and no name is empty; [`read`](super::read) then
/// gives the same values back.
#[must_use]
pub fn written(rows: &[Vec<String>]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).expect("memory takes every row, and all rows are of one length");
    }
    let bytes = writer.into_inner().expect("memory takes every row");
    String::from_utf8(bytes).expect("the values are text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_quotes_and_line_ends_are_quoted() {
        let row = |values: [&str; 2]| values.map(str::to_owned).to_vec();
        let text = written(&[row(["a", "b"]), row(["1,5", "say \"x\""]), row(["", "two\nlines"])]);
        assert_eq!(text, "a,b\n\"1,5\",\"say \"\"x\"\"\"\n,\"two\nlines\"\n");
    }
}
