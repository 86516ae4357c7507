//! What is left when someone is killed with SIGKILL.

use std::process::{Command, Stdio};
use std::time::Duration;

use gosset_exec::local::{CleanError, LostCause, StartError, State, adopt, clean_strays, look, start};
use gosset_exec::remove_own_files;
use gosset_exec::supervise::Exit;

use super::roles;
use super::support::{Case, is_alive, kill_9, supervisor, wait, wait_until};

#[test]
fn a_killed_supervisor_takes_its_program_along_and_its_strays_are_found() {
    // One stray has another session, the other another environment.
    let case =
        Case::script("setsid sleep 1000 & echo $! > a; env -i sleep 1000 & echo $! > b; echo $$ > up; exec sleep 1000");
    let running = case.start();
    let program = case.wait_for("up");
    assert_eq!(look(case.dir()).unwrap(), State::Alive);
    assert!(matches!(clean_strays(case.dir()), Err(CleanError::UnderWay { .. })));
    kill_9(case.supervisor_pid());
    assert_eq!(wait(running).unwrap_err().cause, LostCause::Killed { signal: 9 });
    wait_until("the program is gone", || !is_alive(&program));
    assert_eq!(look(case.dir()).unwrap(), State::Lost);
    assert!(is_alive(&case.text("a")) && is_alive(&case.text("b")));
    assert_eq!(clean_strays(case.dir()).unwrap(), 2);
    assert!(!is_alive(&case.text("a")) && !is_alive(&case.text("b")));
    assert_eq!(clean_strays(case.dir()).unwrap(), 0);
}

fn starter(case: &Case) -> std::process::Child {
    Command::new(std::env::current_exe().unwrap())
        .arg(roles::STARTER)
        .args(case.job.order.to_args())
        .stdin(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn a_run_outlives_whoever_started_it_and_is_adopted() {
    let case = Case::script("echo up > up; until [ -e go ]; do sleep 0.01; done; exit 7");
    let mut starter = starter(&case);
    case.wait_for("up");
    starter.kill().unwrap();
    starter.wait().unwrap();
    assert_eq!(look(case.dir()).unwrap(), State::Alive);
    let adopted = adopt(case.dir());
    std::fs::write(case.dir().join("go"), "").unwrap();
    assert_eq!(wait(adopted).unwrap().record.exit, Exit::Code(7));
}

#[test]
fn an_adopted_run_can_be_stopped() {
    let case = Case::script("echo up > up; exec sleep 1000");
    let mut starter = starter(&case);
    case.wait_for("up");
    starter.kill().unwrap();
    starter.wait().unwrap();
    let adopted = adopt(case.dir());
    assert!(adopted.stop());
    assert_eq!(wait(adopted).unwrap().record.exit, Exit::Interrupted);
    assert!(!adopt(case.dir()).stop());
}

#[test]
fn wherever_the_starter_is_killed_the_program_runs_exactly_once() {
    for step in 0..40 {
        let case = Case::script("echo ran >> ran");
        let mut starter = starter(&case);
        // Not a wait for a condition: whatever the moment, the claim holds.
        std::thread::sleep(Duration::from_micros(step * 150));
        starter.kill().unwrap();
        starter.wait().unwrap();
        let mut state = look(case.dir()).unwrap();
        if state == State::NeverStarted {
            wait(case.start()).unwrap();
            state = look(case.dir()).unwrap();
        }
        if state == State::Alive {
            wait(adopt(case.dir())).unwrap();
            state = look(case.dir()).unwrap();
        }
        assert!(matches!(&state, State::Ended(record) if record.exit == Exit::Code(0)), "{state:?}");
        assert_eq!(case.text("ran"), "ran\n");
    }
}

#[test]
fn a_run_directory_serves_once() {
    let case = Case::script("echo up > up; until [ -e go ]; do sleep 0.01; done");
    assert_eq!(look(case.dir()).unwrap(), State::NeverStarted);
    let running = case.start();
    case.wait_for("up");
    assert!(matches!(start(&supervisor(), &case.job), Err(StartError::UnderWay { .. })));
    std::fs::write(case.dir().join("go"), "").unwrap();
    wait(running).unwrap();
    assert!(matches!(start(&supervisor(), &case.job), Err(StartError::StartedBefore { .. })));
    assert_eq!(look(&case.dir().join("elsewhere")).unwrap(), State::NeverStarted);
}

#[test]
fn a_broken_record_is_an_error_and_not_an_end() {
    let case = Case::script("true");
    case.run();
    std::fs::write(case.dir().join("exit.json"), "{\"version\":1").unwrap();
    assert!(look(case.dir()).is_err());
    assert!(matches!(wait(adopt(case.dir())).unwrap_err().cause, LostCause::Unreadable { .. }));
}

#[test]
fn what_a_killed_supervisor_left_behind_is_removed_and_nothing_else() {
    let script = "head -c 5000 /dev/zero; echo mine > mine; echo $$ > up; exec sleep 1000";
    let case = Case::script(script).limited(|order| order.output_limit_bytes = 1000);
    let running = case.start();
    let program = case.wait_for("up");
    wait_until("the output is beyond its limit", || case.dir().join("stdout.tail").exists());
    kill_9(case.supervisor_pid());
    wait(running).unwrap_err();
    wait_until("the program is gone", || !is_alive(&program));
    // As if it had been killed while it asked whether the disk is full.
    std::fs::write(case.dir().join(".room"), "").unwrap();
    remove_own_files(case.dir());
    let mut left: Vec<_> = std::fs::read_dir(case.dir()).unwrap().map(|file| file.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["mine", "up"]);
}
