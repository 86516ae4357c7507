//! The one-sided sign-flip test.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::two_groups::{PAIRED, Tails};
use crate::level::Alpha;
use crate::method::{Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};
use crate::sample::{SampleError, TIE_TOLERANCE, check};
use crate::stream::Stream;
use crate::summary::sum;

/// The largest number of differences whose sign flips are all counted,
/// whatever the caller's limits say.
pub const MOST_EXACT: usize = 40;

/// Until when all sign flips are counted, and how many are drawn beyond.
///
/// Exact counting takes microseconds at 20 differences, about a millisecond at
/// 28 and tens of milliseconds at 40. Every value is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Limits {
    /// The largest number of differences that is counted exactly; numbers
    /// above [`MOST_EXACT`] mean [`MOST_EXACT`].
    pub exact_up_to: usize,
    /// How many sign flips are drawn where they are not counted.
    pub draws: u32,
}

/// How a sign-flip p-value was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// All 2^n sign flips were counted.
    Exact,
    /// Random sign flips were drawn; the data as they are count as one more.
    MonteCarlo {
        /// How many were drawn.
        draws: u32,
    },
}

/// The result of a sign-flip test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SignFlip {
    /// The one-sided p-value.
    pub p_value: f64,
    /// How it was found.
    pub how: How,
    /// The smallest p-value that differences of these magnitudes could have
    /// given: above the level, the test could not have rejected.
    pub smallest_possible: f64,
}

/// Tests "the differences are symmetric about `null`" against "they tend to be
/// greater", by their sum under all flips of their signs.
///
/// `differences` are paired differences in the unit of the metric. Exact
/// whatever the distribution, if each difference is symmetric about `null`
/// under the hypothesis. It asks about symmetry: a skewed distribution with
/// mean `null` is not the hypothesis.
///
/// Sums within [`TIE_TOLERANCE`] of the sum of magnitudes count as equal, so
/// that ties (differences of accuracies on 360 items are multiples of 1/360)
/// count as ties in spite of rounding. A difference equal to `null` counts with
/// both signs.
///
/// Beyond `limits.exact_up_to` differences it draws `limits.draws` flips from
/// a copy of `stream`, and the p-value is (hits + 1) / (draws + 1).
///
/// # Errors
/// [`SampleError::TooFew`] without a difference, [`SampleError::NotFinite`],
/// [`SampleError::NullNotFinite`], [`SampleError::Overflow`].
///
/// # Source
/// Fisher 1935, "The Design of Experiments", section 21; counted by meeting in
/// the middle: Pagano and Tritchler 1983, "On Obtaining Permutation
/// Distributions in Polynomial Time", for the aim, Horowitz and Sahni 1974,
/// "Computing Partitions with Applications to the Knapsack Problem", for the
/// method. The added one: Phipson and Smyth 2010, "Permutation P-values Should
/// Never Be Zero".
pub fn p_greater(differences: &[f64], null: f64, limits: Limits, stream: &Stream) -> Result<SignFlip, SampleError> {
    Ok(test(&shifted(differences, null, 1.0)?, limits, stream))
}

/// Tests "the differences are symmetric about `null`" against "they tend to be
/// less".
///
/// The same as [`p_greater`] of the negated differences and null.
///
/// # Errors
/// Those of [`p_greater`].
pub fn p_less(differences: &[f64], null: f64, limits: Limits, stream: &Stream) -> Result<SignFlip, SampleError> {
    Ok(test(&shifted(differences, null, -1.0)?, limits, stream))
}

/// The smallest one-sided p-value that `n` differences can give: 2^-n.
#[must_use]
pub fn smallest_p(n: usize) -> f64 {
    libm::ldexp(1.0, -i32::try_from(n).unwrap_or(i32::MAX))
}

/// The smallest number of differences with which the test can reject at level
/// alpha.
#[must_use]
pub fn pairs_to_reach(alpha: Alpha) -> usize {
    let mut n = 1;
    while smallest_p(n) > alpha.get() {
        n += 1;
    }
    n
}

