use std::fs;
use std::path::PathBuf;

use gosset_model::Name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Operation, Reply};
use crate::place::Place;
use crate::telling::Telling;
use crate::{Context, LabError, Style};

/// Write the report of a study
///
/// The same records give the same report, byte for byte.
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StudyReport {
    /// The study's name
    study: Name,
    /// Its form
    #[arg(long, value_enum, default_value_t = Form::Html)]
    #[serde(default)]
    form: Form,
    /// The file to write; to standard output if absent
    #[arg(long, short)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    output: Option<PathBuf>,
}

/// The form of a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Form {
    /// A page that needs nothing else
    #[default]
    Html,
    /// Markdown
    Markdown,
    /// Plain text for a terminal
    Text,
}

/// The report.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct ReportReply {
    /// Where it was written, if to a file.
    file: Option<String>,
    /// The report itself, if not.
    report: Option<String>,
}

impl Operation for StudyReport {
    const PATH: &'static [&'static str] = &["study", "report"];
    type Reply = ReportReply;

    fn run(self, context: &Context<'_>) -> Result<ReportReply, LabError> {
        let place = Place::find(&context.lab)?;
        let telling = Telling::of(&place.store_to_read()?, &place.artifacts(), &self.study, false)?;
        let report = match self.form {
            Form::Html => telling.html(),
            Form::Markdown => telling.markdown(),
            Form::Text => telling.terminal(&Style { colour: false, width: context.style.width }),
        };
        match self.output {
            None => Ok(ReportReply { file: None, report: Some(report) }),
            Some(output) => {
                let path = context.folder.join(output);
                fs::write(&path, report).map_err(LabError::file("write", &path))?;
                Ok(ReportReply { file: Some(path.display().to_string()), report: None })
            }
        }
    }
}

impl Reply for ReportReply {
    fn text(&self, _: &Style) -> String {
        match (&self.file, &self.report) {
            (Some(file), _) => format!("Wrote {file}\n"),
            (None, Some(report)) => report.clone(),
            (None, None) => String::new(),
        }
    }
}
