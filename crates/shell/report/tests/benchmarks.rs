//! Reports of benchmarks.

use gosset_model::{Direction, ErrorRate};
use gosset_report::{BenchmarkReport, Style};
use gosset_science::benchmark::{
    BenchmarkMetric, BenchmarkQuestion, Cell, CellOutcome, Cells, Leaderboard, PairTest, References, judge_benchmark,
};

use crate::pages::keeps_the_rules;

/// Methods of these names on data sets; each is a little worse than the one
/// before, some of its runs fail, and one did not run everywhere.
fn leaderboard(names: &[&str], datasets: usize, seeds: usize) -> Leaderboard {
    let mut cells = Vec::new();
    for dataset in 0..datasets {
        for seed in 0..seeds {
            for (index, name) in names.iter().enumerate() {
                if index == 2 && dataset == 0 {
                    continue;
                }
                let fails = index == 1 && dataset == 1 && seed == 0;
                let score = 0.9 - 0.02 * index as f64 + 0.01 * ((dataset * 7 + seed * 3 + index * 5) % 11) as f64;
                let quality = if fails { CellOutcome::Failed } else { CellOutcome::Score(score) };
                cells.push(Cell {
                    method: (*name).to_owned(),
                    dataset: format!("data <{dataset}>"),
                    seed: Some(seed.to_string()),
                    outcomes: vec![quality, CellOutcome::Score(1.0 + index as f64)],
                    row: 1,
                });
            }
        }
    }
    let metric = |name: &str, direction| BenchmarkMetric { name: name.to_owned(), direction };
    let question = BenchmarkQuestion {
        metrics: vec![metric("accuracy", Direction::Maximize), metric("seconds", Direction::Minimize)],
        references: References::None,
        alpha: ErrorRate::new(0.05).expect("0.05 is a rate"),
        pairs: PairTest::Nemenyi,
        ceiling: Some(1.0),
        resamples: 100,
    };
    let cells = Cells::new(cells).expect("the cells are complete");
    judge_benchmark(&cells, &question).expect("there is enough to rank")
}

fn report(board: &Leaderboard) -> BenchmarkReport<'_> {
    BenchmarkReport { leaderboard: board, sources: &[], reading_notes: &[] }
}

#[test]
fn pages_of_benchmarks_keep_the_rules_of_all_pages() {
    for (names, datasets, seeds) in [
        (&["one", "two", "three", "four"][..], 9, 3),
        (
            &["<script>alert(1)</script>", "a \"quoted\" & long name that goes on and on", "\u{1b}[31mred\u{202e}"][..],
            3,
            1,
        ),
        (&["a", "b"][..], 2, 2),
    ] {
        let board = leaderboard(names, datasets, seeds);
        let page = report(&board).html();
        keeps_the_rules(&page);
        assert_eq!(page, report(&board).html());
        for id in
            ["critical-difference", "rank-intervals", "interquartile-means", "means", "profiles", "places", "front-1"]
        {
            assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
        }
        assert!(!page.contains("NaN") && !page.contains("inf "));
        let text = report(&board).markdown();
        assert!(!text.contains('\u{1b}') && text.contains("What was found"));
    }
}

#[test]
fn the_terminal_shows_as_many_columns_as_fit() {
    let board = leaderboard(&["one", "two", "three", "four"], 9, 3);
    for width in [30, 40, 60, 80, 100, 160] {
        let text = report(&board).terminal(&Style { colour: false, width });
        let head = text.lines().find(|line| line.trim_start().starts_with("Place")).unwrap();
        assert!(head.contains("Method") && head.contains("Rank") && head.contains("Alike"), "{width}: {head}");
        assert_eq!(head.contains("IQM"), width >= 80, "{width}: {head}");
        let longest = text.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(longest <= width.clamp(32, 100), "{width}: {longest}");
    }
    let coloured = report(&board).terminal(&Style { colour: true, width: 100 });
    assert!(coloured.contains("\u{1b}[2m"));
}

#[test]
fn what_is_missing_or_failed_stands_in_words() {
    let board = leaderboard(&["one", "two", "three", "four"], 9, 3);
    let page = report(&board).html();
    for words in ["1 of 3 failed", "not run (4)", "1 of 27", "not run on 1", "Rank at best"] {
        assert!(page.contains(words), "{words}");
    }
}
