//! Inspect logs in the form of a ZIP archive.

use std::path::Path;

use super::document::Document;
use super::format::Seen;
use super::source::Archive;
use super::{Evaluation, EvaluationError, Format, KeepTexts, Read, inspect_log, source};

/// Inspect logs in the form of a ZIP archive.
pub const FORMAT: Format = Format {
    id: "inspect-eval",
    title: "Inspect log (.eval)",
    recognised_by: "A ZIP archive that has `header.json` or `_journal/start.json`; or a folder with files that end in `.eval`.",
    documentation: "Reads the members one at a time, compressed by deflate or Zstandard, none above a gibibyte unpacked. \
        Everything else is as in the JSON form. A log without `header.json` was stopped before its end: its journal says \
        what was evaluated, and the samples written so far are read. Of a folder, every `.eval` file in it is read, and \
        folders in it are not.",
    recognises,
    read,
};

const HEADER: &str = "header.json";
const START: &str = "_journal/start.json";

fn recognises(seen: &Seen<'_>) -> bool {
    match seen {
        Seen::Folder { names, .. } => names.iter().any(|name| name.ends_with(".eval")),
        Seen::File { path, .. } => {
            // A damaged archive by this name is an error worth telling.
            let is_named_so = path.extension().is_some_and(|ending| ending == "eval");
            seen.begins_with(b"PK\x03\x04")
                && (is_named_so || Archive::open(path).is_ok_and(|archive| archive.has(HEADER) || archive.has(START)))
        }
    }
}

fn read(path: &Path, texts: KeepTexts) -> Result<Read, EvaluationError> {
    if !path.is_dir() {
        return Ok(Read::Evaluations(vec![read_one(path, texts)?]));
    }
    let files = source::entries(path)?;
    let logs = files.iter().filter(|file| source::name(file).ends_with(".eval"));
    Ok(Read::Evaluations(logs.map(|log| read_one(log, texts)).collect::<Result<_, _>>()?))
}

fn read_one(path: &Path, texts: KeepTexts) -> Result<Evaluation, EvaluationError> {
    let mut archive = Archive::open(path)?;
    let mut evaluation = Evaluation::new(FORMAT.id, path.to_owned());
    let header = if archive.has(HEADER) {
        HEADER
    } else if archive.has(START) {
        START
    } else {
        return Err(EvaluationError::MissingMember { path: path.to_owned(), member: HEADER });
    };
    let bytes = archive.member(header)?;
    let document = Document::new(archive.place(header), &bytes);
    let top = document.object()?;
    inspect_log::read_header(&top, &mut evaluation)?;
    if header == START {
        evaluation.notes.push("The log was not finished: it has no header.json.".to_owned());
    }
    let is_sample = |name: &String| name.starts_with("samples/") && name.ends_with(".json");
    let members: Vec<String> = archive.names()?.into_iter().filter(is_sample).collect();
    for member in &members {
        let bytes = archive.member(member)?;
        let document = Document::new(archive.place(member), &bytes);
        let sample = inspect_log::read_sample(&document.object()?, texts, &mut evaluation)?;
        evaluation.facts.metrics.extend(sample.values.keys().cloned());
        evaluation.samples.push(sample);
    }
    inspect_log::check_number(&top, &mut evaluation)?;
    Ok(evaluation.finished())
}
