//! Evidence that holds at any look: sequential tests and confidence sequences;
//! boundaries for registered looks; e-values.

pub mod sign_flip_e;
pub mod t_sequence;

pub mod betting;
pub mod t_mixture;

pub mod group_sequential;
pub mod obrien_fleming_spending;
pub mod pocock_spending;

pub mod conditional_power;

pub mod e_merge;
pub mod p_to_e;

use crate::method::Method;

pub use betting::Betting;
pub use t_mixture::TMixture;
pub use t_sequence::TSequence;

/// The methods of this group, in the order of the reference page.
pub const METHODS: &[&Method] = &[
    &t_sequence::METHOD,
    &sign_flip_e::METHOD,
    &t_mixture::METHOD,
    &betting::METHOD,
    &obrien_fleming_spending::METHOD,
    &pocock_spending::METHOD,
    &conditional_power::METHOD,
    &e_merge::METHOD,
    &p_to_e::METHOD,
];
