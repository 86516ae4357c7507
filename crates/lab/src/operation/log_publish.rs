use std::fs;
use std::path::PathBuf;

use gosset_data::evaluation::every_eval_ever_record::{self as record, Publication, PublishedResult};
use gosset_data::evaluation::{self, Evaluation, KeepTexts, Read};
use gosset_model::{Digest, Direction};
use gosset_stats::interval::clustered_mean::{ClusteredMean, Correction};
use gosset_stats::summary;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Operation, Reply};
use crate::results::split;
use crate::{Context, LabError, Style};

/// Write the log of an evaluation as a record of Every Eval Ever
///
/// Reads a log of Inspect, lm-evaluation-harness, HELM or Every Eval Ever, and
/// writes each of its tasks where the collection keeps it, by version 0.3.0 of
/// the schema: `data/SOURCE/ORGANIZATION/MODEL/UUID.json`. A score is the mean
/// over samples; its standard error allows for repetitions of an item, or for
/// the groups that the log names.
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LogPublish {
    /// The log
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// A metric with `:max` or `:min`, whichever is better; once for each
    #[arg(long = "metric", value_name = "NAME:max|min", required = true)]
    metrics: Vec<String>,
    /// The model, as its organization and name
    #[arg(long, value_name = "ORGANIZATION/NAME")]
    model: String,
    /// Who publishes the record
    #[arg(long, value_name = "NAME")]
    organization: String,
    /// What they are to the model
    #[arg(long, value_enum)]
    relationship: Relationship,
    /// The source in the collection
    #[arg(long, value_name = "NAME")]
    source: String,
    /// Publish the texts and scores of samples, too
    #[arg(long)]
    #[serde(default)]
    samples: bool,
    /// The folder of the collection
    #[arg(long, short, value_name = "FOLDER")]
    output: PathBuf,
}

/// What who evaluates is to the model.
#[derive(Debug, Clone, Copy, clap::ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Relationship {
    /// They made the model
    FirstParty,
    /// They did not
    ThirdParty,
    /// They worked together with who made it
    Collaborative,
    /// None of these
    Other,
}

/// What was written.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct PublishReply {
    /// One entry for each record.
    records: Vec<Written>,
}

/// A record.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
struct Written {
    /// The file of the record.
    file: String,
    /// The file of samples, where they are published.
    samples: Option<String>,
    /// The scores, with standard errors where there are any.
    scores: Vec<(String, f64, Option<f64>)>,
    /// What a reader must know, in whole sentences.
    notes: Vec<String>,
}

impl Operation for LogPublish {
    const PATH: &'static [&'static str] = &["log", "publish"];
    type Reply = PublishReply;

    fn run(self, context: &Context<'_>) -> Result<PublishReply, LabError> {
        let is_name = |name: &str| !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0']);
        let (maker, name) = self.model.split_once('/').unwrap_or_default();
        if !(is_name(maker) && is_name(name)) {
            return Err(LabError::usage(
                format!("`{}` is no model of an organization", self.model),
                "give it as ORGANIZATION/NAME",
            ));
        }
        if !is_name(&self.source) {
            return Err(LabError::usage(format!("`{}` names no folder", self.source), "give a name without slashes"));
        }
        let log = |source| LabError::Log { source: Box::new(source) };
        let texts = if self.samples { KeepTexts::Yes } else { KeepTexts::No };
        let Read::Evaluations(evaluations) =
            evaluation::read_keeping(&context.folder.join(&self.file), texts).map_err(log)?
        else {
            return Err(LabError::usage("a table of runs has no samples".to_owned(), "give the log of an evaluation"));
        };
        let retrieved_secs = u64::try_from(context.clock.now().as_millis() / 1_000).unwrap_or(0);
        let folder = PathBuf::from("data").join(&self.source).join(maker).join(name);
        let mut records = Vec::new();
        let mut texts = Vec::new();
        for evaluation in &evaluations {
            let results = self.results(evaluation)?;
            let id = uuid(&format!("{:?} {:?} {retrieved_secs}", self, evaluation.facts));
            let samples = folder.join(format!("{id}_samples.jsonl"));
            let publication = Publication {
                evaluation_id: format!("{}/{}/{retrieved_secs}", self.source, self.model.replace('/', "_")),
                retrieved_secs,
                organization: self.organization.clone(),
                relationship: match self.relationship {
                    Relationship::FirstParty => record::Relationship::FirstParty,
                    Relationship::ThirdParty => record::Relationship::ThirdParty,
                    Relationship::Collaborative => record::Relationship::Collaborative,
                    Relationship::Other => record::Relationship::Other,
                },
                model_id: self.model.clone(),
                results: results.clone(),
                samples_path: self.samples.then(|| samples.display().to_string()),
            };
            texts.push(record::write(evaluation, &publication).map_err(log)?);
            let output = context.folder.join(&self.output);
            records.push(Written {
                file: output.join(&folder).join(format!("{id}.json")).display().to_string(),
                samples: self.samples.then(|| output.join(&samples).display().to_string()),
                scores: results
                    .into_iter()
                    .map(|result| (result.metric, result.score, result.standard_error.map(|(error, _)| error)))
                    .collect(),
                notes: evaluation.notes.clone(),
            });
        }
        // All can be written: none is before.
        for (written, text) in records.iter().zip(texts) {
            write(&written.file, &text.aggregate)?;
            if let (Some(file), Some(samples)) = (&written.samples, &text.samples) {
                write(file, samples)?;
            }
        }
        Ok(PublishReply { records })
    }
}

