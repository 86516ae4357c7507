//! Intervals: bootstraps, proportions and means of clustered observations.

pub mod binomial;
pub mod resampling;

mod byte_draws;
mod grouping;
mod index_blocks;

pub mod bootstrap_bca;
pub mod bootstrap_block;
pub mod bootstrap_cluster;
pub mod bootstrap_percentile;
pub mod bootstrap_stratified;
pub mod bootstrap_studentized;

pub mod clopper_pearson;
pub mod wilson;

pub mod clustered_mean;
pub mod paired_clustered_difference;

use crate::method::Method;

/// The methods of this group, in the order of the reference page.
pub const METHODS: &[&Method] = &[
    &wilson::METHOD,
    &clopper_pearson::METHOD,
    &clustered_mean::METHOD,
    &paired_clustered_difference::METHOD,
    &bootstrap_bca::METHOD,
    &bootstrap_percentile::METHOD,
    &bootstrap_studentized::METHOD,
    &bootstrap_stratified::METHOD,
    &bootstrap_cluster::METHOD,
    &bootstrap_block::METHOD,
];
