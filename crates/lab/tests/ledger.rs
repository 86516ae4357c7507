//! The ledger through its operations.

use gosset_lab::Answer;
use serde_json::json;

use crate::support::{Desk, refused};

/// A lab with one registration and two amendments.
fn amended() -> Desk {
    let desk = Desk::with_study();
    desk.ask("study register", json!({ "file": "digits.toml" })).unwrap();
    for (find, put) in [("alpha = 0.05", "alpha = 0.04"), ("alpha = 0.04", "alpha = 0.03")] {
        desk.edit("digits.toml", find, put);
        desk.ask("study amend", json!({ "file": "digits.toml", "reason": "stricter" })).unwrap();
    }
    desk
}

#[test]
fn an_untampered_ledger_is_intact() {
    let found = amended().ask("ledger verify", json!({})).unwrap();
    assert_eq!(found.answer, Answer::Yes);
    assert!(found.text.starts_with("3 records, intact; head blake3:"), "{}", found.text);
}

#[test]
fn an_empty_ledger_is_intact() {
    let desk = Desk::new();
    desk.ask("init", json!({})).unwrap();
    let found = desk.ask("ledger verify", json!({})).unwrap();
    assert_eq!((found.answer, &found.json["verification"]["records"]), (Answer::Yes, &json!(0)));
}

#[test]
fn a_clock_that_goes_backwards_leaves_a_note_and_an_intact_ledger() {
    let desk = amended();
    desk.set_clock(10);
    desk.edit("digits.toml", "alpha = 0.03", "alpha = 0.02");
    desk.ask("study amend", json!({ "file": "digits.toml", "reason": "stricter" })).unwrap();
    let found = desk.ask("ledger verify", json!({})).unwrap();
    assert_eq!(found.answer, Answer::Yes);
    assert!(found.text.contains("note: the machine's clock had gone backwards at record 4\n"), "{}", found.text);
    assert!(found.text.contains("4 records, intact"), "{}", found.text);
    assert!(!found.text.contains("FAULT"), "{}", found.text);
}

#[test]
fn records_are_listed_in_order() {
    let desk = amended();
    let found = desk.ask("ledger list", json!({ "study": "digits" })).unwrap();
    let kinds: Vec<&str> = found.json["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| record["event"]["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["registered", "amended", "amended"]);
    assert_eq!(found.text.lines().count(), 3);
    let one = desk.ask("ledger list", json!({ "study": "digits", "record": 2 })).unwrap();
    assert_eq!(one.json["records"].as_array().unwrap().len(), 1);
    let (text, code) = refused(desk.ask("ledger list", json!({ "study": "digits", "record": 9 })));
    assert_eq!((text.as_str(), code), ("there is no record `9`", "not-found"));
}

#[test]
fn records_that_are_no_database_are_said_to_be_damaged() {
    let desk = Desk::new();
    desk.write(".gosset/lab.sqlite", &"no database at all ".repeat(100));
    for words in ["ledger verify", "study list"] {
        let (_, code) = refused(desk.ask(words, json!({})));
        assert_eq!(code, "records-damaged", "{words}");
    }
}

#[test]
fn a_folder_that_was_never_set_up_as_a_lab_says_so() {
    let desk = Desk::new();
    desk.write(".gosset/lab.sqlite", "");
    let (_, code) = refused(desk.ask("study list", json!({})));
    assert_eq!(code, "records-empty");
    desk.ask("init", json!({})).unwrap();
    assert_eq!(desk.ask("study list", json!({})).unwrap().json["studies"], json!([]));
}
