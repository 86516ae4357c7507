//! How often the bounds of `interval` miss, by simulation.
//!
//! Every rate is that of a two-sided interval at 2.5 % a side, so that 5 % is
//! what is promised. The rows stand in `reference/calibration_interval.md`,
//! which must be current: the seeds are fixed and the arithmetic is the same
//! everywhere. Where a promise holds by theory, the count must lie in the band
//! of its binomial distribution that leaves out 1e-9 on either side, for fewer
//! than a hundred rates.

use std::fmt::Write;

use gosset_stats::compare::hodges_lehmann;
use gosset_stats::interval::clustered_mean::{ClusteredMean, Correction};
use gosset_stats::interval::resampling::{Bootstrap, BootstrapError, Resampling, Statistic};
use gosset_stats::interval::{
    bootstrap_bca, bootstrap_cluster, bootstrap_percentile, bootstrap_studentized, clopper_pearson, wilson,
};
use gosset_stats::{Alpha, Bounds, PairedT, Stream, binomial};

use crate::misses::Misses;
use crate::shapes::{exponential, heavy_tailed, tied};

const SIMULATIONS: u64 = 3_000;
const RESAMPLES: u32 = 399;
const SIZES: [usize; 4] = [3, 5, 10, 30];
const CLUSTERS: [usize; 3] = [5, 10, 30];

#[derive(Clone, Copy, PartialEq)]
enum Shape {
    Normal,
    Exponential,
    HeavyTailed,
    Tied,
}

const SHAPES: [(Shape, &str); 4] = [
    (Shape::Normal, "normal"),
    (Shape::Exponential, "exponential"),
    (Shape::HeavyTailed, "t with 3 df"),
    (Shape::Tied, "tied"),
];

impl Shape {
    fn draw(self, stream: &mut Stream) -> f64 {
        match self {
            Self::Normal => stream.normal(),
            Self::Exponential => exponential(stream),
            Self::HeavyTailed => heavy_tailed(stream),
            Self::Tied => tied(stream),
        }
    }

    fn mean(self) -> f64 {
        if self == Self::Exponential { 1.0 } else { 0.0 }
    }

    /// The mean between the quartiles; for the exponential, twice the integral
    /// of -ln(1 - p) from 1/4 to 3/4.
    fn interquartile_mean(self) -> f64 {
        if self != Self::Exponential {
            return 0.0;
        }
        let integral = |p: f64| (1.0 - p) * libm::log(1.0 - p) + p;
        2.0 * (integral(0.75) - integral(0.25))
    }
}

fn level() -> Alpha {
    Alpha::new(0.025).unwrap()
}

fn row(table: &mut String, method: &str, shape: &str, n: usize, misses: Misses) {
    let percent = |count: u64| 100.0 * count as f64 / SIMULATIONS as f64;
    writeln!(
        table,
        "| {method} | {shape} | {n} | {:.1} | {:.1} | {:.1} | {:.1} |",
        percent(misses.total()),
        percent(misses.above),
        percent(misses.below),
        percent(misses.absent)
    )
    .unwrap();
}

const HEAD: &str =
    "| method | values | n | misses, % | too high, % | too low, % | no interval, % |\n|---|---|---|---|---|---|---|\n";

fn band(probability: f64) -> std::ops::RangeInclusive<u64> {
    let quantile = |share| binomial::quantile(share, SIMULATIONS, probability).unwrap();
    quantile(1e-9)..=quantile(1.0 - 1e-9)
}

fn bounds_of(found: Result<Bootstrap, BootstrapError>) -> Option<Bounds> {
    Some(found.ok()?.bounds)
}

