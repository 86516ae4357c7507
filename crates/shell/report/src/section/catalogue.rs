use crate::document::Section;
use crate::report::StudyReport;
use crate::section::{cost, deviations, environment, found, limits, protocol, records, runs};

/// Every section, in the order of reading.
const SECTIONS: [fn(&StudyReport<'_>) -> Section; 8] = [
    found::section,
    runs::section,
    protocol::section,
    deviations::section,
    cost::section,
    environment::section,
    limits::section,
    records::section,
];

/// Writes all sections of a report.
pub(crate) fn sections(report: &StudyReport<'_>) -> Vec<Section> {
    SECTIONS.iter().map(|section| section(report)).collect()
}
