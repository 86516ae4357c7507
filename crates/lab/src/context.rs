use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use gosset_exec::local::SupervisorCommand;
use gosset_model::Timestamp;

/// Where the time comes from.
pub trait Clock: Sync {
    /// The time.
    fn now(&self) -> Timestamp;
}

/// What an operation needs of its surroundings.
pub struct Context<'a> {
    /// The folder in which a lab is looked for, and upwards.
    pub lab: PathBuf,
    /// The folder from which relative paths of a request count.
    pub folder: PathBuf,
    /// The time.
    pub clock: &'a dyn Clock,
    /// Who is told how far long work is.
    pub progress: &'a dyn Progress,
    /// Set when somebody asks to stop.
    pub stop: &'a AtomicBool,
    /// How a run's supervisor is started.
    pub supervisor: SupervisorCommand,
    /// How texts are to look.
    pub style: Style,
}

/// How texts are to look.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Whether colours may be used.
    pub colour: bool,
    /// The width in columns.
    pub width: usize,
}

/// Who is told how far long work is.
pub trait Progress: Sync {
    /// Takes note of a step.
    fn step(&self, step: Step<'_>);

    /// Whether somebody sees the results of runs as they come.
    fn shows_results(&self) -> bool;
}

/// A step of long work.
#[derive(Debug, Clone)]
pub enum Step<'a> {
    /// A stage begins.
    Stage(&'a str),
    /// Runs are about to be executed.
    Runs {
        /// The study.
        study: &'a str,
        /// All runs of the study.
        total: u64,
        /// Runs that had ended before.
        ended: u64,
    },
    /// A run ended.
    RunEnded {
        /// Its arm.
        arm: &'a str,
        /// What it came to, in a word.
        outcome: &'a str,
        /// The first metric and its value, if it has one.
        score: Option<(&'a str, f64)>,
    },
    /// A run was lost to the machine or interrupted, and will be repeated.
    RunLost {
        /// Its arm.
        arm: &'a str,
        /// Why.
        reason: &'a str,
    },
    /// No more runs follow.
    RunsDone,
}
