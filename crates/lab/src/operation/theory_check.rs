use std::fs;
use std::path::{Path, PathBuf};

use gosset_data::content;
use gosset_data::table;
use gosset_model::{Theories, TheorySource, resolve_theories};
use gosset_report::TheoryReport;
use gosset_science::theory::{Run, Runs, TheoryError, TheoryJudgement, judge_theories};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Operation, Reply};
use crate::{Context, LabError, Style};

/// Say what results that somebody has say of theories
///
/// Takes a theory file: the quantities of a table of runs with their units,
/// theories as formulas with parameters, allowed ranges and assumptions, and what
/// they predict. Formulas are dimension-checked. Says of each prediction whether
/// the runs are consistent with it, contradict it (by which observation, how
/// strongly) or do not test it here; fits the formulas; compares rivals on runs
/// that they were not fitted to; and proposes the experiment that would best tell
/// them apart. A theory that is right is contradicted with the probability `alpha`
/// of the file at most. What it says is of grade C.
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TheoryCheck {
    /// A theory file; see `gosset theory schema` for its keys
    file: PathBuf,
    /// Write the report to this file: a page, or Markdown where its name ends with
    /// `.md`
    #[arg(long, value_name = "FILE")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    report: Option<PathBuf>,
}

/// What the runs say.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct TheoryCheckReply {
    /// What the runs say of the theories.
    judgement: TheoryJudgement,
    /// The rows that were left out for want of the observed quantity.
    excluded_rows: Vec<u64>,
    /// What reading the table brought up.
    notes: Vec<String>,
    /// Each file with its digest.
    sources: Vec<(String, String)>,
    /// The report, where one was written.
    report: Option<String>,
    /// The reply for a person.
    #[serde(skip)]
    told: Told,
}

/// What the text is made of besides the reply.
#[derive(Debug, Clone, Default)]
struct Told(Option<(Theories, Runs)>);

impl Operation for TheoryCheck {
    const PATH: &'static [&'static str] = &["theory", "check"];
    type Reply = TheoryCheckReply;

    fn run(self, context: &Context<'_>) -> Result<TheoryCheckReply, LabError> {
        let path = context.folder.join(&self.file);
        let text = fs::read_to_string(&path).map_err(LabError::file("read", &path))?;
        let wrong = |mistakes| LabError::TheoryMistakes { file: self.file.clone(), mistakes };
        let theories = TheorySource::read(&text).and_then(|source| resolve_theories(&source)).map_err(wrong)?;
        let folder = path.parent().unwrap_or(&context.folder);
        let table_path = folder.join(&theories.results.file);
        let (runs, excluded_rows) = runs(&table_path, &theories)?;
        let mut notes = Vec::new();
        if !excluded_rows.is_empty() {
            let rows: Vec<String> = excluded_rows.iter().take(8).map(ToString::to_string).collect();
            let more = excluded_rows.len().saturating_sub(8);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            notes.push(format!(
                "Left out for want of a finite `{}`: row {}{more}. If these runs diverged, what is said is about those that did not.",
                theories.results.observed,
                rows.join(", ")
            ));
        }
        let judgement = judge_theories(&theories, &runs).map_err(|source| LabError::Theory { source })?;
        let mut sources = Vec::new();
        for (shown, path) in [(self.file.display().to_string(), &path), (theories.results.file.clone(), &table_path)] {
            let found =
                content::hash_path(path, |_| {}).map_err(|source| LabError::Data { path: shown.clone(), source })?;
            sources.push((shown, found.digest));
        }
        let mut reply = TheoryCheckReply {
            judgement,
            excluded_rows,
            notes,
            sources,
            report: None,
            told: Told(Some((theories, runs))),
        };
        if let Some(path) = &self.report {
            let path = context.folder.join(path);
            let is_markdown = path.extension().is_some_and(|ending| ending == "md");
            let text = reply.report().map(|report| if is_markdown { report.markdown() } else { report.html() });
            fs::write(&path, text.unwrap_or_default()).map_err(LabError::file("write", &path))?;
            reply.report = Some(path.display().to_string());
        }
        Ok(reply)
    }
}

/// The runs of a table, and the rows without an observed value.
fn runs(path: &Path, theories: &Theories) -> Result<(Runs, Vec<u64>), LabError> {
    let failed = |source| LabError::Table { path: path.to_owned(), source };
    let mut columns: Vec<&str> = theories.quantities.values().map(|quantity| quantity.column.as_str()).collect();
    columns.extend(theories.results.block.as_deref());
    columns.sort_unstable();
    columns.dedup();
    let table = table::select(path, &columns).map_err(failed)?;
    let observed = &theories.results.observed;
    let mut excluded = Vec::new();
    let mut found: Vec<Run> = Vec::new();
    let values = theories
        .quantities
        .iter()
        .map(|(name, quantity)| table.scores(&quantity.column).map(|values| (name, values)))
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed)?;
    let blocks = theories.results.block.as_ref().map(|block| table.text(block).map_err(failed)).transpose()?;
    for place in 0..table.rows {
        let row = place as u64 + 1;
        let of = |name: &str| values.iter().find(|(own, _)| *own == name).and_then(|(_, values)| values[place]);
        let Some(value) = of(observed).filter(|value| value.is_finite()) else {
            excluded.push(row);
            continue;
        };
        let others = theories.quantities.keys().filter(|name| *name != observed);
        let quantities = others.map(|name| (name.clone(), of(name).unwrap_or(f64::NAN))).collect();
        let block = blocks.as_ref().map(|blocks| blocks[place].clone());
        found.push(Run { quantities, observed: value, block, row });
    }
    let runs = Runs::new(found, observed).map_err(|source: TheoryError| LabError::Theory { source })?;
    Ok((runs, excluded))
}

impl TheoryCheckReply {
    fn report(&self) -> Option<TheoryReport<'_>> {
        let (theories, runs) = self.told.0.as_ref()?;
        Some(TheoryReport {
            theories,
            runs,
            judgement: &self.judgement,
            sources: &self.sources,
            reading_notes: &self.notes,
        })
    }
}

impl Reply for TheoryCheckReply {
    fn text(&self, style: &Style) -> String {
        let style = gosset_report::Style { colour: style.colour, width: style.width };
        let mut text = self.report().map_or_else(String::new, |report| report.terminal(&style));
        if let Some(report) = &self.report {
            text.push_str(&format!("\nReport: {report}\n"));
        }
        text
    }
}
