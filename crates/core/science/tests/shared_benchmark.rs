//! Two published benchmarks in the shared reference folder, which stands beside
//! the repository and is never copied into it: by this route the numbers are
//! those of the library, and those that were printed.
#![expect(clippy::disallowed_methods, reason = "tests may read the reference files")]
#![expect(clippy::print_stderr, reason = "what was not checked is said aloud")]

use std::collections::BTreeMap;

use gosset_model::{Direction, ErrorRate};
use gosset_science::benchmark::{
    BenchmarkMetric, BenchmarkQuestion, Cell, CellOutcome, Leaderboard, PairTest, References, registered_benchmark,
};
use gosset_stats::compare::wilcoxon_signed_rank::Zeros;
use gosset_stats::ranking::{
    RankTable, Repeats, Score, ScoreTable, average_ranks, bergmann_hommel, nemenyi, wilcoxon_holm,
};
use serde_json::Value;

use crate::benchmark::{cell, judged, question};
use crate::registered_benchmark::{evidence, file};
use crate::sample::registered;

/// The text of a file in the folder; where the folder is absent, says so.
fn read(name: &str) -> Option<String> {
    let path = format!("{}/../../../../shared/reference/{name}", env!("CARGO_MANIFEST_DIR"));
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) => {
            eprintln!("NOT CHECKED: the shared reference file {path} is absent ({error})");
            None
        }
    }
}

fn read_json(name: &str) -> Option<Value> {
    Some(serde_json::from_str(&read(name)?).unwrap())
}

/// The cells of a table with a column for each method.
fn wide(text: &str) -> Vec<Cell> {
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<&str>>());
    let head = lines.next().unwrap();
    let of_row = |row: Vec<&str>| {
        let cells = head[1..].iter().zip(&row[1..]);
        cells.map(|(method, score)| cell(method, row[0], None, Some(score.parse().unwrap()))).collect::<Vec<Cell>>()
    };
    lines.flat_map(of_row).collect()
}

fn asked(name: &str, direction: Direction) -> BenchmarkQuestion {
    BenchmarkQuestion { metrics: vec![BenchmarkMetric { name: name.to_owned(), direction }], ..question() }
}

/// As printed: so many digits after the point.
#[track_caller]
fn printed(found: f64, expected: &Value, digits: i32) {
    let expected = expected.as_f64().unwrap();
    assert!((found - expected).abs() <= 0.5001 * 10.0_f64.powi(-digits), "{found} {expected}");
}

#[test]
fn the_table_of_demsar_is_judged_as_printed() {
    let (Some(ranks), Some(expected)) =
        (read("demsar2006/table6_ranks_as_printed.csv"), read_json("demsar2006/expected.json"))
    else {
        return;
    };
    let board = judged(wide(&ranks), &asked("rank", Direction::Minimize));
    for row in &board.rows {
        printed(row.average_rank, &expected["average_ranks"][&row.method], 3);
    }
    let omnibus = board.omnibus.as_ref().unwrap();
    printed(omnibus.friedman_untied, &expected["friedman_chi2_no_tie_correction"], 2);
    let found = omnibus.iman_davenport.as_ref().unwrap();
    printed(found.untied, &expected["iman_davenport_F"], 2);
    assert_eq!((found.df_between, found.df_within, omnibus.is_rejected), (3, 39, true));
    printed(board.critical_difference, &expected["nemenyi"]["CD0.05"], 2);
    let apart = |board: &Leaderboard| {
        let apart = board.pairs.iter().filter(|pair| pair.is_apart);
        apart.map(|pair| (pair.second.clone(), pair.first.clone())).collect::<Vec<_>>()
    };
    assert!(apart(&board).is_empty());
    let wider = BenchmarkQuestion { alpha: ErrorRate::new(0.1).unwrap(), ..asked("rank", Direction::Minimize) };
    let board = judged(wide(&ranks), &wider);
    printed(board.critical_difference, &expected["nemenyi"]["CD0.10"], 2);
    let expected: Vec<(String, String)> =
        serde_json::from_value(expected["nemenyi"]["significant_at_0.10"].clone()).unwrap();
    let mut found = apart(&board);
    found.sort();
    assert_eq!(found, expected);
}

