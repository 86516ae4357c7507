//! What components contribute, counted by brute force; `reference/contribution.py`.

use gosset_stats::Alpha;
use gosset_stats::contribution::contrast::contrast;
use gosset_stats::contribution::shapley;
use gosset_stats::contribution::share::share;
use serde_json::Value;

fn reference() -> Value {
    let value: Value = serde_json::from_str(include_str!("reference/contribution.json")).unwrap();
    assert!(value["tool"].as_str().unwrap().ends_with("scipy 1.17.1"));
    value
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// Scores are below 3 in size and exact, and sums of at most 64 of them.
fn check(what: &str, found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-14, "{what}: found {found}, expected {expected}");
}

#[test]
fn effects_interactions_and_shapley_values_agree_with_all_orders() {
    for game in reference()["games"].as_array().unwrap() {
        let scores = numbers(&game["scores"]);
        let is_on = |set: usize, component: usize| set >> component & 1 == 1;
        for (component, expected) in numbers(&game["effects"]).into_iter().enumerate() {
            let signs: Vec<bool> = (0..scores.len()).map(|set| is_on(set, component)).collect();
            check("effect", contrast(&signs, &scores).unwrap(), expected);
        }
        for entry in game["interactions"].as_array().unwrap() {
            let [one, other] = [&entry[0], &entry[1]].map(|place| usize::try_from(place.as_u64().unwrap()).unwrap());
            let signs: Vec<bool> = (0..scores.len()).map(|set| is_on(set, one) == is_on(set, other)).collect();
            check("interaction", contrast(&signs, &scores).unwrap(), entry[2].as_f64().unwrap());
        }
        for (found, expected) in shapley::values(&scores).unwrap().into_iter().zip(numbers(&game["shapley"])) {
            check("Shapley value", found, expected);
        }
    }
}

#[test]
fn shares_agree_with_a_search_for_the_p_value() {
    for case in reference()["shares"].as_array().unwrap() {
        let number = |key: &str| case[key].as_f64().unwrap();
        let level = Alpha::new(number("level")).unwrap();
        let found = share(&numbers(&case["parts"]), &numbers(&case["wholes"]), level).unwrap();
        for (what, found) in [("estimate", found.estimate), ("lower", found.lower), ("upper", found.upper)] {
            // The p-value of the search is good to about 1e-13.
            assert!((found - number(what)).abs() < 1e-10, "{what}: found {found}, expected {}", number(what));
        }
    }
}
