//! What runs on this machine for one lab, through `/proc`.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// A process that belongs to a lab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Belonging {
    /// It watches a run.
    Supervisor(i32),
    /// It is a run's program or a child of it.
    Program(i32),
}

impl Belonging {
    pub(crate) fn pid(self) -> i32 {
        match self {
            Self::Supervisor(pid) | Self::Program(pid) => pid,
        }
    }
}

/// All processes that a lab's runs consist of.
pub(crate) fn of_lab(lab: &Path) -> Vec<Belonging> {
    let marks =
        [b"GOSSET_ATTEMPT_DIR=", b"GOSSET_RUN_DIR=".as_slice()].map(|mark| [mark, lab.as_os_str().as_bytes()].concat());
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<i32>().ok()) else { continue };
        // Processes end while one looks.
        let Ok(environment) = fs::read(entry.path().join("environ")) else { continue };
        let belongs = environment.split(|byte| *byte == 0).any(|line| marks.iter().any(|mark| line.starts_with(mark)));
        if !belongs || is_dead(pid) {
            continue;
        }
        let command = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let is_supervisor = command.split(|byte| *byte == 0).nth(1) == Some(b"supervise");
        found.push(if is_supervisor { Belonging::Supervisor(pid) } else { Belonging::Program(pid) });
    }
    found
}

fn is_dead(pid: i32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat.rsplit(')').next().and_then(|rest| rest.trim_start().chars().next());
    matches!(state, None | Some('Z' | 'X'))
}

/// Sends `signal` if the process still lives.
pub(crate) fn signal(pid: i32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(pid) {
        kill_process(pid, signal).ok(); // It may have ended.
    }
}

/// Waits until `condition` gives something, for a minute at most.
#[track_caller]
pub(crate) fn wait_for<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let give_up = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(found) = condition() {
            return found;
        }
        assert!(Instant::now() < give_up, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Waits until nothing of the lab's runs is left.
#[track_caller]
pub(crate) fn wait_until_none(lab: &Path) {
    wait_for("the end of all runs", || of_lab(lab).is_empty().then_some(()));
}
