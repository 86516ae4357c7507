//! Posterior probabilities, computed by other tools; `reference/bayes.py`.

use gosset_stats::Stream;
use gosset_stats::bayes::bayes_sign::Counts;
use gosset_stats::bayes::posterior::Posterior;
use gosset_stats::bayes::rope::{Place, Prior, Rope};
use gosset_stats::bayes::{bayes_correlated_t, bayes_sign, bayes_signed_rank};
use serde_json::Value;

const DRAWS: u32 = 200_000;

fn reference() -> Value {
    let value: Value = serde_json::from_str(include_str!("reference/bayes.json")).unwrap();
    assert!(value["tool"].as_str().unwrap().starts_with("baycomp 1.0.3"));
    value
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn stream(name: &str) -> Stream {
    Stream::named([62; 32], name)
}

/// Within four standard errors of the difference, where the other number comes
/// from `other_draws` draws.
fn check(what: &str, found: Posterior, expected: &Value, other_draws: f64) {
    let found = [found.baseline, found.equal, found.candidate];
    for (side, (found, expected)) in found.into_iter().zip(numbers(expected)).enumerate() {
        let variance = expected * (1.0 - expected) * (1.0 / f64::from(DRAWS) + 1.0 / other_draws);
        // Half a draw in addition, for probabilities of nearly 0.
        let slack = 4.0 * variance.max(0.0).sqrt() + 1.0 / f64::from(DRAWS);
        assert!((found - expected).abs() <= slack, "{what}, side {side}: found {found}, expected {expected}");
    }
}

#[test]
fn the_signed_rank_test_agrees_with_baycomp() {
    let reference = reference();
    let other_draws = reference["draws"].as_f64().unwrap();
    for case in reference["signed_rank"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let rope = Rope::new(case["rope"].as_f64().unwrap()).unwrap();
        let prior = Prior::new(case["strength"].as_f64().unwrap(), Place::Equal).unwrap();
        let differences = numbers(&case["differences"]);
        let found = bayes_signed_rank::test(&differences, rope, prior, DRAWS, &stream(name)).unwrap();
        check(name, found, &case["baycomp"], other_draws);
    }
}

#[test]
fn the_published_comparison_of_j48_and_naive_bayes_is_met() {
    // baycomp's documentation, "Shortcut functions": two_on_multiple(nbc, j48,
    // rope=1) from 50,000 draws.
    let published = serde_json::json!([0.23014, 0.00674, 0.76312]);
    let reference = reference();
    let case = &reference["signed_rank"][0];
    assert_eq!(case["name"], "j48_nbc");
    let prior = Prior::new(0.5, Place::Equal).unwrap();
    let differences = numbers(&case["differences"]);
    assert_eq!(differences.len(), 54);
    let found =
        bayes_signed_rank::test(&differences, Rope::new(1.0).unwrap(), prior, DRAWS, &stream("published")).unwrap();
    check("published", found, &published, 50_000.0);
}

#[test]
fn the_sign_test_agrees_with_integrals_and_with_baycomp() {
    let reference = reference();
    for (index, case) in reference["sign"].as_array().unwrap().iter().enumerate() {
        let count = |side: usize| case["counts"][side].as_u64().unwrap() as usize;
        let counts = Counts { baseline: count(0), equal: count(1), candidate: count(2) };
        let place = match case["place"].as_str().unwrap() {
            "baseline" => Place::Baseline,
            "equal" => Place::Equal,
            _ => Place::Candidate,
        };
        let prior = Prior::new(case["strength"].as_f64().unwrap(), place).unwrap();
        let found = bayes_sign::test(counts, prior, DRAWS, &stream(&format!("sign {index}"))).unwrap();
        check(&format!("{counts:?}, exact"), found, &case["exact"], f64::INFINITY);
        check(&format!("{counts:?}, baycomp"), found, &case["baycomp"], reference["draws"].as_f64().unwrap());
    }
}

#[test]
fn the_correlated_t_test_agrees_with_baycomp() {
    for case in reference()["correlated_t"].as_array().unwrap() {
        let rope = Rope::new(case["rope"].as_f64().unwrap()).unwrap();
        let ratio = case["test_to_train"].as_f64().unwrap();
        let found = bayes_correlated_t::test(&numbers(&case["differences"]), ratio, rope).unwrap();
        let expected = numbers(&case["baycomp"]);
        for (found, expected) in [found.baseline, found.equal, found.candidate].into_iter().zip(expected) {
            // baycomp subtracts tails from 1, which leaves about 1e-16 of them.
            assert!((found - expected).abs() <= 1e-8 * expected + 1e-15, "found {found}, expected {expected}");
        }
    }
}
