//! The Hodges-Lehmann estimate of a centre.

use super::ranks::{count_within, subset_sums};
use super::two_groups::PAIRED;
use super::wilcoxon_signed_rank::EXACT_UP_TO;
use crate::bounds::Bounds;
use crate::distribution::normal;
use crate::level::Alpha;
use crate::method::{Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};
use crate::sample::{SampleError, check};

/// Estimates the centre of symmetric differences by the median of their Walsh
/// averages (x_i + x_j) / 2 over i <= j.
///
/// Outliers hardly move it. For skewed differences it estimates the
/// pseudomedian, which is neither their mean nor their median. Time grows with
/// n log n.
///
/// # Errors
/// [`SampleError::TooFew`] without a difference, [`SampleError::NotFinite`].
///
/// # Source
/// Hodges and Lehmann 1963, "Estimates of Location Based on Rank Tests",
/// section 1 (with the pairs i = j).
pub fn estimate(differences: &[f64]) -> Result<f64, SampleError> {
    check(differences, 1)?;
    let averages = WalshAverages::of(differences);
    let middle = averages.len() / 2;
    let upper = averages.at(middle);
    if averages.len().is_multiple_of(2) { Ok(0.5 * averages.at(middle - 1) + 0.5 * upper) } else { Ok(upper) }
}

/// Bounds the centre of symmetric differences by inverting the signed-rank
/// test, each bound at level alpha; none where so few differences cannot reach
/// the level.
///
/// Errs at most as often as it says for continuous differences; ties make it
/// wider. Beyond 200 differences the normal approximation counts the averages.
///
/// # Errors
/// [`SampleError::TooFew`] without a difference, [`SampleError::NotFinite`].
///
/// # Source
/// Tukey 1949, "The Simplest Signed-Rank Tests"; Hollander, Wolfe and Chicken
/// 2014, "Nonparametric Statistical Methods", section 3.3.
pub fn bounds(differences: &[f64], alpha: Alpha) -> Result<Option<Bounds>, SampleError> {
    check(differences, 1)?;
    let n = differences.len();
    let left_out = if n <= EXACT_UP_TO {
        count_within(&subset_sums(&(1..=n).collect::<Vec<_>>()), alpha.get())
    } else {
        let n = n as f64;
        let deviation = (n * (n + 1.0) * (2.0 * n + 1.0) / 24.0).sqrt();
        // Half a rank of continuity, as in the test.
        (n * (n + 1.0) / 4.0 + normal::point(alpha.get()) * deviation + 0.5).floor() as usize
    };
    let Some(place) = left_out.checked_sub(1) else {
        return Ok(None);
    };
    let averages = WalshAverages::of(differences);
    Ok(Some(Bounds { lower: averages.at(place), upper: averages.at(averages.len() - 1 - place) }))
}

/// The averages of all pairs of values, each value with itself too, from the
/// lowest; they are counted and never written down.
struct WalshAverages {
    sorted: Vec<f64>,
}

