//! Tables of runs exported from Weights & Biases.

use std::collections::BTreeMap;
use std::path::Path;

use super::document::{Document, Object, setting};
use super::format::Seen;
use super::{EvaluationError, Format, KeepTexts, Read, runs, source};
use crate::json::Value;
use crate::table::Cell;

/// Exports of Weights & Biases.
pub const FORMAT: Format = Format {
    id: "wandb",
    title: "Weights & Biases export of runs",
    recognised_by: "A CSV file whose header has `Name`, `State` and `Runtime` or `Created`, as the runs table of a project is \
        exported; or a JSON list of objects with `config` and `summary`, as scripts write it from the public API.",
    documentation: "Gives a table with a row for each run. CSV is taken column by column as it is. Of JSON, `config` and \
        `summary` become the columns `config.KEY` and `summary.KEY`, deeper keys joined by points; a configuration stored as \
        `{\"value\": x}` is x. Runs have no samples, so nothing of them can be paired item by item.",
    recognises,
    read,
};

/// The columns that come first.
const FIRST: [&str; 8] = ["name", "id", "state", "group", "job_type", "tags", "created_at", "url"];

fn recognises(seen: &Seen<'_>) -> bool {
    let header = runs::header(seen);
    let has = |name: &str| header.iter().any(|column| column == name);
    if has("Name") && has("State") && (has("Runtime") || has("Created")) {
        return true;
    }
    let Seen::File { head, .. } = seen else { return false };
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    head.starts_with(b"[")
        && [&b"\"config\""[..], b"\"summary\""].iter().all(|key| memchr::memmem::find(head, key).is_some())
}

fn read(path: &Path, _: KeepTexts) -> Result<Read, EvaluationError> {
    if path.extension().is_some_and(|ending| ending == "csv" || ending == "tsv") {
        return runs::exported(path).map(Read::Runs);
    }
    let bytes = source::bytes(path)?;
    let document = Document::new(path.display().to_string(), &bytes);
    let mut rows = Vec::new();
    for run in document.list()?.objects() {
        let run = run?;
        let mut row = BTreeMap::new();
        for (key, value) in run.entries() {
            match (key, value) {
                ("config" | "summary", Value::Object(_)) => flatten(key, &run.needed_object(key)?, &mut row)?,
                ("config" | "summary", Value::Null) => {}
                ("config" | "summary", other) => return Err(run.wrong(key, other, "an object")),
                (key, value) => {
                    row.insert(key.to_owned(), cell(value));
                }
            }
        }
        rows.push(row);
    }
    runs::table(path, &FIRST, rows).map(Read::Runs)
}

fn flatten(prefix: &str, object: &Object<'_>, row: &mut BTreeMap<String, Cell>) -> Result<(), EvaluationError> {
    for (key, value) in object.entries() {
        let name = format!("{prefix}.{key}");
        match value {
            Value::Object(_) => {
                let inner = object.needed_object(key)?;
                let is_wrapped = inner.has("value") && inner.entries().all(|(key, _)| key == "value" || key == "desc");
                match inner.get("value") {
                    Some(Value::Object(_)) if is_wrapped => flatten(&name, &inner.needed_object("value")?, row)?,
                    Some(value) if is_wrapped => {
                        row.insert(name, cell(value));
                    }
                    None if is_wrapped => {}
                    _ => flatten(&name, &inner, row)?,
                }
            }
            other => {
                row.insert(name, cell(other));
            }
        }
    }
    Ok(())
}

fn cell(value: &Value<'_>) -> Cell {
    match value {
        Value::Integer(integer) => Cell::Integer(*integer),
        Value::Float(number) => Cell::Number(*number),
        Value::Null => Cell::Missing,
        other => Cell::Text(setting(other)),
    }
}
