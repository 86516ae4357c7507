//! Evidence that holds at any look: sequential tests and confidence sequences.

pub mod sign_flip_e;
pub mod t_sequence;

use crate::method::Method;

pub use t_sequence::TSequence;

/// The methods of this group, in the order of the reference page.
pub const METHODS: &[&Method] = &[&t_sequence::METHOD, &sign_flip_e::METHOD];
