use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};

use super::{Operation, Reply};
use crate::{Context, LabError, Style};

/// Print the JSON Schema of theory files
///
/// Editors that know TOML schemas complete and explain keys by it.
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TheorySchema {}

/// A JSON Schema.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct TheorySchemaReply(Schema);

impl Operation for TheorySchema {
    const PATH: &'static [&'static str] = &["theory", "schema"];
    type Reply = TheorySchemaReply;

    fn run(self, _: &Context<'_>) -> Result<TheorySchemaReply, LabError> {
        Ok(TheorySchemaReply(gosset_model::theory_schema()))
    }
}

impl Reply for TheorySchemaReply {
    fn text(&self, _: &Style) -> String {
        let mut text = serde_json::to_string_pretty(&self.0).unwrap_or_default();
        text.push('\n');
        text
    }
}
