use std::fs;

use crate::answer::Answer;
use crate::processes;
use crate::workshop::{HONEST, Workshop};

#[test]
fn a_second_gosset_on_a_study_is_told_of_the_first() {
    let workshop = Workshop::small();
    workshop.write("wait", "");
    workshop.program(&format!("while [ -e wait ]; do sleep 0.01; done\n{HONEST}"));
    let first = workshop.start();
    processes::wait_for("a run", || (!processes::of_lab(&workshop.lab()).is_empty()).then_some(()));
    workshop.run().expect(4).complains(&["study `boost` is being run by process", &first.id().to_string()]);
    fs::remove_file(workshop.folder.join("wait")).unwrap();
    Answer::of(first.wait_with_output().unwrap()).expect(0);
    workshop.ledger_is_intact();
}

#[test]
fn many_that_start_a_study_at_the_same_moment_carry_it_out_once() {
    let workshop = Workshop::small();
    workshop.study_file();
    let started: Vec<_> =
        (0..6).map(|_| workshop.command(["study", "run", "study.toml", "--json"]).spawn().unwrap()).collect();
    let mut done = 0;
    for child in started {
        let answer = Answer::of(child.wait_with_output().unwrap());
        match answer.code {
            Some(0) => done += 1,
            _ => answer.expect(4).complains(&["is being run by process"]),
        }
    }
    assert!(done > 0);
    workshop.ledger_is_intact();
    let kinds = workshop.record_kinds();
    let count = |wanted: &str| kinds.iter().filter(|kind| *kind == wanted).count();
    assert_eq!(
        (count("registered"), count("run_started"), count("run_finished"), count("judged")),
        (1, 4, 4, 1),
        "{kinds:?}"
    );
}

#[test]
fn two_studies_in_one_lab_run_side_by_side() {
    let mut workshop = Workshop::new(1..=8);
    let mut started = Vec::new();
    for name in ["one", "other"] {
        workshop.study.name = name.into();
        fs::rename(workshop.study_file(), workshop.folder.join(format!("{name}.toml"))).unwrap();
    }
    for file in ["one.toml", "other.toml"] {
        started.push(workshop.command(["study", "run", file, "--json"]).spawn().unwrap());
    }
    for child in started {
        Answer::of(child.wait_with_output().unwrap()).expect(0);
    }
    let found = ["one", "other"].map(|name| {
        workshop.study.name = name.into();
        let scores: Vec<_> = workshop.runs().iter().map(|run| run["scores"].clone()).collect();
        assert_eq!(scores.len(), 16);
        scores
    });
    assert_eq!(found[0], found[1], "the seeds are the same, and so the scores");
    workshop.ledger_is_intact();
}
