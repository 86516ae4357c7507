//! The results of a benchmark, told.

mod page;
mod report;
mod terminal;
mod written;

pub(crate) use page::{datasets, front, leaderboard, ranks, scores, stability, tests};
pub use report::BenchmarkReport;
pub(crate) use terminal::print_board;
pub(crate) use written::facts as board_facts;
