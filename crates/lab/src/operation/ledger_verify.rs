use std::collections::BTreeMap;

use gosset_model::{Name, Study};
use gosset_store::{Record, Verification};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Answer, Operation, Reply};
use crate::place::Place;
use crate::{Context, LabError, Style};

/// Check that no record of the ledger was altered, removed, moved or inserted
///
/// The answer is "no" if one was.
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LedgerVerify {}

/// What was found.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct VerifyReply {
    /// The ledger as it stands.
    verification: Verification,
    /// Artifacts that records name and that are gone or altered.
    artifact_faults: Vec<String>,
}

impl Operation for LedgerVerify {
    const PATH: &'static [&'static str] = &["ledger", "verify"];
    type Reply = VerifyReply;

    fn run(self, context: &Context<'_>) -> Result<VerifyReply, LabError> {
        let place = Place::find(&context.lab)?;
        let store = place.store_to_read()?;
        let artifacts = place.artifacts();
        let mut studies: BTreeMap<Name, Study> = BTreeMap::new();
        let mut artifact_faults = Vec::new();
        let verification = store.verify(|record| {
            for digest in named_artifacts(record) {
                if let Err(error) = artifacts.read(&digest) {
                    artifact_faults.push(format!("record {}: {error}", record.seq));
                }
            }
            let study = studies.remove(&record.study).unwrap_or_else(|| Study::unregistered(record.study.clone()));
            let complaint = study.complaint(&record.event);
            studies.insert(record.study.clone(), study.apply(&record.event, record.seq, record.at));
            complaint
        })?;
        Ok(VerifyReply { verification, artifact_faults })
    }
}

fn named_artifacts(record: &Record) -> Vec<gosset_model::Digest> {
    match &record.event {
        gosset_model::Event::RunFinished { result, .. } => result.artifacts.values().copied().collect(),
        gosset_model::Event::SessionStarted { session } => {
            std::iter::once(session.capture).chain(session.diff).collect()
        }
        gosset_model::Event::Registered { .. }
        | gosset_model::Event::Amended { .. }
        | gosset_model::Event::RunStarted { .. }
        | gosset_model::Event::RunLost { .. }
        | gosset_model::Event::DataMismatch { .. }
        | gosset_model::Event::DataRestored { .. }
        | gosset_model::Event::ResultsShown { .. }
        | gosset_model::Event::Predicted { .. }
        | gosset_model::Event::Judged { .. } => Vec::new(),
    }
}

impl Reply for VerifyReply {
    fn text(&self, _: &Style) -> String {
        let found = &self.verification;
        let mut lines: Vec<String> = found.faults.iter().map(|fault| format!("FAULT {}", fault.sentence())).collect();
        lines.extend(self.artifact_faults.iter().map(|fault| format!("FAULT {fault}")));
        lines.extend(
            found
                .clock_steps_back
                .iter()
                .map(|seq| format!("note: the machine's clock had gone backwards at record {seq}")),
        );
        let verdict = if self.answer() == Answer::Yes { "intact" } else { "NOT INTACT" };
        lines.push(format!("{} records, {verdict}; head {}", found.records, found.head.hash));
        lines.join("\n") + "\n"
    }

    fn answer(&self) -> Answer {
        if self.verification.faults.is_empty() && self.artifact_faults.is_empty() { Answer::Yes } else { Answer::No }
    }
}
