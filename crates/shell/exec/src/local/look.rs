//! The state of a run, from its directory alone.

use std::io;
use std::path::Path;

use super::Running;
use crate::claim::{self, Holder};
use crate::supervise::{ExitRecord, RecordError};

/// The state of a run directory.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// Nothing has run here, and nothing is about to: it may be started.
    NeverStarted,
    /// A supervisor works here: [`adopt`] it.
    Alive,
    /// The run has ended.
    Ended(ExitRecord),
    /// A supervisor was here and is gone without a record. Processes of the
    /// run may live on: see [`super::clean_strays`].
    Lost,
}

/// Tells the state of a run directory.
///
/// # Errors
/// An I/O error if the directory or a file in it cannot be read, or the exit
/// record makes no sense. A directory that is missing was never started.
pub fn look(run_dir: &Path) -> io::Result<State> {
    if let Some(record) = record(run_dir)? {
        return Ok(State::Ended(record));
    }
    match claim::holder(run_dir)? {
        Holder::Never => Ok(State::NeverStarted),
        Holder::Alive => Ok(State::Alive),
        // It may have written the record since the first look.
        Holder::Gone => Ok(record(run_dir)?.map_or(State::Lost, State::Ended)),
    }
}

/// Takes up a run that another process started.
///
/// To wait for a run that has ended already returns at once.
pub fn adopt(run_dir: &Path) -> Running {
    Running::adopted(run_dir.to_owned())
}

fn record(run_dir: &Path) -> io::Result<Option<ExitRecord>> {
    match ExitRecord::read(run_dir) {
        Ok(record) => Ok(Some(record)),
        Err(RecordError::Absent) => Ok(None),
        Err(RecordError::Unreadable { source, .. }) => Err(source),
    }
}
