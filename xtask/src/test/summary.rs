//! What the suites came to, as a table.

use crate::test::provision::Missing;

/// What became of one suite.
#[derive(Debug)]
pub(crate) enum Fate {
    /// The command ended with status 0.
    Passed,
    /// The command ended otherwise; the text says how.
    Failed(String),
    /// Something that it needs is not there.
    NotRun(Vec<Missing>),
}

/// One suite's row.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) id: &'static str,
    pub(crate) fate: Fate,
    pub(crate) seconds: f64,
}

/// How many suites passed, failed and were skipped.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Counts {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
}

/// Counts the rows; where `is_strict`, a suite that could not run has failed.
pub(crate) fn count(rows: &[Row], is_strict: bool) -> Counts {
    let mut counts = Counts::default();
    for row in rows {
        match &row.fate {
            Fate::Passed => counts.passed += 1,
            Fate::Failed(_) => counts.failed += 1,
            Fate::NotRun(_) if is_strict => counts.failed += 1,
            Fate::NotRun(_) => counts.skipped += 1,
        }
    }
    counts
}

/// Returns the table and, as the last line, the counts.
pub(crate) fn render(rows: &[Row], is_strict: bool) -> String {
    let width = rows.iter().map(|row| row.id.len()).max().unwrap_or(0).max("suite".len());
    let mut text = format!("{:<width$}  {:<7}  {:>7}\n", "suite", "result", "seconds");
    for row in rows {
        let (result, notes) = match &row.fate {
            Fate::Passed => ("passed", Vec::new()),
            Fate::Failed(how) => ("failed", vec![how.clone()]),
            Fate::NotRun(missing) => ("not run", missing.iter().map(|missing| missing.to_string()).collect()),
        };
        let seconds = match row.fate {
            Fate::NotRun(_) => "-".to_owned(),
            Fate::Passed | Fate::Failed(_) => format!("{:.1}", row.seconds),
        };
        text.push_str(&format!("{:<width$}  {result:<7}  {seconds:>7}\n", row.id));
        for note in notes {
            for line in note.lines() {
                text.push_str(&format!("{:width$}  {line}\n", ""));
            }
        }
    }
    let counts = count(rows, is_strict);
    if is_strict && rows.iter().any(|row| matches!(row.fate, Fate::NotRun(_))) {
        text.push_str("under CI=true a suite that could not run has failed\n");
    }
    text.push_str(&format!("{} passed, {} failed", counts.passed, counts.failed));
    if counts.skipped > 0 {
        text.push_str(&format!(", {} skipped", counts.skipped));
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Row> {
        let missing = Missing { what: "chromium is not on PATH".into(), mend: "apt-get install chromium".into() };
        vec![
            Row { id: "workspace", fate: Fate::Passed, seconds: 61.04 },
            Row { id: "digits", fate: Fate::Failed("exit status: 101".into()), seconds: 2.0 },
            Row { id: "end-to-end", fate: Fate::NotRun(vec![missing]), seconds: 0.0 },
        ]
    }

    #[test]
    fn the_table_ends_with_the_counts_alone_on_a_line() {
        let expected = "\
suite       result   seconds
workspace   passed      61.0
digits      failed       2.0
            exit status: 101
end-to-end  not run        -
            chromium is not on PATH
            mend: apt-get install chromium
1 passed, 1 failed, 1 skipped
";
        assert_eq!(render(&rows(), false), expected);
    }

    #[test]
    fn under_ci_a_suite_that_could_not_run_has_failed() {
        let text = render(&rows(), true);
        assert_eq!(text.lines().last(), Some("1 passed, 2 failed"), "{text}");
    }
}
