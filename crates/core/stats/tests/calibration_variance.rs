//! Coverage and error rates where scores vary by task, run and residual.
//!
//! Each of the 28 counts of an exact test must stay below the point that its
//! binomial distribution at the level passes with a chance of 5e-9.

use std::fmt::Write;

use gosset_stats::compare::student_t_two_sample;
use gosset_stats::variance::mixed_model::{self, Component, MethodByTask, Rows};
use gosset_stats::variance::one_way_anova;
use gosset_stats::variance::two_way_anova::{self, SumsOfSquares};
use gosset_stats::variance::variance_components::Shares;
use gosset_stats::{Alpha, PairedT, Stream, binomial, summary};

use crate::shapes::{Draw, exponential};

const SIMULATIONS: u64 = 1_000;
const RUNS: usize = 3;
const TASKS: [usize; 4] = [3, 5, 10, 30];

/// Each with mean 0 and standard deviation 1.
const SHAPES: [(&str, Draw); 4] = [
    ("normal", Stream::normal),
    ("exponential", |stream| exponential(stream) - 1.0),
    ("t with 3 df", |stream| {
        let square: f64 = (0..3).map(|_| stream.normal()).map(|z| z * z).sum();
        stream.normal() / square.sqrt()
    }),
    ("integers 0 to 3", |stream| (stream.below(4) as f64 - 1.5) / 1.25_f64.sqrt()),
];

/// Two methods of equal mean on some tasks, three runs on each; the task's and
/// the residual's standard deviations are 1.
struct Table {
    values: Vec<f64>,
    methods: Vec<usize>,
    tasks: Vec<usize>,
}

impl Table {
    fn draw(tasks: usize, by_task: f64, draw: Draw, stream: &mut Stream) -> Self {
        let mut table = Self { values: Vec::new(), methods: Vec::new(), tasks: Vec::new() };
        for task in 0..tasks {
            let level = draw(stream);
            for method in 0..2 {
                let own = level + by_task * draw(stream);
                for _ in 0..RUNS {
                    table.values.push(own + draw(stream));
                    table.methods.push(method);
                    table.tasks.push(task);
                }
            }
        }
        table
    }

    fn mixed(&self, interaction: MethodByTask) -> (bool, bool) {
        let rows = Rows { values: &self.values, methods: &self.methods, tasks: &self.tasks, runs: None };
        let fit = mixed_model::fit(&rows, &0, interaction).unwrap();
        let bounds = fit.differences()[0].1.bounds(level());
        (bounds.lower <= 0.0 && 0.0 <= bounds.upper, fit.is_singular())
    }

    /// Whether the interval that takes all scores to be independent covers 0.
    fn naive(&self) -> bool {
        let of = |method: usize| -> Vec<f64> {
            self.values
                .iter()
                .zip(&self.methods)
                .filter(|(_, label)| **label == method)
                .map(|(value, _)| *value)
                .collect()
        };
        let bounds = student_t_two_sample::fit(&of(0), &of(1)).unwrap().bounds(level());
        bounds.lower <= 0.0 && 0.0 <= bounds.upper
    }

    /// Whether the paired t interval of the tasks' mean differences covers 0.
    fn paired(&self) -> bool {
        let differences: Vec<f64> = self
            .values
            .chunks_exact(2 * RUNS)
            .map(|task| summary::mean(&task[RUNS..]).unwrap() - summary::mean(&task[..RUNS]).unwrap())
            .collect();
        // Differences without any spread exclude nothing.
        PairedT::from_differences(&differences)
            .map_or(true, |fit| fit.lower(level()) <= 0.0 && 0.0 <= fit.upper(level()))
    }

    fn two_way_rejects(&self) -> bool {
        let found = two_way_anova::fit(&self.values, &self.methods, &self.tasks, SumsOfSquares::TypeTwo).unwrap();
        found.p_value(&found.effects[0]) <= 0.05
    }
}

fn level() -> Alpha {
    Alpha::new(0.025).unwrap()
}

/// How often each of several things is true.
fn rates<const N: usize>(name: &str, of_one: impl Fn(&mut Stream) -> [bool; N]) -> [f64; N] {
    let root = Stream::named([47; 32], name);
    let mut counts = [0_u32; N];
    for index in 0..SIMULATIONS {
        for (count, is_true) in counts.iter_mut().zip(of_one(&mut root.substream(index))) {
            *count += u32::from(is_true);
        }
    }
    counts.map(|count| f64::from(count) / SIMULATIONS as f64)
}

fn coverage(table: &mut String) {
    table.push_str("Coverage of 95 % intervals for the difference of two methods; three runs on each task.\n\n");
    table.push_str(
        "| method-by-task sd | scores | interval | 3 tasks | 5 tasks | 10 tasks | 30 tasks |\n|---|---|---|---|---|---|---|\n",
    );
    let names = [
        "all scores independent",
        "mixed model without method-by-task",
        "mixed model",
        "paired t on means of tasks",
        "(singular fits of the mixed model)",
    ];
    for (shape, draw) in SHAPES {
        for by_task in [0.0, 0.5, 1.0] {
            if shape != "normal" && by_task != 0.5 {
                continue;
            }
            let found = TASKS.map(|tasks| {
                rates(&format!("{shape}, {by_task}, {tasks}"), |stream| {
                    let table = Table::draw(tasks, by_task, draw, stream);
                    let (covers, is_singular) = table.mixed(MethodByTask::Random);
                    let (covers_without, _) = table.mixed(MethodByTask::Absent);
                    [table.naive(), covers_without, covers, table.paired(), is_singular]
                })
            });
            for (place, name) in names.into_iter().enumerate() {
                let line = found.map(|rates| format!("{:.3}", rates[place])).join(" | ");
                writeln!(table, "| {by_task} | {shape} | {name} | {line} |").unwrap();
            }
        }
    }
}

