use std::fs;

use crate::workshop::{Workshop, verdict};

#[test]
fn a_study_goes_from_its_file_to_a_supported_claim() {
    let workshop = Workshop::new(1..=8);
    let reply = workshop.run().expect(0).json();
    assert_eq!(verdict(&reply)["kind"], "supported", "{reply}");
    assert_eq!((reply["runs_ended"].as_u64(), reply["runs_planned"].as_u64()), (Some(16), Some(16)));
    // Worked out by hand: the difference of seed s is 5 + s mod 3 examples of
    // 20; over seeds 1 to 8 that is (6+7+5+6+7+5+6+7) / 8 / 20.
    let estimate = reply["judgement"]["hypotheses"][0]["effect"]["estimate"].as_f64().unwrap();
    assert!((estimate - 49.0 / 160.0).abs() < 1e-12, "{estimate}");
    for run in workshop.runs() {
        let seed = run["seed"].as_u64().unwrap();
        let boost = if run["arm"] == "baseline" { 0 } else { 5 + seed % 3 };
        let expected = (8 + seed % 4 + boost) as f64 / 20.0;
        assert_eq!(run["scores"][0][1].as_f64(), Some(expected), "{run}");
    }
    workshop.ledger_is_intact();
    let left = fs::read_dir(workshop.lab().join("runs").join("boost")).map(Iterator::count).unwrap_or(0);
    assert_eq!(left, 0, "what is kept elsewhere is cleared from the folders of runs");
}

#[test]
fn running_a_finished_study_again_does_nothing() {
    let workshop = Workshop::new(1..=8);
    let first = workshop.run().expect(0);
    let report = first.json()["report"].as_str().unwrap().to_owned();
    let (page, records) = (fs::read(&report).unwrap(), workshop.record_kinds());
    let second = workshop.run().expect(0);
    assert_eq!(second.stdout, first.stdout);
    assert_eq!(fs::read(&report).unwrap(), page);
    assert_eq!(workshop.record_kinds(), records);
    for form in ["html", "markdown", "text"] {
        let line = format!("study report STUDY --form {form}");
        let told = workshop.ask(&line).expect(0);
        assert!(!told.stdout.is_empty());
        assert_eq!(workshop.ask(&line).expect(0).stdout, told.stdout);
    }
}

#[test]
fn the_table_of_a_study_is_judged_like_the_study() {
    let workshop = Workshop::new(1..=8);
    let study = workshop.run().expect(0).json();
    assert!(workshop.ask("run table STUDY --output runs.csv").expect(0).text().contains("(16 runs)"));
    let table = fs::read_to_string(workshop.folder.join("runs.csv")).unwrap();
    assert_eq!(workshop.ask("run table STUDY").expect(0).text(), table);
    assert_eq!(
        table.lines().next(),
        Some("id,arm,dataset,seed,state,config.boost,config.width,quality,wall_secs,cpu_secs,peak_memory_bytes")
    );
    let line = "judge runs.csv --method arm --seed seed --metric quality:max --baseline baseline --json";
    let judged = workshop.gosset(line).expect(0).json();
    let (found, expected) = (&judged["judgement"]["comparisons"][0], &study["judgement"]["hypotheses"][0]);
    for key in ["n", "estimate", "se", "p_support"] {
        assert_eq!(found["effect"][key], expected["effect"][key], "{key}");
    }
    assert_eq!(found["verdict"]["kind"], "supported");
}

#[test]
fn one_slot_and_four_slots_find_the_same() {
    let check = |slots: u32| {
        let workshop = Workshop::new(1..=8);
        workshop.study_file();
        workshop.gosset(&format!("study run study.toml --slots {slots}")).expect(0);
        workshop.findings()
    };
    assert_eq!(check(1), check(4));
}

#[test]
fn every_command_that_only_looks_succeeds() {
    let workshop = Workshop::small();
    workshop
        .program(&format!("{}\necho '{{\"step\": 1, \"loss\": 0.5}}' >> \"$GOSSET_METRICS\"", crate::workshop::HONEST));
    workshop.run().expect(0);
    let id = workshop.runs()[0]["id"].as_str().unwrap().to_owned();
    for line in [
        "study check study.toml",
        "study show STUDY",
        "study list",
        "study schema",
        "run list STUDY",
        "run table STUDY",
        &format!("run show STUDY {id}"),
        &format!("run series STUDY {id} loss"),
        "ledger verify",
        "ledger list STUDY",
        "metric list",
        "doctor",
    ] {
        assert!(!workshop.ask(line).expect(0).stdout.is_empty(), "{line}");
        workshop.ask(&format!("{line} --json")).expect(0).json();
    }
    for line in ["completion bash", "reference --list", "--help", "--version"] {
        assert!(!workshop.ask(line).expect(0).stdout.is_empty(), "{line}");
    }
    workshop.ask("study show nothing").expect(3).complains(&["nothing", "boost"]);
    workshop.ask("no such command").expect(2);
}
