//! Judging the results of a benchmark: methods on data sets, with seeds.
//!
//! [`Cells`] holds the runs, failed ones among them, and [`judge_benchmark`]
//! makes a [`Leaderboard`] of them: average ranks with intervals, which methods
//! can be told apart, means and profiles, what leaving something out changes,
//! and whether the benchmark is saturated. A failed run never makes a rank
//! better, and none is dropped. What it says is of grade C.
//!
//! It does *not* know how much the methods were tuned, nor how often their
//! authors looked at the data sets.

mod error;

mod cells;
mod question;

mod leaderboard;

mod matrix;
mod standing;
mod values;

mod apart;
mod resampling;

mod aggregates;
mod coverage;
mod pareto;
mod saturation;
mod stability;

mod statements;
mod tests_used;

pub use aggregates::{Neighbours, ProfileLine, Profiles, SuiteEstimate};
pub use apart::{ImanDavenportResult, MethodPair, Omnibus, PairPValue};
pub use cells::{Cell, CellOutcome, Cells};
pub use coverage::Coverage;
pub use error::BenchmarkError;
pub use leaderboard::{DatasetRow, Leaderboard, LeaderboardRow, judge_benchmark};
pub use pareto::{Pareto, ParetoMean, ParetoMethod};
pub use question::{BenchmarkMetric, BenchmarkQuestion, PairTest, Reference, References};
pub use saturation::{Ceiling, Noise, Saturation};
pub use stability::{Move, Reordering, View};
pub use tests_used::TestUsed;