#[test]
fn the_table_of_demsar_is_judged_as_by_the_library() {
    let Some(text) = read("demsar2006/table6_auc.csv") else { return };
    let cells = wide(&text);
    let scores = cells.iter().map(|one| {
        let gosset_science::benchmark::CellOutcome::Score(value) = one.outcomes[0] else { panic!("all are scored") };
        Score { method: &one.method, task: &one.dataset, value }
    });
    let table = ScoreTable::new(scores, gosset_stats::Direction::Maximize, Repeats::Refuse).unwrap();
    let ranks = RankTable::of(&table);
    let board = judged(cells.clone(), &asked("auc", Direction::Maximize));
    let of: BTreeMap<&String, f64> = ranks.methods().iter().zip(ranks.average_ranks()).collect();
    assert!(board.rows.iter().all(|row| row.average_rank == of[&row.method]));
    let level = gosset_stats::Alpha::new(0.05).unwrap();
    assert_eq!(board.critical_difference, nemenyi::critical_difference(&ranks, level));
    assert_eq!(board.groups.len(), average_ranks::groups(&ranks, board.critical_difference).len());
    let by_ranks = [
        (PairTest::Nemenyi, nemenyi::compare(&ranks)),
        (PairTest::BergmannHommel, bergmann_hommel::compare(&ranks).unwrap()),
    ];
    let mut expected: Vec<(PairTest, usize, usize, f64)> = by_ranks
        .into_iter()
        .flat_map(|(test, pairs)| pairs.into_iter().map(move |pair| (test, pair.first, pair.second, pair.adjusted)))
        .collect();
    let wilcoxon = wilcoxon_holm::compare(&table, Zeros::Wilcox).unwrap();
    expected.extend(wilcoxon.iter().map(|pair| (PairTest::WilcoxonHolm, pair.first, pair.second, pair.adjusted)));
    assert_eq!(expected.len(), 18);
    for (test, first, second, adjusted) in expected {
        let names = [&ranks.methods()[first], &ranks.methods()[second]];
        let pair =
            board.pairs.iter().find(|pair| names.contains(&&pair.first) && names.contains(&&pair.second)).unwrap();
        assert_eq!(pair.p_values.iter().find(|p_value| p_value.test == test).unwrap().adjusted, adjusted, "{names:?}");
    }
    assert_eq!(board.saturation.tied, ["mushroom"]);
    assert!(board.statements.iter().any(|said| said.starts_with("No two of the methods can be told apart")));
}

/// The runs of an agent on the games of Atari 100k.
fn agent(name: &str, references: Option<&BTreeMap<String, (f64, f64)>>) -> Option<Vec<Cell>> {
    let file = read_json(&format!("atari100k_rliable/{name}.json"))?;
    let mut cells = Vec::new();
    match file.as_object() {
        Some(games) => {
            for (game, runs) in games {
                let runs = runs.as_array().unwrap().iter().enumerate();
                cells.extend(runs.map(|(run, score)| cell(name, game, Some(run), Some(score.as_f64().unwrap()))));
            }
        }
        // This file holds normalised scores, a line for each run.
        None => {
            for line in file.as_array().unwrap() {
                let (game, share) = (line["game"].as_str().unwrap(), line["HNS"].as_f64().unwrap());
                let (low, high) = references?[game];
                let seed = line["seed"].as_f64().unwrap() as usize;
                cells.push(cell(name, game, Some(seed), Some(low + share * (high - low))));
            }
        }
    }
    Some(cells)
}

fn atari(agents: &[&str]) -> Option<Vec<Cell>> {
    let (mut cells, human) = (agent("RANDOM", None)?, agent("HUMAN", None)?);
    let score = |one: &Cell| match one.outcomes[0] {
        gosset_science::benchmark::CellOutcome::Score(score) => score,
        gosset_science::benchmark::CellOutcome::Failed => panic!("all are scored"),
    };
    let pairs = cells.iter().zip(&human).map(|(low, high)| (low.dataset.clone(), (score(low), score(high))));
    let references: BTreeMap<String, (f64, f64)> = pairs.collect();
    cells.extend(human);
    for name in agents {
        cells.extend(agent(name, Some(&references))?);
    }
    Some(cells)
}

