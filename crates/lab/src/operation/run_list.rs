use gosset_model::{ArmName, Name, RunId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Operation, Reply};
use crate::place::Place;
use crate::telling::Telling;
use crate::{Context, LabError, Style};

/// List the runs of a study
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RunList {
    /// The study's name
    study: Name,
    /// Only runs of this arm
    #[arg(long)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    arm: Option<String>,
    /// Only runs that failed
    #[arg(long)]
    #[serde(default)]
    failed: bool,
}

/// The runs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct RunsReply {
    /// One entry for each planned run, by arm, data set and seed.
    runs: Vec<ListedRun>,
    /// Whether scores are left out because the study has not ended.
    is_blind: bool,
}

/// A run in short.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
struct ListedRun {
    id: RunId,
    arm: ArmName,
    dataset: Option<Name>,
    seed: u64,
    /// What it came to, or why it is missing.
    outcome: String,
    /// Its scores, by metric.
    scores: Vec<(Name, f64)>,
    wall_secs: Option<f64>,
    attempt: u32,
    /// The ledger record of its result.
    record: Option<u64>,
}

impl Operation for RunList {
    const PATH: &'static [&'static str] = &["run", "list"];
    type Reply = RunsReply;

    fn run(self, context: &Context<'_>) -> Result<RunsReply, LabError> {
        let place = Place::find(&context.lab)?;
        let store = place.store_to_read()?;
        let telling = Telling::of(&store, &place.artifacts(), &self.study, false)?;
        let is_blind = telling.is_blind;
        let runs = telling
            .asked
            .runs
            .into_iter()
            .filter(|run| self.arm.as_deref().is_none_or(|arm| run.planned.arm.as_str() == arm))
            .filter(|run| !self.failed || run.result.as_ref().is_some_and(|result| !result.outcome.is_finished()))
            .map(|run| ListedRun {
                outcome: match (&run.result, run.missing) {
                    (Some(result), _) => result.outcome.to_string(),
                    (None, missing) => missing.unwrap_or_default(),
                },
                scores: run
                    .result
                    .iter()
                    .flat_map(|result| result.scores.iter().map(|(name, value)| (name.clone(), *value)))
                    .collect(),
                wall_secs: run.result.as_ref().map(|result| result.exit.wall_secs),
                id: run.planned.id,
                arm: run.planned.arm,
                dataset: run.planned.dataset,
                seed: run.planned.seed,
                attempt: run.attempt,
                record: run.record,
            })
            .collect();
        Ok(RunsReply { runs, is_blind })
    }
}

impl Reply for RunsReply {
    fn text(&self, _: &Style) -> String {
        let widest = self.runs.iter().map(|run| run.arm.as_str().chars().count()).max().unwrap_or(0);
        let mut text = String::new();
        for run in &self.runs {
            let scores: Vec<String> = run
                .scores
                .iter()
                .map(|(name, value)| format!("{name} {}", gosset_report::number::significant(*value, 6)))
                .collect();
            let time = run.wall_secs.map(|secs| format!("{secs:.2} s")).unwrap_or_default();
            let dataset = run.dataset.as_ref().map_or("-", Name::as_str);
            let line = format!(
                "{}  {:<widest$}  {dataset}  {:>10}  {time:>9}  {}  {}",
                run.id,
                run.arm.as_str(),
                run.seed,
                run.outcome,
                scores.join("  ")
            );
            text.push_str(line.trim_end());
            text.push('\n');
        }
        if self.is_blind {
            text.push_str("Scores are shown when all planned runs have ended\n");
        }
        text
    }
}
