//! The permutation test of two independent groups.

use super::error::CompareError;
use super::sign_flip::How;
use super::two_groups::{Tails, TwoGroups, UNPAIRED};
use crate::method::{Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};
use crate::sample::{SampleError, TIE_TOLERANCE, check, check_spread};
use crate::stream::Stream;
use crate::summary::{mean, sum};

/// The most partial sums that are held to count all splits exactly: enough for
/// two groups of 16, which take a few milliseconds.
pub const MOST_SUMS: u64 = 1 << 16;

/// The result of a permutation test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Permutation {
    /// The candidate's mean less the baseline's.
    pub difference: f64,
    /// The one-sided p-values.
    pub tails: Tails,
    /// How they were found; `Exact` means that all splits were counted.
    pub how: How,
}

/// Tests "both groups come from one distribution" by the difference of means
/// over all ways to split the values into groups of these sizes.
///
/// Exact whatever the distribution, if the groups are alike under the
/// hypothesis. It asks whether they are alike: groups of equal mean and unequal
/// spread are not the hypothesis.
///
/// Differences within [`TIE_TOLERANCE`] of the sum of magnitudes count as
/// equal. Where all splits need more than [`MOST_SUMS`] partial sums, it draws
/// `draws` splits from a copy of `stream`, and each p-value is
/// (hits + 1) / (draws + 1).
///
/// # Errors
/// [`SampleError::TooFew`] without a value in a group,
/// [`SampleError::NotFinite`], [`SampleError::Overflow`], all as
/// [`CompareError::Sample`].
///
/// # Source
/// Pitman 1937, "Significance Tests Which May be Applied to Samples from Any
/// Populations"; counted by meeting in the middle, with the sums of each size
/// apart; the added one: Phipson and Smyth 2010, "Permutation P-values Should
/// Never Be Zero".
pub fn test(baseline: &[f64], candidate: &[f64], draws: u32, stream: &Stream) -> Result<Permutation, CompareError> {
    check(baseline, 1)?;
    check(candidate, 1)?;
    let difference = mean(candidate)? - mean(baseline)?;
    // The smaller group is the one that is chosen.
    let is_candidate_chosen = candidate.len() <= baseline.len();
    let (chosen, rest) = if is_candidate_chosen { (candidate, baseline) } else { (baseline, candidate) };
    let mut values: Vec<f64> = chosen.iter().chain(rest).copied().collect();
    let centre = mean(&values)?;
    values.iter_mut().for_each(|value| *value -= centre);
    let magnitude: f64 = values.iter().map(|value| value.abs()).sum();
    if !magnitude.is_finite() || !difference.is_finite() {
        return Err(SampleError::Overflow.into());
    }
    let all_equal = check_spread(&[baseline, candidate].concat()).is_err();
    let tolerance = if all_equal { f64::INFINITY } else { TIE_TOLERANCE * magnitude };
    let observed = sum(&values[..chosen.len()]);
    let (least, most) = (observed - tolerance, observed + tolerance);
    let (greater, less, how) = if is_countable(values.len(), chosen.len()) {
        let (greater, less, all) = count_exactly(&values, chosen.len(), least, most);
        (greater / all, less / all, How::Exact)
    } else {
        let (greater, less) = count_draws(&values, chosen.len(), (least, most), draws, &mut stream.clone());
        let share = |hits: u32| (f64::from(hits) + 1.0) / (f64::from(draws) + 1.0);
        (share(greater), share(less), How::MonteCarlo { draws })
    };
    let tails = if is_candidate_chosen { Tails { greater, less } } else { Tails { greater: less, less: greater } };
    Ok(Permutation { difference, tails, how })
}

/// The smallest p-value that groups of these sizes can give where all splits
/// are counted.
#[must_use]
pub fn smallest_p(baseline: usize, candidate: usize) -> f64 {
    let mut splits = 1.0;
    for taken in 0..baseline.min(candidate) {
        splits *= (baseline + candidate - taken) as f64 / (taken + 1) as f64;
    }
    // The quotients are rounded; their product is a whole number.
    if splits < 1e15 { 1.0 / f64::round(splits) } else { 1.0 / splits }
}

