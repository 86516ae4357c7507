//! An answer about a design, and how it was obtained.

use crate::stream::Stream;

/// A number about a design.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Planned<T> {
    /// The number.
    pub value: T,
    /// How it was obtained.
    pub how: How,
}

/// How a number about a design was obtained.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum How {
    /// From the distribution of the test itself.
    Exact,
    /// From a normal distribution in its place.
    Approximate,
    /// By drawing data and testing them.
    Simulated {
        /// The standard error of the power.
        standard_error: f64,
        /// How many data sets were drawn.
        draws: u32,
    },
}

impl<T> Planned<T> {
    pub(super) fn exact(value: T) -> Self {
        Self { value, how: How::Exact }
    }
}

/// What a simulation draws from.
#[derive(Debug, Clone, Copy)]
pub struct Simulation<'a> {
    /// Where its random numbers come from; data set `i` comes from substream
    /// `i`, so that designs of different size are compared on the same noise.
    pub stream: &'a Stream,
    /// How many data sets are drawn, at least 100.
    pub draws: u32,
}
