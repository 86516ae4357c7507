//! Logs of evaluations: which model scored what on which items.
//!
//! [`read()`] takes a file or a folder, finds its format by its content and gives
//! either [`Evaluation`]s with their samples or, for trackers of training runs, a
//! [`Table`](crate::table::Table) of runs. [`FORMATS`] is the catalogue;
//! [`comparability()`] says what speaks against comparing two evaluations, and
//! [`pair()`] brings the samples of one item together.
//!
//! An item is told apart by the hash of its input, right answers and choices, so
//! that the order and the numbering of a log do not matter; where a log stores no
//! input, its own ids are taken, and a note says so. A fact that a log does not
//! tell is `None`, and a score that is no number is no value and is counted.

mod error;
pub use error::EvaluationError;

mod item;
pub use item::{ITEM_CONTEXT, ItemHash, ItemKey};

mod log;
pub use log::{Evaluation, Facts, KeepTexts, Reported, Sample, Texts};

mod document;
mod score;
mod source;

mod format;
pub use format::{Format, Read};

mod find;
pub use find::{find, read, read_keeping};

mod inspect_log;
mod runs;

pub mod every_eval_ever;
pub mod every_eval_ever_record;
pub mod helm;
pub mod inspect_eval;
pub mod inspect_json;
pub mod lm_eval;
pub mod mlflow;
pub mod wandb;

/// Every format, in the order in which a log is tried.
pub const FORMATS: &[&Format] = &[
    &inspect_eval::FORMAT,
    &inspect_json::FORMAT,
    &helm::FORMAT,
    &lm_eval::FORMAT,
    &every_eval_ever::FORMAT,
    &wandb::FORMAT,
    &mlflow::FORMAT,
];

mod comparability;
pub use comparability::{Difference, comparability};

mod pair;
pub use pair::{MatchedBy, Pair, PairError, Pairing, pair};
