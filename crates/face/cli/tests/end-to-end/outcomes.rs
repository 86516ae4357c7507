use std::process::Command;
use std::time::{Duration, Instant};

use crate::processes;
use crate::root::cannot;
use crate::workshop::{HONEST, Workshop};

/// The metric of a study of numbers.
const ERROR: &str = "direction = \"minimize\"\nunit = \"of error\"\nscore = \"root_mean_squared_error\"";

/// A study whose candidate does `script` and whose baseline is honest.
fn candidate(script: &str) -> Workshop {
    let workshop = Workshop::small();
    workshop.program(&format!("{HONEST}\nif [ \"$GOSSET_ARM\" != baseline ]; then\n{script}\nfi"));
    workshop
}

/// Runs the study and expects every run of the candidate to have come to
/// `outcome`, and every run of the baseline to have finished.
#[track_caller]
fn comes_to(workshop: &Workshop, outcome: &str) {
    workshop.run().expect(0);
    assert_eq!(workshop.outcomes("baseline"), ["finished", "finished"]);
    for found in workshop.outcomes("boost=1") {
        assert!(found.contains(outcome), "`{outcome}` is not in `{found}`");
    }
    workshop.ledger_is_intact();
}

#[test]
fn a_crash_is_told_by_its_exit_code() {
    let workshop = candidate("exit 3");
    comes_to(&workshop, "crashed with exit code 3");
    // In a table, too: without a score, and read as a run that did not finish.
    let table = workshop.ask("run table STUDY").expect(0).text();
    assert_eq!(table.lines().filter(|line| line.contains(",crashed,")).count(), 2, "{table}");
    workshop.write("runs.csv", table);
    let judged = workshop
        .gosset("judge runs.csv --method arm --seed seed --metric quality:max --baseline baseline")
        .expect(0)
        .text();
    assert!(judged.contains("2 of 4 scores are missing"), "{judged}");
}

#[test]
fn a_fault_of_its_own_is_told_by_its_signal() {
    comes_to(&candidate("kill -SEGV $$"), "killed by signal 11");
}

#[test]
fn a_run_out_of_time_is_ended_with_all_its_processes() {
    let mut workshop = candidate("trap '' TERM\nsetsid sleep 300 &\nsleep 300 &\nwhile :; do sleep 300; done");
    workshop.study.timeout_secs = 0.5;
    workshop.study.program = "grace_secs = 0.2".into();
    let begun = Instant::now();
    comes_to(&workshop, "timed out after 0.5 s");
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    assert_eq!(processes::of_lab(&workshop.lab()), []);
}

#[test]
fn a_run_beyond_its_memory_is_ended() {
    let grow = |program: &str, script: &str| {
        let is_there = Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success());
        is_there.then(|| format!("{program} {script}"))
    };
    let python = "-c 'import time\nheld = []\nwhile True: held.append(bytearray(10_000_000)); time.sleep(0.005)'";
    let perl = "-e 'while (1) { push @held, \"x\" x 10_000_000; select(undef, undef, undef, 0.005) }'";
    let Some(script) = grow("perl", perl).or_else(|| grow("python3", python)) else {
        return cannot("there is neither perl nor python3 to fill the memory");
    };
    let mut workshop = candidate(&script);
    workshop.study.program = "memory_limit_bytes = 200_000_000".into();
    comes_to(&workshop, "out of memory: more than 200000000 bytes");
}

#[test]
fn a_prediction_that_is_no_number_is_a_divergence() {
    let mut workshop = Workshop::small();
    workshop.study.metric = ERROR.into();
    workshop.program(
        "{ echo id,prediction; i=1; while [ $i -le 20 ]; do echo \"e$i,0.$GOSSET_SEED\"; i=$((i + 1)); done; } > all.$$
         [ $GOSSET_ARM = baseline ] || sed 's/^e7,.*/e7,nan/' all.$$ > all.$$.nan
         mv all.$$.nan \"$GOSSET_RUN_DIR/predictions.csv\" 2> /dev/null || mv all.$$ \"$GOSSET_RUN_DIR/predictions.csv\"",
    );
    comes_to(&workshop, "diverged: `quality` is");
}

#[test]
fn a_logged_value_that_is_no_number_is_a_divergence() {
    let mut workshop = Workshop::small();
    workshop.study.metric = "direction = \"minimize\"\nunit = \"nats\"\nlogged = \"loss\"\nreduction = \"last\"\ntrust = \"the test wrote the program\"".into();
    workshop.program(
        "value=0.$GOSSET_SEED
         echo \"{\\\"step\\\": 1, \\\"loss\\\": $value}\" >> \"$GOSSET_METRICS\"
         [ $GOSSET_ARM = baseline ] || echo '{\"step\": 2, \"loss\": NaN}' >> \"$GOSSET_METRICS\"
         echo \"{\\\"step\\\": 3, \\\"loss\\\": $value}\" >> \"$GOSSET_METRICS\"",
    );
    comes_to(&workshop, "diverged: `quality` is NaN");
}

