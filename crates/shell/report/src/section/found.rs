use std::collections::BTreeMap;

use gosset_model::{Grade, Look, Verdict};

use crate::document::Kind::{Number, Words};
use crate::document::{Figure, Part, Prose, Row, Section, Span, Table, blocks_anchor, fact, finding_anchor};
use crate::figure::{Line, forest};
use crate::number::{self, Decimals};
use crate::report::{StudyReport, false_discovery_families, quantity, unit};
use crate::section::{deviations, finding};
use crate::text::{counted, listed};
use crate::tone::Tone;

/// What was found: every hypothesis at a glance, then one by one.
pub(super) fn section(report: &StudyReport<'_>) -> Section {
    let (title, parts) = match report.judgement {
        None => ("Progress", vec![Part::Facts(status(report)), Part::Prose(progress(report).into())]),
        Some(_) => ("What was found", found(report)),
    };
    Section { id: "found", title, parts }
}

fn found(report: &StudyReport<'_>) -> Vec<Part> {
    let findings = report.findings();
    let mut parts = vec![Part::Facts(status(report))];
    if report.is_interim() {
        parts.push(Part::Warning(progress(report).into()));
    }
    let mut table = Table::new(
        "Hypotheses. Effects are oriented so that positive is what is claimed; bounds are one-sided.",
        &[
            ("Hypothesis", Words),
            ("Verdict", Words),
            ("Effect", Number),
            ("Bounds", Number),
            ("n", Number),
            ("Metric", Words),
            ("Grade", Words),
        ],
    );
    for (hypothesis, judged) in &findings {
        let to = blocks_anchor(&judged.id);
        let (estimate, bounds, n) = match &judged.effect {
            None => ("none".into(), Prose::from("none"), Prose::from("")),
            Some(effect) => {
                let decimals = Decimals::of_effect(effect);
                let write = |value| number::difference(value, decimals);
                let linked = |value| finding::linked(Span::number(write(value), value), judged, &to);
                let bounds = Prose::from(linked(effect.lower)).then(" to ").then(linked(effect.upper));
                (linked(effect.estimate).into(), bounds, number::count(effect.n).into())
            }
        };
        let unit = unit(report.registered, hypothesis);
        let quantity = quantity(hypothesis);
        let metric = if unit.is_empty() { quantity } else { format!("{quantity} ({unit})") };
        table.rows.push(Row {
            id: None,
            cells: vec![
                Span::plain(judged.id.as_str()).to(finding_anchor(&judged.id)).into(),
                Span::marked(Tone::of(&judged.verdict), judged.verdict.words()).into(),
                estimate,
                bounds,
                n,
                metric.into(),
                grade(judged.grade).into(),
            ],
        });
    }
    if !findings.is_empty() {
        parts.push(Part::Table(table));
    }
    parts.extend(false_discovery_families(report.registered).map(|families| Part::Prose(families.into())));
    parts.extend(forests(report));
    parts.extend(findings.iter().map(|(hypothesis, judged)| finding::part(report, hypothesis, judged)));
    parts
}

/// A grade in a table.
pub(super) fn grade(grade: Grade) -> &'static str {
    match grade {
        Grade::A => "A",
        Grade::B => "B",
        Grade::C => "C",
    }
}

