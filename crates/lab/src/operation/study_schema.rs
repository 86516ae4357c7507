use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};

use super::{Operation, Reply};
use crate::{Context, LabError, Style};

/// Print the JSON Schema of study files
///
/// Editors that know TOML schemas complete and explain keys by it.
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StudySchema {}

/// A JSON Schema.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct SchemaReply(Schema);

impl Operation for StudySchema {
    const PATH: &'static [&'static str] = &["study", "schema"];
    type Reply = SchemaReply;

    fn run(self, _: &Context<'_>) -> Result<SchemaReply, LabError> {
        Ok(SchemaReply(gosset_model::study_schema()))
    }
}

impl Reply for SchemaReply {
    fn text(&self, _: &Style) -> String {
        let mut text = serde_json::to_string_pretty(&self.0).unwrap_or_default();
        text.push('\n');
        text
    }
}
