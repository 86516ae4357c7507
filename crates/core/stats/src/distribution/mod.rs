//! Normal, Student's t, F, beta and studentized range distributions: tails and
//! quantiles.
//!
//! Every transcendental function comes from `libm`, so that the same
//! arguments give the same bits on every platform. Both tails are computed
//! directly, never as one minus the other, and so keep their relative
//! precision.

mod error;
mod stirling;

pub mod beta;
pub mod f;
pub mod normal;
pub mod student_t;
pub mod studentized_range;

pub use error::DistributionError;
pub(crate) use stirling::stirling_error;