fn of_atari(resamples: u32) -> BenchmarkQuestion {
    let references = References::Methods { low: "RANDOM".to_owned(), high: "HUMAN".to_owned() };
    BenchmarkQuestion { references, resamples, ..asked("score", Direction::Maximize) }
}

#[test]
fn atari_agents_are_judged_as_by_rliable() {
    let agents = ["SimPLe", "CURL_10_evals", "DrQ(eps)", "SPR", "IRIS", "DIAMOND"];
    let (Some(cells), Some(expected)) = (atari(&agents), read_json("atari100k_rliable/expected.json")) else { return };
    let board = judged(cells, &of_atari(20));
    assert_eq!((board.rows.len(), board.coverage.datasets, board.coverage.failed), (6, 26, 0));
    for row in &board.rows {
        let expected = &expected["point"][&row.method];
        // The normalised scores of one file are turned back into raw ones here.
        let tolerance = if row.method.starts_with("CURL") { 1e-9 } else { 1e-12 };
        for (found, key) in [(row.mean.unwrap(), "mean"), (row.interquartile_mean.unwrap(), "iqm")] {
            let expected = expected[key].as_f64().unwrap();
            assert!(
                (found.value / expected - 1.0).abs() < tolerance,
                "{} {key}: {} {expected}",
                row.method,
                found.value
            );
        }
        let runs = expected["runs"].as_u64().unwrap() * expected["tasks"].as_u64().unwrap();
        assert_eq!(row.runs, runs, "{}", row.method);
    }
    assert_eq!(board.neighbours.len(), 5);
    for pair in &board.neighbours {
        let expected =
            expected["probability_of_improvement"][format!("{}>{}", pair.first, pair.second)].as_f64().unwrap();
        assert!((pair.probability / expected - 1.0).abs() < 1e-9, "{pair:?} {expected}");
    }
}

#[test]
fn the_interval_of_an_atari_agent_agrees_with_rliable() {
    let (Some(cells), Some(expected)) = (atari(&["IRIS", "DIAMOND"]), read_json("atari100k_rliable/expected.json"))
    else {
        return;
    };
    let board = judged(cells, &of_atari(50_000));
    let iris = board.rows.iter().find(|row| row.method == "IRIS").unwrap();
    let expected = &expected["ci_50k_iris"]["ci"];
    for (found, index) in [(iris.mean.unwrap(), 0), (iris.interquartile_mean.unwrap(), 2)] {
        let (lower, upper) = (expected[0][index].as_f64().unwrap(), expected[1][index].as_f64().unwrap());
        let bounds = found.bounds.unwrap();
        // Both are 2.5 % points of 50,000 draws: they differ by 0.0043 of the interval's width
        // (standard error); six of them, doubled for the tails.
        let tolerance = 0.052 * (upper - lower);
        assert!((bounds.lower - lower).abs() < tolerance && (bounds.upper - upper).abs() < tolerance, "{bounds:?}");
    }
}

/// The cells as the runs of a registered study with `seeds` seeds, judged.
fn through_a_study(cells: &[Cell], direction: Direction, section: &str, seeds: usize) -> Leaderboard {
    let names = |of: fn(&Cell) -> &String| -> Vec<String> {
        cells.iter().map(of).cloned().collect::<std::collections::BTreeSet<_>>().into_iter().collect()
    };
    let (methods, datasets) = (names(|one| &one.method), names(|one| &one.dataset));
    // Data sets of studies have plain names.
    let plain = |name: &str| name.replace(|letter: char| !letter.is_alphanumeric(), "_");
    let scores: BTreeMap<(String, String, usize), Vec<f64>> = cells.iter().fold(BTreeMap::new(), |mut scores, one| {
        let CellOutcome::Score(score) = one.outcomes[0] else { panic!("all are scored") };
        let seed = one.seed.as_ref().map_or(0, |seed| seed.parse().unwrap());
        let known: &mut Vec<f64> = scores.entry((one.method.clone(), plain(&one.dataset), seed)).or_default();
        known.push(score);
        scores
    });
    let methods: Vec<&str> = methods.iter().map(String::as_str).collect();
    let datasets: Vec<String> = datasets.iter().map(|name| plain(name)).collect();
    let mut text = file(&methods, &datasets, section, &format!("seeds = {seeds}"));
    if direction == Direction::Minimize {
        text = text.replace("direction = \"maximize\"", "direction = \"minimize\"");
        text = text.replace("score = \"accuracy\"", "logged = \"rank\"\nreduction = \"last\"");
    }
    let registered = registered(&text);
    let evidence = evidence(&registered, |method, _, dataset, seed| {
        Some(scores[&(method.to_owned(), dataset.to_owned(), seed)][0])
    });
    registered_benchmark(&registered, &evidence).unwrap().boards.remove(0).leaderboard.unwrap()
}

