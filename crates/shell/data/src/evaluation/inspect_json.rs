//! Inspect logs in the form of one JSON document.

use std::path::Path;

use super::document::Document;
use super::format::Seen;
use super::{Evaluation, EvaluationError, Format, KeepTexts, Read, inspect_log, source};

/// Inspect logs in the form of one JSON document.
pub const FORMAT: Format = Format {
    id: "inspect-json",
    title: "Inspect log (JSON)",
    recognised_by: "A JSON object that begins with `version`, `status` or `eval` and has `eval`.",
    documentation: "Reads versions 1 to 3 of the header. A metric is named after its scorer, or after its scorer and the \
        key if a score has several values. The grades C, P, I and N count as 1, 0.5, 0 and 0, as Inspect counts them. An \
        item is told apart by its input, its targets and its choices. The prompt is the list of solvers with their \
        settings, so that versions of Inspect which store other standard settings count as other prompts. A log that was stopped or cancelled is read, and says so.",
    recognises,
    read,
};

fn recognises(seen: &Seen<'_>) -> bool {
    let keys = seen.top_keys();
    let begins_so = keys.first().is_some_and(|key| matches!(key.as_str(), "version" | "status" | "eval"));
    begins_so && (keys.iter().any(|key| key == "eval"))
}

fn read(path: &Path, texts: KeepTexts) -> Result<Read, EvaluationError> {
    let bytes = source::bytes(path)?;
    let document = Document::new(path.display().to_string(), &bytes);
    let top = document.object()?;
    let mut evaluation = Evaluation::new(FORMAT.id, path.to_owned());
    inspect_log::read_header(&top, &mut evaluation)?;
    if let Some(samples) = top.list("samples")? {
        for sample in samples.objects() {
            let sample = inspect_log::read_sample(&sample?, texts, &mut evaluation)?;
            evaluation.facts.metrics.extend(sample.values.keys().cloned());
            evaluation.samples.push(sample);
        }
    }
    inspect_log::check_number(&top, &mut evaluation)?;
    Ok(Read::Evaluations(vec![evaluation.finished()]))
}
