//! Scaling laws from a table: its columns, and how a fit is told.

mod reply;
mod runs;

pub(crate) mod told;

pub(crate) use reply::{ConstantText, EntrantText};
pub(crate) use runs::{Columns, Taken};
