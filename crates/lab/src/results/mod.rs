//! Results that Gosset did not run, read from tables and evaluation logs.

mod direction;
mod imported;
mod logs;
mod proposal;
mod roles;
mod tables;

pub(crate) use direction::split;
pub(crate) use imported::{Files, Imported, read};
pub(crate) use proposal::Proposal;
pub(crate) use roles::{Asked, Roles, quoted};
