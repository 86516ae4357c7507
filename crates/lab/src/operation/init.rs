use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Operation, Reply};
use crate::place::Place;
use crate::{Context, LabError, Style};

/// Make a lab in this folder
///
/// A lab is a folder `.gosset` that holds the records of all studies below it.
/// Commands find it upwards, as git finds its repository. An existing lab stays
/// as it is.
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Init {
    /// The folder; the current one if absent
    #[serde(default, skip_serializing_if = "Option::is_none")]
    folder: Option<PathBuf>,
}

/// Where the lab is.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct InitReply {
    /// The lab's folder.
    lab: String,
    /// Whether it was made by this command.
    is_new: bool,
}

impl Operation for Init {
    const PATH: &'static [&'static str] = &["init"];
    type Reply = InitReply;

    fn run(self, context: &Context<'_>) -> Result<InitReply, LabError> {
        let folder = self.folder.map_or_else(|| context.lab.clone(), |folder| context.folder.join(folder));
        let (place, is_new) = Place::make(&folder)?;
        Ok(InitReply { lab: place.root().display().to_string(), is_new })
    }
}

impl Reply for InitReply {
    fn text(&self, _: &Style) -> String {
        let lab = &self.lab;
        if self.is_new { format!("Made a lab in {lab}\n") } else { format!("There is a lab in {lab} already\n") }
    }
}
