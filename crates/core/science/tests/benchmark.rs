//! Leaderboards of made-up benchmarks: each number by hand, each sentence, and
//! what they promise.

use std::collections::BTreeMap;

use gosset_model::{Direction, ErrorRate};
use gosset_science::benchmark::{
    BenchmarkError, BenchmarkMetric, BenchmarkQuestion, Cell, CellOutcome, Cells, Leaderboard, PairTest, Reference,
    References, View, judge_benchmark,
};
use gosset_stats::{Bounds, Stream};

fn metric(name: &str, direction: Direction) -> BenchmarkMetric {
    BenchmarkMetric { name: name.to_owned(), direction }
}

pub(super) fn question() -> BenchmarkQuestion {
    BenchmarkQuestion {
        metrics: vec![metric("accuracy", Direction::Maximize)],
        references: References::None,
        alpha: ErrorRate::new(0.05).unwrap(),
        pairs: PairTest::Nemenyi,
        ceiling: None,
        resamples: 200,
    }
}

pub(super) fn cell(method: &str, dataset: &str, seed: Option<usize>, score: Option<f64>) -> Cell {
    Cell {
        method: method.to_owned(),
        dataset: dataset.to_owned(),
        seed: seed.map(|seed| seed.to_string()),
        outcomes: vec![score.map_or(CellOutcome::Failed, CellOutcome::Score)],
        row: 1,
    }
}

pub(super) fn judged(cells: Vec<Cell>, question: &BenchmarkQuestion) -> Leaderboard {
    judge_benchmark(&Cells::new(cells).unwrap(), question).unwrap()
}

/// One run of each method, called a, b and so on, on each data set.
fn table<const N: usize>(rows: &[[Option<f64>; N]]) -> Vec<Cell> {
    let methods = ["a", "b", "c", "d"];
    let of_dataset = |(dataset, scores): (usize, &[Option<f64>; N])| {
        let named = methods.iter().zip(scores);
        named.map(|(method, score)| cell(method, &format!("x{dataset:02}"), None, *score)).collect::<Vec<Cell>>()
    };
    rows.iter().enumerate().flat_map(of_dataset).collect()
}

/// Method i does `gain[i]` better than chance, with noise of one.
fn drawn(stream: &mut Stream, datasets: usize, seeds: usize, gains: &[f64]) -> Vec<Cell> {
    let mut cells = Vec::new();
    for dataset in 0..datasets {
        for seed in 0..seeds {
            for (method, gain) in gains.iter().enumerate() {
                let score = stream.normal() + gain;
                cells.push(cell(&format!("m{method}"), &format!("x{dataset:02}"), Some(seed), Some(score)));
            }
        }
    }
    cells
}

#[track_caller]
fn says(board: &Leaderboard, words: &str) {
    let all = board.statements.iter().chain(&board.warnings);
    assert!(all.clone().any(|said| said.contains(words)), "{words} not in {:#?}", all.collect::<Vec<_>>());
}

fn row<'a>(board: &'a Leaderboard, method: &str) -> &'a gosset_science::benchmark::LeaderboardRow {
    board.rows.iter().find(|row| row.method == method).unwrap()
}

#[test]
fn a_small_table_is_ranked_by_hand() {
    let some = |scores: [f64; 3]| scores.map(Some);
    let rows = [some([0.9, 0.8, 0.7]), some([0.9, 0.8, 0.8]), some([0.6, 0.7, 0.5])];
    let board = judged(table(&rows), &question());
    // Ranks 1 2 3, 1 2.5 2.5, 2 1 3.
    let averages: Vec<f64> = board.rows.iter().map(|row| row.average_rank).collect();
    assert_eq!(averages, [4.0 / 3.0, 5.5 / 3.0, 8.5 / 3.0]);
    let means: Vec<f64> = board.rows.iter().map(|row| row.mean.unwrap().value).collect();
    for (found, expected) in means.iter().zip([2.4 / 3.0, 2.3 / 3.0, 2.0 / 3.0]) {
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }
    // One run each, so that nothing is known of runs.
    assert!(board.rows.iter().all(|row| row.mean.unwrap().bounds.is_none()));
    assert!(board.neighbours.iter().all(|pair| pair.bounds.is_none()));
    says(&board, "How much runs of a method differ cannot be said");
    // a wins two of three against b; b wins two against c, and ties once.
    assert_eq!(board.neighbours[0].probability, 2.0 / 3.0);
    assert_eq!(board.neighbours[1].probability, 2.5 / 3.0);
    assert_eq!((board.pairs[0].first_better, board.pairs[0].second_better, board.pairs[0].n), (2, 1, 3));
    says(&board, "does not show that any of the 3 methods differ");
    says(&board, "No two of the methods can be told apart");
    says(&board, "With 3 data sets hardly anything can be told apart");
}

