//! How often the bounds of comparisons and aggregates over ten tasks miss, by
//! simulation.
//!
//! Every rate is that of a two-sided interval at 2.5 % a side, so that 5 % is
//! what is promised. The rows stand in `reference/calibration_runs.md` and
//! `reference/calibration_runs_aggregates.md`, which must be current: the seeds
//! are fixed and the arithmetic is the same everywhere. Each of the fewer than a
//! hundred bounds on counts from ten runs on is passed by chance in at most 1e-9
//! of cases, were the true rates at those named.

use std::fmt::Write;

use gosset_stats::runs::aggregate::Aggregate;
use gosset_stats::runs::performance_profile::Profile;
use gosset_stats::runs::probability_of_improvement::Improvement;
use gosset_stats::runs::scores::{MethodScores, Score, Scores};
use gosset_stats::{Alpha, Bounds, Stream, binomial};

use crate::shapes::{Draw, exponential, heavy_tailed, tied};

const SIMULATIONS: u64 = 1_000;
/// Of the aggregates, four for each set of scores.
const AGGREGATE_SIMULATIONS: u64 = 750;
const RESAMPLES: u32 = 199;
const SIZES: [usize; 4] = [3, 5, 10, 30];
const TASKS: usize = 10;

/// Name, distribution, and the threshold that a quarter of the scores exceed:
/// quantiles at 0.75 of scipy.stats 1.17.1, log 4, and 1/2 for the integers.
const SHAPES: [(&str, Draw, f64); 4] = [
    ("normal", Stream::normal, 0.674_489_750_196_082),
    ("exponential", exponential, 1.386_294_361_119_891),
    ("t with 3 df", heavy_tailed, 0.764_892_328_404_345),
    ("integers -1, 0, 0, 1", tied, 0.5),
];

/// A shift of a normal distribution that wins three pairs of four: the root of
/// 2 times its quantile at 0.75.
const SHIFT: f64 = std::f64::consts::SQRT_2 * 0.674_489_750_196_082;

/// The score that is good enough for the optimality gap.
const GAMMA: f64 = 1.0;

const AGGREGATES: [(&str, Aggregate); 4] = [
    ("mean", Aggregate::Mean),
    ("median", Aggregate::Median),
    ("interquartile mean", Aggregate::InterquartileMean),
    ("optimality gap", Aggregate::OptimalityGap { gamma: GAMMA }),
];

/// What the aggregates estimate, for each shape. The interquartile mean of the
/// exponential distribution is twice the integral of -ln(1 - p) from 1/4 to
/// 3/4. The gap is the mean of what a score is short of 1: F(1) + f(1) of the
/// normal distribution, 1 / e, F(1) + 2 f(1) of Student's t with 3 degrees of
/// freedom (both by scipy.stats 1.17.1), and 1 of the integers.
const TRUTHS: [[f64; 4]; 4] = [
    [0.0, 0.0, 0.0, 1.083_315_470_587_686],
    [1.0, 1.0, 0.738_375_928_117_726, 0.367_879_441_171_442],
    [0.0, 0.0, 0.0, 1.217_995_562_088_459],
    [0.0, 0.0, 0.0, 1.0],
];

/// Below this share of misses lies what nearly keeps its promise.
const NEARLY: f64 = 0.08;

fn suite(runs: usize, shift: f64, draw: Draw, stream: &mut Stream) -> MethodScores {
    let names: Vec<String> = (0..runs.max(TASKS)).map(|index| index.to_string()).collect();
    let mut rows = Vec::new();
    for task in &names[..TASKS] {
        for run in &names[..runs] {
            rows.push(Score { method: "a", task, run, value: draw(stream) + shift });
        }
    }
    Scores::new(rows).unwrap().methods().next().unwrap().1.clone()
}

#[derive(Clone, Copy, Default)]
struct Misses {
    above: u64,
    below: u64,
}

impl Misses {
    fn count(&mut self, bounds: Bounds, truth: f64) {
        // A bound that is the truth but for rounding does not miss it.
        self.above += u64::from(bounds.lower > truth + 1e-12);
        self.below += u64::from(bounds.upper < truth - 1e-12);
    }

    fn total(self) -> u64 {
        self.above + self.below
    }
}

fn improvement(name: &str, shift: f64, draw: Draw, runs: usize) -> Misses {
    let (root, level) = (Stream::named([62; 32], &format!("{name}/{shift}/{runs}")), Alpha::new(0.025).unwrap());
    let truth = if shift == 0.0 { 0.5 } else { 0.75 };
    let mut misses = Misses::default();
    for index in 0..SIMULATIONS {
        let mut stream = root.substream(index);
        let (candidate, baseline) = (suite(runs, shift, draw, &mut stream), suite(runs, 0.0, draw, &mut stream));
        let improvement = Improvement::new(&candidate, &baseline).unwrap();
        misses.count(improvement.bounds(level, RESAMPLES, &stream).unwrap(), truth);
    }
    misses
}

fn profile(name: &str, threshold: f64, draw: Draw, runs: usize) -> Misses {
    let (root, level) = (Stream::named([63; 32], &format!("{name}/{runs}")), Alpha::new(0.025).unwrap());
    let mut misses = Misses::default();
    for index in 0..SIMULATIONS {
        let mut stream = root.substream(index);
        let scores = suite(runs, 0.0, draw, &mut stream);
        let profile = Profile::new(&scores, vec![threshold]).unwrap();
        misses.count(profile.bounds(level, RESAMPLES, &stream).unwrap()[0], 0.25);
    }
    misses
}

