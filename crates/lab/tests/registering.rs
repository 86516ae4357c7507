//! From a study file to a frozen protocol and its amendments.

use gosset_lab::{Answer, Kind};
use gosset_model::Explain;
use serde_json::json;

use crate::support::{Desk, refused};

fn file() -> serde_json::Value {
    json!({ "file": "digits.toml" })
}

#[test]
fn the_check_says_no_where_no_result_could_reach_the_error_rate() {
    let desk = Desk::with_study();
    desk.edit("digits.toml", "seeds = 16 ", "seeds = 5 ");
    desk.edit("digits.toml", "sides = \"one\"", "sides = \"two\"");
    let found = desk.ask("study check", file()).unwrap();
    // Five signs fall alike in 2 of 2^5 = 32 cases: 0.0625 > 0.05.
    assert_eq!(found.answer, Answer::No);
    assert!(found.text.contains("0.0625"), "{}", found.text);
    let problem = &found.json["design"]["problems"][0];
    assert_eq!((problem["seeds"].as_u64(), problem["seeds_needed"].as_u64()), (Some(5), Some(6)), "{problem}");
    let (_, code) = refused(desk.ask("study register", file()));
    assert_eq!(code, "design-refused");
}

#[test]
fn mistakes_are_listed_with_file_line_and_column() {
    let desk = Desk::with_study();
    desk.edit("digits.toml", "horizon = ", "horizn = ");
    desk.edit("digits.toml", "alpha = 0.05", "alpha = \"5 %\"");
    let line = |text: &str| desk.read("digits.toml").lines().position(|line| line.starts_with(text)).unwrap() + 1;
    let path = desk.path("digits.toml");
    for words in ["study check", "study register"] {
        let error = desk.ask(words, file()).unwrap_err();
        assert_eq!((error.kind(), error.code()), (Kind::Study, "study-file-mistakes"));
        let text = error.to_string();
        assert!(text.starts_with("3 mistakes in the study file\n"), "{text}");
        for (line, column, what) in [
            (line("horizn"), 1, "unknown key `horizn` in `design`"),
            (line("alpha"), 9, "expected a number, found the text `5 %`"),
        ] {
            assert!(text.contains(&format!("{}:{line}:{column}: ", path.display())) && text.contains(what), "{text}");
        }
    }
}

#[test]
fn a_missing_data_file_is_named_as_it_is_written() {
    let desk = Desk::with_study();
    std::fs::remove_file(desk.path("data/test.csv")).unwrap();
    for words in ["study check", "study register"] {
        let error = desk.ask(words, file()).unwrap_err();
        assert_eq!(error.kind(), Kind::Study);
        assert!(error.to_string().contains("`data/test.csv`"), "{error}");
    }
}

#[test]
fn a_study_file_that_is_not_there_or_no_text_is_said_to_be_so() {
    let desk = Desk::with_study();
    let error = desk.ask("study check", json!({ "file": "other.toml" })).unwrap_err();
    assert!(error.to_string().contains("cannot read") && error.to_string().contains("other.toml"), "{error}");
    std::fs::write(desk.path("digits.toml"), b"name = \"\xff\"").unwrap();
    let (text, _) = refused(desk.ask("study check", file()));
    assert!(text.contains("not UTF-8") && text.contains("byte 8"), "{text}");
}

#[test]
fn registering_twice_changes_nothing() {
    let desk = Desk::with_study();
    let digest = desk.ask("study check", file()).unwrap().json["digest"].clone();
    let first = desk.ask("study register", file()).unwrap();
    assert_eq!((&first.json["digest"], &first.json["record"]), (&digest, &json!(1)));
    let second = desk.ask("study register", file()).unwrap();
    assert_eq!((&second.json["digest"], &second.json["record"]), (&digest, &json!(null)));
    assert!(second.text.contains("already"));
    let records = desk.ask("ledger list", json!({ "study": "digits" })).unwrap();
    assert_eq!(records.json["records"].as_array().unwrap().len(), 1);
    assert_eq!(desk.steps(), Vec::<String>::new(), "nothing long was done");
}

