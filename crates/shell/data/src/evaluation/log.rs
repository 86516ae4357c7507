use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::ItemKey;

/// One evaluation: a model, a task, and what each sample of it scored.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// The id of the format that it was read from.
    pub format: &'static str,
    /// The file or folder that it was read from.
    pub path: PathBuf,
    /// The model, as the log names it.
    pub model: Option<String>,
    /// The program that evaluated, and its version.
    pub library: Option<(String, Option<String>)>,
    /// What must agree before two evaluations can be compared.
    pub facts: Facts,
    /// The samples, sorted by the log's own id (numbers by size) and epoch.
    pub samples: Vec<Sample>,
    /// The values that the log itself reports for all samples together, by
    /// metric.
    pub aggregates: BTreeMap<String, Reported>,
    /// For each metric, in how many samples it was found without a number. A
    /// sample that was not scored at all counts under [`Evaluation::UNSCORED`].
    pub without_value: BTreeMap<String, usize>,
    /// How many samples ended in an error, by the log; they may have a score all
    /// the same.
    pub failed: usize,
    /// What a reader of the result must know, in whole sentences.
    pub notes: Vec<String>,
}

impl Evaluation {
    /// The name under which samples without any score are counted.
    pub const UNSCORED: &str = "(no score at all)";

    /// The names of the metrics that samples have numbers of.
    #[must_use]
    pub fn metrics(&self) -> BTreeSet<&str> {
        self.samples.iter().flat_map(|sample| sample.values.keys().map(String::as_str)).collect()
    }

    /// An evaluation of nothing yet.
    pub(super) fn new(format: &'static str, path: PathBuf) -> Self {
        Self {
            format,
            path,
            model: None,
            library: None,
            facts: Facts::default(),
            samples: Vec::new(),
            aggregates: BTreeMap::new(),
            without_value: BTreeMap::new(),
            failed: 0,
            notes: Vec::new(),
        }
    }

    /// Sorts the samples and says what the reader must know of them all.
    pub(super) fn finished(mut self) -> Self {
        self.samples.sort_by_cached_key(|sample| (sort_key(sample.item.id.as_deref().unwrap_or("")), sample.epoch));
        let by_id = self.samples.iter().filter(|sample| sample.item.content.is_none()).count();
        if by_id > 0 {
            self.notes.push(format!(
                "{by_id} of {} samples store no input, so the log's own id is taken to tell their items apart.",
                self.samples.len()
            ));
        }
        if self.failed > 0 {
            self.notes.push(format!("{} samples ended in an error.", self.failed));
        }
        for (metric, count) in &self.without_value {
            self.notes.push(if metric == Self::UNSCORED {
                format!("{count} samples have no score at all.")
            } else {
                format!("{count} samples have no number for `{metric}`.")
            });
        }
        self
    }
}

/// Numbers by size before texts by letter.
fn sort_key(id: &str) -> (bool, u64, String) {
    match id.parse() {
        Ok(number) => (false, number, String::new()),
        Err(_) => (true, 0, id.to_owned()),
    }
}

/// What was evaluated and how; `None` is what the log does not say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// The task, as the log names it.
    pub task: Option<String>,
    /// The version of the task's definition.
    pub task_version: Option<String>,
    /// The arguments of the task, as canonical JSON.
    pub task_arguments: Option<String>,
    /// The data set.
    pub dataset: Option<String>,
    /// Its version, revision or commit.
    pub dataset_version: Option<String>,
    /// The split of the data set, such as `test`.
    pub split: Option<String>,
    /// The BLAKE3 hash of what turns an item into a prompt: templates,
    /// instructions, steps. Logs of different formats never agree in it.
    pub prompt: Option<String>,
    /// The number of worked examples in the prompt.
    pub few_shot: Option<u64>,
    /// The rule that takes the answer from the output.
    pub filter: Option<String>,
    /// The names of the metrics that samples were scored by.
    pub metrics: BTreeSet<String>,
    /// What computes the scores, with its settings, as canonical JSON.
    pub scorer: Option<String>,
    /// The model that judges answers.
    pub judge: Option<String>,
    /// How many samples the evaluation was limited to, as the log says it; `all`
    /// if it says that there was no limit.
    pub limit: Option<String>,
    /// How often each item was asked.
    pub epochs: Option<u64>,
    /// Settings of generation, such as `temperature`, as the log writes them.
    pub generation: BTreeMap<String, String>,
}

/// What one item scored, once.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Which item it is.
    pub item: ItemKey,
    /// Which repetition, counted as the log counts.
    pub epoch: u64,
    /// The numbers, by metric; never NaN or infinite.
    pub values: BTreeMap<String, f64>,
    /// What it belongs to with others, such as its subject.
    pub group: Option<String>,
    /// Its texts, if they were asked for.
    pub texts: Option<Texts>,
}

/// The texts of a sample.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Texts {
    /// What was asked; messages as canonical JSON.
    pub input: String,
    /// The right answers.
    pub references: Vec<String>,
    /// The answers to choose from; empty if there are none.
    pub choices: Vec<String>,
    /// What the model wrote; empty if the log does not say.
    pub outputs: Vec<String>,
}

/// A value that the log reports for all samples together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reported {
    /// The value; never NaN or infinite.
    pub value: f64,
    /// Its standard error, if the log says one.
    pub standard_error: Option<f64>,
}

/// Whether samples keep their texts, which may be long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeepTexts {
    /// They do.
    Yes,
    /// They do not.
    No,
}
