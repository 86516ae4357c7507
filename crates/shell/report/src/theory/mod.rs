//! What results say of theories, told.

mod page;
mod report;
mod terminal;
mod written;

pub use report::TheoryReport;
