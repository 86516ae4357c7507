//! The waist: every operation that a user can ask for, one file each in
//! [`operation`], composing the pure core with the outside world.
//!
//! A face (command line, server) calls an operation with a [`Context`] and
//! shows its reply. This crate holds no rule of statistics: it reads files,
//! keeps records, runs programs and asks `gosset-science` what they mean.

mod conduct;
mod context;
mod error;
mod journal;
pub mod operation;
mod place;
mod results;
mod scaling;
mod study_folder;
mod telling;
mod test_sets;

pub use context::{Clock, Context, Progress, Step, Style};
pub use error::{Kind, LabError};
pub use gosset_exec::local::SupervisorCommand;
pub use gosset_exec::supervise::main as supervise;
pub use operation::{Answer, CATALOGUE, Entry, Operation, Rendered, Reply};
pub use operation::{MethodText, MetricText, methods, metrics};
