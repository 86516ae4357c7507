//! With a region of practical equivalence: how probable it is that one of two
//! is better, or that they differ too little to matter.
//!
//! These are posterior probabilities under a stated prior, not error rates: a
//! rule such as "accept above 0.95" errs as often as the tables say that stand
//! beside the tests, not once in twenty.

mod dirichlet;
mod error;

pub mod posterior;
pub mod rope;

pub mod bayes_correlated_t;
pub mod bayes_sign;
pub mod bayes_signed_rank;

pub use error::BayesError;

use crate::method::Method;

/// The methods of this group, in the order of the reference page.
pub const METHODS: &[&Method] = &[&bayes_signed_rank::METHOD, &bayes_sign::METHOD, &bayes_correlated_t::METHOD];
