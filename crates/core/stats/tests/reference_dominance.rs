//! Almost stochastic order, computed by other tools; `reference/dominance.py`.
#![expect(clippy::disallowed_methods, reason = "tests may read the reference files")]

use gosset_stats::dominance::almost_stochastic_order::{AlmostOrder, test};
use gosset_stats::{Alpha, Stream};
use serde_json::Value;

const RESAMPLES: u32 = 50_000;
/// How many deepsig draws.
const OTHER_RESAMPLES: f64 = 1_000.0;

fn reference() -> Value {
    let value: Value = serde_json::from_str(include_str!("reference/dominance.json")).unwrap();
    assert!(value["tool"].as_str().unwrap().starts_with("deepsig 1.2.8"));
    value
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn find(case: &Value, name: &str) -> AlmostOrder {
    let stream = Stream::named([63; 32], name);
    test(&numbers(&case["baseline"]), &numbers(&case["candidate"]), RESAMPLES, &stream).unwrap()
}

fn level() -> Alpha {
    Alpha::new(0.05).unwrap()
}

/// How far deepsig's epsilon may be from ours: four standard errors of a spread
/// from 1,000 draws, whose kurtosis is at most 6, and its grid of 199 points
/// without the lowest one.
fn check_epsilon(what: &str, found: AlmostOrder, expected: f64) {
    let noise = 4.0 * 1.645 * found.deviation() * (5.0 / (4.0 * OTHER_RESAMPLES)).sqrt();
    let epsilon = found.epsilon(level());
    assert!((epsilon - expected).abs() < noise + 0.01, "{what}: found {epsilon}, expected {expected} within {noise}");
}

#[test]
fn violation_and_spread_agree_with_every_resample() {
    for (index, case) in reference()["enumerated"].as_array().unwrap().iter().enumerate() {
        let found = find(case, &format!("enumerated {index}"));
        let number = |key: &str| case[key].as_f64().unwrap();
        assert!((found.violation() - number("violation")).abs() < 1e-14, "{index}: {}", found.violation());
        let standard_error = number("deviation") * ((number("kurtosis") - 1.0) / (4.0 * f64::from(RESAMPLES))).sqrt();
        let miss = (found.deviation() - number("deviation")).abs();
        assert!(miss < 4.0 * standard_error, "{index}: {} {standard_error}", found.deviation());
    }
}

#[test]
fn epsilon_agrees_with_deepsig() {
    for (index, case) in reference()["deepsig"].as_array().unwrap().iter().enumerate() {
        let found = find(case, &format!("deepsig {index}"));
        assert!((found.violation() - case["violation"].as_f64().unwrap()).abs() < 1e-13);
        println!("{index}: {} {} {}", found.violation(), found.epsilon(level()), case["epsilon"]);
        check_epsilon(&format!("case {index}"), found, case["epsilon"].as_f64().unwrap());
    }
}

/// A file of the shared reference folder; where it is absent, says so.
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

#[test]
fn the_shared_values_of_deepsig_are_met() {
    let Some(reference) = read("reference_scipy_statsmodels.json") else {
        return;
    };
    let Some(input) = read("inputs/perm_paired_a_b_n50.csv") else {
        return;
    };
    let reference: Value = serde_json::from_str(&reference).unwrap();
    let expected = |key: &str| reference["deepsig_aso"][key][0].as_f64().unwrap();
    let seeds = |key: &str| numbers(&reference["five_seeds"][key]);
    let stream = Stream::named([63; 32], "shared");
    let (x, y) = (seeds("x"), seeds("y"));
    let found = test(&x, &y, RESAMPLES, &stream).unwrap();
    check_epsilon("y above x", found, expected("five_seeds_y_vs_x"));
    check_epsilon("x above y", found.reversed(), expected("five_seeds_x_vs_y"));
    let column = |place: usize| -> Vec<f64> {
        input.lines().skip(1).map(|line| line.split(',').nth(place).unwrap().trim().parse().unwrap()).collect()
    };
    let found = test(&column(0), &column(1), RESAMPLES, &stream).unwrap();
    check_epsilon("b above a", found, expected("b_vs_a_n50"));
    println!("{} {}", found.violation(), found.epsilon(level()));
}
