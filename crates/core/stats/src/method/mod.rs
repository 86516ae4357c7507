//! What a method of the catalogue says of itself, and how it is called on a
//! table whose columns have roles.
//!
//! A method lives in one file of its group: its typed function, which is what
//! code calls, and its [`Method`], from which the reference page and `gosset
//! stats` are made.

mod contract;
mod error;
mod findings;
mod inputs;

pub use contract::{Column, Example, ExampleValues, Group, Kind, Method, Role, Setting};
pub use error::MethodError;
pub use findings::{Findings, Quantity, Table};
pub use inputs::{Inputs, Values};
