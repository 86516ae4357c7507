//! Measures methods on inputs from a file, as `cargo xtask bench statistics`
//! asks: `cargo run --release -p gosset-stats --example speed -- INPUTS CASE`.
//!
//! Prints a JSON object with the processor seconds of one call, the least of
//! many, and the numbers found, or for the case `threads` what one and two
//! threads take for the same bits.
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "it is a program for another to run")]

use std::time::{Duration, Instant};

use gosset_stats::bayes::bayes_signed_rank;
use gosset_stats::bayes::rope::{Place, Prior, Rope};
use gosset_stats::compare::{permutation, sign_flip};
use gosset_stats::dominance::almost_stochastic_order;
use gosset_stats::interval::bootstrap_bca;
use gosset_stats::interval::resampling::{Resampling, Statistic};
use gosset_stats::runs::aggregate::{Aggregate, CHUNK};
use gosset_stats::runs::probability_of_improvement::Improvement;
use gosset_stats::runs::scores::{MethodScores, Score, Scores};
use gosset_stats::scaling::bootstrap::{Unit, bootstrap};
use gosset_stats::scaling::{Breaks, Criterion, Law, Point, Points, Quantity, Scale, fit, identify};
use gosset_stats::sequential::betting::Betting;
use gosset_stats::variance::mixed_model::{self, MethodByTask, Rows};
use gosset_stats::{Alpha, Bounds, Stream, summary};
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};

type Failure = Box<dyn std::error::Error>;
type Numbers = Result<Vec<f64>, Failure>;

/// Prepares a case from the inputs and returns what is measured.
type Prepare = fn(&Value) -> Box<dyn Fn() -> Numbers>;

/// The cases, by the names that the benchmark knows them by.
const CASES: &[(&str, Prepare)] = &[
    ("aggregates", |inputs| {
        let scores = suite(&inputs["suite"]["first"]);
        Box::new(move || {
            let mut numbers = Vec::new();
            for aggregate in AGGREGATES {
                push(&mut numbers, aggregate.bounds(&scores, level(), 50_000, &stream())?);
            }
            Ok(numbers)
        })
    }),
    ("improvement", |inputs| {
        let (first, second) = (suite(&inputs["suite"]["first"]), suite(&inputs["suite"]["second"]));
        Box::new(move || {
            let improvement = Improvement::new(&first, &second)?;
            let mut numbers = vec![improvement.probability()];
            push(&mut numbers, improvement.bounds(level(), 50_000, &stream())?);
            Ok(numbers)
        })
    }),
    ("bca-mean", |inputs| bca(inputs, Statistic::Mean)),
    ("bca-interquartile-mean", |inputs| bca(inputs, Statistic::InterquartileMean)),
    ("permutation", |inputs| {
        let (baseline, candidate) = (numbers(&inputs["groups"]["baseline"]), numbers(&inputs["groups"]["candidate"]));
        Box::new(move || Ok(vec![permutation::test(&baseline, &candidate, 100_000, &stream())?.tails.greater]))
    }),
    ("sign-flip", |inputs| {
        let differences = numbers(&inputs["differences"]);
        let limits = sign_flip::Limits { exact_up_to: 0, draws: 100_000 };
        Box::new(move || Ok(vec![sign_flip::p_greater(&differences, 0.0, limits, &stream())?.p_value]))
    }),
    ("betting", |inputs| {
        let values = numbers(&inputs["bounded"]);
        Box::new(move || {
            let bounds = Betting::from_values(&values, 0.0, 1.0, level())?.running();
            Ok(bounds.iter().flat_map(|bounds| [bounds.lower, bounds.upper]).collect())
        })
    }),
    ("mixed-model", |inputs| {
        let table = Table::of(&inputs["table"]);
        Box::new(move || {
            let model = mixed_model::fit(&table.rows(), &table.methods[0], MethodByTask::Random)?;
            let differences = model.differences().iter().map(|(_, effect)| effect.estimate);
            let baseline = std::iter::once(model.baseline_mean().estimate);
            Ok(baseline.chain(differences).chain([model.log_likelihood()]).collect())
        })
    }),
    ("bayes-signed-rank", |inputs| {
        let differences = numbers(&inputs["data_sets"]);
        Box::new(move || {
            let (rope, prior) = (Rope::new(0.01)?, Prior::new(0.5, Place::Equal)?);
            let found = bayes_signed_rank::test(&differences, rope, prior, 50_000, &stream())?;
            Ok(vec![found.baseline, found.equal, found.candidate])
        })
    }),
    ("almost-stochastic-order", |inputs| {
        let scores = &inputs["accuracies"];
        let (baseline, candidate) = (numbers(&scores["baseline"]), numbers(&scores["candidate"]));
        let level = Alpha::new(0.05).expect("it lies between 0 and 1");
        Box::new(move || {
            Ok(vec![almost_stochastic_order::test(&baseline, &candidate, 1_000, &stream())?.epsilon(level)])
        })
    }),
    ("scaling-fit", |inputs| {
        let points = training_runs(&inputs["runs"]);
        Box::new(move || {
            let found = fit(Law::Chinchilla, &points, HOFFMANN)?;
            Ok(found.minimiser().into_iter().map(|(_, value)| value).collect())
        })
    }),
    ("scaling-bootstrap", |inputs| {
        let points = training_runs(&inputs["runs"]);
        Box::new(move || {
            let found = fit(Law::Chinchilla, &points, HOFFMANN)?;
            let resampled =
                bootstrap(&found, Unit::Runs, &Resampling { level: level(), resamples: 4_000, stream: &stream() })?;
            let all: Vec<_> = resampled.constants_unsorted().collect();
            // The spread of alpha and of beta.
            let spread = |place: usize| {
                summary::standard_deviation(&all.iter().map(|values| values[place].1).collect::<Vec<f64>>())
            };
            Ok(vec![spread(3)?, spread(4)?])
        })
    }),
    ("scaling-identify", |inputs| {
        let points = training_runs(&inputs["runs"]);
        Box::new(move || {
            let found = fit(Law::Chinchilla, &points, HOFFMANN)?;
            let (found, _) = identify(&found, Unit::Runs, level())?;
            Ok(found.minimiser().into_iter().map(|(_, value)| value).collect())
        })
    }),
    ("scaling-broken", |inputs| {
        let points = curve(&inputs["curve"]);
        let law = Law::Broken { over: Quantity::Tokens, breaks: Breaks::One };
        Box::new(move || {
            let found = fit(law, &points, Criterion::Squares)?;
            Ok(found.minimiser().into_iter().map(|(_, value)| value).collect())
        })
    }),
];

