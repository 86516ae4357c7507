//! Published scaling laws, from the data that they were fitted to.

use gosset_stats::interval::resampling::Resampling;
use gosset_stats::scaling::bootstrap::{Unit, bootstrap, refit};
use gosset_stats::scaling::identify::identify;
use gosset_stats::scaling::iso_flop::{self, Curve};
use gosset_stats::scaling::{Criterion, Fit, Law, Point, Points, Quantity, Scale, Verdict, fit};
use gosset_stats::{Alpha, Stream, summary};
use serde_json::Value;

use crate::shared_reference::{read, read_json};

const HOFFMANN: Criterion = Criterion::Huber { delta: 1e-3 };

/// The 240 runs that the replication keeps: the five worst losses are outliers.
fn chinchilla() -> Option<Points> {
    let text = read("chinchilla/svg_extracted_data.csv")?;
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let number = |row: &Vec<&str>, column: usize| row[column].parse::<f64>().unwrap();
    let mut losses: Vec<f64> = rows.iter().map(|row| number(row, 6)).collect();
    losses.sort_by(|a, b| b.total_cmp(a));
    let points = rows.iter().enumerate().filter(|(_, row)| number(row, 6) < losses[4]).map(|(place, row)| {
        let (parameters, compute) = (number(row, 3), number(row, 4));
        let scale = Scale::new()
            .with(Quantity::Parameters, parameters)
            .and_then(|scale| scale.with(Quantity::Tokens, compute / (6.0 * parameters)))
            .unwrap();
        Point { scale, loss: number(row, 6), group: None, row: place as u64 + 1 }
    });
    let points = Points::new(points.collect()).unwrap();
    assert_eq!(points.len(), 240);
    Some(points)
}

fn level() -> Alpha {
    Alpha::new(0.025).unwrap()
}

fn values(fit: &Fit) -> Vec<(&'static str, f64)> {
    fit.minimiser().iter().map(|(constant, value)| (constant.symbol, *value)).collect()
}

#[test]
fn the_chinchilla_law_has_its_true_minimum_from_the_data_alone() {
    let Some(points) = chinchilla() else {
        return;
    };
    let expected = &read_json("chinchilla/expected.json").unwrap()["our_high_precision_minimum"];
    let fit = fit(Law::Chinchilla, &points, HOFFMANN).unwrap();
    assert!(fit.cost() <= 0.001_018_274_018, "{}", fit.cost());
    for (symbol, found) in values(&fit) {
        let expected = expected[symbol].as_f64().unwrap();
        assert!((found / expected - 1.0).abs() < 1e-6, "{symbol}: {found} for {expected}");
    }
}

#[test]
fn the_chinchilla_constants_are_identified_about_as_well_as_published() {
    let Some(points) = chinchilla() else {
        return;
    };
    let published = &read_json("chinchilla/expected.json").unwrap()["notebook_cell26_ci95"];
    let fit = fit(Law::Chinchilla, &points, HOFFMANN).unwrap();
    let (again, verdicts) = identify(&fit, Unit::Runs, level()).unwrap();
    assert_eq!(again, fit);
    for (constant, verdict) in verdicts {
        let Verdict::Identified { bounds, .. } = verdict else { panic!("{}: {verdict:?}", constant.symbol) };
        let published = &published[constant.symbol];
        let (lower, upper) = (published[0].as_f64().unwrap(), published[1].as_f64().unwrap());
        let ratio = (bounds.upper - bounds.lower) / (upper - lower);
        // Theirs are percentiles of a bootstrap, ours bounds of a profile.
        assert!((0.6..1.6).contains(&ratio), "{}: {bounds:?} for {lower} to {upper}", constant.symbol);
    }
}

#[test]
fn the_replication_s_own_resamples_give_its_constants() {
    let (Some(points), Some(indices), Some(expected)) = (
        chinchilla(),
        read("chinchilla/bootstrap_resample_indices_first100_seed42.csv"),
        read("chinchilla/bootstrap_first100_fits.csv"),
    ) else {
        return;
    };
    let fit = fit(Law::Chinchilla, &points, HOFFMANN).unwrap();
    let n = points.len();
    let weights = |text: &str| -> Vec<Vec<f64>> {
        let of_line = |line: &str| {
            let mut weights = vec![0.0; n];
            line.split(',').for_each(|index| weights[index.parse::<usize>().unwrap()] += 1.0);
            weights
        };
        text.lines().map(of_line).collect()
    };
    let resampled = refit(&fit, weights(&indices).into_iter(), level()).unwrap();
    let mut lines = expected.lines();
    let symbols: Vec<&str> = lines.next().unwrap().split(',').collect();
    assert_eq!(resampled.fitted(), 100);
    let mut near = 0;
    for ((found, line), weights) in resampled.constants_unsorted().zip(lines).zip(weights(&indices)) {
        let theirs: Vec<(&str, f64)> =
            symbols.iter().zip(line.split(',')).map(|(symbol, value)| (*symbol, value.parse().unwrap())).collect();
        let ours: Vec<(&str, f64)> = found.iter().map(|(constant, value)| (constant.symbol, *value)).collect();
        let (cost, expected) = (cost(&points, &weights, &ours), cost(&points, &weights, &theirs));
        // Theirs have ten digits.
        assert!(cost <= expected * (1.0 + 1e-9), "{cost} for {expected}");
        let of =
            |constants: &[(&str, f64)], symbol: &str| constants.iter().find(|(name, _)| *name == symbol).unwrap().1;
        let distance =
            symbols.iter().map(|symbol| (of(&ours, symbol) / of(&theirs, symbol) - 1.0).abs()).fold(0.0, f64::max);
        // Where theirs are further off, theirs cost more: their search stopped early.
        if distance < 1e-3 {
            near += 1;
        } else {
            assert!(cost < expected * (1.0 - 1e-6), "{distance}: {cost} for {expected}");
        }
    }
    assert_eq!(near, 98);
}

