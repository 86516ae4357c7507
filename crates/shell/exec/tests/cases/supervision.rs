//! How an end is told, and what is left of a run.

use std::os::unix::ffi::OsStrExt;

use gosset_exec::local::{LostCause, State, look};
use gosset_exec::supervise::{Captured, Exit};

use super::support::{Case, is_alive, wait, write_script};

fn check(script: &str, exit: &Exit) {
    let case = Case::script(script);
    let record = case.run();
    assert_eq!(record.exit, *exit, "{script}");
    assert_eq!(look(case.dir()).unwrap(), State::Ended(record));
}

#[test]
fn an_exit_code_and_a_signal_are_told_as_they_are() {
    check("exit 0", &Exit::Code(0));
    check("exit 3", &Exit::Code(3));
    check("exit 255", &Exit::Code(255));
    check("kill -SEGV $$", &Exit::Signal(11));
    check("kill -9 $$", &Exit::Signal(9));
    check("kill -TERM $$", &Exit::Signal(15));
    // A real-time signal, which has no name.
    check("kill -40 $$", &Exit::Signal(40));
}

#[test]
fn the_two_outputs_are_kept_apart_and_byte_for_byte() {
    let case = Case::script(r"printf 'a\000\377\n'; printf 'b\r\200' >&2");
    let record = case.run();
    assert_eq!(std::fs::read(case.dir().join("stdout")).unwrap(), b"a\x00\xff\n");
    assert_eq!(std::fs::read(case.dir().join("stderr")).unwrap(), b"b\r\x80");
    assert_eq!(record.stdout, Captured { bytes_seen: 4, bytes_kept: 4 });
    assert_eq!(record.stderr, Captured { bytes_seen: 3, bytes_kept: 3 });
}

#[test]
fn binary_noise_arrives_unchanged() {
    let case = Case::script("head -c 700000 /dev/urandom | tee noise");
    case.run();
    let read = |name| std::fs::read(case.dir().join(name)).unwrap();
    assert_eq!(read("stdout").len(), 700_000);
    assert!(read("stdout") == read("noise"));
}

#[test]
fn times_and_memory_are_measured_from_outside() {
    // Work of the shell itself and of a child, on the processor and asleep.
    let record = Case::script("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; sh -c 'sleep 0.2'").run();
    assert!(record.wall_secs >= 0.2);
    assert!(record.cpu_user_secs + record.cpu_system_secs > 0.01);
    assert!(record.cpu_user_secs + record.cpu_system_secs <= record.wall_secs * 2.0 + 0.1);
    assert!(record.peak_memory_bytes > 100_000, "{}", record.peak_memory_bytes);
    assert_eq!(record.peak_tree_memory_bytes, None);
    let wall_ms = (record.finished_at_ms - record.started_at_ms) as f64;
    assert!((wall_ms / 1000.0 - record.wall_secs).abs() < 0.1);
}

#[test]
fn a_program_that_cannot_start_is_told_with_its_reason() {
    let check = |case: Case, part: &str| match case.run().exit {
        Exit::NotStarted { reason } => assert!(reason.contains(part), "{reason}"),
        other => panic!("{other:?}"),
    };
    check(Case::program("no-such-program-here", &[]), "is not on the PATH of the run");
    check(Case::program("./no-such-program", &[]), "does not exist");
    check(Case::program("/dev/null", &[]), "permission denied");
    check(Case::program("/", &[]), "permission denied");
    check(Case::script("true").limited(|order| order.working_dir = "/no/such/dir".into()), "`/no/such/dir` is missing");
    let case = Case::program("./script", &[]);
    write_script(&case.dir().join("script"), "#!/no/such/interpreter\n");
    check(case, "interpreter");
}

