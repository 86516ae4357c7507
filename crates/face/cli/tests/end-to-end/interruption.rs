use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::answer::Answer;
use crate::processes::{self, Belonging};
use crate::workshop::{HONEST, Workshop};

/// Whether a program of the study runs.
fn has_program(workshop: &Workshop) -> bool {
    processes::of_lab(&workshop.lab()).iter().any(|found| matches!(found, Belonging::Program(_)))
}

/// A study of 16 runs, the first of which do not end while `wait` is there.
fn hanging() -> Workshop {
    let mut workshop = Workshop::new(1..=8);
    workshop.study.program = "grace_secs = 1.0".into();
    workshop.program(&format!("while [ -e wait ]; do sleep 0.01; done\n{HONEST}"));
    workshop
}

#[test]
fn an_interrupted_study_ends_in_time_and_goes_on_as_if_nothing_had_been() {
    let undisturbed = hanging();
    undisturbed.run().expect(0);
    for signal in [Signal::INT, Signal::TERM] {
        let workshop = hanging();
        workshop.write("wait", "");
        let running = workshop.start();
        processes::wait_for("a run", || (!processes::of_lab(&workshop.lab()).is_empty()).then_some(()));
        let asked = Instant::now();
        processes::signal(running.id() as i32, signal);
        let answer = Answer::of(running.wait_with_output().unwrap()).expect(1);
        // A second of grace, and much for a slow machine.
        assert!(asked.elapsed() < Duration::from_secs(20), "{:?}", asked.elapsed());
        assert_eq!(answer.json()["stopped"], "stopped by request");
        assert_eq!(processes::of_lab(&workshop.lab()), []);
        assert!(workshop.runs().iter().all(|run| run["wall_secs"].is_null()));
        std::fs::remove_file(workshop.folder.join("wait")).unwrap();
        workshop.run().expect(0);
        assert_eq!(workshop.findings(), undisturbed.findings());
        workshop.ledger_is_intact();
    }
}

#[test]
fn an_interruption_at_any_moment_ends_in_time() {
    for pause_ms in (0..600).step_by(30) {
        let workshop = hanging();
        workshop.write("wait", "");
        let running = workshop.start();
        std::thread::sleep(Duration::from_millis(pause_ms));
        let asked = Instant::now();
        processes::signal(running.id() as i32, Signal::INT);
        let answer = Answer::of(running.wait_with_output().unwrap());
        // Before it listens, the signal ends it, and there is no run yet.
        assert!(matches!(answer.code, Some(1) | None), "{answer:?}");
        assert!(asked.elapsed() < Duration::from_secs(20), "after {pause_ms} ms: {:?}", asked.elapsed());
        assert_eq!(processes::of_lab(&workshop.lab()), []);
    }
}

#[test]
fn runs_that_outlive_a_killed_gosset_are_taken_up() {
    let workshop = hanging();
    workshop.write("wait", "");
    let mut running = workshop.start();
    processes::wait_for("a run", || (!processes::of_lab(&workshop.lab()).is_empty()).then_some(()));
    running.kill().unwrap();
    running.wait().unwrap();
    assert!(!processes::of_lab(&workshop.lab()).is_empty(), "runs go on");
    std::fs::remove_file(workshop.folder.join("wait")).unwrap();
    workshop.run().expect(0);
    assert!(workshop.runs().iter().all(|run| run["outcome"] == "finished"));
    workshop.ledger_is_intact();
}

#[test]
fn a_second_interruption_ends_gosset_at_once_and_leaves_the_runs_to_the_next() {
    let mut workshop = hanging();
    workshop.study.program = "grace_secs = 300.0".into();
    workshop.program(&format!("trap '' TERM\n: > trapped\nwhile [ -e wait ]; do sleep 0.01; done\n{HONEST}"));
    workshop.write("wait", "");
    let mut running = workshop.start();
    processes::wait_for("a deaf program", || workshop.folder.join("trapped").exists().then_some(()));
    let code = processes::wait_for("the end of gosset", || {
        processes::signal(running.id() as i32, Signal::INT);
        running.try_wait().unwrap()
    });
    assert_eq!(code.code(), Some(130));
    assert!(has_program(&workshop), "runs go on");
    std::fs::remove_file(workshop.folder.join("wait")).unwrap();
    workshop.run().expect(0);
    assert!(workshop.runs().iter().all(|run| run["outcome"] == "finished"));
    workshop.ledger_is_intact();
}

#[test]
fn runs_that_were_taken_up_can_be_interrupted() {
    let workshop = hanging();
    workshop.write("wait", "");
    let mut first = workshop.start();
    processes::wait_for("a program", || has_program(&workshop).then_some(()));
    first.kill().unwrap();
    first.wait().unwrap();
    let second = workshop.start();
    let sessions = || workshop.record_kinds().iter().filter(|kind| *kind == "session_started").count();
    processes::wait_for("the second session", || (sessions() == 2).then_some(()));
    processes::signal(second.id() as i32, Signal::INT);
    Answer::of(second.wait_with_output().unwrap()).expect(1);
    assert_eq!(processes::of_lab(&workshop.lab()), []);
}
