//! What both forms of Inspect logs hold: the header and the samples.

use std::collections::BTreeMap;

use super::document::{List, Object, canonical, canonical_of_keys, setting};
use super::format::group;
use super::item::prompt_hash;
use super::score::score;
use super::{Evaluation, EvaluationError, ItemHash, ItemKey, KeepTexts, Reported, Sample, Texts};
use crate::json::Value;

/// The newest version of the header that this reader knows.
const NEWEST_VERSION: u64 = 3;

/// Reads the header: `version`, `status`, `eval`, `plan`, `results`.
pub(super) fn read_header(header: &Object<'_>, evaluation: &mut Evaluation) -> Result<(), EvaluationError> {
    match header.count("version")? {
        None => evaluation.notes.push("The log does not say the version of its header.".to_owned()),
        Some(1..=NEWEST_VERSION) => {}
        Some(other) => {
            let found = Value::Integer(i64::try_from(other).unwrap_or(i64::MAX));
            return Err(header.wrong("version", &found, format!("a version from 1 to {NEWEST_VERSION}")));
        }
    }
    match header.text("status")?.as_deref() {
        Some("success") => {}
        Some(other) => {
            evaluation
                .notes
                .push(format!("The log says that the evaluation did not succeed: its status is `{other}`."));
        }
        None => evaluation.notes.push("The log does not say that the evaluation was finished.".to_owned()),
    }
    let eval = header.needed_object("eval")?;
    evaluation.model = eval.text("model")?;
    let version = match eval.object("packages")? {
        Some(packages) => packages.text("inspect_ai")?,
        None => None,
    };
    evaluation.library = Some(("inspect_ai".to_owned(), version));
    let facts = &mut evaluation.facts;
    facts.task = Some(eval.needed_text("task")?);
    facts.task_version = eval.setting("task_version");
    facts.task_arguments = eval.setting("task_args");
    if let Some(arguments) = eval.object("task_args")? {
        let few_shot = ["num_fewshot", "fewshot", "few_shot", "n_shot", "n_shots"];
        facts.few_shot = few_shot.iter().find_map(|key| arguments.count(key).ok().flatten());
    }
    if let Some(dataset) = eval.object("dataset")? {
        facts.dataset = match dataset.text("name")? {
            Some(name) => Some(name),
            None => dataset.text("location")?,
        };
    }
    if let Some(settings) = eval.object("model_generate_config")? {
        add_settings(&settings, &mut facts.generation);
    }
    if let Some(config) = eval.object("config")? {
        facts.limit = Some(config.setting("limit").unwrap_or_else(|| "all".to_owned()));
        facts.epochs = config.count("epochs")?;
    }
    if let Some(plan) = header.object("plan")? {
        if let Some(steps) = plan.get("steps") {
            facts.prompt = Some(prompt_hash(&canonical_of_keys(steps, &|key| key != "params_passed")));
        }
        if let Some(settings) = plan.object("config")? {
            add_settings(&settings, &mut facts.generation);
        }
    }
    if let Some(scorers) = eval.list("scorers")? {
        read_scorers(&scorers, "options", evaluation)?;
    }
    read_judge_role(&eval, evaluation)?;
    match header.object("results")? {
        Some(results) => read_results(&results, evaluation),
        None => {
            evaluation.notes.push("The log reports no results of its own.".to_owned());
            Ok(())
        }
    }
}

/// Says where a log holds fewer samples than its results were computed from.
pub(super) fn check_number(header: &Object<'_>, evaluation: &mut Evaluation) -> Result<(), EvaluationError> {
    let stored = evaluation.samples.len();
    let ran = match header.object("results")? {
        Some(results) => results.count("completed_samples")?,
        None => None,
    };
    if stored == 0 {
        evaluation.notes.push("The log stores no samples, so nothing of it can be paired.".to_owned());
    } else if let Some(ran) = ran.filter(|ran| *ran != stored as u64) {
        evaluation.notes.push(format!("The log says that {ran} samples were completed, and stores {stored}."));
    }
    Ok(())
}

/// Settings of how requests are sent, which say nothing about what is generated.
const TRANSPORT: [&str; 6] =
    ["max_connections", "max_retries", "timeout", "attempt_timeout", "cache", "adaptive_connections"];

