//! Starts one run under a supervisor.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::Running;
use crate::claim::{self, Claim};
use crate::supervise::{ExitRecord, Order, OrderError, RecordError};

/// How a supervisor is started; the arguments of the order come last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupervisorCommand {
    /// The program, usually the one that runs now (`std::env::current_exe`).
    pub program: PathBuf,
    /// What makes it call [`crate::supervise::main`].
    pub leading_args: Vec<OsString>,
}

/// A run to be started: what, and with which environment.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// What to run.
    pub order: Order,
    /// The whole environment of the run; nothing else is inherited.
    /// `GOSSET_ATTEMPT_DIR` is always added, with the absolute path of the run
    /// directory: [`super::clean_strays`] finds processes by it.
    pub env: Vec<(OsString, OsString)>,
}

/// Why a run could not be started. Nothing has run.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The order makes no sense.
    #[error("the order is wrong")]
    Order(#[from] OrderError),
    /// The run directory is missing or cannot be written.
    #[error("the run directory `{}` cannot be used", run_dir.display())]
    RunDir {
        /// Which one.
        run_dir: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Its supervisor lives.
    #[error("the run in `{}` is under way", run_dir.display())]
    UnderWay {
        /// Which one.
        run_dir: PathBuf,
    },
    /// It has been started before; a second attempt needs its own directory.
    #[error("the run in `{}` was started before", run_dir.display())]
    StartedBefore {
        /// Which one.
        run_dir: PathBuf,
    },
    /// The supervisor could not be started.
    #[error("the supervisor `{}` cannot be started", program.display())]
    Supervisor {
        /// Which one.
        program: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is no thread to wait for it.
    #[error("no thread can be started to wait for the run")]
    Thread {
        /// Why.
        source: io::Error,
    },
}

/// One who looks holds the lock for a moment; that is no supervisor.
const LOCK_PATIENCE: Duration = Duration::from_secs(1);
const LOCK_INTERVAL: Duration = Duration::from_millis(2);

/// Starts a run and returns at once.
///
/// Relative paths in the order count from the working directory of this
/// process. The run goes on when the result is dropped or this process dies.
///
/// # Errors
/// [`StartError`]; in each case nothing has run.
pub fn start(supervisor: &SupervisorCommand, job: &Job) -> Result<Running, StartError> {
    job.order.times()?;
    let order =
        absolute(&job.order).map_err(|source| StartError::RunDir { run_dir: job.order.run_dir.clone(), source })?;
    let lock = lock(&order.run_dir)?;
    let child = Command::new(&supervisor.program)
        .args(&supervisor.leading_args)
        .args(order.to_args())
        .env_clear()
        .envs(job.env.iter().map(|(name, value)| (name, value)))
        .env("GOSSET_ATTEMPT_DIR", &order.run_dir)
        .stdin(Stdio::from(lock))
        // It outlives this process, and must not write to its terminal.
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|source| StartError::Supervisor { program: supervisor.program.clone(), source })?;
    Ok(Running::started(order.run_dir, child))
}

fn absolute(order: &Order) -> io::Result<Order> {
    Ok(Order {
        run_dir: std::fs::canonicalize(&order.run_dir)?,
        working_dir: std::path::absolute(&order.working_dir)?,
        ..order.clone()
    })
}

/// Locks the run directory for a supervisor that is about to be started.
fn lock(run_dir: &Path) -> Result<File, StartError> {
    let failed = |source| StartError::RunDir { run_dir: run_dir.to_owned(), source };
    let file = claim::open(run_dir).map_err(failed)?;
    let give_up = Instant::now() + LOCK_PATIENCE;
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::Error(source)) => return Err(failed(source)),
            Err(TryLockError::WouldBlock) if Instant::now() >= give_up || Claim::read(run_dir).is_some() => {
                return Err(StartError::UnderWay { run_dir: run_dir.to_owned() });
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_INTERVAL),
        }
    }
    let is_fresh =
        file.metadata().map_err(failed)?.len() == 0 && matches!(ExitRecord::read(run_dir), Err(RecordError::Absent));
    if is_fresh { Ok(file) } else { Err(StartError::StartedBefore { run_dir: run_dir.to_owned() }) }
}
