//! Sums over draws with replacement, a byte of random bits for each draw.

use crate::stream::Stream;

/// How many values a byte tells apart.
const GROUP: usize = 256;
/// The most groups.
const MOST_GROUPS: usize = 16;
/// The most values, 4,096.
pub(super) const MOST: usize = GROUP * MOST_GROUPS;

/// Draws from a list of values whose number is a little below 256 times a power of
/// two.
///
/// The values stand in groups of 256, of which a power of two is filled up with empty
/// places. How many of n draws fall into each group is told by halving: of c draws,
/// as many fall into the second half as c random bits are set. A byte for each draw
/// then says where in its group it falls. Draws that fall on empty places are drawn
/// again, from all values. So each value is exactly as likely as the others, and draws
/// are independent: given how many fall into a group, where they fall does not depend
/// on anything else.
///
/// # Scheme
/// For each resample the stream gives one stretch of bytes, a multiple of 64: words of
/// 64 bits, of which each halving takes as many as it needs, the lowest bits of the
/// last one; then the bytes of the draws, group by group. What is drawn again comes
/// from substream 0.
pub(super) struct ByteDraws {
    stream: Stream,
    again: Stream,
    values: Vec<f64>,
    groups: Vec<[f64; GROUP]>,
    /// One stretch, and how much of it are words.
    stretch: Vec<u8>,
    words: usize,
}

impl ByteDraws {
    /// Whether at least three quarters of the places would be filled, and so few
    /// draws are drawn again.
    pub(super) fn suit(n: usize) -> bool {
        let places = n.next_power_of_two();
        (GROUP..=MOST).contains(&places) && 4 * n >= 3 * places
    }

    /// Draws from `values`, whose number must [suit](Self::suit), by a copy of the
    /// stream.
    pub(super) fn new(values: &[f64], stream: &Stream) -> Self {
        assert!(Self::suit(values.len()), "{} values leave too many places empty", values.len());
        let mut groups = vec![[0.0; GROUP]; values.len().next_power_of_two() / GROUP];
        for (group, values) in groups.iter_mut().zip(values.chunks(GROUP)) {
            group[..values.len()].copy_from_slice(values);
        }
        let halvings = groups.len().trailing_zeros() as usize;
        // Each halving of all draws fills its words but for the last of each part.
        let words = 8 * (halvings * values.len().div_ceil(64) + groups.len());
        let stretch = vec![0; (words + values.len()).next_multiple_of(64)];
        Self { stream: stream.clone(), again: stream.substream(0), values: values.to_vec(), groups, stretch, words }
    }

    /// The sum of as many draws as there are values.
    pub(super) fn sum(&mut self) -> f64 {
        self.stream.fill_bytes(&mut self.stretch);
        let (words, mut bytes) = self.stretch.split_at(self.words);
        let counts = counts(self.values.len(), self.groups.len(), words);
        let mut sums = [0.0; 8];
        let mut empty = 0;
        for (index, (group, count)) in self.groups.iter().zip(counts).enumerate() {
            let (of_group, rest) = bytes.split_at(count);
            bytes = rest;
            sums = added(sums, group, of_group);
            let filled = self.values.len().saturating_sub(GROUP * index);
            if filled < GROUP {
                empty += at_least(filled as u8, of_group);
            }
        }
        let n = self.values.len() as u64;
        let drawn_again: f64 = (0..empty).map(|_| self.values[self.again.below(n) as usize]).sum();
        let [a, b, c, d, e, f, g, h] = sums;
        (((a + b) + (c + d)) + ((e + f) + (g + h))) + drawn_again
    }
}

/// How many of n draws fall into each group.
fn counts(n: usize, groups: usize, words: &[u8]) -> [usize; MOST_GROUPS] {
    let mut words = words.as_chunks::<8>().0.iter().map(|word| u64::from_le_bytes(*word));
    let mut set = |count: usize| -> usize {
        let whole: u32 = words.by_ref().take(count / 64).map(u64::count_ones).sum();
        let rest = match count % 64 {
            0 => 0,
            bits => words.next().map_or(0, |word| (word & ((1 << bits) - 1)).count_ones()),
        };
        (whole + rest) as usize
    };
    let mut counts = [0; MOST_GROUPS];
    counts[0] = n;
    let mut parts = 1;
    while parts < groups {
        // From the last on, so that each part is read before it is overwritten.
        for part in (0..parts).rev() {
            let second = set(counts[part]);
            (counts[2 * part], counts[2 * part + 1]) = (counts[part] - second, second);
        }
        parts *= 2;
    }
    counts
}

