//! Scaling laws: how the loss falls with parameters, tokens, compute and steps.
//!
//! Start with [`Points::new`], then [`fit()`] a [`Law`], and ask [`identify()`] which
//! of its constants the points say anything about. A constant has no number
//! before that: [`Verdict`] gives one only where there is one to give.
//! [`bootstrap()`] resamples the points for intervals of predictions and of the
//! best use of a budget; [`iso_flop`] and
//! [`envelope()`] need no law at all.
//!
//! Everything is fitted to the logarithm of the loss. Losses are as measured,
//! such as nats per token; parameters and tokens are plain counts, not millions.
//!
//! What this does *not* do: it cannot know that a law holds beyond the largest
//! model. [`selection`] measures how far it was off there before.

mod broken;
mod chinchilla;
mod constant;
mod data;
mod data_constrained;
mod downstream;
mod error;
mod form;
mod kaplan;
mod misfit;
mod over_training;
mod power_law;
mod power_law_offset;
mod rough;
mod solver;

pub mod allocation;
pub mod bootstrap;
pub mod envelope;
pub mod fit;
pub mod identify;
pub mod influence;
pub mod iso_flop;
pub mod law;
pub mod next_runs;
pub mod points;
pub mod prediction;
pub mod quantity;
pub mod selection;

pub use bootstrap::bootstrap;
pub use constant::Constant;
pub use envelope::envelope;
pub use error::ScalingError;
pub use fit::{Criterion, Fit, fit};
pub use identify::{Reason, Verdict, identify};
pub use law::{Breaks, Law};
pub use next_runs::next_runs;
pub use points::{Point, Points};
pub use quantity::{Quantity, Scale};
