//! Fitting formulas that are not linear in their constants.
//!
//! A formula is written once, for any [`Scalar`]; with [`Dual`] numbers it gives
//! its exact slopes, with [`Jet`]s its curvature too. [`levenberg_marquardt`]
//! finds the least sum of squares near a start. It does not look for further
//! minima: the caller gives as many starts as the formula needs.

mod error;
mod factor;
mod jet;
mod newton;
mod qr;

pub mod levenberg_marquardt;

pub use error::LeastSquaresError;
pub use jet::{Dual, Jet, Scalar};
pub use levenberg_marquardt::{LeastSquares, Residuals, Stops};

pub(crate) use factor::positive_solve;
pub(crate) use newton::{Curved, Minimum, Objective, minimise};