impl WalshAverages {
    fn of(values: &[f64]) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        Self { sorted }
    }

    fn len(&self) -> usize {
        self.sorted.len() * (self.sorted.len() + 1) / 2
    }

    /// The average at `place`, counted from 0.
    ///
    /// Halves the range of numbers between the least and the greatest value,
    /// numbered in their order, until one is left: 64 counts at most.
    fn at(&self, place: usize) -> f64 {
        let (mut low, mut high) = (number_of(self.sorted[0]), number_of(self.sorted[self.sorted.len() - 1]));
        while low < high {
            let middle = low + (high - low) / 2;
            if self.count_up_to(with_number(middle)) > place {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        // Of the two zeros the positive one.
        with_number(low) + 0.0
    }

    /// How many averages are at most `limit`.
    fn count_up_to(&self, limit: f64) -> usize {
        let mut partners = self.sorted.len();
        let mut count = 0;
        for (index, first) in self.sorted.iter().enumerate() {
            // As one side of a pair grows, the other cannot.
            while partners > index && 0.5 * first + 0.5 * self.sorted[partners - 1] > limit {
                partners -= 1;
            }
            if partners <= index {
                break;
            }
            count += partners - index;
        }
        count
    }
}

const SIGN: u64 = 1 << 63;

/// The place of a number among all that are not NaN, in their order.
fn number_of(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

fn with_number(number: u64) -> f64 {
    f64::from_bits(if number & SIGN == 0 { !number } else { number ^ SIGN })
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "hodges-lehmann",
    name: "Hodges-Lehmann estimate of paired differences",
    question: "Where is the centre of the paired differences, if outliers shall not move it?",
    null: None,
    assumptions: &["The pairs are independent of one another.", "The differences are symmetric about their centre."],
    use_when: "An estimate with an interval is wanted that goes with the signed-rank test.",
    avoid_when: "The differences are skewed: it then estimates neither their mean nor their median. With few pairs, such as \
                 five at level 0.025, there is no interval.",
    formula: "The median of (d_i + d_j) / 2 over i <= j; the bounds are ordered averages chosen by the signed-rank distribution.",
    sources: &[
        "Hodges and Lehmann 1963, \"Estimates of Location Based on Rank Tests\", section 1.",
        "Hollander, Wolfe and Chicken 2014, \"Nonparametric Statistical Methods\", section 3.3, for the bounds.",
    ],
    disagreements: &[],
    columns: PAIRED,
    settings: &[Setting::LEVEL],
    example: Example {
        columns: &[
            (Role::Baseline, ExampleValues::Numbers(&[0.912, 0.905, 0.918, 0.909, 0.911, 0.910])),
            (Role::Candidate, ExampleValues::Numbers(&[0.921, 0.917, 0.919, 0.920, 0.920, 0.916])),
        ],
        settings: &[("level", 0.025)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let differences = inputs.differences()?;
    let level = inputs.level()?;
    let centre = estimate(&differences)?;
    Ok(match bounds(&differences, level)? {
        Some(bounds) => Findings::default().with_bounds("centre of the differences", centre, bounds),
        None => Findings::default()
            .with("centre of the differences", centre)
            .with_note("There are too few pairs for bounds at this level."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_cases_are_counted_by_hand() {
        // Walsh averages of 1, 2, 9: 1, 1.5, 5, 2, 5.5, 9; median 3.5.
        assert_eq!(estimate(&[9.0, 1.0, 2.0]), Ok(3.5));
        assert_eq!(estimate(&[4.0]), Ok(4.0));
        // 1, 3, 2: an odd number of averages.
        assert_eq!(estimate(&[1.0, 3.0]), Ok(2.0));
    }

    #[test]
    fn averages_are_found_as_if_they_were_written_down() {
        let mut stream = crate::Stream::named([3; 32], "walsh");
        for n in [1, 2, 3, 7, 20, 61] {
            // Ties, zeros, both signs, and far apart sizes.
            let values: Vec<f64> = (0..n)
                .map(|index| match index % 4 {
                    0 => stream.normal(),
                    1 => stream.below(5) as f64 - 2.0,
                    2 => stream.normal() * 1e-300,
                    _ => stream.normal() * 1e200,
                })
                .collect();
            let mut all = Vec::new();
            for (index, first) in values.iter().enumerate() {
                all.extend(values[index..].iter().map(|second| 0.5 * first + 0.5 * second + 0.0));
            }
            all.sort_unstable_by(f64::total_cmp);
            let averages = WalshAverages::of(&values);
            assert_eq!(averages.len(), all.len());
            for (place, expected) in all.iter().enumerate() {
                assert_eq!(averages.at(place).to_bits(), expected.to_bits(), "{n}, {place}");
            }
        }
    }

    #[test]
    fn half_a_million_differences_take_no_more_than_their_own_room() {
        let differences: Vec<f64> = (0..500_001).map(|index| f64::from(index) - 250_000.0).collect();
        assert_eq!(estimate(&differences), Ok(0.0));
    }

    #[test]
    fn the_bounds_leave_out_what_the_signed_rank_distribution_allows() {
        // n = 5: P(T <= 0) = 1/32, P(T <= 1) = 2/32; none at 0.025, the
        // extremes at 0.05, the second averages at 0.0625.
        let find = |level| bounds(&[1.0, 2.0, 4.0, 8.0, 16.0], Alpha::new(level).unwrap()).unwrap();
        assert_eq!(find(0.025), None);
        assert_eq!(find(0.05), Some(Bounds { lower: 1.0, upper: 16.0 }));
        assert_eq!(find(0.0625), Some(Bounds { lower: 1.5, upper: 12.0 }));
    }

    #[test]
    fn what_is_not_estimable_is_an_error() {
        assert_eq!(estimate(&[]), Err(SampleError::TooFew { needed: 1, got: 0 }));
        assert_eq!(estimate(&[f64::INFINITY]), Err(SampleError::NotFinite { index: 0 }));
    }
}
