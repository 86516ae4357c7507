//! The numbers of a leaderboard as they are written on a terminal and a page.

use gosset_model::{Direction, Grade};
use gosset_science::benchmark::{BenchmarkMetric, Leaderboard, LeaderboardRow, PairTest, References, SuiteEstimate};

use super::report::BenchmarkReport;
use crate::number::{self, Decimals};
use crate::text::{clean, counted};

/// An estimate and its interval.
pub(super) struct Written {
    pub(super) value: String,
    /// Empty where there is none.
    pub(super) interval: String,
}

/// Writes an estimate with the digits that its interval leaves it.
pub(super) fn estimate(value: f64, bounds: Option<[f64; 2]>) -> Written {
    let decimals = bounds.and_then(|[lower, upper]| Decimals::of_uncertainty((upper - lower) / 2.0));
    let decimals = decimals.unwrap_or_else(|| Decimals::of_scores(None, value));
    let write = |value| number::fixed(value, decimals);
    let interval = bounds.map_or_else(String::new, |[lower, upper]| format!("{} to {}", write(lower), write(upper)));
    Written { value: write(value), interval }
}

pub(super) fn rank(row: &LeaderboardRow) -> Written {
    estimate(row.average_rank, Some([row.rank_bounds.lower, row.rank_bounds.upper]))
}

pub(super) fn suite(found: Option<&SuiteEstimate>) -> Written {
    match found {
        Some(found) => estimate(found.value, found.bounds.map(|bounds| [bounds.lower, bounds.upper])),
        None => Written { value: "none".to_owned(), interval: String::new() },
    }
}

/// What became of a method's runs, where not all have a score.
pub(super) fn lost(row: &LeaderboardRow) -> String {
    match (row.failed, row.missing) {
        (0, 0) => "none".to_owned(),
        (failed, 0) => format!("{failed} of {}", number::count(row.runs)),
        (0, missing) => format!("not run on {missing}"),
        (failed, missing) => format!("{failed} of {}, not run on {missing}", number::count(row.runs)),
    }
}

/// A share of resamples in percent.
pub(super) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent > 0.0 && percent < 1.0 {
        "< 1\u{a0}%".to_owned()
    } else if percent < 100.0 && percent > 99.0 {
        "> 99\u{a0}%".to_owned()
    } else {
        format!("{percent:.0}\u{a0}%")
    }
}

/// Which way a metric is better.
pub(super) fn better(metric: &BenchmarkMetric) -> &'static str {
    match metric.direction {
        Direction::Maximize => "more is better",
        Direction::Minimize => "less is better",
    }
}

/// The metric that ranks, in the unit in which it is averaged.
pub(super) fn scores_of(board: &Leaderboard) -> String {
    let metric = board.question.metrics.first();
    let name = metric.map_or_else(String::new, |metric| clean(&metric.name));
    match (&board.question.references, metric) {
        (References::None, Some(metric)) => format!("{name} ({})", better(metric)),
        (References::None, None) => name,
        (References::Methods { .. } | References::Scores { .. }, _) => {
            format!("{name}, 0 is the low reference and 1 the high one")
        }
    }
}

pub(super) fn title(board: &Leaderboard) -> String {
    let metric = board.question.metrics.first();
    let metric = metric.map_or_else(String::new, |metric| format!("{} ({})", clean(&metric.name), better(metric)));
    format!(
        "{} on {}: {metric}",
        counted(board.coverage.methods, "method", "methods"),
        counted(board.coverage.datasets, "data set", "data sets")
    )
}

/// What was asked, tested and found to be there.
pub(crate) fn facts(board: &Leaderboard) -> Vec<(String, String)> {
    let coverage = &board.coverage;
    let mut facts = vec![(
        "Error rate".to_owned(),
        format!(
            "{} over all pairs; intervals of {}",
            number::stated(board.question.alpha.get()),
            number::confidence(board.question.alpha.get())
        ),
    )];
    if let Some(omnibus) = &board.omnibus {
        let p_value = number::p_value;
        let first = omnibus.iman_davenport.as_ref().map_or_else(String::new, |found| {
            format!(
                "Iman and Davenport F({}, {}) = {}, {}; ",
                found.df_between,
                found.df_within,
                number::significant(found.statistic, 3),
                p_value(found.p_value)
            )
        });
        facts.push((
            "All methods".to_owned(),
            format!(
                "{first}Friedman {}, df = {}, {}{}; n = {} data sets",
                number::significant(omnibus.friedman, 3),
                omnibus.df,
                p_value(omnibus.friedman_p),
                if omnibus.is_exact { " (exact)" } else { "" },
                omnibus.n
            ),
        ));
    }
    let pairs = match board.question.pairs {
        PairTest::Nemenyi => format!(
            "Nemenyi's test: average ranks must differ by {}",
            number::significant(board.critical_difference, 3)
        ),
        PairTest::BergmannHommel | PairTest::WilcoxonHolm => format!("by {}", board.question.pairs.words()),
    };
    facts.push(("Pairs".to_owned(), pairs));
    let runs = if coverage.fewest_runs == coverage.most_runs {
        format!("{} of a method on a data set", number::count(coverage.most_runs))
    } else {
        format!(
            "{} to {} of a method on a data set",
            number::count(coverage.fewest_runs),
            number::count(coverage.most_runs)
        )
    };
    let failed = if coverage.failed == 0 {
        "none failed".to_owned()
    } else {
        format!("{} failed", number::count(coverage.failed))
    };
    let missing = if coverage.missing == 0 {
        String::new()
    } else {
        format!(", {} of a method on a data set did not run", counted(coverage.missing, "combination", "combinations"))
    };
    facts.push(("Runs".to_owned(), format!("{}, {runs}; {failed}{missing}", number::count(coverage.runs))));
    let grade = match board.grade {
        Grade::A => "A: registered beforehand, and scored outside of the programs",
        Grade::B => "B: registered; but on the programs' own word, looked at early or amended late",
        Grade::C => {
            "C: imported; nobody recorded beforehand what was to be compared, and how the numbers came about is not known"
        }
    };
    facts.push(("Grade".to_owned(), grade.to_owned()));
    facts
}

/// Our sentences, then what reading brought up.
pub(super) fn warnings(report: &BenchmarkReport<'_>) -> Vec<String> {
    report.leaderboard.warnings.iter().chain(report.reading_notes).cloned().collect()
}
