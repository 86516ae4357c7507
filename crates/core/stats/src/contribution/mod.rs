//! What each of several components contributes to a score: contrasts over the
//! arms of a two-level design, Shapley values, and shares of the whole gain.

pub mod contrast;
pub mod shapley;
pub mod share;
