//! Almost stochastic order of two independent groups.

use super::error::DominanceError;
use crate::compare::two_groups::{TwoGroups, UNPAIRED};
use crate::distribution::normal;
use crate::level::Alpha;
use crate::method::{Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};
use crate::sample::{SampleError, TIE_TOLERANCE, check};
use crate::stream::Stream;

/// How many resamples one substream draws.
pub const CHUNK: u32 = 1_000;

/// How far the candidate's distribution is from lying wholly above the
/// baseline's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AlmostOrder {
    violation: f64,
    deviation: f64,
}

/// Measures how much of the squared distance between the quantiles of two
/// groups lies where the baseline is above, and resamples both groups for the
/// spread of that share.
///
/// 0 says that the candidate lies above at every quantile, 1 that it lies
/// below, 1/2 that neither side prevails. Only the ratios of differences
/// between scores matter. The quantiles are those of the samples, integrated
/// exactly; values within [`TIE_TOLERANCE`] of the largest magnitude are equal.
///
/// Draws `resamples` samples in chunks of [`CHUNK`]; chunk i comes from
/// substream i. A resample whose two groups are equal counts as 1/2.
///
/// # Errors
/// [`DominanceError::Identical`]; as [`DominanceError::Sample`],
/// [`SampleError::TooFew`] below two values in a group or without a resample,
/// and [`SampleError::NotFinite`].
///
/// # Source
/// Del Barrio, Cuesta-Albertos and Matran 2018, "An Optimal Transportation
/// Approach for Assessing Almost Stochastic Order"; Dror,
/// Shlomov and Reichart 2019, "Deep Dominance - How to Properly Compare Deep
/// Neural Models".
pub fn test(
    baseline: &[f64],
    candidate: &[f64],
    resamples: u32,
    stream: &Stream,
) -> Result<AlmostOrder, DominanceError> {
    let mut plan = Plan::new(baseline, candidate)?;
    let violation = plan.ratio().ok_or(DominanceError::Identical)?;
    if resamples == 0 {
        return Err(SampleError::TooFew { needed: 1, got: 0 }.into());
    }
    let mut ratios = Vec::new();
    for chunk in 0..resamples.div_ceil(CHUNK) {
        let size = CHUNK.min(resamples - chunk * CHUNK);
        plan.resample(size, &mut stream.substream(u64::from(chunk)), &mut ratios);
    }
    let n = ratios.len() as f64;
    let mean = ratios.iter().sum::<f64>() / n;
    let square = ratios.iter().map(|ratio| (ratio - mean) * (ratio - mean)).sum::<f64>() / n;
    Ok(AlmostOrder { violation, deviation: square.sqrt() })
}

/// The ratios of chunk number `chunk` of `resamples` resamples, unsorted, so
/// that chunks may run on any threads.
///
/// # Errors
/// Those of [`test()`], but for equal groups.
pub fn resample_unsorted(
    baseline: &[f64],
    candidate: &[f64],
    (resamples, chunk): (u32, u64),
    stream: &Stream,
) -> Result<Vec<f64>, DominanceError> {
    let mut ratios = Vec::new();
    Plan::new(baseline, candidate)?.resample(resamples, &mut stream.substream(chunk), &mut ratios);
    Ok(ratios)
}

impl AlmostOrder {
    /// The share of the squared distance that speaks against the candidate.
    #[must_use]
    pub fn violation(&self) -> f64 {
        self.violation
    }

    /// The standard deviation of the resampled shares.
    #[must_use]
    pub fn deviation(&self) -> f64 {
        self.deviation
    }

    /// The smallest epsilon for which "the candidate violates the order by at
    /// least epsilon" is rejected at level alpha: the upper bound on the share,
    /// cut at 0 and 1. No p-value.
    #[must_use]
    pub fn epsilon(&self, alpha: Alpha) -> f64 {
        (self.violation - normal::point(alpha.get()) * self.deviation).clamp(0.0, 1.0)
    }

    /// The same with the sides exchanged.
    #[must_use]
    pub fn reversed(&self) -> Self {
        Self { violation: 1.0 - self.violation, deviation: self.deviation }
    }
}

/// A group: its values from the lowest, and how often each was drawn.
struct Side {
    sorted: Vec<f64>,
    counts: Vec<u64>,
}

impl Side {
    fn draw(&mut self, stream: &mut Stream) {
        self.counts.fill(0);
        for _ in 0..self.sorted.len() {
            self.counts[stream.below(self.sorted.len() as u64) as usize] += 1;
        }
    }

