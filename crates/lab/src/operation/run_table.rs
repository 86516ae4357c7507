use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use gosset_data::table::written;
use gosset_model::{Name, RunEvidence};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Operation, Reply};
use crate::place::Place;
use crate::telling::Telling;
use crate::{Context, LabError, Style};

/// Write the runs of a study as a table
///
/// CSV with a row for each planned run: its arm, data set and seed, its state,
/// the parameters of its arm as `config.NAME`, its scores, and what it took. A
/// run that failed or is missing has no scores, and says so in its state.
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RunTable {
    /// The study's name
    study: Name,
    /// The file to write; to standard output if absent
    #[arg(long, short)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    output: Option<PathBuf>,
}

/// The table.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct TableReply {
    /// Where it was written, if to a file.
    file: Option<String>,
    /// The table itself, if not.
    table: Option<String>,
    /// Its rows.
    runs: u64,
}

/// The columns before those of parameters and scores.
const FIRST: [&str; 5] = ["id", "arm", "dataset", "seed", "state"];
/// The columns behind them.
const LAST: [&str; 3] = ["wall_secs", "cpu_secs", "peak_memory_bytes"];

impl Operation for RunTable {
    const PATH: &'static [&'static str] = &["run", "table"];
    type Reply = TableReply;

    fn run(self, context: &Context<'_>) -> Result<TableReply, LabError> {
        let place = Place::find(&context.lab)?;
        let telling = Telling::of(&place.store_to_read()?, &place.artifacts(), &self.study, false)?;
        if telling.is_blind {
            return Err(LabError::Usage {
                what: format!("the runs of `{}` have not all ended, and nobody sees scores before", self.study),
                hint: "run the study to its end with `gosset study run`".to_owned(),
            });
        }
        let runs = telling.asked.runs.len() as u64;
        let table = written(&rows(&telling)).map_err(LabError::file("make", Path::new("the table")))?;
        match self.output {
            None => Ok(TableReply { file: None, table: Some(table), runs }),
            Some(output) => {
                let path = context.folder.join(output);
                fs::write(&path, table).map_err(LabError::file("write", &path))?;
                Ok(TableReply { file: Some(path.display().to_string()), table: None, runs })
            }
        }
    }
}

fn rows(telling: &Telling) -> Vec<Vec<String>> {
    let protocol = telling.registered.protocol();
    let runs = &telling.asked.runs;
    let parameters: BTreeSet<&Name> = protocol.arms.values().flat_map(|settings| settings.keys()).collect();
    let metrics: BTreeSet<&Name> =
        runs.iter().filter_map(|run| run.result.as_ref()).flat_map(|result| result.scores.keys()).collect();
    let titles = FIRST.iter().map(|title| (*title).to_owned());
    let titles = titles.chain(parameters.iter().map(|name| format!("config.{name}")));
    let is_taken = |name: &Name| FIRST.iter().chain(&LAST).any(|title| *title == name.as_str());
    let of_metric = |name: &&Name| if is_taken(name) { format!("metrics.{name}") } else { name.to_string() };
    let titles = titles.chain(metrics.iter().map(of_metric)).chain(LAST.iter().map(|title| (*title).to_owned()));
    let mut rows = vec![titles.collect::<Vec<String>>()];
    for run in runs {
        let result = run.result.as_ref();
        let settings = protocol.arms.get(&run.planned.arm);
        let mut row = vec![
            run.planned.id.to_string(),
            run.planned.arm.to_string(),
            run.planned.dataset.as_ref().map(Name::to_string).unwrap_or_default(),
            run.planned.seed.to_string(),
            state(run).to_owned(),
        ];
        let level = |name: &&Name| settings.and_then(|settings| settings.get(*name)).map(ToString::to_string);
        row.extend(parameters.iter().map(|name| level(name).unwrap_or_default()));
        let score = |name: &&Name| result.and_then(|result| result.scores.get(*name)).map(f64::to_string);
        row.extend(metrics.iter().map(|name| score(name).unwrap_or_default()));
        let took = result.map(|result| &result.exit);
        row.push(took.map(|exit| exit.wall_secs.to_string()).unwrap_or_default());
        row.push(took.map(|exit| exit.cpu_secs.to_string()).unwrap_or_default());
        row.push(took.map(|exit| exit.peak_memory_bytes.to_string()).unwrap_or_default());
        rows.push(row);
    }
    rows
}

fn state(run: &RunEvidence) -> &'static str {
    run.result.as_ref().map_or("missing", |result| result.outcome.word())
}

impl Reply for TableReply {
    fn text(&self, _: &Style) -> String {
        match (&self.file, &self.table) {
            (Some(file), _) => format!("Wrote {file} ({} runs)\n", self.runs),
            (None, Some(table)) => table.clone(),
            (None, None) => String::new(),
        }
    }
}