#[test]
fn a_changed_file_is_not_registered_but_amended() {
    let desk = Desk::with_study();
    desk.ask("study register", file()).unwrap();
    desk.edit("digits.toml", "alpha = 0.05", "alpha = 0.04");
    let error = desk.ask("study register", file()).unwrap_err();
    assert_eq!((error.kind(), error.code()), (Kind::Study, "registered-differently"));
    assert!(error.hints()[0].contains("`design.alpha`: registered 0.05, in the file 0.04"), "{:?}", error.hints());

    let amended = desk.ask("study amend", json!({ "file": "digits.toml", "reason": "a typo" })).unwrap();
    let amendment = &amended.json["amendment"];
    assert_eq!(amendment["changes"][0]["key"], "design.alpha");
    assert_eq!((&amendment["reason"], &amendment["results_seen"]), (&json!("a typo"), &json!(false)));
    assert!(amended.text.contains("design.alpha: 0.05 -> 0.04"), "{}", amended.text);

    assert_eq!(desk.ask("study register", file()).unwrap().json["record"], json!(null));
    let (_, code) = refused(desk.ask("study amend", json!({ "file": "digits.toml", "reason": "again" })));
    assert_eq!(code, "nothing-to-amend");
}

#[test]
fn changed_data_can_be_amended_with_the_same_file() {
    let desk = Desk::with_study();
    desk.ask("study register", file()).unwrap();
    desk.write("data/train.csv", "x,label\n1,a\n2,c\n");
    let amended = desk.ask("study amend", json!({ "file": "digits.toml", "reason": "a wrong label" })).unwrap();
    assert_eq!(amended.json["amendment"]["changes"][0]["key"], "content of data/train.csv");
}

#[test]
fn another_order_of_hypotheses_can_be_amended() {
    let desk = Desk::with_study();
    let text = desk.read("digits.toml");
    let (start, end) = (text.find("[[hypotheses]]").unwrap(), text.find("[design]").unwrap());
    let second = text[start..end].replace("id = \"learning_rate\"", "id = \"other\"");
    let with = |first: &str, second: &str| [&text[..start], first, second, &text[end..]].concat();
    desk.write("digits.toml", &with(&text[start..end], &second));
    desk.ask("study register", file()).unwrap();
    desk.write("digits.toml", &with(&second, &text[start..end]));
    let (said, code) = refused(desk.ask("study register", file()));
    assert_eq!(code, "registered-differently");
    assert!(said.contains("1 of its keys differ, the first is `order of hypotheses`"), "{said}");
    desk.ask("study amend", json!({ "file": "digits.toml", "reason": "reads better" })).unwrap();
}

#[test]
fn an_amendment_needs_a_registration() {
    let desk = Desk::with_study();
    let (text, code) = refused(desk.ask("study amend", json!({ "file": "digits.toml", "reason": "why not" })));
    assert_eq!((text.as_str(), code), ("study `digits` is not registered", "not-registered"));
}

#[test]
fn registered_studies_are_listed_and_shown() {
    let desk = Desk::with_study();
    assert_eq!(desk.ask("study list", json!({})).unwrap().json["studies"], json!([]));
    desk.ask("study register", file()).unwrap();
    let listed = desk.ask("study list", json!({})).unwrap();
    // Two arms times 16 seeds.
    assert_eq!(
        (&listed.json["studies"][0]["study"], &listed.json["studies"][0]["runs_planned"]),
        (&json!("digits"), &json!(32))
    );
    assert_eq!(listed.json["studies"][0]["runs_ended"], 0);
    let shown = desk.ask("study show", json!({ "study": "digits" })).unwrap();
    assert_eq!(shown.json["judgement"], json!(null));
    assert_eq!(shown.json["evidence"]["runs"].as_array().unwrap().len(), 32);
    assert_eq!(shown.json["registration"]["at"], "1970-01-12T13:46:40.000Z");
}

#[test]
fn a_study_that_does_not_exist_is_refused_with_those_that_do() {
    let desk = Desk::with_study();
    let ask = |words: &str, request: serde_json::Value| desk.ask(words, request).unwrap_err();
    let requests = [
        ("study show", json!({ "study": "digts" })),
        ("study show", json!({ "study": "digts", "interim": true })),
        ("ledger list", json!({ "study": "digts" })),
        ("run list", json!({ "study": "digts" })),
    ];
    for (words, request) in &requests {
        let error = ask(words, request.clone());
        assert_eq!((error.to_string().as_str(), error.code()), ("there is no study `digts`", "not-found"), "{words}");
        assert_eq!(error.hints(), ["there is none so far"]);
    }
    desk.ask("study register", file()).unwrap();
    for (words, request) in &requests {
        assert_eq!(ask(words, request.clone()).hints(), ["take one of: digits"], "{words}");
    }
}
