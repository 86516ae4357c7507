use std::collections::BTreeMap;

use gosset_model::{Evidence, Name, Protocol, RunId};
use gosset_store::Artifacts;
use serde::{Deserialize, Serialize};

use crate::LabError;

/// The artifact that holds the scores of a run's examples.
pub(crate) const EXAMPLES: &str = "examples.json";

/// The score of every example, by metric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ExampleScores {
    /// The examples, in the order of the data set.
    pub(crate) ids: Vec<String>,
    /// Their scores, by metric, in the same order.
    pub(crate) scores: BTreeMap<Name, Vec<f64>>,
}

/// Puts the scores of examples into the evidence of a study about artifacts.
///
/// # Errors
/// If an artifact that the ledger names cannot be read, or is no such list.
pub(crate) fn put_examples(
    artifacts: &Artifacts,
    protocol: &Protocol,
    evidence: &mut Evidence,
) -> Result<(), LabError> {
    if !protocol.is_about_artifacts() {
        return Ok(());
    }
    for run in &mut evidence.runs {
        let kept = run.result.as_ref().and_then(|result| result.artifacts.get(EXAMPLES));
        if let Some(digest) = kept {
            let bytes = artifacts.read(digest)?;
            let read: ExampleScores =
                serde_json::from_slice(&bytes).map_err(|error| damaged(&run.planned.id, &error))?;
            run.examples = read.scores;
        }
    }
    Ok(())
}

fn damaged(run: &RunId, error: &serde_json::Error) -> LabError {
    LabError::Machine { reason: format!("the scores of the examples of run {run} cannot be read: {error}") }
}