    /// The values that were drawn with the width of their step of the quantile
    /// function, in units of which the function is `unit` times the draws wide.
    fn steps(&self, unit: u64) -> impl Iterator<Item = (f64, u64)> {
        self.sorted
            .iter()
            .zip(&self.counts)
            .filter(|(_, count)| **count > 0)
            .map(move |(value, count)| (*value, count * unit))
    }
}

struct Plan {
    baseline: Side,
    candidate: Side,
    /// What counts as no difference.
    slack: f64,
}

impl Plan {
    fn new(baseline: &[f64], candidate: &[f64]) -> Result<Self, DominanceError> {
        check(baseline, 2)?;
        check(candidate, 2)?;
        let all = || baseline.iter().chain(candidate).copied();
        let largest = all().fold(0.0_f64, |largest, value| largest.max(value.abs()));
        // Halves, so that the difference of huge values stays finite.
        let (lowest, highest) =
            all().fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
        let range = 0.5 * highest - 0.5 * lowest;
        if range <= TIE_TOLERANCE * largest {
            return Err(DominanceError::Identical);
        }
        let side = |values: &[f64]| {
            let mut sorted: Vec<f64> = values.iter().map(|value| (0.5 * value - 0.5 * lowest) / range).collect();
            sorted.sort_unstable_by(f64::total_cmp);
            Side { counts: vec![1; sorted.len()], sorted }
        };
        Ok(Self { baseline: side(baseline), candidate: side(candidate), slack: TIE_TOLERANCE * largest / range })
    }

    fn resample(&mut self, resamples: u32, stream: &mut Stream, ratios: &mut Vec<f64>) {
        for _ in 0..resamples {
            self.baseline.draw(stream);
            self.candidate.draw(stream);
            ratios.push(self.ratio().unwrap_or(0.5));
        }
    }

