//! How often equivalence is claimed where the difference is the margin.
//!
//! The promise is 5 % at most. The rows stand in
//! `reference/calibration_equivalence.md`, which must be current. Where the
//! promise holds by theory, the count must not exceed the quantile of its
//! binomial distribution that leaves out 1e-9, for fewer than fifty rates.

use std::fmt::Write;

use gosset_stats::Stream;
use gosset_stats::binomial;
use gosset_stats::equivalence::equivalence_independent_means::IndependentMeans;
use gosset_stats::equivalence::equivalence_paired_proportions::PairedProportions;
use gosset_stats::equivalence::equivalence_two_proportions::TwoProportions;
use gosset_stats::equivalence::margin::{Margin, MarginTests};
use gosset_stats::equivalence::{equivalence_paired_means, equivalence_signed_rank};

use crate::shapes::{exponential, heavy_tailed, tied};

const SIMULATIONS: u64 = 4_000;
/// In standard deviations: wide enough for a few pairs to fit inside.
const MARGIN: f64 = 5.0;
const SHAPES: [&str; 4] = ["normal", "exponential", "t with 3 df", "tied"];

/// A draw less its mean.
fn draw(shape: &str, stream: &mut Stream) -> f64 {
    match shape {
        "normal" => stream.normal(),
        "exponential" => exponential(stream) - 1.0,
        "t with 3 df" => heavy_tailed(stream),
        _ => tied(stream),
    }
}

/// The number of samples for which equivalence is claimed, if the mean
/// difference is the margin on the side that skewness makes worse.
fn simulate(what: &str, shape: &str, n: usize, find: impl Fn(&[f64], &[f64], Margin) -> Option<MarginTests>) -> u64 {
    let root = Stream::named([70; 32], &format!("{what}/{shape}/{n}"));
    let margin = Margin::new(MARGIN).unwrap();
    (0..SIMULATIONS)
        .filter(|&index| {
            let mut stream = root.substream(index);
            let baseline: Vec<f64> = (0..n).map(|_| 0.5 * draw(shape, &mut stream)).collect();
            let candidate: Vec<f64> = (0..n).map(|_| MARGIN + draw(shape, &mut stream)).collect();
            find(&baseline, &candidate, margin).is_some_and(|found| found.equivalent() <= 0.05)
        })
        .count() as u64
}

fn probability(successes: u64, trials: u64, p: f64) -> f64 {
    let at_most = |count| binomial::cdf(count, trials, p).unwrap();
    at_most(successes) - if successes == 0 { 0.0 } else { at_most(successes - 1) }
}

/// The exact rate for two independent proportions a margin apart.
fn rate_of_two(n: u64, p: f64, margin: f64) -> f64 {
    let mut rate = 0.0;
    for first in 0..=n {
        for second in 0..=n {
            let found = TwoProportions::new((first, n), (second, n)).unwrap().tests(Margin::new(margin).unwrap());
            if found.unwrap().equivalent() <= 0.05 {
                rate += probability(first, n, p) * probability(second, n, p + margin);
            }
        }
    }
    rate
}

/// The exact rate for paired proportions a margin apart, if losses have
/// probability q and gains q and the margin.
fn rate_of_paired(n: u64, q: f64, margin: f64) -> f64 {
    let mut rate = 0.0;
    for losses in 0..=n {
        for gains in 0..=n - losses {
            let found = PairedProportions::new(n, gains, losses).unwrap().tests(Margin::new(margin).unwrap());
            if found.unwrap().equivalent() <= 0.05 {
                // Gains are binomial among what is left.
                rate += probability(losses, n, q) * probability(gains, n - losses, (q + margin) / (1.0 - q));
            }
        }
    }
    rate
}

#[test]
fn equivalence_is_claimed_as_rarely_as_documented() {
    let mut text = format!(
        "# How often equivalence is claimed where the difference is the margin\n\nOne-sided at 5 %. Means: 4,000 simulations a line (standard \
         error 0.3 points), margin {MARGIN}, the candidate's values spread twice as widely as the baseline's. Proportions: exact. Written by \
         the test `calibration_equivalence`.\n\n| method | values | n | claims, % |\n|---|---|---|---|\n"
    );
    let most = binomial::quantile(1.0 - 1e-9, SIMULATIONS, 0.05).unwrap();
    for shape in SHAPES {
        for n in [3, 5, 10, 30] {
            let differences = |baseline: &[f64], candidate: &[f64]| -> Vec<f64> {
                candidate.iter().zip(baseline).map(|(candidate, baseline)| candidate - baseline).collect()
            };
            let paired = simulate("paired", shape, n, |baseline, candidate, margin| {
                equivalence_paired_means::tests(&differences(baseline, candidate), margin).ok()
            });
            let independent = simulate("independent", shape, n, |baseline, candidate, margin| {
                Some(IndependentMeans::of(baseline, candidate).ok()?.tests(margin))
            });
            let ranks = simulate("ranks", shape, n, |baseline, candidate, margin| {
                equivalence_signed_rank::tests(&differences(baseline, candidate), margin).ok()
            });
            for (name, claims) in
                [("paired means", paired), ("independent means, Welch", independent), ("signed ranks", ranks)]
            {
                writeln!(text, "| {name} | {shape} | {n} | {:.1} |", 100.0 * claims as f64 / SIMULATIONS as f64)
                    .unwrap();
            }
            if shape == "normal" {
                assert!(paired <= most && ranks <= most, "n {n}: {paired} {ranks}");
            }
            if shape != "exponential" {
                // Symmetric, whatever the shape.
                assert!(ranks <= most, "{shape}, n {n}: {ranks}");
            }
        }
    }
    text.push_str("\n| method | p or q | n | margin | claims, % |\n|---|---|---|---|---|\n");
    for n in [30, 100] {
        for p in [0.05, 0.3, 0.6] {
            let rate = rate_of_two(n, p, 0.2);
            assert!(rate <= 0.065, "two proportions {n} {p}: {rate}");
            writeln!(text, "| two proportions, Farrington-Manning | {p} | {n} | 0.2 | {:.1} |", 100.0 * rate).unwrap();
        }
        for q in [0.0, 0.05, 0.2] {
            let rate = rate_of_paired(n, q, 0.2);
            assert!(rate <= 0.065, "paired proportions {n} {q}: {rate}");
            writeln!(text, "| paired proportions, Tango | {q} | {n} | 0.2 | {:.1} |", 100.0 * rate).unwrap();
        }
    }
    let stored = include_str!("reference/calibration_equivalence.md");
    if text != stored {
        println!("{text}");
    }
    assert!(text == stored, "the table is not current; the one above is");
}