fn aggregates(name: &str, truths: [f64; 4], draw: Draw, runs: usize) -> [Misses; 4] {
    let (root, level) = (Stream::named([70; 32], &format!("{name}/{runs}")), Alpha::new(0.025).unwrap());
    let mut misses = [Misses::default(); 4];
    for index in 0..AGGREGATE_SIMULATIONS {
        let mut stream = root.substream(index);
        let scores = suite(runs, 0.0, draw, &mut stream);
        for ((misses, (_, aggregate)), truth) in misses.iter_mut().zip(AGGREGATES).zip(truths) {
            misses.count(aggregate.bounds(&scores, level, RESAMPLES, &stream).unwrap(), truth);
        }
    }
    misses
}

#[test]
fn misses_over_ten_tasks_are_as_documented() {
    let quantile = |share, probability| binomial::quantile(share, SIMULATIONS, probability).unwrap();
    let (most_in_mean, nearly) = (SIMULATIONS / 20, quantile(1.0 - 1e-9, NEARLY));
    let mut text = String::from(
        "# How often intervals over tasks and runs miss\n\nTwo-sided intervals at 2.5 % a side, which promise 5 %, over ten tasks with \
         n runs each (of either method). 1,000 simulations a line (standard error 0.7 points at 5 %), 199 resamples. `Too high` are \
         intervals that lie above the truth. Written by the test `calibration_runs`.\n\n\
         | interval | scores | n | misses, % | too high, % | too low, % |\n|---|---|---|---|---|---|\n",
    );
    let mut row = |method: &str, shape: &str, n: usize, misses: Misses| {
        let percent = |count: u64| 100.0 * count as f64 / SIMULATIONS as f64;
        let (all, above, below) = (percent(misses.total()), percent(misses.above), percent(misses.below));
        writeln!(text, "| {method} | {shape} | {n} | {all:.1} | {above:.1} | {below:.1} |").unwrap();
        // From ten runs on the intervals nearly keep their promise; with three they do not.
        if n >= 10 {
            assert!(misses.total() <= nearly, "{method}, {shape}, {n}: {}", misses.total());
        } else if n == 3 {
            assert!(misses.total() > most_in_mean, "{method}, {shape}, {n}: {}", misses.total());
        }
    };
    for (name, draw, _) in SHAPES {
        SIZES.iter().for_each(|n| row("improvement, 0.5", name, *n, improvement(name, 0.0, draw, *n)));
    }
    let (name, normal, _) = SHAPES[0];
    SIZES.iter().for_each(|n| row("improvement, 0.75", name, *n, improvement(name, SHIFT, normal, *n)));
    for (name, draw, threshold) in SHAPES {
        SIZES.iter().for_each(|n| row("profile, 0.25", name, *n, profile(name, threshold, draw, *n)));
    }
    let stored = include_str!("reference/calibration_runs.md");
    if text != stored {
        println!("{text}");
    }
    assert!(text == stored, "the table is not current; the one above is");
}

#[test]
fn misses_of_aggregates_are_as_documented() {
    let mut text = String::from(
        "# How often intervals of aggregates miss\n\nTwo-sided intervals at 2.5 % a side, which promise 5 %, of aggregates over ten \
         alike tasks with n runs each; the gap is to a score of 1. 750 simulations a line (standard error 0.8 points at 5 %), 199 \
         resamples. `Too high` are intervals that lie above the truth. Written by the test `calibration_runs`.\n\n\
         | aggregate | scores | n | misses, % | too high, % | too low, % |\n|---|---|---|---|---|---|\n",
    );
    let most = binomial::quantile(1.0 - 1e-9, AGGREGATE_SIMULATIONS, 0.1).unwrap();
    let found = [0, 1, 2, 3].map(|place| {
        let (name, draw, _) = SHAPES[place];
        SIZES.map(|n| aggregates(name, TRUTHS[place], draw, n))
    });
    for (place, (kind, _)) in AGGREGATES.into_iter().enumerate() {
        for ((shape, _, _), found) in SHAPES.into_iter().zip(&found) {
            for (n, found) in SIZES.into_iter().zip(found) {
                let Misses { above, below } = found[place];
                let percent = |count: u64| format!("{:.1}", 100.0 * count as f64 / AGGREGATE_SIMULATIONS as f64);
                let [all, above, below] = [above + below, above, below].map(percent);
                writeln!(text, "| {kind} | {shape} | {n} | {all} | {above} | {below} |").unwrap();
                let misses = found[place].total();
                let what = format!("{kind}, {shape}, {n}: {misses}");
                // From ten runs on the true rate lies below 10 %. With three, twice too many miss; medians of few alike
                // tasks and of few distinct scores are another matter.
                if n >= 10 {
                    assert!(misses <= most, "{what}");
                } else if n == 3 && kind != "median" && !shape.starts_with("integers") {
                    assert!(misses > AGGREGATE_SIMULATIONS / 20, "{what}");
                }
            }
        }
    }
    let stored = include_str!("reference/calibration_runs_aggregates.md");
    if text != stored {
        println!("{text}");
    }
    assert!(text == stored, "the table is not current; the one above is");
}
