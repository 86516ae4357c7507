//! The supervisor: a small process that watches one run from outside.
//!
//! The program that starts runs (see [`crate::local`]) starts one supervisor
//! per run; its main function is [`main`]. The supervisor holds the lock of
//! the run directory for as long as it lives, runs the program, enforces the
//! limits of the [`Order`], and leaves `exit.json` (an [`ExitRecord`]) next to
//! `stdout` and `stderr`. It does not need its parent: it has its own session,
//! and goes on when the parent is killed.
//!
//! | file in the run directory | what it is |
//! |---|---|
//! | `lock` | locked with flock(2) while a supervisor lives; holds its process id |
//! | `stdout`, `stderr` | what the program wrote, first and last half where it was too much |
//! | `exit.json` | how it ended; written once, atomically, last |
//! | `supervisor-error` | why there is no `exit.json`, where the supervisor could say so |
//!
//! It does not isolate the program: a program can leave the process tree of
//! its supervisor only by help from outside (a container daemon, a job
//! scheduler), and what runs there is neither limited nor killed.

mod memory;
mod order;
mod record;
mod stream;
mod supervisor;
mod watch;

pub use order::{Order, OrderError};
pub use record::{Captured, Exit, ExitRecord};
pub use supervisor::{CANNOT_RECORD, NOT_OURS, RECORDED, WRONG_USAGE, main};

pub(crate) use record::RecordError;
