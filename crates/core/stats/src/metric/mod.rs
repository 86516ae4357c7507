//! Prediction metrics: what turns predictions into a score.
//!
//! [`CATALOGUE`] lists them all. A metric is one file in this folder and one
//! line in that list; the file holds its id, documentation, limits, source,
//! code and tests. [`Predictions`] is what they are computed from.

mod predictions;

mod contract;

mod confusion;

mod accuracy;
mod balanced_accuracy;
mod brier;
mod error_rate;
mod f1_macro;
mod log_loss;
mod mean_absolute_error;
mod mean_squared_error;
mod r_squared;
mod root_mean_squared_error;

mod catalogue;

pub use catalogue::{CATALOGUE, find};
pub use contract::{Description, Direction, Metric, MetricError, Needs, Range};
pub use predictions::{Labels, Numbers, PredictionError, Predictions, Probabilities};
