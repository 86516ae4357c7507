//! The lock file of a run directory: whether a supervisor lives, and which.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::run_dir::LOCK;

/// Which processes work in a run directory, written into its lock file.
///
/// An empty lock file means that no supervisor has begun. A written one whose
/// lock is free means that there was one, and that it is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claim {
    version: u32,
    pub(crate) supervisor_pid: i32,
    /// The boot in which the process ids mean something.
    pub(crate) boot_id: Option<String>,
}

impl Claim {
    pub(crate) fn by_this_process() -> Claim {
        Claim { version: 1, supervisor_pid: rustix::process::getpid().as_raw_pid(), boot_id: boot_id() }
    }

    pub(crate) fn is_of_this_boot(&self) -> bool {
        self.boot_id.is_none() || self.boot_id == boot_id()
    }

    pub(crate) fn write(&self, lock: &File) -> io::Result<()> {
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        lock.write_all_at(&line, 0)
    }

    /// Reads the claim of a run directory; none if no supervisor has begun.
    pub(crate) fn read(run_dir: &Path) -> Option<Claim> {
        let mut text = String::new();
        File::open(run_dir.join(LOCK)).ok()?.read_to_string(&mut text).ok()?;
        serde_json::from_str(text.lines().next()?).ok()
    }
}

/// Opens the lock file without locking it, and creates it where it is absent.
pub(crate) fn open(run_dir: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(run_dir.join(LOCK))
}

/// Says whether `file` is the lock file of this run directory.
pub(crate) fn is_lock_of(file: &File, run_dir: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let (given, wanted) = (file.metadata()?, std::fs::metadata(run_dir.join(LOCK))?);
    Ok((given.dev(), given.ino()) == (wanted.dev(), wanted.ino()))
}

/// What the lock file says about a supervisor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder {
    /// Nobody was ever here.
    Never,
    /// The lock is held: a supervisor lives, or is about to.
    Alive,
    /// A supervisor has begun and is gone.
    Gone,
}

pub(crate) fn holder(run_dir: &Path) -> io::Result<Holder> {
    let file = match File::open(run_dir.join(LOCK)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Holder::Never),
        Err(error) => return Err(error),
    };
    // A shared lock, so that two who look do not see each other.
    match file.try_lock_shared() {
        Ok(()) if file.metadata()?.len() == 0 => Ok(Holder::Never),
        Ok(()) => Ok(Holder::Gone),
        Err(TryLockError::WouldBlock) => Ok(Holder::Alive),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Blocks until no supervisor holds the lock.
pub(crate) fn wait_until_free(run_dir: &Path) -> io::Result<()> {
    let file = match File::open(run_dir.join(LOCK)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    loop {
        match file.lock_shared() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

fn boot_id() -> Option<String> {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok().map(|text| text.trim().to_owned())
}
