use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ArmName, Change, DataMismatch, Name, PlannedRun, RunId, RunResult, ScalingPrediction};

/// What all planned runs of a study left behind. Nothing is dropped: a run
/// that is not there is there as missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// One entry for each planned run, in the order of arm, data set and seed.
    pub runs: Vec<RunEvidence>,
    /// Data that differ from what was registered and stop the study. No run
    /// that counts has used them.
    pub mismatches: Vec<DataMismatch>,
    /// Changes of the protocol made after results could have been seen.
    pub late_changes: Vec<Change>,
    /// How often results were shown before all planned runs had ended.
    #[serde(default)]
    pub early_looks: u64,
    /// What was foreseen of a ladder's largest rungs, with its ledger record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prediction: Option<(u64, ScalingPrediction)>,
}

/// A planned run and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunEvidence {
    /// The run.
    pub planned: PlannedRun,
    /// What it left behind; none if it has not ended.
    pub result: Option<RunResult>,
    /// Why there is no result.
    pub missing: Option<String>,
    /// The attempt that counts.
    pub attempt: u32,
    /// The ledger record that holds the result.
    pub record: Option<u64>,
    /// The score of every example, by metric, in the order of the data set;
    /// there in studies about artifacts alone.
    #[serde(skip)]
    pub examples: BTreeMap<Name, Vec<f64>>,
}

impl Evidence {
    /// The run of `arm` on `dataset` with `seed`.
    #[must_use]
    pub fn run(&self, arm: &ArmName, dataset: Option<&Name>, seed: u64) -> Option<&RunEvidence> {
        let key = |run: &RunEvidence| (run.planned.arm.clone(), run.planned.dataset.clone(), run.planned.seed);
        let wanted = (arm.clone(), dataset.cloned(), seed);
        self.runs.binary_search_by(|run| key(run).cmp(&wanted)).ok().map(|index| &self.runs[index])
    }

    /// The run with this id.
    #[must_use]
    pub fn run_by_id(&self, id: &RunId) -> Option<&RunEvidence> {
        self.runs.iter().find(|run| run.planned.id == *id)
    }

    /// Runs that have ended, well or not.
    #[must_use]
    pub fn ended(&self) -> usize {
        self.runs.iter().filter(|run| run.result.is_some()).count()
    }

    /// Whether every planned run has ended.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.ended() == self.runs.len()
    }
}