/// One forest plot for each metric, in the order in which hypotheses name
/// them first.
fn forests(report: &StudyReport<'_>) -> Vec<Part> {
    let findings = report.findings();
    let mut metrics = Vec::new();
    for (hypothesis, _) in &findings {
        let quantity = quantity(hypothesis);
        if !metrics.contains(&quantity) {
            metrics.push(quantity);
        }
    }
    let figures = metrics.into_iter().enumerate().filter_map(|(index, metric)| {
        let about: Vec<_> = findings.iter().filter(|(hypothesis, _)| quantity(hypothesis) == metric).collect();
        let lines: Vec<Line<'_>> = about
            .iter()
            .map(|(hypothesis, judged)| Line {
                name: judged.id.as_str(),
                effect: judged.effect.as_ref(),
                smallest: hypothesis.smallest_effect,
                verdict: &judged.verdict,
                anchor: finding_anchor(&judged.id),
            })
            .collect();
        let unit = about.first().map_or("", |(hypothesis, _)| unit(report.registered, hypothesis));
        let picture = forest(&format!("forest-{}", index + 1), &metric, unit, &lines)?;
        let mut grades: Vec<String> = about.iter().map(|(_, judged)| grade(judged.grade).to_owned()).collect();
        grades.sort_unstable();
        grades.dedup();
        let caption = Prose::from(format!(
            "Effects on {metric} with one-sided bounds, grade {}. Shaded: smaller than the smallest effect of interest. The table above holds the same numbers.",
            listed(&grades)
        ));
        Some(Figure { picture, caption })
    });
    let figures: Vec<Figure> = figures.collect();
    if figures.is_empty() { Vec::new() } else { vec![Part::Figures(figures)] }
}

/// The state of a study in a few facts.
pub(crate) fn status(report: &StudyReport<'_>) -> Vec<(String, Prose)> {
    let evidence = report.evidence;
    let planned = evidence.runs.len() as u64;
    let ended = evidence.ended() as u64;
    let failures = report.failures();
    let failed: u64 = failures.values().sum();
    let mut runs = Prose::from(format!("{} of {} ended", number::count(ended), number::count(planned)));
    if failed > 0 {
        runs = runs
            .then(", ")
            .then(Span::marked(Tone::Bad, format!("{} failed", number::count(failed))).to("runs"))
            .then(format!(" ({})", by_kind(&failures)));
    } else if ended > 0 {
        runs = runs.then(", none failed");
    }
    let registration = report.registered.registration();
    let deviations = match deviations::summary(report) {
        None => Prose::from("none"),
        Some(summary) => Span::plain(summary).to("deviations").into(),
    };
    let mut facts = vec![fact("Runs", runs)];
    facts.extend(
        report.judgement.and_then(|judgement| judgement.look).map(|look| fact("Look", look_words(report, look))),
    );
    facts.push(fact(
        "Protocol",
        Prose::from(Span::code(registration.digest.short()).to("protocol"))
            .then(format!(", registered {}", number::moment(registration.at))),
    ));
    facts.push(fact("Deviations", deviations));
    facts
}

/// Which look of a sequential study this is, and what follows it.
fn look_words(report: &StudyReport<'_>, look: Look) -> String {
    let is_open = report.judgement.is_some_and(|judgement| {
        judgement.hypotheses.iter().any(|one| matches!(one.verdict, Verdict::Undecided { .. }))
    });
    let then = match (is_open, look.number == look.of) {
        (false, true) => "everything is decided",
        (false, false) => "everything is decided, so no further seeds are run",
        (true, true) => "no further look is registered",
        (true, false) => "the study goes on to the next",
    };
    let all = report.registered.protocol().design.seeds.count();
    format!("{} of {}, after {} of at most {all} seeds; {then}", look.number, look.of, look.seeds)
}

/// Failures by kind, as in "2 crashed, 1 diverged".
pub(crate) fn by_kind(failures: &BTreeMap<&'static str, u64>) -> String {
    let kinds: Vec<String> = failures.iter().map(|(kind, count)| format!("{} {kind}", number::count(*count))).collect();
    kinds.join(", ")
}

/// How far an unfinished study is, without any result.
pub(crate) fn progress(report: &StudyReport<'_>) -> String {
    let (planned, ended) = (report.evidence.runs.len() as u64, report.evidence.ended() as u64);
    let so_far = format!("{} of {} have ended.", number::count(ended), counted(planned, "planned run", "planned runs"));
    match report.judgement {
        Some(judgement) if !judgement.is_complete => format!(
            "Interim results. {so_far} No verdict can be final before all have, and this look at the results is recorded in the ledger."
        ),
        Some(_) => so_far,
        None if planned == ended => format!("{so_far} The study has not been judged yet."),
        None => format!("{so_far} Results are shown when all planned runs have ended."),
    }
}
