//! What is measured on: tables, content hashes, metric logs, evaluation logs.
//!
//! - [`table`] reads predictions, labels and other flat tables from CSV, JSON
//!   lines and Parquet.
//! - [`content`] identifies files and directories by what is in them.
//! - [`metric_log`] reads what a running program appends to its metric log;
//!   [`chunk`] stores a [`Series`] of it and [`downsample`] thins one for
//!   drawing.
//! - [`evaluation`] reads the logs of evaluation programs and of trackers of
//!   runs.
//!
//! Everything read here was written by a program under test. So no input
//! makes it panic, every error names file, place, what was found and what was
//! expected, and nothing is dropped without saying so.
//!
//! It does *not* judge: which columns a metric needs, which labels are valid,
//! and what a note about a log means for a verdict are decided elsewhere.

pub mod table;

pub mod content;

pub mod metric_log;

pub mod evaluation;

mod series;
pub use series::Series;

pub mod chunk;

mod downsample;
pub use downsample::{Downsampled, downsample};

mod json;
