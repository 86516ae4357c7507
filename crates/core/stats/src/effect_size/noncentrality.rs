use super::error::EffectSizeError;
use crate::bounds::Bounds;
use crate::distribution::{normal, stirling_error};
use crate::level::Alpha;
use crate::noncentral_t;

/// The largest statistic that has bounds; the noncentral t distribution is
/// computed somewhat beyond it.
const MOST: f64 = 2_000.0;

/// By which factor a standardised mean difference with `df` degrees of freedom
/// is multiplied to be unbiased; `df` is above 1.
///
/// # Source
/// Hedges 1981, "Distribution Theory for Glass's Estimator of Effect Size and
/// Related Estimators": Gamma(df / 2) over sqrt(df / 2)
/// Gamma((df - 1) / 2), not the approximation 1 - 3 / (4 df - 1).
#[must_use]
pub fn correction(df: f64) -> f64 {
    let (upper, lower) = (0.5 * df, 0.5 * (df - 1.0));
    let logarithm = stirling_error(upper) - stirling_error(lower) + upper * libm::log1p(0.5 / lower) - 0.5;
    // Gamma(upper) / Gamma(lower) by way of Gamma(z + 1) / z, over sqrt(upper).
    libm::exp(logarithm) * lower / upper
}

/// The noncentralities under which a statistic as large as `t`, or as small,
/// has a chance of `alpha`.
pub(super) fn bounds(t: f64, df: f64, alpha: Alpha) -> Result<Bounds, EffectSizeError> {
    if t.abs() > MOST {
        return Err(EffectSizeError::TooLarge { t });
    }
    // Mirrored, so that opposite statistics have opposite bounds to the bit.
    let upper = |t: f64| solve(t, df, alpha.get());
    Ok(Bounds { lower: -upper(-t)?, upper: upper(t)? })
}

/// The noncentrality under which a value of at most `t` has a chance of
/// `level`.
fn solve(t: f64, df: f64, level: f64) -> Result<f64, EffectSizeError> {
    // Falls with the noncentrality. The logarithm is nearly a parabola, on
    // which the secant converges fast.
    let miss = |noncentrality: f64| -> Result<f64, EffectSizeError> {
        let chance = noncentral_t::cdf(t, df, noncentrality)?;
        Ok(libm::log(chance.max(f64::MIN_POSITIVE)) - libm::log(level))
    };
    let spread = (1.0 + 0.5 * t * t / df).sqrt();
    let guess = t - normal::point(level) * spread;
    let mut width = 0.5 * spread;
    let (mut low, mut high) = (guess - width, guess + width);
    let (mut low_miss, mut high_miss) = (miss(low)?, miss(high)?);
    while low_miss < 0.0 {
        (high, high_miss) = (low, low_miss);
        width *= 2.0;
        low -= width;
        low_miss = miss(low)?;
    }
    while high_miss > 0.0 {
        (low, low_miss) = (high, high_miss);
        width *= 2.0;
        high += width;
        high_miss = miss(high)?;
    }
    // Regula falsi that halves the weight of an end that stays twice, so that
    // both ends close in (the Illinois method).
    let mut previous = f64::INFINITY;
    let mut stayed = None;
    for _ in 0..200 {
        let next = (low * high_miss - high * low_miss) / (high_miss - low_miss);
        if (next - previous).abs() <= 1e-13 * spread.max(next.abs()) {
            return Ok(next);
        }
        previous = next;
        let found = miss(next)?;
        let is_low = found > 0.0;
        let is_repeated = stayed == Some(is_low);
        if is_low {
            (low, low_miss) = (next, found);
            high_miss *= if is_repeated { 0.5 } else { 1.0 };
        } else {
            (high, high_miss) = (next, found);
            low_miss *= if is_repeated { 0.5 } else { 1.0 };
        }
        stayed = Some(is_low);
    }
    Ok(previous)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_correction_is_a_ratio_of_gamma_functions() {
        // df = 2: Gamma(1) / Gamma(1/2); df = 4: Gamma(2) / (sqrt(2) Gamma(3/2)).
        let root = std::f64::consts::PI.sqrt();
        assert!((correction(2.0) - 1.0 / root).abs() < 1e-14);
        assert!((correction(4.0) - 2.0_f64.sqrt() / root).abs() < 1e-14);
        // Its series 1 - 3 / 4 df - 7 / 32 df^2, but for terms in df^-3.
        assert!((correction(1e5) - (1.0 - 0.75e-5 - 7.0 / 32.0 * 1e-10)).abs() < 2e-14);
    }

    #[test]
    fn bounds_give_back_their_level() {
        for df in [1.0, 2.0, 4.0, 29.0, 500.0] {
            for t in [-40.0, -3.0, 0.0, 0.7, 12.0, 300.0] {
                for level in [1e-4, 0.025, 0.5] {
                    let found = bounds(t, df, Alpha::new(level).unwrap()).unwrap();
                    let chances =
                        [noncentral_t::sf(t, df, found.lower).unwrap(), noncentral_t::cdf(t, df, found.upper).unwrap()];
                    for chance in chances {
                        assert!((chance / level - 1.0).abs() < 1e-9, "{t} {df} {level}: {chance}");
                    }
                }
            }
        }
    }

    #[test]
    fn opposite_statistics_have_opposite_bounds() {
        let level = Alpha::new(0.05).unwrap();
        let (found, mirrored) = (bounds(1.7, 6.0, level).unwrap(), bounds(-1.7, 6.0, level).unwrap());
        assert_eq!((found.lower, found.upper), (-mirrored.upper, -mirrored.lower));
        assert!(matches!(bounds(1e6, 6.0, level), Err(EffectSizeError::TooLarge { .. })));
    }
}