const HOFFMANN: Criterion = Criterion::Huber { delta: 1e-3 };

const AGGREGATES: [Aggregate; 4] =
    [Aggregate::Mean, Aggregate::Median, Aggregate::InterquartileMean, Aggregate::OptimalityGap { gamma: 1.0 }];

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let (Some(path), Some(name)) = (arguments.next(), arguments.next()) else {
        return Err("usage: speed INPUTS CASE".into());
    };
    let inputs: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    if name == "threads" {
        println!("{}", threads(&suite(&inputs["suite"]["first"])));
        return Ok(());
    }
    let Some((_, prepare)) = CASES.iter().find(|(case, _)| *case == name) else {
        return Err(format!("there is no case `{name}`").into());
    };
    let call = prepare(&inputs);
    let (mut least, begun) = (f64::INFINITY, cpu_secs());
    let mut numbers = Vec::new();
    while cpu_secs() - begun < 1.0 {
        let before = cpu_secs();
        numbers = call()?;
        least = least.min(cpu_secs() - before);
    }
    println!("{}", json!({ "cpu_secs": least, "numbers": numbers }));
    Ok(())
}

/// The processor time of this process, by the operating system.
fn cpu_secs() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

fn level() -> Alpha {
    Alpha::new(0.025).expect("it lies between 0 and 1")
}

fn stream() -> Stream {
    Stream::named([7; 32], "speed")
}

fn push(numbers: &mut Vec<f64>, bounds: Bounds) {
    numbers.extend([bounds.lower, bounds.upper]);
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().into_iter().flatten().filter_map(Value::as_f64).collect()
}

