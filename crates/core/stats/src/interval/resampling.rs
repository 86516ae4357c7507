//! What the bootstrap methods share: the statistic, its resamples, and what
//! can go wrong.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::byte_draws::ByteDraws;
use super::index_blocks::{self, IndexBlocks};
use crate::bounds::Bounds;
use crate::level::Alpha;
use crate::method::{Inputs, MethodError, Setting};
use crate::sample::SampleError;
use crate::stream::Stream;
use crate::summary::{self, Adder, quantile_of_sorted};

/// A statistic that is bootstrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Statistic {
    /// The mean.
    Mean,
    /// The median, the mean of the two middle values where n is even.
    Median,
    /// The mean of the values that are left without floor(n / 4) at either
    /// end.
    InterquartileMean,
}

impl Statistic {
    /// Its name in a sentence.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Median => "median",
            Self::InterquartileMean => "interquartile mean",
        }
    }

    /// Its value in a sample of finite numbers in ascending order.
    ///
    /// # Errors
    /// [`SampleError::TooFew`] without a value, [`SampleError::NotFinite`],
    /// [`SampleError::Overflow`].
    pub fn of_sorted(self, sorted: &[f64]) -> Result<f64, SampleError> {
        crate::sample::check(sorted, 1)?;
        let (first, last) = self.span(sorted.len());
        summary::mean(&sorted[first..last])
    }

    /// The places in the sorted sample that it averages, last one excluded.
    pub(super) const fn span(self, n: usize) -> (usize, usize) {
        match self {
            Self::Mean => (0, n),
            Self::Median => ((n - 1) / 2, n / 2 + 1),
            Self::InterquartileMean => (n / 4, n - n / 4),
        }
    }
}

/// How often is resampled, from which random numbers, and at which one-sided
/// level of each bound.
#[derive(Debug, Clone, Copy)]
pub struct Resampling<'a> {
    /// The one-sided level of each bound.
    pub level: Alpha,
    /// How many samples are drawn.
    pub resamples: u32,
    /// Where random numbers come from; a copy of it is drawn from.
    pub stream: &'a Stream,
}

impl<'a> Resampling<'a> {
    /// As a method of the catalogue is told.
    pub(super) fn of(inputs: &Inputs<'a>) -> Result<Self, MethodError> {
        let level = inputs.level()?;
        Ok(Self { level, resamples: inputs.count("resamples", 100)?, stream: inputs.stream() })
    }
}

/// What a bootstrap found.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Bootstrap {
    /// The statistic of the sample itself.
    pub estimate: f64,
    /// Its bounds.
    pub bounds: Bounds,
    /// The standard deviation of the resampled statistics.
    pub standard_error: f64,
}

/// Which statistic a method of the catalogue bootstraps.
pub(super) const TRIM: Setting = Setting {
    name: "trim",
    about: "what is cut off at either end before averaging: 0 for the mean, 0.25 for the interquartile mean, 0.5 for the median",
    usual: None,
};

/// The statistic that a method of the catalogue is told.
pub(super) fn statistic(inputs: &Inputs<'_>) -> Result<Statistic, MethodError> {
    let value = inputs.setting("trim")?;
    if value == 0.0 {
        Ok(Statistic::Mean)
    } else if value == 0.25 {
        Ok(Statistic::InterquartileMean)
    } else if value == 0.5 {
        Ok(Statistic::Median)
    } else {
        Err(MethodError::SettingOutside { name: "trim", value, expected: "0, 0.25 or 0.5" })
    }
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
    /// The values are so skewed that the correction has no solution.
    #[error("the values are too skewed for the acceleration {acceleration}")]
    TooSkewed {
        /// The acceleration.
        acceleration: f64,
    },
    /// So many resamples have no spread that a bound lies at infinity.
    #[error("{without_spread} of {resamples} resamples have no spread, so that a bound is not finite")]
    Unbounded {
        /// How many have none.
        without_spread: usize,
        /// How many were drawn.
        resamples: usize,
    },
    /// There is not one label for each value.
    #[error("there are {labels} labels for {values} values")]
    Lengths {
        /// How many values there are.
        values: usize,
        /// How many labels there are.
        labels: usize,
    },
    /// There are too few clusters.
    #[error("{got} clusters are too few, at least {needed} are needed")]
    TooFewClusters {
        /// How many are needed.
        needed: usize,
        /// How many there are.
        got: usize,
    },
    /// A stratum holds one value, which resampling cannot vary.
    #[error("stratum number {index} (counted from 0, in the order of the labels) holds one value")]
    LoneStratum {
        /// Which one.
        index: usize,
    },
    /// A block is not shorter than the series.
    #[error("blocks of {length} do not fit a series of {n} values, which needs at least two of them")]
    BlockTooLong {
        /// The length of the block.
        length: usize,
        /// The length of the series.
        n: usize,
    },
    /// The table has so many holes that resamples are empty.
    #[error("{empty} of {resamples} resamples hold no value")]
    EmptyResamples {
        /// How many are empty.
        empty: usize,
        /// How many were drawn.
        resamples: usize,
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
            Self::Unbounded { .. } => "bootstrap-unbounded",
            Self::Lengths { .. } => "bootstrap-lengths",
            Self::TooFewClusters { .. } => "bootstrap-too-few-clusters",
            Self::LoneStratum { .. } => "bootstrap-lone-stratum",
            Self::BlockTooLong { .. } => "bootstrap-block-too-long",
            Self::EmptyResamples { .. } => "bootstrap-empty-resamples",
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Sample(error) => return error.hints(),
            Self::TooFewResamples { .. } => "draw more resamples",
            Self::TooSkewed { .. } => "add more pairs",
            Self::Unbounded { .. } => "add more values, or use the t interval of the mean",
            Self::Lengths { .. } => "give every value a label",
            Self::TooFewClusters { .. } => "add more clusters",
            Self::LoneStratum { .. } => "add a second value to the stratum",
            Self::BlockTooLong { .. } => "choose shorter blocks or lengthen the series",
            Self::EmptyResamples { .. } => "fill more cells of the table",
        };
        vec![hint.to_owned()]
    }
}

