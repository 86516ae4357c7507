use gosset_model::{Name, RunEvidence};

use super::found::{by_kind, grade};
use crate::document::Kind::{Number, Sentence, Words};
use crate::document::{Part, Prose, Row, Section, Span, Table, record_anchor, run_anchor};
use crate::number;
use crate::report::StudyReport;
use crate::text::counted;
use crate::tone::Tone;

/// All runs, failures first in a summary.
///
/// Without a judgement neither scores nor what single runs came to are told:
/// both would say how the arms compare.
pub(super) fn section(report: &StudyReport<'_>) -> Section {
    let failures = report.failures();
    let lost = report.lost().len() as u64;
    let planned = report.evidence.runs.len() as u64;
    let missing = planned - report.evidence.ended() as u64;
    let mut summary = format!("{} planned. ", counted(planned, "run", "runs"));
    summary.push_str(&if failures.is_empty() {
        "No run failed. ".to_owned()
    } else {
        format!("Failures: {}. ", by_kind(&failures))
    });
    if missing > 0 {
        summary.push_str(&format!("{} missing. ", number::count(missing)));
    }
    if lost > 0 {
        summary.push_str(&format!("{} lost and repeated or given up. ", counted(lost, "attempt was", "attempts were")));
    }
    let outside = outside_plan(report);
    if outside > 0 {
        summary.push_str(&format!(
            "{} ended that the protocol no longer plans; they count for cost only. ",
            counted(outside, "run", "runs")
        ));
    }
    let mut parts = vec![Part::Prose(summary.trim_end().into())];
    if report.judgement.is_some() {
        parts.extend(failed(report));
    }
    parts.push(Part::Table(table(report)));
    parts.extend(oddities(report));
    Section { id: "runs", title: "Runs", parts }
}

fn outside_plan(report: &StudyReport<'_>) -> u64 {
    let planned: std::collections::BTreeSet<_> = report.evidence.runs.iter().map(|run| &run.planned.id).collect();
    report.study.runs().iter().filter(|(id, state)| state.ended().is_some() && !planned.contains(id)).count() as u64
}

/// Failed runs with their reasons.
fn failed(report: &StudyReport<'_>) -> Option<Part> {
    let mut table = Table::new(
        "Failed runs",
        &[("Run", Words), ("Arm", Words), ("Data set", Words), ("Seed", Number), ("Reason", Sentence)],
    );
    for run in &report.evidence.runs {
        let Some(result) = run.result.as_ref().filter(|result| !result.outcome.is_finished()) else { continue };
        table.row(vec![
            Span::code(run.planned.id.as_str()).to(run_anchor(&run.planned.id)).into(),
            Span::code(run.planned.arm.as_str()).into(),
            run.planned.dataset.as_ref().map(ToString::to_string).unwrap_or_default().into(),
            run.planned.seed.to_string().into(),
            Prose::outcome(&result.outcome),
        ]);
    }
    if table.rows.is_empty() { None } else { Some(Part::Table(table)) }
}

fn table(report: &StudyReport<'_>) -> Table {
    let protocol = report.registered.protocol();
    let is_named = !protocol.design.datasets.is_empty();
    let metrics: Vec<&Name> = if report.judgement.is_some() { protocol.metrics.keys().collect() } else { Vec::new() };
    let units: Vec<String> = metrics
        .iter()
        .filter_map(|metric| protocol.metrics.get(*metric).map(|entry| (metric, entry.unit.as_str())))
        .filter(|(_, unit)| !unit.is_empty())
        .map(|(metric, unit)| format!("; {metric} in {unit}"))
        .collect();
    let mut table = Table::new(format!("All planned runs{}", units.concat()), &[("Run", Words), ("Arm", Words)]);
    if is_named {
        table.column("Data set", Words);
    }
    table.column("Seed", Number);
    table.column("Outcome", Words);
    for metric in &metrics {
        table.column(&format!("{metric} (grade {})", grade(protocol.grade(metric).0)), Number);
    }
    table.column("Attempt", Number);
    table.column("Lost", Number);
    table.column("Duration", Number);
    table.column("Peak memory", Number);
    table.column("Record", Number);
    let decimals: Vec<_> = metrics.iter().map(|metric| report.score_decimals(metric)).collect();
    for run in &report.evidence.runs {
        let mut cells: Vec<Prose> =
            vec![Span::code(run.planned.id.as_str()).into(), Span::code(run.planned.arm.as_str()).into()];
        if is_named {
            cells.push(run.planned.dataset.as_ref().map(ToString::to_string).unwrap_or_default().into());
        }
        cells.push(run.planned.seed.to_string().into());
        cells.push(outcome(report, run));
        for (metric, decimals) in metrics.iter().zip(&decimals) {
            let score = run.result.as_ref().and_then(|result| result.scores.get(*metric).copied());
            cells.push(
                score.map_or_else(Prose::default, |score| Span::number(number::fixed(score, *decimals), score).into()),
            );
        }
        cells.push(if run.attempt == 0 { Prose::default() } else { number::count(u64::from(run.attempt)).into() });
        cells.push(lost(report, run));
        let exit = run.result.as_ref().map(|result| &result.exit);
        cells.push(exit.map(|exit| number::duration(exit.wall_secs)).unwrap_or_default().into());
        cells.push(exit.map(|exit| number::bytes(exit.peak_memory_bytes)).unwrap_or_default().into());
        cells
            .push(run.record.map_or_else(Prose::default, |record| {
                Span::plain(record.to_string()).at(record_anchor(record)).into()
            }));
        table.rows.push(Row { id: Some(run_anchor(&run.planned.id)), cells });
    }
    table
}

fn outcome(report: &StudyReport<'_>, run: &RunEvidence) -> Prose {
    match (&run.result, report.judgement) {
        (None, _) => {
            let why = run.missing.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
            Prose::from(Span::marked(Tone::Open, "missing")).then(why)
        }
        (Some(_), None) => "ended".into(),
        (Some(result), Some(_)) => Prose::outcome(&result.outcome),
    }
}

fn lost(report: &StudyReport<'_>, run: &RunEvidence) -> Prose {
    let attempts = report.study.runs().get(&run.planned.id).map_or(&[][..], |state| &state.attempts);
    let lost = attempts.iter().filter(|attempt| attempt.lost.is_some()).count() as u64;
    if lost == 0 { Prose::default() } else { Span::plain(number::count(lost)).to("lost-attempts").into() }
}

/// What was odd about single runs.
fn oddities(report: &StudyReport<'_>) -> Option<Part> {
    let mut table = Table::new("What was odd", &[("Run", Words), ("Note", Sentence)]);
    for run in &report.evidence.runs {
        let Some(result) = &run.result else { continue };
        let name = || Prose::from(Span::code(run.planned.id.as_str()).to(run_anchor(&run.planned.id)));
        if report.judgement.is_some() {
            for note in &result.notes {
                table.row(vec![name(), note.as_str().into()]);
            }
        }
        let exit = &result.exit;
        for (stream, captured) in [("standard output", &exit.stdout), ("standard error", &exit.stderr)] {
            if captured.bytes_kept < captured.bytes_seen {
                let kept = number::bytes(captured.bytes_kept);
                table.row(vec![
                    name(),
                    format!("{kept} of {} of {stream} were kept", number::bytes(captured.bytes_seen)).into(),
                ]);
            }
        }
        if exit.stray_processes > 0 {
            let left = counted(u64::from(exit.stray_processes), "process was", "processes were");
            table.row(vec![name(), format!("{left} left behind and killed").into()]);
        }
    }
    if table.rows.is_empty() { None } else { Some(Part::Table(table)) }
}