#[test]
fn less_is_better_where_the_metric_says_so() {
    let mut stream = Stream::named([4; 32], "mirror");
    let cells = drawn(&mut stream, 8, 3, &[0.0, 0.5, 1.0]);
    let negated: Vec<Cell> = cells
        .iter()
        .map(|one| {
            let CellOutcome::Score(score) = one.outcomes[0] else { panic!("all are scored") };
            Cell { outcomes: vec![CellOutcome::Score(-score)], ..one.clone() }
        })
        .collect();
    let less = BenchmarkQuestion { metrics: vec![metric("loss", Direction::Minimize)], ..question() };
    let (more, less) = (judged(cells, &question()), judged(negated, &less));
    let key = |board: &Leaderboard| {
        let rows = board.rows.iter().map(|row| (row.method.clone(), row.average_rank.to_bits()));
        (rows.collect::<Vec<_>>(), board.pairs.clone(), board.groups.clone())
    };
    assert_eq!(key(&more), key(&less));
    for (one, other) in more.neighbours.iter().zip(&less.neighbours) {
        assert_eq!(one.probability, other.probability);
    }
    let (one, other) = (more.profiles.unwrap(), less.profiles.unwrap());
    assert!(other.thresholds.windows(2).all(|pair| pair[0] < pair[1]));
    // The share of runs above t is that of runs below -t.
    let mirrored: Vec<f64> = other.lines[0].shares.iter().rev().copied().collect();
    assert_eq!(one.lines[0].shares, mirrored);
}

#[test]
fn references_are_zero_and_one_on_every_data_set() {
    let mut cells = Vec::new();
    let mut given = BTreeMap::new();
    // Halfway, and a tenth beyond the high reference.
    for (dataset, low, high) in [("x", 10.0, 20.0), ("y", 0.5, 0.4), ("z", -3.0, 1.0)] {
        let at = |share: f64| Some(low + share * (high - low));
        if dataset != "y" {
            cells.extend(
                [("chance", 0.0), ("people", 1.0), ("a", 0.5), ("b", 1.1)]
                    .map(|(method, share)| cell(method, dataset, None, at(share))),
            );
            given.insert(dataset.to_owned(), Reference { low, high });
        }
    }
    let methods = References::Methods { low: "chance".to_owned(), high: "people".to_owned() };
    let board = judged(cells.clone(), &BenchmarkQuestion { references: methods, ..question() });
    let check = |board: &Leaderboard| {
        for (method, expected) in [("a", 0.5), ("b", 1.1)] {
            let mean = row(board, method).mean.unwrap();
            assert!((mean.value - expected).abs() < 1e-12 && mean.datasets == 2, "{mean:?}");
        }
    };
    check(&board);
    assert_eq!(board.rows.len(), 2);
    says(&board, "`chance` counts as 0 and `people` as 1; these two are not ranked");
    let ranked: Vec<Cell> = cells.iter().filter(|one| one.method.len() == 1).cloned().collect();
    check(&judged(
        ranked,
        &BenchmarkQuestion { references: References::Scores { datasets: given.clone() }, ..question() },
    ));

    let refused = |references: References, direction: Direction| {
        let question = BenchmarkQuestion { references, metrics: vec![metric("m", direction)], ..question() };
        judge_benchmark(&Cells::new(cells.clone()).unwrap(), &question).unwrap_err()
    };
    let methods = |low: &str, high: &str| References::Methods { low: low.to_owned(), high: high.to_owned() };
    assert_eq!(refused(methods("nobody", "people"), Direction::Maximize).code(), "benchmark-no-reference");
    assert_eq!(refused(methods("people", "people"), Direction::Maximize).code(), "benchmark-one-reference");
    assert_eq!(refused(methods("people", "chance"), Direction::Maximize).code(), "benchmark-references-reversed");
    assert_eq!(refused(methods("chance", "people"), Direction::Minimize).code(), "benchmark-references-reversed");
    given.remove("z");
    let expected = BenchmarkError::Unreferenced { datasets: vec!["z".to_owned()] };
    assert_eq!(refused(References::Scores { datasets: given }, Direction::Maximize), expected);
}

