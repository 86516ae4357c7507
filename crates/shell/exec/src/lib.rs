//! Where runs run: supervision, local execution, capture of code and environment.
//!
//! Start with [`local::Pool`]: it runs jobs on the slots of this machine. Each
//! job is watched by a small process of its own ([`supervise`]), so that a run
//! outlives a `kill -9` of the program that started it, and its exit record is
//! written from outside. [`capture`] says what surrounded the runs.
//!
//! The crate does not score anything, does not retry anything, and keeps no
//! list of runs: a run is its directory, and [`local::look`] reads its state.
//!
//! Linux is the target. Elsewhere it compiles and runs programs, but finds no
//! descendants that left the process group, and measures no process trees.

mod claim;
mod processes;
mod run_dir;

pub mod capture;
pub mod local;
pub mod supervise;

pub use run_dir::remove_own_files;
