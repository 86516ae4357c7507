use std::fs;
use std::path::PathBuf;

use gosset_model::ErrorRate;
use gosset_report::ResultsReport;
use gosset_science::results::{Question, Results, ResultsJudgement, judge_results};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Answer, Operation, Reply};
use crate::results::{Asked, Imported, Proposal, Roles, quoted, read};
use crate::{Context, LabError, Style};

/// Judge results that Gosset did not run
///
/// Takes a table of scores, a row for each or a column for each method (CSV, JSON lines, Parquet, an export of W&B or
/// MLflow) or the logs of evaluations of two models and more (Inspect,
/// lm-evaluation-harness, HELM, Every Eval Ever), and says for every method
/// whether it is better than the baseline, by the rules of a study. Columns
/// get their roles by options; where these are left out, roles are proposed
/// and nothing is judged until they are confirmed. What it says is of grade C.
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Judge {
    /// A table, or logs of evaluations
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
    /// The column of seeds or runs that both sides share
    #[arg(long, value_name = "COLUMN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seed: Option<String>,
    /// The column of data sets or tasks
    #[arg(long, value_name = "COLUMN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dataset: Option<String>,
    /// The column of examples, where each was scored
    #[arg(long, value_name = "COLUMN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    item: Option<String>,
    /// The column of what examples share that are not independent; logs name
    /// it themselves, and `none` ignores it
    #[arg(long, value_name = "COLUMN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cluster: Option<String>,
    /// The column of scores, or the metric of logs, with `:max` or `:min`
    #[arg(long, value_name = "NAME[:max|min]")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    metric: Option<String>,
    /// The method that the others are compared with
    #[arg(long, value_name = "NAME")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    baseline: Option<String>,
    /// The smallest difference that would matter, in the metric's unit
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    smallest_effect: Option<f64>,
    /// The error rate of each direction over all comparisons; 0.05 if absent
    #[arg(long, value_name = "NUMBER")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    alpha: Option<f64>,
    /// Where seeds are folds of a cross-validation or other resamples of one
    /// data set: the size of a test part over that of a training part, such as
    /// 0.111 for ten folds
    #[arg(long, value_name = "NUMBER")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    test_to_train: Option<f64>,
    /// A fact in which logs may differ and are compared all the same, such as
    /// `task`; once for each
    #[arg(long, value_name = "FACT")]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    accept: Vec<String>,
    /// Take the proposed roles as they are
    #[arg(long)]
    #[serde(default)]
    yes: bool,
    /// Tell why each comparison was judged so, and what would change the answer
    #[arg(long)]
    #[serde(default)]
    explain: bool,
    /// Write the report as a page to this file
    #[arg(long, value_name = "FILE")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    report: Option<PathBuf>,
}

/// What the referee says of the results, or the roles that it proposes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct JudgeReply {
    /// Which column is what.
    roles: Roles,
    /// The methods, in the order in which they turn up.
    methods: Vec<String>,
    /// What has to be said before anything can be judged.
    missing: Vec<String>,
    /// The command that confirms the proposed roles, where they were not given.
    proposal: Option<String>,
    /// What the referee says; none while roles are to be confirmed.
    judgement: Option<ResultsJudgement>,
    /// What reading the files brought up.
    notes: Vec<String>,
    /// Each file with its digest.
    sources: Vec<(String, String)>,
    /// The report as a page.
    report: Option<String>,
    /// Whether it is explained.
    is_explained: bool,
}

/// The usual error rate of each direction.
const ALPHA: f64 = 0.05;
/// The power that advice aims at.
const POWER: f64 = 0.8;

