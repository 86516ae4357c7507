use gosset_model::{Contribution, ContributionBounds, Protocol};
use gosset_stats::{Alpha, summary};

use crate::fit::Fit;

/// The mean of independent pieces of evidence, with one-sided bounds at
/// `level`; none without any.
pub(crate) fn contribution(protocol: &Protocol, units: &[f64], level: Alpha) -> Option<Contribution> {
    let bounds = Fit::of(protocol, units, level).ok().map(|fit| ContributionBounds {
        lower: fit.lower(level),
        upper: fit.upper(level),
        level: level.get(),
    });
    Some(Contribution { estimate: summary::mean(units).ok()?, bounds, n: units.len() as u64 })
}
