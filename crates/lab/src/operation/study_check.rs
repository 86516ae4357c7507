use std::collections::BTreeMap;
use std::path::PathBuf;

use gosset_data::table;
use gosset_model::Name;
use gosset_science::{DesignReport, Known, check};
use gosset_stats::PairedT;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Answer, Operation, Reply};
use crate::study_folder::StudyFolder;
use crate::{Context, LabError, Style};

/// Check a study file and what its design can find out
///
/// Reads the file, hashes its data, and says whether the design can reach its
/// error rate at all, with what power, and what the runs would take. The
/// answer is "no" if the design would be refused.
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StudyCheck {
    /// The study file
    file: PathBuf,
    /// A table of paired pilot scores for a metric, as METRIC=FILE; its columns
    /// are `baseline` and `candidate`
    #[arg(long, value_name = "METRIC=FILE")]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pilot: Vec<String>,
    /// How many runs at once to reckon with; all cores if absent
    #[arg(long)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    slots: Option<u32>,
}

/// What a design can do.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct CheckReply {
    /// The study.
    study: Name,
    /// The digest that registration would fix.
    digest: gosset_model::Digest,
    /// What the design can and cannot do.
    design: DesignReport,
}

impl Operation for StudyCheck {
    const PATH: &'static [&'static str] = &["study", "check"];
    type Reply = CheckReply;

    fn run(self, context: &Context<'_>) -> Result<CheckReply, LabError> {
        let folder = StudyFolder::of(&context.folder.join(&self.file))?;
        let draft = folder.draft()?;
        folder.contents(draft.protocol())?;
        let pilot = self.pilot.iter().map(|text| pilot(context, text)).collect::<Result<BTreeMap<_, _>, _>>()?;
        let cores = || std::thread::available_parallelism().map_or(1, |cores| cores.get() as u32);
        let slots = u64::from(self.slots.unwrap_or_else(cores) / draft.protocol().program.cpus);
        let design = check(&draft, &Known { pilot, slots, examples: folder.examples(draft.protocol())? });
        Ok(CheckReply { study: draft.protocol().name.clone(), digest: draft.protocol().digest(), design })
    }
}

/// A level with at most four decimals.
fn rounded(level: f64) -> f64 {
    (level * 1e4).round() / 1e4
}

/// The spread of paired differences in a pilot table.
fn pilot(context: &Context<'_>, text: &str) -> Result<(Name, (f64, u64)), LabError> {
    let usage = |what: String, hint: &str| LabError::Usage { what, hint: hint.to_owned() };
    let (metric, file) =
        text.split_once('=').ok_or_else(|| usage(format!("`{text}` is no pilot"), "write it as METRIC=FILE"))?;
    let metric = Name::new(metric).map_err(|error| usage(error.to_string(), "write the metric's name before `=`"))?;
    let path = context.folder.join(file);
    let failed = |source| LabError::Table { path: path.clone(), source };
    let table = table::read(&path).map_err(failed)?;
    let (baseline, candidate) =
        (table.numbers("baseline").map_err(failed)?, table.numbers("candidate").map_err(failed)?);
    let differences: Vec<f64> =
        candidate.iter().zip(&baseline).map(|(candidate, baseline)| candidate - baseline).collect();
    let fit = PairedT::from_differences(&differences).map_err(|error| {
        usage(format!("the pilot `{file}` gives no spread: {error}"), "give at least two pairs that differ")
    })?;
    Ok((metric, (fit.standard_deviation(), fit.n() as u64)))
}

impl Reply for CheckReply {
    fn text(&self, _: &Style) -> String {
        let design = &self.design;
        let mut lines = vec![
            format!("Study {} ({})", self.study, self.digest.short()),
            format!("{} arms x {} blocks = {} runs", design.arms, design.blocks, design.runs),
        ];
        if let Some(duration) = &design.duration {
            let cost =
                duration.cost.as_ref().map(|(cost, currency)| format!(", {cost:.2} {currency}")).unwrap_or_default();
            lines.push(format!(
                "About {:.2} hours on {} slots at {} s a run ({:.2} slot hours{cost})",
                duration.wall_hours, duration.slots, duration.run_secs, duration.slot_hours
            ));
        }
        lines.push(String::new());
        for hypothesis in &design.hypotheses {
            let units = hypothesis.unit.several();
            let n = hypothesis.n.map_or_else(|| "some".to_owned(), |n| n.to_string());
            let mut parts = vec![format!("{n} {units} at one-sided level {}", rounded(hypothesis.level))];
            if let (Some(power), Some(effect)) = (hypothesis.power, hypothesis.smallest_effect) {
                parts.push(format!("power {power:.2} for an effect of {effect}"));
            }
            if let Some(seeds) = hypothesis.expected_seeds {
                parts.push(format!("{seeds:.0} seeds on average for such an effect"));
            }
            match (&hypothesis.spread, hypothesis.detectable_effect) {
                (Some(_), Some(effect)) => parts.push(format!("would find an effect of {effect:.2e}")),
                (None, Some(effect)) => parts
                    .push(format!("would find an effect of {effect:.2} standard deviations (the spread is not known)")),
                (_, None) => parts.push("would find no effect with the registered power".to_owned()),
            }
            lines.push(format!("{}: {}", hypothesis.id, parts.join("; ")));
        }
        lines.extend(design.aliasing.iter().flat_map(|aliasing| &aliasing.lines).map(|line| format!("design: {line}")));
        lines.extend(design.advice.iter().map(|advice| format!("note: {advice}")));
        lines.extend(design.problems.iter().map(|problem| format!("refused: {}", problem.sentence())));
        lines.join("\n") + "\n"
    }

    fn answer(&self) -> Answer {
        if self.design.problems.is_empty() { Answer::Yes } else { Answer::No }
    }
}