/// The differences less the null, oriented so that positive speaks against it.
fn shifted(differences: &[f64], null: f64, orientation: f64) -> Result<Vec<f64>, SampleError> {
    check(differences, 1)?;
    if !null.is_finite() {
        return Err(SampleError::NullNotFinite);
    }
    let shifted: Vec<f64> = differences.iter().map(|difference| orientation * (difference - null)).collect();
    let magnitude: f64 = shifted.iter().map(|value| value.abs()).sum();
    if magnitude.is_finite() { Ok(shifted) } else { Err(SampleError::Overflow) }
}

fn test(values: &[f64], limits: Limits, stream: &Stream) -> SignFlip {
    // Flipping a set of signs takes twice its sum from the observed sum. The
    // flipped sum is as large as the observed one where that is at most 0.
    let magnitudes: Vec<f64> = values.iter().map(|value| value.abs()).collect();
    let tolerance = TIE_TOLERANCE * sum(&magnitudes);
    if values.len() <= limits.exact_up_to.min(MOST_EXACT) {
        let hits = count_exactly(values, tolerance);
        let without_effect = magnitudes.iter().filter(|magnitude| **magnitude <= tolerance).count();
        let p_value = libm::ldexp(hits as f64, -(values.len() as i32));
        let smallest_possible = smallest_p(values.len() - without_effect).min(p_value);
        return SignFlip { p_value, how: How::Exact, smallest_possible };
    }
    let hits = count_draws(values, tolerance, limits.draws, &mut stream.clone());
    let all = f64::from(limits.draws) + 1.0;
    SignFlip {
        p_value: (f64::from(hits) + 1.0) / all,
        how: How::MonteCarlo { draws: limits.draws },
        smallest_possible: 1.0 / all,
    }
}

/// The number of subsets whose sum is at most `tolerance`.
fn count_exactly(values: &[f64], tolerance: f64) -> u64 {
    let (left, right) = values.split_at(values.len() / 2);
    let left = sorted_subset_sums(left);
    let right = sorted_subset_sums(right);
    // As the left sum grows, fewer of the right sums fit below the tolerance.
    let mut fitting = right.len();
    let mut hits = 0;
    for sum in &left {
        while fitting > 0 && sum + right[fitting - 1] > tolerance {
            fitting -= 1;
        }
        hits += fitting as u64;
    }
    hits
}

/// All 2^n subset sums in ascending order, by merging the sums without and
/// with each value.
fn sorted_subset_sums(values: &[f64]) -> Vec<f64> {
    let mut sums = Vec::with_capacity(1 << values.len());
    sums.push(0.0);
    let mut merged = Vec::with_capacity(1 << values.len());
    for value in values {
        merged.clear();
        let (mut without, mut with) = (0, 0);
        while without < sums.len() && with < sums.len() {
            let left = sums[without];
            let right = sums[with] + value;
            // Written without a branch, since which is smaller is a coin toss.
            let take_left = left <= right;
            merged.push(if take_left { left } else { right });
            without += usize::from(take_left);
            with += usize::from(!take_left);
        }
        merged.extend_from_slice(&sums[without..]);
        merged.extend(sums[with..].iter().map(|sum| sum + value));
        std::mem::swap(&mut sums, &mut merged);
    }
    sums
}

/// How many of the drawn subsets have a sum of at most `tolerance`.
fn count_draws(values: &[f64], tolerance: f64, draws: u32, stream: &mut Stream) -> u32 {
    // A table of 256 partial sums for each eight values, and eight tables,
    // padded with zeros, for each random word.
    let mut tables: Vec<[f64; 256]> = values.chunks(8).map(byte_sums).collect();
    tables.resize(tables.len().next_multiple_of(8), [0.0; 256]);
    let (words, _) = tables.as_chunks::<8>();
    let mut hits = 0;
    for _ in 0..draws {
        let mut sum = 0.0;
        for word in words {
            let bytes = stream.next_u64().to_le_bytes();
            let part = |index: usize| word[index][usize::from(bytes[index])];
            // A tree of additions has a third of the latency of a chain.
            sum += ((part(0) + part(1)) + (part(2) + part(3))) + ((part(4) + part(5)) + (part(6) + part(7)));
        }
        hits += u32::from(sum <= tolerance);
    }
    hits
}

