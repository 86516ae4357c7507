//! How often tests of many methods find a difference that is not there.
//!
//! Three nulls: all methods alike; one method better by three, the others
//! alike; and two methods that beat all others and lose to all by turns, either
//! as likely on each task, among others that are alike. Counted are studies in
//! which a true hypothesis is rejected at 5 %: of any pair, or of the control,
//! the last method, and another one. In the third null the control is the second
//! method, which only the first one equals. Where the promise holds by theory,
//! none of the 80 counts may exceed the point that its binomial distribution
//! passes with a chance of 5e-9: had the seeds been free, a false alarm would
//! have a chance below one in a million.

use std::fmt::Write;

use gosset_stats::compare::wilcoxon_signed_rank::Zeros;
use gosset_stats::ranking::control::Comparison;
use gosset_stats::ranking::friedman::Friedman;
use gosset_stats::ranking::iman_davenport::ImanDavenport;
use gosset_stats::ranking::pairs::Pair;
use gosset_stats::ranking::{
    RankTable, RankingError, Repeats, Score, ScoreTable, bergmann_hommel, bonferroni_dunn, friedman, hochberg_control,
    holm_control, hommel_control, nemenyi, shaffer_static, wilcoxon_holm,
};
use gosset_stats::{Alpha, Direction, Stream, binomial};

use crate::shapes::{Draw, SHAPES};

const SIMULATIONS: u64 = 1_000;
const LEVEL: f64 = 0.05;
const DESIGNS: [(usize, usize); 6] = [(3, 5), (3, 10), (3, 30), (5, 5), (5, 10), (5, 30)];
const NAMES: [&str; 5] = ["0", "1", "2", "3", "4"];

#[derive(Clone, Copy, PartialEq)]
enum Null {
    Complete,
    OneBetter,
    ByTurns,
}

impl Null {
    const ALL: [Self; 3] = [Self::Complete, Self::OneBetter, Self::ByTurns];

    fn word(self) -> &'static str {
        match self {
            Self::Complete => "all alike",
            Self::OneBetter => "one better",
            Self::ByTurns => "two by turns",
        }
    }

    /// The scores of all methods on a task; draws have this mean.
    fn scores(self, methods: usize, draw: Draw, mean: f64, stream: &mut Stream) -> Vec<f64> {
        let mut scores: Vec<f64> = (0..methods).map(|_| draw(stream) - mean).collect();
        match self {
            Self::Complete => {}
            Self::OneBetter => scores[0] += 3.0,
            Self::ByTurns => {
                let side = if stream.below(2) == 0 { 1.0 } else { -1.0 };
                scores[0] = side * (5.0 + scores[0].abs());
                scores[1] = -side * (5.0 + scores[1].abs());
            }
        }
        scores
    }

    /// Whether two methods are alike.
    fn is_true(self, first: usize, second: usize) -> bool {
        match self {
            Self::Complete => true,
            Self::OneBetter => first.min(second) > 0,
            Self::ByTurns => (first < 2) == (second < 2),
        }
    }

    fn control(self, methods: usize) -> usize {
        match self {
            Self::Complete | Self::OneBetter => methods - 1,
            Self::ByTurns => 1,
        }
    }
}

const TESTS: [&str; 12] = [
    "friedman, exact",
    "friedman",
    "friedman, not corrected for ties",
    "iman-davenport",
    "nemenyi",
    "shaffer-static",
    "bergmann-hommel",
    "wilcoxon-holm",
    "bonferroni-dunn",
    "holm-control",
    "hochberg-control",
    "hommel-control",
];

/// Exact tests promise their rate.
fn is_promised(test: &str) -> bool {
    matches!(test, "friedman, exact" | "wilcoxon-holm")
}

/// For each test, whether it errs; none where it is not asked.
fn errors(null: Null, table: &ScoreTable, critical: f64) -> [Option<bool>; 12] {
    let ranks = RankTable::of(table);
    let methods = ranks.methods().len();
    let global = |p_value: f64| (null == Null::Complete).then_some(p_value <= LEVEL);
    let chi_square = Friedman::of(&ranks);
    let from_friedman = |p_value: fn(&Friedman) -> f64| global(chi_square.as_ref().map_or(1.0, p_value));
    // The orders of many tasks take too long to be gone through here.
    let is_quick = methods == 3 && ranks.tasks() <= 10;
    let exact = if is_quick { global(friedman::exact_p_value(&ranks).unwrap()) } else { None };
    let davenport = match ImanDavenport::of(&ranks) {
        Ok(found) => found.p_value(),
        Err(RankingError::PerfectAgreement) => 0.0,
        Err(_) => 1.0,
    };
    let any =
        |pairs: &[Pair]| Some(pairs.iter().any(|pair| pair.adjusted <= LEVEL && null.is_true(pair.first, pair.second)));
    let average = ranks.average_ranks();
    let is_beyond = |first: usize, second: usize| (average[first] - average[second]).abs() >= critical;
    let far =
        (0..methods).any(|first| (0..first).any(|second| null.is_true(first, second) && is_beyond(first, second)));
    let signed = wilcoxon_holm::compare(table, Zeros::Wilcox).unwrap();
    let control = null.control(methods);
    let against = |found: Result<Vec<Comparison>, RankingError>| {
        Some(found.unwrap().iter().any(|one| one.adjusted <= LEVEL && null.is_true(one.method, control)))
    };
    let name = NAMES[control];
    [
        exact,
        from_friedman(Friedman::p_value),
        from_friedman(Friedman::untied_p_value),
        global(davenport),
        Some(far),
        any(&shaffer_static::compare(&ranks)),
        any(&bergmann_hommel::compare(&ranks).unwrap()),
        Some(signed.iter().any(|pair| pair.adjusted <= LEVEL && null.is_true(pair.first, pair.second))),
        against(bonferroni_dunn::compare(&ranks, name)),
        against(holm_control::compare(&ranks, name)),
        against(hochberg_control::compare(&ranks, name)),
        against(hommel_control::compare(&ranks, name)),
    ]
}

