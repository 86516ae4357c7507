use gosset_model::Reach;

use crate::document::Kind::{Number, Sentence, Words};
use crate::document::{Part, Prose, Section, Span, Table, record_anchor, run_anchor};
use crate::number;
use crate::report::StudyReport;
use crate::sentence::{data_changed, value};
use crate::text::counted;

/// Where the study departed from what was registered.
pub(super) fn section(report: &StudyReport<'_>) -> Section {
    let mut parts = vec![Part::Prose(match summary(report) {
        Some(summary) => format!("{summary}.").into(),
        None => "None: the protocol stands as registered, the data are as registered, nobody looked at results before the end, and no attempt was lost.".into(),
    })];
    parts.extend(amendments(report));
    let mismatches = mismatches(report);
    if !mismatches.is_empty() {
        parts.push(Part::Heading("Data that differ".to_owned()));
        parts.push(Part::List(mismatches));
    }
    parts.extend(looks(report));
    parts.extend(lost(report));
    Section { id: "deviations", title: "Deviations", parts }
}

/// The deviations in a line, as in "1 amendment, 2 interim looks".
pub(crate) fn summary(report: &StudyReport<'_>) -> Option<String> {
    let amendments = report.study.amendments();
    let late = amendments.iter().filter(|amendment| amendment.results_seen).count() as u64;
    let mut told = Vec::new();
    if !amendments.is_empty() {
        let after = if late > 0 {
            format!(" ({} after results could have been seen)", number::count(late))
        } else {
            String::new()
        };
        told.push(format!("{}{after}", counted(amendments.len() as u64, "amendment", "amendments")));
    }
    let some = |count: usize, one: &str, many: &str| (count > 0).then(|| counted(count as u64, one, many));
    told.extend(some(mismatches(report).len(), "data mismatch", "data mismatches"));
    told.extend(some(report.study.shown().len(), "interim look", "interim looks"));
    told.extend(some(report.lost().len(), "lost attempt", "lost attempts"));
    if told.is_empty() { None } else { Some(told.join(", ")) }
}

fn amendments(report: &StudyReport<'_>) -> Vec<Part> {
    let mut parts = Vec::new();
    for (index, amendment) in report.study.amendments().iter().enumerate() {
        let seen = if amendment.results_seen {
            format!(
                "{} been scored: results could have been seen",
                counted(amendment.runs_scored, "run had", "runs had")
            )
        } else {
            "no results could have been seen".to_owned()
        };
        parts.push(Part::Heading(format!("Amendment {}", index + 1)));
        let record = Span::plain(format!("record {}", amendment.record)).at(record_anchor(amendment.record));
        parts.push(Part::Prose(
            Prose::from(format!("{}; {seen}; ", number::moment(amendment.at)))
                .then(record)
                .then(format!(". Reason: {}", amendment.reason)),
        ));
        let mut table = Table::new(
            format!("Changes of amendment {}", index + 1),
            &[("Key", Words), ("From", Sentence), ("To", Sentence), ("Touches", Words)],
        );
        for change in &amendment.changes {
            let touches = match &change.reach {
                Reach::Words => "words and budgets only".to_owned(),
                Reach::Hypothesis { id } => format!("hypothesis {id}"),
                Reach::Study => "every verdict".to_owned(),
            };
            table.row(vec![
                Span::code(&change.key).into(),
                Span::code(value(&change.from)).into(),
                Span::code(value(&change.to)).into(),
                touches.into(),
            ]);
        }
        parts.push(Part::Table(table));
    }
    parts
}

/// Mismatches that stop the study, those that were mended, and those that were
/// found after its end.
fn mismatches(report: &StudyReport<'_>) -> Vec<Prose> {
    let stopping = &report.evidence.mismatches;
    let after = report.study.standing_mismatches().values().filter(|mismatch| !stopping.contains(mismatch));
    let told = |what: &str, run: Option<&gosset_model::RunId>| {
        let known = run.filter(|run| report.evidence.run_by_id(run).is_some());
        match known {
            Some(run) => Prose::with_code(what).then(Span::plain(" See the run.").to(run_anchor(run))),
            None => Prose::with_code(what),
        }
    };
    stopping
        .iter()
        .map(|mismatch| told(&format!("{}.", data_changed(mismatch)), mismatch.during.as_ref()))
        .chain(report.study.mended_mismatches().iter().map(|mismatch| {
            let text = format!("{}; mended before any run that counts used them.", data_changed(mismatch));
            told(&text, mismatch.during.as_ref())
        }))
        .chain(after.map(|mismatch| told(&format!("Since the last run: {}.", data_changed(mismatch)), None)))
        .collect()
}

fn looks(report: &StudyReport<'_>) -> Option<Part> {
    if report.study.shown().is_empty() {
        return None;
    }
    let planned = report.evidence.runs.len() as u64;
    let mut table = Table::new(
        "Looks at results before the end",
        &[("When", Words), ("Runs scored by then", Number), ("Record", Number)],
    );
    for (record, at, scored) in report.study.shown() {
        table.row(vec![
            number::moment(*at).into(),
            format!("{} of {}", number::count(*scored), number::count(planned)).into(),
            Span::plain(record.to_string()).at(record_anchor(*record)).into(),
        ]);
    }
    Some(Part::Table(table))
}

fn lost(report: &StudyReport<'_>) -> Option<Part> {
    let lost = report.lost();
    if lost.is_empty() {
        return None;
    }
    let mut table = Table::new(
        "Attempts lost to the machine, not to the program",
        &[("Run", Words), ("Attempt", Number), ("When", Words), ("Why", Sentence), ("Record", Number)],
    );
    for lost in lost {
        let run = Span::code(lost.run.as_str());
        let is_planned = report.evidence.run_by_id(lost.run).is_some();
        let why =
            if lost.is_interruption { format!("interrupted by us: {}", lost.reason) } else { lost.reason.to_owned() };
        let record = lost.attempt.end_record.unwrap_or(lost.attempt.start_record);
        table.row(vec![
            if is_planned { run.to(run_anchor(lost.run)) } else { run }.into(),
            number::count(u64::from(lost.attempt.number)).into(),
            number::moment(lost.attempt.started_at).into(),
            why.into(),
            Span::plain(record.to_string()).at(record_anchor(record)).into(),
        ]);
    }
    Some(Part::Fold {
        id: "lost-attempts".to_owned(),
        summary: "Lost attempts".to_owned(),
        parts: vec![Part::Table(table)],
    })
}
