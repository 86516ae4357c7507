use crate::document::{Document, Section};
use crate::report::StudyReport;
use crate::section::{
    ablation, benchmark, cost, deviations, environment, found, limits, protocol, records, runs, scaling,
};

/// Every section, in the order of reading; one without parts is left out.
const SECTIONS: [fn(&StudyReport<'_>) -> Section; 11] = [
    benchmark::section,
    found::section,
    ablation::section,
    scaling::section,
    runs::section,
    protocol::section,
    deviations::section,
    cost::section,
    environment::section,
    limits::section,
    records::section,
];

/// Writes a report of a study.
pub(crate) fn document(report: &StudyReport<'_>) -> Document {
    let protocol = report.registered.protocol();
    Document {
        kind: "Study report",
        title: protocol.name.to_string(),
        question: protocol.question.clone(),
        background: protocol.background.clone(),
        sections: SECTIONS.iter().map(|section| section(report)).filter(|section| !section.parts.is_empty()).collect(),
    }
}
