//! Sizes of effects, computed by other tools; `reference/effect_size.py`.

use gosset_stats::effect_size::{
    cliffs_delta, cohen_dz, correction, hedges_g, probability_of_superiority, probability_of_superiority_paired,
};
use gosset_stats::{Alpha, Bounds};
use serde_json::Value;

fn reference() -> Value {
    let value: Value = serde_json::from_str(include_str!("reference/effect_size.json")).unwrap();
    assert!(value["tool"].as_str().unwrap().contains("mpmath"));
    value
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// Relative error below the tolerance; numbers below 1 are compared as if 1.
fn check(what: &str, found: f64, expected: &Value, tolerance: f64) {
    let expected = expected.as_f64().unwrap();
    let is_near = (found - expected).abs() <= tolerance * expected.abs().max(1.0);
    assert!(is_near, "{what}: found {found}, expected {expected}");
}

/// To 1e-10: two units of a tail of 0.025 that is computed to 1e-12.
fn check_bounds(what: &str, found: Bounds, expected: &Value) {
    check(what, found.lower, &expected[0], 1e-10);
    check(what, found.upper, &expected[1], 1e-10);
}

fn level(value: &Value) -> Alpha {
    Alpha::new(value.as_f64().unwrap()).unwrap()
}

#[test]
fn the_correction_agrees_with_mpmath() {
    for case in reference()["corrections"].as_array().unwrap() {
        check("correction", correction(case["df"].as_f64().unwrap()), &case["value"], 2e-14);
    }
}

#[test]
fn paired_effects_agree_with_mpmath_and_statsmodels() {
    let reference = reference();
    let level = level(&reference["level"]);
    for (index, case) in reference["paired"].as_array().unwrap().iter().enumerate() {
        let (what, differences) = (format!("pairs {index}"), numbers(&case["differences"]));
        let found = cohen_dz::fit(&differences).unwrap();
        check(&what, found.estimate(), &case["d_z"], 1e-12);
        check(&what, found.unbiased().unwrap(), &case["unbiased"], 1e-12);
        check_bounds(&what, found.bounds(level).unwrap(), &case["bounds"]);
        let found = probability_of_superiority_paired::fit(&differences).unwrap();
        check(&what, found.estimate(), &case["superiority"], 1e-14);
        check_bounds(&what, found.bounds(level), &case["superiority_bounds"]);
    }
}

#[test]
fn effects_of_two_groups_agree_with_mpmath_and_every_pair() {
    let reference = reference();
    let level = level(&reference["level"]);
    for (index, case) in reference["groups"].as_array().unwrap().iter().enumerate() {
        let what = format!("groups {index}");
        let (baseline, candidate) = (numbers(&case["baseline"]), numbers(&case["candidate"]));
        let found = hedges_g::fit(&baseline, &candidate).unwrap();
        check(&what, found.cohen_d(), &case["d"], 1e-12);
        check(&what, found.estimate(), &case["g"], 1e-12);
        check_bounds(&what, found.bounds(level).unwrap(), &case["bounds"]);
        let found = cliffs_delta::fit(&baseline, &candidate).unwrap();
        check(&what, found.estimate(), &case["delta"], 1e-13);
        let variance = found.standard_error() * found.standard_error();
        check(&what, variance, &case["variance"], 1e-12);
        check_bounds(&what, found.bounds(level), &case["delta_bounds"]);
        let found = probability_of_superiority::fit(&baseline, &candidate).unwrap();
        check(&what, found.estimate(), &case["superiority"], 1e-13);
        check_bounds(&what, found.bounds(level), &case["superiority_bounds"]);
    }
}
