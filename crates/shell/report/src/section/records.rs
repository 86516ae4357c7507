use crate::document::{Part, Prose, Section, Span, fact, record_anchor};
use crate::number;
use crate::report::StudyReport;

/// How a reader can check what this report says.
pub(super) fn section(report: &StudyReport<'_>) -> Section {
    let (record, digest) = report.ledger_head;
    let mut facts = vec![
        fact("Ledger head", Prose::from(format!("record {record}, ")).then(Span::code(digest.to_string()))),
        fact("Protocol", Span::code(report.registered.digest().to_string())),
    ];
    if let (Some(judgement), Some((record, at, recorded))) = (report.judgement, report.study.judgement()) {
        let judged = if judgement == recorded {
            Prose::from(Span::plain(format!("record {record}")).at(record_anchor(*record)))
                .then(format!(", {}", number::moment(*at)))
        } else {
            Prose::from(format!(
                "made anew from the records; the latest recorded one is record {record}, {}",
                number::moment(*at)
            ))
        };
        facts.push(fact("Judgement", judged));
    }
    let check =
        Prose::from("Every number in this report follows from records of the ledger. Check that they are intact with ")
            .then(Span::code("gosset ledger verify"))
            .then("; it should find the head given here, or a later one that continues from it.");
    Section { id: "records", title: "Records", parts: vec![Part::Prose(check), Part::Facts(facts)] }
}