/// Runs of parameters, tokens and loss.
fn training_runs(value: &Value) -> Points {
    let rows = value.as_array().into_iter().flatten().map(numbers).enumerate();
    let points = rows.map(|(place, row)| {
        let scale = Scale::new()
            .with(Quantity::Parameters, row[0])
            .and_then(|scale| scale.with(Quantity::Tokens, row[1]))
            .expect("the inputs hold positive numbers");
        Point { scale, loss: row[2], group: None, row: place as u64 + 1 }
    });
    Points::new(points.collect()).expect("the inputs hold positive losses")
}

/// Sizes with their losses.
fn curve(value: &Value) -> Points {
    let rows = value.as_array().into_iter().flatten().map(numbers).enumerate();
    let points = rows.map(|(place, row)| {
        let scale = Scale::new().with(Quantity::Tokens, row[0]).expect("the inputs hold positive numbers");
        Point { scale, loss: row[1], group: None, row: place as u64 + 1 }
    });
    Points::new(points.collect()).expect("the inputs hold positive losses")
}

/// Scores of shape runs x tasks.
fn suite(value: &Value) -> MethodScores {
    let mut cells = Vec::new();
    for (run, row) in value.as_array().into_iter().flatten().enumerate() {
        let of_task = |(task, value): (usize, f64)| (format!("{task:03}"), format!("{run:03}"), value);
        cells.extend(numbers(row).into_iter().enumerate().map(of_task));
    }
    let rows = cells.iter().map(|(task, run, value)| Score { method: "a", task, run, value: *value });
    let scores = Scores::new(rows).expect("the inputs hold a table");
    scores.methods().next().expect("it holds a method").1.clone()
}

/// Scores with their labels, in columns.
struct Table {
    values: Vec<f64>,
    methods: Vec<String>,
    tasks: Vec<String>,
    runs: Vec<String>,
}

impl Table {
    /// From rows of a score and its method, task and run.
    fn of(value: &Value) -> Self {
        let rows = value.as_array().expect("the inputs hold a table");
        let labels = |column: usize| rows.iter().filter_map(|row| Some(row[column].as_str()?.to_owned())).collect();
        let values = rows.iter().filter_map(|row| row[0].as_f64()).collect();
        Self { values, methods: labels(1), tasks: labels(2), runs: labels(3) }
    }

    fn rows(&self) -> Rows<'_, String> {
        Rows { values: &self.values, methods: &self.methods, tasks: &self.tasks, runs: Some(&self.runs) }
    }
}

fn bca(inputs: &Value, statistic: Statistic) -> Box<dyn Fn() -> Numbers> {
    let values = numbers(&inputs["values"]);
    Box::new(move || {
        let stream = stream();
        let resampling = Resampling { level: level(), resamples: 10_000, stream: &stream };
        let mut numbers = Vec::new();
        push(&mut numbers, bootstrap_bca::bounds(&values, statistic, &resampling)?.bounds);
        Ok(numbers)
    })
}

/// Draws the chunks of the interquartile mean on one thread and on two.
fn threads(scores: &MethodScores) -> Value {
    const CHUNKS: u64 = 1_000;
    let part = |first: u64, step: u64| -> Vec<(u64, Vec<u64>)> {
        let bits = |values: Vec<f64>| values.into_iter().map(f64::to_bits).collect();
        let draw = |chunk| Aggregate::InterquartileMean.resample_unsorted(scores, CHUNK, chunk, &stream());
        let chunks = (first..CHUNKS).step_by(step as usize);
        chunks.map(|chunk| (chunk, bits(draw(chunk).expect("the scores are finite")))).collect()
    };
    let run = |threads: u64| -> (Duration, Vec<(u64, Vec<u64>)>) {
        let begun = Instant::now();
        let mut chunks: Vec<(u64, Vec<u64>)> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|first| scope.spawn(move || part(first, threads))).collect();
            workers.into_iter().flat_map(|worker| worker.join().expect("a worker does not panic")).collect()
        });
        let taken = begun.elapsed();
        chunks.sort_unstable_by_key(|(chunk, _)| *chunk);
        (taken, chunks)
    };
    let ((one, alone), (two, together)) = (run(1), run(2));
    json!({ "one_secs": one.as_secs_f64(), "two_secs": two.as_secs_f64(), "same_bits": alone == together })
}
