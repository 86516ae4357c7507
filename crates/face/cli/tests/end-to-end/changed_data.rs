use std::fs;

use crate::processes;
use crate::workshop::{HONEST, Workshop, verdict};

#[test]
fn data_changed_since_registration_stop_the_study_until_they_are_back() {
    let workshop = Workshop::small();
    workshop.study_file();
    workshop.gosset("study register study.toml").expect(0);
    let original = fs::read(workshop.folder.join("train.csv")).unwrap();
    workshop.write("train.csv", "x\n1\n3\n");
    let answer = workshop.run().expect(3);
    answer.complains(&["train.csv", "registered blake3:", "found blake3:"]);
    let shown = workshop.ask("study show STUDY --json").expect(0).json();
    assert_eq!(verdict(&shown)["kind"], "invalid", "{shown}");
    let told = workshop.ask("study show STUDY").expect(0).text();
    let mismatch = &shown["evidence"]["mismatches"][0];
    for side in ["registered", "found"] {
        let digest = mismatch[side]["digest"].as_str().unwrap();
        let hex = digest.rsplit(':').next().unwrap();
        assert!(answer.stderr.contains(digest), "{digest} is not in {}", answer.stderr);
        assert!(told.contains(&hex[..8]), "{digest} is not in {told}");
    }
    assert!(workshop.runs().iter().all(|run| run["attempt"] == 0), "no run has begun");

    workshop.write("train.csv", original);
    let reply = workshop.run().expect(0).json();
    assert_ne!(verdict(&reply)["kind"], "invalid", "{reply}");
    let kinds = workshop.record_kinds();
    assert!(kinds.contains(&"data_mismatch".to_owned()) && kinds.contains(&"data_restored".to_owned()), "{kinds:?}");
    let told = workshop.ask("study report STUDY --form text").expect(0).text();
    assert!(told.contains("1 data mismatch"), "{told}");
    workshop.ledger_is_intact();
}

#[test]
fn a_run_during_which_the_data_changed_does_not_count() {
    let workshop = Workshop::small();
    let original = fs::read(workshop.folder.join("train.csv")).unwrap();
    // Waits for the test before it ends.
    workshop.program(&format!("{HONEST}\nwhile [ ! -e go ]; do sleep 0.01; done"));
    workshop.study_file();
    let running = workshop.command(["study", "run", "study.toml", "--slots", "1"]).spawn().unwrap();
    processes::wait_for("a run", || (!processes::of_lab(&workshop.lab()).is_empty()).then_some(()));
    // One runs, and one waits for its slot.
    let started = || workshop.record_kinds().iter().filter(|kind| *kind == "run_started").count();
    processes::wait_for("two starts", || (started() == 2).then_some(()));
    // The predictions would do.
    workshop.write("train.csv", "x\n1\n3\n");
    workshop.write("go", "");
    let answer = crate::answer::Answer::of(running.wait_with_output().unwrap()).expect(3);
    answer.complains(&["train.csv"]);
    assert!(workshop.runs().iter().all(|run| run["wall_secs"].is_null()), "nothing counts");
    let shown = workshop.ask("study show STUDY --json").expect(0).json();
    assert!(shown["evidence"]["mismatches"][0]["during"].is_string(), "{shown}");

    workshop.write("train.csv", original);
    workshop.run().expect(0);
    assert!(workshop.runs().iter().all(|run| run["outcome"] == "finished"));
    workshop.ledger_is_intact();
}
