//! Values in the shared reference folder, which stands beside the repository
//! and is never copied into it.
#![expect(clippy::disallowed_methods, reason = "tests may read the reference files")]

use gosset_stats::compare::hodges_lehmann;
use gosset_stats::metric::{Predictions, find};
use gosset_stats::multiplicity::Procedure;
use gosset_stats::{Alpha, PairedT, power};
use serde_json::Value;

/// The text of a file in the folder; where the folder is absent, says so.
pub(super) fn read(name: &str) -> Option<String> {
    let path = format!("{}/../../../../shared/reference/{name}", env!("CARGO_MANIFEST_DIR"));
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) => {
            eprintln!("NOT CHECKED: the shared reference file {path} is absent ({error})");
            None
        }
    }
}

pub(super) fn read_json(name: &str) -> Option<Value> {
    Some(serde_json::from_str(&read(name)?).unwrap())
}

fn check(found: f64, expected: &Value, tolerance: f64) {
    let expected = expected.as_f64().unwrap();
    assert!((found / expected - 1.0).abs() < tolerance, "found {found}, expected {expected}");
}

fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines().skip(1).filter(|line| !line.is_empty()).map(|line| line.split(',').collect())
}

fn parse(field: &str) -> f64 {
    field.trim().parse().unwrap()
}

#[test]
fn fifty_pairs_agree_with_scipy() {
    let Some(reference) = read_json("reference_scipy_statsmodels.json") else {
        return;
    };
    let Some(input) = read("inputs/perm_paired_a_b_n50.csv") else {
        return;
    };
    let differences: Vec<f64> = rows(&input).map(|row| parse(row[1]) - parse(row[0])).collect();
    assert_eq!(differences.len(), 50);
    let found = PairedT::from_differences(&differences).unwrap();
    let expected = &reference["paired"];
    check(2.0 * found.p_greater(0.0), &expected["ttest"]["p"], 1e-10);
    for (key, level) in [("ci95", 0.025), ("ci90", 0.05)] {
        let level = Alpha::new(level).unwrap();
        check(found.lower(level), &expected[key][0], 1e-10);
        check(found.upper(level), &expected[key][1], 1e-10);
    }
    check(hodges_lehmann::estimate(&differences).unwrap(), &expected["hodges_lehmann"], 1e-12);
    check(found.mean() / found.standard_deviation(), &expected["cohen_dz"], 1e-12);
    // Two one-sided tests: the p-value is the larger of the two.
    for margin in [0.005, 0.01, 0.02, 0.03] {
        let p_value = found.p_greater(-margin).max(found.p_less(margin));
        check(p_value, &expected["tost"][margin.to_string()][0], 1e-9);
    }
}

#[test]
fn power_agrees_with_statsmodels() {
    let Some(reference) = read_json("reference_scipy_statsmodels.json") else {
        return;
    };
    let expected = &reference["power"];
    // Two-sided at 5 %; the other tail adds less than 1e-6 to these.
    let level = Alpha::new(0.025).unwrap();
    check(power::power(10, 1.0, level).unwrap(), &expected["ttest_paired_power_n10_d1"], 1e-6);
    let pairs = power::pairs_for_power(0.5, level, 0.8).unwrap();
    assert_eq!(pairs as f64, expected["ttest_paired_n_d05_p80"].as_f64().unwrap().ceil());
    for n in [5, 10] {
        let found = power::minimum_detectable_effect(n, level, 0.8).unwrap();
        check(found, &expected[format!("mde_paired_n{n}")], 1e-6);
    }
}

#[test]
fn procedures_agree_with_statsmodels_on_the_p_values_of_benjamini_and_hochberg() {
    let Some(reference) = read_json("reference_scipy_statsmodels.json") else {
        return;
    };
    let expected = &reference["bh1995_pvals"];
    let p_values: Vec<f64> = expected["p"].as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect();
    for (procedure, name) in [
        (Procedure::Bonferroni, "bonferroni"),
        (Procedure::Sidak, "sidak"),
        (Procedure::Holm, "holm"),
        (Procedure::Hochberg, "simes-hochberg"),
        (Procedure::Hommel, "hommel"),
        (Procedure::BenjaminiHochberg, "fdr_bh"),
        (Procedure::BenjaminiYekutieli, "fdr_by"),
    ] {
        let found = procedure.adjusted(&p_values).unwrap();
        for (found, expected) in found.iter().zip(expected[name].as_array().unwrap()) {
            check(*found, expected, 1e-12);
        }
    }
}

#[test]
fn breast_cancer_predictions_score_as_in_scikit_learn() {
    let Some(golden) = read_json("golden.json") else {
        return;
    };
    let Some(text) = read("predictions/breast_cancer_cv_preds.csv") else {
        return;
    };
    let expected = &golden["breast_cancer"];
    let truth: Vec<String> = rows(&text).map(|row| row[0].to_owned()).collect();
    let rows = rows(&text).map(|row| vec![1.0 - parse(row[1]), parse(row[1])]).collect();
    let classes = vec!["0".to_owned(), "1".to_owned()];
    let predictions = Predictions::probabilities(truth, classes, rows).unwrap();
    let Predictions::Probabilities(probabilities) = &predictions else { panic!("made of probabilities") };
    let labels = probabilities.most_probable();
    for (id, key, predictions) in [
        ("log_loss", "log_loss", &predictions),
        ("brier", "brier", &predictions),
        ("accuracy", "acc", &labels),
        ("balanced_accuracy", "bal_acc", &labels),
        ("f1_macro", "f1_macro", &labels),
    ] {
        check(find(id).unwrap().score(predictions).unwrap(), &expected[key], 1e-10);
    }
}

#[test]
fn digits_predictions_score_as_in_scikit_learn() {
    let Some(golden) = read_json("golden.json") else {
        return;
    };
    let Some(text) = read("predictions/digits_cv_preds.csv") else {
        return;
    };
    let expected = &golden["digits"];
    let truth: Vec<String> = rows(&text).map(|row| row[0].to_owned()).collect();
    let rows = rows(&text).map(|row| row[1..].iter().map(|field| parse(field)).collect()).collect();
    let classes = (0..10).map(|digit: u32| digit.to_string()).collect();
    let predictions = Predictions::probabilities(truth, classes, rows).unwrap();
    let Predictions::Probabilities(probabilities) = &predictions else { panic!("made of probabilities") };
    let labels = probabilities.most_probable();
    check(find("accuracy").unwrap().score(&labels).unwrap(), &expected["acc"], 1e-10);
    check(find("f1_macro").unwrap().score(&labels).unwrap(), &expected["f1_macro"], 1e-10);
    // The file holds nine digits of each probability.
    check(find("log_loss").unwrap().score(&predictions).unwrap(), &expected["log_loss"], 1e-7);
}
