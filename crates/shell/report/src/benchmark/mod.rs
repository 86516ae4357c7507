//! The results of a benchmark, told.

mod page;
mod report;
mod terminal;
mod written;

pub use report::BenchmarkReport;
