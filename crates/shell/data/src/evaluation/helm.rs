//! Runs of HELM (Holistic Evaluation of Language Models).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::document::{Document, Object, canonical, setting};
use super::format::{Seen, group};
use super::item::prompt_hash;
use super::score::score;
use super::{Evaluation, EvaluationError, Format, ItemHash, ItemKey, KeepTexts, Read, Reported, Sample, Texts, source};
use crate::json::Value;

/// Runs of HELM.
pub const FORMAT: Format = Format {
    id: "helm",
    title: "HELM run folder",
    recognised_by: "A folder with `run_spec.json` and `per_instance_stats.json`, or one of the files of such a folder.",
    documentation: "Reads `run_spec.json` and `per_instance_stats.json`, and where they are there `scenario_state.json` \
        (inputs and references) and `stats.json` (aggregates). A sample is an instance in a train trial, which is its \
        epoch, counted from 0; a perturbed instance is an item of its own. Every statistic with a mean is a metric, by its \
        name. An item is told apart by its input and its references, of which the correct ones count as right answers \
        and, if not all are, all as choices.",
    recognises,
    read,
};

const RUN_SPEC: &str = "run_spec.json";
const INSTANCES: &str = "per_instance_stats.json";
const STATE: &str = "scenario_state.json";
const STATISTICS: &str = "stats.json";

fn recognises(seen: &Seen<'_>) -> bool {
    match seen {
        Seen::Folder { .. } => seen.is_folder_with(&[RUN_SPEC, INSTANCES]),
        Seen::File { path, .. } => {
            let is_part = [RUN_SPEC, INSTANCES, STATE, STATISTICS].contains(&source::name(path));
            is_part && path.with_file_name(RUN_SPEC).is_file() && path.with_file_name(INSTANCES).is_file()
        }
    }
}

fn read(path: &Path, texts: KeepTexts) -> Result<Read, EvaluationError> {
    let folder: PathBuf = if path.is_dir() { path.to_owned() } else { path.with_file_name("") };
    let mut evaluation = Evaluation::new(FORMAT.id, folder.clone());
    evaluation.library = Some(("helm".to_owned(), None));
    opened(&folder.join(RUN_SPEC), |document| read_run_spec(&document.object()?, &mut evaluation))?;

    let mut instances = BTreeMap::new();
    if folder.join(STATE).is_file() {
        opened(&folder.join(STATE), |document| {
            read_state(&document.object()?, texts, &mut instances, &mut evaluation.failed)
        })?;
    } else {
        evaluation.notes.push("There is no scenario_state.json, so inputs are unknown.".to_owned());
    }
    let mut splits: Vec<String> = instances.values().filter_map(|instance: &Instance| instance.split.clone()).collect();
    opened(&folder.join(INSTANCES), |document| {
        for one in document.list()?.objects() {
            let sample = read_sample(&one?, &instances, &mut splits, &mut evaluation)?;
            evaluation.facts.metrics.extend(sample.values.keys().cloned());
            evaluation.samples.push(sample);
        }
        Ok(())
    })?;
    splits.sort();
    splits.dedup();
    if splits.len() > 1 {
        let n = splits.len();
        evaluation.notes.push(format!("Samples of {n} splits are read together, which HELM reports apart."));
    }
    evaluation.facts.split = (!splits.is_empty()).then(|| splits.join(", "));
    if folder.join(STATISTICS).is_file() {
        opened(&folder.join(STATISTICS), |document| {
            for statistic in document.list()?.objects() {
                read_aggregate(&statistic?, &mut evaluation)?;
            }
            Ok(())
        })?;
    }
    Ok(Read::Evaluations(vec![evaluation.finished()]))
}