/// The sum over Huber losses as the source writes it.
fn cost(points: &Points, weights: &[f64], constants: &[(&str, f64)]) -> f64 {
    let of = |symbol: &str| constants.iter().find(|(name, _)| *name == symbol).unwrap().1;
    let (e, a, b, alpha, beta) = (of("E"), of("A"), of("B"), of("alpha"), of("beta"));
    let costs = points.points().iter().zip(weights).map(|(point, weight)| {
        let value = |quantity| point.scale.get(quantity).unwrap();
        let law =
            e + a * libm::pow(value(Quantity::Parameters), -alpha) + b * libm::pow(value(Quantity::Tokens), -beta);
        let residual = (libm::log(point.loss) - libm::log(law)).abs();
        weight * if residual <= 1e-3 { 0.5 * residual * residual } else { 1e-3 * (residual - 0.5e-3) }
    });
    summary::sum(&costs.collect::<Vec<_>>())
}

#[test]
fn our_own_resamples_give_the_published_standard_errors() {
    let Some(points) = chinchilla() else {
        return;
    };
    let published = read_json("chinchilla/expected.json").unwrap();
    let (errors, intervals) = (&published["notebook_cell25"]["se_4000_bootstraps"], &published["notebook_cell26_ci95"]);
    let fit = fit(Law::Chinchilla, &points, HOFFMANN).unwrap();
    let stream = Stream::named([1; 32], "chinchilla");
    let resampled =
        bootstrap(&fit, Unit::Runs, &Resampling { level: level(), resamples: 4_000, stream: &stream }).unwrap();
    assert_eq!(resampled.failed(), 0);
    let all: Vec<_> = resampled.constants_unsorted().collect();
    for (place, (constant, bounds)) in resampled.bounds().unwrap().into_iter().enumerate() {
        let near = |found: f64, expected: &Value, tolerance: f64| {
            let expected = expected.as_f64().unwrap();
            assert!((found / expected - 1.0).abs() < tolerance, "{}: {found} for {expected}", constant.symbol);
        };
        near(bounds.lower, &intervals[constant.symbol][0], 0.08);
        near(bounds.upper, &intervals[constant.symbol][1], 0.08);
        // Standard errors of 4,000 resamples differ by 1.6 percent from sample to
        // sample; those of B, whose tail is heavy, by 8.
        let values: Vec<f64> = all.iter().map(|values| values[place].1).collect();
        let tolerance = if constant.symbol == "B" { 0.25 } else { 0.05 };
        near(summary::standard_deviation(&values).unwrap(), &errors[constant.symbol], tolerance);
    }
}

/// The exponents of the best number of parameters as published with 95 percent
/// of their bootstrap.
#[test]
fn five_iso_flop_studies_give_their_published_exponents() {
    let (Some(text), Some(expected)) =
        (read("porian/isoflop_points.csv"), read_json("porian/expected_fit_results.json"))
    else {
        return;
    };
    for (config, rounded) in [
        ("rw_base_long_kaplan_kaplan_train", 0.834),
        ("rw_base_long_kaplan_standard_val", 0.701),
        ("rw_base_short_kaplan_standard_val", 0.604),
        ("rw_base_short_chinchilla_standard_val", 0.571),
        ("rw_tuned_short_const_standard_val", 0.497),
    ] {
        let rows = text.lines().enumerate().filter_map(|(row, line)| {
            let fields: Vec<&str> = line.split(',').collect();
            let loss = (fields[0] == config).then(|| fields[4].parse::<f64>().ok())??;
            let scale = Scale::new()
                .with(Quantity::Compute, fields[1].parse().unwrap())
                .and_then(|scale| scale.with(Quantity::Parameters, fields[2].parse().unwrap()))
                .unwrap();
            Some(Point { scale, loss, group: None, row: row as u64 })
        });
        let points = Points::new(rows.collect()).unwrap();
        let found = iso_flop::optima(&points, Curve::Akima).unwrap().frontier().unwrap();
        let entry = expected.as_array().unwrap().iter().find(|entry| entry["config"] == config).unwrap();
        let published = entry["fit"]["basic"]["n_exponent"].as_f64().unwrap();
        assert!((published - rounded).abs() < 5e-4, "{config}: {published}");
        let interval = &entry["boot"]["bootstrap.n_exponent.p2.5_50_97.5"];
        let (lower, upper) = (interval[0].as_f64().unwrap(), interval[2].as_f64().unwrap());
        assert!((lower..upper).contains(&found.exponent), "{config}: {} in {lower} to {upper}", found.exponent);
        assert!((found.exponent - published).abs() < 5e-3, "{config}: {} for {published}", found.exponent);
    }
}
