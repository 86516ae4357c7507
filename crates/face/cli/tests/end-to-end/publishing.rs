//! Logs of evaluations as records of Every Eval Ever.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::answer::Answer;
use crate::judging::shared;
use crate::workshop::Workshop;

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shell/data/tests/fixtures/evaluation/inspect_a.json")
}

fn publish(workshop: &Workshop, log: &Path, model: &str, more: &[&str]) -> Answer {
    let log = log.to_string_lossy().into_owned();
    let mut arguments = vec!["log", "publish", &log, "--model", model, "--organization", "Example"];
    arguments.extend(["--relationship", "third-party", "--source", "example", "--output", "collection"]);
    arguments.extend(more);
    Answer::of(workshop.command(arguments).output().unwrap())
}

#[test]
fn a_log_becomes_a_record_where_the_collection_keeps_it() {
    let workshop = Workshop::small();
    let reply = publish(&workshop, &fixture(), "example/a", &["--metric", "match:max", "--samples", "--json"]);
    let reply = reply.expect(0).json();
    let written = &reply["records"][0];
    // Eight samples of four items; the standard error allows for repetitions.
    assert_eq!(written["scores"][0][1], 0.5625);
    let file = written["file"].as_str().unwrap();
    assert!(file.contains("collection/data/example/example/a/"), "{file}");
    let record: Value = serde_json::from_str(&fs::read_to_string(workshop.folder.join(file)).unwrap()).unwrap();
    assert_eq!(record["schema_version"], "0.3.0");
    assert_eq!(record["model_info"]["id"], "example/a");
    let samples = fs::read_to_string(workshop.folder.join(written["samples"].as_str().unwrap())).unwrap();
    assert_eq!(samples.lines().count(), 8);
    // Without samples there is one file.
    let reply = publish(&workshop, &fixture(), "example/b", &["--metric", "match:max", "--json"]).expect(0).json();
    assert_eq!(reply["records"][0]["samples"], Value::Null);
}

#[test]
fn what_no_record_can_be_made_of_is_refused_before_anything_is_written() {
    let workshop = Workshop::small();
    let with = |model: &str, metric: &str| publish(&workshop, &fixture(), model, &["--metric", metric]);
    with("a", "match:max").expect(2).complains(&["`a` is no model", "ORGANIZATION/NAME"]);
    with("example/..", "match:max").expect(2).complains(&["no model"]);
    with("example/a", "match").expect(2).complains(&["which way", ":max"]);
    with("example/a", "quux:max").expect(2).complains(&["no sample has the metric `quux`", "match"]);
    workshop.write("scores.csv", "a,b\n1,2\n");
    publish(&workshop, &workshop.folder.join("scores.csv"), "example/a", &["--metric", "match:max"]).expect(3);
    assert!(!workshop.folder.join("collection").exists());
}

#[test]
fn records_are_judged_like_the_logs_that_they_were_made_of() {
    let Some(folder) = shared("evallogs/inspect_paired") else { return };
    let workshop = Workshop::small();
    let found = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let mut logs: Vec<PathBuf> = found.filter(|path| path.extension().is_some_and(|ending| ending == "eval")).collect();
    logs.sort_unstable();
    let logs: [PathBuf; 2] = logs.try_into().unwrap();
    let judge = |files: &[String; 2], baseline: &str| {
        let mut arguments = vec!["judge", &files[0], &files[1], "--accept", "task", "--cluster", "none", "--json"];
        arguments.extend(["--metric", "match:max", "--baseline", baseline]);
        let reply = Answer::of(workshop.command(arguments).output().unwrap()).expect(0).json();
        reply["judgement"]["comparisons"][0]["effect"].clone()
    };
    let records = [("a", &logs[0]), ("b", &logs[1])].map(|(name, log)| {
        let more = ["--metric", "match:max", "--samples", "--json"];
        let reply = publish(&workshop, log, &format!("example/{name}"), &more).expect(0).json();
        reply["records"][0]["file"].as_str().unwrap().to_owned()
    });
    let methods = |files: &[String; 2]| {
        let mut arguments = vec!["judge", &files[0], &files[1], "--accept", "task", "--metric", "match:max", "--json"];
        arguments.extend(["--cluster", "none"]);
        Answer::of(workshop.command(arguments).output().unwrap()).expect(1).json()["methods"].clone()
    };
    let originals = logs.map(|log| log.display().to_string());
    let (of_logs, of_records) = (methods(&originals), methods(&records));
    let expected = judge(&originals, of_logs[0].as_str().unwrap());
    let found = judge(&records, of_records[0].as_str().unwrap());
    for key in ["n", "estimate", "se"] {
        assert_eq!(found[key], expected[key], "{key}");
    }
}