fn add_settings(settings: &Object<'_>, generation: &mut BTreeMap<String, String>) {
    for (key, value) in settings.entries().filter(|(key, _)| !TRANSPORT.contains(key)) {
        if !matches!(value, Value::Null) {
            generation.insert(key.to_owned(), setting(value));
        }
    }
}

/// Notes the scorers with their settings, and the model that judges, if a
/// setting names one.
fn read_scorers(scorers: &List<'_>, settings: &str, evaluation: &mut Evaluation) -> Result<(), EvaluationError> {
    let mut all = Vec::new();
    for scorer in scorers.objects() {
        let scorer = scorer?;
        let name = scorer.needed_text("name")?;
        let options = scorer.get(settings).map(canonical).unwrap_or_else(|| "{}".to_owned());
        all.push(format!("{name} {options}"));
        if let Some(options) = scorer.object_if_one(settings)? {
            for key in ["model", "grader_model", "grader", "judge", "judge_model"] {
                let judge = match options.get(key) {
                    Some(Value::Object(_)) => options.needed_object(key)?.text("model")?,
                    Some(Value::Text(text)) => Some(text.clone().into_owned()),
                    _ => None,
                };
                if judge.is_some() {
                    evaluation.facts.judge = judge;
                }
            }
        }
    }
    if !all.is_empty() {
        all.sort();
        all.dedup();
        evaluation.facts.scorer = Some(all.join("; "));
    }
    Ok(())
}

/// The role `grader` in `model_roles` names the judge.
fn read_judge_role(eval: &Object<'_>, evaluation: &mut Evaluation) -> Result<(), EvaluationError> {
    if let Some(roles) = eval.object("model_roles")?
        && evaluation.facts.judge.is_none()
        && let Some(grader) = roles.get("grader")
    {
        evaluation.facts.judge = match grader {
            Value::Object(_) => roles.needed_object("grader")?.text("model")?,
            value => Some(setting(value)),
        };
    }
    Ok(())
}

/// Version 1 has one scorer, `results.scorer`, with `results.metrics`; later
/// ones have a list of scores, `results.scores`.
fn read_results(results: &Object<'_>, evaluation: &mut Evaluation) -> Result<(), EvaluationError> {
    if let Some(metrics) = results.object_if_one("metrics")? {
        let scorer = results.object_if_one("scorer")?;
        let name = match &scorer {
            Some(scorer) => scorer.text("name")?,
            None => None,
        };
        let name = name.unwrap_or_else(|| UNNAMED.to_owned());
        if evaluation.facts.scorer.is_none()
            && let Some(scorer) = &scorer
        {
            let options = scorer.get("params").map(canonical).unwrap_or_else(|| "{}".to_owned());
            evaluation.facts.scorer = Some(format!("{name} {options}"));
        }
        read_metrics(&name, &metrics, evaluation)?;
    }
    for key in ["scores", "scorers"] {
        let Some(scores) = results.list(key)? else { continue };
        for score in scores.objects() {
            let score = score?;
            if let Some(metrics) = score.object("metrics")? {
                read_metrics(&score.needed_text("name")?, &metrics, evaluation)?;
            }
        }
        if evaluation.facts.scorer.is_none() {
            read_scorers(&scores, "params", evaluation)?;
        }
    }
    Ok(())
}

/// The name of the metric of a scorer that has none, in the oldest logs.
const UNNAMED: &str = "score";
/// Metrics that are the uncertainty of others.
const STANDARD_ERRORS: [&str; 3] = ["stderr", "bootstrap_stderr", "bootstrap_std"];

fn read_metrics(scorer: &str, metrics: &Object<'_>, evaluation: &mut Evaluation) -> Result<(), EvaluationError> {
    let mut values = BTreeMap::new();
    for (key, _) in metrics.entries() {
        let metric = metrics.needed_object(key)?;
        if let Some(value) = metric.get("value").and_then(score) {
            values.insert(key, value);
        }
    }
    let standard_error = STANDARD_ERRORS.iter().find_map(|name| values.get(name).copied());
    for (metric, value) in values.into_iter().filter(|(metric, _)| !STANDARD_ERRORS.contains(metric)) {
        // The standard error that a log reports is that of the mean.
        let standard_error = standard_error.filter(|_| matches!(metric, "accuracy" | "mean"));
        evaluation.aggregates.insert(format!("{scorer}/{metric}"), Reported { value, standard_error });
    }
    Ok(())
}

