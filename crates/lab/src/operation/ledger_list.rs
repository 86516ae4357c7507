use gosset_model::Name;
use gosset_store::Record;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Operation, Reply};
use crate::place::Place;
use crate::{Context, LabError, Style};

/// List the ledger records of a study
///
/// Records hold scores: `--json` prints them in full, the list only what
/// happened when.
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LedgerList {
    /// The study's name
    study: Name,
    /// Only this record
    #[arg(long)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    record: Option<u64>,
}

/// The records.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct RecordsReply {
    /// The records, in order.
    records: Vec<Record>,
}

impl Operation for LedgerList {
    const PATH: &'static [&'static str] = &["ledger", "list"];
    type Reply = RecordsReply;

    fn run(self, context: &Context<'_>) -> Result<RecordsReply, LabError> {
        let store = Place::find(&context.lab)?.store_to_read()?;
        let mut records = store.history(&self.study)?;
        if records.is_empty() {
            let known = store.studies()?.into_keys().map(String::from).collect();
            return Err(LabError::NotFound { noun: "study", name: self.study.to_string(), known });
        }
        if let Some(wanted) = self.record {
            records.retain(|record| record.seq == wanted);
            if records.is_empty() {
                return Err(LabError::NotFound { noun: "record", name: wanted.to_string(), known: Vec::new() });
            }
        }
        Ok(RecordsReply { records })
    }
}

impl Reply for RecordsReply {
    fn text(&self, _: &Style) -> String {
        let line = |record: &Record| {
            format!("{:>6}  {}  {:<16} {}\n", record.seq, record.at, record.event.kind(), record.hash.short())
        };
        self.records.iter().map(line).collect()
    }
}
