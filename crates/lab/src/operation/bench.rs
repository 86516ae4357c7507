use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use gosset_data::content;
use gosset_data::table;
use gosset_model::{Direction, ErrorRate};
use gosset_report::BenchmarkReport;
use gosset_science::benchmark::{
    BenchmarkMetric, BenchmarkQuestion, Cell, CellOutcome, Cells, Leaderboard, PairTest, Reference, References,
    judge_benchmark,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Answer, Operation, Reply};
use crate::results::{Asked, Files, Imported, Proposal, Roles, quoted};
use crate::{Context, LabError, Style};

/// Judge a benchmark: methods on data sets, with seeds
///
/// Takes a table of scores, a row for each or a column for each method (CSV,
/// JSON lines, Parquet, an export of W&B or MLflow), and makes a leaderboard of
/// it: average ranks with intervals, which methods can be told apart and which
/// cannot, means over data sets, what leaving out a data set or a seed changes,
/// and whether the benchmark is saturated. A score that is missing is a run
/// that failed: none is dropped. Columns get their roles by options; where these
/// are left out, roles are proposed and nothing is judged until they are
/// confirmed. What it says is of grade C.
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Bench {
    /// A table of scores
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The column that names the methods
    #[arg(long, value_name = "COLUMN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    /// Where each method has a column of its scores: these columns, with commas
    /// between them
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    method_columns: Vec<String>,
    /// The column of data sets or tasks
    #[arg(long, value_name = "COLUMN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dataset: Option<String>,
    /// The column of seeds, folds or repetitions
    #[arg(long, value_name = "COLUMN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seed: Option<String>,
    /// The column of scores, with `:max` or `:min`; methods are ranked by the
    /// first, and several make a Pareto front
    #[arg(long = "metric", value_name = "NAME[:max|min]")]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    metrics: Vec<String>,
    /// The method whose score counts as 0 on each data set; it is not ranked
    #[arg(long, value_name = "METHOD", requires = "high", conflicts_with = "references")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    low: Option<String>,
    /// The method whose score counts as 1 on each data set; it is not ranked
    #[arg(long, value_name = "METHOD", requires = "low")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    high: Option<String>,
    /// A table with the columns `dataset`, `low` and `high`: the scores that
    /// count as 0 and 1
    #[arg(long, value_name = "FILE")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    references: Option<PathBuf>,
    /// The best score that the first metric can take; that of the catalogue if
    /// absent
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ceiling: Option<f64>,
    /// The test by which methods are told apart: `nemenyi`, `bergmann-hommel` or
    /// `wilcoxon-holm`; `nemenyi` if absent
    #[arg(long, value_name = "TEST", value_parser = pair_test)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pairs: Option<PairTest>,
    /// The error rate over all pairs; 0.05 if absent
    #[arg(long, value_name = "NUMBER")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    alpha: Option<f64>,
    /// How many resamples intervals are made of; 2000 if absent
    #[arg(long, value_name = "COUNT")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resamples: Option<u32>,
    /// Take the proposed roles as they are
    #[arg(long)]
    #[serde(default)]
    yes: bool,
    /// Write the report as a page to this file
    #[arg(long, value_name = "FILE")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    report: Option<PathBuf>,
}

/// The leaderboard, or the roles that are proposed.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct BenchReply {
    /// Which column is what.
    roles: Roles,
    /// The methods, in the order in which they turn up.
    methods: Vec<String>,
    /// What has to be said before anything can be judged.
    missing: Vec<String>,
    /// The command that confirms the proposed roles, where they were not given.
    proposal: Option<String>,
    /// What the results say; none while roles are to be confirmed.
    leaderboard: Option<Leaderboard>,
    /// What reading the files brought up.
    notes: Vec<String>,
    /// Each file with its digest.
    sources: Vec<(String, String)>,
    /// The report as a page.
    report: Option<String>,
}

/// The usual error rate over all pairs.
const ALPHA: f64 = 0.05;
/// Fifty of them lie beyond each end of an interval of 95 %.
const RESAMPLES: u32 = 2_000;
/// Fewer do not reach the ends of an interval, more take minutes.
const RESAMPLES_POSSIBLE: std::ops::RangeInclusive<u32> = 100..=1_000_000;

fn pair_test(text: &str) -> Result<PairTest, String> {
    match text {
        "nemenyi" => Ok(PairTest::Nemenyi),
        "bergmann-hommel" => Ok(PairTest::BergmannHommel),
        "wilcoxon-holm" => Ok(PairTest::WilcoxonHolm),
        _ => Err("take one of: nemenyi, bergmann-hommel, wilcoxon-holm".to_owned()),
    }
}

