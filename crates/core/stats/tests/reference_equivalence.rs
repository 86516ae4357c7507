//! Tests against a margin, held against `reference/equivalence.py`.

use gosset_stats::Alpha;
use gosset_stats::equivalence::equivalence_independent_means::IndependentMeans;
use gosset_stats::equivalence::equivalence_paired_proportions::PairedProportions;
use gosset_stats::equivalence::equivalence_two_proportions::TwoProportions;
use gosset_stats::equivalence::margin::{Margin, MarginTests};
use gosset_stats::equivalence::{equivalence_one_proportion, equivalence_paired_means, equivalence_signed_rank};
use serde_json::Value;

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(number).collect()
}

fn whole(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

fn near(found: f64, expected: &Value, tolerance: f64) {
    let expected = number(expected);
    let error = (found / expected - 1.0).abs();
    assert!(error < tolerance || found == expected, "found {found}, expected {expected}");
}

/// All four p-values of all cases of a kind.
fn check(kind: &str, tolerance: f64, find: impl Fn(&Value, Margin) -> MarginTests) {
    let reference: Value = serde_json::from_str(include_str!("reference/equivalence.json")).unwrap();
    let cases = reference[kind].as_array().unwrap();
    assert!(!cases.is_empty());
    for case in cases {
        let found = find(case, Margin::new(number(&case["margin"])).unwrap());
        near(found.not_worse, &case["not_worse"], tolerance);
        near(found.not_better, &case["not_better"], tolerance);
        near(found.better, &case["better"], tolerance);
        near(found.worse, &case["worse"], tolerance);
        if let Some(equivalent) = case.get("equivalent") {
            near(found.equivalent(), equivalent, tolerance);
        }
    }
}

#[test]
fn paired_means_agree_with_statsmodels() {
    check("paired_means", 1e-8, |case, margin| {
        let (baseline, candidate) = (numbers(&case["baseline"]), numbers(&case["candidate"]));
        let differences: Vec<f64> = candidate.iter().zip(&baseline).map(|(right, left)| right - left).collect();
        equivalence_paired_means::tests(&differences, margin).unwrap()
    });
}

#[test]
fn independent_means_agree_with_statsmodels_and_scipy() {
    check("independent_means", 1e-8, |case, margin| {
        let fit = IndependentMeans::of(&numbers(&case["baseline"]), &numbers(&case["candidate"])).unwrap();
        near(fit.df(), &case["df"], 1e-9);
        let bounds = fit.bounds(Alpha::new(0.05).unwrap());
        near(bounds.lower, &case["lower"], 1e-8);
        near(bounds.upper, &case["upper"], 1e-8);
        fit.tests(margin)
    });
}

#[test]
fn one_proportion_agrees_with_scipy() {
    check("one_proportion", 1e-10, |case, margin| {
        let (successes, trials) = (whole(&case["successes"]), whole(&case["trials"]));
        equivalence_one_proportion::tests(successes, trials, number(&case["target"]), margin).unwrap()
    });
}

#[test]
fn two_proportions_agree_with_a_numeric_maximum() {
    check("two_proportions", 1e-8, |case, margin| {
        let side = |value: &Value| (whole(&value[0]), whole(&value[1]));
        TwoProportions::new(side(&case["baseline"]), side(&case["candidate"])).unwrap().tests(margin).unwrap()
    });
}

#[test]
fn paired_proportions_agree_with_a_numeric_maximum() {
    check("paired_proportions", 1e-8, |case, margin| {
        let fit = PairedProportions::new(whole(&case["n"]), whole(&case["gains"]), whole(&case["losses"])).unwrap();
        let bounds = fit.bounds(Alpha::new(0.025).unwrap());
        near(bounds.lower, &case["lower"], 1e-8);
        near(bounds.upper, &case["upper"], 1e-8);
        fit.tests(margin).unwrap()
    });
}

#[test]
fn signed_ranks_agree_with_scipy_and_with_every_sign() {
    check("signed_rank", 1e-8, |case, margin| {
        equivalence_signed_rank::tests(&numbers(&case["differences"]), margin).unwrap()
    });
}
