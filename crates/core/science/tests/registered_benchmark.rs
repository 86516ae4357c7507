//! Benchmarks as studies: the numbers of the library, failures as cells, what
//! stress costs, and budgets that are not equal.

use gosset_model::{Change, Evidence, Grade, Judgement, Name, Outcome, Reach, RefutedKind, Registered, Verdict};
use gosset_science::benchmark::{References, RegisteredBenchmark, registered_benchmark};
use gosset_science::judge;
use gosset_stats::Stream;

use crate::benchmark::{cell, judged, question};
use crate::sample::{registered, result};

/// A benchmark of `methods` on `datasets`, with further keys of its section and
/// of the design.
pub(crate) fn file(methods: &[&str], datasets: &[String], section: &str, design: &str) -> String {
    let data: String =
        datasets.iter().map(|name| format!("[data.{name}]\nfiles = {{ train = \"{name}.csv\" }}\n")).collect();
    format!(
        r#"
[study]
name = "ranks"
question = "Who does best?"
[program]
command = ["train"]
parameters = "flags"
timeout_secs = 60.0
[factors.method]
baseline = {first:?}
levels = {methods:?}
[factors.noise]
baseline = "none"
levels = ["none", "much"]
[metrics.accuracy]
direction = "maximize"
unit = "proportion"
score = "accuracy"
trust = "The numbers are made up."
[benchmark]
factor = "method"
metrics = ["accuracy"]
{section}
{data}
[design]
{design}
horizon = "fixed"
alpha = 0.05
sides = "one"
power = 0.8
failures = "worst-observed"
order = "random"
"#,
        first = methods[0]
    )
}

pub(crate) fn numbered(count: usize) -> Vec<String> {
    (0..count).map(|index| format!("x{index:02}")).collect()
}

/// Evidence in which `method` under `condition` on `dataset` in block `seed`
/// comes to `score`; `None` is a crash.
pub(crate) fn evidence(registered: &Registered, score: impl Fn(&str, &str, &str, usize) -> Option<f64>) -> Evidence {
    let mut seeds = registered.seeds();
    seeds.sort_unstable();
    let mut found = crate::sample::evidence(registered, |_, _| None);
    for run in &mut found.runs {
        let settings = &registered.protocol().arms[&run.planned.arm];
        let level = |name: &str| settings[&Name::new(name).unwrap()].to_string();
        let block = seeds.iter().position(|seed| *seed == run.planned.seed).unwrap();
        let dataset = run.planned.dataset.as_ref().unwrap().to_string();
        run.result = Some(result(score(&level("method"), &level("noise"), &dataset, block)));
    }
    found
}

fn found(registered: &Registered, evidence: &Evidence) -> RegisteredBenchmark {
    registered_benchmark(registered, evidence).unwrap()
}

/// a and b do alike, c is 0.1 worse, with a little noise of each run.
fn truth(method: &str, dataset: &str, seed: usize) -> f64 {
    let noise = 0.005 * Stream::named([3; 32], &format!("{method}/{dataset}/{seed}")).normal();
    if method == "c" { 0.7 + noise } else { 0.8 + noise }
}

const CONTROL: &str = "control = \"a\"\nsmallest_effect = 0.02\n";

fn judged_study(
    section: &str,
    score: impl Fn(&str, &str, &str, usize) -> Option<f64>,
) -> (Registered, Evidence, Judgement) {
    let registered = registered(&file(&["a", "b", "c"], &numbered(8), section, "seeds = 6"));
    let evidence = evidence(&registered, score);
    let judgement = judge(&registered, &evidence);
    (registered, evidence, judgement)
}

#[test]
fn a_study_gives_the_leaderboard_of_its_scores_and_verdicts_against_the_control() {
    let (registered, evidence, judgement) =
        judged_study(CONTROL, |method, _, dataset, seed| Some(truth(method, dataset, seed)));
    let board = found(&registered, &evidence).boards.remove(0).leaderboard.unwrap();
    let mut seeds = registered.seeds();
    seeds.sort_unstable();
    // The same scores as a table that somebody brings: the same runs, so the same random numbers.
    let mut cells = Vec::new();
    for method in ["a", "b", "c"] {
        for dataset in numbered(8) {
            for (index, seed) in seeds.iter().enumerate() {
                let one = cell(method, &dataset, None, Some(truth(method, &dataset, index)));
                cells.push(gosset_science::benchmark::Cell { seed: Some(seed.to_string()), ..one });
            }
        }
    }
    let asked = gosset_science::benchmark::BenchmarkQuestion { resamples: 2_000, ..question() };
    let library = judged(cells, &asked);
    assert_eq!(board.grade, Grade::B, "the metric is trusted and not scored outside");
    assert_eq!((&board.rows, &board.pairs, &board.digest), (&library.rows, &library.pairs, &library.digest));
    assert_eq!((&board.reorderings, &board.profiles), (&library.reorderings, &library.profiles));
    let short = &judgement.benchmark.as_ref().unwrap().boards[0];
    assert_eq!((short.runs, short.rows.len()), (Some(library.digest), 3));
    assert_eq!(short.statements, library.statements);
    assert_eq!(short.rows[2].method, "c");
    // b does as a, c is 0.1 worse: both claims to be better are refuted.
    let verdicts: Vec<&Verdict> = judgement.hypotheses.iter().map(|one| &one.verdict).collect();
    assert_eq!(verdicts[0], &Verdict::Refuted { how: RefutedKind::Equivalent });
    assert_eq!(verdicts[1], &Verdict::Refuted { how: RefutedKind::Harmful });
}

