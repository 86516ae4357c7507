//! Judging the results of a benchmark: methods on data sets, with seeds.
//!
//! [`Cells`] holds the runs, failed ones among them, and [`judge_benchmark`]
//! makes a [`Leaderboard`] of them: average ranks with intervals, which methods
//! can be told apart, means and profiles, what leaving something out changes,
//! and whether the benchmark is saturated. A failed run never makes a rank
//! better, and none is dropped. [`registered_benchmark`] makes the same of the
//! runs of a registered study, under each of its conditions.
//!
//! Of results that were not run here it does *not* know how much the methods
//! were tuned, nor how often their authors looked at the data sets; what it says
//! of them is of grade C.

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

mod registered;
mod stress;
mod tuning;

pub use aggregates::{Neighbours, ProfileLine, Profiles, SuiteEstimate};
pub use apart::{ImanDavenportResult, MethodPair, Omnibus, PairPValue};
pub use cells::{Cell, CellOutcome, Cells};
pub use coverage::Coverage;
pub use error::BenchmarkError;
pub use gosset_model::{PairTest, Reference};
pub use leaderboard::{DatasetRow, Leaderboard, LeaderboardRow, judge_benchmark};
pub use pareto::{Pareto, ParetoMean, ParetoMethod};
pub use question::{BenchmarkMetric, BenchmarkQuestion, References};
pub use registered::{RegisteredBenchmark, RegisteredBoard, registered_benchmark};
pub use saturation::{Ceiling, Noise, Saturation};
pub use stability::{Move, Reordering, View};
pub use tests_used::TestUsed;
