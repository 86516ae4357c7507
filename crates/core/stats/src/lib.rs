//! Numbers in, estimates out: tests, intervals, resampling, multiplicity,
//! power and prediction metrics.
//!
//! Start with [`PairedT`], what paired differences say about their mean, and
//! [`compare::sign_flip`], which says it without assuming a normal distribution.
//! [`power`] plans the number of pairs, [`multiplicity`] shares one error rate
//! among many hypotheses, [`metric`] turns predictions into scores.
//!
//! Every function is pure: the same arguments give the same bits on every
//! platform. What is random takes a [`Stream`]; nothing else is random.
//!
//! This crate reads no files, knows no clock, starts no threads, and decides
//! nothing: verdicts are made elsewhere, from what it returns. What cannot be
//! estimated is an error, never 0, NaN or infinity.

pub mod below;
pub mod stream;

pub mod bounds;
pub mod level;

pub mod sample;
pub mod summary;

pub mod distribution;
pub mod noncentral_t;

pub mod method;

pub mod bayes;
pub mod compare;
pub mod contribution;
pub mod correlation;
pub mod cross_validation;
pub mod dominance;
pub mod effect_size;
pub mod equivalence;
pub mod interval;
pub mod least_squares;
pub mod nonlinear;
pub mod ranking;
pub mod runs;
pub mod scaling;
pub mod sequential;
pub mod variance;

pub mod online;
pub mod student;

pub mod power;

pub mod multiplicity;

pub mod metric;

mod catalogue;

pub use bounds::Bounds;
pub use catalogue::{GROUPS, find_method};
pub use compare::paired_t::PairedT;
pub use interval::binomial;
pub use level::{Alpha, AlphaError};
pub use metric::{CATALOGUE, Direction, Metric, MetricError, PredictionError, Predictions};
pub use sample::SampleError;
pub use stream::Stream;
pub use student::Student;
