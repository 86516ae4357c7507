//! What is told: a study as terminal text, Markdown and a self-contained HTML
//! page, each from the records alone.
//!
//! Start with [`StudyReport`] and hand it to [`terminal()`], [`markdown()`]
//! or [`html()`]. All three are made of the same sections (one file each in
//! `section/`); the terminal shows a shorter selection. [`sentence`] writes
//! the sentence that a scientist would write, [`number`] is the only place
//! that formats numbers, [`figure`] draws.
//!
//! The same report gives the same bytes. Everything that people or programs
//! wrote is hostile: it is cleaned of control characters and escaped.
//!
//! [`ResultsReport`] tells results that Gosset did not run, [`BenchmarkReport`]
//! those of a benchmark, [`scaling::ScalingReport`] a scaling law, [`TheoryReport`]
//! what results say of theories.
//!
//! It does *not* judge, and it writes no number that has no record: without a
//! judgement there are no scores, means or effects in any form.

mod report;
pub use report::{StudyBenchmark, StudyReport};

pub mod number;

pub mod sentence;

pub mod figure;

mod document;
mod section;
mod text;
mod tone;

mod results;
pub use results::ResultsReport;

mod benchmark;
pub use benchmark::BenchmarkReport;

pub mod scaling;

mod theory;
pub use theory::TheoryReport;

mod terminal;
pub use terminal::{Style, terminal};

mod markdown;
pub use markdown::markdown;

mod html;
pub use html::html;
mod style;