impl Operation for Bench {
    const PATH: &'static [&'static str] = &["bench"];
    type Reply = BenchReply;

    fn run(self, context: &Context<'_>) -> Result<BenchReply, LabError> {
        let (alpha, resamples) = self.checked()?;
        let files = Files::read(&context.folder, &self.files)?;
        let mut imported = files.import(&self.asked(self.metrics.first().cloned()))?;
        let roles = &mut imported.roles;
        if roles.method.is_none() && roles.method_columns.is_empty() && !imported.scores.is_empty() {
            return Err(LabError::usage(
                "logs of evaluations hold items of one task, which are no benchmark",
                "compare models item by item with `gosset judge`, or give a table with a score for each task",
            ));
        }
        if let Some(item) = roles.item.take() {
            return Err(LabError::usage(
                format!("the table has a score for each item (column `{item}`), a benchmark one for each run"),
                "average the items of each run first, or compare two methods with `gosset judge`; other columns are named with `--method`, `--dataset`, `--seed` and `--metric`",
            ));
        }
        (roles.baseline, roles.cluster) = (None, None);
        // A benchmark has no items.
        let without_items =
            |note: &String| note.replace("`--seed`, `--dataset` or `--item`", "`--seed` or `--dataset`");
        imported.notes = imported.notes.iter().map(without_items).collect();
        roles.guessed.retain(|role| role != "baseline" && role != "cluster");
        let mut missing = std::mem::take(&mut imported.missing);
        if roles.dataset.is_none() {
            missing.push("`--dataset COLUMN`: which column names the data sets");
        }
        let is_confirmed = self.yes || roles.guessed.is_empty();
        let mut reply = BenchReply {
            missing: missing.iter().map(|what| (*what).to_owned()).collect(),
            proposal: None,
            leaderboard: None,
            report: None,
            methods: imported.methods.clone(),
            notes: imported.notes.clone(),
            sources: imported.sources.clone(),
            roles: imported.roles.clone(),
        };
        let (Some(name), Some(direction), true) =
            (&reply.roles.metric, reply.roles.direction, is_confirmed && missing.is_empty())
        else {
            reply.proposal = Some(self.confirming(&reply.roles));
            return Ok(reply);
        };
        let mut metrics = vec![BenchmarkMetric { name: name.clone(), direction }];
        let cells = self.cells(&files, &imported, &mut metrics)?;
        let references = self.references(context, &mut reply.sources)?;
        let ceiling = self.ceiling.or_else(|| known_ceiling(&metrics[0]));
        let pairs = self.pairs.unwrap_or(PairTest::Nemenyi);
        if reply.roles.has_folds() {
            reply.notes.push(
                "Folds of a data set share training data: what is made of runs, such as the intervals of means, is too narrow. Tests between methods take each data set for one piece of evidence, and do not depend on that.".to_owned(),
            );
        }
        let question = BenchmarkQuestion { metrics, references, alpha, pairs, ceiling, resamples };
        let benchmark = |source| LabError::Benchmark { source };
        let leaderboard = judge_benchmark(&Cells::new(cells).map_err(benchmark)?, &question).map_err(benchmark)?;
        if let Some(path) = &self.report {
            let path = context.folder.join(path);
            fs::write(&path, reply.told(&leaderboard).html()).map_err(LabError::file("write", &path))?;
            reply.report = Some(path.display().to_string());
        }
        reply.leaderboard = Some(leaderboard);
        Ok(reply)
    }
}

/// The best score of a metric of the catalogue.
fn known_ceiling(metric: &BenchmarkMetric) -> Option<f64> {
    let range = gosset_stats::metric::find(&metric.name)?.describe().range;
    match metric.direction {
        Direction::Maximize => range.high,
        Direction::Minimize => range.low,
    }
}

impl Bench {
    fn checked(&self) -> Result<(ErrorRate, u32), LabError> {
        let alpha = ErrorRate::new(self.alpha.unwrap_or(ALPHA)).map_err(|error| {
            LabError::usage(error.to_string(), "give --alpha a number from 1e-9 to 0.5, such as 0.05")
        })?;
        let resamples = self.resamples.unwrap_or(RESAMPLES);
        if !RESAMPLES_POSSIBLE.contains(&resamples) {
            return Err(LabError::usage("the count of resamples makes no sense", "give --resamples 100 to 1000000"));
        }
        if self.ceiling.is_some_and(|ceiling| !ceiling.is_finite()) {
            return Err(LabError::usage(
                "the ceiling is not finite",
                "give the best score that there can be, such as 1",
            ));
        }
        if !self.method_columns.is_empty() && self.metrics.len() > 1 {
            return Err(LabError::usage(
                "a table with a column for each method holds one metric",
                "give one `--metric`, or a table with a row for each run and a column for each metric",
            ));
        }
        if self.low.is_some() != self.high.is_some() || (self.low.is_some() && self.references.is_some()) {
            return Err(LabError::usage(
                "references are `--low` and `--high`, or a file",
                "name two methods, or give `--references FILE`",
            ));
        }
        Ok((alpha, resamples))
    }

    fn asked(&self, metric: Option<String>) -> Asked {
        Asked {
            method: self.method.clone(),
            method_columns: self.method_columns.clone(),
            dataset: self.dataset.clone(),
            seed: self.seed.clone(),
            metric,
            // Data sets are the evidence, whatever their seeds are.
            allows_for_folds: true,
            ..Asked::default()
        }
    }

