//! Families of p-values against statsmodels and R; `reference/README.md` says
//! how.

use gosset_stats::Alpha;
use gosset_stats::multiplicity::Procedure;
use serde_json::Value;

fn read(text: &str) -> Value {
    let value: Value = serde_json::from_str(text).unwrap();
    assert!(value["tool"].as_str().unwrap().contains('.'), "a reference names its tool and version");
    value
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// Compares all procedures that the other tool has, and says how many. Halving
/// ends at 1e-30 instead of 0.
fn check_adjusted(families: &Value, tolerance: f64) -> usize {
    let mut checked = 0;
    for family in families.as_array().unwrap() {
        let p_values = numbers(&family["p"]);
        for procedure in Procedure::ALL {
            let Some(expected) = family["adjusted"].get(procedure.id()) else { continue };
            let found = procedure.adjusted(&p_values).unwrap();
            for (found, expected) in found.iter().zip(numbers(expected)) {
                assert!(
                    (found - expected).abs() <= tolerance * expected + 1e-28,
                    "{procedure:?}, {p_values:?}: {found} is not {expected}"
                );
            }
            checked += 1;
        }
    }
    checked
}

#[test]
fn adjusted_p_values_agree_with_statsmodels() {
    let reference = read(include_str!("reference/families.json"));
    assert_eq!(check_adjusted(&reference["families"], 1e-13), 17 * 8);
}

#[test]
fn adjusted_p_values_agree_with_r() {
    let reference = read(include_str!("reference/families_r.json"));
    // R prints 15 digits.
    assert_eq!(check_adjusted(&reference["families"], 1e-13), 17 * 6);
}

#[test]
fn p_values_at_most_their_levels_are_those_that_statsmodels_rejects() {
    let reference = read(include_str!("reference/families.json"));
    for family in reference["families"].as_array().unwrap() {
        let p_values = numbers(&family["p"]);
        for case in family["rejected"].as_array().unwrap() {
            let alpha = Alpha::new(case["level"].as_f64().unwrap()).unwrap();
            for procedure in Procedure::ALL {
                let levels = procedure.levels(&p_values, alpha).unwrap();
                let expected = case["by"][procedure.id()].as_array().unwrap();
                for ((p_value, level), expected) in p_values.iter().zip(&levels).zip(expected) {
                    assert_eq!(
                        p_value <= level,
                        expected.as_bool().unwrap(),
                        "{procedure:?}, {alpha:?}, {p_values:?}: {levels:?}"
                    );
                }
            }
        }
    }
}
