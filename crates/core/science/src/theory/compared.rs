//! One number against one region: the rule for all kinds of predictions.

use gosset_model::Region;
use gosset_stats::{Alpha, Bounds, Student};

use super::judgement::{Comparison, Standing};

/// The standing of an interval to a region.
pub(super) fn standing(bounds: Bounds, region: Region) -> Standing {
    let is_below = region.from.is_some_and(|from| bounds.upper < from);
    let is_above = region.to.is_some_and(|to| bounds.lower > to);
    let is_inside =
        region.from.is_none_or(|from| bounds.lower >= from) && region.to.is_none_or(|to| bounds.upper <= to);
    if is_below || is_above {
        Standing::Contradicted
    } else if is_inside {
        Standing::Consistent
    } else {
        Standing::NotTested
    }
}

/// Compares an estimate with a region, by an interval with the error rate `level`
/// for both sides together.
pub(super) fn compare(what: String, found: &Student, region: Region, level: Alpha) -> Comparison {
    let side = half(level);
    let bounds = Bounds { lower: found.lower(side), upper: found.upper(side) };
    let estimate = found.estimate;
    // Against the end that the estimate lies beyond, two-sided as the interval is.
    let beyond = [
        region.from.filter(|from| estimate < *from).map(|from| (from, found.p_less(from))),
        region.to.filter(|to| estimate > *to).map(|to| (to, found.p_greater(to))),
    ];
    let beyond = beyond.into_iter().flatten().next();
    Comparison {
        what,
        n: found.n as u64,
        estimate,
        bounds,
        from: region.from,
        to: region.to,
        standing: standing(bounds, region),
        p_value: beyond.map_or(1.0, |(_, p_value)| (2.0 * p_value).min(1.0)),
        distance: beyond.map_or(0.0, |(end, _)| (estimate - end).abs() / found.standard_error),
    }
}

/// Half of an error rate, for one side.
pub(super) fn half(level: Alpha) -> Alpha {
    level.divided_by(std::num::NonZeroUsize::MIN.saturating_add(1))
}

/// A share of an error rate among `members`.
pub(super) fn share(level: Alpha, members: usize) -> Alpha {
    level.divided_by(std::num::NonZeroUsize::new(members).unwrap_or(std::num::NonZeroUsize::MIN))
}
