//! Comparisons of two, computed by other tools; `reference/compare.py`.

use gosset_stats::compare::mc_nemar::Discordant;
use gosset_stats::compare::wilcoxon_signed_rank::{self, Zeros};
use gosset_stats::compare::{
    CompareError, Tails, brunner_munzel, mann_whitney, permutation, student_t_two_sample, trimmed_t, welch,
};
use gosset_stats::{Alpha, Stream};
use serde_json::Value;

fn reference() -> Value {
    let value: Value = serde_json::from_str(include_str!("reference/compare.json")).unwrap();
    assert!(value["tool"].as_str().unwrap().contains("scipy"));
    value
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// Relative error below 1e-9.
fn check(what: &str, found: f64, expected: &Value) {
    let expected = expected.as_f64().unwrap();
    let is_near = (found - expected).abs() <= 1e-9 * expected.abs();
    assert!(is_near, "{what}: found {found}, expected {expected}");
}

fn check_tails(what: &str, found: Tails, expected: &Value) {
    check(what, found.greater, &expected["greater"]);
    check(what, found.less, &expected["less"]);
}

#[test]
fn tests_of_two_groups_agree_with_scipy_and_with_every_split() {
    let reference = reference();
    let stream = Stream::named([0; 32], "unused");
    let level = Alpha::new(0.025).unwrap();
    let (mut permuted, mut ranked) = (0, 0);
    for (name, case) in reference["groups"].as_object().unwrap() {
        let (baseline, candidate) = (numbers(&case["baseline"]), numbers(&case["candidate"]));
        for (test, fit) in [
            ("welch", welch::fit(&baseline, &candidate).unwrap()),
            ("student", student_t_two_sample::fit(&baseline, &candidate).unwrap()),
        ] {
            let what = format!("{test}, {name}");
            check_tails(&what, fit.tails(0.0), &case[test]);
            check(&what, fit.df(), &case[test]["df"]);
            check(&what, fit.bounds(level).lower, &case[test]["lower"]);
            check(&what, fit.bounds(level).upper, &case[test]["upper"]);
        }
        match brunner_munzel::fit(&baseline, &candidate) {
            Ok(found) => {
                let expected = &case["brunner_munzel"];
                check(name, found.t().abs(), &expected["t"]);
                check_tails(name, found.tails(), expected);
            }
            Err(error) => assert_eq!(error, CompareError::Separated, "{name}"),
        }
        if case.get("permutation").is_some() {
            let found = permutation::test(&baseline, &candidate, 0, &stream).unwrap();
            check_tails(name, found.tails, &case["permutation"]);
            permuted += 1;
        }
        if case.get("mann_whitney").is_some() {
            check_tails(name, mann_whitney::test(&baseline, &candidate).unwrap().tails, &case["mann_whitney"]);
            ranked += 1;
        }
    }
    assert_eq!((permuted, ranked), (5, 8));
}

#[test]
fn the_signed_rank_test_agrees_with_scipy_and_with_every_sign() {
    for (name, case) in reference()["differences"].as_object().unwrap() {
        let differences = numbers(&case["differences"]);
        for (key, zeros) in [("wilcox", Zeros::Wilcox), ("pratt", Zeros::Pratt)] {
            let found = wilcoxon_signed_rank::test(&differences, zeros).unwrap();
            check_tails(&format!("{name}, {key}"), found.tails, &case[key]);
        }
    }
}

#[test]
fn the_trimmed_t_test_agrees_with_yuens_test_against_a_constant() {
    for (name, case) in reference()["differences"].as_object().unwrap() {
        let found = trimmed_t::fit(&numbers(&case["differences"]), 0.2).unwrap();
        check(name, found.estimate / found.standard_error, &case["trimmed"]["t"]);
        let tails = Tails { greater: found.p_greater(0.0), less: found.p_less(0.0) };
        check_tails(name, tails, &case["trimmed"]);
    }
}

#[test]
fn mc_nemar_agrees_with_statsmodels_and_the_binomial_distribution() {
    for case in reference()["mc_nemar"].as_array().unwrap() {
        let count = |key: &str| case[key].as_u64().unwrap();
        let found = Discordant { baseline_only: count("baseline_only"), candidate_only: count("candidate_only") };
        check("exact", found.exact().two_sided(), &case["two_sided"]);
        check_tails("exact", found.exact(), case);
        check("mid-p", found.mid_p().greater, &case["mid_greater"]);
        check("mid-p", found.mid_p().less, &case["mid_less"]);
    }
}
