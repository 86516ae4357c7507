//! The exit record: how a run ended, as seen from outside the program.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::run_dir::{RECORD, UNFINISHED_RECORD};

/// How a program ended, or why it never began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "detail", rename_all = "snake_case")]
pub enum Exit {
    /// It ended by itself with this exit code.
    Code(i32),
    /// A signal ended it that the supervisor did not send.
    Signal(i32),
    /// It was stopped because its time was up.
    TimedOut {
        /// The limit in seconds.
        limit_secs: f64,
    },
    /// It was ended because it had too much memory.
    ///
    /// Without a limit of its own this is a guess: the program was killed (or
    /// ended with code 137, as shells do when a child was killed), and the
    /// machine killed at least one process for want of memory meanwhile.
    OutOfMemory {
        /// The limit in bytes; none if the machine itself ran out of memory.
        limit_bytes: Option<u64>,
    },
    /// The supervisor was asked to stop it.
    Interrupted,
    /// It could not be started.
    NotStarted {
        /// Why, in words for a person.
        reason: String,
    },
}

/// How much a program wrote to one of its outputs, and how much of it was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Captured {
    /// Bytes that the program wrote and the supervisor read.
    pub bytes_seen: u64,
    /// Bytes of these that are in the file.
    pub bytes_kept: u64,
}

/// What a supervisor leaves behind as `exit.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExitRecord {
    /// The version of this record, 1.
    pub version: u32,
    /// How it ended.
    pub exit: Exit,
    /// Wall clock at the start, in milliseconds since 1970.
    pub started_at_ms: i64,
    /// Wall clock at the end of the program, in milliseconds since 1970. It
    /// may lie before the start if someone set the clock.
    pub finished_at_ms: i64,
    /// Time from start to end of the program, on a clock that no one can set.
    pub wall_secs: f64,
    /// Processor time in the program's own code, all its processes together.
    /// Processes that outlived even SIGKILL are not in it.
    pub cpu_user_secs: f64,
    /// Processor time in the kernel, all its processes together.
    pub cpu_system_secs: f64,
    /// Largest resident memory of any *single* process of the run. Processes
    /// side by side do not add up here, and a few megabytes of the supervisor
    /// are its floor.
    pub peak_memory_bytes: u64,
    /// Largest resident memory of all processes of the run together, sampled
    /// ten times a second; pages that they share count once for each. None
    /// unless there was a memory limit.
    pub peak_tree_memory_bytes: Option<u64>,
    /// Descendants that outlived the program and were killed.
    pub stray_processes: u32,
    /// How many processes this machine killed for want of memory during the
    /// run, of this run or of others. None where the kernel does not tell.
    pub oom_kills_on_host: Option<u64>,
    /// Whether the disk that holds the run directory was full when the program
    /// had ended: what it wrote there may lack its end, whatever its exit code.
    #[serde(default)]
    pub disk_was_full: bool,
    /// Standard output.
    pub stdout: Captured,
    /// Standard error.
    pub stderr: Captured,
}

/// Why there is no exit record to read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RecordError {
    /// There is none.
    #[error("there is no exit record")]
    Absent,
    /// There is one that cannot be read.
    #[error("the exit record `{}` is unreadable", path.display())]
    Unreadable {
        /// Where it lies.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

pub(super) const VERSION: u32 = 1;
const RESERVED_BYTES: usize = 4096;

impl ExitRecord {
    /// Reads the record of a run directory.
    pub(crate) fn read(run_dir: &Path) -> Result<ExitRecord, RecordError> {
        let path = run_dir.join(RECORD);
        match fs::read(&path) {
            Ok(bytes) => parse(&bytes).map_err(|source| RecordError::Unreadable { path, source }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(RecordError::Absent),
            Err(source) => Err(RecordError::Unreadable { path, source }),
        }
    }
}

fn parse(bytes: &[u8]) -> io::Result<ExitRecord> {
    let record: ExitRecord = serde_json::from_slice(bytes)?;
    if record.version == VERSION { Ok(record) } else { Err(io::ErrorKind::Unsupported.into()) }
}

/// Room on the disk for an exit record, taken before the program can fill it.
pub(super) struct Reserved {
    run_dir: PathBuf,
    file: File,
}

impl Reserved {
    pub(super) fn new(run_dir: &Path) -> io::Result<Reserved> {
        let file = OpenOptions::new().write(true).create(true).truncate(true).open(run_dir.join(UNFINISHED_RECORD))?;
        file.write_all_at(&[b' '; RESERVED_BYTES], 0)?;
        Ok(Reserved { run_dir: run_dir.to_owned(), file })
    }

    /// Writes the record: whoever reads sees all of it or nothing.
    pub(super) fn write(self, record: &ExitRecord) -> io::Result<()> {
        let mut bytes = serde_json::to_vec_pretty(record)?;
        bytes.push(b'\n');
        self.file.write_all_at(&bytes, 0)?;
        self.file.set_len(bytes.len() as u64)?;
        self.file.sync_all()?;
        fs::rename(self.run_dir.join(UNFINISHED_RECORD), self.run_dir.join(RECORD))?;
        File::open(&self.run_dir)?.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(exit: &Exit, json: &str) {
        assert_eq!(serde_json::to_string(exit).unwrap(), json);
        assert_eq!(serde_json::from_str::<Exit>(json).unwrap(), *exit);
    }

    #[test]
    fn the_json_of_each_exit_stays_as_it_is() {
        check(&Exit::Code(3), r#"{"kind":"code","detail":3}"#);
        check(&Exit::Signal(9), r#"{"kind":"signal","detail":9}"#);
        check(&Exit::TimedOut { limit_secs: 0.1 }, r#"{"kind":"timed_out","detail":{"limit_secs":0.1}}"#);
        check(&Exit::OutOfMemory { limit_bytes: None }, r#"{"kind":"out_of_memory","detail":{"limit_bytes":null}}"#);
        check(&Exit::Interrupted, r#"{"kind":"interrupted"}"#);
        check(&Exit::NotStarted { reason: "x".into() }, r#"{"kind":"not_started","detail":{"reason":"x"}}"#);
    }
}