#[test]
fn a_failed_run_is_a_failed_cell_and_a_missing_one_is_no_cell() {
    let is_lost = |method: &str, dataset: &str, seed: usize| method == "b" && dataset == "x03" && seed < 2;
    let (registered, mut evidence, judgement) = judged_study(CONTROL, |method, _, dataset, seed| {
        (!is_lost(method, dataset, seed)).then(|| truth(method, dataset, seed))
    });
    let row = |judgement: &Judgement| {
        let board = judgement.benchmark.as_ref().unwrap().boards[0].clone();
        board.rows.into_iter().find(|row| row.method == "b").unwrap()
    };
    assert_eq!((row(&judgement).runs, row(&judgement).failed, row(&judgement).missing), (48, 2, 0));
    let board = found(&registered, &evidence).boards.remove(0).leaderboard.unwrap();
    assert_eq!((board.coverage.failed, board.coverage.complete_datasets), (2, 7));
    let ranks = &board.datasets.iter().find(|one| one.dataset == "x03").unwrap().ranks;
    let place = board.rows.iter().position(|row| row.method == "b").unwrap();
    assert_eq!(ranks[place], 3.0, "a method that failed ranks behind those that did not");
    for run in evidence.runs.iter_mut().filter(|run| run.result.as_ref().is_some_and(|one| !one.outcome.is_finished()))
    {
        run.result = None;
    }
    let judgement = judge(&registered, &evidence);
    assert_eq!((row(&judgement).runs, row(&judgement).failed), (46, 0));
}

#[test]
fn what_a_run_scored_before_it_failed_counts_for_nothing() {
    let (registered, mut evidence, _) = judged_study("", |method, _, dataset, seed| Some(truth(method, dataset, seed)));
    for run in &mut evidence.runs {
        let result = run.result.as_mut().unwrap();
        if run.planned.arm.as_str() == "method=b" {
            result.outcome = Outcome::TimedOut { limit_secs: 1.0 };
        }
    }
    let board = found(&registered, &evidence).boards.remove(0).leaderboard.unwrap();
    assert_eq!(board.coverage.failed_everywhere, ["b"]);
    assert_eq!(board.rows.last().unwrap().method, "b");
}

#[test]
fn stress_has_a_leaderboard_of_its_own_and_losses_with_bounds() {
    let conditions = format!("{CONTROL}conditions = {{ factor = \"noise\", clean = \"none\" }}\n");
    // Noise costs a 0.2 and c nothing.
    let cost = |method: &str, condition: &str| match (method, condition) {
        ("a", "much") => 0.2,
        ("b", "much") => 0.1,
        _ => 0.0,
    };
    let (registered, evidence, judgement) = judged_study(&conditions, |method, condition, dataset, seed| {
        let noise = 0.001 * Stream::named([4; 32], &format!("{method}/{condition}/{dataset}/{seed}")).normal();
        Some(truth(method, dataset, seed) - cost(method, condition) + noise)
    });
    let found = found(&registered, &evidence);
    let conditions: Vec<Option<&str>> = found.boards.iter().map(|board| board.condition.as_deref()).collect();
    assert_eq!(conditions, [Some("none"), Some("much")]);
    let last = |index: usize| found.boards[index].leaderboard.as_ref().unwrap().rows.last().unwrap().method.clone();
    assert_eq!((last(0), last(1)), ("c".to_owned(), "a".to_owned()));
    assert_eq!(judgement.hypotheses.len(), 2, "claims are about the clean condition");
    let losses = &judgement.benchmark.as_ref().unwrap().losses;
    assert_eq!(losses.len(), 3);
    for (loss, expected) in losses.iter().zip([0.2, 0.1, 0.0]) {
        let found = loss.loss.as_ref().unwrap();
        // Six seeds, each the mean over eight data sets of a difference with sd 0.0014.
        assert!((found.estimate - expected).abs() < 0.002, "{loss:?}");
        let bounds = found.bounds.unwrap();
        assert!((bounds.level - 0.05 / 3.0).abs() < 1e-15 && bounds.lower < expected && expected < bounds.upper);
        assert_eq!((found.n, loss.failed, loss.void, loss.missing), (6, 0, 0, 0));
    }
}

