//! Two-level designs: which components are on in which arm of an ablation.

mod aliasing;
mod design;
mod hadamard;

pub use aliasing::{Aliasing, Term};
pub use design::{Generator, GeneratorError, TwoLevelDesign, TwoLevelError};