/// The sums with the values at these places added in turn: eight, so that an addition
/// does not wait for the one before it.
fn added(mut sums: [f64; 8], group: &[f64; GROUP], places: &[u8]) -> [f64; 8] {
    let (rows, rest) = places.as_chunks::<8>();
    for row in rows {
        for (sum, place) in sums.iter_mut().zip(row) {
            *sum += group[usize::from(*place)];
        }
    }
    for (sum, place) in sums.iter_mut().zip(rest) {
        *sum += group[usize::from(*place)];
    }
    sums
}

/// How many bytes are `least` or more, counted in parts that a byte holds.
fn at_least(least: u8, bytes: &[u8]) -> usize {
    bytes.chunks(128).map(|part| usize::from(part.iter().map(|byte| u8::from(*byte >= least)).sum::<u8>())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_as_likely_as_the_others() {
        for n in [200, 450, 1_000, 4_096] {
            // A sum of as many draws as there are values, each of them 1 at one place only.
            for place in [0, n / 2, n - 1] {
                let mut values = vec![0.0; n];
                values[place] = 1.0;
                let mut draws = ByteDraws::new(&values, &Stream::named([3; 32], "likely"));
                let rounds = 20_000;
                let (mut sum, mut square) = (0.0, 0.0);
                for _ in 0..rounds {
                    let count = draws.sum();
                    sum += count;
                    square += count * count;
                }
                // Counts are binomial(n, 1/n): mean 1, variance 1 - 1/n, and 2 the mean square
                // with a variance of 11 or so; 6 standard errors, 24 checks.
                let rounds = f64::from(rounds);
                assert!((sum / rounds - 1.0).abs() < 6.0 / rounds.sqrt(), "{n} {place}: {sum}");
                let mean_square = 2.0 - 1.0 / n as f64;
                assert!((square / rounds - mean_square).abs() < 6.0 * (11.0 / rounds).sqrt(), "{n} {place}: {square}");
            }
        }
    }

    #[test]
    fn as_many_draws_are_taken_as_there_are_values() {
        for n in [192, 256, 400, 512, 800, 1_000, 1_024, 1_600, 2_048, 3_072, 4_096] {
            assert!(ByteDraws::suit(n), "{n}");
            let mut draws = ByteDraws::new(&vec![1.0; n], &Stream::named([4; 32], "many"));
            for _ in 0..50 {
                assert_eq!(draws.sum(), n as f64, "{n}");
            }
        }
        for n in [1, 100, 128, 191, 300, 1_100, 4_097, 100_000] {
            assert!(!ByteDraws::suit(n), "{n}");
        }
    }

    #[test]
    fn sums_have_the_spread_of_independent_draws() {
        // Half of the values are 1: sums are binomial(1000, 1/2), in groups and between them.
        for values in [
            (0..1_000).map(|place| f64::from(place % 2)).collect::<Vec<f64>>(),
            (0..1_000).map(|place| f64::from(u8::from(place < 500))).collect(),
        ] {
            let mut draws = ByteDraws::new(&values, &Stream::named([5; 32], "spread"));
            let sums: Vec<f64> = (0..20_000).map(|_| draws.sum()).collect();
            let mean = crate::summary::mean(&sums).unwrap();
            let variance = crate::summary::standard_deviation(&sums).unwrap().powi(2);
            assert!((mean - 500.0).abs() < 6.0 * (250.0_f64 / 20_000.0).sqrt(), "{mean}");
            // The standard error of a variance is the variance times the root of 2 / n.
            assert!((variance / 250.0 - 1.0).abs() < 6.0 * 0.01, "{variance}");
        }
    }
}
