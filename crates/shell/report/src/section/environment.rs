use gosset_model::Session;

use crate::document::{Part, Prose, Section, Span, fact, record_anchor};
use crate::number;
use crate::report::StudyReport;
use crate::text::counted;

/// Where and with what the study was run: one entry for each session.
pub(super) fn section(report: &StudyReport<'_>) -> Section {
    let sessions = report.study.sessions();
    let mut parts = Vec::new();
    if sessions.is_empty() {
        parts.push(Part::Prose("No session is recorded.".into()));
    }
    for (index, (record, at, session)) in sessions.iter().enumerate() {
        parts.push(Part::Heading(format!("Session {}", index + 1)));
        let record = Span::plain(format!("record {record}")).at(record_anchor(*record));
        parts.push(Part::Prose(Prose::from(format!("{}, ", number::moment(*at))).then(record)));
        // Sessions mostly repeat one another: only what is told is what differs.
        let same = sessions[..index].iter().position(|(_, _, earlier)| earlier == session);
        match same {
            Some(earlier) => parts.push(Part::Prose(format!("As in session {}.", earlier + 1).into())),
            None => parts.push(Part::Facts(facts(session))),
        }
    }
    Section { id: "environment", title: "Environment", parts }
}

fn facts(session: &Session) -> Vec<(String, Prose)> {
    let mut facts = vec![
        fact("Host", session.host.as_str()),
        fact("System", session.os.as_str()),
        fact("Processor", format!("{}, {}", session.cpu, counted(u64::from(session.cores), "core", "cores"))),
        fact("Memory", number::bytes(session.memory_bytes)),
        fact("Accelerators", if session.gpus.is_empty() { "none".to_owned() } else { session.gpus.join(", ") }),
        fact("Runs at once", number::count(u64::from(session.slots))),
        fact("Gosset", session.gosset_version.as_str()),
    ];
    facts.extend(session.versions.iter().map(|(name, version)| fact(name, version.as_str())));
    if let Some(commit) = &session.commit {
        facts.push(fact("Commit", Span::code(commit)));
    }
    if let Some(diff) = session.diff {
        facts.push(fact("Uncommitted changes", Span::code(diff.to_string())));
    }
    if let Some(build) = session.build {
        facts.push(fact("Build", Span::code(build.to_string())));
    }
    facts.push(fact("Capture", Span::code(session.capture.to_string())));
    facts
}
