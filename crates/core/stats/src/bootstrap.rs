//! Bootstrap bounds on a mean.

use thiserror::Error;

use crate::bounds::Bounds;
use crate::distribution::normal;
use crate::level::Alpha;
use crate::sample::{SampleError, check, check_spread};
use crate::stream::Stream;
use crate::summary::{self, Adder, quantile_of_sorted};

/// Bootstraps a lower and an upper bound on the mean difference, corrected for
/// bias and skewness.
///
/// `differences` are paired differences in the unit of the metric, which are
/// the bounds' unit too. Each bound is one-sided at level `alpha`. Below about
/// twenty differences the bounds are too tight.
///
/// Draws `resamples` samples from a copy of `stream`.
///
/// # Errors
/// [`BootstrapError::Sample`] with [`SampleError::TooFew`] below two
/// differences, [`SampleError::NotFinite`], [`SampleError::NoSpread`] or
/// [`SampleError::Overflow`]; [`BootstrapError::TooFewResamples`] where a
/// bound would lie beyond the outermost resample.
///
/// # Source
/// Efron 1987, "Better Bootstrap Confidence Intervals", equation 2.3 for the
/// levels and 6.6 for the acceleration, by the jackknife. A resample equal to
/// the mean counts half in the bias, and quantiles are of type 7, as in SciPy.
pub fn bca_mean(differences: &[f64], alpha: Alpha, resamples: u32, stream: &Stream) -> Result<Bounds, BootstrapError> {
    check(differences, 2)?;
    check_spread(differences)?;
    let mean = summary::mean(differences)?;
    let deviations: Vec<f64> = differences.iter().map(|difference| difference - mean).collect();
    let mut means = resample_means(&deviations, resamples, &mut stream.clone());
    means.sort_unstable_by(f64::total_cmp);
    let acceleration = jackknife_acceleration(&deviations)?;
    let bounds = corrected(&means, acceleration, alpha)?;
    Ok(Bounds { lower: mean + bounds.lower, upper: mean + bounds.upper })
}

/// Why there are no bootstrap bounds.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum BootstrapError {
    /// The sample allows none.
    #[error("the sample allows no bootstrap")]
    Sample(#[from] SampleError),
    /// A bound would lie beyond the outermost resample.
    #[error("{resamples} resamples are too few for a bound at the corrected level {level}")]
    TooFewResamples {
        /// How many were drawn.
        resamples: usize,
        /// The level of the bound after correction, nearer to 0 or 1 than the
        /// resamples reach.
        level: f64,
    },
    /// The differences are so skewed that the correction has no solution.
    #[error("the differences are too skewed for the acceleration {acceleration}")]
    TooSkewed {
        /// The acceleration.
        acceleration: f64,
    },
}

impl BootstrapError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Sample(error) => error.code(),
            Self::TooFewResamples { .. } => "bootstrap-too-few-resamples",
            Self::TooSkewed { .. } => "bootstrap-too-skewed",
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::Sample(error) => error.hints(),
            Self::TooFewResamples { .. } => vec!["draw more resamples".to_owned()],
            Self::TooSkewed { .. } => vec!["add more pairs".to_owned()],
        }
    }
}

/// The means of `resamples` samples drawn with replacement.
fn resample_means(deviations: &[f64], resamples: u32, stream: &mut Stream) -> Vec<f64> {
    let n = deviations.len();
    let mut indices = Indices::below(n, stream);
    // Deviations from the mean are summed, so that nothing large cancels and a
    // plain sum keeps the digits that a bound needs.
    (0..resamples)
        .map(|_| {
            let mut sum = 0.0;
            for _ in 0..n {
                sum += deviations[indices.next()];
            }
            sum / n as f64
        })
        .collect()
}

/// Uniform indices below `n`. Small ones are drawn from 16 random bits each:
/// random bits are what a bootstrap spends its time on.
///
/// # Source
/// Lemire 2019, "Fast Random Integer Generation in an Interval", with
/// rejection, so that every index is exactly as likely as the others.
struct Indices<'a> {
    stream: &'a mut Stream,
    n: usize,
    word: u64,
    lanes_left: u32,
}

impl<'a> Indices<'a> {
    fn below(n: usize, stream: &'a mut Stream) -> Self {
        Self { stream, n, word: 0, lanes_left: 0 }
    }

    #[inline]
    fn next(&mut self) -> usize {
        const LANE: u32 = 1 << 16;
        // Above, rejection would throw away too many draws.
        if self.n > 4096 {
            return self.stream.below(self.n as u64) as usize;
        }
        let n = self.n as u32;
        loop {
            if self.lanes_left == 0 {
                self.word = self.stream.next_u64();
                self.lanes_left = 4;
            }
            let product = (self.word as u32 & (LANE - 1)) * n;
            self.word >>= 16;
            self.lanes_left -= 1;
            if product % LANE >= LANE % n {
                return (product / LANE) as usize;
            }
        }
    }
}

