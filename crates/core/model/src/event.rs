use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Change, DataContent, Digest, Judgement, Registration, RunFacts, RunId, RunResult, ScalingPrediction};

/// Something that happened to a study. The ledger keeps these; a study is
/// their fold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// The protocol was frozen.
    Registered {
        /// What was frozen.
        registration: Box<Registration>,
    },
    /// The protocol was changed afterwards.
    Amended {
        /// What holds from here on.
        registration: Box<Registration>,
        /// What changed.
        changes: Vec<Change>,
        /// Why, in the words of whoever did it.
        reason: String,
        /// Runs that had been scored by then.
        runs_scored: u64,
        /// Whether anybody could have seen results by then.
        results_seen: bool,
    },
    /// Somebody began or went on running the study.
    SessionStarted {
        /// Where and with what.
        session: Session,
    },
    /// An attempt at a run was about to start.
    RunStarted {
        /// The run.
        run: RunId,
        /// The number of the attempt, from 1.
        attempt: u32,
        /// What it was to execute.
        facts: RunFacts,
    },
    /// An attempt ended and was scored.
    RunFinished {
        /// The run.
        run: RunId,
        /// The attempt.
        attempt: u32,
        /// What it left behind.
        result: Box<RunResult>,
    },
    /// An attempt was lost to a failure of the machine, not of the program.
    RunLost {
        /// The run.
        run: RunId,
        /// The attempt.
        attempt: u32,
        /// What happened.
        reason: String,
        /// Whether it was our own doing (an interruption), which costs no
        /// retry.
        interrupted: bool,
    },
    /// Data were found to differ from what was registered.
    DataMismatch {
        /// Which, and how.
        mismatch: DataMismatch,
    },
    /// Data were found as registered again.
    DataRestored {
        /// The path as written in the study file.
        path: String,
    },
    /// Results of an unfinished study were shown.
    ResultsShown {
        /// Runs scored by then.
        runs_scored: u64,
        /// Runs planned.
        runs_planned: u64,
        /// How: `progress` or `show`.
        how: String,
    },
    /// A law was fitted to the lower rungs of a ladder, and said what the rungs
    /// held out will come to.
    Predicted {
        /// What it said.
        prediction: Box<ScalingPrediction>,
    },
    /// The referee judged the study.
    Judged {
        /// What it said.
        judgement: Box<Judgement>,
    },
}

impl Event {
    /// The name of its kind, as the ledger stores it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Registered { .. } => "registered",
            Self::Amended { .. } => "amended",
            Self::SessionStarted { .. } => "session_started",
            Self::RunStarted { .. } => "run_started",
            Self::RunFinished { .. } => "run_finished",
            Self::RunLost { .. } => "run_lost",
            Self::DataMismatch { .. } => "data_mismatch",
            Self::DataRestored { .. } => "data_restored",
            Self::ResultsShown { .. } => "results_shown",
            Self::Predicted { .. } => "predicted",
            Self::Judged { .. } => "judged",
        }
    }
}

/// Where and with what a study was run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Session {
    /// The version of Gosset.
    pub gosset_version: String,
    /// The machine's name.
    pub host: String,
    /// Its operating system.
    pub os: String,
    /// Its processor.
    pub cpu: String,
    /// Its processor cores.
    pub cores: u32,
    /// Its memory in bytes.
    pub memory_bytes: u64,
    /// Its accelerators.
    pub gpus: Vec<String>,
    /// How many runs at once.
    pub slots: u32,
    /// The artifact that holds all that was captured: environment, code,
    /// versions.
    pub capture: Digest,
    /// The artifact that holds uncommitted changes.
    pub diff: Option<Digest>,
    /// The commit of the study's code.
    pub commit: Option<String>,
    /// Versions of the program and what it is built on, in one line each.
    pub versions: BTreeMap<String, String>,
    /// The digest of what the build step made.
    pub build: Option<Digest>,
}

/// Data that are not what was registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DataMismatch {
    /// The path as written in the study file.
    pub path: String,
    /// The registered content.
    pub registered: DataContent,
    /// What was found; none if it cannot be read.
    pub found: Option<DataContent>,
    /// Why it cannot be read.
    pub problem: Option<String>,
    /// A run that was under way and was given up for it.
    pub during: Option<RunId>,
}
