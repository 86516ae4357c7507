//! Two independent samples against SciPy and a count of all splits;
//! `reference/README.md` says how.

use gosset_stats::compare::permutation::{Limits, permutation};
use gosset_stats::{Alpha, Stream, Student};
use serde_json::Value;

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn near(found: f64, expected: &Value) {
    let expected = expected.as_f64().unwrap();
    assert!((found - expected).abs() <= 1e-10 * expected.abs(), "found {found}, expected {expected}");
}

#[test]
fn two_samples_agree_with_scipy() {
    let reference: Value = serde_json::from_str(include_str!("reference/compare.json")).unwrap();
    assert!(reference["tool"].as_str().unwrap().contains("scipy"), "a reference names its tool and version");
    let limits = Limits { exact_splits: 200_000, draws: 0 };
    for case in reference["two_samples"].as_array().unwrap() {
        let (baseline, candidate) = (numbers(&case["baseline"]), numbers(&case["candidate"]));
        let found = permutation(&baseline, &candidate, limits, &Stream::named([0; 32], "reference")).unwrap();
        near(found.p_greater, &case["p_greater"]);
        near(found.p_less, &case["p_less"]);
        let welch = Student::unpaired(&baseline, &candidate).unwrap();
        near(welch.df, &case["welch"]["df"]);
        near(welch.p_greater(0.0), &case["welch"]["p_greater"]);
        let level = Alpha::new(0.05).unwrap();
        near(welch.lower(level), &case["welch"]["lower"]);
        near(welch.upper(level), &case["welch"]["upper"]);
    }
}