/// Reads one sample.
pub(super) fn read_sample(
    sample: &Object<'_>,
    keep: KeepTexts,
    evaluation: &mut Evaluation,
) -> Result<Sample, EvaluationError> {
    let Some(id) = sample.get("id") else { return Err(sample.missing("id", "a text or a number")) };
    let epoch = sample.count("epoch")?.unwrap_or(1);
    let mut values = BTreeMap::new();
    let mut is_scored = false;
    if let Some(scores) = sample.object("scores")? {
        for (scorer, value) in scores.entries() {
            is_scored = true;
            let value = match value {
                Value::Object(_) => scores.needed_object(scorer)?,
                other => return Err(scores.wrong(scorer, other, "an object with `value`")),
            };
            take_score(scorer, &value, &mut values, evaluation)?;
        }
    } else if let Some(score) = sample.object_if_one("score")? {
        is_scored = true;
        let scorer = evaluation.facts.scorer.as_deref().and_then(|scorer| scorer.split(' ').next());
        let scorer = scorer.unwrap_or(UNNAMED).to_owned();
        take_score(&scorer, &score, &mut values, evaluation)?;
    }
    if !is_scored {
        *evaluation.without_value.entry(Evaluation::UNSCORED.to_owned()).or_default() += 1;
    }
    evaluation.failed += usize::from(sample.get("error").is_some());
    let metadata = sample.object_if_one("metadata")?;
    let group = metadata.as_ref().and_then(group);
    let input = sample.get("input").map(input_text);
    let references = sample.texts("target")?.unwrap_or_default();
    let choices = sample.texts("choices")?.unwrap_or_default();
    let content = input.as_ref().map(|input| ItemHash::of(input, &references, &choices));
    let texts = match (keep, input) {
        (KeepTexts::Yes, Some(input)) => {
            let outputs = match sample.object_if_one("output")? {
                Some(output) => outputs(&output)?,
                None => Vec::new(),
            };
            Some(Texts { input, references, choices, outputs })
        }
        _ => None,
    };
    Ok(Sample { item: ItemKey { content, id: Some(setting(id)) }, epoch, values, group, texts })
}

/// Takes the value of one score: a number, or an object of several.
fn take_score(
    scorer: &str,
    found: &Object<'_>,
    values: &mut BTreeMap<String, f64>,
    evaluation: &mut Evaluation,
) -> Result<(), EvaluationError> {
    let mut take = |metric: String, value: Option<&Value<'_>>| {
        if let Some(number) = value.and_then(score) {
            values.insert(metric, number);
        } else {
            *evaluation.without_value.entry(metric).or_default() += 1;
        }
    };
    match found.get("value") {
        Some(Value::Object(_)) => {
            let parts = found.needed_object("value")?;
            for (key, part) in parts.entries() {
                take(format!("{scorer}/{key}"), Some(part));
            }
        }
        other => take(scorer.to_owned(), other),
    }
    Ok(())
}

/// A text as it is; messages as roles and contents, without the ids that are
/// drawn anew for every run.
fn input_text(value: &Value<'_>) -> String {
    match value {
        Value::Text(text) => text.clone().into_owned(),
        other => canonical_of_keys(other, &|key| !matches!(key, "id" | "source" | "model" | "internal")),
    }
}

fn outputs(output: &Object<'_>) -> Result<Vec<String>, EvaluationError> {
    if let Some(completion) = output.text("completion")? {
        return Ok(vec![completion]);
    }
    let Some(choices) = output.list("choices")? else { return Ok(Vec::new()) };
    let mut texts = Vec::new();
    for choice in choices.objects() {
        if let Some(message) = choice?.object("message")? {
            texts.push(message.get("content").map(setting).unwrap_or_default());
        }
    }
    Ok(texts)
}
