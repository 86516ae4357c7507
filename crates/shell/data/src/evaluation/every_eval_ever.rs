//! Records of Every Eval Ever, the shared format of evaluation results.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::document::{Document, Object, canonical, setting};
use super::format::{Seen, group};
use super::item::prompt_hash;
use super::score::score;
use super::{Evaluation, EvaluationError, Format, ItemHash, ItemKey, KeepTexts, Read, Reported, Sample, Texts, source};
use crate::json::Value;

/// Records of Every Eval Ever.
pub const FORMAT: Format = Format {
    id: "every-eval-ever",
    title: "Every Eval Ever record",
    recognised_by: "A JSON object with `schema_version`, `evaluation_id` and `evaluation_results`; JSON lines whose first has \
        `schema_version`, `evaluation_id` and `sample_id`; or a folder with files named `*_samples.jsonl`.",
    documentation: "Reads version 0.3 of the schema; other versions are read with a note. The samples of `NAME.json` are in \
        `NAME_samples.jsonl` beside it, or in the file that the record names, if that lies beside it. Results of one name \
        and data set make one evaluation, whose metrics are named by `metric_id`, or by `metric_name` or the result's name \
        where that is missing. An item that stands more than once in a result is taken as asked more than once, in the \
        order of the file, unless its metadata has an `epoch`. The checksum of the file of samples is not checked.",
    recognises,
    read,
};

/// The version of the schema that is read and written.
pub(super) const VERSION: &str = "0.3.0";
/// What the name of a file of samples ends in.
const SAMPLES: &str = "_samples.jsonl";

fn recognises(seen: &Seen<'_>) -> bool {
    match seen {
        Seen::Folder { names, .. } => names.iter().any(|name| name.ends_with(SAMPLES)),
        Seen::File { .. } => {
            let keys = seen.top_keys();
            let has = |key: &str| keys.iter().any(|found| found == key);
            has("schema_version") && has("evaluation_id") && (has("evaluation_results") || has("sample_id"))
        }
    }
}

fn read(path: &Path, texts: KeepTexts) -> Result<Read, EvaluationError> {
    let mut evaluations = Vec::new();
    if path.is_dir() {
        for samples in source::entries(path)?.iter().filter(|entry| source::name(entry).ends_with(SAMPLES)) {
            evaluations.extend(read_samples_file(samples, texts)?);
        }
    } else if Seen::at(path)?.top_keys().iter().any(|key| key == "evaluation_results") {
        evaluations = read_record(path, None, texts)?;
    } else {
        evaluations = read_samples_file(path, texts)?;
    }
    Ok(Read::Evaluations(evaluations.into_iter().map(Evaluation::finished).collect()))
}

/// Reads a file of samples and the record beside it, if it is there.
fn read_samples_file(path: &Path, texts: KeepTexts) -> Result<Vec<Evaluation>, EvaluationError> {
    if let Some(stem) = source::name(path).strip_suffix(SAMPLES) {
        let record = path.with_file_name(format!("{stem}.json"));
        if record.is_file() {
            return read_record(&record, Some(path), texts);
        }
    }
    let mut results = Results::default();
    read_samples(path, texts, &mut results)?;
    for evaluation in &mut results.evaluations {
        evaluation.notes.push("There is no record beside the samples, so their settings are unknown.".to_owned());
    }
    Ok(results.evaluations)
}

/// The evaluations of a record, and which result belongs to which.
#[derive(Default)]
struct Results {
    evaluations: Vec<Evaluation>,
    /// By the id or the name of a result: the evaluation and the metric.
    places: BTreeMap<String, (usize, String)>,
    /// The place of a sample by evaluation, item and epoch.
    samples: BTreeMap<(usize, ItemKey, u64), usize>,
    /// How often an item has been met, by result.
    met: BTreeMap<(String, ItemKey), u64>,
}

