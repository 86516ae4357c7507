//! Many tasks, few runs: how good a method is over a suite of tasks, with
//! intervals from resampling the runs within each task.

pub mod scores;

mod resample;

pub mod aggregate;

pub mod interquartile_mean;

pub mod aggregate_mean;
pub mod aggregate_median;
pub mod optimality_gap;

pub mod performance_profile;
pub mod probability_of_improvement;

use crate::method::Method;

/// The methods of this group, in the order of the reference page.
pub const METHODS: &[&Method] = &[
    &interquartile_mean::METHOD,
    &aggregate_mean::METHOD,
    &aggregate_median::METHOD,
    &optimality_gap::METHOD,
    &probability_of_improvement::METHOD,
    &performance_profile::METHOD,
];
