//! Writes records of Every Eval Ever.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::document::write_quoted;
use super::every_eval_ever::{FORMAT, VERSION};
use super::{Evaluation, EvaluationError};

/// What a record demands and a log does not tell.
#[derive(Debug, Clone, PartialEq)]
pub struct Publication {
    /// The id of the evaluation, as `source/model/time`.
    pub evaluation_id: String,
    /// When the record is made, in seconds since the epoch.
    pub retrieved_secs: u64,
    /// Who publishes it.
    pub organization: String,
    /// What they are to the model.
    pub relationship: Relationship,
    /// The model, as `organization/name`.
    pub model_id: String,
    /// The results to publish, at least one.
    pub results: Vec<PublishedResult>,
    /// Where the file of samples will lie in the collection:
    /// `data/SOURCE/ORGANIZATION/MODEL/UUID_samples.jsonl`; `None` publishes no
    /// samples.
    pub samples_path: Option<String>,
}

/// What who evaluates is to the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relationship {
    /// They made the model.
    FirstParty,
    /// They did not.
    ThirdParty,
    /// They worked together with who made it.
    Collaborative,
    /// None of these.
    Other,
}

/// A metric and its estimate.
#[derive(Debug, Clone, PartialEq)]
pub struct PublishedResult {
    /// The metric, by the name that it has in the evaluation.
    pub metric: String,
    /// The estimate.
    pub score: f64,
    /// Its standard error and how it was computed, in a few words.
    pub standard_error: Option<(f64, String)>,
    /// Whether less is better.
    pub direction: Direction,
    /// The least and the greatest possible value, where they are known; infinite
    /// where there is no bound.
    pub range: Option<(f64, f64)>,
}

/// Which values of a metric are better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Greater ones.
    HigherIsBetter,
    /// Smaller ones.
    LowerIsBetter,
}

/// A record as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The JSON document for all samples together.
    pub aggregate: String,
    /// The JSON lines, one for each sample and metric, if they are published.
    pub samples: Option<String>,
}

/// Writes an evaluation as a record of version 0.3.0 of the schema.
///
/// Facts that the schema has no place for stand under `additional_details` of the
/// settings of generation, from where this crate reads them again. Samples are
/// written as single turns of their last output, and count as correct where their
/// score is 1; a sample without a value of a metric has no line for it.
///
/// # Errors
/// [`EvaluationError::NotWritable`] if the schema demands what is not known: the
/// name of the data set, a finite score, or the texts of samples, which are there
/// if the log was read with [`KeepTexts::Yes`](super::KeepTexts::Yes).
pub fn write(evaluation: &Evaluation, publication: &Publication) -> Result<Record, EvaluationError> {
    let facts = &evaluation.facts;
    let task = known("evaluation_name", facts.task.as_deref())?;
    let dataset = known("dataset_name", facts.dataset.as_deref())?;
    let mut results = Vec::new();
    for result in &publication.results {
        results.push(result_text(evaluation, task, dataset, result)?);
    }
    if results.is_empty() {
        return Err(refused("evaluation_results", "empty"));
    }
    let samples = match &publication.samples_path {
        Some(_) => Some(samples_text(evaluation, task, publication)?),
        None => None,
    };
    let relationship = match publication.relationship {
        Relationship::FirstParty => "first_party",
        Relationship::ThirdParty => "third_party",
        Relationship::Collaborative => "collaborative",
        Relationship::Other => "other",
    };
    let (library, version) = match &evaluation.library {
        Some((name, version)) => (name.as_str(), version.as_deref().unwrap_or("unknown")),
        None => ("unknown", "unknown"),
    };
    let unknown = || quoted("unknown");
    let mut members = vec![
        ("schema_version", quoted(VERSION)),
        ("evaluation_id", quoted(&publication.evaluation_id)),
        ("retrieved_timestamp", quoted(&publication.retrieved_secs.to_string())),
        (
            "source_metadata",
            object([
                ("source_type", quoted("evaluation_run")),
                ("source_organization_name", quoted(&publication.organization)),
                ("evaluator_relationship", quoted(relationship)),
            ]),
        ),
        ("eval_library", object([("name", quoted(library)), ("version", quoted(version))])),
        (
            "model_info",
            object([
                ("name", quoted(evaluation.model.as_deref().unwrap_or(&publication.model_id))),
                ("id", quoted(&publication.model_id)),
                ("additional_details", object([("deployment_type", unknown()), ("model_availability", unknown())])),
            ]),
        ),
        ("evaluation_results", format!("[{}]", results.join(", "))),
    ];
    if let (Some(path), Some(samples)) = (&publication.samples_path, &samples) {
        members.push((
            "detailed_evaluation_results",
            object([
                ("format", quoted("jsonl")),
                ("file_path", quoted(path)),
                ("total_rows", samples.lines().count().to_string()),
            ]),
        ));
    }
    Ok(Record { aggregate: object(members) + "\n", samples })
}

fn refused(field: &str, found: &str) -> EvaluationError {
    EvaluationError::NotWritable { format: FORMAT.title, field: format!("`{field}`"), found: found.to_owned() }
}

fn known<'text>(field: &str, value: Option<&'text str>) -> Result<&'text str, EvaluationError> {
    value.ok_or_else(|| refused(field, "unknown"))
}

fn result_id(task: &str, metric: &str) -> String {
    format!("{task}#{metric}")
}

