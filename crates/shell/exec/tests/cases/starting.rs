//! What is refused before anything runs.

use gosset_exec::local::{LostCause, StartError, State, SupervisorCommand, look, start};

use super::support::{Case, wait};

#[test]
fn an_order_without_sense_is_refused() {
    let case = Case::script("true").limited(|order| order.grace_secs = -1.0);
    assert!(matches!(start(&super::support::supervisor(), &case.job), Err(StartError::Order(_))));
}

#[test]
fn a_missing_run_directory_is_refused() {
    let case = Case::script("true").limited(|order| order.run_dir = "/no/such/run".into());
    assert!(matches!(start(&super::support::supervisor(), &case.job), Err(StartError::RunDir { .. })));
}

#[test]
fn a_missing_supervisor_is_refused_and_the_run_may_be_started_later() {
    let case = Case::script("true");
    let missing = SupervisorCommand { program: "/no/such/gosset".into(), leading_args: vec![] };
    assert!(matches!(start(&missing, &case.job), Err(StartError::Supervisor { .. })));
    assert_eq!(look(case.dir()).unwrap(), State::NeverStarted);
    case.run();
}

#[test]
fn a_supervisor_that_is_none_leaves_a_lost_run_that_never_started() {
    let case = Case::script("true");
    let other = SupervisorCommand { program: "/bin/true".into(), leading_args: vec![] };
    let lost = wait(start(&other, &case.job).unwrap()).unwrap_err();
    assert_eq!(lost.cause, LostCause::NeverStarted);
    assert_eq!(look(case.dir()).unwrap(), State::NeverStarted);
}
