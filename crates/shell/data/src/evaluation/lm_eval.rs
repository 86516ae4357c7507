//! Logs of the Language Model Evaluation Harness (lm-evaluation-harness).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::document::{Document, Object, canonical, setting};
use super::format::{Seen, group};
use super::item::prompt_hash;
use super::score::score;
use super::{Evaluation, EvaluationError, Format, ItemHash, ItemKey, KeepTexts, Read, Reported, Sample, Texts, source};
use crate::json::Value;

/// Logs of lm-evaluation-harness.
pub const FORMAT: Format = Format {
    id: "lm-eval",
    title: "lm-evaluation-harness results",
    recognised_by: "A JSON object with `results` and `versions`, `configs` or `n-shot`; JSON lines whose first has `doc_id` \
        and `doc` or `doc_hash`; or a folder with files named `results_*.json` or `samples_*.jsonl`.",
    documentation: "Gives an evaluation for each task and filter. The samples of `results_TIME.json` are in \
        `samples_TASK_TIME.jsonl` beside it, which the harness writes if it is run with `--log_samples`; naming either file \
        is enough, and of a folder all are read. An item is told apart by its document and target, or by their hashes \
        where they are not stored. The prompt is the task's templates and description; the chat template of the model is \
        listed under generation. Aggregates that the harness could not compute (`N/A`) are left out.",
    recognises,
    read,
};

fn recognises(seen: &Seen<'_>) -> bool {
    let has = |keys: &[String], key: &str| keys.iter().any(|found| found == key);
    match seen {
        Seen::Folder { names, .. } => names.iter().any(|name| is_results(name) || is_samples(name)),
        Seen::File { .. } => {
            let keys = seen.top_keys();
            let is_summary =
                has(&keys, "results") && ["versions", "configs", "n-shot"].iter().any(|key| has(&keys, key));
            is_summary || (has(&keys, "doc_id") && (has(&keys, "doc") || has(&keys, "doc_hash")))
        }
    }
}

fn is_results(name: &str) -> bool {
    name.starts_with("results_") && name.ends_with(".json")
}

fn is_samples(name: &str) -> bool {
    name.starts_with("samples_") && name.ends_with(".jsonl")
}

/// `samples_TASK_TIME.jsonl` as task and time; a time has no underscore.
fn task_and_time(name: &str) -> Option<(&str, &str)> {
    name.strip_prefix("samples_")?.strip_suffix(".jsonl")?.rsplit_once('_')
}

fn read(path: &Path, texts: KeepTexts) -> Result<Read, EvaluationError> {
    let mut evaluations = Vec::new();
    if path.is_dir() {
        let entries = source::entries(path)?;
        for results in entries.iter().filter(|entry| is_results(source::name(entry))) {
            read_results(results, texts, &mut evaluations)?;
        }
        for samples in entries.iter().filter(|entry| is_samples(source::name(entry))) {
            if results_of(samples).is_none() {
                read_lone_samples(samples, texts, &mut evaluations)?;
            }
        }
    } else if Seen::at(path)?.top_keys().iter().any(|key| key == "doc_id") {
        match (results_of(path), task_and_time(source::name(path))) {
            (Some(results), Some((task, _))) => {
                let bytes = source::bytes(&results)?;
                let document = Document::new(results.display().to_string(), &bytes);
                read_task(&document.object()?, task, &results, Some(path), texts, &mut evaluations)?;
            }
            _ => read_lone_samples(path, texts, &mut evaluations)?,
        }
    } else {
        read_results(path, texts, &mut evaluations)?;
    }
    Ok(Read::Evaluations(evaluations.into_iter().map(Evaluation::finished).collect()))
}

/// The results beside a file of samples, if they are there.
fn results_of(samples: &Path) -> Option<PathBuf> {
    let (_, time) = task_and_time(source::name(samples))?;
    let results = samples.with_file_name(format!("results_{time}.json"));
    results.is_file().then_some(results)
}

fn read_results(path: &Path, texts: KeepTexts, evaluations: &mut Vec<Evaluation>) -> Result<(), EvaluationError> {
    let bytes = source::bytes(path)?;
    let document = Document::new(path.display().to_string(), &bytes);
    let top = document.object()?;
    let results = top.needed_object("results")?;
    let time = source::name(path).strip_prefix("results_").and_then(|name| name.strip_suffix(".json"));
    for (task, _) in results.entries() {
        // A task may not lead to files elsewhere.
        let time = time.filter(|_| !task.contains('/'));
        let samples = time.map(|time| path.with_file_name(format!("samples_{task}_{time}.jsonl")));
        let samples = samples.filter(|samples| samples.is_file());
        read_task(&top, task, path, samples.as_deref(), texts, evaluations)?;
    }
    if evaluations.is_empty() {
        return Err(top.missing("results", "an object with at least one task"));
    }
    Ok(())
}

