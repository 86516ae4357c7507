use std::time::Duration;

use serde_json::Value;

use crate::workshop::Workshop;

/// The ladder of the scenario: ten arms with eight seeds, of which two arms are
/// held out.
fn ladder() -> Workshop {
    let mut workshop = Workshop::new([]);
    workshop.study.name = "ladder".to_owned();
    workshop.write("train.sh", include_str!("../../../../../scenarios/climb-ladders.in/train.sh"));
    workshop.write("ladder.toml", include_str!("../../../../../scenarios/climb-ladders.in/ladder.toml"));
    workshop
}

/// Expects that the one prediction comes after all 64 runs on lower rungs have
/// ended, and before any of the 16 on the largest has started.
#[track_caller]
fn is_foreseen_in_time(workshop: &Workshop) {
    let listed = workshop.ask("ledger list STUDY --json").expect(0).json();
    let events: Vec<&Value> = listed["records"].as_array().unwrap().iter().map(|record| &record["event"]).collect();
    let held_out: Vec<Value> = workshop
        .runs()
        .iter()
        .filter(|run| run["arm"].as_str().unwrap().contains("width=256"))
        .map(|run| run["id"].clone())
        .collect();
    assert_eq!(held_out.len(), 16);
    let places: Vec<usize> = (0..events.len()).filter(|place| events[*place]["kind"] == "predicted").collect();
    let [predicted] = places[..] else { panic!("{places:?}") };
    let is_held_out = |event: &Value| held_out.contains(&event["run"]);
    let (before, after) = events.split_at(predicted);
    let ended = before.iter().filter(|event| event["kind"] == "run_finished").count();
    assert_eq!(ended, 64);
    assert!(!before.iter().any(|event| is_held_out(event)));
    let started: Vec<&&Value> = after.iter().filter(|event| event["kind"] == "run_started").collect();
    assert!(started.len() >= 16 && started.iter().all(|event| is_held_out(event)));
    workshop.ledger_is_intact();
}

fn scored(reply: &Value) -> Value {
    reply["judgement"]["scaling"]["predictions"].clone()
}

#[test]
fn what_is_foreseen_does_not_hang_on_slots_and_kills() {
    let undisturbed = ladder();
    let expected = scored(&undisturbed.gosset("study run ladder.toml --json --slots 1").expect(0).json());
    assert_eq!(expected.as_array().map(Vec::len), Some(2), "{expected}");
    is_foreseen_in_time(&undisturbed);
    let wide = ladder();
    assert_eq!(scored(&wide.gosset("study run ladder.toml --json --slots 4").expect(0).json()), expected);
    is_foreseen_in_time(&wide);
    let killed = ladder();
    for pause_ms in [300, 600, 900, 1200] {
        let mut running = killed.command(["study", "run", "ladder.toml", "--json", "--slots", "2"]).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(pause_ms));
        running.kill().unwrap();
        running.wait().unwrap();
    }
    assert_eq!(scored(&killed.gosset("study run ladder.toml --json").expect(0).json()), expected);
    is_foreseen_in_time(&killed);
}