#[test]
fn failures_are_outcomes_and_none_is_dropped() {
    let (one, two) = (Some(0.9), Some(0.8));
    let rows: Vec<[Option<f64>; 4]> = (0..12)
        .map(|dataset| match dataset {
            0..6 => [two, one, None, None],
            6..11 => [two, one, Some(0.1), None],
            _ => [None, None, None, None],
        })
        .collect();
    let board = judged(table(&rows), &question());
    assert_eq!((board.coverage.runs, board.coverage.failed, board.coverage.complete_datasets), (48, 21, 0));
    // b 1, a 2; c and d 3.5 six times, then 3 and 4; and all 2.5 once.
    let averages: Vec<(&str, f64)> = board.rows.iter().map(|row| (row.method.as_str(), row.average_rank)).collect();
    let expected = [("b", 13.5), ("a", 24.5), ("c", 38.5), ("d", 43.5)].map(|(method, sum)| (method, sum / 12.0));
    assert_eq!(averages, expected);
    assert_eq!((row(&board, "c").failed, row(&board, "d").failed), (7, 12));
    says(&board, "21 of 48 runs failed (`b` 1 of 12, `a` 1 of 12, `c` 7 of 12 and `d` 12 of 12). None is dropped");
    says(&board, "`d` has no score on any data set.");
    says(&board, "No method has a score on `x11`: all tie there.");
    says(&board, "Keeping complete cases alone would have left 0 of 12 data sets.");
    says(&board, "Means leave out `x11`, where no method has a score.");
    // A failure counts as the worst score there: 0.8 six times and 0.1 five times.
    let mean = row(&board, "d").mean.unwrap();
    assert!((mean.value - (6.0 * 0.8 + 5.0 * 0.1) / 11.0).abs() < 1e-12, "{mean:?}");
    // A failed run loses to every other: c beats d on five data sets and ties on seven.
    assert_eq!(board.neighbours[2].probability, (5.0 + 3.5) / 12.0);
}

#[test]
fn what_did_not_run_counts_both_ways() {
    let mut cells = table(&[[Some(0.9), Some(0.8), Some(0.7)]; 5]);
    cells.retain(|one| one.method != "a" || one.dataset != "x00");
    cells.retain(|one| one.method != "c" || one.dataset == "x00");
    let board = judged(cells, &question());
    assert_eq!((board.coverage.missing, board.coverage.complete_datasets), (5, 0));
    // a: last on x00 and first on four; c: second on x00, last elsewhere.
    let (a, c) = (row(&board, "a"), row(&board, "c"));
    assert_eq!((a.average_rank, a.missing, a.rank_if_missing_first), (7.0 / 5.0, 1, Some(1.0)));
    assert_eq!((c.average_rank, c.missing, c.rank_if_missing_first), (14.0 / 5.0, 4, Some(6.0 / 5.0)));
    assert_eq!(row(&board, "b").rank_if_missing_first, None);
    says(&board, "5 of 15 combinations of a method and a data set hold no run (`a` on 1 and `c` on 4)");
}

#[test]
fn a_failure_never_makes_a_rank_better() {
    let mut stream = Stream::named([5; 32], "failures");
    let mut made_worse = 0;
    for _ in 0..60 {
        let mut cells = drawn(&mut stream, 3, 3, &[0.0, 0.3, 0.6]);
        for one in &mut cells {
            if stream.uniform() < 0.2 {
                one.outcomes = vec![CellOutcome::Failed];
            }
        }
        let asked = BenchmarkQuestion { resamples: 1, ..question() };
        let before = judged(cells.clone(), &asked);
        let index = stream.below(cells.len() as u64) as usize;
        cells[index].outcomes = vec![CellOutcome::Failed];
        let after = judged(cells.clone(), &asked);
        let rank = |board: &Leaderboard| row(board, &cells[index].method).average_rank;
        assert!(rank(&after) >= rank(&before), "{} {}", rank(&before), rank(&after));
        made_worse += u32::from(rank(&after) > rank(&before));
    }
    assert!(made_worse > 20, "{made_worse}");
}

