use std::fs;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::processes;
use crate::workshop::{HONEST, Workshop, verdict};

/// A study of 16 runs that was interrupted when some of them had ended.
fn interrupted() -> Workshop {
    let mut workshop = Workshop::new(1..=8);
    workshop.study.program = "grace_secs = 0.1".into();
    workshop.program(&format!(
        "while [ -e wait ] && [ \"$GOSSET_ARM$GOSSET_SEED\" = boost=18 ]; do sleep 0.01; done\n{HONEST}"
    ));
    workshop.write("wait", "");
    workshop.study_file();
    let running = workshop.command(["study", "run", "study.toml", "--json", "--slots", "2"]).spawn().unwrap();
    processes::wait_for("the lab", || workshop.lab().join("runs").exists().then_some(()));
    let ended = |workshop: &Workshop| workshop.runs().iter().filter(|run| !run["wall_secs"].is_null()).count();
    processes::wait_for("some results", || (ended(&workshop) >= 3).then_some(()));
    processes::signal(running.id() as i32, Signal::INT);
    let answer = Answer::of(running.wait_with_output().unwrap()).expect(1);
    assert_eq!(answer.json()["judgement"], Value::Null);
    fs::remove_file(workshop.folder.join("wait")).unwrap();
    workshop
}

#[test]
fn results_of_an_unfinished_study_stay_unseen_unless_somebody_insists() {
    let workshop = interrupted();
    let shown = workshop.ask("study show STUDY --json").expect(0).json();
    assert_eq!(shown["judgement"], Value::Null);
    let runs = shown["evidence"]["runs"].as_array().unwrap();
    assert!(runs.iter().all(|run| run["result"].is_null() || run["result"]["scores"] == json!({})), "{shown}");
    let listed = workshop.ask("run list STUDY --json").expect(0).json();
    assert_eq!(listed["is_blind"], true);
    for run in listed["runs"].as_array().unwrap() {
        assert_eq!(run["scores"], json!([]), "{run}");
        let id = run["id"].as_str().unwrap();
        let shown = workshop.ask(&format!("run show STUDY {id} --json")).expect(0).json();
        assert!(shown["run"]["result"].is_null() || shown["run"]["result"]["scores"] == json!({}), "{shown}");
    }
    assert!(!workshop.ask("run list STUDY").expect(0).text().contains("quality 0"));
    workshop.ask("run table STUDY --output runs.csv").expect(2).complains(&["have not all ended", "gosset study run"]);
    assert!(!workshop.folder.join("runs.csv").exists());
    assert!(!workshop.record_kinds().contains(&"results_shown".to_owned()));

    let interim = workshop.ask("study show STUDY --interim --json").expect(0).json();
    assert!(interim["judgement"].is_object(), "{interim}");
    assert!(workshop.record_kinds().contains(&"results_shown".to_owned()));
    let again = workshop.ask("study show STUDY --json").expect(0).json();
    assert_eq!(again["judgement"], Value::Null, "one look does not open the study");

    workshop.run().expect(0);
    let told = workshop.ask("study show STUDY").expect(0).text();
    assert!(told.contains("interim look"), "the look is told: {told}");
    assert!(told.contains("Grade B: results were looked at before all runs had ended"), "{told}");
    let judged = workshop.ask("study show STUDY --json").expect(0).json()["judgement"]["hypotheses"][0].clone();
    assert_eq!((&judged["grade"], &judged["early_looks"]), (&json!("B"), &json!(1)));
    workshop.ledger_is_intact();
}

#[test]
fn changed_data_do_not_open_the_results_of_a_study_that_can_go_on() {
    let workshop = interrupted();
    let original = fs::read(workshop.folder.join("train.csv")).unwrap();
    workshop.write("train.csv", "x\n1\n3\n");
    workshop.run().expect(3);
    let shown = workshop.ask("study show STUDY --json").expect(0).json();
    assert_eq!(verdict(&shown)["kind"], "invalid", "{shown}");
    let hypothesis = &shown["judgement"]["hypotheses"][0];
    assert_eq!((&hypothesis["effect"], &hypothesis["blocks"]), (&Value::Null, &json!([])), "{shown}");
    let runs = shown["evidence"]["runs"].as_array().unwrap();
    assert!(runs.iter().all(|run| run["result"].is_null() || run["result"]["scores"] == json!({})), "{shown}");
    assert!(workshop.runs().iter().all(|run| run["scores"] == json!([])));
    workshop.ask("study report STUDY").expect(0);
    workshop.write("train.csv", original);
    let reply = workshop.run().expect(0).json();
    assert_eq!(verdict(&reply)["kind"], "supported", "{reply}");
}
