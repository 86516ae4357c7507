//! Tests whose statistic is noncentral t.

use super::error::PowerError;
use crate::distribution::student_t;
use crate::level::Alpha;
use crate::noncentral_t;

/// The power of a one-sided t test with `df` degrees of freedom, from `n`
/// observations.
///
/// # Source
/// Johnson, Kotz and Balakrishnan 1995, "Continuous Univariate Distributions"
/// 2, section 31.3.
pub(super) fn power(df: f64, noncentrality: f64, alpha: Alpha, n: u64) -> Result<f64, PowerError> {
    noncentral_t::sf(student_t::upper_point(alpha.get(), df), df, noncentrality)
        .map_err(|_| PowerError::OutOfReach { n })
}

/// The power of the one-sided t test of two independent groups with a common
/// standard deviation, `effect` in that.
pub(super) fn two_groups(baseline: u64, candidate: u64, effect: f64, alpha: Alpha) -> Result<f64, PowerError> {
    let (first, second) = (baseline as f64, candidate as f64);
    power(first + second - 2.0, effect * (first * second / (first + second)).sqrt(), alpha, baseline + candidate)
}

/// The power of the one-sided t test of the means of tasks, `effect` in
/// standard deviations of a run's difference within a task, `between` that of
/// the tasks' true differences, in the same unit.
pub(super) fn tasks(tasks: u64, runs: u64, between: f64, effect: f64, alpha: Alpha) -> Result<f64, PowerError> {
    let spread = (between * between + 1.0 / runs as f64).sqrt();
    power((tasks - 1) as f64, effect / spread * (tasks as f64).sqrt(), alpha, tasks)
}