#[test]
fn the_order_of_rows_changes_nothing() {
    let mut stream = Stream::named([6; 32], "rows");
    let with_seeds = drawn(&mut stream, 6, 4, &[0.0, 0.5, 1.0]);
    let without: Vec<Cell> = with_seeds.iter().map(|one| Cell { seed: None, ..one.clone() }).collect();
    for cells in [with_seeds, without] {
        let mut shuffled = cells.clone();
        stream.shuffle(&mut shuffled);
        assert_ne!(cells, shuffled);
        let bytes = |cells: Vec<Cell>| serde_json::to_string(&judged(cells, &question())).unwrap();
        assert_eq!(bytes(cells), bytes(shuffled));
    }
}

#[test]
fn ties_are_said_aloud() {
    let mut stream = Stream::named([7; 32], "ties");
    let board = judged(drawn(&mut stream, 30, 1, &[3.0, 3.1, 3.05, 0.0]), &question());
    assert_eq!(board.groups.len(), 1);
    assert_eq!(board.groups[0].len(), 3);
    says(&board, "The first three (");
    says(&board, ") cannot be told apart.");
    says(&board, "3 of 6 pairs are told apart, by Nemenyi's test.");
    assert!(board.rows[..3].iter().all(|row| row.letters == "a") && board.rows[3].letters.is_empty());
    for pairs in [PairTest::WilcoxonHolm, PairTest::BergmannHommel] {
        let board = judged(drawn(&mut stream, 30, 1, &[6.0, 3.0, 0.0]), &BenchmarkQuestion { pairs, ..question() });
        says(&board, "`m0` comes first and is told apart from every other method.");
        says(&board, &format!("3 of 3 pairs are told apart, by {}.", pairs.words()));
    }
}

#[test]
fn what_is_left_out_shows_who_moves() {
    // b is better on nine data sets by a little, a on one seed of the others by much.
    let mut cells = Vec::new();
    for dataset in 0..5 {
        for (seed, score) in [(0, 0.0), (1, 0.4), (2, 0.4)] {
            let name = format!("x{dataset}");
            let better = if dataset < 2 { 0.9 } else { 0.3 };
            cells.push(cell("a", &name, Some(seed), Some(if seed == 0 { 0.9 } else { score })));
            cells.push(cell("b", &name, Some(seed), Some(better)));
        }
    }
    // a: 0.567 on each; b: 0.9 on two, 0.3 on three. Without seed 0, a has 0.4.
    let board = judged(cells, &question());
    let places = |kind: View, label: &str| {
        let view = board.reorderings.iter().find(|view| view.kind == kind && view.label == label).unwrap();
        (view.places.clone(), view.is_first_same)
    };
    assert_eq!(board.rows[0].method, "a");
    assert_eq!(places(View::WithoutDataset, "x0"), (vec![1, 2], true));
    // Two data sets each: both come first.
    assert_eq!(places(View::WithoutDataset, "x4"), (vec![1, 1], false));
    assert_eq!(places(View::WithoutSeed, "0"), (vec![1, 2], true));
    says(&board, "Leaving out one of 5 data sets changes who comes first in 3 cases: `x2`, `x3` and `x4`.");
    says(&board, "Leaving out any one of 3 seeds changes no place.");
}

