//! Intervals against `reference/interval.py`.

use gosset_stats::interval::bootstrap_block::{self, Ends};
use gosset_stats::interval::clustered_mean::{ClusteredMean, Correction};
use gosset_stats::interval::paired_clustered_difference::PairedClusteredDifference;
use gosset_stats::interval::resampling::{Bootstrap, Resampling, Statistic};
use gosset_stats::interval::{
    bootstrap_bca, bootstrap_cluster, bootstrap_percentile, bootstrap_stratified, bootstrap_studentized,
};
use gosset_stats::{Alpha, Stream};
use serde_json::Value;

fn reference() -> Value {
    serde_json::from_str(include_str!("reference/interval.json")).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(number).collect()
}

fn words(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect()
}

fn statistic(case: &Value) -> Statistic {
    serde_json::from_value(case["statistic"].clone()).unwrap()
}

/// Bounds from 200,000 resamples on either side differ by their Monte Carlo
/// error: for a 2.5 % point sqrt(.025 * .975 / 2e5) over a density of 0.058 is
/// 0.006 standard errors, for two of them 0.0085, with the bias correction
/// 0.012. Six of these are 0.07, heavier tails make it a tenth: a chance of a
/// false alarm below 1e-8 a bound.
fn check_large(what: &str, tolerance: f64, mut find: impl FnMut(&Value, &Resampling<'_>) -> Bootstrap) {
    let reference = reference();
    let stream = Stream::named([41; 32], what);
    let resampling =
        Resampling { level: Alpha::new(number(&reference["level"])).unwrap(), resamples: 200_000, stream: &stream };
    let cases = reference[what].as_array().unwrap();
    assert!(!cases.is_empty());
    for case in cases {
        let found = find(case, &resampling);
        let unit = number(&case["standard_error"]);
        for (found, expected) in [
            (found.bounds.lower, &case["lower"]),
            (found.bounds.upper, &case["upper"]),
            (found.standard_error, &case["standard_error"]),
        ] {
            let error = (found - number(expected)).abs() / unit;
            println!("{what}: {error:.4} standard errors");
            assert!(error < tolerance, "{what}: found {found}, expected {expected}, unit {unit}");
        }
    }
}

#[test]
fn bootstrap_bounds_come_near_scipy_s() {
    check_large("bca", 0.07, |case, resampling| {
        bootstrap_bca::bounds(&numbers(&case["values"]), statistic(case), resampling).unwrap()
    });
    check_large("percentile", 0.07, |case, resampling| {
        bootstrap_percentile::bounds(&numbers(&case["values"]), statistic(case), resampling).unwrap()
    });
}

#[test]
fn other_bootstrap_bounds_come_near_those_of_plain_arrays() {
    check_large("studentized", 0.1, |case, resampling| {
        bootstrap_studentized::bounds(&numbers(&case["values"]), resampling).unwrap()
    });
    check_large("stratified", 0.07, |case, resampling| {
        let values = numbers(&case["values"]);
        bootstrap_stratified::bounds(&values, &words(&case["strata"]), statistic(case), resampling).unwrap()
    });
    check_large("one_way", 0.07, |case, resampling| {
        bootstrap_cluster::one_way(&numbers(&case["values"]), &words(&case["clusters"]), resampling).unwrap()
    });
    check_large("two_way", 0.07, |case, resampling| {
        let (values, rows, columns) = (numbers(&case["values"]), words(&case["rows"]), words(&case["columns"]));
        bootstrap_cluster::two_way(&values, &rows, &columns, resampling).unwrap()
    });
    check_large("block", 0.07, |case, resampling| {
        let ends = if case["circular"].as_bool().unwrap() { Ends::Circular } else { Ends::Moving };
        let length = case["length"].as_u64().unwrap() as usize;
        bootstrap_block::bounds(&numbers(&case["values"]), length, ends, resampling).unwrap()
    });
}

fn check(found: f64, expected: f64, tolerance: f64) {
    assert!((found / expected - 1.0).abs() < tolerance, "found {found}, expected {expected}");
}

#[test]
fn clustered_standard_errors_agree_with_statsmodels_and_with_matrices() {
    let reference = reference();
    let level = Alpha::new(number(&reference["level"])).unwrap();
    let cases = reference["cluster_robust"].as_array().unwrap();
    assert_eq!(cases.len(), 5);
    for case in cases {
        let found = ClusteredMean::of(&numbers(&case["values"]), &words(&case["clusters"])).unwrap();
        check(found.mean(), number(&case["mean"]), 1e-12);
        for (correction, key) in [(Correction::Cr0, "cr0"), (Correction::Cr1, "cr1"), (Correction::Cr2, "cr2")] {
            check(found.standard_error(correction), number(&case[key]), 1e-10);
        }
        check(found.df(Correction::Cr2), number(&case["df"]), 1e-10);
        let bounds = found.bounds(Correction::Cr2, level);
        check(bounds.lower, number(&case["lower"]), 1e-8);
        check(bounds.upper, number(&case["upper"]), 1e-8);
        check(found.p_greater(Correction::Cr2, 0.0), number(&case["p_greater"]), 1e-8);
    }
}

/// Two runs of an evaluation, 300 items answered twice each: of the 300 sums
/// of first minus second, 14 are -2, 61 are -1, 142 are 0, 72 are 1 and 11 are
/// 2; 116 single differences are 1 and 111 are -1.
#[test]
fn standard_errors_are_those_of_an_evaluation_framework() {
    let (mut first, mut second, mut items) = (Vec::new(), Vec::new(), Vec::new());
    let mut item = 0_u32;
    let mut add = |count: usize, differences: [i32; 2]| {
        for _ in 0..count {
            for difference in differences {
                first.push(f64::from(u8::from(difference > 0)));
                second.push(f64::from(u8::from(difference < 0)));
                items.push(item);
            }
            item += 1;
        }
    };
    // 22 items went up and down, so that 116 = 22 + 72 + 2 * 11 and 111 = 22 + 61 + 2 * 14.
    add(14, [-1, -1]);
    add(61, [-1, 0]);
    add(120, [0, 0]);
    add(22, [1, -1]);
    add(72, [1, 0]);
    add(11, [1, 1]);
    // 409 and 404 right answers, of which 293 shared.
    let shared: Vec<usize> = (0..600).filter(|&index| first[index] == 0.0 && second[index] == 0.0).take(293).collect();
    for index in shared {
        first[index] = 1.0;
        second[index] = 1.0;
    }
    let found = PairedClusteredDifference::of(&second, &first, &items).unwrap();
    check(found.difference().mean(), 5.0 / 600.0, 1e-12);
    check(found.difference().plain_standard_error(), 0.025_129_510_579_889_75, 1e-12);
    check(found.difference().standard_error(Correction::Cr0), 0.025_436_012_673_780_81, 1e-12);
    // The framework divides by n here, and we by n - 1.
    check(found.unpaired_standard_error() * (599.0_f64 / 600.0).sqrt(), 0.026_986_193_314_908_823, 1e-12);
}
