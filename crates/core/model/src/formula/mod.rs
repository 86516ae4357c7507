//! Formulas as people write them, and what units they are in.
//!
//! [`Formula::parse`] reads one, [`Formula::unit`] checks its dimensions, and
//! [`Formula::value`] and [`Formula::with_slopes`] evaluate it. What could be
//! read in two ways is refused: `-x^2`, `2^3^4` and `2 x`.

mod dimension;
mod error;
mod evaluate;
mod expression;
mod read;
mod tokens;
mod unit;

pub use dimension::DimensionError;
pub use error::FormulaError;
pub use expression::{Formula, Function};
pub use unit::{Unit, UnitError};