#[test]
fn a_saturated_benchmark_is_called_so() {
    let mut stream = Stream::named([8; 32], "ceiling");
    let mut cells = Vec::new();
    for dataset in 0..6 {
        for seed in 0..6 {
            let noise = 0.01 * stream.uniform();
            let name = format!("x{dataset}");
            let best = if dataset < 4 { 1.0 } else { 0.8 + noise };
            cells.push(cell("a", &name, Some(seed), Some(best)));
            cells.push(cell("b", &name, Some(seed), Some(if dataset == 5 { 0.1 + noise } else { best })));
        }
    }
    let asked = BenchmarkQuestion { ceiling: Some(1.0), ..question() };
    let board = judged(cells.clone(), &asked);
    assert_eq!(board.saturation.tied.len(), 5);
    let ceiling = board.saturation.ceiling.as_ref().unwrap();
    assert_eq!((ceiling.reached.len(), ceiling.beyond.len()), (4, 0));
    // Constant scores leave no noise to compare by.
    assert_eq!(
        (board.saturation.noise.compared, board.saturation.noise.first_better.as_slice()),
        (2, &["x5".to_owned()][..])
    );
    says(&board, "On 4 of 6 data sets the best method is at the best score that there is");
    says(&board, "the benchmark is close to saturated");
    says(&board, "Beyond the noise of their runs `a` is better than `b` on 1 of 2 data sets, and worse on 0");
    let beyond = judged(cells, &BenchmarkQuestion { ceiling: Some(0.9), ..question() });
    says(&beyond, "Scores lie beyond the best that there can be on");
}

#[test]
fn a_front_has_its_uncertainty() {
    let mut stream = Stream::named([9; 32], "front");
    let mut cells = Vec::new();
    // c is beaten by b in both; a is the best and the slowest.
    for (method, quality, seconds) in [("a", 0.9, 30.0), ("b", 0.8, 10.0), ("c", 0.6, 12.0), ("d", 0.8, 10.0)] {
        for dataset in 0..8 {
            for seed in 0..3 {
                let noise = 0.01 * stream.normal();
                let score = [quality + noise, seconds - 10.0 * noise].map(CellOutcome::Score).to_vec();
                cells.push(Cell { outcomes: score, ..cell(method, &format!("x{dataset}"), Some(seed), None) });
            }
        }
    }
    let metrics = vec![metric("accuracy", Direction::Maximize), metric("seconds", Direction::Minimize)];
    let asked = BenchmarkQuestion { metrics, ..question() };
    let board = judged(cells.clone(), &asked);
    let front = board.pareto.as_ref().unwrap();
    let of = |method: &str| front.methods.iter().find(|one| one.method == method).unwrap();
    assert!(of("a").is_on_front && of("a").front_share == 1.0);
    assert!(!of("c").is_on_front && of("c").front_share == 0.0);
    // b and d are alike, and luck is luck by both metrics: one of them beats the other.
    let shares = of("b").front_share + of("d").front_share;
    assert!((shares - 1.0).abs() < 0.01, "{shares}");
    assert!((of("a").means[1].value - 30.0).abs() < 0.1 && of("a").means[1].bounds.lower < 30.1);
    let by_seconds = board.reorderings.iter().find(|view| view.kind == View::Metric).unwrap();
    assert!(!by_seconds.is_first_same && by_seconds.label == "seconds");
    says(&board, "By `accuracy` and `seconds` together no other method beats");
    // One metric has no front.
    let alone: Vec<Cell> = cells.into_iter().map(|one| Cell { outcomes: one.outcomes[..1].to_vec(), ..one }).collect();
    assert!(judged(alone, &question()).pareto.is_none());
}

#[test]
fn too_little_is_refused_by_name() {
    let code = |cells: Vec<Cell>| judge_benchmark(&Cells::new(cells).unwrap(), &question()).unwrap_err().code();
    assert_eq!(code(vec![cell("a", "x", None, Some(1.0))]), "benchmark-too-few-methods");
    assert_eq!(
        code(vec![cell("a", "x", None, Some(1.0)), cell("b", "x", None, Some(2.0))]),
        "benchmark-too-few-datasets"
    );
    let bare = BenchmarkQuestion { metrics: Vec::new(), ..question() };
    let cells = Cells::new(table(&[[Some(1.0), Some(2.0)]; 3])).unwrap();
    assert_eq!(judge_benchmark(&cells, &bare).unwrap_err().code(), "benchmark-outcomes");
}