fn simulate(shape: Shape, n: usize) -> [Misses; 5] {
    let root = Stream::named([60; 32], &format!("{}/{n}", shape as u8));
    let mut found = [Misses::default(); 5];
    for index in 0..SIMULATIONS {
        let mut stream = root.substream(index);
        let values: Vec<f64> = (0..n).map(|_| shape.draw(&mut stream)).collect();
        let own = stream.substream(0);
        let resampling = Resampling { level: level(), resamples: RESAMPLES, stream: &own };
        let t = PairedT::from_differences(&values).ok();
        let t = t.map(|fit| Bounds { lower: fit.lower(level()), upper: fit.upper(level()) });
        let mean = shape.mean();
        found[0].count(t, mean);
        found[1].count(bounds_of(bootstrap_percentile::bounds(&values, Statistic::Mean, &resampling)), mean);
        found[2].count(bounds_of(bootstrap_bca::bounds(&values, Statistic::Mean, &resampling)), mean);
        found[3].count(bounds_of(bootstrap_studentized::bounds(&values, &resampling)), mean);
        let middle = bootstrap_bca::bounds(&values, Statistic::InterquartileMean, &resampling);
        found[4].count(bounds_of(middle), shape.interquartile_mean());
    }
    found
}

/// Differences of two draws, which are symmetric about 0.
fn simulate_centres(shape: Shape, n: usize) -> Misses {
    let root = Stream::named([64; 32], &format!("{}/{n}", shape as u8));
    let mut misses = Misses::default();
    for index in 0..SIMULATIONS {
        let mut stream = root.substream(index);
        let differences: Vec<f64> = (0..n).map(|_| shape.draw(&mut stream) - shape.draw(&mut stream)).collect();
        misses.count(hodges_lehmann::bounds(&differences, level()).unwrap(), 0.0);
    }
    misses
}

/// Clusters of 1 to 7 values around a centre of their own; sizes depend on the
/// number of the cluster, not on its centre.
fn simulate_clusters(shape: Shape, clusters: usize) -> [Misses; 4] {
    let root = Stream::named([61; 32], &format!("{}/{clusters}", shape as u8));
    let mut found = [Misses::default(); 4];
    for index in 0..SIMULATIONS {
        let mut stream = root.substream(index);
        let (mut values, mut labels) = (Vec::new(), Vec::new());
        for cluster in 0..clusters {
            let centre = shape.draw(&mut stream);
            for _ in 0..1 + 3 * cluster % 7 {
                values.push(centre + 0.5 * stream.normal());
                labels.push(cluster);
            }
        }
        let own = stream.substream(0);
        let resampling = Resampling { level: level(), resamples: RESAMPLES, stream: &own };
        let fit = ClusteredMean::of(&values, &labels).ok();
        for (place, correction) in [Correction::Cr0, Correction::Cr1, Correction::Cr2].into_iter().enumerate() {
            found[place].count(fit.as_ref().map(|fit| fit.bounds(correction, level())), shape.mean());
        }
        found[3].count(bounds_of(bootstrap_cluster::one_way(&values, &labels, &resampling)), shape.mean());
    }
    found
}

/// The exact chance that an interval misses the probability of success.
fn miss_rate(trials: u64, probability: f64, find: impl Fn(u64) -> Bounds) -> f64 {
    let at_most = |successes: u64| binomial::cdf(successes, trials, probability).unwrap();
    (0..=trials)
        .filter(|&successes| {
            let bounds = find(successes);
            bounds.lower > probability || bounds.upper < probability
        })
        .map(|successes| at_most(successes) - if successes == 0 { 0.0 } else { at_most(successes - 1) })
        .fold(0.0, |sum, share| sum + share)
}

