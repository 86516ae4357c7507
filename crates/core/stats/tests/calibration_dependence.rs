//! How often the bounds of `interval` miss where values resemble one another:
//! neighbours in a series, values of a stratum, items of a cluster.
//!
//! Every rate is that of a two-sided interval at 2.5 % a side, so that 5 % is
//! what is promised. Beside each method stands one that takes the values for
//! independent. The rows stand in `reference/calibration_dependence.md`, which
//! must be current: the seeds are fixed and the arithmetic is the same
//! everywhere. Each of the fewer than a hundred bounds on counts is passed by
//! chance in at most 1e-9 of cases, were the true rates at those named.

use std::fmt::Write;

use gosset_stats::interval::bootstrap_block::{self, Ends};
use gosset_stats::interval::clustered_mean::Correction;
use gosset_stats::interval::paired_clustered_difference::PairedClusteredDifference;
use gosset_stats::interval::resampling::{Bootstrap, BootstrapError, Resampling, Statistic};
use gosset_stats::interval::{bootstrap_percentile, bootstrap_stratified};
use gosset_stats::{Alpha, Bounds, PairedT, Stream, binomial};

use crate::misses::Misses;
use crate::shapes::{exponential, heavy_tailed, tied};

const SIMULATIONS: u64 = 1_000;
const RESAMPLES: u32 = 199;
const SERIES: [usize; 3] = [30, 100, 300];
const CORRELATIONS: [f64; 3] = [0.0, 0.5, 0.8];
const SIZES: [usize; 3] = [5, 10, 30];

/// A distribution and its mean.
#[derive(Clone, Copy)]
struct Shape {
    name: &'static str,
    draw: fn(&mut Stream) -> f64,
    mean: f64,
}

const SHAPES: [Shape; 4] = [
    Shape { name: "normal", draw: Stream::normal, mean: 0.0 },
    Shape { name: "exponential", draw: exponential, mean: 1.0 },
    Shape { name: "t with 3 df", draw: heavy_tailed, mean: 0.0 },
    Shape { name: "integers -1, 0, 0, 1", draw: tied, mean: 0.0 },
];

fn level() -> Alpha {
    Alpha::new(0.025).unwrap()
}

fn percent(count: u64) -> String {
    format!("{:.1}", 100.0 * count as f64 / SIMULATIONS as f64)
}

fn bounds_of(found: Result<Bootstrap, BootstrapError>) -> Option<Bounds> {
    Some(found.ok()?.bounds)
}

/// A series around 0 in which each value keeps the share `correlation` of the
/// one before it. The start is forgotten after 60 values.
fn series(shape: Shape, correlation: f64, n: usize, stream: &mut Stream) -> Vec<f64> {
    let mut value = 0.0;
    let mut next = || {
        value = correlation * value + (shape.draw)(stream) - shape.mean;
        value
    };
    (0..60).for_each(|_| _ = next());
    (0..n).map(|_| next()).collect()
}

const BLOCKS: [&str; 3] = ["blocks of the cube root of n", "blocks of a tenth of n", "percentile"];

fn simulate_series(shape: Shape, correlation: f64, n: usize) -> [Misses; 3] {
    let root = Stream::named([67; 32], &format!("{}/{correlation}/{n}", shape.name));
    let cube_root = [3, 5, 7][SERIES.iter().position(|size| *size == n).unwrap()];
    let mut found = [Misses::default(); 3];
    for index in 0..SIMULATIONS {
        let mut stream = root.substream(index);
        let values = series(shape, correlation, n, &mut stream);
        let own = stream.substream(0);
        let resampling = Resampling { level: level(), resamples: RESAMPLES, stream: &own };
        for (misses, length) in found.iter_mut().zip([cube_root, n / 10]) {
            misses.count(bounds_of(bootstrap_block::bounds(&values, length, Ends::Circular, &resampling)), 0.0);
        }
        found[2].count(bounds_of(bootstrap_percentile::bounds(&values, Statistic::Mean, &resampling)), 0.0);
    }
    found
}

const STRATA: [&str; 2] = ["stratified", "percentile"];

/// Two strata whose means are 10 apart.
fn simulate_strata(shape: Shape, n: usize) -> [Misses; 2] {
    let root = Stream::named([68; 32], &format!("{}/{n}", shape.name));
    let strata: Vec<usize> = (0..2 * n).map(|index| index % 2).collect();
    let mut found = [Misses::default(); 2];
    for index in 0..SIMULATIONS {
        let mut stream = root.substream(index);
        let values: Vec<f64> =
            strata.iter().map(|stratum| 10.0 * *stratum as f64 + (shape.draw)(&mut stream) - shape.mean).collect();
        let own = stream.substream(0);
        let resampling = Resampling { level: level(), resamples: RESAMPLES, stream: &own };
        // A mean of whole numbers may be the truth but for rounding.
        let settle = |bounds: Bounds| Bounds { lower: bounds.lower - 1e-12, upper: bounds.upper + 1e-12 };
        let within = bounds_of(bootstrap_stratified::bounds(&values, &strata, Statistic::Mean, &resampling));
        found[0].count(within.map(settle), 5.0);
        let plain = bounds_of(bootstrap_percentile::bounds(&values, Statistic::Mean, &resampling));
        found[1].count(plain.map(settle), 5.0);
    }
    found
}

const CLUSTERS: [&str; 2] = ["paired-clustered-difference", "paired-t of items"];