/// Statistics of `resamples` samples of whole `values`, drawn with
/// replacement; not sorted.
///
/// The values are in ascending order unless the statistic is the mean.
/// `centre` is taken from every value, so that nothing large cancels and plain
/// sums keep the digits that a bound needs.
pub(super) fn resample_unsorted(
    values: &[f64],
    centre: f64,
    statistic: Statistic,
    resampling: &Resampling<'_>,
) -> Vec<f64> {
    let n = values.len();
    let mut deviations: Vec<f64> = values.iter().map(|value| value - centre).collect();
    if statistic == Statistic::Mean && ByteDraws::suit(n) {
        let mut draws = ByteDraws::new(&deviations, resampling.stream);
        return (0..resampling.resamples).map(|_| draws.sum() / n as f64).collect();
    }
    if statistic == Statistic::Mean && n <= index_blocks::MOST {
        // What a rejected draw adds.
        deviations.push(0.0);
        let mut indices = IndexBlocks::below(n, resampling.stream);
        return (0..resampling.resamples).map(|_| resampled_mean(&deviations, &mut indices)).collect();
    }
    let mut stream = resampling.stream.clone();
    let mut indices = Indices::below(n, &mut stream);
    let mut counts = vec![0_u32; n];
    (0..resampling.resamples)
        .map(|_| {
            counts.fill(0);
            indices.draw(n, |index| counts[index] += 1);
            mean_of_span(&deviations, &counts, statistic.span(n))
        })
        .collect()
}

/// The mean of a resample of all deviations but the last, which is 0.
///
/// Plain sums: their error is at most (n / 8 + 3) roundings of the mean
/// magnitude, 515 at most, which is below 1e-11 standard errors.
fn resampled_mean(deviations: &[f64], indices: &mut IndexBlocks) -> f64 {
    let n = deviations.len() - 1;
    let mut sums = [0.0; 8];
    indices.draw(n, |part| sums = added(sums, deviations, part));
    let [a, b, c, d, e, f, g, h] = sums;
    (((a + b) + (c + d)) + ((e + f) + (g + h))) / n as f64
}

/// The sums with the values at these indices added in turn: eight, so that an
/// addition does not wait for the one before it, and by value, so that they
/// stay in registers.
fn added(mut sums: [f64; 8], values: &[f64], indices: &[u16]) -> [f64; 8] {
    let (rows, rest) = indices.as_chunks::<8>();
    for row in rows {
        for (sum, index) in sums.iter_mut().zip(row) {
            *sum += values[usize::from(*index)];
        }
    }
    for (sum, index) in sums.iter_mut().zip(rest) {
        *sum += values[usize::from(*index)];
    }
    sums
}

/// The mean of the places `first..last` of the sorted resample, in which value
/// i stands `counts[i]` times.
pub(super) fn mean_of_span(values: &[f64], counts: &[u32], (first, last): (usize, usize)) -> f64 {
    let (mut passed, mut index) = (0, 0);
    while passed + counts[index] as usize <= first {
        passed += counts[index] as usize;
        index += 1;
    }
    let size = last - first;
    let mut left = size;
    let part = (passed + counts[index] as usize - first).min(left);
    let mut sum = part as f64 * values[index];
    left -= part;
    while left > 0 {
        index += 1;
        let part = (counts[index] as usize).min(left);
        sum += part as f64 * values[index];
        left -= part;
    }
    sum / size as f64
}

