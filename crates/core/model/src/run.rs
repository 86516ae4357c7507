use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ArmName, Digest, Name, Timestamp};

/// The id of a run: twelve hexadecimal digits that follow from study, arm,
/// data set and seed, and so stay the same under amendments.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RunId(String);

impl RunId {
    /// The id of the run of `arm` on `dataset` with `seed` in `study`.
    #[must_use]
    pub fn of(study: &Name, arm: &ArmName, dataset: Option<&Name>, seed: u64) -> Self {
        let dataset = dataset.map_or("", Name::as_str);
        let text = format!("{study}\n{arm}\n{dataset}\n{seed}");
        Self(Digest::of(text.as_bytes()).short())
    }

    /// Takes an id that somebody typed; it may name no run.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// One run that the protocol asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedRun {
    /// Its id.
    pub id: RunId,
    /// The arm.
    pub arm: ArmName,
    /// The data set of its block.
    pub dataset: Option<Name>,
    /// The seed of its block.
    pub seed: u64,
}

/// All runs of a study in the order in which they are to be executed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunPlan {
    /// The runs.
    pub runs: Vec<PlannedRun>,
}

/// How a program ended, as seen from outside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Exit {
    /// It ended by itself with this exit code.
    Code {
        /// The exit code.
        code: i32,
    },
    /// A signal ended it.
    Signal {
        /// The signal's number.
        signal: i32,
    },
    /// It was stopped because its time was up.
    TimedOut {
        /// The limit in seconds.
        limit_secs: f64,
    },
    /// It was stopped because it held too much memory.
    OutOfMemory {
        /// The study's limit in bytes; none if the machine itself ran out.
        limit_bytes: Option<u64>,
    },
    /// Gosset was asked to stop.
    Interrupted,
    /// It could not be started.
    NotStarted {
        /// Why.
        reason: String,
    },
}

/// What became of an output stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Captured {
    /// Bytes that the program wrote.
    pub bytes_seen: u64,
    /// Bytes that were kept.
    pub bytes_kept: u64,
}

/// The exit record of a run, taken outside the program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunExit {
    /// How it ended.
    pub exit: Exit,
    /// When it started, by the machine's clock.
    pub started_at: Timestamp,
    /// How long it took, by a clock that cannot be set.
    pub wall_secs: f64,
    /// Processor time of the program and its children.
    pub cpu_secs: f64,
    /// The most memory that its largest process held.
    pub peak_memory_bytes: u64,
    /// Processes that it left behind and that were killed.
    pub stray_processes: u32,
    /// Its standard output.
    pub stdout: Captured,
    /// Its standard error.
    pub stderr: Captured,
}

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Outcome {
    /// It ended well and was scored.
    Finished,
    /// It ended with an exit code other than zero.
    Crashed {
        /// The exit code.
        code: i32,
    },
    /// A signal that it did not get from us ended it.
    Killed {
        /// The signal's number.
        signal: i32,
    },
    /// A metric came out as NaN or infinite.
    Diverged {
        /// The metric.
        metric: Name,
        /// The value found, as text.
        value: String,
    },
    /// Its time was up.
    TimedOut {
        /// The limit in seconds.
        limit_secs: f64,
    },
    /// It held too much memory.
    OutOfMemory {
        /// The limit in bytes, if the study set one.
        limit_bytes: Option<u64>,
    },
    /// It ended well, but what it left cannot be scored.
    Unscorable {
        /// Why, with file, row and column.
        reason: String,
    },
}

impl Outcome {
    /// Whether the run has scores.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        matches!(self, Self::Finished)
    }

    /// One word for tables and colours.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Crashed { .. } => "crashed",
            Self::Killed { .. } => "killed",
            Self::Diverged { .. } => "diverged",
            Self::TimedOut { .. } => "timed out",
            Self::OutOfMemory { .. } => "out of memory",
            Self::Unscorable { .. } => "unscorable",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Finished => formatter.write_str("finished"),
            Self::Crashed { code } => write!(formatter, "crashed with exit code {code}"),
            Self::Killed { signal } => write!(formatter, "killed by signal {signal}"),
            Self::Diverged { metric, value } => write!(formatter, "diverged: `{metric}` is {value}"),
            Self::TimedOut { limit_secs } => write!(formatter, "timed out after {limit_secs} s"),
            Self::OutOfMemory { limit_bytes: Some(limit) } => {
                write!(formatter, "out of memory: more than {limit} bytes")
            }
            Self::OutOfMemory { limit_bytes: None } => formatter.write_str("out of memory on the machine"),
            Self::Unscorable { reason } => write!(formatter, "unscorable: {reason}"),
        }
    }
}

/// How far a number can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Grade {
    /// Registered protocol, scored outside the program.
    A,
    /// Recorded, but exploratory or on the program's own word.
    B,
    /// Imported or typed in.
    C,
}

/// What is known of an attempt before it starts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunFacts {
    /// The command with all placeholders filled, secrets withheld.
    pub command: Vec<String>,
    /// Its digest before anything was withheld.
    pub command_digest: Digest,
    /// The number of the slot.
    pub slot: u32,
    /// The accelerators it may use.
    pub gpus: Vec<String>,
}

/// What an attempt left behind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunResult {
    /// The exit record.
    pub exit: RunExit,
    /// What it came to.
    pub outcome: Outcome,
    /// The value of every metric that could be computed; finite.
    pub scores: BTreeMap<Name, f64>,
    /// The files kept, by name: `stdout`, `stderr`, predictions.
    pub artifacts: BTreeMap<String, Digest>,
    /// Digest over all predictions files; none if there are none.
    pub output: Option<Digest>,
    /// Points logged by the program, by metric name.
    pub logged_points: BTreeMap<String, u64>,
    /// What was odd: bad lines in the metric log, dropped output.
    pub notes: Vec<String>,
}
