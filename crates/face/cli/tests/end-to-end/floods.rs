use std::fs;
use std::time::{Duration, Instant};

use crate::processes;
use crate::workshop::{HONEST, Workshop};

/// A study of which one run does `script` besides.
fn one_run_does(script: &str) -> Workshop {
    let workshop = Workshop::small();
    workshop.program(&format!("{HONEST}\nif [ \"$GOSSET_ARM$GOSSET_SEED\" = boost=11 ]; then\n{script}\nfi"));
    workshop
}

/// What `run show` says of that run, which must have finished.
fn shown(workshop: &Workshop) -> serde_json::Value {
    workshop.run().expect(0);
    let runs = workshop.runs();
    let run = runs.iter().find(|run| run["arm"] == "boost=1" && run["seed"] == 1).unwrap();
    assert_eq!(run["outcome"], "finished");
    workshop.ask(&format!("run show STUDY {} --json", run["id"].as_str().unwrap())).expect(0).json()
}

#[test]
fn ten_gigabytes_of_output_are_cut_in_the_middle() {
    let begun = Instant::now();
    let mut workshop = one_run_does("yes | head -c 10000000000\necho the end");
    // It takes some ten seconds, and a minute on a machine that is busy otherwise.
    workshop.study.timeout_secs = 600.0;
    let run = shown(&workshop);
    let exit = &run["run"]["result"]["exit"];
    assert_eq!(exit["stdout"]["bytes_seen"], 10_000_000_008_u64, "{exit}");
    let limit = 16 << 20;
    assert_eq!(exit["stdout"]["bytes_kept"], limit, "{exit}");
    let notes = run["run"]["result"]["notes"].to_string();
    assert!(notes.contains("bytes of standard output were dropped from the middle"), "{notes}");
    let kept = fs::read(
        run["files"].as_array().unwrap().iter().find(|file| file[0] == "stdout").unwrap()[1].as_str().unwrap(),
    )
    .unwrap();
    assert!(kept.len() < limit + 100 && kept.starts_with(b"y\ny\n") && kept.ends_with(b"the end\n"));
    assert!(begun.elapsed() < Duration::from_secs(600), "{:?}", begun.elapsed());
}

#[test]
fn processes_that_outlive_their_program_are_ended_and_noted() {
    let workshop = one_run_does("sleep 300 &\nsetsid sleep 300 &\n(setsid sh -c 'sleep 300; true' &)");
    let run = shown(&workshop);
    let strays = run["run"]["result"]["exit"]["stray_processes"].as_u64().unwrap();
    // Whether the inner shell is there besides its `sleep` is the shell's choice.
    assert!((3..=4).contains(&strays), "{run}");
    assert!(run["run"]["result"]["notes"].to_string().contains("processes outlived the program"), "{run}");
    assert_eq!(processes::of_lab(&workshop.lab()), []);
}

#[test]
fn a_million_metric_lines_are_taken_in_and_thinned_without_losing_a_spike() {
    let begun = Instant::now();
    let workshop = one_run_does(
        r#"awk 'BEGIN { for (i = 0; i < 1000000; i++) {
             value = i == 123456 ? 1000 : i == 654321 ? -1000 : i % 10
             printf "{\"step\": %d, \"loss\": %d}\n", i, value
           } }' >> "$GOSSET_METRICS""#,
    );
    let run = shown(&workshop);
    assert_eq!(run["run"]["result"]["logged_points"]["loss"], 1_000_000, "{run}");
    let id = run["run"]["planned"]["id"].as_str().unwrap();
    let series = workshop.ask(&format!("run series STUDY {id} loss --json")).expect(0).json();
    assert_eq!(series["points_logged"], 1_000_000);
    let points = series["points"].as_array().unwrap();
    assert!(points.len() <= 1002, "{}", points.len());
    assert!(points.contains(&serde_json::json!([123_456, 1000.0])));
    assert!(points.contains(&serde_json::json!([654_321, -1000.0])));
    assert!(begun.elapsed() < Duration::from_secs(120), "{:?}", begun.elapsed());
}
