use gosset_model::{Attempt, Name, RunEvidence, RunFacts, RunId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Operation, Reply};
use crate::place::Place;
use crate::telling::Telling;
use crate::{Context, LabError, Style};

/// Show one run: command, outcome, scores, artifacts, attempts
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RunShow {
    /// The study's name
    study: Name,
    /// The run's id, or its beginning
    run: String,
}

/// A run in full.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct RunReply {
    /// What it left behind; without scores while the study has not ended.
    run: RunEvidence,
    /// What its last attempt executed.
    facts: Option<RunFacts>,
    /// Attempts that were lost, and why.
    lost: Vec<String>,
    /// Where its artifacts lie, by name.
    files: Vec<(String, String)>,
}

impl Operation for RunShow {
    const PATH: &'static [&'static str] = &["run", "show"];
    type Reply = RunReply;

    fn run(self, context: &Context<'_>) -> Result<RunReply, LabError> {
        let place = Place::find(&context.lab)?;
        let telling = Telling::of(&place.store_to_read()?, &place.artifacts(), &self.study, false)?;
        let run = find(&telling, &self.run)?;
        let attempts: &[Attempt] =
            telling.study.runs().get(&run.planned.id).map_or(&[], |state| state.attempts.as_slice());
        let artifacts = place.artifacts();
        let files = run
            .result
            .iter()
            .flat_map(|result| &result.artifacts)
            .map(|(name, digest)| (name.clone(), artifacts.path(digest).display().to_string()))
            .collect();
        Ok(RunReply {
            facts: attempts.last().map(|attempt| attempt.facts.clone()),
            lost: attempts
                .iter()
                .filter_map(|attempt| Some(format!("attempt {}: {}", attempt.number, attempt.lost.as_ref()?.0)))
                .collect(),
            files,
            run,
        })
    }
}

/// The only run whose id begins with `text`.
pub(super) fn find(telling: &Telling, text: &str) -> Result<RunEvidence, LabError> {
    let matching: Vec<&RunEvidence> =
        telling.asked.runs.iter().filter(|run| run.planned.id.as_str().starts_with(text)).collect();
    match matching.as_slice() {
        [run] => Ok((*run).clone()),
        several => {
            let ids = |run: &&RunEvidence| run.planned.id.to_string();
            let known = if several.is_empty() {
                telling.asked.runs.iter().take(5).map(|run| run.planned.id.to_string()).collect()
            } else {
                several.iter().map(ids).collect()
            };
            Err(LabError::NotFound { noun: "single run", name: RunId::typed(text).to_string(), known })
        }
    }
}

impl Reply for RunReply {
    fn text(&self, _: &Style) -> String {
        let planned = &self.run.planned;
        let dataset = planned.dataset.as_ref().map(|name| format!(" on {name}")).unwrap_or_default();
        let mut lines = vec![format!("Run {}: arm {}{dataset}, seed {}", planned.id, planned.arm, planned.seed)];
        if let Some(facts) = &self.facts {
            lines.push(format!("command: {}", facts.command.join(" ")));
        }
        match &self.run.result {
            None => lines.push(format!("missing: {}", self.run.missing.as_deref().unwrap_or("not started"))),
            Some(result) => {
                lines.push(format!("outcome: {} (attempt {})", result.outcome, self.run.attempt));
                for (name, value) in &result.scores {
                    lines.push(format!("score: {name} {value}"));
                }
                let exit = &result.exit;
                lines.push(format!(
                    "took: {:.2} s, {:.2} s of processor time, {:.1} MiB at most",
                    exit.wall_secs,
                    exit.cpu_secs,
                    exit.peak_memory_bytes as f64 / f64::from(1 << 20)
                ));
                for (name, points) in &result.logged_points {
                    lines.push(format!("logged: {name}, {points} points"));
                }
                lines.extend(result.notes.iter().map(|note| format!("note: {note}")));
            }
        }
        lines.extend(self.lost.iter().map(|lost| format!("lost: {lost}")));
        lines.extend(self.files.iter().map(|(name, path)| format!("artifact: {name} {path}")));
        if let Some(record) = self.run.record {
            lines.push(format!("ledger record: {record}"));
        }
        lines.join("\n") + "\n"
    }
}