    /// The share of the squared distance of the quantile functions that lies
    /// where the baseline is above; none where there is no distance.
    fn ratio(&self) -> Option<f64> {
        let mut baseline = self.baseline.steps(self.candidate.sorted.len() as u64);
        let mut candidate = self.candidate.steps(self.baseline.sorted.len() as u64);
        let (mut first, mut second) = (baseline.next(), candidate.next());
        let (mut all, mut violated) = (0.0, 0.0);
        while let (Some((low, low_width)), Some((high, high_width))) = (first, second) {
            let width = low_width.min(high_width);
            let difference = low - high;
            let square = difference * difference * width as f64;
            if difference > self.slack {
                violated += square;
                all += square;
            } else if difference < -self.slack {
                all += square;
            }
            first = if low_width > width { Some((low, low_width - width)) } else { baseline.next() };
            second = if high_width > width { Some((high, high_width - width)) } else { candidate.next() };
        }
        (all > 0.0).then(|| violated / all)
    }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "almost-stochastic-order",
    name: "Almost stochastic order",
    question: "Does the candidate lie above the baseline at nearly every quantile?",
    null: Some("The candidate violates the order by at least epsilon."),
    assumptions: &[
        "The scores are independent within and between the groups.",
        "The groups are large enough for the resampled share to be about normal, which at a share near 0 it never is.",
    ],
    use_when: "Whole distributions over seeds are compared, twenty or more of each, and not their means.",
    avoid_when: "An error rate must be kept. Epsilon is no p-value, and below 0.5 is no rejection at 5 %: at level 0.05 it falls below 0.5 in 16 to 23 % of cases \
                 where nothing differs, at every n from 3 to 30, and below 0.2 in 8 to 9 % at n = 3, 4 to 6 % at 5, 3 to 5 % at 10 and 2 to 4 % at 30.",
    formula: "v = the integral of (B - C)^2 where B > C over that of (B - C)^2, B and C the quantile functions; \
              epsilon = v + z sd(v*), v* from resampled groups, z the normal quantile at 1 - level.",
    sources: &[
        "Del Barrio, Cuesta-Albertos and Matran 2018, \"An Optimal Transportation Approach for Assessing Almost Stochastic Order\".",
        "Dror, Shlomov and Reichart 2019, \"Deep Dominance - How to Properly Compare Deep Neural Models\", ACL.",
        "Ulmer, Hardmeier and Frellsen 2022, \"deep-significance: Easy and Meaningful Statistical Significance Testing in the Age of Neural Networks\", for the variant.",
    ],
    disagreements: &[
        "deepsig 1.2.8 sums the quantiles at 199 points and leaves the lowest out of the violation: for 200 pairs of normal samples of 50 the share differs by 0.010 at the median and by up to 0.16 \
         from the exact integral, for samples of 10 by 0.003 and up to 0.03.",
        "deepsig takes groups with equal quantiles for a violation of one half; here that is an error.",
    ],
    columns: UNPAIRED,
    settings: &[Setting::LEVEL, Setting::RESAMPLES],
    example: Example {
        columns: &[
            (Role::Value, ExampleValues::Numbers(&[0.912, 0.905, 0.918, 0.909, 0.921, 0.917, 0.914, 0.920])),
            (Role::Method, ExampleValues::Labels(&["old", "old", "old", "old", "new", "new", "new", "new"])),
        ],
        settings: &[("level", 0.05)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let groups = TwoGroups::read(inputs)?;
    let (level, resamples) = (inputs.level()?, inputs.count("resamples", 100)?);
    let found = test(&groups.baseline, &groups.candidate, resamples, inputs.stream())?;
    Ok(groups
        .findings()
        .with("epsilon, candidate above", found.epsilon(level))
        .with("epsilon, baseline above", found.reversed().epsilon(level))
        .with("violation of candidate above", found.violation())
        .with("standard deviation of resampled violations", found.deviation())
        .with_note("Epsilon is an upper bound on the violation, no p-value: equal distributions often stay below 0.5 in small groups."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream() -> Stream {
        Stream::named([9; 32], "almost-stochastic-order")
    }

    fn violation(baseline: &[f64], candidate: &[f64]) -> f64 {
        test(baseline, candidate, 1, &stream()).unwrap().violation()
    }

    #[test]
    fn small_cases_are_computed_by_hand() {
        assert_eq!(violation(&[1.0, 2.0], &[3.0, 2.5]), 0.0);
        assert_eq!(violation(&[3.0, 2.5], &[1.0, 2.0]), 1.0);
        // Quantiles 0, 3 and 1, 2: once the one, once the other, by 1.
        assert!((violation(&[0.0, 3.0], &[1.0, 2.0]) - 0.5).abs() < 1e-15);
        // Quantiles 0, 0, 0, 3, 3, 3 and 1, 1, 2, 2, 2.5, 2.5: squares 1, 1, 4
        // for the candidate, 1, 1/4, 1/4 against it.
        assert!((violation(&[0.0, 3.0], &[1.0, 2.0, 2.5]) - 1.5 / 7.5).abs() < 1e-15);
    }

    #[test]
    fn equal_groups_are_an_error_and_rounding_is_no_difference() {
        assert_eq!(test(&[1.0, 2.0], &[2.0, 1.0], 10, &stream()), Err(DominanceError::Identical));
        assert_eq!(test(&[1.0, 1.0], &[1.0, 1.0], 10, &stream()), Err(DominanceError::Identical));
        assert_eq!(test(&[0.1 + 0.2, 1.0], &[0.3, 1.0], 10, &stream()), Err(DominanceError::Identical));
        assert_eq!(violation(&[0.1 + 0.2, 1.0], &[0.3, 2.0]), 0.0);
        assert_eq!(test(&[1.0], &[1.0, 2.0], 10, &stream()).unwrap_err().code(), "sample-too-few");
        assert_eq!(test(&[1.0, 2.0], &[1.0, 3.0], 0, &stream()).unwrap_err().code(), "sample-too-few");
    }

    #[test]
    fn epsilon_is_the_upper_bound_cut_at_its_range() {
        let found = test(&[1.0, 2.0, 3.0], &[1.5, 2.5, 2.75], 2_000, &stream()).unwrap();
        let level = Alpha::new(0.05).unwrap();
        let expected = found.violation() + 1.644_853_626_951_472_2 * found.deviation();
        assert!((found.epsilon(level) - expected).abs() < 1e-14);
        assert_eq!(found.reversed().epsilon(level), 1.0);
        assert!(found.epsilon(Alpha::new(0.01).unwrap()) > found.epsilon(level));
    }

    #[test]
    fn chunks_are_the_resamples_of_the_whole() {
        let (baseline, candidate) = ([1.0, 2.0, 3.0], [1.5, 2.5, 2.75]);
        let chunk = |size, index| resample_unsorted(&baseline, &candidate, (size, index), &stream()).unwrap();
        let ratios = [chunk(1_000, 0), chunk(200, 1)].concat();
        let mean = ratios.iter().sum::<f64>() / 1_200.0;
        let square = ratios.iter().map(|ratio| (ratio - mean) * (ratio - mean)).sum::<f64>() / 1_200.0;
        let whole = test(&baseline, &candidate, 1_200, &stream()).unwrap();
        assert_eq!(whole.deviation(), square.sqrt());
    }
}