/// How often each test errs, and none where it is not asked.
fn counts(null: Null, shape: &str, draw: Draw, (methods, tasks): (usize, usize)) -> [Option<u64>; 12] {
    let root = Stream::named([37; 32], &format!("{}, {shape}, {methods}, {tasks}", null.word()));
    let mean = match shape {
        "exponential" => 1.0,
        "integers 0 to 3" => 1.5,
        _ => 0.0,
    };
    let task_names: Vec<String> = (0..tasks).map(|task| task.to_string()).collect();
    let mut counts = [None; 12];
    let mut critical = None;
    for index in 0..SIMULATIONS {
        let mut stream = root.substream(index);
        let mut scores = Vec::new();
        for task in &task_names {
            let values = null.scores(methods, draw, mean, &mut stream);
            scores.extend(NAMES.iter().zip(values).map(|(method, value)| Score { method, task, value }));
        }
        let table = ScoreTable::new(scores, Direction::Maximize, Repeats::Refuse).unwrap();
        // The critical difference is the same for all tables of a design.
        let critical = *critical
            .get_or_insert_with(|| nemenyi::critical_difference(&RankTable::of(&table), Alpha::new(LEVEL).unwrap()));
        for (count, errs) in counts.iter_mut().zip(errors(null, &table, critical)) {
            if let Some(errs) = errs {
                *count = Some(count.unwrap_or(0) + u64::from(errs));
            }
        }
    }
    counts
}

#[test]
fn exact_tests_of_many_methods_keep_their_level_and_the_table_of_all_is_current() {
    let most = binomial::quantile(1.0 - 5e-9, SIMULATIONS, LEVEL).unwrap();
    let mut table = String::from(
        "| null | test | scores | k = 3, N = 5 | 3, 10 | 3, 30 | 5, 5 | 5, 10 | 5, 30 |\n|---|---|---|---|---|---|---|---|---|\n",
    );
    let mut exceeding = Vec::new();
    for null in Null::ALL {
        let found = SHAPES.map(|(shape, draw)| DESIGNS.map(|design| counts(null, shape, draw, design)));
        for (place, test) in TESTS.into_iter().enumerate() {
            for ((shape, _), designs) in SHAPES.iter().zip(&found) {
                let of_test = designs.map(|counts| counts[place]);
                if of_test.iter().all(Option::is_none) {
                    continue;
                }
                let rate = |count: u64| format!("{:.3}", count as f64 / SIMULATIONS as f64);
                let rates = of_test.map(|count| count.map_or("-".to_owned(), rate));
                writeln!(table, "| {} | {test} | {shape} | {} |", null.word(), rates.join(" | ")).unwrap();
                let (above, places) = (of_test.iter().flatten().filter(|count| **count > most).count(), 6);
                assert!(
                    above == 0 || !is_promised(test),
                    "{}, {test}, {shape}: {of_test:?}, at most {most}",
                    null.word()
                );
                if above > 0 {
                    exceeding.push(format!("{}, {test}, {shape}: {above} of {places}", null.word()));
                }
            }
        }
    }
    println!("{table}\nabove the level: {exceeding:#?}");
    assert_eq!(exceeding, EXCEEDING, "where approximate tests err too often");
    assert_eq!(table, include_str!("reference/calibration_ranking.md"), "the stored table is not current");
}

/// Where a test without an exact promise errs more often than the level says,
/// and in how many of the six designs.
const EXCEEDING: [&str; 28] = [
    "two by turns, nemenyi, normal: 4 of 6",
    "two by turns, nemenyi, exponential: 4 of 6",
    "two by turns, nemenyi, t with 3 df: 2 of 6",
    "two by turns, nemenyi, integers 0 to 3: 4 of 6",
    "two by turns, shaffer-static, normal: 4 of 6",
    "two by turns, shaffer-static, exponential: 4 of 6",
    "two by turns, shaffer-static, t with 3 df: 2 of 6",
    "two by turns, shaffer-static, integers 0 to 3: 4 of 6",
    "two by turns, bergmann-hommel, normal: 4 of 6",
    "two by turns, bergmann-hommel, exponential: 4 of 6",
    "two by turns, bergmann-hommel, t with 3 df: 2 of 6",
    "two by turns, bergmann-hommel, integers 0 to 3: 4 of 6",
    "two by turns, bonferroni-dunn, normal: 4 of 6",
    "two by turns, bonferroni-dunn, exponential: 4 of 6",
    "two by turns, bonferroni-dunn, t with 3 df: 3 of 6",
    "two by turns, bonferroni-dunn, integers 0 to 3: 4 of 6",
    "two by turns, holm-control, normal: 4 of 6",
    "two by turns, holm-control, exponential: 4 of 6",
    "two by turns, holm-control, t with 3 df: 3 of 6",
    "two by turns, holm-control, integers 0 to 3: 4 of 6",
    "two by turns, hochberg-control, normal: 4 of 6",
    "two by turns, hochberg-control, exponential: 4 of 6",
    "two by turns, hochberg-control, t with 3 df: 3 of 6",
    "two by turns, hochberg-control, integers 0 to 3: 4 of 6",
    "two by turns, hommel-control, normal: 4 of 6",
    "two by turns, hommel-control, exponential: 4 of 6",
    "two by turns, hommel-control, t with 3 df: 3 of 6",
    "two by turns, hommel-control, integers 0 to 3: 4 of 6",
];
