//! Looks, confidence sequences and e-values against SciPy, mpmath and the
//! package gsdesign; `reference/README.md` says how.

use gosset_stats::Alpha;
use gosset_stats::sequential::conditional_power::Interim;
use gosset_stats::sequential::group_sequential::{self, Spending};
use gosset_stats::sequential::{Betting, TMixture, p_to_e};
use serde_json::Value;

fn reference() -> Value {
    let value: Value = serde_json::from_str(include_str!("reference/looks.json")).unwrap();
    let tool = value["tool"].as_str().unwrap();
    assert!(tool.contains("scipy") && tool.contains("gsdesign"), "a reference names its tools and versions");
    value
}

fn near(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() < tolerance * expected.abs().max(1.0), "found {found}, expected {expected}");
}

/// Relative, so that small chances count.
fn close(found: f64, expected: f64, tolerance: f64) {
    assert!((found / expected - 1.0).abs() < tolerance, "found {found}, expected {expected}");
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(number).collect()
}

fn level(value: &Value) -> Alpha {
    Alpha::new(number(value)).unwrap()
}

/// `n` differences with mean t / sqrt(n) and standard deviation 1.
fn with_t(n: usize, t: f64) -> Vec<f64> {
    let raw: Vec<f64> = (0..n).map(|index| index as f64).collect();
    let mean = raw.iter().sum::<f64>() / n as f64;
    let sd = (raw.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1) as f64).sqrt();
    raw.iter().map(|x| (x - mean) / sd + t / (n as f64).sqrt()).collect()
}

#[test]
fn the_two_sided_mixture_is_that_of_noncentral_densities() {
    for case in reference()["mixtures"].as_array().unwrap() {
        let differences = with_t(case["n"].as_u64().unwrap() as usize, number(&case["t"]));
        let mixture = TMixture::from_differences(&differences, number(&case["scale"])).unwrap();
        // The density of SciPy is good to nine digits.
        near(mixture.log_e(0.0), number(&case["log_e"]), 1e-8);
    }
}

#[test]
fn bounds_by_betting_are_the_roots_of_the_capital() {
    for case in reference()["bettings"].as_array().unwrap() {
        let (low, high) = (number(&case["low"]), number(&case["high"]));
        let betting = Betting::from_values(&numbers(&case["values"]), low, high, level(&case["level"])).unwrap();
        near(betting.lower(), number(&case["lower"]), 1e-11);
        near(betting.upper(), number(&case["upper"]), 1e-11);
    }
}

#[test]
fn bounds_by_betting_lie_within_a_step_of_the_grid_of_confseq() {
    // `betting_cs` of confseq 0.0.11 on these values at twice the level, with the
    // running intersection: the ends of its grid of a thousandth of the range,
    // which lie just outside.
    let expected = [(0.273, 0.336), (0.082, 0.22), (6.04, 9.01), (0.379, 0.782)];
    for (case, (lower, upper)) in reference()["bettings"].as_array().unwrap().iter().zip(expected) {
        let (low, high) = (number(&case["low"]), number(&case["high"]));
        let betting = Betting::from_values(&numbers(&case["values"]), low, high, level(&case["level"])).unwrap();
        let step = (high - low) / 1_000.0;
        for outside in [betting.lower() - lower, upper - betting.upper()] {
            assert!((0.0..=step * (1.0 + 1e-9)).contains(&outside), "{outside}");
        }
    }
}

#[test]
fn boundaries_and_chances_agree_with_quadrature() {
    for case in reference()["designs"].as_array().unwrap() {
        let spending = match case["kind"].as_str().unwrap() {
            "pocock" => Spending::Pocock,
            _ => Spending::OBrienFleming,
        };
        let looks = group_sequential::looks(&numbers(&case["fractions"]), spending, level(&case["level"])).unwrap();
        for (look, expected) in looks.iter().zip(numbers(&case["critical"])) {
            near(look.critical_z.unwrap(), expected, 1e-10);
        }
        for (drift, expected) in case["chances"].as_object().unwrap() {
            let found = group_sequential::chances(&looks, drift.parse().unwrap()).unwrap();
            for (found, expected) in found.iter().zip(numbers(expected)) {
                close(*found, expected, 1e-8);
            }
        }
    }
}

#[test]
fn conditional_and_predictive_power_agree_with_mpmath() {
    for case in reference()["interims"].as_array().unwrap() {
        let [z, fraction, critical, drift] = ["z", "fraction", "critical", "drift"].map(|name| &case[name]);
        let interim = Interim::new(number(z), number(fraction), number(critical)).unwrap();
        close(interim.conditional_power(number(drift)), number(&case["conditional"]), 1e-12);
        close(interim.predictive_power(), number(&case["predictive"]), 1e-12);
    }
}

#[test]
fn calibrated_p_values_agree_with_mpmath() {
    for case in reference()["calibrated"].as_array().unwrap() {
        let p_value = number(&case["p"]);
        let exponent = Alpha::new(0.3).unwrap();
        near(p_to_e::log_e_power(p_value, exponent).unwrap(), number(&case["power"]), 1e-12);
        near(p_to_e::log_e_mixture(p_value).unwrap(), number(&case["mixture"]), 1e-12);
    }
}
