//! Scaling laws from a table: its columns, and how a fit is told.

mod choice;
mod reply;
mod runs;

pub(crate) mod told;

pub(crate) use choice::{Kind, Over, Shape};
pub(crate) use reply::{ConstantText, EntrantText};
pub(crate) use runs::{Columns, Taken};
