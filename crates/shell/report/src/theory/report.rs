use gosset_model::Theories;
use gosset_science::theory::{Runs, TheoryJudgement};

use super::page::document;
use super::terminal::terminal;
use crate::html::page;
use crate::{Style, markdown};

/// All that a report of theories is made of.
#[derive(Debug, Clone, Copy)]
pub struct TheoryReport<'a> {
    /// The theories and their predictions.
    pub theories: &'a Theories,
    /// The runs.
    pub runs: &'a Runs,
    /// What the runs say.
    pub judgement: &'a TheoryJudgement,
    /// The files that they come from, with their digests.
    pub sources: &'a [(String, String)],
    /// What reading them brought up, in whole sentences.
    pub reading_notes: &'a [String],
}

impl TheoryReport<'_> {
    /// Writes the report for a terminal.
    #[must_use]
    pub fn terminal(&self, style: &Style) -> String {
        terminal(self, style)
    }

    /// Writes the report as a page that needs nothing else.
    #[must_use]
    pub fn html(&self) -> String {
        page(&document(self))
    }

    /// Writes the report as Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        markdown::text(&document(self))
    }
}