impl LogPublish {
    /// The score of every metric that is asked for.
    fn results(&self, evaluation: &Evaluation) -> Result<Vec<PublishedResult>, LabError> {
        let mut results = Vec::new();
        for asked in &self.metrics {
            let (metric, Some(direction)) = split(asked) else {
                return Err(LabError::usage(
                    format!("it is not said which way `{asked}` is better"),
                    "end it with `:max` or `:min`",
                ));
            };
            let having = || evaluation.samples.iter().filter(|sample| sample.values.contains_key(&metric));
            let values: Vec<f64> = having().filter_map(|sample| sample.values.get(&metric).copied()).collect();
            let Ok(score) = summary::mean(&values) else {
                let known: Vec<&str> = evaluation.metrics().into_iter().collect();
                return Err(LabError::usage(
                    format!("no sample has the metric `{metric}`"),
                    format!("take one of: {}", known.join(", ")),
                ));
            };
            let groups: Option<Vec<String>> = having().map(|sample| sample.group.clone()).collect();
            let items: Vec<String> = having().map(|sample| sample.item.to_string()).collect();
            let (labels, how) = match groups {
                Some(groups) => (groups, "clustered by group"),
                None => (items, "clustered by item"),
            };
            let error = ClusteredMean::of(&values, &labels).ok().map(|mean| mean.standard_error(Correction::Cr1));
            results.push(PublishedResult {
                metric,
                score,
                standard_error: error.map(|error| (error, how.to_owned())),
                direction: match direction {
                    Direction::Maximize => record::Direction::HigherIsBetter,
                    Direction::Minimize => record::Direction::LowerIsBetter,
                },
                range: None,
            });
        }
        Ok(results)
    }
}

fn write(file: &str, text: &str) -> Result<(), LabError> {
    let path = PathBuf::from(file);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(LabError::file("make", folder))?;
    }
    fs::write(&path, text).map_err(LabError::file("write", &path))
}

/// An id in the form of a UUID that the same record gets again.
fn uuid(of: &str) -> String {
    let mut bytes = *Digest::of(of.as_bytes()).as_bytes();
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = Digest::from_bytes(bytes).hex();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..32])
}

impl Reply for PublishReply {
    fn text(&self, _: &Style) -> String {
        let mut text = String::new();
        for written in &self.records {
            for (metric, score, error) in &written.scores {
                let error =
                    error.map(|error| format!(" (standard error {})", gosset_report::number::significant(error, 3)));
                let score = gosset_report::number::significant(*score, 6);
                text.push_str(&format!("{metric} {score}{}\n", error.unwrap_or_default()));
            }
            for file in std::iter::once(&written.file).chain(&written.samples) {
                text.push_str(&format!("Wrote {file}\n"));
            }
            for note in &written.notes {
                text.push_str(&format!("note: {note}\n"));
            }
        }
        text
    }
}
