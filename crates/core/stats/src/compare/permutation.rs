//! The permutation test for two independent samples.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::sign_flip::{How, byte_sums};
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};
use crate::sample::{SampleError, TIE_TOLERANCE, check, finite};
use crate::stream::Stream;
use crate::summary::{mean, sum};

/// Until when all splits are counted, and how many are drawn beyond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Limits {
    /// The largest number of splits that are counted; more than 64 values are
    /// never counted.
    pub exact_splits: u64,
    /// How many splits are drawn where they are not counted.
    pub draws: u32,
}

/// The result of a permutation test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Permutation {
    /// Mean of the candidate less mean of the baseline.
    pub difference: f64,
    /// The p-value against "the candidate does not tend to be greater".
    pub p_greater: f64,
    /// The p-value against "the candidate does not tend to be less".
    pub p_less: f64,
    /// How they were found.
    pub how: How,
}

/// Tests whether two independent samples come from one distribution, by the
/// difference of their means under all splits of the pooled values.
///
/// Exact whatever that distribution. It asks whether the distributions are the
/// same: samples with equal means and different spreads are not the
/// hypothesis, and reject too often where sizes differ.
///
/// Splits whose difference equals the observed one to within
/// [`TIE_TOLERANCE`] count as equal. Beyond `limits.exact_splits` splits it
/// draws `limits.draws` from a copy of `stream`, and a p-value is
/// (hits + 1) / (draws + 1).
///
/// # Errors
/// [`SampleError::TooFew`] if a side is empty, [`SampleError::NotFinite`],
/// [`SampleError::Overflow`].
///
/// # Source
/// Fisher 1935, "The Design of Experiments"; Pitman 1937, "Significance Tests
/// Which May be Applied to Samples from any Populations"; the added one:
/// Phipson and Smyth 2010, "Permutation P-values Should Never Be Zero".
pub fn permutation(
    baseline: &[f64],
    candidate: &[f64],
    limits: Limits,
    stream: &Stream,
) -> Result<Permutation, SampleError> {
    check(baseline, 1)?;
    check(candidate, 1)?;
    let difference = finite(mean(candidate)? - mean(baseline)?)?;
    let pooled: Vec<f64> = candidate.iter().chain(baseline).copied().collect();
    let centre = mean(&pooled)?;
    let values: Vec<f64> = pooled.iter().map(|value| value - centre).collect();
    let magnitudes: Vec<f64> = values.iter().map(|value| value.abs()).collect();
    let tolerance = finite(TIE_TOLERANCE * sum(&magnitudes))?;
    // The difference of means grows with the sum of the candidate's values.
    let observed = sum(&values[..candidate.len()]);
    let (low, high) = (observed - tolerance, observed + tolerance);
    let count = Counting { values: &values, chosen: candidate.len(), low, high };
    let splits = splits(values.len(), candidate.len()).filter(|splits| *splits <= limits.exact_splits);
    Ok(match splits {
        Some(splits) if values.len() <= 64 => {
            let (greater, less) = count.all();
            let share = |hits: u64| hits as f64 / splits as f64;
            Permutation { difference, p_greater: share(greater), p_less: share(less), how: How::Exact }
        }
        Some(_) | None => {
            let (greater, less) = count.drawn(limits.draws, &mut stream.clone());
            let share = |hits: u64| (hits as f64 + 1.0) / (f64::from(limits.draws) + 1.0);
            let how = How::MonteCarlo { draws: limits.draws };
            Permutation { difference, p_greater: share(greater), p_less: share(less), how }
        }
    })
}

/// The smallest p-value that two samples of these sizes can give.
#[must_use]
pub fn smallest_p(baseline: usize, candidate: usize) -> f64 {
    splits(baseline + candidate, candidate).map_or(0.0, |splits| 1.0 / splits as f64)
}

/// The number of ways to choose `chosen` of `all`; `None` beyond 64 bits.
fn splits(all: usize, chosen: usize) -> Option<u64> {
    let mut splits: u128 = 1;
    for taken in 0..chosen.min(all - chosen) {
        splits = splits * (all - taken) as u128 / (taken + 1) as u128;
        if splits > u128::from(u64::MAX) {
            return None;
        }
    }
    u64::try_from(splits).ok()
}

/// Counts splits whose sum is at least `low`, and at most `high`.
struct Counting<'a> {
    values: &'a [f64],
    chosen: usize,
    low: f64,
    high: f64,
}