#[test]
fn what_cannot_be_scored_is_told_by_its_reason() {
    let file = "\"$GOSSET_RUN_DIR/predictions.csv\"";
    let check = |script: &str, reasons: &[&str]| {
        let workshop = candidate(&script.replace("FILE", file));
        comes_to(&workshop, "unscorable: ");
        let outcome = workshop.outcomes("boost=1").remove(0);
        for reason in reasons {
            assert!(outcome.contains(reason), "`{reason}`: {outcome}");
        }
        assert!(!outcome.contains(".gosset"), "where the lab lies is nobody's business: {outcome}");
    };
    check("rm FILE", &["left no predictions file `predictions.csv`"]);
    check("head -c 100000 /dev/urandom > FILE", &["predictions.csv"]);
    check(": > FILE", &["predictions.csv"]);
    check("sed -i /e7,/d FILE", &["1 of 20 examples have no prediction", "`e7`"]);
    check("echo e7,1 >> FILE", &["row 21", "`e7` is predicted twice"]);
    check("echo e99,1 >> FILE", &["row 21", "`e99` is not in the data set"]);
    check("rm FILE; mkdir FILE", &["predictions.csv"]);
    check("rm FILE; mkfifo FILE", &["predictions.csv"]);
}

#[test]
fn half_a_line_of_json_predictions_cannot_be_scored() {
    let mut workshop = Workshop::small();
    workshop.study.metric.push_str("\npredictions = \"predictions.jsonl\"");
    workshop.program(
        "i=1
         while [ $i -le 20 ]; do printf '{\"id\": \"e%d\", \"prediction\": \"%d\"}\\n' $i $((i % (1 + GOSSET_SEED))); i=$((i + 1)); done > \"$GOSSET_RUN_DIR/predictions.jsonl\"
         [ $GOSSET_ARM = baseline ] || printf '{\"id\": \"e21\", \"predic' >> \"$GOSSET_RUN_DIR/predictions.jsonl\"",
    );
    comes_to(&workshop, "unscorable: ");
    assert!(workshop.outcomes("boost=1")[0].contains("predictions.jsonl"), "{:?}", workshop.outcomes("boost=1"));
}

#[test]
fn a_spoilt_metric_log_costs_notes_and_not_the_run() {
    let workshop = candidate(
        "echo '{\"step\": 1, \"loss\": 0.5}' >> \"$GOSSET_METRICS\"
         head -c 1000 /dev/urandom >> \"$GOSSET_METRICS\"
         printf '\\n{\"step\": 2, \"loss\": 0.25}\\n{\"step\": 3, \"lo' >> \"$GOSSET_METRICS\"",
    );
    comes_to(&workshop, "finished");
    let run = &workshop.first_run("boost=1")["run"]["result"];
    assert_eq!(run["logged_points"]["loss"], 2, "{run}");
    assert!(!run["notes"].as_array().unwrap().is_empty(), "{run}");
    assert!(run["artifacts"]["metrics.jsonl"].is_string(), "the spoilt log is kept: {run}");
}

#[test]
fn a_metric_logged_twice_at_a_step_is_kept_twice_and_noted() {
    let workshop = candidate(
        "for value in 0.5 0.25; do echo \"{\\\"step\\\": 1, \\\"loss\\\": $value}\" >> \"$GOSSET_METRICS\"; done",
    );
    comes_to(&workshop, "finished");
    let run = &workshop.first_run("boost=1")["run"];
    assert_eq!(run["result"]["logged_points"]["loss"], 2, "{run}");
    assert!(run["result"]["notes"].to_string().contains("loss"), "{run}");
    let id = run["planned"]["id"].as_str().unwrap();
    let series = workshop.ask(&format!("run series STUDY {id} loss --json")).expect(0).json();
    assert_eq!(series["points"], serde_json::json!([[1, 0.5], [1, 0.25]]));
}

#[test]
fn a_program_that_does_not_exist_stops_the_study_and_counts_nothing() {
    let mut workshop = Workshop::small();
    workshop.study.command = r#"["./later.sh"]"#.into();
    let answer = workshop.run().expect(3);
    answer.complains(&["cannot be started", "later.sh"]);
    assert!(workshop.runs().iter().all(|run| run["wall_secs"].is_null()), "nothing counts");
    workshop.write("later.sh", format!("#!/bin/sh\n{HONEST}"));
    workshop.run().expect(3).complains(&["permission denied", "later.sh"]);
    Command::new("chmod").args(["+x", "later.sh"]).current_dir(&workshop.folder).status().unwrap();
    workshop.run().expect(0);
    assert_eq!(workshop.outcomes("boost=1"), ["finished", "finished"]);
    workshop.ledger_is_intact();
}

#[test]
fn a_build_that_fails_stops_the_study_and_shows_the_end_of_its_output() {
    let mut workshop = Workshop::small();
    workshop.study.program =
        r#"build = ["sh", "-c", "for i in $(seq 100); do echo line $i; done; echo no such header >&2; exit 7"]"#.into();
    let answer = workshop.run().expect(3);
    answer.complains(&["the build step failed", "exit status: 7", "line 99", "no such header"]);
    assert!(!answer.stderr.contains("line 50"), "only the end: {}", answer.stderr);
    assert!(workshop.runs().iter().all(|run| run["attempt"] == 0));
}
