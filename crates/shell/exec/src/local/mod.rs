//! The local executor: runs on this machine.
//!
//! [`Pool`] starts jobs as slots become free. Each job is one supervisor
//! process (see [`crate::supervise`]); [`start`] starts a single one, [`look`]
//! tells the state of a run from its directory alone, and [`adopt`] takes up
//! a run that an earlier process started.
//!
//! No run is started twice, and none is lost, whoever is killed when: the
//! starter locks the file `lock` in the run directory *before* it starts the
//! supervisor, and hands it over as the supervisor's standard input. A lock of
//! flock(2) belongs to the open file and not to a process, so it is held
//! without a gap from before the start until the supervisor is gone. The
//! supervisor writes its process id into it before it starts the program; a
//! free, empty lock file therefore means that nothing ever ran.
//!
//! The run directory must lie on a file system with a working flock(2).

mod look;
mod pool;
mod running;
mod slots;
mod start;
mod strays;

pub use look::{State, adopt, look};
pub use pool::{Failure, Outcome, Pool, Ticket};
pub use running::{Finished, Lost, LostCause, Running};
pub use slots::{Need, Slots, TooMuch};
pub use start::{Job, StartError, SupervisorCommand, start};
pub use strays::{CleanError, clean_strays};
