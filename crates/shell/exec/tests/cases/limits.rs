//! Limits of time, memory and output, and being asked to stop.

use std::time::Instant;

use gosset_exec::supervise::{Captured, Exit};

use super::roles;
use super::support::{Case, is_alive, wait, wait_until};

#[test]
fn time_runs_out_for_the_whole_group() {
    let case = Case::script("sleep 1000 & echo $! > a; sleep 1000 & echo $! > b; wait")
        .limited(|order| order.timeout_secs = Some(0.3));
    let record = case.run();
    assert_eq!((record.exit, record.stray_processes), (Exit::TimedOut { limit_secs: 0.3 }, 0));
    assert!(record.wall_secs >= 0.3 && record.wall_secs < 15.0, "{}", record.wall_secs);
    assert!(!is_alive(&case.text("a")) && !is_alive(&case.text("b")));
}

#[test]
fn a_program_may_use_its_grace_to_clean_up() {
    let case = Case::script("trap 'echo saved; exit 0' TERM; echo up > up; while :; do sleep 0.01; done")
        .limited(|order| order.timeout_secs = Some(1.0));
    assert_eq!(case.run().exit, Exit::TimedOut { limit_secs: 1.0 });
    assert_eq!(case.text("stdout"), "saved\n");
}

#[test]
fn a_program_that_ignores_the_request_is_killed_after_the_grace() {
    let case = Case::script("trap '' TERM; echo up; while :; do sleep 0.02; done").limited(|order| {
        order.timeout_secs = Some(0.5);
        order.grace_secs = 0.3;
    });
    let record = case.run();
    assert_eq!(record.exit, Exit::TimedOut { limit_secs: 0.5 });
    assert!(record.wall_secs >= 0.8 && record.wall_secs < 15.0, "{}", record.wall_secs);
}

#[test]
fn a_stopped_program_is_ended_too() {
    let record = Case::script("kill -STOP $$").limited(|order| order.timeout_secs = Some(0.2)).run();
    assert_eq!(record.exit, Exit::TimedOut { limit_secs: 0.2 });
    assert!(record.wall_secs < 15.0, "{}", record.wall_secs);
}

#[test]
fn a_limit_that_is_not_reached_changes_nothing() {
    let case = Case::script("exit 5").limited(|order| {
        order.timeout_secs = Some(1e9);
        order.memory_limit_bytes = Some(u64::MAX);
    });
    assert_eq!(case.run().exit, Exit::Code(5));
}

#[test]
fn a_tree_of_processes_over_its_memory_is_killed() {
    let program = std::env::current_exe().unwrap();
    let script = format!("'{0}' {1} 40 & '{0}' {1} 40 & wait", program.display(), roles::HOG);
    let case = Case::script(&script).limited(|order| order.memory_limit_bytes = Some(64 << 20));
    let record = case.run();
    assert_eq!(record.exit, Exit::OutOfMemory { limit_bytes: Some(64 << 20) });
    assert!(record.peak_tree_memory_bytes.unwrap() > 64 << 20);
    assert!(record.peak_memory_bytes < 64 << 20, "no single process was over it");
}

#[test]
fn pages_that_workers_share_count_once_against_the_limit() {
    // 40 MiB in the shell's parent, shared by forks that only read.
    let script = "import os, time\nmemory = bytearray(b'x') * (40 << 20)\n\
        for _ in range(3):\n    if os.fork() == 0:\n        time.sleep(0.7); os._exit(0)\n\
        for _ in range(3): os.wait()\n";
    let case = Case::program("python3", &["-c", script]).limited(|order| order.memory_limit_bytes = Some(90 << 20));
    let record = case.run();
    match record.exit {
        Exit::Code(0) => assert!(record.peak_tree_memory_bytes.unwrap() > 100 << 20, "the plain sum is over the limit"),
        // Only where there is no Python is there nothing to test.
        Exit::NotStarted { .. } => assert!(std::env::var_os("CI").is_none(), "CI has Python"),
        other => panic!("{other:?}: {}", case.text("stderr")),
    }
}

#[test]
fn two_gigabytes_of_output_neither_block_the_program_nor_fill_the_disk() {
    let case = Case::script("yes 'a line of output' | head -c 2000000000; echo; echo last");
    let begun = Instant::now();
    let record = case.run();
    assert_eq!(record.exit, Exit::Code(0));
    assert_eq!(record.stdout, Captured { bytes_seen: 2_000_000_006, bytes_kept: 1 << 20 });
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
    let text = case.text("stdout");
    let marker = "\n[gosset: 1,998,951,430 bytes dropped here]\n";
    assert_eq!(text.len(), (1 << 20) + marker.len());
    assert_eq!(text.find(marker), Some(1 << 19));
    assert!(text.starts_with("a line of output\na line"));
    assert!(text.ends_with("\nlast\n"));
}

#[test]
fn a_run_that_is_asked_to_stop_is_interrupted() {
    let case = Case::script("echo up > up; exec sleep 1000");
    let running = case.start();
    case.wait_for("up");
    assert!(running.stop());
    assert_eq!(wait(running).unwrap().record.exit, Exit::Interrupted);
}

#[test]
fn a_second_request_to_stop_does_not_wait_for_the_grace() {
    let case = Case::script("trap 'echo asked > asked' TERM; echo up > up; while :; do sleep 0.01; done")
        .limited(|order| order.grace_secs = 1e6);
    let running = case.start();
    case.wait_for("up");
    assert!(running.stop());
    case.wait_for("asked");
    assert!(running.stop());
    let record = wait(running).unwrap().record;
    assert_eq!(record.exit, Exit::Interrupted);
}

#[test]
fn a_descendant_out_of_the_group_does_not_survive_a_timeout() {
    let case = Case::script("setsid sh -c 'trap \"\" TERM; echo $$ > pid; while :; do sleep 0.05; done' & sleep 1000")
        .limited(|order| {
            order.timeout_secs = Some(1.0);
        });
    let record = case.run();
    assert_eq!(record.exit, Exit::TimedOut { limit_secs: 1.0 });
    assert!(record.stray_processes >= 1);
    let pid = case.text("pid");
    wait_until("the descendant is gone", || !is_alive(&pid));
}
