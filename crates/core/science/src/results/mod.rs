//! Judging results that Gosset did not run: tables and evaluation logs that
//! somebody already has.
//!
//! [`Results`] holds scores with roles, [`judge_results`] finds out what the
//! independent pieces of evidence are and says what they decide, by the same
//! rules as a study. What it says is of grade C: nobody knows how the numbers
//! came about, and how many others were left out.

mod judged;
mod layout;
mod pairing;
mod table;

pub use judged::{Comparison, LeftOutUnit, ResultsJudgement, judge_results};
pub use layout::{Layout, ResultUnit};
pub use pairing::UnitPair;
pub use table::{Question, Results, ResultsError, Score};
