use std::collections::BTreeMap;

use gosset_model::{Exit, Name, Outcome};
use gosset_science::{Fate, Scored, fate};

fn check(exit: &Exit, expected: &Fate) {
    let found = fate(exit, || panic!("only a program that ends well is scored"));
    assert_eq!(&found, expected);
}

fn counts(outcome: Outcome) -> Fate {
    Fate::Counts { outcome, scores: BTreeMap::new() }
}

#[test]
fn a_programs_own_faults_count_against_its_arm() {
    check(&Exit::Code { code: 3 }, &counts(Outcome::Crashed { code: 3 }));
    check(&Exit::Signal { signal: 11 }, &counts(Outcome::Killed { signal: 11 }));
    check(&Exit::TimedOut { limit_secs: 2.0 }, &counts(Outcome::TimedOut { limit_secs: 2.0 }));
    check(&Exit::OutOfMemory { limit_bytes: Some(7) }, &counts(Outcome::OutOfMemory { limit_bytes: Some(7) }));
}

#[test]
fn a_kill_from_outside_is_the_machines_failure_through_a_shell_too() {
    for (signal, code) in [(9, 137), (15, 143)] {
        let lost = Fate::Lost { reason: format!("killed by signal {signal} from outside"), interrupted: false };
        check(&Exit::Signal { signal }, &lost);
        check(&Exit::Code { code }, &lost);
    }
    check(&Exit::Interrupted, &Fate::Lost { reason: "interrupted by request".to_owned(), interrupted: true });
}

#[test]
fn a_program_that_is_not_there_stops_the_study() {
    let reason = "no such file".to_owned();
    check(&Exit::NotStarted { reason: reason.clone() }, &Fate::CannotStart { reason });
}

#[test]
fn a_value_that_is_not_finite_is_divergence_and_no_score() {
    let name = |text: &str| Name::new(text).unwrap();
    let values = BTreeMap::from([(name("accuracy"), 0.5), (name("loss"), f64::NAN)]);
    let found = fate(&Exit::Code { code: 0 }, || Scored::Values(values));
    let expected = Fate::Counts {
        outcome: Outcome::Diverged { metric: name("loss"), value: "NaN".to_owned() },
        scores: BTreeMap::from([(name("accuracy"), 0.5)]),
    };
    assert_eq!(found, expected);
}