/// The acceleration from the means without one difference each.
fn jackknife_acceleration(deviations: &[f64]) -> Result<f64, SampleError> {
    // The mean without difference i lies d_i / (n - 1) below the whole mean,
    // and the factor falls out of the ratio.
    let mut squares = Adder::new();
    let mut cubes = Adder::new();
    for deviation in deviations {
        squares.add(deviation * deviation);
        cubes.add(deviation * deviation * deviation);
    }
    let squares = squares.total();
    let acceleration = cubes.total() / (6.0 * squares * squares.sqrt());
    if acceleration.is_finite() { Ok(acceleration) } else { Err(SampleError::Overflow) }
}

/// The corrected bounds from sorted means of deviations from the mean.
fn corrected(sorted_means: &[f64], acceleration: f64, alpha: Alpha) -> Result<Bounds, BootstrapError> {
    let resamples = sorted_means.len();
    let below = sorted_means.partition_point(|mean| *mean < 0.0);
    let not_above = sorted_means.partition_point(|mean| *mean <= 0.0);
    let share = (below + not_above) as f64 / (2.0 * resamples as f64);
    if !(share > 0.0 && share < 1.0) {
        return Err(BootstrapError::TooFewResamples { resamples, level: alpha.get() });
    }
    let bias = normal::point(share);
    let bound = |z: f64| {
        let shifted = bias + z;
        let divisor = 1.0 - acceleration * shifted;
        if divisor <= 0.0 {
            return Err(BootstrapError::TooSkewed { acceleration });
        }
        let level = normal::lower_tail(bias + shifted / divisor);
        if level.min(1.0 - level) * (resamples as f64 + 1.0) < 1.0 {
            return Err(BootstrapError::TooFewResamples { resamples, level });
        }
        Ok(quantile_of_sorted(sorted_means, level))
    };
    let z = normal::point(alpha.get());
    Ok(Bounds { lower: bound(z)?, upper: bound(-z)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFERENCE: &str = include_str!("../tests/reference/paired.json");

    fn numbers(value: &serde_json::Value) -> Vec<f64> {
        value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
    }

    fn stream() -> Stream {
        Stream::named([6; 32], "bootstrap")
    }

    fn alpha(level: f64) -> Alpha {
        Alpha::new(level).unwrap()
    }

    #[test]
    fn the_correction_is_scipy_s_for_the_same_resamples() {
        let reference: serde_json::Value = serde_json::from_str(REFERENCE).unwrap();
        let mut checked = 0;
        for case in reference["bca"].as_array().unwrap() {
            let differences = numbers(&case["differences"]);
            let mean = summary::mean(&differences).unwrap();
            let deviations: Vec<f64> = differences.iter().map(|difference| difference - mean).collect();
            let mut means: Vec<f64> = numbers(&case["means"]).iter().map(|value| value - mean).collect();
            means.sort_unstable_by(f64::total_cmp);
            let acceleration = jackknife_acceleration(&deviations).unwrap();
            for bounds in case["bounds"].as_array().unwrap() {
                let found = corrected(&means, acceleration, alpha(bounds["alpha"].as_f64().unwrap())).unwrap();
                assert!((mean + found.lower - bounds["lower"].as_f64().unwrap()).abs() < 1e-12);
                assert!((mean + found.upper - bounds["upper"].as_f64().unwrap()).abs() < 1e-12);
                checked += 1;
            }
        }
        assert_eq!(checked, 4);
    }

    #[test]
    fn the_bounds_come_near_scipy_s_with_a_million_resamples() {
        let reference: serde_json::Value = serde_json::from_str(REFERENCE).unwrap();
        for case in reference["bca_large"].as_array().unwrap() {
            let differences = numbers(&case["differences"]);
            let found = bca_mean(&differences, alpha(0.05), 400_000, &stream()).unwrap();
            let unit = summary::standard_deviation(&differences).unwrap() / (differences.len() as f64).sqrt();
            // The Monte Carlo error of a 5 % point is sqrt(.05 * .95 / B) over a density of
            // about 0.1 per standard error: 0.004 standard errors; doubled for the bias
            // correction. Six of them: chance of a false alarm below 1e-8.
            assert!((found.lower - case["lower"].as_f64().unwrap()).abs() < 0.05 * unit, "{found:?} {case}");
            assert!((found.upper - case["upper"].as_f64().unwrap()).abs() < 0.05 * unit, "{found:?} {case}");
        }
    }

    #[test]
    fn the_same_stream_gives_the_same_bits() {
        let draw = || bca_mean(&[0.1, 0.5, -0.2, 0.4], alpha(0.05), 1_000, &stream()).unwrap();
        assert_eq!(draw(), draw());
    }

    #[test]
    fn what_is_not_estimable_is_a_named_error() {
        let find =
            |differences: &[f64], resamples| bca_mean(differences, alpha(0.001), resamples, &stream()).unwrap_err();
        assert_eq!(find(&[1.0], 1_000), BootstrapError::Sample(SampleError::TooFew { needed: 2, got: 1 }));
        assert_eq!(find(&[1.0, 1.0], 1_000), BootstrapError::Sample(SampleError::NoSpread { constant: 1.0 }));
        assert!(matches!(find(&[1.0, 2.0, 3.0, 5.0], 100), BootstrapError::TooFewResamples { .. }));
        assert!(matches!(find(&[1.0, 2.0], 0), BootstrapError::TooFewResamples { resamples: 0, .. }));
    }
}