impl Counting<'_> {
    fn all(&self) -> (u64, u64) {
        let (mut greater, mut less) = (0, 0);
        let mut places: Vec<usize> = (0..self.chosen).collect();
        loop {
            let total: f64 = places.iter().map(|place| self.values[*place]).sum();
            greater += u64::from(total >= self.low);
            less += u64::from(total <= self.high);
            // The next choice in the order of dictionaries.
            let last = self.values.len() - self.chosen;
            let Some(at) = (0..self.chosen).rev().find(|at| places[*at] < last + at) else { break };
            places[at] += 1;
            for next in at + 1..self.chosen {
                places[next] = places[next - 1] + 1;
            }
        }
        (greater, less)
    }

    fn drawn(&self, draws: u32, stream: &mut Stream) -> (u64, u64) {
        let n = self.values.len();
        // Choosing the others is the same choice; the smaller side is cheaper.
        let is_turned = self.chosen > n / 2;
        let chosen = if is_turned { n - self.chosen } else { self.chosen };
        let total = sum(self.values);
        let mut chooser = Chooser::of(self.values, chosen);
        let (mut greater, mut less) = (0, 0);
        for _ in 0..draws {
            let part = chooser.draw(stream);
            let found = if is_turned { total - part } else { part };
            greater += u64::from(found >= self.low);
            less += u64::from(found <= self.high);
        }
        (greater, less)
    }
}

/// Draws the sum of so many values, every choice equally likely.
enum Chooser<'a> {
    /// About half are chosen: fair bits choose, and what is too much or too
    /// little is mended by values drawn from those chosen or not.
    Bits { values: &'a [f64], chosen: usize, tables: Vec<[f64; 256]>, bits: Vec<u64> },
    /// Few are chosen, one after another.
    OneByOne { values: Vec<f64>, chosen: usize },
}

impl<'a> Chooser<'a> {
    fn of(values: &'a [f64], chosen: usize) -> Self {
        let n = values.len();
        if (n / 2 - chosen) * 8 > n {
            return Self::OneByOne { values: values.to_vec(), chosen };
        }
        let mut tables: Vec<[f64; 256]> = values.chunks(8).map(byte_sums).collect();
        tables.resize(tables.len().next_multiple_of(8), [0.0; 256]);
        Self::Bits { values, chosen, tables, bits: vec![0; n.div_ceil(64)] }
    }