fn read_record(path: &Path, samples: Option<&Path>, texts: KeepTexts) -> Result<Vec<Evaluation>, EvaluationError> {
    let bytes = source::bytes(path)?;
    let document = Document::new(path.display().to_string(), &bytes);
    let top = document.object()?;
    let mut common = Evaluation::new(FORMAT.id, path.to_owned());
    let version = top.needed_text("schema_version")?;
    if !version.starts_with("0.3.") {
        common.notes.push(format!("The record is of version {version} of its schema; it is read as {VERSION}."));
    }
    common.model = Some(top.needed_object("model_info")?.needed_text("id")?);
    if let Some(library) = top.object("eval_library")? {
        common.library = Some((library.needed_text("name")?, library.text("version")?));
    }
    if let Some(origin) = top.object("source_metadata")?
        && origin.text("source_type")?.as_deref() == Some("documentation")
    {
        common.notes.push("The record repeats published values; its author did not run the evaluation.".to_owned());
    }
    let mut results = Results::default();
    for result in top.needed_list("evaluation_results")?.objects() {
        read_result(&result?, &common, &mut results)?;
    }
    if results.evaluations.is_empty() {
        return Err(top.missing("evaluation_results[0]", "at least one result"));
    }
    let found = match samples {
        Some(samples) => Some(samples.to_owned()),
        None => samples_of(&top, path)?,
    };
    match found {
        Some(samples) => {
            let rows = read_samples(&samples, texts, &mut results)?;
            let said = match top.object("detailed_evaluation_results")? {
                Some(details) => details.count("total_rows")?,
                None => None,
            };
            if let Some(said) = said.filter(|said| *said != rows) {
                for evaluation in &mut results.evaluations {
                    evaluation
                        .notes
                        .push(format!("The record says {said} rows of samples, and the file holds {rows}."));
                }
            }
        }
        None => {
            for evaluation in &mut results.evaluations {
                evaluation
                    .notes
                    .push("There is no file of samples beside the record, so nothing can be paired.".to_owned());
            }
        }
    }
    Ok(results.evaluations)
}

/// The file of samples that belongs to a record, if it lies beside it.
fn samples_of(top: &Object<'_>, path: &Path) -> Result<Option<PathBuf>, EvaluationError> {
    let stem = source::name(path).trim_end_matches(".json");
    let mut candidates = vec![path.with_file_name(format!("{stem}{SAMPLES}"))];
    if let Some(details) = top.object("detailed_evaluation_results")?
        && let Some(named) = details.text("file_path")?
        // Only the name counts: a record may not lead to files elsewhere.
        && let Some(name) = Path::new(&named).file_name()
    {
        candidates.push(path.with_file_name(name));
    }
    Ok(candidates.into_iter().find(|candidate| candidate.is_file()))
}

fn read_result(result: &Object<'_>, common: &Evaluation, results: &mut Results) -> Result<(), EvaluationError> {
    let name = result.needed_text("evaluation_name")?;
    let data = result.needed_object("source_data")?;
    let dataset = data.text("dataset_name")?;
    let config = result.needed_object("metric_config")?;
    let metric = match config.text("metric_id")? {
        Some(metric) => metric,
        None => config.text("metric_name")?.unwrap_or_else(|| name.clone()),
    };
    let same = |evaluation: &Evaluation| {
        evaluation.facts.task.as_ref() == Some(&name)
            && evaluation.facts.dataset == dataset
            && !evaluation.facts.metrics.contains(&metric)
    };
    let at = match results.evaluations.iter().position(same) {
        Some(at) => at,
        None => {
            let mut evaluation = common.clone();
            evaluation.facts.task = Some(name.clone());
            evaluation.facts.dataset = dataset;
            evaluation.facts.split = data.text("hf_split")?;
            results.evaluations.push(evaluation);
            results.evaluations.len() - 1
        }
    };
    let evaluation = &mut results.evaluations[at];
    read_facts(result, &config, evaluation)?;
    let details = result.needed_object("score_details")?;
    if let Some(value) = details.number("score")?.filter(|value| value.is_finite()) {
        let standard_error = match details.object("uncertainty")? {
            Some(uncertainty) => match uncertainty.object("standard_error")? {
                Some(standard_error) => standard_error.number("value")?.filter(|value| value.is_finite()),
                None => None,
            },
            None => None,
        };
        evaluation.aggregates.insert(metric.clone(), Reported { value, standard_error });
    }
    evaluation.facts.metrics.insert(metric.clone());
    if let Some(id) = result.text("evaluation_result_id")? {
        results.places.insert(id, (at, metric.clone()));
    }
    results.places.entry(name).or_insert((at, metric));
    Ok(())
}

