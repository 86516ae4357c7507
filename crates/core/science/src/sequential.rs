//! What a sequential design can find out, by simulation.

use gosset_stats::sequential::TSequence;
use gosset_stats::{Alpha, Stream};

/// Simulated studies: the standard error of a power is at most 0.008.
const STUDIES: u64 = 4_000;
/// The largest effect that is looked for, in standard deviations.
const LARGEST_EFFECT: f64 = 64.0;

/// The looks of a sequential design and what decides at each.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Course<'a> {
    /// After how many seeds.
    pub(crate) looks: &'a [u32],
    /// The size of effect at which the bounds are tightest.
    pub(crate) effect_scale: f64,
    /// The level of support.
    pub(crate) level: Alpha,
}

/// What a sequential design is expected to come to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Expected {
    /// The probability of support by the last look.
    pub(crate) power: f64,
    /// The seeds it takes on average.
    pub(crate) seeds: f64,
}

/// Simulates the design under normal differences with a mean of `effect`
/// standard deviations.
///
/// The draws are the same for every effect, so that the power grows with it.
pub(crate) fn expected(course: Course<'_>, effect: f64) -> Expected {
    let stream = Stream::named([0; 32], "check/sequential");
    let (mut supported, mut seeds) = (0_u64, 0_u64);
    for study in 0..STUDIES {
        let mut stream = stream.substream(study);
        let mut differences: Vec<f64> = Vec::new();
        for look in course.looks {
            differences.resize_with(*look as usize, || effect + stream.normal());
            let sequence = TSequence::from_differences(&differences, course.effect_scale);
            if sequence.is_ok_and(|sequence| sequence.p_greater(0.0) <= course.level.get()) {
                supported += 1;
                break;
            }
        }
        seeds += differences.len() as u64;
    }
    Expected { power: supported as f64 / STUDIES as f64, seeds: seeds as f64 / STUDIES as f64 }
}

/// The effect, in standard deviations, that the design supports with the
/// power `target`; none if no effect is large enough.
pub(crate) fn detectable_effect(course: Course<'_>, target: f64) -> Option<f64> {
    let (mut low, mut high) = (0.0, 1.0);
    while expected(course, high).power < target {
        low = high;
        high *= 2.0;
        if high > LARGEST_EFFECT {
            return None;
        }
    }
    // Three digits are more than a simulation of this size holds.
    while high - low > 1e-3 * high {
        let middle = 0.5 * (low + high);
        if expected(course, middle).power < target {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(high)
}
