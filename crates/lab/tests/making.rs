//! Labs and study files from nothing.

use gosset_lab::{Answer, Kind, metrics};
use serde_json::json;

use crate::support::{Desk, refused};

#[test]
fn a_lab_is_made_once_and_then_left_as_it_is() {
    let desk = Desk::new();
    let made = desk.ask("init", json!({})).unwrap();
    assert_eq!(made.json["is_new"], true);
    assert_eq!(desk.read(".gosset/.gitignore"), "*\n");
    assert!(desk.path(".gosset/lab.sqlite").exists());
    desk.write(".gosset/.gitignore", "mine\n");
    let again = desk.ask("init", json!({})).unwrap();
    assert_eq!(again.json["is_new"], false);
    assert!(again.text.contains("already"));
    assert_eq!(desk.read(".gosset/.gitignore"), "mine\n");
}

#[test]
fn a_lab_can_be_made_in_another_folder() {
    let desk = Desk::new();
    desk.ask("init", json!({ "folder": "inner/lab" })).unwrap();
    assert!(desk.path("inner/lab/.gosset/lab.sqlite").exists());
}

#[test]
fn an_operation_that_needs_a_lab_says_where_it_looked() {
    let desk = Desk::new();
    for (words, request) in [
        ("study list", json!({})),
        ("study show", json!({ "study": "digits" })),
        ("ledger verify", json!({})),
        ("ledger list", json!({ "study": "digits" })),
        ("run list", json!({ "study": "digits" })),
    ] {
        let (text, code) = refused(desk.ask(words, request));
        assert_eq!(code, "no-lab", "{words}");
        assert!(text.contains(&desk.path("").display().to_string().trim_end_matches('/').to_owned()), "{text}");
    }
}

#[test]
fn a_request_with_an_unknown_field_is_wrong_usage() {
    let error = Desk::new().ask("init", json!({ "foldr": "x" })).unwrap_err();
    assert_eq!(error.kind(), Kind::Usage);
    assert!(error.to_string().contains("foldr"), "{error}");
}

/// The file that `request` makes passes `study check`.
fn check(request: &serde_json::Value) {
    let desk = Desk::new();
    desk.write_data();
    let made = desk.ask("study new", request.clone()).unwrap();
    let file = made.json["file"].as_str().unwrap();
    let found = desk.ask("study check", json!({ "file": file }));
    let found = found.unwrap_or_else(|error| panic!("{request}: {error}\n{}", std::fs::read_to_string(file).unwrap()));
    assert_eq!(found.answer, Answer::Yes, "{request}: {}", found.text);
    assert_eq!(found.json["study"], request["name"]);
}

#[test]
fn a_new_study_file_passes_the_check() {
    check(&json!({ "name": "digits" }));
    check(&json!({ "name": "digits", "seeds": 30, "smallest_effect": 0.005, "question": "Does \"it\"\nhelp \\ us?" }));
    check(&json!({ "name": "größe.2", "command": "python  train.py --fast", "output": "other.toml" }));
}

#[test]
fn a_new_study_file_passes_the_check_with_every_metric() {
    for metric in metrics() {
        check(&json!({ "name": "digits", "metric": metric.id }));
    }
}

#[test]
fn a_new_study_file_takes_factors_of_every_kind() {
    for factor in [
        "lr=0.1:0.2",
        "lr=1e-3:1E-2",
        "lr=.5:-.5",
        "lr=1.:2",
        "layers=2:+4",
        "layers=007:8",
        "augment=false:true",
        "optimizer=sgd:adam",
        "größe=klein:groß",
        "lr.max=1:2",
        "note=a\"b:c\\d",
        "value=nan:inf",
        "date=2026-01-01:never",
    ] {
        check(&json!({ "name": "digits", "factor": factor }));
    }
}

#[test]
fn a_factor_that_cannot_be_read_is_wrong_usage() {
    let desk = Desk::new();
    for factor in ["lr", "lr=1", "=1:2", "a b=1:2"] {
        let error = desk.ask("study new", json!({ "name": "digits", "factor": factor })).unwrap_err();
        assert_eq!(error.kind(), Kind::Usage, "{factor}");
    }
    let error = desk.ask("study new", json!({ "name": "digits", "smallest_effect": -0.1 })).unwrap_err();
    assert_eq!(error.kind(), Kind::Usage);
    assert!(!desk.path("digits.toml").exists());
}

#[test]
fn an_unknown_metric_is_refused_with_those_that_exist() {
    use gosset_model::Explain;
    let error = Desk::new().ask("study new", json!({ "name": "digits", "metric": "acuracy" })).unwrap_err();
    assert_eq!(error.to_string(), "there is no metric `acuracy`");
    assert!(error.hints()[0].contains("accuracy"));
}

#[test]
fn a_study_file_that_exists_is_never_written_over() {
    let desk = Desk::new();
    desk.write("digits.toml", "mine");
    let (text, code) = refused(desk.ask("study new", json!({ "name": "digits" })));
    assert_eq!(code, "usage");
    assert!(text.contains("exists already"), "{text}");
    assert_eq!(desk.read("digits.toml"), "mine");
}