fn read_facts(result: &Object<'_>, config: &Object<'_>, evaluation: &mut Evaluation) -> Result<(), EvaluationError> {
    let facts = &mut evaluation.facts;
    if let Some(judging) = config.object("llm_scoring")? {
        let mut judges = Vec::new();
        for judge in judging.needed_list("judges")?.objects() {
            judges.push(judge?.needed_object("model_info")?.needed_text("id")?);
        }
        facts.judge = Some(judges.join(", "));
        facts.scorer = judging.get("input_prompt").map(canonical);
    }
    let Some(generation) = result.object("generation_config")? else { return Ok(()) };
    if let Some(arguments) = generation.object("generation_args")? {
        for (key, value) in arguments.entries() {
            match (key, value) {
                (_, Value::Null) => {}
                ("prompt_template" | "eval_plan", value) => facts.prompt = Some(prompt_hash(&canonical(value))),
                ("execution_command", _) => {}
                (key, value) => {
                    facts.generation.insert(key.to_owned(), setting(value));
                }
            }
        }
    }
    let Some(details) = generation.object("additional_details")? else { return Ok(()) };
    for (key, value) in details.entries() {
        let text = setting(value);
        match key {
            "task_version" => facts.task_version = Some(text),
            "task_arguments" => facts.task_arguments = Some(text),
            "dataset_version" => facts.dataset_version = Some(text),
            "split" => facts.split = Some(text),
            "prompt_hash" => facts.prompt = Some(text),
            "few_shot" | "num_fewshot" | "n_shot" => match text.parse() {
                Ok(count) => facts.few_shot = Some(count),
                Err(_) => return Err(details.wrong(key, value, "a whole number from 0 up")),
            },
            "filter" => facts.filter = Some(text),
            "scorer" => facts.scorer = Some(text),
            "judge" => facts.judge = Some(text),
            "limit" => facts.limit = Some(text),
            "epochs" => facts.epochs = text.parse().ok(),
            key => {
                facts.generation.insert(key.to_owned(), text);
            }
        }
    }
    Ok(())
}

/// Reads the rows and gives their number.
fn read_samples(path: &Path, texts: KeepTexts, results: &mut Results) -> Result<u64, EvaluationError> {
    let mut rows = 0;
    source::each_line(path, |line, bytes| {
        rows += 1;
        let document = Document::of_line(path, bytes, line);
        read_row(&document.object()?, path, texts, results)
    })?;
    if results.met.values().any(|count| *count > 1) {
        for evaluation in &mut results.evaluations {
            evaluation.notes.push(
                "Items that stand more than once are taken as asked more than once, in the order of the file."
                    .to_owned(),
            );
        }
    }
    Ok(rows)
}

fn read_row(row: &Object<'_>, path: &Path, keep: KeepTexts, results: &mut Results) -> Result<(), EvaluationError> {
    let name = row.needed_text("evaluation_name")?;
    let result = row.text("evaluation_result_id")?;
    let known = result.as_ref().and_then(|id| results.places.get(id)).or_else(|| results.places.get(&name)).cloned();
    let (at, metric) = match known {
        Some(known) => known,
        None => {
            let mut evaluation = Evaluation::new(FORMAT.id, path.to_owned());
            evaluation.model = row.text("model_id")?;
            evaluation.facts.task = Some(name.clone());
            evaluation.facts.metrics.insert(name.clone());
            results.evaluations.push(evaluation);
            let place = (results.evaluations.len() - 1, name.clone());
            results.places.insert(result.clone().unwrap_or_else(|| name.clone()), place.clone());
            place
        }
    };
    let input = row.needed_object("input")?;
    let raw = input.needed_text("raw")?;
    let references = input.texts("reference")?.unwrap_or_default();
    let choices = input.texts("choices")?.unwrap_or_default();
    // A record that could not store the input leaves it empty.
    let content = (!raw.is_empty()).then(|| ItemHash::of(&raw, &references, &choices));
    let item = ItemKey { content, id: Some(row.needed_text("sample_id")?) };
    let metadata = row.object_if_one("metadata")?;
    let stated = match &metadata {
        Some(metadata) => metadata.setting("epoch").and_then(|epoch| epoch.parse().ok()),
        None => None,
    };
    let epoch = match stated {
        Some(epoch) => epoch,
        None => {
            let met = results.met.entry((result.unwrap_or(name), item.clone())).or_default();
            *met += 1;
            *met
        }
    };
    let evaluation = &mut results.evaluations[at];
    let place = *results.samples.entry((at, item.clone(), epoch)).or_insert_with(|| {
        let (values, group) = (BTreeMap::new(), metadata.as_ref().and_then(group));
        evaluation.failed += usize::from(row.get("error").is_some());
        evaluation.samples.push(Sample { item, epoch, values, group, texts: None });
        evaluation.samples.len() - 1
    });
    if keep == KeepTexts::Yes {
        let outputs = match row.object_if_one("output")? {
            Some(output) => output.texts("raw")?.unwrap_or_default(),
            None => Vec::new(),
        };
        evaluation.samples[place].texts = Some(Texts { input: raw, references, choices, outputs });
    }
    match row.needed_object("evaluation")?.get("score").and_then(score) {
        Some(value) => {
            evaluation.samples[place].values.insert(metric, value);
        }
        None => *evaluation.without_value.entry(metric).or_default() += 1,
    }
    Ok(())
}
