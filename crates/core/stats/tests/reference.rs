//! Values computed by other tools; `reference/README.md` says how.

use gosset_stats::compare::hodges_lehmann;
use gosset_stats::compare::sign_flip::{Limits, p_greater, p_less};
use gosset_stats::distribution::{beta, normal, student_t};
use gosset_stats::interval::{clopper_pearson, wilson};
use gosset_stats::metric::{Metric, Predictions, find};
use gosset_stats::{Alpha, PairedT, Stream, binomial, multiplicity, noncentral_t, power, summary};
use serde_json::Value;

fn read(text: &str) -> Value {
    let value: Value = serde_json::from_str(text).unwrap();
    assert!(value["tool"].as_str().unwrap().contains('.'), "a reference names its tool and version");
    value
}

fn distributions() -> Value {
    read(include_str!("reference/distributions.json"))
}

fn paired() -> Value {
    read(include_str!("reference/paired.json"))
}

fn list(value: &Value) -> &[Value] {
    let items = value.as_array().unwrap();
    assert!(!items.is_empty());
    items
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    list(value).iter().map(number).collect()
}

fn words(value: &Value) -> Vec<String> {
    list(value).iter().map(|word| word.as_str().unwrap().to_owned()).collect()
}

fn whole(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

fn alpha(value: &Value) -> Alpha {
    Alpha::new(number(value)).unwrap()
}

/// The largest relative error over all cases, printed for who runs the test
/// by itself, and held below the tolerance.
fn check(what: &str, tolerance: f64, cases: impl IntoIterator<Item = (f64, f64)>) {
    let mut worst: f64 = 0.0;
    for (found, expected) in cases {
        assert!(found.is_finite(), "{what}: found {found}, expected {expected}");
        let error = if expected == 0.0 { found.abs() } else { (found / expected - 1.0).abs() };
        assert!(error < tolerance, "{what}: found {found}, expected {expected}, relative error {error:e}");
        worst = worst.max(error);
    }
    println!("{what}: largest relative error {worst:.1e}");
}

#[test]
fn streams_give_the_known_answers() {
    let reference = read(include_str!("reference/stream.json"));
    for case in list(&reference["cases"]) {
        let key: Vec<u8> = list(&case["key"]).iter().map(|byte| u8::try_from(whole(byte)).unwrap()).collect();
        let stream = Stream::named(key.try_into().unwrap(), case["name"].as_str().unwrap());
        let check = |mut stream: Stream, expected: &Value| {
            for number in list(expected) {
                assert_eq!(stream.next_u64().to_string(), number.as_str().unwrap());
            }
        };
        check(stream.clone(), &case["numbers"]);
        check(stream.substream(3), &case["substream_3"]);
        check(stream.substream(3).substream(3), &case["substream_3_of_3"]);
    }
}

#[test]
fn t_tails_agree_with_mpmath() {
    let reference = distributions();
    let find = |case: &Value| (student_t::sf(number(&case["t"]), number(&case["df"])).unwrap(), number(&case["tail"]));
    check("t tails", 1e-12, list(&reference["t_tails"]).iter().map(find));
}

#[test]
fn t_quantiles_agree_with_mpmath() {
    let reference = distributions();
    let find = |case: &Value| {
        (-student_t::quantile(number(&case["tail"]), number(&case["df"])).unwrap(), number(&case["point"]))
    };
    check("t quantiles", 1e-13, list(&reference["t_points"]).iter().map(find));
}

#[test]
fn the_normal_distribution_agrees_with_mpmath() {
    let reference = distributions();
    let find = |case: &Value| (normal::sf(number(&case["z"])).unwrap(), number(&case["tail"]));
    // At z = 37 the rounding of z alone is 1e-13 of the tail.
    check("normal tails", 4e-13, list(&reference["normal_tails"]).iter().map(find));
    let find = |case: &Value| (normal::quantile(number(&case["probability"])).unwrap(), number(&case["point"]));
    check("normal quantiles", 1e-14, list(&reference["normal_points"]).iter().map(find));
}

#[test]
fn the_beta_distribution_agrees_with_mpmath() {
    let reference = distributions();
    let shapes = |case: &Value| (number(&case["x"]), number(&case["a"]), number(&case["b"]));
    let find = |case: &Value| {
        let (x, a, b) = shapes(case);
        (beta::cdf(x, a, b).unwrap(), number(&case["cdf"]))
    };
    check("beta distribution", 1e-11, list(&reference["beta"]).iter().map(find));
}

#[test]
fn the_noncentral_t_agrees_with_its_series_to_1e_12_absolute() {
    let reference = distributions();
    let mut worst: f64 = 0.0;
    for case in list(&reference["noncentral_t"]) {
        let found = noncentral_t::cdf(number(&case["t"]), number(&case["df"]), number(&case["nc"])).unwrap();
        let error = (found - number(&case["cdf"])).abs();
        assert!(error < 1e-12, "{case}: {found}");
        worst = worst.max(error);
    }
    println!("noncentral t: largest absolute error {worst:.1e}");
}

#[test]
fn summaries_agree_with_numpy() {
    let reference = paired();
    for (name, sample) in reference["samples"].as_object().unwrap() {
        let differences = numbers(&sample["differences"]);
        check(
            name,
            1e-10,
            [
                (summary::mean(&differences).unwrap(), number(&sample["mean"])),
                (summary::standard_deviation(&differences).unwrap(), number(&sample["sd"])),
                (summary::quantile(&differences, 0.1).unwrap(), number(&sample["quantile_0.1"])),
                (summary::median(&differences).unwrap(), number(&sample["median"])),
                (hodges_lehmann::estimate(&differences).unwrap(), number(&sample["hodges_lehmann"])),
            ],
        );
    }
}

#[test]
fn the_paired_t_agrees_with_scipy() {
    let reference = paired();
    for (name, sample) in reference["samples"].as_object().unwrap() {
        let differences = numbers(&sample["differences"]);
        let found = PairedT::from_differences(&differences).unwrap();
        for test in list(&sample["tests"]) {
            let null = number(&test["null"]);
            check(
                name,
                1e-8,
                [(found.p_greater(null), number(&test["p_greater"])), (found.p_less(null), number(&test["p_less"]))],
            );
        }
        for bounds in list(&sample["bounds"]) {
            let alpha = alpha(&bounds["alpha"]);
            check(
                name,
                1e-9,
                [(found.lower(alpha), number(&bounds["lower"])), (found.upper(alpha), number(&bounds["upper"]))],
            );
        }
    }
}

#[test]
fn the_sign_flip_test_agrees_with_trying_every_sign() {
    let reference = paired();
    let limits = Limits { exact_up_to: 40, draws: 0 };
    let stream = Stream::named([0; 32], "unused");
    let mut checked = 0;
    for sample in reference["samples"].as_object().unwrap().values() {
        let differences = numbers(&sample["differences"]);
        for test in list(&sample["tests"]) {
            if test.get("flip_greater").is_none() {
                continue;
            }
            let null = number(&test["null"]);
            assert_eq!(p_greater(&differences, null, limits, &stream).unwrap().p_value, number(&test["flip_greater"]));
            assert_eq!(p_less(&differences, null, limits, &stream).unwrap().p_value, number(&test["flip_less"]));
            checked += 1;
        }
    }
    assert_eq!(checked, 16);
}

#[test]
fn power_agrees_with_statsmodels() {
    let reference = paired();
    for case in list(&reference["power"]) {
        let found = power::power(whole(&case["n"]), number(&case["effect"]), alpha(&case["alpha"])).unwrap();
        assert!((found - number(&case["power"])).abs() < 1e-9, "{case}: {found}");
    }
    for case in list(&reference["pairs"]) {
        let found = power::pairs_for_power(number(&case["effect"]), alpha(&case["alpha"]), number(&case["power"]));
        assert_eq!(found.unwrap(), whole(&case["pairs"]), "{case}");
    }
}

#[test]
fn holm_agrees_with_statsmodels() {
    let reference = read(include_str!("reference/multiplicity.json"));
    for case in list(&reference["holm"]) {
        let p_values = numbers(&case["p"]);
        let levels = multiplicity::holm_levels(&p_values, alpha(&case["alpha"])).unwrap();
        for ((p_value, level), reject) in p_values.iter().zip(&levels).zip(list(&case["reject"])) {
            assert_eq!(p_value <= level, reject.as_bool().unwrap(), "{case} {levels:?}");
        }
        let adjusted = multiplicity::holm_adjusted(&p_values).unwrap();
        check("Holm", 1e-13, adjusted.into_iter().zip(numbers(&case["adjusted"])));
    }
}

#[test]
fn binomial_intervals_and_quantiles_agree_with_statsmodels_and_scipy() {
    let reference = read(include_str!("reference/multiplicity.json"));
    for case in list(&reference["intervals"]) {
        let (successes, trials, alpha) = (whole(&case["successes"]), whole(&case["trials"]), alpha(&case["alpha"]));
        for (found, expected) in [
            (clopper_pearson::clopper_pearson(successes, trials, alpha).unwrap(), &case["clopper_pearson"]),
            (wilson::wilson(successes, trials, alpha).unwrap(), &case["wilson"]),
        ] {
            for (found, expected) in [found.lower, found.upper].into_iter().zip(numbers(expected)) {
                assert!((found - expected).abs() < 1e-10 * expected + 1e-15, "{case}: {found}");
            }
        }
    }
    for case in list(&reference["quantiles"]) {
        let found = binomial::quantile(number(&case["share"]), whole(&case["trials"]), number(&case["probability"]));
        assert_eq!(found.unwrap(), whole(&case["quantile"]), "{case}");
    }
}

#[test]
fn metrics_agree_with_scikit_learn() {
    let reference = read(include_str!("reference/metrics.json"));
    let mut checked = 0;
    for kind in ["classes", "probabilities", "numbers"] {
        for case in list(&reference[kind]) {
            let predictions = match kind {
                "classes" => Predictions::classes(words(&case["truth"]), words(&case["predicted"])),
                "probabilities" => {
                    let rows = list(&case["rows"]).iter().map(numbers).collect();
                    Predictions::probabilities(words(&case["truth"]), words(&case["classes"]), rows)
                }
                _ => Predictions::numbers(numbers(&case["truth"]), numbers(&case["predicted"])),
            }
            .unwrap();
            for (id, expected) in case["scores"].as_object().unwrap() {
                let metric = find(id).unwrap();
                let score = metric.score(&predictions).unwrap();
                check(id, 1e-12, [(score, number(expected))]);
                check_items(metric, &predictions, score);
                checked += 1;
            }
        }
    }
    assert_eq!(checked, 3 * 4 + 4 * 2 + 3 * 4);
}

fn check_items(metric: &dyn Metric, predictions: &Predictions, score: f64) {
    if let Some(items) = metric.item_scores(predictions) {
        let items = items.unwrap();
        assert_eq!(items.len(), predictions.n());
        check("mean over items", 1e-14, [(summary::mean(&items).unwrap(), score)]);
    }
}
