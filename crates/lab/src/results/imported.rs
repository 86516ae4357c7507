use std::path::{Path, PathBuf};

use gosset_data::content;
use gosset_data::evaluation::{self, Evaluation, EvaluationError, Read};
use gosset_data::table::{self, Table};
use gosset_science::results::Score;

use super::logs::{self, Named};
use super::roles::{Asked, Roles};
use super::tables;
use crate::LabError;

/// Scores from files, with what was made of their roles.
pub(crate) struct Imported {
    pub(crate) roles: Roles,
    /// What still has to be said; with anything here there are no scores.
    pub(crate) missing: Vec<&'static str>,
    /// The methods, in the order in which they turn up.
    pub(crate) methods: Vec<String>,
    pub(crate) scores: Vec<Score>,
    /// What a reader must know, in whole sentences.
    pub(crate) notes: Vec<String>,
    /// Each file with its digest.
    pub(crate) sources: Vec<(String, String)>,
}

/// What a file holds.
enum Held {
    Table(Table),
    Logs(Vec<Evaluation>),
}

/// Files as they were read, of which scores can be taken by several metrics.
pub(crate) enum Files {
    Tables { tables: Vec<Table>, sources: Vec<(String, String)> },
    Logs { logs: Vec<Named>, sources: Vec<(String, String)> },
}

/// Takes scores from tables or logs of evaluations, which are read once.
///
/// # Errors
/// Those of [`Files::read`] and [`Files::import`].
pub(crate) fn read(folder: &Path, files: &[PathBuf], asked: &Asked) -> Result<Imported, LabError> {
    Files::read(folder, files)?.import(asked)
}

impl Files {
    /// Reads tables or logs of evaluations.
    ///
    /// # Errors
    /// If a file cannot be read, or if tables and logs are mixed.
    pub(crate) fn read(folder: &Path, files: &[PathBuf]) -> Result<Self, LabError> {
        let (mut held_tables, mut held_logs, mut sources) = (Vec::new(), Vec::new(), Vec::new());
        for file in files {
            let path = folder.join(file);
            match held(&path)? {
                Held::Table(table) => held_tables.push(table),
                // A file of results leads to its samples, which may be given too.
                Held::Logs(evaluations) => {
                    for evaluation in evaluations {
                        let is_known = held_logs.iter().any(|known: &Evaluation| {
                            known.path == evaluation.path
                                && known.model == evaluation.model
                                && known.facts == evaluation.facts
                        });
                        if !is_known {
                            held_logs.push(evaluation);
                        }
                    }
                }
            }
            let shown = file.display().to_string();
            let found =
                content::hash_path(&path, |_| {}).map_err(|source| LabError::Data { path: shown.clone(), source })?;
            sources.push((shown, found.digest));
        }
        match (held_tables.is_empty(), held_logs.is_empty()) {
            (false, true) => Ok(Self::Tables { tables: held_tables, sources }),
            (true, false) => Ok(Self::Logs { logs: logs::named(held_logs), sources }),
            (_, _) => Err(LabError::Usage {
                what: "some files are tables and some are logs of evaluations".to_owned(),
                hint: "judge them apart".to_owned(),
            }),
        }
    }

    /// Takes the scores by the roles asked for.
    ///
    /// # Errors
    /// If methods have one column and a column each, if a column is not there or
    /// holds something else, or if logs cannot be compared.
    pub(crate) fn import(&self, asked: &Asked) -> Result<Imported, LabError> {
        if asked.method.is_some() && !asked.method_columns.is_empty() {
            return Err(LabError::Usage {
                what: "`--method` and `--method-columns` exclude each other".to_owned(),
                hint: "name the column of methods, or the column of each method".to_owned(),
            });
        }
        match self {
            Self::Tables { tables, sources } => of_tables(tables, asked, sources.clone()),
            Self::Logs { logs, sources } => of_logs(logs, asked, sources.clone()),
        }
    }
}

fn held(path: &Path) -> Result<Held, LabError> {
    match evaluation::read(path) {
        Ok(Read::Evaluations(evaluations)) => Ok(Held::Logs(evaluations)),
        Ok(Read::Runs(table)) => Ok(Held::Table(table)),
        Err(EvaluationError::UnknownFormat { .. }) if path.is_file() => {
            let failed = |source| LabError::Table { path: path.to_owned(), source };
            table::read(path).map(Held::Table).map_err(failed)
        }
        Err(source) => Err(LabError::Log { source: Box::new(source) }),
    }
}

fn of_tables(held: &[Table], asked: &Asked, sources: Vec<(String, String)>) -> Result<Imported, LabError> {
    let mut roles = Roles::of_table(asked, &held[0]);
    let missing = roles.missing(true);
    let mut scores = Vec::new();
    let mut notes = Vec::new();
    for table in held {
        let first_row = scores.len() as u64 + 1;
        if missing.is_empty() {
            let found = tables::scores(table, &roles, first_row)?;
            scores.extend(found.scores);
            notes.extend(found.notes);
        }
        for column in roles.unused(table) {
            notes.push(format!(
                "Column `{column}` is not used; if it tells scores apart or pairs them, name it with `--seed`, `--dataset` or `--item`."
            ));
        }
    }
    if !missing.is_empty() {
        notes.splice(0..0, roles.what_there_is(&held[0]));
    }
    if roles.has_folds() && !asked.allows_for_folds {
        notes.push(
            "Folds of one cross-validation share training data and are not independent: the bounds are too narrow. `--test-to-train` allows for that."
                .to_owned(),
        );
    }
    let mut methods: Vec<String> = Vec::new();
    for score in &scores {
        if !methods.contains(&score.method) {
            methods.push(score.method.clone());
        }
    }
    roles.guess_baseline(&methods);
    notes.dedup();
    Ok(Imported { roles, missing, methods, scores, notes, sources })
}

fn of_logs(logs: &[Named], asked: &Asked, sources: Vec<(String, String)>) -> Result<Imported, LabError> {
    let (logs, empty): (Vec<&Named>, Vec<&Named>) = logs.iter().partition(|log| !log.evaluation.metrics().is_empty());
    let metrics = logs::common_metrics(&logs);
    let mut roles = Roles::of_logs(asked, &metrics);
    let mut methods: Vec<String> = Vec::new();
    for log in &logs {
        if !methods.contains(&log.method) {
            methods.push(log.method.clone());
        }
    }
    roles.guess_baseline(&methods);
    let missing = roles.missing(false);
    let (scores, mut notes) =
        if missing.is_empty() { logs::scores(&logs, &roles, &asked.accept)? } else { (Vec::new(), Vec::new()) };
    for log in empty {
        let path = log.evaluation.path.display();
        notes.push(format!("`{path}` holds no scores of single samples of {} and is left out.", log.task));
    }
    if roles.metric.is_none() && metrics.is_empty() {
        for log in &logs {
            let own: Vec<&str> = log.evaluation.metrics().into_iter().collect();
            notes.push(format!("`{}` has these metrics: {}.", log.method, own.join(", ")));
        }
        notes.push("No metric is common to all logs.".to_owned());
    } else if roles.metric.is_none() {
        let listed: Vec<String> = metrics.iter().map(|metric| format!("`{metric}`")).collect();
        notes.push(format!("The logs share these metrics: {}.", listed.join(", ")));
    }
    Ok(Imported { roles, missing, methods, scores, notes, sources })
}
