//! Many runs on few slots.

use std::collections::BTreeMap;

use gosset_exec::local::{Failure, Need, Outcome, Pool, Slots, Ticket, TooMuch};
use gosset_exec::supervise::Exit;

use super::support::{Case, supervisor};

const ONE_CPU: Need = Need { cpus: 1, gpus: 0 };

fn pool(cpus: u32, gpus: &[&str]) -> Pool {
    Pool::new(supervisor(), Slots { cpus, gpus: gpus.iter().map(|&gpu| gpu.to_owned()).collect() })
}

fn outcomes(pool: &Pool) -> BTreeMap<Ticket, Outcome> {
    std::iter::from_fn(|| pool.next_finished()).map(|outcome| (outcome.ticket, outcome)).collect()
}

fn exit(outcome: &Outcome) -> &Exit {
    &outcome.result.as_ref().unwrap().record.exit
}

#[test]
fn never_more_runs_at_once_than_there_are_slots() {
    let shared = tempfile::tempdir().unwrap();
    // Each takes one of two places that only one can have, or fails.
    let script = format!(
        "cd '{}'; for place in a b; do if mkdir $place 2>/dev/null; then sleep 0.01; rmdir $place; exit 0; fi; done; exit 9",
        shared.path().display()
    );
    let cases: Vec<Case> = (0..24).map(|_| Case::script(&script)).collect();
    let pool = pool(2, &[]);
    for case in &cases {
        pool.submit(case.job.clone(), ONE_CPU).unwrap();
    }
    let outcomes = outcomes(&pool);
    assert_eq!(outcomes.len(), 24);
    assert!(outcomes.values().all(|outcome| *exit(outcome) == Exit::Code(0)));
    assert!(pool.next_finished().is_none());
}

#[test]
fn each_run_sees_the_gpus_that_it_holds() {
    let pool = pool(8, &["GPU-a", "GPU-b", "GPU-c"]);
    // They wait for each other, so that all hold their GPUs at the same time.
    let shared = tempfile::tempdir().unwrap();
    let script = format!(
        "echo > '{0}'/$$; until [ $(ls '{0}' | wc -l) = 3 ]; do sleep 0.01; done; echo \"[$CUDA_VISIBLE_DEVICES]\"",
        shared.path().display()
    );
    let cases: Vec<Case> = (0..3).map(|_| Case::script(&script)).collect();
    for (mut job, gpus) in cases.iter().map(|case| case.job.clone()).zip([2, 0, 1]) {
        job.env.push(("CUDA_VISIBLE_DEVICES".into(), "7".into()));
        pool.submit(job, Need { cpus: 1, gpus }).unwrap();
    }
    outcomes(&pool);
    let seen: Vec<String> = cases.iter().map(|case| case.text("stdout")).collect();
    assert_eq!(seen, ["[GPU-a,GPU-b]\n", "[]\n", "[GPU-c]\n"]);
}

#[test]
fn runs_start_in_the_order_in_which_they_came() {
    let shared = tempfile::tempdir().unwrap();
    let log = shared.path().join("log");
    let pool = pool(2, &[]);
    let cases: Vec<Case> =
        (0..6).map(|number| Case::script(&format!("echo {number} >> '{}'", log.display()))).collect();
    for case in &cases {
        // One that needs everything is not overtaken.
        pool.submit(case.job.clone(), Need { cpus: 2, gpus: 0 }).unwrap();
    }
    outcomes(&pool);
    assert_eq!(std::fs::read_to_string(log).unwrap(), "0\n1\n2\n3\n4\n5\n");
}

#[test]
fn what_could_never_run_is_refused() {
    let case = Case::script("true");
    let need = Need { cpus: 3, gpus: 0 };
    assert_eq!(pool(2, &[]).submit(case.job, need), Err(TooMuch { need, cpus: 2, gpus: 0 }));
}

#[test]
fn every_job_has_an_outcome_also_when_all_are_stopped() {
    let cases: Vec<Case> = (0..6).map(|_| Case::script("echo up > up; exec sleep 1000")).collect();
    let pool = pool(2, &[]);
    for case in &cases {
        pool.submit(case.job.clone(), ONE_CPU).unwrap();
    }
    cases[0].wait_for("up");
    pool.stop_all();
    let outcomes = outcomes(&pool);
    assert_eq!(outcomes.len(), 6);
    assert_eq!(*exit(&outcomes[&Ticket(0)]), Exit::Interrupted);
    for outcome in outcomes.values().skip(2) {
        assert!(matches!(outcome.result, Err(Failure::Withdrawn)));
    }
    // The second may have been stopped before or after it began.
    match &outcomes[&Ticket(1)].result {
        Ok(finished) => assert_eq!(finished.record.exit, Exit::Interrupted),
        Err(failure) => assert!(matches!(failure, Failure::Withdrawn), "{failure:?}"),
    }
}

#[test]
fn a_job_that_cannot_start_frees_its_slot() {
    let broken = Case::script("true").limited(|order| order.run_dir = "/no/such/run".into());
    let good = Case::script("exit 1");
    let pool = pool(1, &[]);
    pool.submit(broken.job, ONE_CPU).unwrap();
    pool.submit(good.job, ONE_CPU).unwrap();
    let outcomes = outcomes(&pool);
    assert!(matches!(outcomes[&Ticket(0)].result, Err(Failure::NotStarted(_))));
    assert_eq!(*exit(&outcomes[&Ticket(1)]), Exit::Code(1));
}

#[test]
fn an_adopted_run_keeps_the_slots_that_it_holds() {
    let first = Case::script("echo up > up; until [ -e go ]; do sleep 0.01; done");
    let earlier = pool(1, &["0"]);
    earlier.submit(first.job.clone(), Need { cpus: 1, gpus: 1 }).unwrap();
    first.wait_for("up");

    let later = pool(2, &["0"]);
    let adopted = later.adopt(first.dir());
    // It checks that the first is at its end when it begins.
    let second = Case::script(&format!("grep -q kind '{}/exit.json'", first.dir().display()));
    let submitted = later.submit(second.job, Need { cpus: 1, gpus: 1 }).unwrap();
    std::fs::write(first.dir().join("go"), "").unwrap();
    let order: Vec<Ticket> = std::iter::from_fn(|| later.next_finished())
        .map(|outcome| {
            assert_eq!(*exit(&outcome), Exit::Code(0));
            outcome.ticket
        })
        .collect();
    assert_eq!(order, [adopted, submitted]);
    outcomes(&earlier);
}