#[test]
fn a_run_that_fails_under_stress_is_a_loss() {
    let conditions = "conditions = { factor = \"noise\", clean = \"none\" }\n";
    let (_, _, judgement) = judged_study(conditions, |method, condition, dataset, seed| {
        let is_lost = method == "b" && condition == "much" && dataset == "x00";
        let cost = if condition == "much" { 0.1 } else { 0.0 };
        (!is_lost).then(|| truth(method, dataset, seed) - cost)
    });
    let losses = &judgement.benchmark.as_ref().unwrap().losses;
    let [a, b] = [&losses[0], &losses[1]];
    assert_eq!((b.failed, b.void), (6, 0));
    assert!((a.loss.as_ref().unwrap().estimate - 0.1).abs() < 1e-12);
    // Each counts as the largest loss observed, 0.1 as everywhere.
    assert!((b.loss.as_ref().unwrap().estimate - 0.1).abs() < 1e-12);
}

#[test]
fn unequal_tuning_is_a_finding_of_the_judgement() {
    let warnings = |section: &str| {
        let (.., judgement) = judged_study(section, |method, _, dataset, seed| Some(truth(method, dataset, seed)));
        judgement.benchmark.unwrap().warnings
    };
    let equal = "[benchmark.tuning]\na = { trials = 5 }\nb = { trials = 5 }\nc = { trials = 5 }\n";
    assert_eq!(warnings(equal), [""; 0]);
    let unequal = warnings(&equal.replace("c = { trials = 5 }", "c = { trials = 50 }"));
    assert!(unequal.len() == 1 && unequal[0].contains("`c` 50, `a` 5 and `b` 5"), "{unequal:?}");
    assert!(warnings("")[0].starts_with("Nobody registered how much each method was tuned"));
    // What was said of results that somebody brings is not said of a study.
    let (.., judgement) = judged_study("", |method, _, dataset, seed| Some(truth(method, dataset, seed)));
    let board = &judgement.benchmark.as_ref().unwrap().boards[0];
    assert!(!board.warnings.iter().any(|said| said.starts_with("Nobody recorded")), "{:?}", board.warnings);
}

#[test]
fn references_and_ceiling_are_those_that_were_registered() {
    let references: String = numbered(8).iter().map(|name| format!("{name} = {{ low = 0.5, high = 0.9 }}\n")).collect();
    let text = file(&["a", "b"], &numbered(8), &format!("[benchmark.references]\n{references}"), "seeds = 3");
    let registered = registered(&text.replace("score = \"accuracy\"", "score = \"accuracy\"\nrange = [0.0, 1.0]"));
    let evidence = evidence(&registered, |method, _, _, _| Some(if method == "a" { 0.7 } else { 0.6 }));
    let board = found(&registered, &evidence).boards.remove(0).leaderboard.unwrap();
    assert!(matches!(board.question.references, References::Scores { .. }));
    assert_eq!(board.question.ceiling, Some(1.0));
    for (row, expected) in board.rows.iter().zip([0.5, 0.25]) {
        assert!((row.mean.unwrap().value - expected).abs() < 1e-12, "{row:?}");
    }
}

#[test]
fn a_study_whose_runs_all_failed_says_why_it_has_no_leaderboard() {
    let (_, _, judgement) = judged_study(CONTROL, |_, _, _, _| None);
    let board = &judgement.benchmark.as_ref().unwrap().boards[0];
    assert_eq!(board.problem.as_deref(), Some("no run has a score by the first metric"));
    assert!(board.rows.is_empty() && board.runs.is_none());
}

#[test]
fn an_early_look_or_a_late_amendment_takes_grade_a_away() {
    let text = file(&["a", "b"], &numbered(4), "", "seeds = 3").replace("trust = \"The numbers are made up.\"\n", "");
    let text = numbered(4).iter().fold(text, |text, name| {
        let files = format!("files = {{ train = \"{name}.csv\" }}\n");
        text.replace(
            &files,
            &format!("{files}truth = {{ file = \"{name}-labels.csv\", id = \"id\", label = \"label\" }}\n"),
        )
    });
    let registered = registered(&text);
    let mut evidence = evidence(&registered, |method, _, dataset, seed| Some(truth(method, dataset, seed)));
    let grade = |evidence: &Evidence| found(&registered, evidence).boards.remove(0).leaderboard.unwrap().grade;
    assert_eq!(grade(&evidence), Grade::A);
    evidence.early_looks = 1;
    assert_eq!(grade(&evidence), Grade::B);
    evidence.early_looks = 0;
    evidence.late_changes = vec![Change {
        key: "benchmark.pairs".to_owned(),
        from: "nemenyi".into(),
        to: "wilcoxon-holm".into(),
        reach: Reach::Study,
    }];
    assert_eq!(grade(&evidence), Grade::B);
    let warnings = found(&registered, &evidence).warnings;
    assert!(warnings[0].contains("`benchmark.pairs` changed in the protocol"), "{warnings:?}");
}

#[test]
fn the_order_of_runs_changes_no_byte() {
    let (registered, mut evidence, first) =
        judged_study(CONTROL, |method, _, dataset, seed| Some(truth(method, dataset, seed)));
    let again = judge(&registered, &evidence);
    assert_eq!(serde_json::to_string(&first).unwrap(), serde_json::to_string(&again).unwrap());
    let full = serde_json::to_string(&found(&registered, &evidence)).unwrap();
    evidence.runs.reverse();
    assert_eq!(serde_json::to_string(&found(&registered, &evidence)).unwrap(), full);
}