/// Reads one task of the results and its samples: an evaluation for each filter.
fn read_task(
    top: &Object<'_>,
    task: &str,
    path: &Path,
    samples: Option<&Path>,
    texts: KeepTexts,
    evaluations: &mut Vec<Evaluation>,
) -> Result<(), EvaluationError> {
    let mut common = Evaluation::new(FORMAT.id, samples.unwrap_or(path).to_owned());
    read_facts(top, task, &mut common)?;
    let mut filters: BTreeMap<Option<String>, Evaluation> = BTreeMap::new();
    if let Some(samples) = samples {
        read_samples(samples, texts, &common, &mut filters)?;
        check_number(top, task, &mut filters)?;
    } else {
        common.notes.push("There is no file of samples beside the results, so nothing can be paired.".to_owned());
    }
    if let Some(values) = top.needed_object("results")?.object(task)? {
        read_aggregates(&values, &common, &mut filters);
    }
    let order = filters.len();
    for (filter, mut evaluation) in filters {
        evaluation.facts.filter = filter;
        evaluations.push(evaluation);
    }
    if order == 0 {
        evaluations.push(common);
    }
    Ok(())
}

/// Says where a file holds another number of samples than the results say.
fn check_number(
    top: &Object<'_>,
    task: &str,
    filters: &mut BTreeMap<Option<String>, Evaluation>,
) -> Result<(), EvaluationError> {
    let Some(counts) = top.object("n-samples")? else { return Ok(()) };
    let Some(count) = counts.object_if_one(task)? else { return Ok(()) };
    let Some(effective) = count.count("effective")? else { return Ok(()) };
    for evaluation in filters.values_mut() {
        let stored = evaluation.samples.len();
        if stored as u64 != effective {
            evaluation.notes.push(format!("The results are of {effective} samples, and the file holds {stored}."));
        }
    }
    Ok(())
}

fn read_lone_samples(path: &Path, texts: KeepTexts, evaluations: &mut Vec<Evaluation>) -> Result<(), EvaluationError> {
    let mut common = Evaluation::new(FORMAT.id, path.to_owned());
    common.library = Some(("lm_eval".to_owned(), None));
    common.facts.task = task_and_time(source::name(path)).map(|(task, _)| task.to_owned());
    common.notes.push("There are no results beside the samples, so their settings are unknown.".to_owned());
    let mut filters = BTreeMap::new();
    read_samples(path, texts, &common, &mut filters)?;
    for (filter, mut evaluation) in filters {
        evaluation.facts.filter = filter;
        evaluations.push(evaluation);
    }
    Ok(())
}

/// The parts of a task's configuration that make its prompts.
const PROMPT_PARTS: [&str; 9] = [
    "doc_to_text",
    "doc_to_target",
    "doc_to_choice",
    "description",
    "target_delimiter",
    "fewshot_delimiter",
    "fewshot_config",
    "process_docs",
    "use_prompt",
];

fn read_facts(top: &Object<'_>, task: &str, evaluation: &mut Evaluation) -> Result<(), EvaluationError> {
    evaluation.library = Some(("lm_eval".to_owned(), top.setting("lm_eval_version")));
    evaluation.model = top.text("model_name")?;
    evaluation.facts.task = Some(task.to_owned());
    evaluation.facts.task_version = match top.object("versions")? {
        Some(versions) => versions.setting(task),
        None => None,
    };
    evaluation.facts.few_shot = match top.object("n-shot")? {
        Some(shots) => shots.count(task)?,
        None => None,
    };
    if let Some(configs) = top.object("configs")?
        && let Some(config) = configs.object(task)?
    {
        read_task_config(&config, evaluation)?;
    }
    let facts = &mut evaluation.facts;
    if let Some(config) = top.object_if_one("config")? {
        if evaluation.model.is_none() {
            evaluation.model = config.setting("model_args").or_else(|| config.setting("model"));
        }
        facts.limit = Some(config.setting("limit").unwrap_or_else(|| "all".to_owned()));
        for key in ["gen_kwargs", "fewshot_seed", "random_seed", "numpy_seed", "torch_seed", "model_dtype"] {
            if let Some(value) = config.setting(key) {
                facts.generation.insert(key.to_owned(), value);
            }
        }
    }
    for key in ["chat_template_sha", "system_instruction_sha", "fewshot_as_multiturn"] {
        if let Some(value) = top.setting(key) {
            facts.generation.insert(key.to_owned(), value);
        }
    }
    Ok(())
}