fn result_text(
    evaluation: &Evaluation,
    task: &str,
    dataset: &str,
    result: &PublishedResult,
) -> Result<String, EvaluationError> {
    let number = |field: &str, value: f64| finite(value).ok_or_else(|| refused(field, "no finite number"));
    let mut values = evaluation.samples.iter().filter_map(|sample| sample.values.get(&result.metric)).peekable();
    let is_binary = values.peek().is_some() && values.all(|value| *value == 0.0 || *value == 1.0);
    let mut config = vec![
        ("metric_id", quoted(&result.metric)),
        ("metric_name", quoted(&result.metric)),
        ("lower_is_better", (result.direction == Direction::LowerIsBetter).to_string()),
        ("score_type", quoted(if is_binary { "binary" } else { "continuous" })),
    ];
    let (least, greatest) = match result.range {
        Some((least, greatest)) => (bound(least), bound(greatest)),
        None => ("null".to_owned(), "null".to_owned()),
    };
    config.extend([("min_score", least), ("max_score", greatest)]);
    let mut details = vec![("score", number("score", result.score)?)];
    if let Some((value, method)) = &result.standard_error {
        let standard_error = object([("value", number("standard_error", *value)?), ("method", quoted(method))]);
        details.push(("uncertainty", object([("standard_error", standard_error)])));
    }
    Ok(object([
        ("evaluation_result_id", quoted(&result_id(task, &result.metric))),
        ("evaluation_name", quoted(task)),
        ("source_data", object([("dataset_name", quoted(dataset)), ("source_type", quoted("other"))])),
        ("metric_config", object(config)),
        ("score_details", object(details)),
        ("generation_config", generation_text(evaluation)),
    ]))
}

fn generation_text(evaluation: &Evaluation) -> String {
    let facts = &evaluation.facts;
    let mut arguments = Vec::new();
    let mut details: BTreeMap<&str, String> = BTreeMap::new();
    for (key, value) in &facts.generation {
        let is_place = matches!(key.as_str(), "temperature" | "top_p" | "top_k");
        let number = value.parse().ok().and_then(finite);
        match (key.as_str(), number) {
            (_, Some(number)) if is_place => arguments.push((key.as_str(), number)),
            ("max_tokens", Some(number)) if value.parse::<u64>().is_ok() => arguments.push(("max_tokens", number)),
            (key, _) => {
                details.insert(key, value.clone());
            }
        }
    }
    let stated = [
        ("task_version", facts.task_version.clone()),
        ("task_arguments", facts.task_arguments.clone()),
        ("dataset_version", facts.dataset_version.clone()),
        ("split", facts.split.clone()),
        ("prompt_hash", facts.prompt.clone()),
        ("few_shot", facts.few_shot.map(|count| count.to_string())),
        ("filter", facts.filter.clone()),
        ("scorer", facts.scorer.clone()),
        ("judge", facts.judge.clone()),
        ("limit", facts.limit.clone()),
        ("epochs", facts.epochs.map(|count| count.to_string())),
    ];
    details.extend(stated.into_iter().filter_map(|(key, value)| value.map(|value| (key, value))));
    let details: Vec<(&str, String)> = details.into_iter().map(|(key, value)| (key, quoted(&value))).collect();
    object([("generation_args", object(arguments)), ("additional_details", object(details))])
}

fn samples_text(evaluation: &Evaluation, task: &str, publication: &Publication) -> Result<String, EvaluationError> {
    let mut lines = String::new();
    for sample in &evaluation.samples {
        let texts = sample.texts.as_ref().ok_or_else(|| refused("input.raw", "not kept"))?;
        for result in &publication.results {
            let Some(&value) = sample.values.get(&result.metric) else { continue };
            let score = finite(value).ok_or_else(|| refused("evaluation.score", "no finite number"))?;
            let mut input = vec![("raw", quoted(&texts.input)), ("reference", list(&texts.references))];
            if !texts.choices.is_empty() {
                input.push(("choices", list(&texts.choices)));
            }
            let mut metadata = vec![("epoch", quoted(&sample.epoch.to_string()))];
            if let Some(group) = &sample.group {
                metadata.push(("group", quoted(group)));
            }
            lines += &object([
                ("schema_version", quoted(VERSION)),
                ("evaluation_id", quoted(&publication.evaluation_id)),
                ("model_id", quoted(&publication.model_id)),
                ("evaluation_name", quoted(task)),
                ("evaluation_result_id", quoted(&result_id(task, &result.metric))),
                ("sample_id", quoted(&sample.item.to_string())),
                ("interaction_type", quoted("single_turn")),
                ("input", object(input)),
                ("output", object([("raw", list(&texts.outputs))])),
                ("answer_attribution", "[]".to_owned()),
                ("evaluation", object([("score", score), ("is_correct", (value == 1.0).to_string())])),
                ("metadata", object(metadata)),
            ]);
            lines.push('\n');
        }
    }
    Ok(lines)
}

fn finite(value: f64) -> Option<String> {
    value.is_finite().then(|| value.to_string())
}

/// A bound of a range: a number, or the word for having none.
fn bound(value: f64) -> String {
    match finite(value) {
        Some(number) => number,
        None if value == f64::INFINITY => quoted("Infinity"),
        None if value == f64::NEG_INFINITY => quoted("-Infinity"),
        None => "null".to_owned(),
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::new();
    write_quoted(&mut out, text);
    out
}

fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}

fn object<'key>(members: impl IntoIterator<Item = (&'key str, String)>) -> String {
    let mut out = String::from("{");
    for (key, value) in members {
        let comma = if out.len() > 1 { ", " } else { "" };
        let _infallible = write!(out, "{comma}{}: {value}", quoted(key));
    }
    out.push('}');
    out
}