#[test]
fn no_odd_table_makes_it_panic_or_say_no_number() {
    let odd = [0.0, -0.0, 1.0, 1.0 + 1e-12, f64::MIN_POSITIVE, 5e-324, -5e-324, 1e150, -1e150, 0.5];
    let mut stream = Stream::named([10; 32], "odd");
    for round in 0..300_u64 {
        let mut cells = Vec::new();
        for method in 0..2 + round % 4 {
            for dataset in 0..2 + round % 3 {
                for seed in 0..stream.below(4) {
                    let draw = stream.below(odd.len() as u64 + 3) as usize;
                    let seed = (round % 2 == 0).then_some(seed as usize);
                    cells.push(cell(&format!("m{method}"), &format!("x{dataset}"), seed, odd.get(draw).copied()));
                }
            }
        }
        let pairs = PairTest::ALL[(round % 3) as usize];
        let asked = BenchmarkQuestion { pairs, resamples: 20, ceiling: Some(1.0), ..question() };
        let Ok(board) = Cells::new(cells).and_then(|cells| judge_benchmark(&cells, &asked)) else { continue };
        for row in &board.rows {
            let estimates = [row.mean, row.interquartile_mean].into_iter().flatten();
            let bounds = estimates.clone().filter_map(|estimate| estimate.bounds).chain([row.rank_bounds]);
            let numbers =
                estimates.map(|estimate| estimate.value).chain(bounds.flat_map(|found| [found.lower, found.upper]));
            assert!(numbers.chain([row.average_rank, row.first_share]).all(f64::is_finite), "round {round}: {row:?}");
        }
        assert!(board.pairs.iter().flat_map(|pair| &pair.p_values).all(|p| (0.0..=1.0).contains(&p.adjusted)));
    }
}

/// How many tables are drawn for a rate.
const TABLES: u64 = 200;

#[test]
fn calibration_methods_that_do_alike_are_seldom_told_apart() {
    let mut stream = Stream::named([11; 32], "alike");
    // The rate is at most 0.05: 10 expected, standard deviation 3.1; five of them.
    for pairs in PairTest::ALL {
        let asked = BenchmarkQuestion { pairs, resamples: 1, ..question() };
        let (mut wrong, mut gained) = (0, 0);
        for _ in 0..TABLES {
            let cells = drawn(&mut stream, 12, 2, &[0.0; 4]);
            wrong += u64::from(judged(cells.clone(), &asked).pairs.iter().any(|pair| pair.is_apart));
            // m0 crashes where it loses: it must not come out ahead of anybody.
            let crashed = cells.into_iter().map(|one| match one.outcomes[0] {
                CellOutcome::Score(score) if one.method == "m0" && score < -0.5 => {
                    Cell { outcomes: vec![CellOutcome::Failed], ..one }
                }
                CellOutcome::Score(_) | CellOutcome::Failed => one,
            });
            let board = judged(crashed.collect(), &asked);
            gained += u64::from(board.pairs.iter().any(|pair| pair.is_apart && pair.first == "m0"));
        }
        println!("{pairs:?}: told apart {wrong} of {TABLES}, ahead by crashing {gained}");
        assert!(wrong > 0 && wrong <= 25, "{pairs:?}: {wrong}");
        assert!(gained <= 2, "{pairs:?}: {gained}");
    }
}

#[test]
fn calibration_intervals_of_ranks_hold_as_they_say() {
    let mut stream = Stream::named([12; 32], "ranks");
    // All alike: the expected rank is (4 + 1) / 2, whatever the data sets and runs.
    for (seeds, of_runs_least) in [(1, 0.0), (3, 0.80)] {
        let (mut held, mut held_of_runs) = (0_u32, 0_u32);
        for _ in 0..100 {
            let asked = BenchmarkQuestion { resamples: 200, ..question() };
            let board = judged(drawn(&mut stream, 20, seeds, &[0.0; 4]), &asked);
            let holds = |bounds: Bounds| u32::from(bounds.lower <= 2.5 && 2.5 <= bounds.upper);
            held += holds(row(&board, "m0").rank_bounds);
            held_of_runs += row(&board, "m0").rank_bounds_of_runs.map_or(0, holds);
        }
        let [share, of_runs] = [held, held_of_runs].map(|held| f64::from(held) / 100.0);
        println!("{seeds} runs on 20 data sets: intervals of 95 % hold in {share} (data sets), {of_runs} (runs)");
        // A percentile interval of 20 values: its width is that of z with a spread sqrt(19 / 20) too small, which
        // holds in 0.933 of cases; standard error 0.025, five of them.
        assert!((share - 0.933).abs() < 5.0 * 0.025, "{share}");
        assert!(of_runs >= of_runs_least, "{of_runs}");
    }
}