fn read_task_config(config: &Object<'_>, evaluation: &mut Evaluation) -> Result<(), EvaluationError> {
    let facts = &mut evaluation.facts;
    facts.dataset = match (config.text("dataset_path")?, config.text("dataset_name")?) {
        (Some(path), Some(name)) => Some(format!("{path}/{name}")),
        (path, name) => path.or(name),
    };
    if let Some(arguments) = config.object_if_one("dataset_kwargs")? {
        facts.dataset_version = arguments.setting("revision");
    }
    // The harness evaluates on the test split if there is one.
    facts.split = match config.setting("test_split") {
        Some(split) => Some(split),
        None => config.setting("validation_split"),
    };
    if facts.few_shot.is_none() {
        facts.few_shot = config.count("num_fewshot")?;
    }
    facts.epochs = config.count("repeats")?;
    let mut parts = Vec::new();
    let mut has_address = false;
    for part in PROMPT_PARTS {
        let text = config.get(part).map_or_else(|| "null".to_owned(), canonical);
        // `<function f at 0x7f...>` is another text in every process.
        has_address |= text.contains(" at 0x");
        parts.push(format!("{part}={text}"));
    }
    if has_address {
        evaluation.notes.push("The prompt is made by a function whose text the log does not store.".to_owned());
    } else {
        facts.prompt = Some(prompt_hash(&parts.join("\n")));
    }
    let list = |key: &str| config.get(key).map(canonical);
    facts.scorer = list("metric_list").map(|metrics| match list("filter_list") {
        Some(filters) => format!("{metrics}; filters {filters}"),
        None => metrics,
    });
    if let Some(settings) = config.object_if_one("generation_kwargs")? {
        for (key, value) in settings.entries() {
            if !matches!(value, Value::Null) {
                facts.generation.insert(key.to_owned(), setting(value));
            }
        }
    }
    Ok(())
}

/// Keys as `exact_match,none` and `exact_match_stderr,none`: metric and filter.
fn read_aggregates(values: &Object<'_>, common: &Evaluation, filters: &mut BTreeMap<Option<String>, Evaluation>) {
    let number = |key: &str| {
        values.get(key).and_then(|value| match value {
            // `N/A` is a text.
            Value::Text(_) => None,
            other => score(other),
        })
    };
    for (key, _) in values.entries() {
        let (metric, filter) = match key.split_once(',') {
            Some((metric, filter)) => (metric, Some(filter)),
            None => (key, None),
        };
        if matches!(metric, "alias" | "samples" | "name") || metric.ends_with("_stderr") {
            continue;
        }
        let Some(value) = number(key) else { continue };
        let error_key = match filter {
            Some(filter) => format!("{metric}_stderr,{filter}"),
            None => format!("{metric}_stderr"),
        };
        let reported = Reported { value, standard_error: number(&error_key) };
        let evaluation = filters.entry(filter.map(str::to_owned)).or_insert_with(|| common.clone());
        evaluation.facts.metrics.insert(metric.to_owned());
        evaluation.aggregates.insert(metric.to_owned(), reported);
    }
}

/// What a line of samples has besides its metrics.
const NOT_METRICS: [&str; 14] = [
    "doc_id",
    "doc",
    "target",
    "arguments",
    "resps",
    "filtered_resps",
    "filter",
    "metrics",
    "doc_hash",
    "prompt_hash",
    "target_hash",
    "task_name",
    "native_id",
    "schema",
];

fn read_samples(
    path: &Path,
    texts: KeepTexts,
    common: &Evaluation,
    filters: &mut BTreeMap<Option<String>, Evaluation>,
) -> Result<(), EvaluationError> {
    source::each_line(path, |line, bytes| {
        let document = Document::of_line(path, bytes, line);
        let row = document.object()?;
        let evaluation = filters.entry(row.text("filter")?).or_insert_with(|| common.clone());
        let sample = read_sample(&row, texts, evaluation)?;
        evaluation.facts.metrics.extend(sample.values.keys().cloned());
        evaluation.samples.push(sample);
        Ok(())
    })
}

fn read_sample(row: &Object<'_>, keep: KeepTexts, evaluation: &mut Evaluation) -> Result<Sample, EvaluationError> {
    let Some(id) = row.get("doc_id") else { return Err(row.missing("doc_id", "a number")) };
    let metrics: Vec<String> = match row.texts("metrics")? {
        Some(metrics) => metrics,
        None => {
            row.entries().map(|(key, _)| key.to_owned()).filter(|key| !NOT_METRICS.contains(&key.as_str())).collect()
        }
    };
    let mut values = BTreeMap::new();
    for metric in metrics {
        if let Some(value) = row.get(&metric).and_then(score) {
            values.insert(metric, value);
        } else {
            *evaluation.without_value.entry(metric).or_default() += 1;
        }
    }
    let target = row.get("target").map(setting);
    let content = match (row.get("doc"), &target) {
        (Some(doc), target) => Some(ItemHash::of(&setting(doc), target.as_slice(), &[])),
        (None, _) => match (row.text("doc_hash")?, row.text("target_hash")?) {
            (Some(doc), target) => Some(ItemHash::of(&doc, target.as_slice(), &[])),
            (None, _) => None,
        },
    };
    let doc = row.object_if_one("doc")?;
    let texts = (keep == KeepTexts::Yes).then(|| Texts {
        input: prompt(row).or_else(|| row.setting("doc")).unwrap_or_default(),
        references: target.into_iter().collect(),
        choices: Vec::new(),
        outputs: row.texts("filtered_resps").ok().flatten().unwrap_or_default(),
    });
    let item = ItemKey { content, id: Some(setting(id)) };
    Ok(Sample { item, epoch: 1, values, group: doc.as_ref().and_then(group), texts })
}

/// The prompt as the model saw it: the first argument of the first request.
fn prompt(row: &Object<'_>) -> Option<String> {
    let arguments = row.object_if_one("arguments").ok()??;
    arguments.object_if_one("gen_args_0").ok()??.setting("arg_0")
}
