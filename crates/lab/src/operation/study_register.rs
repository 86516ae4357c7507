use std::path::{Path, PathBuf};

use gosset_model::{Command, Digest, Name};
use gosset_science::{Known, check};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Operation, Reply};
use crate::journal::Journal;
use crate::place::{Hold, Place};
use crate::study_folder::StudyFolder;
use crate::{Context, LabError, Style};

/// Freeze a study's protocol in the ledger
///
/// From here on the hypotheses, design, metrics and data are fixed; what is
/// changed later is an amendment. Registering the same protocol again changes
/// nothing.
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StudyRegister {
    /// The study file
    file: PathBuf,
}

/// What was frozen.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct RegisterReply {
    /// The study.
    study: Name,
    /// The digest of its protocol.
    digest: Digest,
    /// The ledger record, if it was made by this command.
    record: Option<u64>,
}

impl Operation for StudyRegister {
    const PATH: &'static [&'static str] = &["study", "register"];
    type Reply = RegisterReply;

    fn run(self, context: &Context<'_>) -> Result<RegisterReply, LabError> {
        let file = context.folder.join(&self.file);
        let Held { journal, record, .. } = register(context, &file)?;
        let registered = journal.study().registered()?;
        Ok(RegisterReply { study: journal.study().name().clone(), digest: registered.digest(), record })
    }
}

/// A registered study that this process alone may change.
pub(super) struct Held<'a> {
    pub(super) folder: StudyFolder,
    pub(super) place: Place,
    pub(super) journal: Journal<'a>,
    /// The ledger record, if it was registered just now.
    pub(super) record: Option<u64>,
    /// The right to change it.
    pub(super) hold: Hold,
}

/// Registers the study in `file`, unless it is registered as it stands.
pub(super) fn register<'a>(context: &'a Context<'a>, file: &Path) -> Result<Held<'a>, LabError> {
    let folder = StudyFolder::of(file)?;
    let draft = folder.draft()?;
    let design = check(&draft, &Known::default());
    if !design.problems.is_empty() {
        return Err(LabError::Design { problems: design.problems });
    }
    let place = Place::find_or_make(context)?;
    // What is read before the study is held may be history by then.
    let hold = place.hold(&draft.protocol().name)?;
    let mut journal = Journal::open(context, place.store()?, &draft.protocol().name)?;
    let is_same = journal.study().registered().is_ok_and(|known| known.digest() == draft.protocol().digest());
    if is_same {
        return Ok(Held { folder, place, journal, record: None, hold });
    }
    let data = folder.contents(draft.protocol())?;
    let registered = draft.register(data, folder.code_version(), env!("CARGO_PKG_VERSION").to_owned(), journal.now());
    let records = journal.carry_out(Command::Register { registered: Box::new(registered) })?;
    let record = records.first().map(|record| record.seq);
    Ok(Held { folder, place, journal, record, hold })
}

impl Reply for RegisterReply {
    fn text(&self, _: &Style) -> String {
        match self.record {
            Some(record) => format!("Registered study {} as {} (ledger record {record})\n", self.study, self.digest),
            None => format!("Study {} is registered as {} already\n", self.study, self.digest),
        }
    }
}
