use gosset_model::{Command, Evidence, Horizon, Judgement, Name, Registration, TestSetUse};
use gosset_science::benchmark::RegisteredBenchmark;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Operation, Reply};
use crate::journal::Journal;
use crate::place::Place;
use crate::telling::Telling;
use crate::{Context, LabError, Style};

/// Show what a study found
///
/// Results of a study with a fixed horizon are shown when all its runs have
/// ended. `--interim` shows them before, and the ledger keeps that they were
/// seen. A sequential study shows its last complete look at any time.
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StudyShow {
    /// The study's name
    study: Name,
    /// Show results before all runs have ended, and record that
    #[arg(long)]
    #[serde(default)]
    interim: bool,
}

/// A study with its evidence and judgement.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct ShowReply {
    /// The frozen protocol.
    registration: Registration,
    /// What the referee says; none while results are to stay unseen.
    judgement: Option<Judgement>,
    /// The leaderboards of a benchmark in full, where results may be seen.
    benchmark: Option<RegisteredBenchmark>,
    /// Earlier studies of this lab that looked at the data sets of a benchmark.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    test_set_uses: Vec<TestSetUse>,
    /// What the runs left behind; no scores while the study may go on.
    evidence: Evidence,
    /// The study for a terminal.
    #[serde(skip)]
    told: String,
}

impl Operation for StudyShow {
    const PATH: &'static [&'static str] = &["study", "show"];
    type Reply = ShowReply;

    fn run(self, context: &Context<'_>) -> Result<ShowReply, LabError> {
        let place = Place::find(&context.lab)?;
        if self.interim {
            let mut journal = Journal::open(context, place.store()?, &self.study)?;
            if let Ok(registered) = journal.study().registered()
                && registered.protocol().design.horizon == Horizon::Fixed
            {
                let runs_planned = registered.protocol().run_count() as u64;
                journal.carry_out(Command::ShowResults { runs_planned, how: "show".to_owned() })?;
            }
        }
        let telling = Telling::of(&place.store_to_read()?, &place.artifacts(), &self.study, self.interim)?;
        let told = telling.terminal(&context.style);
        let registration = telling.registered.registration().clone();
        Ok(ShowReply {
            registration,
            judgement: telling.judgement,
            benchmark: telling.benchmark,
            test_set_uses: telling.uses,
            evidence: telling.evidence,
            told,
        })
    }
}

impl Reply for ShowReply {
    fn text(&self, _: &Style) -> String {
        self.told.clone()
    }
}
