//! Correlations against `reference/correlation.py`.

use gosset_stats::correlation::kendall::Kendall;
use gosset_stats::correlation::pearson::Pearson;
use gosset_stats::correlation::spearman::Spearman;
use gosset_stats::{Alpha, Bounds};
use serde_json::Value;

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// Estimate, both p-values and bounds of all cases of a kind.
fn check(kind: &str, tolerance: f64, find: impl Fn(&[f64], &[f64], Alpha) -> (f64, f64, f64, Option<Bounds>)) {
    let reference: Value = serde_json::from_str(include_str!("reference/correlation.json")).unwrap();
    let level = Alpha::new(reference["level"].as_f64().unwrap()).unwrap();
    let cases = reference[kind].as_array().unwrap();
    assert!(!cases.is_empty());
    for case in cases {
        let (estimate, greater, less, bounds) = find(&numbers(&case["x"]), &numbers(&case["y"]), level);
        let bounds = bounds.unwrap();
        for (found, key) in [
            (estimate, "estimate"),
            (greater, "greater"),
            (less, "less"),
            (bounds.lower, "lower"),
            (bounds.upper, "upper"),
        ] {
            let expected = case[key].as_f64().unwrap();
            let error = (found / expected - 1.0).abs();
            assert!(
                error < tolerance,
                "{kind} {key}: found {found}, expected {expected}, n {}",
                case["x"].as_array().unwrap().len()
            );
        }
    }
}

#[test]
fn pearson_agrees_with_scipy() {
    let find = |x: &[f64], y: &[f64], level| {
        let found = Pearson::of(x, y).unwrap();
        (found.r(), found.p_greater(), found.p_less(), found.bounds(level))
    };
    check("pearson", 1e-9, find);
    // A mean a million times the spread costs six digits on either side.
    check("pearson_large", 1e-7, find);
}

#[test]
fn spearman_agrees_with_scipy_and_with_every_order() {
    check("spearman", 1e-9, |x, y, level| {
        let found = Spearman::of(x, y).unwrap();
        (found.rho(), found.p_greater(), found.p_less(), found.bounds(level))
    });
}

#[test]
fn kendall_agrees_with_scipy() {
    check("kendall", 1e-9, |x, y, level| {
        let found = Kendall::of(x, y).unwrap();
        (found.tau(), found.p_greater(), found.p_less(), found.bounds(level))
    });
}
