//! The metric log: what a running program says about itself, line by line.
//!
//! The program appends to the file named by `GOSSET_METRICS` one flat JSON
//! object a line:
//!
//! ```json
//! {"step": 12, "loss": 0.31, "accuracy": 0.9, "time": 1732350000.5}
//! ```
//!
//! - `step` is an integer (`12.0` counts as one). Without it, a point's step
//!   is the number of earlier lines that gave a point of the same metric.
//! - `time` is in seconds since the epoch, before the year 10000.
//! - Every other key with a number is a point of the metric of that name.
//!   Numbers are rounded correctly; `NaN`, `Infinity` and `-Infinity` count,
//!   bare or in quotes.
//! - Every other value (`null`, a boolean, a text, a list, an object) is
//!   passed over and noted, and the rest of its line counts.
//! - A line that is not such an object is bad: it gives no point, is noted,
//!   and reading goes on.
//!
//! Nothing is dropped silently: [`LineCounts`] adds up, and a [`Note`] says
//! of each kind of trouble how often and where it was met first. What a
//! program says about itself is evidence of grade B, whatever it says.

mod note;
mod reader;

pub use note::{Note, NoteKind};
pub use reader::{LineCounts, MetricLog, MetricLogError, MetricLogReader, parse, read};