/// Whether the subsets of up to `size` items of half of `n` are few enough.
fn is_countable(n: usize, size: usize) -> bool {
    let half = n.div_ceil(2) as u64;
    let (mut total, mut subsets) = (1, 1_u64);
    for chosen in 1..=half.min(size as u64) {
        subsets = subsets * (half - chosen + 1) / chosen;
        total += subsets;
        if total > MOST_SUMS {
            return false;
        }
    }
    true
}

/// How many subsets of `size` values have a sum of at least `least`, how many
/// one of at most `most`, and how many there are.
fn count_exactly(values: &[f64], size: usize, least: f64, most: f64) -> (f64, f64, f64) {
    let (left, right) = values.split_at(values.len() / 2);
    let (left, right) = (sums_by_size(left, size), sums_by_size(right, size));
    let (mut greater, mut less, mut all) = (0.0, 0.0, 0.0);
    for (from_left, sums) in left.iter().enumerate() {
        let Some(others) = right.get(size - from_left) else {
            continue;
        };
        // As the left sum grows, fewer of the right sums stay below a limit.
        let (mut below, mut within) = (others.len(), others.len());
        for sum in sums {
            while below > 0 && sum + others[below - 1] >= least {
                below -= 1;
            }
            while within > 0 && sum + others[within - 1] > most {
                within -= 1;
            }
            greater += (others.len() - below) as f64;
            less += within as f64;
        }
        all += sums.len() as f64 * others.len() as f64;
    }
    (greater, less, all)
}

/// The sums of all subsets of each size up to `size`, each size in ascending
/// order.
fn sums_by_size(values: &[f64], size: usize) -> Vec<Vec<f64>> {
    let mut sums = vec![vec![0.0]];
    for value in values {
        if sums.len() <= size {
            sums.push(Vec::new());
        }
        for chosen in (1..sums.len()).rev() {
            sums[chosen] = merge(&sums[chosen], &sums[chosen - 1], *value);
        }
    }
    sums
}

/// Merges the sums without a value and those with it.
fn merge(without: &[f64], with: &[f64], value: f64) -> Vec<f64> {
    let mut merged = Vec::with_capacity(without.len() + with.len());
    let (mut left, mut right) = (0, 0);
    while left < without.len() && right < with.len() {
        let (first, second) = (without[left], with[right] + value);
        // Written without a branch, since which is smaller is a coin toss.
        let take_first = first <= second;
        merged.push(if take_first { first } else { second });
        left += usize::from(take_first);
        right += usize::from(!take_first);
    }
    merged.extend_from_slice(&without[left..]);
    merged.extend(with[right..].iter().map(|sum| sum + value));
    merged
}

/// How many of the drawn subsets of `size` values have a sum of at least the
/// first limit, and how many one of at most the second.
///
/// Each value is taken by itself with a chance near size / n; values picked at
/// random are then taken out or put in until `size` are left. Both steps treat
/// all values alike, so that every subset has the same chance.
fn count_draws(values: &[f64], size: usize, limits: (f64, f64), draws: u32, stream: &mut Stream) -> (u32, u32) {
    let n = values.len();
    let tables: Vec<[[f64; 256]; 8]> = values.chunks(64).map(word_sums).collect();
    let last_mask = u64::MAX >> (tables.len() * 64 - n);
    let chance = chance_in_32nds(size, n);
    let mut words = vec![0_u64; tables.len()];
    let (mut greater, mut less) = (0, 0);
    for _ in 0..draws {
        let mut sum = 0.0;
        let mut taken = 0;
        for (index, (word, table)) in words.iter_mut().zip(&tables).enumerate() {
            let mask = if index + 1 == tables.len() { last_mask } else { u64::MAX };
            *word = biased_bits(chance, stream) & mask;
            taken += word.count_ones() as usize;
            let bytes = word.to_le_bytes();
            let part = |index: usize| table[index][usize::from(bytes[index])];
            // A tree of additions has a third of the latency of a chain.
            sum += ((part(0) + part(1)) + (part(2) + part(3))) + ((part(4) + part(5)) + (part(6) + part(7)));
        }
        let must_grow = taken < size;
        while taken != size {
            let index = stream.below(n as u64) as usize;
            let bit = 1_u64 << (index % 64);
            let is_taken = words[index / 64] & bit != 0;
            if is_taken != must_grow {
                words[index / 64] ^= bit;
                if must_grow {
                    sum += values[index];
                    taken += 1;
                } else {
                    sum -= values[index];
                    taken -= 1;
                }
            }
        }
        greater += u32::from(sum >= limits.0);
        less += u32::from(sum <= limits.1);
    }
    (greater, less)
}