/// The sums of the subsets of up to eight values, by the bits of a byte.
pub(super) fn byte_sums(values: &[f64]) -> [f64; 256] {
    let mut sums = [0.0; 256];
    for (byte, sum) in sums.iter_mut().enumerate() {
        for (bit, value) in values.iter().enumerate() {
            if byte >> bit & 1 == 1 {
                *sum += value;
            }
        }
    }
    sums
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "sign-flip",
    name: "Sign-flip test",
    question: "Could the sum of the paired differences come from chance signs alone?",
    null: Some("Each difference is symmetric about zero."),
    assumptions: &[
        "The pairs are independent of one another.",
        "Under the hypothesis each difference is as likely positive as negative, at every magnitude.",
    ],
    use_when: "Both sides met the same seeds, folds or items, and the differences are few or not normal.",
    avoid_when: "There are fewer than five pairs: the smallest one-sided p-value is 2^-n. Skewed differences of mean zero \
                 are not its hypothesis.",
    formula: "p = the share of all 2^n ways to sign the differences whose sum is at least the observed one.",
    sources: &[
        "Fisher 1935, \"The Design of Experiments\", section 21.",
        "Phipson and Smyth 2010, \"Permutation P-values Should Never Be Zero\", SAGMB 9, for the added one where flips are drawn.",
    ],
    disagreements: &["Packages that draw flips where this one counts all of them differ by the error of drawing."],
    columns: PAIRED,
    settings: &[Setting::RESAMPLES],
    example: Example {
        columns: &[
            (Role::Baseline, ExampleValues::Numbers(&[0.912, 0.905, 0.918, 0.909, 0.911])),
            (Role::Candidate, ExampleValues::Numbers(&[0.921, 0.917, 0.919, 0.920, 0.920])),
        ],
        settings: &[],
    },
    compute,
};

