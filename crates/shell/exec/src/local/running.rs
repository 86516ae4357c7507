//! A run under way, and what becomes of it.

use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::process::Signal;

use crate::claim::{self, Claim, Holder};
use crate::processes;
use crate::run_dir::SUPERVISOR_ERROR;
use crate::supervise::{CANNOT_RECORD, ExitRecord, RecordError};

/// A run whose supervisor was started, by this process or by an earlier one.
#[derive(Debug)]
#[must_use = "a run that nobody waits for leaves its supervisor as a zombie"]
pub struct Running {
    run_dir: PathBuf,
    /// None for an adopted run, and once it was waited for.
    child: Mutex<Option<Child>>,
}

/// A run that has ended, with the record of its supervisor.
#[derive(Debug, Clone, PartialEq)]
pub struct Finished {
    /// The directory of the run.
    pub run_dir: PathBuf,
    /// How it ended.
    pub record: ExitRecord,
}

/// A run whose supervisor is gone without a record: nobody knows how it ended.
#[derive(Debug, thiserror::Error)]
#[error("the run in `{}` left no exit record", run_dir.display())]
pub struct Lost {
    /// The directory of the run.
    pub run_dir: PathBuf,
    /// What is known.
    #[source]
    pub cause: LostCause,
}

/// What is known about a supervisor that left no record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LostCause {
    /// It never got to start the program.
    #[error("the supervisor ended before it began")]
    NeverStarted,
    /// A signal ended it.
    #[error("signal {signal} ended the supervisor")]
    Killed {
        /// Which one.
        signal: i32,
    },
    /// It could not write the record, as when the disk is full.
    #[error("the supervisor could not write the exit record ({message})")]
    NotRecorded {
        /// What it left as a message; may be empty for the same reason.
        message: String,
    },
    /// The record is there and makes no sense.
    #[error("the exit record is unreadable ({message})")]
    Unreadable {
        /// What the reader said.
        message: String,
    },
    /// It is gone, and was not a child of this process.
    #[error("the supervisor is gone")]
    Vanished,
}

impl Running {
    pub(super) fn started(run_dir: PathBuf, child: Child) -> Running {
        Running { run_dir, child: Mutex::new(Some(child)) }
    }

    pub(super) fn adopted(run_dir: PathBuf) -> Running {
        Running { run_dir, child: Mutex::new(None) }
    }

    /// The directory of the run.
    pub fn run_dir(&self) -> &Path {
        &self.run_dir
    }

    /// Waits until no process of the run is left.
    ///
    /// That is a little before [`Running::wait`] returns, because the record
    /// has yet to go to the disk. For an adopted run it is the same moment.
    pub(super) fn wait_until_idle(&self) {
        let output = self.child().as_mut().and_then(|child| child.stdout.take());
        match output {
            // The supervisor writes nothing. An error is an end as well.
            Some(mut output) => output.read_to_end(&mut Vec::new()).map(drop),
            None => claim::wait_until_free(&self.run_dir),
        }
        // `wait` meets the same error and tells it.
        .ok();
    }

    /// Waits until the supervisor is gone and reads what it left.
    ///
    /// # Errors
    /// [`Lost`] if it left no exit record.
    pub fn wait(&self) -> Result<Finished, Lost> {
        // The lock is given up when the supervisor ends, however it ends. To
        // wait for it, and not for the child, leaves the child to `stop`.
        let freed = claim::wait_until_free(&self.run_dir);
        let status = self.child().take().and_then(|mut child| child.wait().ok());
        let lost = |cause| Lost { run_dir: self.run_dir.clone(), cause };
        if let Err(error) = freed {
            return Err(lost(LostCause::Unreadable { message: error.to_string() }));
        }
        conclude(&self.run_dir, status).map_err(lost)
    }

    /// Asks the supervisor to stop the run; a second time: without grace.
    ///
    /// Returns whether there was a supervisor to be asked. The run has ended
    /// when [`Running::wait`] returns.
    pub fn stop(&self) -> bool {
        if let Some(child) = self.child().as_ref() {
            return processes::signal(child.id().cast_signed(), Signal::TERM);
        }
        // While the lock is held, its holder lives and the id is its own.
        match (Claim::read(&self.run_dir), claim::holder(&self.run_dir)) {
            (Some(claim), Ok(Holder::Alive)) => processes::signal(claim.supervisor_pid, Signal::TERM),
            _ => false,
        }
    }

    fn child(&self) -> MutexGuard<'_, Option<Child>> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads what a supervisor left that is gone.
fn conclude(run_dir: &Path, status: Option<ExitStatus>) -> Result<Finished, LostCause> {
    match ExitRecord::read(run_dir) {
        Ok(record) => {
            return Ok(Finished { run_dir: run_dir.to_owned(), record });
        }
        Err(RecordError::Absent) => {}
        Err(error @ RecordError::Unreadable { .. }) => {
            let cause = std::error::Error::source(&error).map(|source| format!(": {source}"));
            return Err(LostCause::Unreadable { message: format!("{error}{}", cause.unwrap_or_default()) });
        }
    }
    let message = std::fs::read_to_string(run_dir.join(SUPERVISOR_ERROR));
    if message.is_ok() || status.and_then(|status| status.code()) == Some(i32::from(CANNOT_RECORD)) {
        return Err(LostCause::NotRecorded { message: message.unwrap_or_default() });
    }
    if let Ok(Holder::Never) = claim::holder(run_dir) {
        return Err(LostCause::NeverStarted);
    }
    match status.and_then(|status| status.signal()) {
        Some(signal) => Err(LostCause::Killed { signal }),
        None => Err(LostCause::Vanished),
    }
}
