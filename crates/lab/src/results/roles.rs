use std::collections::BTreeSet;

use gosset_data::table::{Column, Table};
use gosset_model::Direction;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::direction::{split, suggested, word};

/// What the user says of a table or of logs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    pub(crate) method: Option<String>,
    pub(crate) method_columns: Vec<String>,
    pub(crate) seed: Option<String>,
    pub(crate) dataset: Option<String>,
    pub(crate) item: Option<String>,
    pub(crate) cluster: Option<String>,
    /// With its direction after a colon, or without.
    pub(crate) metric: Option<String>,
    pub(crate) baseline: Option<String>,
    /// Whether it is allowed for that seeds are folds.
    pub(crate) allows_for_folds: bool,
    /// Facts in which logs may differ.
    pub(crate) accept: Vec<String>,
}

/// Which column is what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Roles {
    /// The column of methods; none for logs, which name their models.
    pub(crate) method: Option<String>,
    /// The columns that hold the scores of a method each, which they name.
    pub(crate) method_columns: Vec<String>,
    /// The column of seeds.
    pub(crate) seed: Option<String>,
    /// The column of data sets.
    pub(crate) dataset: Option<String>,
    /// The column of items.
    pub(crate) item: Option<String>,
    /// The column of clusters of items.
    pub(crate) cluster: Option<String>,
    /// The column of scores, or the metric of logs.
    pub(crate) metric: Option<String>,
    /// Which way it is better.
    pub(crate) direction: Option<Direction>,
    /// The method that the others are compared with.
    pub(crate) baseline: Option<String>,
    /// Roles that were guessed and not given.
    pub(crate) guessed: Vec<String>,
}

const METHOD_NAMES: &[&str] =
    &["method", "model", "model_name", "algorithm", "algo", "agent", "arm", "approach", "system", "classifier"];
const SEED_NAMES: &[&str] = &["seed", "run", "run_id", "trial", "repeat", "repetition", "replicate", "fold"];
const DATASET_NAMES: &[&str] = &["dataset", "data_set", "task", "game", "environment", "env", "benchmark"];
const ITEM_NAMES: &[&str] =
    &["item", "item_id", "example", "example_id", "question", "question_id", "doc_id", "sample_id"];
const CLUSTER_NAMES: &[&str] = &["cluster", "subject", "passage", "topic", "category"];
const BASELINE_NAMES: &[&str] = &["baseline", "base", "control", "vanilla", "default"];

impl Roles {
    /// The roles of a table's columns: those that are asked for, and, where
    /// the method or the metric is not, those that names suggest.
    pub(crate) fn of_table(asked: &Asked, table: &Table) -> Self {
        let (metric, direction) = asked.metric.as_deref().map(split).unzip();
        let mut roles = Self {
            method: asked.method.clone(),
            method_columns: asked.method_columns.clone(),
            seed: asked.seed.clone(),
            dataset: asked.dataset.clone(),
            item: asked.item.clone(),
            cluster: asked.cluster.clone(),
            metric,
            direction: direction.flatten(),
            baseline: asked.baseline.clone(),
            guessed: Vec::new(),
        };
        // Whoever names the method and the metric knows the columns.
        let has_methods = roles.method.is_some() || !roles.method_columns.is_empty();
        if !has_methods || roles.metric.is_none() {
            for (role, names) in [
                ("method", METHOD_NAMES),
                ("seed", SEED_NAMES),
                ("dataset", DATASET_NAMES),
                ("item", ITEM_NAMES),
                ("cluster", CLUSTER_NAMES),
            ] {
                let taken = roles.columns();
                let found = suggested_column(table, names, &taken);
                if role == "method" && has_methods {
                    continue;
                }
                if let (Some(name), slot @ None) = (found, roles.slot(role)) {
                    *slot = Some(name);
                    roles.guessed.push(role.to_owned());
                }
            }
            // Where each method has a column, none is that of the metric.
            if roles.metric.is_none() && roles.method_columns.is_empty() {
                roles.metric = roles.guessed_metric(table);
                roles.guessed.extend(roles.metric.is_some().then(|| "metric".to_owned()));
            }
        }
        roles.guess_direction();
        roles
    }