    /// The runs, with an outcome by each metric; adds the further metrics.
    fn cells(
        &self,
        files: &Files,
        imported: &Imported,
        metrics: &mut Vec<BenchmarkMetric>,
    ) -> Result<Vec<Cell>, LabError> {
        let roles = &imported.roles;
        let outcome = |value: Option<f64>| value.map_or(CellOutcome::Failed, CellOutcome::Score);
        let mut cells: Vec<Cell> = imported
            .scores
            .iter()
            .map(|score| Cell {
                method: score.method.clone(),
                dataset: score.dataset.clone().unwrap_or_default(),
                seed: score.seed.clone(),
                outcomes: vec![outcome(score.value)],
                row: score.row,
            })
            .collect();
        for metric in self.metrics.iter().skip(1) {
            let asked = Asked {
                method: roles.method.clone(),
                dataset: roles.dataset.clone(),
                seed: roles.seed.clone(),
                ..self.asked(Some(metric.clone()))
            };
            let further = files.import(&asked)?;
            let (Some(name), Some(direction)) = (further.roles.metric, further.roles.direction) else {
                return Err(LabError::usage(
                    format!("nothing says which way `{metric}` is better"),
                    "write `:max` or `:min` after its name",
                ));
            };
            if metrics.iter().any(|known| known.name == name) {
                return Err(LabError::usage(format!("`{name}` is named twice"), "name each metric once"));
            }
            metrics.push(BenchmarkMetric { name, direction });
            // The same rows of the same files.
            cells.iter_mut().zip(further.scores).for_each(|(cell, score)| cell.outcomes.push(outcome(score.value)));
        }
        Ok(cells)
    }

    fn references(&self, context: &Context<'_>, sources: &mut Vec<(String, String)>) -> Result<References, LabError> {
        if let (Some(low), Some(high)) = (&self.low, &self.high) {
            return Ok(References::Methods { low: low.clone(), high: high.clone() });
        }
        let Some(file) = &self.references else { return Ok(References::None) };
        let path = context.folder.join(file);
        let failed = |source| LabError::Table { path: path.clone(), source };
        let table = table::read(&path).map_err(failed)?;
        let names = table.text("dataset").map_err(failed)?;
        let (low, high) = (table.numbers("low").map_err(failed)?, table.numbers("high").map_err(failed)?);
        let mut datasets = BTreeMap::new();
        for ((name, low), high) in names.into_iter().zip(low).zip(high) {
            if datasets.insert(name.clone(), Reference { low, high }).is_some() {
                return Err(LabError::usage(
                    format!("data set `{name}` has two lines of references"),
                    "give each data set one line",
                ));
            }
        }
        let shown = file.display().to_string();
        let found =
            content::hash_path(&path, |_| {}).map_err(|source| LabError::Data { path: shown.clone(), source })?;
        sources.push((shown, found.digest));
        Ok(References::Scores { datasets })
    }

    /// The command with the roles written out.
    fn confirming(&self, roles: &Roles) -> String {
        let files: Vec<String> = self.files.iter().map(|file| quoted(&file.display().to_string())).collect();
        let mut command = format!("gosset bench {} {}", files.join(" "), roles.options());
        let mut add = |option: &str, value: Option<String>| {
            if let Some(value) = value {
                command.push_str(&format!(" --{option} {}", quoted(&value)));
            }
        };
        self.metrics.iter().skip(1).for_each(|metric| add("metric", Some(metric.clone())));
        add("low", self.low.clone());
        add("high", self.high.clone());
        add("references", self.references.as_ref().map(|file| file.display().to_string()));
        add("ceiling", self.ceiling.map(|ceiling| ceiling.to_string()));
        add("pairs", self.pairs.map(|pairs| name_of(pairs).to_owned()));
        add("alpha", self.alpha.map(|alpha| alpha.to_string()));
        add("resamples", self.resamples.map(|resamples| resamples.to_string()));
        add("report", self.report.as_ref().map(|file| file.display().to_string()));
        command
    }
}

fn name_of(pairs: PairTest) -> &'static str {
    match pairs {
        PairTest::Nemenyi => "nemenyi",
        PairTest::BergmannHommel => "bergmann-hommel",
        PairTest::WilcoxonHolm => "wilcoxon-holm",
    }
}

impl Reply for BenchReply {
    fn text(&self, style: &Style) -> String {
        let Some(leaderboard) = &self.leaderboard else { return self.proposed() };
        let style = gosset_report::Style { colour: style.colour, width: style.width };
        let mut text = self.told(leaderboard).terminal(&style);
        if let Some(report) = &self.report {
            text.push_str(&format!("\nReport: {report}\n"));
        }
        text
    }

    fn answer(&self) -> Answer {
        if self.leaderboard.is_some() { Answer::Yes } else { Answer::No }
    }
}

impl BenchReply {
    fn told<'a>(&'a self, leaderboard: &'a Leaderboard) -> BenchmarkReport<'a> {
        BenchmarkReport { leaderboard, sources: &self.sources, reading_notes: &self.notes }
    }

    fn proposed(&self) -> String {
        let proposal = Proposal {
            what: "this benchmark",
            roles: &self.roles,
            methods: &self.methods,
            missing: &self.missing,
            command: self.proposal.as_deref(),
            notes: &self.notes,
        };
        proposal.text()
    }
}
