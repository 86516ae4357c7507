use gosset_model::Name;
use gosset_science::asked;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Operation, Reply};
use crate::journal::fold;
use crate::place::Place;
use crate::{Context, LabError, Style};

/// List the studies of the lab
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StudyList {}

/// The studies.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct ListReply {
    /// One entry for each study, by name.
    studies: Vec<Listed>,
}

/// A study in short.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
struct Listed {
    /// Its name.
    study: Name,
    /// Its question.
    question: String,
    /// Runs that have ended.
    runs_ended: u64,
    /// Runs planned.
    runs_planned: u64,
    /// The verdicts, hypothesis by hypothesis; none while runs are left.
    verdicts: Vec<(Name, String)>,
}

impl Operation for StudyList {
    const PATH: &'static [&'static str] = &["study", "list"];
    type Reply = ListReply;

    fn run(self, context: &Context<'_>) -> Result<ListReply, LabError> {
        let store = Place::find(&context.lab)?.store_to_read()?;
        let mut studies = Vec::new();
        for name in store.studies()?.into_keys() {
            let study = fold(&store, &name)?;
            let Ok(registered) = study.registered() else { continue };
            let evidence = study.evidence(&asked(registered, &study));
            let verdicts = study
                .judgement()
                .filter(|(_, _, judgement)| judgement.protocol == registered.digest())
                .map(|(_, _, judgement)| {
                    let short = |one: &gosset_model::HypothesisJudgement| (one.id.clone(), one.verdict.words());
                    judgement.hypotheses.iter().map(short).collect()
                })
                .unwrap_or_default();
            studies.push(Listed {
                question: registered.protocol().question.clone(),
                runs_ended: evidence.ended() as u64,
                runs_planned: evidence.runs.len() as u64,
                study: name,
                verdicts,
            });
        }
        Ok(ListReply { studies })
    }
}

impl Reply for ListReply {
    fn text(&self, _: &Style) -> String {
        if self.studies.is_empty() {
            return "No study is registered so far\n".to_owned();
        }
        let mut text = String::new();
        for listed in &self.studies {
            text.push_str(&format!(
                "{}  {} of {} runs  {}\n",
                listed.study, listed.runs_ended, listed.runs_planned, listed.question
            ));
            for (hypothesis, verdict) in &listed.verdicts {
                text.push_str(&format!("    {hypothesis}: {verdict}\n"));
            }
        }
        text
    }
}
