//! Fitting any formula within ranges, and what fits say of rival formulas.
//!
//! Start with [`fit()`], which finds the constants of anything that gives
//! [`Residuals`](crate::least_squares::Residuals), from many starts within a
//! [`Range`] each. [`profile`] bounds a constant or finds that the runs do not
//! identify it, [`lack_of_fit()`] asks whether the formula can be right at all,
//! [`criteria`] and [`discrimination`] compare rivals. [`slope`] and [`collapse`]
//! look at powers and at curves that should be one without any formula.
//!
//! Intervals take errors to be independent, normal and equally large. What this
//! does *not* do: it does not know whether they are.

pub mod collapse;
pub mod criteria;
pub mod discrimination;
pub mod fit;
pub mod lack_of_fit;
pub mod precision;
pub mod profile;
pub mod range;
pub mod slope;

pub use criteria::{Criteria, Strength};
pub use fit::{Fitted, fit};
pub use lack_of_fit::{LackOfFit, lack_of_fit};
pub use profile::{Profile, Side};
pub use range::{Confined, Range};
