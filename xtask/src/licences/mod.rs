//! Licences and origins of the dependencies.

mod check;
mod expression;

pub(crate) use check::{HELP, run};
