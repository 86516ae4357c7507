use std::num::NonZeroUsize;

use gosset_data::{chunk, downsample};
use gosset_model::{Command, Name};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::run_show::find;
use super::{Operation, Reply};
use crate::journal::Journal;
use crate::place::Place;
use crate::telling::Telling;
use crate::{Context, LabError, Style};

/// Read a metric that a run logged, thinned for drawing
///
/// Of every stretch the smallest and the largest value are kept, so that no
/// spike is lost. While the study has not ended the ledger keeps that results
/// were seen.
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RunSeries {
    /// The study's name
    study: Name,
    /// The run's id, or its beginning
    run: String,
    /// The metric as the program logs it
    metric: String,
    /// About how many points to keep
    #[arg(long, default_value_t = 1000)]
    #[serde(default = "a_thousand")]
    points: usize,
}

fn a_thousand() -> usize {
    1000
}

/// A series, thinned.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct SeriesReply {
    /// The metric.
    metric: String,
    /// Points logged.
    points_logged: u64,
    /// Steps and values kept, in order.
    points: Vec<(i64, f64)>,
    /// Points that are no number, which are not among them.
    not_a_number: u64,
}

impl Operation for RunSeries {
    const PATH: &'static [&'static str] = &["run", "series"];
    type Reply = SeriesReply;

    fn run(self, context: &Context<'_>) -> Result<SeriesReply, LabError> {
        let place = Place::find(&context.lab)?;
        let store = place.store_to_read()?;
        let telling = Telling::of(&store, &place.artifacts(), &self.study, false)?;
        if telling.judgement.is_none() {
            let mut journal = Journal::open(context, place.store()?, &self.study)?;
            let runs_planned = telling.asked.runs.len() as u64;
            journal.carry_out(Command::ShowResults { runs_planned, how: "series".to_owned() })?;
        }
        let run = find(&telling, &self.run)?;
        let chunks = store.series(&self.study, &run.planned.id, run.attempt, &self.metric)?;
        if chunks.is_empty() {
            let known = run.result.map(|result| result.logged_points.into_keys().collect()).unwrap_or_default();
            return Err(LabError::NotFound { noun: "logged metric", name: self.metric, known });
        }
        let (mut steps, mut values) = (Vec::new(), Vec::new());
        for body in chunks {
            let series = chunk::decode(&body).map_err(|error| LabError::Usage {
                what: format!("series `{}` is damaged: {error}", self.metric),
                hint: "restore the lab from a backup".to_owned(),
            })?;
            steps.extend(series.steps);
            values.extend(series.values);
        }
        let buckets = NonZeroUsize::new(self.points / 2).unwrap_or(NonZeroUsize::MIN);
        let thinned = downsample(&steps, &values, buckets);
        Ok(SeriesReply {
            metric: self.metric,
            points_logged: steps.len() as u64,
            points: thinned.points,
            not_a_number: thinned.n_not_a_number as u64,
        })
    }
}

impl Reply for SeriesReply {
    fn text(&self, _: &Style) -> String {
        let mut text: String = self.points.iter().map(|(step, value)| format!("{step}\t{value}\n")).collect();
        if self.not_a_number > 0 {
            text.push_str(&format!("{} points are no number\n", self.not_a_number));
        }
        text
    }
}
