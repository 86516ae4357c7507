//! Ends what a killed supervisor left behind.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, TryLockError};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::{Signal, geteuid, getpid};

use crate::claim::{self, Claim};
use crate::processes::{self, Process};

/// Why the strays of a run were not, or not all, ended.
#[derive(Debug, thiserror::Error)]
pub enum CleanError {
    /// Its supervisor lives and sees to that itself.
    #[error("the run in `{}` is under way", run_dir.display())]
    UnderWay {
        /// Which run.
        run_dir: PathBuf,
    },
    /// The run directory cannot be read.
    #[error("the run directory `{}` cannot be used", run_dir.display())]
    RunDir {
        /// Which one.
        run_dir: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Some do not end, even when killed.
    #[error("{count} processes of the run in `{}` do not end", run_dir.display())]
    Unkillable {
        /// Which run.
        run_dir: PathBuf,
        /// How many were left.
        count: usize,
    },
}

const PATIENCE: Duration = Duration::from_secs(30);
const INTERVAL: Duration = Duration::from_millis(5);

/// Kills what is left of a run whose supervisor was killed, and waits until it is gone.
///
/// Returns how many processes there were. They are known by `GOSSET_ATTEMPT_DIR`
/// in the environment that they were started with, or by the session of the
/// supervisor; a process with another environment in another session is not
/// found. Looks only at processes of this user, and on Linux only.
///
/// # Errors
/// [`CleanError`] if the run is under way, its directory is unreadable, or
/// processes do not end within half a minute.
pub fn clean_strays(run_dir: &Path) -> Result<usize, CleanError> {
    let failed = |source| CleanError::RunDir { run_dir: run_dir.to_owned(), source };
    let absolute = fs::canonicalize(run_dir).map_err(failed)?;
    // Held meanwhile, so that nobody starts the run.
    let lock = claim::open(&absolute).map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(CleanError::UnderWay { run_dir: run_dir.to_owned() });
        }
        Err(TryLockError::Error(source)) => return Err(failed(source)),
    }
    let session = Claim::read(&absolute).filter(Claim::is_of_this_boot).map(|claim| claim.supervisor_pid);
    let mut killed = BTreeSet::new();
    let give_up = Instant::now() + PATIENCE;
    loop {
        let left = find(absolute.as_os_str(), session);
        if left.is_empty() {
            return Ok(killed.len());
        }
        if Instant::now() >= give_up {
            return Err(CleanError::Unkillable { run_dir: run_dir.to_owned(), count: left.len() });
        }
        for pid in left {
            processes::signal(pid, Signal::KILL);
            killed.insert(pid);
        }
        std::thread::sleep(INTERVAL);
    }
}

fn find(run_dir: &OsStr, session: Option<i32>) -> Vec<i32> {
    let mut entry = b"GOSSET_ATTEMPT_DIR=".to_vec();
    entry.extend(run_dir.as_bytes());
    let own_pid = getpid().as_raw_pid();
    let own_user = geteuid().as_raw();
    let belongs = |process: &Process| {
        session == Some(process.session)
            || fs::read(format!("/proc/{}/environ", process.pid))
                .is_ok_and(|environ| environ.split(|&byte| byte == 0).any(|variable| variable == entry))
    };
    processes::all()
        .into_iter()
        // A program of gosset's own may run inside of a run.
        .filter(|&pid| pid != own_pid)
        .filter(|pid| fs::metadata(format!("/proc/{pid}")).is_ok_and(|entry| entry.uid() == own_user))
        .filter_map(Process::read)
        .filter(|process| process.is_alive && belongs(process))
        .map(|process| process.pid)
        .collect()
}
