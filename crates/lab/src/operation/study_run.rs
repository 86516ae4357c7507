use std::fs;
use std::path::PathBuf;

use gosset_model::{Judgement, Name, TestSetUse};
use gosset_science::benchmark::RegisteredBenchmark;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::study_register::{Held, register};
use super::{Answer, Operation, Reply};
use crate::conduct::{Limits, Outcome, conduct};
use crate::telling::Telling;
use crate::{Context, LabError, Style};

/// Run a study from registration to verdict
///
/// Registers the study if it is not yet, runs what is left of its plan, scores
/// and judges it, and writes the report. May be stopped (Ctrl-C) or killed at
/// any moment: repeat the command to go on where it stopped.
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StudyRun {
    /// The study file
    file: PathBuf,
    /// Processor slots for runs; all cores if absent
    #[arg(long)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    slots: Option<u32>,
    /// Accelerators for runs, as CUDA_VISIBLE_DEVICES names them
    #[arg(long, value_delimiter = ',')]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    gpus: Vec<String>,
    /// Show the means of the arms as results come; in a study with a fixed
    /// horizon that is an early look, which the ledger keeps and which takes
    /// grade A away
    #[arg(long)]
    #[serde(default)]
    live_means: bool,
    /// Where the report goes; into the lab's folder if absent
    #[arg(long)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    report: Option<PathBuf>,
}

/// What came of it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct RunReply {
    /// The study.
    study: Name,
    /// Whether every planned run has ended.
    is_complete: bool,
    /// Why not.
    stopped: Option<String>,
    /// Runs that have ended.
    runs_ended: u64,
    /// Runs planned.
    runs_planned: u64,
    /// What the referee says; none while runs are left.
    judgement: Option<Judgement>,
    /// The leaderboards of a benchmark in full, where results may be seen.
    benchmark: Option<RegisteredBenchmark>,
    /// Earlier studies of this lab that looked at the data sets of a benchmark.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    test_set_uses: Vec<TestSetUse>,
    /// The report as a page.
    report: Option<String>,
    /// The report for a terminal.
    #[serde(skip)]
    told: String,
}

impl Operation for StudyRun {
    const PATH: &'static [&'static str] = &["study", "run"];
    type Reply = RunReply;

    fn run(self, context: &Context<'_>) -> Result<RunReply, LabError> {
        if self.slots == Some(0) {
            return Err(LabError::Usage {
                what: "no slots, no runs".to_owned(),
                hint: "give at least one slot".to_owned(),
            });
        }
        let Held { folder, place, mut journal, hold: _hold, .. } = register(context, &context.folder.join(&self.file))?;
        let study = journal.study().name().clone();
        let limits = Limits { cpus: self.slots, gpus: self.gpus, live_means: self.live_means };
        let outcome = conduct(context, &place, &folder, &mut journal, &limits)?;
        let telling = Telling::of(journal.store(), &place.artifacts(), &study, false)?;
        let stopped = match outcome {
            Outcome::Complete => None,
            Outcome::Interrupted => Some("stopped by request".to_owned()),
            Outcome::Incomplete { why } => Some(why),
            Outcome::DataChanged { listed } => return Err(LabError::DataChanged { listed }),
        };
        let report = match &telling.judgement {
            None => None,
            Some(_) => {
                context.progress.step(crate::Step::Stage("writing the report"));
                let path = match self.report {
                    Some(path) => context.folder.join(path),
                    None => place.study_file(&study, "report.html")?,
                };
                fs::write(&path, telling.html()).map_err(LabError::file("write", &path))?;
                Some(path.display().to_string())
            }
        };
        Ok(RunReply {
            is_complete: telling.asked.is_complete(),
            runs_ended: telling.asked.ended() as u64,
            runs_planned: telling.asked.runs.len() as u64,
            told: telling.terminal(&context.style),
            judgement: telling.judgement,
            benchmark: telling.benchmark,
            test_set_uses: telling.uses,
            stopped,
            report,
            study,
        })
    }
}

impl Reply for RunReply {
    fn text(&self, _: &Style) -> String {
        let mut text = self.told.clone();
        if let Some(report) = &self.report {
            text.push_str(&format!("\nReport: {report}\n"));
        }
        if let Some(stopped) = &self.stopped {
            text.push_str(&format!(
                "\n{} of {} runs have ended; {stopped}. Repeat the command to go on.\n",
                self.runs_ended, self.runs_planned
            ));
        }
        text
    }

    fn answer(&self) -> Answer {
        if self.is_complete { Answer::Yes } else { Answer::No }
    }
}
