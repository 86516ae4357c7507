//! The first size, and the smallest effect, with enough power.

use super::error::PowerError;

/// How the power of a test moves with its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Growth {
    /// It only grows.
    Steady,
    /// It grows in the long run and falls a little now and then, because
    /// counts are whole.
    Ragged,
}

/// The smallest size from `least` on with a power of at least `wanted`, as far
/// as `most`.
///
/// Where growth is ragged, every size is tried from some way below one that
/// does; a larger size may again have a little less.
pub(super) fn first_size(
    least: u64,
    most: u64,
    wanted: f64,
    growth: Growth,
    power: impl Fn(u64) -> Result<f64, PowerError>,
) -> Result<u64, PowerError> {
    let suffices = |n: u64| Ok::<bool, PowerError>(power(n)? >= wanted);
    let (mut too_few, mut enough) = (least - 1, least);
    while !suffices(enough)? {
        if enough >= most {
            return Err(PowerError::TooManyPairs { most });
        }
        too_few = enough;
        enough = enough.saturating_mul(2).min(most);
    }
    while enough - too_few > 1 {
        let middle = too_few + (enough - too_few) / 2;
        if suffices(middle)? {
            enough = middle;
        } else {
            too_few = middle;
        }
    }
    if growth == Growth::Ragged {
        // The steps are of the order 1 / sqrt(n), the gain with one more 1 / n.
        let from = enough.saturating_sub(16 + 4 * enough.isqrt()).max(least);
        for n in from..enough {
            if suffices(n)? {
                return Ok(n);
            }
        }
    }
    Ok(enough)
}

/// The smallest effect in 0..=`largest` with a power of at least `wanted`, to
/// `tolerance`.
pub(super) fn smallest_effect(
    largest: f64,
    tolerance: f64,
    wanted: f64,
    power: impl Fn(f64) -> Result<f64, PowerError>,
) -> Result<f64, PowerError> {
    // Effects are tried from small ones on, for the power of very large ones
    // may be out of reach.
    let (mut low, mut high) = (0.0, largest.min(0.25));
    loop {
        let found = power(high)?;
        if found >= wanted {
            break;
        }
        if high >= largest {
            return Err(PowerError::EffectOutOfReach { largest, power: found });
        }
        low = high;
        high = (2.0 * high).min(largest);
    }
    while high - low > tolerance * high {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if power(middle)? >= wanted {
            high = middle;
        } else {
            low = middle;
        }
    }
    Ok(high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ragged_power_is_searched_below_as_well() {
        // Enough at 5 and again from 7 on.
        let power = |n: u64| Ok(if n == 5 || n >= 7 { 0.9 } else { 0.1 });
        assert_eq!(first_size(1, 100, 0.8, Growth::Ragged, power), Ok(5));
        assert_eq!(first_size(1, 100, 0.8, Growth::Steady, power), Ok(7));
        assert_eq!(first_size(1, 6, 0.95, Growth::Steady, power), Err(PowerError::TooManyPairs { most: 6 }));
    }

    #[test]
    fn an_effect_that_is_never_enough_says_so() {
        assert!((smallest_effect(10.0, 1e-12, 0.5, |effect| Ok(effect / 10.0)).unwrap() - 5.0).abs() < 1e-10);
        let error = smallest_effect(1.0, 1e-12, 0.5, |effect| Ok(effect / 10.0)).unwrap_err();
        assert_eq!(error, PowerError::EffectOutOfReach { largest: 1.0, power: 0.1 });
    }
}