    /// The roles of logs, whose samples name items and repetitions.
    pub(crate) fn of_logs(asked: &Asked, metrics: &BTreeSet<String>) -> Self {
        let (metric, direction) = asked.metric.as_deref().map(split).unzip();
        let mut roles = Self {
            method: None,
            method_columns: Vec::new(),
            seed: None,
            dataset: None,
            item: None,
            cluster: asked.cluster.clone(),
            metric,
            direction: direction.flatten(),
            baseline: asked.baseline.clone(),
            guessed: Vec::new(),
        };
        if let (None, 1) = (&roles.metric, metrics.len()) {
            roles.metric = metrics.first().cloned();
            roles.guessed.push("metric".to_owned());
        }
        roles.guess_direction();
        roles
    }

    /// Takes `methods` up: where no baseline is asked for, one that calls
    /// itself so, or else the first.
    pub(crate) fn guess_baseline(&mut self, methods: &[String]) {
        if self.baseline.is_none() && !methods.is_empty() {
            let named = methods.iter().find(|name| BASELINE_NAMES.contains(&name.to_lowercase().as_str()));
            self.baseline = named.or(methods.first()).cloned();
            self.guessed.push("baseline".to_owned());
        }
    }

    fn guess_direction(&mut self) {
        if self.direction.is_none() {
            self.direction = self.metric.as_deref().and_then(suggested);
            self.guessed.extend(self.direction.is_some().then(|| "direction".to_owned()));
        }
    }

    /// The only column of numbers that has no other role, or the first whose
    /// name suggests a direction; if none does, one whose name does and which is
    /// mostly numbers, so that reading it says which cell is not.
    fn guessed_metric(&self, table: &Table) -> Option<String> {
        let taken = self.columns();
        let free: Vec<&str> =
            table.columns.iter().map(|column| column.name.as_str()).filter(|name| !taken.contains(name)).collect();
        let (numeric, other): (Vec<&str>, Vec<&str>) =
            free.iter().partition(|name| share_of_scores(table, name) >= 1.0);
        let has_direction = |name: &&&str| suggested(name).is_some();
        let named = numeric.iter().find(has_direction);
        let broken = other.iter().filter(has_direction).find(|name| share_of_scores(table, name) > 0.5);
        match (numeric.as_slice(), named.or(broken)) {
            (_, Some(name)) => Some((*name).to_owned()),
            ([only], None) => Some((*only).to_owned()),
            (_, None) => None,
        }
    }

    fn slot(&mut self, role: &str) -> &mut Option<String> {
        match role {
            "method" => &mut self.method,
            "seed" => &mut self.seed,
            "dataset" => &mut self.dataset,
            "item" => &mut self.item,
            _ => &mut self.cluster,
        }
    }

    /// The columns that have a role.
    pub(crate) fn columns(&self) -> BTreeSet<&str> {
        [&self.method, &self.seed, &self.dataset, &self.item, &self.cluster, &self.metric]
            .into_iter()
            .flatten()
            .chain(&self.method_columns)
            .map(String::as_str)
            .collect()
    }

