//! Streams of hypotheses against the package online-fdr, and against R where
//! the shared reference folder is there; `reference/README.md` says how.
#![expect(clippy::disallowed_methods, reason = "tests may read the reference files")]

use gosset_stats::Alpha;
use gosset_stats::online::{Addis, AlphaInvesting, Decision, ELond, Lond, LordPlusPlus, OnlineError, Saffron, e_bh};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

fn level(value: f64) -> Alpha {
    Alpha::new(value).unwrap()
}

/// Takes the values one by one; in the middle the state is stored and read.
fn decide<T: Serialize + DeserializeOwned>(
    mut stream: T,
    values: &[f64],
    next: impl Fn(&mut T, f64) -> Result<Decision, OnlineError>,
) -> Vec<Decision> {
    let mut decisions = Vec::new();
    for (index, value) in values.iter().enumerate() {
        if index == values.len() / 2 {
            stream = serde_json::from_str(&serde_json::to_string(&stream).unwrap()).unwrap();
        }
        decisions.push(next(&mut stream, *value).unwrap());
    }
    decisions
}

fn by(method: &str, rate: Alpha, values: &[f64]) -> Vec<Decision> {
    match method {
        "lond" => decide(Lond::new(rate), values, Lond::next),
        "lord-plus-plus" => decide(LordPlusPlus::new(rate), values, LordPlusPlus::next),
        "saffron" => decide(Saffron::new(rate, level(0.5)), values, Saffron::next),
        "addis" => decide(Addis::new(rate, level(0.25), level(0.5)).unwrap(), values, Addis::next),
        "alpha-investing" => decide(AlphaInvesting::new(rate), values, AlphaInvesting::next),
        "e-lond" => decide(ELond::new(rate), values, ELond::next),
        unknown => panic!("{unknown}"),
    }
}

fn check(found: &[Decision], levels: &[f64], rejected: &[bool], what: &str) {
    assert_eq!((found.len(), found.len()), (levels.len(), rejected.len()));
    for (place, ((found, level), is_rejected)) in found.iter().zip(levels).zip(rejected).enumerate() {
        let error = (found.level / level - 1.0).abs();
        assert!(error < 1e-10, "{what}, {place}: {} is not {level}", found.level);
        assert_eq!(found.is_rejected, *is_rejected, "{what}, {place}");
    }
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn booleans(value: &Value) -> Vec<bool> {
    value.as_array().unwrap().iter().map(|boolean| boolean.as_bool().unwrap()).collect()
}

#[test]
fn streams_agree_with_online_fdr() {
    let reference: Value = serde_json::from_str(include_str!("reference/online.json")).unwrap();
    assert!(reference["tool"].as_str().unwrap().contains("online-fdr"), "a reference names its tool and version");
    for stream in reference["streams"].as_array().unwrap() {
        let rate = level(stream["rate"].as_f64().unwrap());
        for method in ["lond", "lord-plus-plus", "saffron", "addis", "alpha-investing", "e-lond"] {
            let column = if method == "e-lond" { "e_values" } else { "p_values" };
            let expected = &stream[method];
            let found = by(method, rate, &numbers(&stream[column]));
            check(&found, &numbers(&expected["levels"]), &booleans(&expected["rejected"]), method);
        }
        let found = e_bh::reject(&numbers(&stream["e_values"]), rate).unwrap();
        assert_eq!(found, booleans(&stream["e-bh"]["rejected"]));
    }
}

/// The columns of a file in the shared reference folder, by name; where the
/// folder is absent, says so.
fn columns(name: &str) -> Option<Vec<(String, Vec<f64>)>> {
    let path = format!("{}/../../../../shared/reference/onlinefdr/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("NOT CHECKED: the shared reference file {path} is absent ({error})");
            return None;
        }
    };
    let mut lines = text.lines().filter(|line| !line.is_empty());
    let names = lines.next().unwrap().split(',');
    let mut columns: Vec<(String, Vec<f64>)> = names.map(|name| (name.to_owned(), Vec::new())).collect();
    for line in lines {
        for ((_, column), field) in columns.iter_mut().zip(line.split(',')) {
            column.push(field.trim().parse().unwrap());
        }
    }
    Some(columns)
}

fn column<'a>(columns: &'a [(String, Vec<f64>)], name: &str) -> &'a [f64] {
    &columns.iter().find(|(known, _)| known == name).unwrap().1
}

fn is_one(values: &[f64]) -> Vec<bool> {
    values.iter().map(|value| *value == 1.0).collect()
}

#[test]
fn streams_agree_with_the_r_package_onlinefdr() {
    let methods = [
        ("lond", "LOND"),
        ("lord-plus-plus", "LORDpp"),
        ("saffron", "SAFFRON"),
        ("addis", "ADDIS"),
        ("alpha-investing", "AlphaInvesting"),
    ];
    for file in ["vignette15_expected.csv", "mix200_expected.csv"] {
        let Some(columns) = columns(file) else { return };
        for (method, name) in methods {
            let found = by(method, level(0.05), column(&columns, "pval"));
            let rejected = is_one(column(&columns, &format!("{name}_R")));
            check(&found, column(&columns, &format!("{name}_alphai")), &rejected, &format!("{file}, {method}"));
        }
    }
    let Some(columns) = columns("evalues200_expected.csv") else { return };
    // The last column holds one over the level.
    let levels: Vec<f64> = column(&columns, "elond_level").iter().map(|least| 1.0 / least).collect();
    let e_values = column(&columns, "e");
    check(&by("e-lond", level(0.1), e_values), &levels, &is_one(column(&columns, "elond")), "e-LOND");
    assert_eq!(e_bh::reject(e_values, level(0.1)).unwrap(), is_one(column(&columns, "ebh")));
}
