//! Runs of MLflow, exported or as its folder of files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::document::excerpt;
use super::format::Seen;
use super::{EvaluationError, Format, KeepTexts, Read, runs, source};
use crate::json::{Value, whole};
use crate::table::Cell;

/// Runs of MLflow.
pub const FORMAT: Format = Format {
    id: "mlflow",
    title: "MLflow runs (CSV or folder)",
    recognised_by: "A CSV file whose header has `run_id` and columns named `metrics.*`, `params.*` or `tags.*`; or a folder \
        `mlruns`, of an experiment or of a run, which have `meta.yaml` in them or one level below.",
    documentation: "Gives a table with a row for each run and the columns that `mlflow.search_runs` has. CSV is taken column \
        by column as it is. Of a folder, a metric is its last value: the one of the greatest step, of these the latest, of \
        these the greatest, as MLflow shows it. Deleted runs are among the rows, with `lifecycle_stage` `deleted`, unless \
        they lie in `.trash`. Runs have no samples, so nothing of them can be paired item by item.",
    recognises,
    read,
};

const META: &str = "meta.yaml";
/// The columns that come first.
const FIRST: [&str; 8] =
    ["run_id", "run_name", "experiment_id", "status", "lifecycle_stage", "artifact_uri", "start_time", "end_time"];
/// The states of a run, by their number from 1.
const STATES: [&str; 5] = ["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"];
/// Folders of names with slashes lie this deep at most.
const DEEPEST_NAME: usize = 16;

fn recognises(seen: &Seen<'_>) -> bool {
    match seen {
        Seen::Folder { path, names } => {
            let lies_below = |name: &String| !name.starts_with('.') && path.join(name).join(META).is_file();
            names.iter().any(|name| name == META || lies_below(name))
        }
        Seen::File { .. } => {
            let header = runs::header(seen);
            let is_column =
                |name: &String| ["metrics.", "params.", "tags."].iter().any(|start| name.starts_with(start));
            header.iter().any(|name| name == "run_id") && header.iter().any(is_column)
        }
    }
}

fn read(path: &Path, _: KeepTexts) -> Result<Read, EvaluationError> {
    if !path.is_dir() {
        return runs::exported(path).map(Read::Runs);
    }
    let mut folders = Vec::new();
    find_runs(path, 0, &mut folders)?;
    let rows = folders.iter().map(|folder| read_run(folder)).collect::<Result<_, _>>()?;
    runs::table(path, &FIRST, rows).map(Read::Runs)
}

/// A run has `meta.yaml` and folders of params, metrics or tags; an experiment has
/// runs; the store has experiments.
fn find_runs(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), EvaluationError> {
    let is_run = ["metrics", "params", "tags"].iter().any(|part| folder.join(part).is_dir());
    if is_run && folder.join(META).is_file() {
        found.push(folder.to_owned());
    } else if depth < 2 {
        for entry in source::entries(folder)? {
            if entry.is_dir() && !source::name(&entry).starts_with('.') {
                find_runs(&entry, depth + 1, found)?;
            }
        }
    }
    Ok(())
}

fn read_run(folder: &Path) -> Result<BTreeMap<String, Cell>, EvaluationError> {
    let mut row = read_meta(&folder.join(META))?;
    let mut files = Vec::new();
    for kind in ["metrics", "params", "tags"] {
        let part = folder.join(kind);
        if part.is_dir() {
            files.clear();
            find_files(&part, "", 0, &mut files)?;
            for (name, file) in &files {
                let cell = match kind {
                    "metrics" => last_value(file)?,
                    _ => Cell::Text(String::from_utf8_lossy(&source::bytes(file)?).trim_end_matches('\n').to_owned()),
                };
                row.insert(format!("{kind}.{name}"), cell);
            }
        }
    }
    Ok(row)
}

/// The files below a folder, with their paths relative to it; links to folders,
/// which MLflow does not make, are not followed.
fn find_files(
    folder: &Path,
    prefix: &str,
    depth: usize,
    found: &mut Vec<(String, PathBuf)>,
) -> Result<(), EvaluationError> {
    for entry in source::entries(folder)? {
        let name = format!("{prefix}{}", source::name(&entry));
        if entry.is_file() {
            found.push((name, entry));
        } else if depth < DEEPEST_NAME && entry.is_dir() && !entry.is_symlink() {
            find_files(&entry, &format!("{name}/"), depth + 1, found)?;
        }
    }
    Ok(())
}

/// A flat list of keys and values, as MLflow writes it.
fn read_meta(path: &Path) -> Result<BTreeMap<String, Cell>, EvaluationError> {
    let mut values: Vec<(String, String)> = Vec::new();
    source::each_line(path, |line, bytes| {
        let text = String::from_utf8_lossy(bytes);
        if text.starts_with(['-', '#']) {
            return Ok(());
        }
        // An indented line continues the value before.
        if let (true, Some((_, value))) = (text.starts_with(' '), values.last_mut()) {
            *value = format!("{value} {}", text.trim());
            return Ok(());
        }
        let wrong = || EvaluationError::WrongLine {
            file: path.display().to_string(),
            line,
            found: excerpt(&text),
            expected: "a key and a value, as `status: 3`",
        };
        let (key, value) = text.split_once(':').ok_or_else(wrong)?;
        values.push((key.to_owned(), value.trim().to_owned()));
        Ok(())
    })?;
    let mut row = BTreeMap::new();
    for (key, value) in values {
        let value = unquoted(&value);
        let cell = match (key.as_str(), value) {
            (key, None) if FIRST.contains(&key) => Cell::Missing,
            ("status", Some(value)) => {
                let state = value.parse().ok().and_then(|number: usize| STATES.get(number.checked_sub(1)?));
                Cell::Text(state.map_or(value, |state| (*state).to_owned()))
            }
            (key, Some(value)) if FIRST.contains(&key) => Cell::Text(value),
            _ => continue,
        };
        row.insert(key, cell);
    }
    Ok(row)
}

/// The text of a value, or `None` if it is nothing.
fn unquoted(value: &str) -> Option<String> {
    if let Some(inner) = value.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        return Some(inner.replace("''", "'"));
    }
    match whole(value.as_bytes()) {
        Ok(Value::Text(text)) => Some(text.into_owned()),
        _ if matches!(value, "" | "null" | "~") => None,
        _ => Some(value.to_owned()),
    }
}

/// The last of lines as `1700000000000 0.5 10`: time, value and step.
fn last_value(path: &Path) -> Result<Cell, EvaluationError> {
    let mut last: Option<(i64, i64, f64)> = None;
    source::each_line(path, |line, bytes| {
        let text = String::from_utf8_lossy(bytes);
        let mut words = text.split_ascii_whitespace();
        let time = words.next().and_then(|word| word.parse().ok());
        let value = words.next().and_then(|word| word.parse().ok());
        // Logs of old versions have no steps.
        let step = words.next().map_or(Some(0), |word| word.parse().ok());
        let (Some(time), Some(value), Some(step)) = (time, value, step) else {
            return Err(EvaluationError::WrongLine {
                file: path.display().to_string(),
                line,
                found: excerpt(&text),
                expected: "a time, a value and a step",
            });
        };
        let is_later = last.is_none_or(|(last_step, last_time, last_value)| {
            (step, time).cmp(&(last_step, last_time)).then(f64::total_cmp(&value, &last_value)).is_gt()
        });
        if is_later {
            last = Some((step, time, value));
        }
        Ok(())
    })?;
    Ok(last.map_or(Cell::Missing, |(_, _, value)| Cell::Number(value)))
}