fn errors(table: &mut String) {
    let most = binomial::quantile(1.0 - 5e-9, SIMULATIONS, 0.05).unwrap() as f64 / SIMULATIONS as f64;
    table.push_str("\nError rates of F tests at 0.05, three methods of equal mean with n runs each (one-way).\n\n");
    table.push_str("| test | scores | n = 3 | n = 5 | n = 10 | n = 30 |\n|---|---|---|---|---|---|\n");
    type Spread = fn(usize, usize) -> (usize, f64);
    let designs: [(&str, Spread); 3] = [
        ("one-way-anova", |_, n| (n, 1.0)),
        ("one-way-anova, the first with a third of n and twice the spread", |group, n| {
            if group == 0 { ((n / 3).max(2), 2.0) } else { (n, 1.0) }
        }),
        ("one-way-anova, the first with a third of n and half the spread", |group, n| {
            if group == 0 { ((n / 3).max(2), 0.5) } else { (n, 1.0) }
        }),
    ];
    for (name, design) in designs {
        for (shape, draw) in SHAPES {
            let found = [3, 5, 10, 30].map(|n| {
                let [rate] = rates(&format!("{name}, {shape}, {n}"), |stream| {
                    let (mut values, mut labels) = (Vec::new(), Vec::new());
                    for group in 0..3 {
                        let (count, spread) = design(group, n);
                        values.extend((0..count).map(|_| spread * draw(stream)));
                        labels.extend(std::iter::repeat_n(group, count));
                    }
                    // Groups without any spread reject nothing.
                    [one_way_anova::fit(&values, &labels).is_ok_and(|fit| fit.p_value(&fit.effects[0]) <= 0.05)]
                });
                assert!(shape != "normal" || name != "one-way-anova" || rate <= most, "{name}, {n}: {rate}");
                format!("{rate:.3}")
            });
            writeln!(table, "| {name} | {shape} | {} |", found.join(" | ")).unwrap();
        }
    }
    table.push_str(
        "\nError rates of the F test of methods, two-way, if the claim is about tasks like these; by tasks.\n\n",
    );
    table.push_str(
        "| method-by-task sd | scores | 3 tasks | 5 tasks | 10 tasks | 30 tasks |\n|---|---|---|---|---|---|\n",
    );
    for by_task in [0.0, 0.5, 1.0] {
        for (shape, draw) in SHAPES {
            let found = TASKS.map(|tasks| {
                let [rate] = rates(&format!("two-way, {shape}, {by_task}, {tasks}"), |stream| {
                    [Table::draw(tasks, by_task, draw, stream).two_way_rejects()]
                });
                assert!(shape != "normal" || by_task > 0.0 || rate <= most, "two-way, {tasks}: {rate}");
                format!("{rate:.3}")
            });
            writeln!(table, "| {by_task} | {shape} | {} |", found.join(" | ")).unwrap();
        }
    }
}

/// How often the bounds of each share, at 0.025 each, leave the true share out.
fn of_shares(table: &mut String) {
    const TABLES: u64 = 150;
    let (truth, parts) = ([0.25, 1.0], [Component::MethodByTask, Component::Task]);
    table.push_str(
        "Coverage of 95 % bounds for shares of the variance; two methods, three runs, method-by-task sd 0.5; 150 tables.\n\n",
    );
    table.push_str("| share of | scores | 3 tasks | 5 tasks | 10 tasks |\n|---|---|---|---|---|\n");
    for (shape, draw) in SHAPES {
        let found = [3, 5, 10].map(|tasks| {
            let root = Stream::named([48; 32], &format!("shares, {shape}, {tasks}"));
            let mut covered = [0_u32; 2];
            for index in 0..TABLES {
                let table = Table::draw(tasks, 0.5, draw, &mut root.substream(index));
                let rows = Rows { values: &table.values, methods: &table.methods, tasks: &table.tasks, runs: None };
                let shares = Shares::new(&rows, MethodByTask::Random, 119, &root.substream(TABLES + index)).unwrap();
                for place in 0..2 {
                    covered[place] += u32::from(!shares.is_excluded(parts[place], truth[place] / 2.25, level()));
                }
            }
            covered.map(|count| format!("{:.3}", f64::from(count) / TABLES as f64))
        });
        for (place, part) in parts.into_iter().enumerate() {
            let line = [0, 1, 2].map(|size: usize| found[size][place].clone()).join(" | ");
            writeln!(table, "| {} | {shape} | {line} |", part.name()).unwrap();
        }
    }
}

#[test]
fn exact_tests_keep_their_level_and_the_table_of_all_is_current() {
    let mut table = String::new();
    coverage(&mut table);
    errors(&mut table);
    println!("{table}");
    assert_eq!(table, include_str!("reference/calibration_variance.md"), "the stored table is not current");
}

#[test]
fn the_table_of_shares_is_current() {
    let mut table = String::new();
    of_shares(&mut table);
    println!("{table}");
    assert_eq!(table, include_str!("reference/calibration_variance_shares.md"), "the stored table is not current");
}