#[test]
fn a_descendant_in_a_session_of_its_own_that_outlives_the_program_is_killed_and_counted() {
    let case = Case::script("setsid sleep 1000 & echo $! > pid; echo done");
    let record = case.run();
    assert_eq!((record.exit, record.stray_processes), (Exit::Code(0), 1));
    assert!(!is_alive(&case.text("pid")));
    assert_eq!(case.text("stdout"), "done\n");
}

#[test]
fn many_strays_are_all_killed() {
    // A tree three deep, of which the upper ones end first.
    let record = Case::script(
        "for i in 1 2 3 4 5; do (setsid sh -c 'sleep 1000 & sleep 1000 & exit' &); done; until [ $(pgrep -c -s $$ sleep) ]; do :; done; sleep 0.1; exit 4",
    )
    .run();
    assert_eq!((record.exit, record.stray_processes), (Exit::Code(4), 10));
}

#[test]
fn a_helper_that_ends_by_itself_after_the_program_is_no_stray() {
    let record = Case::script("mkfifo pipe; cat pipe > /dev/null & exec 3> pipe; exit 0").run();
    assert_eq!((record.exit, record.stray_processes), (Exit::Code(0), 0));
}

#[test]
fn orphans_that_end_during_the_run_do_not_stay_as_zombies() {
    let case = Case::script(
        "for i in 1 2 3; do sh -c 'true & exit'; done; \
         while ps -o stat= --ppid $PPID | grep -q Z; do :; done; echo clean",
    );
    assert_eq!(case.run().exit, Exit::Code(0));
    assert_eq!(case.text("stdout"), "clean\n");
}

#[test]
fn the_program_gets_an_empty_input_and_no_descriptor_of_ours() {
    let case = Case::script("cat; readlink /proc/$$/fd/0; ls -l /proc/$$/fd | grep -F \"$GOSSET_ATTEMPT_DIR\"");
    assert_eq!(case.run().exit, Exit::Code(1), "grep finds nothing");
    assert_eq!(case.text("stdout"), "/dev/null\n");
}

#[test]
fn the_environment_of_the_run_is_exactly_the_one_that_was_given() {
    let mut case = Case::program("/usr/bin/env", &[]);
    case.job.env = vec![("A".into(), "1\n2".into()), ("B".into(), std::ffi::OsStr::from_bytes(b"\xff").into())];
    case.run();
    let expected = format!("A=1\n2\nB=\u{fffd}\nGOSSET_ATTEMPT_DIR={}\n", case.dir().display());
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&case.text("stdout")), sorted(&expected));
}

#[test]
fn a_run_directory_and_arguments_need_not_be_unicode() {
    let name = std::ffi::OsStr::from_bytes(b"r\xff\n --");
    let mut case = Case::program_in(name, "printf", &["%s", "--"]);
    case.job.order.args.push(std::ffi::OsStr::from_bytes(b"\x80x").into());
    case.job.order.args[0] = "%s|%s".into();
    assert_eq!(case.run().exit, Exit::Code(0));
    assert_eq!(std::fs::read(case.dir().join("stdout")).unwrap(), b"--|\x80x");
}

#[test]
fn a_full_disk_stops_the_keeping_and_not_the_program() {
    let case = Case::script("head -c 3000000 /dev/zero; echo seen >&2");
    std::os::unix::fs::symlink("/dev/full", case.dir().join("stdout")).unwrap();
    let record = case.run();
    assert_eq!(record.exit, Exit::Code(0));
    assert_eq!(record.stdout, Captured { bytes_seen: 3_000_000, bytes_kept: 0 });
    assert_eq!(case.text("stderr"), "seen\n");
}

#[test]
fn without_room_for_a_record_nothing_runs_and_the_run_is_lost() {
    let case = Case::script("echo > ran");
    std::os::unix::fs::symlink("/dev/full", case.dir().join(".exit.json.new")).unwrap();
    let lost = wait(case.start()).unwrap_err();
    assert!(matches!(&lost.cause, LostCause::NotRecorded { message } if message.contains("No space left")), "{lost:?}");
    assert!(!case.dir().join("ran").exists());
}
