//! Theories of a quantity, and what they predict.
//!
//! [`TheorySource::read`] takes up what a person wrote, a [`TheoryFile`], and
//! [`resolve_theories`] says what it means: [`Theories`], whose formulas are read
//! and dimension-checked.

mod file;
mod meaning;
mod resolve;
mod resolve_prediction;
mod source;

pub use file::{Errors, ExpectedTrend, PredictionKind, TheoryFile};
pub use meaning::{
    BoundSide, Condition, Parameter, ParameterRole, Prediction, PredictionTest, Region, Theories, Theory, TheoryDesign,
    TheoryQuantity, TheoryResults,
};
pub use resolve::resolve_theories;
pub use source::{TheorySource, theory_schema};