/// Clusters of 1 to 7 items that share their difficulty and what the candidate
/// gains; sizes depend on the number of the cluster alone.
fn simulate_clusters(shape: Shape, clusters: usize) -> [Misses; 2] {
    let root = Stream::named([69; 32], &format!("{}/{clusters}", shape.name));
    let mut found = [Misses::default(); 2];
    for index in 0..SIMULATIONS {
        let mut stream = root.substream(index);
        let (mut baseline, mut candidate, mut labels) = (Vec::new(), Vec::new(), Vec::new());
        for cluster in 0..clusters {
            let (difficulty, gain) = (stream.normal(), (shape.draw)(&mut stream));
            for _ in 0..1 + 3 * cluster % 7 {
                baseline.push(difficulty + 0.4 * stream.normal());
                candidate.push(difficulty + gain + 0.4 * stream.normal());
                labels.push(cluster);
            }
        }
        let fit = PairedClusteredDifference::of(&baseline, &candidate, &labels).ok();
        found[0].count(fit.map(|fit| fit.difference().bounds(Correction::Cr2, level())), shape.mean);
        let differences: Vec<f64> =
            candidate.iter().zip(&baseline).map(|(candidate, baseline)| candidate - baseline).collect();
        let t = PairedT::from_differences(&differences).ok();
        found[1].count(t.map(|fit| Bounds { lower: fit.lower(level()), upper: fit.upper(level()) }), shape.mean);
    }
    found
}

fn most(rate: f64) -> u64 {
    binomial::quantile(1.0 - 1e-9, SIMULATIONS, rate).unwrap()
}

#[test]
fn misses_of_dependent_values_are_as_documented() {
    let mut text = String::from(
        "# How often intervals of dependent values miss\n\nTwo-sided intervals at 2.5 % a side, which promise 5 %: how many miss, in \
         percent. 1,000 simulations a number (standard error 0.7 points at 5 %), 199 resamples. Written by the test \
         `calibration_dependence`.\n\n## Means of series\n\nEach of n values keeps a share of the one before it, which is their \
         correlation, and adds a value that is drawn. Circular blocks of 3, 5 and 7 values (the cube root) or of 3, 10 and 30, and \
         the percentile bootstrap, which takes the values for independent.\n\n\
         | method | drawn | correlation | n = 30 | n = 100 | n = 300 |\n|---|---|---|---|---|---|\n",
    );
    let found =
        SHAPES.map(|shape| CORRELATIONS.map(|correlation| SERIES.map(|n| simulate_series(shape, correlation, n))));
    for (place, name) in BLOCKS.into_iter().enumerate() {
        for (shape, found) in SHAPES.into_iter().zip(&found) {
            for (correlation, found) in CORRELATIONS.into_iter().zip(found) {
                let totals = found.map(|misses| misses[place].total());
                writeln!(text, "| {name} | {} | {correlation} | {} |", shape.name, totals.map(percent).join(" | "))
                    .unwrap();
                check_series(place, correlation, totals);
            }
        }
    }
    text.push_str(
        "\n## Means of two strata\n\nOf n values each; their means are 10 apart. The percentile bootstrap does not know the strata.\n\n\
         | method | values | n = 5 | n = 10 | n = 30 |\n|---|---|---|---|---|\n",
    );
    let found = SHAPES.map(|shape| SIZES.map(|n| simulate_strata(shape, n)));
    for (place, name) in STRATA.into_iter().enumerate() {
        for (shape, found) in SHAPES.into_iter().zip(&found) {
            let totals = found.map(|misses| misses[place].total());
            writeln!(text, "| {name} | {} | {} |", shape.name, totals.map(percent).join(" | ")).unwrap();
            // With thirty values the true rate lies below 9 %; who does not know the strata is never wrong.
            assert!(totals[2] <= most(0.09), "{name}, {}: {}", shape.name, totals[2]);
        }
    }
    text.push_str(
        "\n## Differences of clustered items\n\nThe items of a cluster, 1 to 7, share what the candidate gains, which is drawn; \
         n counts clusters. The paired t takes the items for independent.\n\n\
         | method | gains | n | misses, % | too high, % | too low, % |\n|---|---|---|---|---|---|\n",
    );
    let found = SHAPES.map(|shape| SIZES.map(|clusters| simulate_clusters(shape, clusters)));
    for (place, name) in CLUSTERS.into_iter().enumerate() {
        for (shape, found) in SHAPES.into_iter().zip(&found) {
            for (n, found) in SIZES.into_iter().zip(found) {
                let Misses { above, below, .. } = found[place];
                let [total, above, below] = [above + below, above, below].map(percent);
                writeln!(text, "| {name} | {} | {n} | {total} | {above} | {below} |", shape.name).unwrap();
                let misses = found[place].total();
                match place {
                    // Nearly exact for normal gains; the true rate lies below 7 %.
                    0 if shape.name == "normal" => assert!(misses <= most(0.07), "{name}, {n}: {misses}"),
                    0 => {}
                    _ => assert!(misses > most(0.1), "{name}, {}, {n}: {misses}", shape.name),
                }
            }
        }
    }
    let stored = include_str!("reference/calibration_dependence.md");
    if text != stored {
        println!("{text}");
    }
    assert!(text == stored, "the table is not current; the one above is");
}

/// Misses of 30, 100 and 300 values.
fn check_series(place: usize, correlation: f64, misses: [u64; 3]) {
    let what = format!("{}, {correlation}: {misses:?}", BLOCKS[place]);
    if correlation == 0.0 {
        // Blocks of independent values cost little: with 300 the true rate lies below 12 %.
        assert!(misses[2] <= most(0.12), "{what}");
    } else if place == 2 {
        // Taken for independent, they miss far too often in any number.
        assert!(misses.iter().all(|misses| *misses > most(0.1)), "{what}");
    } else {
        // Blocks help where the series is long, and do not suffice where it is short.
        assert!(misses[0] > most(0.05), "{what}");
        assert!(misses[2] <= most(if correlation == 0.5 { 0.12 } else { 0.23 }), "{what}");
    }
}
