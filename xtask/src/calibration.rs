//! The reference page of error rates and coverage, put together from the tables
//! that the calibration tests write and hold.

use anyhow::{Context, Result};

use crate::workspace;

const FOLDER: &str = "crates/core/stats/tests/reference";

const INTRODUCTION: &str = "# Calibration

How often the methods of the [catalogue](methods.md) err, by simulation: in small \
samples, and where their assumptions do not hold. Each table is written by a test of \
its name in `crates/core/stats/tests`, which fails where a promise is broken or a \
number changes; what is promised stands with each method. Where a method errs more \
often than it says, *Not when* of its entry says so too. How often verdicts of whole \
studies err is told in the [guide](../guide/verdicts.md#how-far-the-error-rates-hold).

Scores are drawn from a normal distribution, from an exponential one (skewed), from \
Student's t with 3 degrees of freedom (heavy tails) and from few whole numbers (tied), \
unless a table says otherwise.
";

/// A table of the page.
struct Table {
    heading: &'static str,
    /// The end of the file's name.
    file: &'static str,
    /// What the numbers are, where the file does not say it.
    about: &'static str,
}

const fn table(heading: &'static str, file: &'static str, about: &'static str) -> Table {
    Table { heading, file, about }
}

const TABLES: &[Table] = &[
    table(
        "Comparing two",
        "compare",
        "The share of 4,000 simulations without any difference in which the one-sided p-value is at most 0.05.",
    ),
    table("Intervals", "interval", ""),
    table("Intervals of dependent values", "dependence", ""),
    table("Sizes of effects", "effect_size", ""),
    table("Equivalence", "equivalence", ""),
    table("Correlations", "correlation", ""),
    table("Folds of a cross-validation", "cross_validation", ""),
    table("Many tasks, few runs", "runs", ""),
    table("Aggregates of many tasks, few runs", "runs_aggregates", ""),
    table(
        "Many methods, many data sets",
        "ranking",
        "The share of 1,000 simulations in which a test at 0.05 finds a difference between methods that are alike, for k methods on N data sets: where all are alike; where one is better and the others alike; and where two, as likely as each other, are the best and the worst by turns. Tests of a control look at its pairs alone.",
    ),
    table("Several sources of variation", "variance", ""),
    table("Shares of variance", "variance_shares", ""),
    table("Dominance", "dominance", ""),
    table("With a region of practical equivalence", "bayes", ""),
    table(
        "Many hypotheses at once",
        "multiplicity",
        "4,000 families of k hypotheses at 0.05, of which so many are false: how often there is any wrong rejection, the expected share of wrong ones among the rejections, the same for adjusted bounds, and how many of the false hypotheses are rejected.",
    ),
    table("Looking early", "sequential", ""),
    table(
        "Streams of hypotheses",
        "online",
        "The expected share of wrong rejections in streams of hypotheses at the rate 0.05, and how many of the false hypotheses are rejected.",
    ),
];

/// Puts the page together.
pub(crate) fn page() -> Result<String> {
    let root = workspace::root()?;
    let mut page = INTRODUCTION.to_owned();
    for Table { heading, file, about } in TABLES {
        let path = root.join(FOLDER).join(format!("calibration_{file}.md"));
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        page.push_str(&format!("\n## {heading}\n\n"));
        if !about.is_empty() {
            page.push_str(&format!("{about}\n\n"));
        }
        page.push_str(below_heading(&text).trim());
        page.push('\n');
    }
    Ok(page)
}

/// A file's text without its title, with its headings one step lower.
fn below_heading(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("# "));
    let lowered = lines.map(|line| if line.starts_with("## ") { format!("#{line}\n") } else { format!("{line}\n") });
    lowered.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_table_of_the_tests_is_on_the_page() {
        let folder = workspace::root().unwrap().join(FOLDER);
        let names = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        let written: BTreeSet<String> =
            names.filter(|name| name.starts_with("calibration_") && name.ends_with(".md")).collect();
        let shown: BTreeSet<String> = TABLES.iter().map(|table| format!("calibration_{}.md", table.file)).collect();
        assert_eq!(written, shown);
    }

    #[test]
    fn titles_go_and_headings_sink() {
        assert_eq!(below_heading("# Title\n\nText\n## Part\n| a |\n"), "\nText\n### Part\n| a |\n");
    }
}
