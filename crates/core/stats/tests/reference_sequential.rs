//! Sequential tests against numerical integration; `reference/README.md` says
//! how.

use gosset_stats::sequential::{TSequence, sign_flip_e};
use serde_json::Value;

fn reference() -> Value {
    let value: Value = serde_json::from_str(include_str!("reference/sequential.json")).unwrap();
    assert!(value["tool"].as_str().unwrap().contains("scipy"), "a reference names its tool and version");
    value
}

fn near(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() < tolerance * expected.abs().max(1.0), "found {found}, expected {expected}");
}

/// `n` differences with mean t / sqrt(n) and standard deviation 1.
fn with_t(n: usize, t: f64) -> Vec<f64> {
    let raw: Vec<f64> = (0..n).map(|index| index as f64).collect();
    let mean = raw.iter().sum::<f64>() / n as f64;
    let sd = (raw.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1) as f64).sqrt();
    raw.iter().map(|x| (x - mean) / sd + t / (n as f64).sqrt()).collect()
}

#[test]
fn the_sequential_t_is_the_mixture_of_noncentral_densities() {
    for case in reference()["ratios"].as_array().unwrap() {
        let n = case["n"].as_u64().unwrap() as usize;
        let differences = with_t(n, case["t"].as_f64().unwrap());
        let sequence = TSequence::from_differences(&differences, case["scale"].as_f64().unwrap()).unwrap();
        // The density of SciPy is good to nine digits.
        near(sequence.log_e_greater(0.0), case["log_e"].as_f64().unwrap(), 1e-8);
    }
}

#[test]
fn the_sign_flip_e_process_is_its_product_of_terms() {
    for case in reference()["flips"].as_array().unwrap() {
        let differences: Vec<f64> =
            case["differences"].as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect();
        near(sign_flip_e::log_e_greater(&differences, 0.0).unwrap(), case["greater"].as_f64().unwrap(), 1e-12);
        near(sign_flip_e::log_e_less(&differences, 0.0).unwrap(), case["less"].as_f64().unwrap(), 1e-12);
    }
}