/// Counting takes about a millisecond up to here.
const USUALLY_EXACT: usize = 28;

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let differences = inputs.differences()?;
    let limits = Limits { exact_up_to: USUALLY_EXACT, draws: inputs.count("resamples", 100)? };
    let greater = p_greater(&differences, 0.0, limits, inputs.stream())?;
    let less = p_less(&differences, 0.0, limits, inputs.stream())?;
    let tails = Tails { greater: greater.p_value, less: less.p_value };
    let findings = tails.add_to(Findings::default()).with("smallest possible p-value", greater.smallest_possible);
    Ok(match greater.how {
        How::Exact => findings.with_note("All sign flips were counted."),
        How::MonteCarlo { draws } => findings.with_note(format!("{draws} random sign flips were drawn.")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXACT: Limits = Limits { exact_up_to: MOST_EXACT, draws: 0 };

    fn stream() -> Stream {
        Stream::named([5; 32], "sign flip")
    }

    fn check(differences: &[f64], null: f64, expected: f64) {
        let found = p_greater(differences, null, EXACT, &stream()).unwrap();
        assert_eq!(found.p_value, expected);
        assert_eq!(found.how, How::Exact);
    }

    #[test]
    fn five_wins_give_the_smallest_possible_p_value() {
        check(&[0.1, 0.2, 0.3, 0.4, 0.5], 0.0, 1.0 / 32.0);
        let found = p_greater(&[0.1, 0.2, 0.3, 0.4, 0.5], 0.0, EXACT, &stream()).unwrap();
        assert_eq!(found.smallest_possible, 1.0 / 32.0);
    }

    #[test]
    fn small_cases_are_counted_by_hand() {
        // Of the sums 3, 1, -1, -3 one is at least 3, and two are at least 1.
        check(&[1.0, 2.0], 0.0, 0.25);
        check(&[-1.0, 2.0], 0.0, 0.5);
        check(&[-1.0, -2.0], 0.0, 1.0);
        check(&[2.0, 3.0], 1.0, 0.25);
        check(&[7.0], 0.0, 0.5);
    }

    #[test]
    fn a_difference_equal_to_the_null_counts_with_both_signs() {
        check(&[0.0, 1.0], 0.0, 0.5);
        check(&[0.0, 0.0], 0.0, 1.0);
        let found = p_greater(&[0.0, 1.0, 2.0], 0.0, EXACT, &stream()).unwrap();
        assert_eq!(found.smallest_possible, 0.25);
    }

    #[test]
    fn ties_are_ties_in_spite_of_rounding() {
        // Multiples of 1/360 as differences of accuracies. In whole units
        // (1, 2, -3, 4): the subsets with a sum of at most 0 are {}, {-3},
        // {1,-3}, {2,-3}, {1,2,-3}: 5 of 16.
        let accuracy = |correct: u32| f64::from(correct) / 360.0;
        let differences = [
            accuracy(301) - accuracy(300),
            accuracy(333) - accuracy(331),
            accuracy(340) - accuracy(343),
            accuracy(329) - accuracy(325),
        ];
        check(&differences, 0.0, 5.0 / 16.0);
    }

    #[test]
    fn drawing_agrees_with_counting() {
        let mut stream = stream();
        let differences: Vec<f64> = (0..20).map(|_| 0.3 + stream.normal()).collect();
        let exact = p_greater(&differences, 0.0, EXACT, &stream).unwrap().p_value;
        let limits = Limits { exact_up_to: 0, draws: 100_000 };
        let drawn = p_greater(&differences, 0.0, limits, &stream).unwrap();
        assert_eq!(drawn.how, How::MonteCarlo { draws: 100_000 });
        // Binomial; five standard errors: chance of a false alarm below 1e-6.
        let standard_error = (exact * (1.0 - exact) / 1e5).sqrt();
        assert!((drawn.p_value - exact).abs() < 5.0 * standard_error + 1e-5, "{exact} {drawn:?}");
    }

    #[test]
    fn drawing_reaches_beyond_one_word_of_bits() {
        let differences = vec![1.0; 100];
        let limits = Limits { exact_up_to: 0, draws: 1_000 };
        let found = p_greater(&differences, 0.0, limits, &stream()).unwrap();
        assert_eq!(found.p_value, 1.0 / 1_001.0);
        assert_eq!(found.smallest_possible, 1.0 / 1_001.0);
        assert_eq!(p_less(&differences, 0.0, limits, &stream()).unwrap().p_value, 1.0);
    }

    #[test]
    fn the_smallest_p_value_halves_with_every_pair() {
        assert_eq!(smallest_p(5), 0.031_25);
        assert_eq!(pairs_to_reach(Alpha::new(0.05).unwrap()), 5);
        assert_eq!(pairs_to_reach(Alpha::new(0.025).unwrap()), 6);
        assert_eq!(pairs_to_reach(Alpha::new(0.5).unwrap()), 1);
    }

    #[test]
    fn wrong_arguments_are_named_errors() {
        let find = |differences: &[f64], null| p_greater(differences, null, EXACT, &stream()).unwrap_err();
        assert_eq!(find(&[], 0.0), SampleError::TooFew { needed: 1, got: 0 });
        assert_eq!(find(&[f64::NAN], 0.0), SampleError::NotFinite { index: 0 });
        assert_eq!(find(&[1.0], f64::NAN), SampleError::NullNotFinite);
        assert_eq!(find(&[f64::MAX, f64::MAX], 0.0), SampleError::Overflow);
    }
}