#[test]
fn misses_are_as_documented() {
    let mut text = String::from(
        "# How often intervals miss\n\nTwo-sided intervals at 2.5 % a side, which promise 5 %. 3,000 simulations a line (standard error 0.4 \
         points at 5 %), 399 resamples. `Too high` are intervals that lie above the truth. Written by the test \
         `calibration_interval`.\n\n## Means of n values\n\n",
    );
    text.push_str(HEAD);
    let names = ["t", "percentile", "BCa", "studentized", "BCa, interquartile mean"];
    let found = SHAPES.map(|(shape, _)| SIZES.map(|n| simulate(shape, n)));
    for (place, name) in names.into_iter().enumerate() {
        for ((shape, shape_name), found) in SHAPES.into_iter().zip(&found) {
            for (n, found) in SIZES.into_iter().zip(found) {
                let misses = found[place];
                row(&mut text, name, shape_name, n, misses);
                check_mean(place, shape, n, misses);
            }
        }
    }
    text.push_str("\n## Centres of n differences of two values\n\n");
    text.push_str(HEAD);
    for (shape, shape_name) in SHAPES {
        for n in SIZES {
            let misses = simulate_centres(shape, n);
            row(&mut text, "Hodges-Lehmann", shape_name, n, misses);
            // No more than it says, whatever the symmetric distribution; too few differences have no bounds.
            assert!(misses.total() <= *band(0.05).end(), "{shape_name}, n {n}: {}", misses.total());
            assert_eq!(misses.absent, if n <= 5 { SIMULATIONS } else { 0 }, "{shape_name}, n {n}");
        }
    }
    text.push_str("\n## Means of clusters of 1 to 7 values, n counts clusters\n\n");
    text.push_str(HEAD);
    let names = ["CR0, t with G - 1", "CR1, t with G - 1", "CR2, Bell-McCaffrey", "cluster bootstrap"];
    let found = SHAPES.map(|(shape, _)| CLUSTERS.map(|clusters| simulate_clusters(shape, clusters)));
    for (place, name) in names.into_iter().enumerate() {
        for ((shape, shape_name), found) in SHAPES.into_iter().zip(&found) {
            for (clusters, found) in CLUSTERS.into_iter().zip(found) {
                let misses = found[place];
                row(&mut text, name, shape_name, clusters, misses);
                check_clusters(place, shape, clusters, misses);
            }
        }
    }
    text.push_str("\n## Proportions, exact\n\n| method | n | p | misses, % |\n|---|---|---|---|\n");
    let alpha = Alpha::new(0.05).unwrap();
    for trials in [5, 10, 30, 100] {
        for probability in [0.02, 0.1, 0.3, 0.5, 0.9] {
            let exact = miss_rate(trials, probability, |x| clopper_pearson::clopper_pearson(x, trials, alpha).unwrap());
            let score = miss_rate(trials, probability, |x| wilson::wilson(x, trials, alpha).unwrap());
            assert!(exact <= 0.05, "{trials} {probability} {exact}");
            assert!(score <= 0.17, "{trials} {probability} {score}");
            for (name, rate) in [("Clopper-Pearson", exact), ("Wilson", score)] {
                writeln!(text, "| {name} | {trials} | {probability} | {:.1} |", 100.0 * rate).unwrap();
            }
        }
    }
    let stored = include_str!("reference/calibration_interval.md");
    if text != stored {
        println!("{text}");
    }
    assert!(text == stored, "the table is not current; the one above is");
}

fn check_mean(place: usize, shape: Shape, n: usize, misses: Misses) {
    let (tight, promise) = (*band(0.05).end(), band(0.05));
    match (place, shape) {
        // Student's interval is exact for normal values.
        (0, Shape::Normal) => assert!(promise.contains(&misses.total()), "t, n {n}: {}", misses.total()),
        // Percentile and BCa fail below ten values, whatever the distribution.
        (1 | 2, _) if n <= 5 => assert!(misses.total() + misses.absent > tight, "{place}, n {n}: {}", misses.total()),
        // All fail on a skewed mean of few values, but for the studentized one where it has bounds.
        (0..=2, Shape::Exponential) if n <= 10 => assert!(misses.total() > tight, "{place}, n {n}: {}", misses.total()),
        _ => {}
    }
}

fn check_clusters(place: usize, shape: Shape, clusters: usize, misses: Misses) {
    if shape != Shape::Normal {
        return;
    }
    match place {
        // Nearly exact; the true rate lies below 7 %.
        2 => assert!(misses.total() <= *band(0.07).end(), "CR2, {clusters}: {}", misses.total()),
        // Too tight with five clusters.
        0 | 3 if clusters == 5 => assert!(misses.total() > *band(0.05).end(), "{place}: {}", misses.total()),
        _ => {}
    }
}