    /// What still has to be said before anything can be judged.
    pub(crate) fn missing(&self, needs_method: bool) -> Vec<&'static str> {
        let mut missing = Vec::new();
        if needs_method && self.method.is_none() && self.method_columns.is_empty() {
            missing.push("`--method COLUMN`: which column names the methods that are compared");
        }
        if self.metric.is_none() && !self.method_columns.is_empty() {
            missing.push("`--metric NAME:max` or `NAME:min`: what the columns hold, and which way it is better");
        } else if self.metric.is_none() {
            missing.push("`--metric NAME:max` or `NAME:min`: which scores, and which way they are better");
        } else if self.direction.is_none() {
            missing.push("`:max` or `:min` after the metric: which way it is better");
        }
        missing
    }

    /// The options that say all this.
    pub(crate) fn options(&self) -> String {
        let mut options = Vec::new();
        if !self.method_columns.is_empty() {
            options.push(format!("--method-columns {}", quoted(&self.method_columns.join(","))));
        }
        let named = [
            ("method", &self.method),
            ("seed", &self.seed),
            ("dataset", &self.dataset),
            ("item", &self.item),
            ("cluster", &self.cluster),
        ];
        for (role, column) in named {
            options.extend(column.as_ref().map(|column| format!("--{role} {}", quoted(column))));
        }
        if let Some(metric) = &self.metric {
            let direction = self.direction.map_or("max|min", word);
            options.push(format!("--metric {}", quoted(&format!("{metric}:{direction}"))));
        }
        options.extend(self.baseline.as_ref().map(|baseline| format!("--baseline {}", quoted(baseline))));
        options.join(" ")
    }

    /// The columns of a table of which some must still be named, and what its
    /// form must be.
    pub(crate) fn what_there_is(&self, table: &Table) -> Vec<String> {
        let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        if let ([only], Some(separator)) = (names.as_slice(), names[0].chars().find(|found| ";\t|".contains(*found))) {
            return vec![format!(
                "The table has one column, `{only}`: its values are separated by {separator:?}, expected by a comma (or a tab in `.tsv`)."
            )];
        }
        let listed: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        let mut notes = vec![format!("The table has these columns: {}.", listed.join(", "))];
        if self.method.is_none() && self.method_columns.is_empty() {
            let taken = self.columns();
            let free = names.iter().copied().filter(|name| !taken.contains(name));
            let scores: Vec<&str> = free.filter(|name| share_of_scores(table, name) >= 1.0).collect();
            if scores.len() > 1 {
                let all = quoted(&scores.join(","));
                notes.push(format!("If each method has a column of its scores, name these: `--method-columns {all}`."));
            }
        }
        notes
    }

    /// Columns without a role whose names suggest one.
    pub(crate) fn unused(&self, table: &Table) -> Vec<String> {
        let taken = self.columns();
        let suggest = [SEED_NAMES, DATASET_NAMES, ITEM_NAMES];
        table
            .columns
            .iter()
            .filter(|column| !taken.contains(column.name.as_str()))
            .filter(|column| suggest.iter().any(|names| names.contains(&column.name.to_lowercase().as_str())))
            .map(|column| column.name.clone())
            .collect()
    }

    /// Whether the seeds are folds of a cross-validation by their name.
    pub(crate) fn has_folds(&self) -> bool {
        self.seed.as_ref().is_some_and(|seed| seed.to_lowercase().contains("fold"))
    }
}

/// The column that a role's names suggest, those that stand first before the
/// others. The export of a tracker says where a column is from before a point
/// or slash, as `params.seed`.
fn suggested_column(table: &Table, names: &[&str], taken: &BTreeSet<&str>) -> Option<String> {
    let free = || table.columns.iter().filter(|column| !taken.contains(column.name.as_str()));
    let is_called = |column: &&Column, name: &str| {
        let lower = column.name.to_lowercase();
        lower == name || ["params.", "config.", "config/"].iter().any(|of| lower.strip_prefix(of) == Some(name))
    };
    let mut called = names.iter().filter_map(|name| free().find(|column| is_called(column, name)).map(|it| (name, it)));
    // A tracker's id of a run pairs nothing.
    called.find(|(name, column)| **name != "run_id" || has_repeats(column)).map(|(_, column)| column.name.clone())
}

fn has_repeats(column: &Column) -> bool {
    let mut known = BTreeSet::new();
    column.cells.iter().any(|cell| !known.insert(format!("{cell:?}")))
}

/// The share of scores among a column's cells that are not missing.
fn share_of_scores(table: &Table, name: &str) -> f64 {
    let Ok(column) = table.column(name) else { return 0.0 };
    let count = |is: fn(Option<Option<f64>>) -> bool| column.cells.iter().filter(|cell| is(cell.score())).count();
    let missing = count(|score| score == Some(None));
    let scores = count(|score| matches!(score, Some(Some(_))));
    scores as f64 / (column.cells.len() - missing).max(1) as f64
}

/// A word for a shell.
pub(crate) fn quoted(text: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "_-./:,=@%+|".contains(character);
    if !text.is_empty() && text.chars().all(is_plain) && !text.contains('|') {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}