/// The percentile bounds and standard error from resampled statistics, which
/// it sorts; they are deviations from `centre`.
pub(super) fn percentile(
    mut resampled: Vec<f64>,
    centre: f64,
    estimate: f64,
    level: Alpha,
) -> Result<Bootstrap, BootstrapError> {
    let resamples = resampled.len();
    let level = level.get();
    if level.min(1.0 - level) * (resamples as f64 + 1.0) < 1.0 {
        return Err(BootstrapError::TooFewResamples { resamples, level });
    }
    resampled.sort_unstable_by(f64::total_cmp);
    let standard_error = summary::standard_deviation(&resampled)?;
    let bounds = Bounds {
        lower: centre + quantile_of_sorted(&resampled, level),
        upper: centre + quantile_of_sorted(&resampled, 1.0 - level),
    };
    Ok(Bootstrap { estimate, bounds, standard_error })
}

/// The sum of numbers with its rounding error carried along.
pub(super) fn add_up(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut adder = Adder::new();
    for number in numbers {
        adder.add(number);
    }
    adder.total()
}

/// Uniform indices below `n`. Small ones are drawn from 16 random bits each:
/// random bits are what a bootstrap spends its time on.
///
/// # Source
/// Lemire 2019, "Fast Random Integer Generation in an Interval", with
/// rejection, so that every index is exactly as likely as the others.
pub(super) struct Indices<'a> {
    stream: &'a mut Stream,
    n: usize,
    word: u64,
    lanes_left: u32,
}

impl<'a> Indices<'a> {
    pub(super) fn below(n: usize, stream: &'a mut Stream) -> Self {
        Self { stream, n, word: 0, lanes_left: 0 }
    }

    /// Hands `count` indices to `take`, one after another.
    #[inline]
    pub(super) fn draw(&mut self, count: usize, mut take: impl FnMut(usize)) {
        let mut left = count;
        // Above, rejection would throw away too many draws.
        if self.n > 4096 {
            for _ in 0..count {
                take(self.stream.below(self.n as u64) as usize);
            }
            return;
        }
        const LANE: u32 = 1 << 16;
        let n = self.n as u32;
        let rejected = LANE % n;
        while left > 0 {
            if self.lanes_left == 0 {
                // Whole words at once, as long as none of their lanes is left over.
                let mut lanes = [0; 128];
                while left >= 4 {
                    let lanes = &mut lanes[..(left - left % 4).min(128)];
                    self.stream.fill_lanes(lanes);
                    for lane in lanes {
                        let product = u32::from(*lane) * n;
                        if product % LANE >= rejected {
                            take((product / LANE) as usize);
                            left -= 1;
                        }
                    }
                }
                if left == 0 {
                    return;
                }
                self.word = self.stream.next_u64();
                self.lanes_left = 4;
            }
            let product = self.word as u32 % LANE * n;
            self.word >>= 16;
            self.lanes_left -= 1;
            if product % LANE >= rejected {
                take((product / LANE) as usize);
                left -= 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_span_of_a_resample_is_that_of_the_sorted_list() {
        let values = [1.0, 2.0, 4.0, 8.0, 16.0];
        // The resample 1, 2, 2, 8, 8: without one at either end 2, 2, 8.
        assert_eq!(mean_of_span(&values, &[1, 2, 0, 2, 0], Statistic::InterquartileMean.span(5)), 4.0);
        assert_eq!(mean_of_span(&values, &[0, 0, 0, 0, 5], Statistic::InterquartileMean.span(5)), 16.0);
        assert_eq!(mean_of_span(&values[..4], &[1, 1, 1, 1], Statistic::Median.span(4)), 3.0);
        assert_eq!(mean_of_span(&values[..4], &[2, 0, 0, 2], Statistic::Median.span(4)), 4.5);
    }

    #[test]
    fn every_index_is_equally_likely() {
        let mut stream = Stream::named([1; 32], "indices");
        let mut indices = Indices::below(3_000, &mut stream);
        let mut counts = vec![0_u32; 3_000];
        for _ in 0..1_000 {
            indices.draw(3_000, |index| counts[index] += 1);
        }
        // Each count is binomial(3e6, 1/3000): sd 31.6; 7 sd, 3000 counts: chance below 8e-9.
        assert!(counts.iter().all(|count| count.abs_diff(1_000) < 222));
    }
}
