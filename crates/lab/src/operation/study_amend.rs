use std::path::PathBuf;

use gosset_model::{Amendment, Command, Name, Reach};
use gosset_science::{Known, check};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Operation, Reply};
use crate::journal::Journal;
use crate::place::Place;
use crate::study_folder::StudyFolder;
use crate::{Context, LabError, Style};

/// Record a change of a registered protocol
///
/// The ledger keeps what changed, why, and whether results could have been
/// seen by then. What is changed after that, other than words and budgets,
/// makes the verdicts that it can touch invalid.
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StudyAmend {
    /// The changed study file
    file: PathBuf,
    /// Why it was changed
    #[arg(long)]
    reason: String,
}

/// What was amended.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct AmendReply {
    /// The study.
    study: Name,
    /// What changed.
    amendment: Amendment,
}

impl Operation for StudyAmend {
    const PATH: &'static [&'static str] = &["study", "amend"];
    type Reply = AmendReply;

    fn run(self, context: &Context<'_>) -> Result<AmendReply, LabError> {
        let folder = StudyFolder::of(&context.folder.join(&self.file))?;
        let draft = folder.draft()?;
        let design = check(&draft, &Known::default());
        if !design.problems.is_empty() {
            return Err(LabError::Design { problems: design.problems });
        }
        let study = draft.protocol().name.clone();
        let place = Place::find(&context.lab)?;
        // What is read before the study is held may be history by then.
        let _hold = place.hold(&study)?;
        let mut journal = Journal::open(context, place.store()?, &study)?;
        journal.study().registered()?;
        journal.carry_out(Command::Amend {
            data: folder.contents(draft.protocol())?,
            draft: Box::new(draft),
            code: folder.code_version(),
            gosset_version: env!("CARGO_PKG_VERSION").to_owned(),
            reason: self.reason,
        })?;
        let amendment = journal.study().amendments().last().cloned();
        let amendment = amendment.expect("an amendment that was carried out is in the study");
        Ok(AmendReply { study, amendment })
    }
}

impl Reply for AmendReply {
    fn text(&self, _: &Style) -> String {
        let amendment = &self.amendment;
        let mut lines = vec![format!("Amended study {} (ledger record {})", self.study, amendment.record)];
        for change in &amendment.changes {
            lines.push(format!("  {}: {} -> {}", change.key, change.from, change.to));
        }
        let is_late = amendment.results_seen && amendment.changes.iter().any(|change| change.reach != Reach::Words);
        if is_late {
            lines.push(format!(
                "{} runs had been scored: the verdicts that this can touch are invalid from here on",
                amendment.runs_scored
            ));
        }
        lines.join("\n") + "\n"
    }
}
