use crate::document::{Part, Section};
use crate::report::StudyReport;
use crate::text::paragraphs;

/// What the study cannot show, and whom it could harm.
pub(super) fn section(report: &StudyReport<'_>) -> Section {
    let notes = &report.registered.protocol().notes;
    let mut parts = Vec::new();
    let absent = "The study file says nothing about this.";
    for (title, text) in [("Limits", &notes.limits), ("Ethics", &notes.ethics)] {
        parts.push(Part::Heading(title.to_owned()));
        parts.extend(
            paragraphs(text.as_deref().unwrap_or(absent)).into_iter().map(|paragraph| Part::Prose(paragraph.into())),
        );
    }
    Section { id: "limits", title: "Limits and ethics", parts }
}