#[test]
fn the_table_of_demsar_is_judged_alike_through_a_study() {
    let (Some(ranks), Some(auc), Some(expected)) = (
        read("demsar2006/table6_ranks_as_printed.csv"),
        read("demsar2006/table6_auc.csv"),
        read_json("demsar2006/expected.json"),
    ) else {
        return;
    };
    let board = through_a_study(&wide(&ranks), Direction::Minimize, "", 1);
    for row in &board.rows {
        printed(row.average_rank, &expected["average_ranks"][&row.method], 3);
    }
    printed(board.critical_difference, &expected["nemenyi"]["CD0.05"], 2);
    printed(board.omnibus.as_ref().unwrap().friedman_untied, &expected["friedman_chi2_no_tie_correction"], 2);
    let (study, library) = (
        through_a_study(&wide(&auc), Direction::Maximize, "", 1),
        judged(wide(&auc), &asked("auc", Direction::Maximize)),
    );
    let ranks = |board: &Leaderboard| -> Vec<(String, f64)> {
        board.rows.iter().map(|row| (row.method.clone(), row.average_rank)).collect()
    };
    assert_eq!((ranks(&study), &study.pairs, &study.omnibus), (ranks(&library), &library.pairs, &library.omnibus));
    assert_eq!((&study.groups, study.critical_difference), (&library.groups, library.critical_difference));
}

#[test]
fn atari_agents_are_judged_alike_through_a_study() {
    let agents = ["SimPLe", "SPR", "IRIS", "DIAMOND"];
    let (Some(cells), Some(low), Some(high), Some(expected)) =
        (atari(&agents), agent("RANDOM", None), agent("HUMAN", None), read_json("atari100k_rliable/expected.json"))
    else {
        return;
    };
    // A study gives all methods the same seeds: those agents that have five runs.
    let counts = |name: &str| cells.iter().filter(|one| one.method == name).count();
    let of_five: Vec<&str> = agents.into_iter().filter(|name| counts(name) == 26 * 5).collect();
    assert!(of_five.len() >= 2, "{of_five:?}");
    let cells: Vec<Cell> = cells.into_iter().filter(|one| of_five.contains(&one.method.as_str())).collect();
    let score = |one: &Cell| match one.outcomes[0] {
        CellOutcome::Score(score) => score,
        CellOutcome::Failed => panic!("all are scored"),
    };
    let references: String = low
        .iter()
        .zip(&high)
        .map(|(low, high)| format!("{} = {{ low = {:?}, high = {:?} }}\n", low.dataset, score(low), score(high)))
        .collect();
    let section = format!("resamples = 100\n[benchmark.references]\n{references}");
    let board = through_a_study(&cells, Direction::Maximize, &section, 5);
    assert_eq!((board.rows.len(), board.coverage.datasets), (of_five.len(), 26));
    for row in &board.rows {
        let expected = &expected["point"][&row.method];
        for (found, key) in [(row.mean.unwrap(), "mean"), (row.interquartile_mean.unwrap(), "iqm")] {
            let expected = expected[key].as_f64().unwrap();
            assert!((found.value / expected - 1.0).abs() < 1e-12, "{} {key}: {}", row.method, found.value);
        }
    }
}