    fn draw(&mut self, stream: &mut Stream) -> f64 {
        match self {
            Self::OneByOne { values, chosen } => {
                let mut total = 0.0;
                for place in 0..*chosen {
                    let other = place + stream.below((values.len() - place) as u64) as usize;
                    values.swap(place, other);
                    total += values[place];
                }
                total
            }
            Self::Bits { values, chosen, tables, bits } => {
                let n = values.len();
                let mut size = 0;
                for (index, word) in bits.iter_mut().enumerate() {
                    let rest = n - index * 64;
                    let mask = if rest >= 64 { u64::MAX } else { (1 << rest) - 1 };
                    *word = stream.next_u64() & mask;
                    size += word.count_ones() as usize;
                }
                let (words, _) = tables.as_chunks::<8>();
                let mut total = 0.0;
                for (word, tables) in bits.iter().zip(words) {
                    let bytes = word.to_le_bytes();
                    let part = |index: usize| tables[index][usize::from(bytes[index])];
                    total += ((part(0) + part(1)) + (part(2) + part(3))) + ((part(4) + part(5)) + (part(6) + part(7)));
                }
                // A random choice of any size less random members, or with
                // random others, is a random choice of the size wanted.
                let too_many = size > *chosen;
                for _ in 0..size.abs_diff(*chosen) {
                    let place = loop {
                        let place = stream.below(n as u64) as usize;
                        if (bits[place / 64] >> (place % 64) & 1 == 1) == too_many {
                            break place;
                        }
                    };
                    bits[place / 64] ^= 1 << (place % 64);
                    total += if too_many { -values[place] } else { values[place] };
                }
                total
            }
        }
    }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "permutation",
    name: "Permutation test of two independent samples",
    question: "Does the candidate tend to score higher than the baseline, where runs are not paired?",
    null: Some("Both samples come from one distribution."),
    assumptions: &["The values are independent of one another, within and between the two samples."],
    use_when: "Runs share no seeds, are few, and nothing is known of their distribution.",
    avoid_when: "The two may spread differently: use Welch's t test. Runs share seeds: pair them, which is sharper.",
    formula: "p = share of splits of the pooled values into groups of these sizes whose difference of means is at least the observed one.",
    sources: &[
        "Fisher 1935, \"The Design of Experiments\", section 21.",
        "Pitman 1937, \"Significance Tests Which May be Applied to Samples from any Populations\".",
        "Phipson and Smyth 2010, \"Permutation P-values Should Never Be Zero\", for the added one where splits are drawn.",
    ],
    disagreements: &[],
    columns: &[
        Column::labels(Role::Method, "`baseline` or `candidate`, for each value"),
        Column::numbers(Role::Value, "the scores"),
    ],
    settings: &[Setting {
        name: "draws",
        about: "how many splits are drawn where there are more than 200,000",
        usual: Some(100_000.0),
    }],
    example: Example {
        columns: &[
            (
                Role::Method,
                ExampleValues::Labels(&[
                    "baseline",
                    "baseline",
                    "baseline",
                    "baseline",
                    "candidate",
                    "candidate",
                    "candidate",
                ]),
            ),
            (Role::Value, ExampleValues::Numbers(&[0.91, 0.90, 0.92, 0.91, 0.93, 0.92, 0.94])),
        ],
        settings: &[],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let (baseline, candidate) = inputs.two_samples()?;
    let limits = Limits { exact_splits: 200_000, draws: inputs.count("draws", 100)? };
    let found = permutation(&baseline, &candidate, limits, inputs.stream())?;
    let how = match found.how {
        How::Exact => "All splits were counted.".to_owned(),
        How::MonteCarlo { draws } => format!("{draws} splits were drawn."),
    };
    Ok(Findings::default()
        .with("difference of means", found.difference)
        .with("p-value, candidate better", found.p_greater)
        .with("p-value, candidate worse", found.p_less)
        .with_note(how))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXACT: Limits = Limits { exact_splits: u64::MAX, draws: 0 };

    fn stream() -> Stream {
        Stream::named([6; 32], "permutation")
    }

    #[test]
    fn small_cases_are_counted_by_hand() {
        // Of the splits of 1, 2, 3, 4 into two and two, one has the sum 7.
        let found = permutation(&[1.0, 2.0], &[3.0, 4.0], EXACT, &stream()).unwrap();
        assert_eq!((found.p_greater, found.p_less, found.how), (1.0 / 6.0, 1.0, How::Exact));
        // Of three ways to choose one, two are at least 2.
        let found = permutation(&[1.0, 3.0], &[2.0], EXACT, &stream()).unwrap();
        assert_eq!((found.p_greater, found.p_less), (2.0 / 3.0, 2.0 / 3.0));
        let equal = permutation(&[5.0, 5.0], &[5.0], EXACT, &stream()).unwrap();
        assert_eq!((equal.p_greater, equal.p_less), (1.0, 1.0));
    }

    #[test]
    fn ties_are_ties_in_spite_of_rounding() {
        let baseline = [0.1 + 0.2, 0.1];
        let candidate = [0.3, 0.1];
        let found = permutation(&baseline, &candidate, EXACT, &stream()).unwrap();
        // Both samples hold 0.3 and 0.1: sums 0.6, four times 0.4, 0.2.
        assert_eq!((found.p_greater, found.p_less), (5.0 / 6.0, 5.0 / 6.0));
    }

    #[test]
    fn drawing_agrees_with_counting_however_many_are_chosen() {
        let mut draws = stream();
        for (n0, n1) in [(8, 8), (13, 4), (4, 13), (9, 11)] {
            let baseline: Vec<f64> = (0..n0).map(|_| draws.normal()).collect();
            let candidate: Vec<f64> = (0..n1).map(|_| 0.5 + draws.normal()).collect();
            let exact = permutation(&baseline, &candidate, EXACT, &stream()).unwrap();
            let limits = Limits { exact_splits: 0, draws: 100_000 };
            let drawn = permutation(&baseline, &candidate, limits, &stream()).unwrap();
            for (exact, drawn) in [(exact.p_greater, drawn.p_greater), (exact.p_less, drawn.p_less)] {
                // Binomial; five standard errors, eight cases: chance of a false
                // alarm below 5e-6, and the key is fixed.
                let standard_error = (exact * (1.0 - exact) / 1e5).sqrt();
                assert!((drawn - exact).abs() < 5.0 * standard_error + 1e-5, "{n0} {n1}: {exact} {drawn}");
            }
        }
    }

    #[test]
    fn drawing_reaches_beyond_one_word_of_bits() {
        let baseline: Vec<f64> = (0..100).map(f64::from).collect();
        let candidate: Vec<f64> = (100..200).map(f64::from).collect();
        let limits = Limits { exact_splits: 200_000, draws: 1_000 };
        let found = permutation(&baseline, &candidate, limits, &stream()).unwrap();
        assert_eq!((found.p_greater, found.p_less), (1.0 / 1_001.0, 1.0));
    }

    #[test]
    fn the_smallest_p_value_is_one_over_the_splits() {
        assert_eq!(smallest_p(3, 3), 1.0 / 20.0);
        assert_eq!(smallest_p(1, 4), 1.0 / 5.0);
        assert!(smallest_p(200, 200) < 1e-18);
    }

    #[test]
    fn wrong_arguments_are_named_errors() {
        let find =
            |baseline: &[f64], candidate: &[f64]| permutation(baseline, candidate, EXACT, &stream()).unwrap_err();
        assert_eq!(find(&[], &[1.0]), SampleError::TooFew { needed: 1, got: 0 });
        assert_eq!(find(&[1.0], &[f64::NAN]), SampleError::NotFinite { index: 0 });
    }
}