fn opened(path: &Path, take: impl FnOnce(&Document<'_>) -> Result<(), EvaluationError>) -> Result<(), EvaluationError> {
    let bytes = source::bytes(path)?;
    take(&Document::new(path.display().to_string(), &bytes))
}

/// The parts of an adapter that make its prompts.
const PROMPT_PARTS: [&str; 16] = [
    "method",
    "global_prefix",
    "global_suffix",
    "instructions",
    "input_prefix",
    "input_suffix",
    "reference_prefix",
    "reference_suffix",
    "chain_of_thought_prefix",
    "chain_of_thought_suffix",
    "output_prefix",
    "output_suffix",
    "instance_prefix",
    "substitutions",
    "reference_prefix_characters",
    "multi_label",
];
/// The parts of an adapter that are settings of generation.
const GENERATION: [&str; 7] =
    ["temperature", "max_tokens", "num_outputs", "stop_sequences", "model_deployment", "random", "sample_train"];

fn read_run_spec(spec: &Object<'_>, evaluation: &mut Evaluation) -> Result<(), EvaluationError> {
    let adapter = spec.needed_object("adapter_spec")?;
    evaluation.model = adapter.text("model")?;
    let facts = &mut evaluation.facts;
    let scenario = spec.needed_object("scenario_spec")?;
    let class = scenario.needed_text("class_name")?;
    facts.task = Some(class.rsplit('.').next().unwrap_or(&class).to_owned());
    facts.task_arguments = scenario.get("args").map(canonical);
    // What a scenario reads is fixed by its class and its arguments.
    facts.dataset = Some(format!("{class} {}", facts.task_arguments.as_deref().unwrap_or("{}")));
    let parts: Vec<String> = PROMPT_PARTS
        .iter()
        .map(|part| format!("{part}={}", adapter.get(part).map_or_else(|| "null".to_owned(), canonical)))
        .collect();
    facts.prompt = Some(prompt_hash(&parts.join("\n")));
    facts.few_shot = adapter.count("max_train_instances")?;
    facts.limit = adapter.setting("max_eval_instances");
    facts.epochs = adapter.count("num_train_trials")?;
    for key in GENERATION {
        if let Some(value) = adapter.setting(key) {
            facts.generation.insert(key.to_owned(), value);
        }
    }
    facts.scorer = spec.get("metric_specs").map(canonical);
    Ok(())
}

/// An instance: its id, and the name of its perturbation if it has one.
type InstanceKey = (String, Option<String>);

struct Instance {
    content: ItemHash,
    split: Option<String>,
    group: Option<String>,
    texts: Option<Texts>,
}

fn instance_key(id: String, holder: &Object<'_>) -> InstanceKey {
    (id, holder.get("perturbation").map(canonical))
}

fn read_state(
    state: &Object<'_>,
    keep: KeepTexts,
    instances: &mut BTreeMap<InstanceKey, Instance>,
    failed: &mut usize,
) -> Result<(), EvaluationError> {
    for request in state.needed_list("request_states")?.objects() {
        let request = request?;
        if let Some(result) = request.object("result")?
            && matches!(result.get("success"), Some(Value::Boolean(false)))
        {
            *failed += 1;
        }
        let instance = request.needed_object("instance")?;
        let key = instance_key(instance.needed_text("id")?, &instance);
        if instances.contains_key(&key) {
            continue;
        }
        let input = instance.needed_object("input")?;
        // An input of several media has no text of its own.
        let mut input = match input.text("text")? {
            Some(text) if !text.is_empty() || !input.has("multimedia_content") => text,
            _ => instance.get("input").map(canonical).unwrap_or_default(),
        };
        if let Some(perturbation) = &key.1 {
            input = format!("{input}\n{perturbation}");
        }
        let (mut right, mut all) = (Vec::new(), Vec::new());
        if let Some(references) = instance.list("references")? {
            for reference in references.objects() {
                let reference = reference?;
                let text = reference.needed_object("output")?.text("text")?.unwrap_or_default();
                let is_right = reference.texts("tags")?.unwrap_or_default().iter().any(|tag| tag == "correct");
                if is_right {
                    right.push(text.clone());
                }
                all.push(text);
            }
        }
        // Where every reference is right, there is nothing to choose from.
        let choices = if right.len() < all.len() { all } else { Vec::new() };
        let content = ItemHash::of(&input, &right, &choices);
        let texts = match keep {
            KeepTexts::No => None,
            KeepTexts::Yes => Some(Texts { input, references: right, choices, outputs: completions(&request)? }),
        };
        let split = instance.text("split")?;
        let group = instance.object_if_one("extra_data")?.as_ref().and_then(group);
        instances.insert(key, Instance { content, split, group, texts });
    }
    Ok(())
}

fn completions(request: &Object<'_>) -> Result<Vec<String>, EvaluationError> {
    let mut texts = Vec::new();
    if let Some(result) = request.object("result")?
        && let Some(completions) = result.list("completions")?
    {
        for completion in completions.objects() {
            texts.push(completion?.text("text")?.unwrap_or_default());
        }
    }
    Ok(texts)
}

fn read_sample(
    one: &Object<'_>,
    instances: &BTreeMap<InstanceKey, Instance>,
    splits: &mut Vec<String>,
    evaluation: &mut Evaluation,
) -> Result<Sample, EvaluationError> {
    let key = instance_key(one.needed_text("instance_id")?, one);
    let epoch = one.count("train_trial_index")?.unwrap_or(0);
    let mut values = BTreeMap::new();
    for statistic in one.needed_list("stats")?.objects() {
        let statistic = statistic?;
        let name = statistic.needed_object("name")?;
        let metric = name.needed_text("name")?;
        if let Some(split) = name.text("split")?
            && splits.last() != Some(&split)
        {
            splits.push(split);
        }
        match mean(&statistic) {
            Some(value) => {
                values.insert(metric, value);
            }
            None => *evaluation.without_value.entry(metric).or_default() += 1,
        }
    }
    let instance = instances.get(&key);
    let (id, perturbation) = key;
    let id = match perturbation {
        Some(perturbation) => format!("{id} {perturbation}"),
        None => id,
    };
    Ok(Sample {
        item: ItemKey { content: instance.map(|instance| instance.content), id: Some(id) },
        epoch,
        values,
        group: instance.and_then(|instance| instance.group.clone()),
        texts: instance.and_then(|instance| instance.texts.clone()),
    })
}

/// A statistic of no values has no mean.
fn mean(statistic: &Object<'_>) -> Option<f64> {
    match statistic.get("count") {
        Some(Value::Integer(0)) => None,
        _ => statistic.get("mean").and_then(score),
    }
}

/// `exact_match`, and in brackets what it is restricted to.
fn read_aggregate(statistic: &Object<'_>, evaluation: &mut Evaluation) -> Result<(), EvaluationError> {
    let name = statistic.needed_object("name")?;
    let Some(value) = mean(statistic) else { return Ok(()) };
    let restrictions: Vec<String> = ["split", "sub_split", "perturbation"]
        .iter()
        .filter_map(|key| name.get(key).map(|value| format!("{key} {}", setting(value))))
        .collect();
    let metric = name.needed_text("name")?;
    let metric = if restrictions.is_empty() { metric } else { format!("{metric} ({})", restrictions.join(", ")) };
    evaluation.aggregates.insert(metric, Reported { value, standard_error: None });
    Ok(())
}