/// The chance in 1/32 with which each value is first taken; 0 where so few are
/// to be taken that picking them one by one is quicker.
fn chance_in_32nds(size: usize, n: usize) -> u32 {
    let nearest = (32 * size + n / 2) / n;
    if nearest < 3 { 0 } else { nearest as u32 }
}

/// Bits that are each set with a chance of `thirty_seconds` / 32.
fn biased_bits(thirty_seconds: u32, stream: &mut Stream) -> u64 {
    let mut word = 0;
    if thirty_seconds == 0 {
        return word;
    }
    // From the last binary digit of the chance to the first: a digit of 1
    // takes the chance p to (1 + p) / 2, a digit of 0 to p / 2.
    for digit in thirty_seconds.trailing_zeros()..5 {
        let random = stream.next_u64();
        word = if thirty_seconds >> digit & 1 == 1 { word | random } else { word & random };
    }
    word
}

/// The sums of subsets of up to 64 values, eight by eight.
fn word_sums(values: &[f64]) -> [[f64; 256]; 8] {
    let mut tables = [[0.0; 256]; 8];
    for (table, values) in tables.iter_mut().zip(values.chunks(8)) {
        for (byte, sum) in table.iter_mut().enumerate() {
            for (bit, value) in values.iter().enumerate() {
                if byte >> bit & 1 == 1 {
                    *sum += value;
                }
            }
        }
    }
    tables
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "permutation",
    name: "Permutation test of two groups",
    question: "Could the difference between two independent groups come from how the runs fell into them?",
    null: Some("The scores of both groups come from one distribution."),
    assumptions: &["Under the hypothesis the scores are exchangeable: independent runs of one distribution are."],
    use_when: "The runs are not paired and are few or not normal; the error rate holds at every size of sample.",
    avoid_when: "The spreads may differ though the means are equal: use Welch's test. With three scores in each group \
                 the smallest one-sided p-value is 0.05. Pairs need the sign-flip test.",
    formula: "The share of splits of all values into groups of these sizes whose difference of means is at least the observed one.",
    sources: &[
        "Pitman 1937, \"Significance Tests Which May be Applied to Samples from Any Populations\", JRSS Supplement 4.",
        "Phipson and Smyth 2010, \"Permutation P-values Should Never Be Zero\", SAGMB 9, for the added one where splits are drawn.",
    ],
    disagreements: &[
        "Other packages draw where this one still counts all splits, and so differ by the error of drawing.",
        "The two-sided p-value is twice the smaller one, as in SciPy; packages that compare absolute differences give another one where the groups differ in size.",
    ],
    columns: UNPAIRED,
    settings: &[Setting::RESAMPLES],
    example: Example {
        columns: &[
            (Role::Value, ExampleValues::Numbers(&[0.912, 0.905, 0.918, 0.909, 0.921, 0.917, 0.919, 0.920])),
            (Role::Method, ExampleValues::Labels(&["old", "old", "old", "old", "new", "new", "new", "new"])),
        ],
        settings: &[],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let groups = TwoGroups::read(inputs)?;
    let draws = inputs.count("resamples", 100)?;
    let found = test(&groups.baseline, &groups.candidate, draws, inputs.stream())?;
    let findings = found.tails.add_to(groups.findings().with("difference of means", found.difference));
    Ok(match found.how {
        How::Exact => findings.with_note("All splits were counted."),
        How::MonteCarlo { draws } => findings.with_note(format!("{draws} random splits were drawn.")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream() -> Stream {
        Stream::named([9; 32], "permutation")
    }

    #[test]
    fn the_smallest_p_value_is_one_over_the_splits() {
        assert_eq!(smallest_p(3, 3), 1.0 / 20.0);
        assert_eq!(smallest_p(1, 4), 1.0 / 5.0);
        assert!(smallest_p(200, 200) < 1e-18);
    }

    #[test]
    fn small_cases_are_counted_by_hand() {
        let find = |first: &[f64], second: &[f64]| test(first, second, 0, &stream()).unwrap().tails;
        assert_eq!(find(&[1.0, 2.0], &[3.0, 4.0]), Tails { greater: 1.0 / 6.0, less: 1.0 });
        // Of the pairs of 1, 2, 2, 3 the sums 3, 3, 4, 4, 5, 5; observed 5.
        assert_eq!(find(&[1.0, 2.0], &[2.0, 3.0]), Tails { greater: 2.0 / 6.0, less: 1.0 });
        assert_eq!(find(&[5.0], &[1.0, 2.0, 3.0]), Tails { greater: 1.0, less: 0.25 });
        assert_eq!(find(&[0.1, 0.1], &[0.1]), Tails { greater: 1.0, less: 1.0 });
    }

    #[test]
    fn drawn_subsets_have_the_right_size_and_every_subset_the_same_chance() {
        // Values of powers of two tell the subsets apart by their sum.
        let values: Vec<f64> = (0..5).map(|power| libm::ldexp(1.0, power)).collect();
        let mut stream = stream();
        for (size, subsets) in [(1, 5), (2, 10)] {
            for limit in 0..32_u32 {
                if limit.count_ones() as usize == size {
                    let limits = (f64::from(limit), f64::from(limit));
                    let (greater, less) = count_draws(&values, size, limits, 20_000, &mut stream);
                    let hits = f64::from(greater + less - 20_000);
                    let share = 1.0 / f64::from(subsets);
                    // Binomial; six standard errors, 15 subsets: chance below 1e-7.
                    assert!((hits - 2e4 * share).abs() < 6.0 * (2e4 * share * (1.0 - share)).sqrt());
                }
            }
        }
    }

    #[test]
    fn drawing_agrees_with_counting() {
        let mut stream = stream();
        for (first, second) in [(15, 15), (4, 20), (2, 38)] {
            let baseline: Vec<f64> = (0..first).map(|_| stream.normal()).collect();
            let candidate: Vec<f64> = (0..second).map(|_| 0.4 + stream.normal()).collect();
            let exact = test(&baseline, &candidate, 0, &stream).unwrap();
            assert_eq!(exact.how, How::Exact);
            let mut values = [baseline.clone(), candidate.clone()].concat();
            let centre = mean(&values).unwrap();
            values.iter_mut().for_each(|value| *value -= centre);
            let observed = sum(&values[..first]);
            let (greater, _) = count_draws(&values, first, (observed - 1e-9, observed), 100_000, &mut stream);
            let share = exact.tails.less;
            // Binomial; six standard errors: chance of a false alarm below 1e-8.
            assert!((f64::from(greater) / 1e5 - share).abs() < 6.0 * (share * (1.0 - share) / 1e5).sqrt() + 1e-5);
        }
    }

    #[test]
    fn wrong_arguments_are_named_errors() {
        assert_eq!(test(&[], &[1.0], 10, &stream()).unwrap_err().code(), "sample-too-few");
        assert_eq!(test(&[f64::NAN], &[1.0], 10, &stream()).unwrap_err().code(), "sample-not-finite");
        assert!(test(&[f64::MAX, f64::MAX], &[-f64::MAX, -f64::MAX], 10, &stream()).is_err());
    }
}