impl Operation for Judge {
    const PATH: &'static [&'static str] = &["judge"];
    type Reply = JudgeReply;

    fn run(self, context: &Context<'_>) -> Result<JudgeReply, LabError> {
        let usage = |what: String, hint: &str| LabError::Usage { what, hint: hint.to_owned() };
        let alpha = ErrorRate::new(self.alpha.unwrap_or(ALPHA))
            .map_err(|error| usage(error.to_string(), "give --alpha a number from 1e-9 to 0.5, such as 0.05"))?;
        if self.smallest_effect.is_some_and(|smallest| !(smallest > 0.0 && smallest.is_finite())) {
            return Err(usage("the smallest effect is not above 0".to_owned(), "give it in the metric's unit"));
        }
        if self.test_to_train.is_some_and(|ratio| !(ratio > 0.0 && ratio.is_finite())) {
            return Err(usage("the ratio of test to train is not above 0".to_owned(), "give 0.111 for ten folds"));
        }
        let asked = Asked {
            allows_for_folds: self.test_to_train.is_some(),
            method: self.method.clone(),
            method_columns: self.method_columns.clone(),
            seed: self.seed.clone(),
            dataset: self.dataset.clone(),
            item: self.item.clone(),
            cluster: self.cluster.clone(),
            metric: self.metric.clone(),
            baseline: self.baseline.clone(),
            accept: self.accept.clone(),
        };
        let Imported { roles, missing, methods, scores, notes, sources } = read(&context.folder, &self.files, &asked)?;
        let mut reply = JudgeReply {
            proposal: None,
            missing: missing.iter().map(|what| (*what).to_owned()).collect(),
            judgement: None,
            methods,
            notes,
            sources,
            report: None,
            is_explained: self.explain,
            roles,
        };
        let is_confirmed = self.yes || reply.roles.guessed.is_empty();
        let (Some(metric), Some(direction), Some(baseline), true) =
            (&reply.roles.metric, reply.roles.direction, &reply.roles.baseline, is_confirmed && missing.is_empty())
        else {
            reply.proposal = Some(self.confirming(&reply.roles));
            return Ok(reply);
        };
        let question = Question {
            metric: metric.clone(),
            direction,
            baseline: baseline.clone(),
            smallest_effect: self.smallest_effect,
            alpha,
            power: POWER,
            test_to_train: self.test_to_train,
        };
        let results = Results::new(scores).map_err(|source| LabError::Results { source })?;
        let judgement = judge_results(&results, &question).map_err(|source| LabError::Results { source })?;
        if let Some(path) = &self.report {
            let path = context.folder.join(path);
            let report = ResultsReport {
                judgement: &judgement,
                sources: &reply.sources,
                reading_notes: &reply.notes,
                is_explained: true,
            };
            fs::write(&path, report.html()).map_err(LabError::file("write", &path))?;
            reply.report = Some(path.display().to_string());
        }
        reply.judgement = Some(judgement);
        Ok(reply)
    }
}

impl Judge {
    /// The command with the roles written out.
    fn confirming(&self, roles: &Roles) -> String {
        let files: Vec<String> = self.files.iter().map(|file| quoted(&file.display().to_string())).collect();
        let mut command = format!("gosset judge {} {}", files.join(" "), roles.options());
        if let Some(alpha) = self.alpha {
            command.push_str(&format!(" --alpha {alpha}"));
        }
        if let Some(smallest) = self.smallest_effect {
            command.push_str(&format!(" --smallest-effect {smallest}"));
        }
        if let Some(ratio) = self.test_to_train {
            command.push_str(&format!(" --test-to-train {ratio}"));
        }
        for fact in &self.accept {
            command.push_str(&format!(" --accept {}", quoted(fact)));
        }
        if self.explain {
            command.push_str(" --explain");
        }
        if let Some(report) = &self.report {
            command.push_str(&format!(" --report {}", quoted(&report.display().to_string())));
        }
        command
    }
}

impl Reply for JudgeReply {
    fn text(&self, style: &Style) -> String {
        let Some(judgement) = &self.judgement else { return self.proposed() };
        let report = ResultsReport {
            judgement,
            sources: &self.sources,
            reading_notes: &self.notes,
            is_explained: self.is_explained,
        };
        let mut text = report.terminal(&gosset_report::Style { colour: style.colour, width: style.width });
        if let Some(report) = &self.report {
            text.push_str(&format!("\nReport: {report}\n"));
        }
        text
    }

    fn answer(&self) -> Answer {
        if self.judgement.is_some() { Answer::Yes } else { Answer::No }
    }
}

impl JudgeReply {
    fn proposed(&self) -> String {
        let proposal = Proposal {
            what: "these scores",
            roles: &self.roles,
            methods: &self.methods,
            missing: &self.missing,
            command: self.proposal.as_deref(),
            notes: &self.notes,
        };
        proposal.text()
    }
}
