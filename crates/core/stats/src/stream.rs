//! Named streams of random numbers: the only source of randomness.

use std::fmt;

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// The BLAKE3 context that separates these keys from all other uses of a seed.
const CONTEXT: &str = "gosset-stats 2026 v1 named stream";

/// A reproducible stream of random numbers, told apart by its key and name.
///
/// Streams with different keys, names or substream numbers are independent
/// for every practical purpose. A stream's numbers depend on nothing else: not
/// on the platform, the thread, or what other streams were asked for.
///
/// # Scheme
/// The stream's key is `BLAKE3.derive_key(CONTEXT, key || name)` with the
/// context `gosset-stats 2026 v1 named stream`, the 32 bytes of `key` and the
/// UTF-8 bytes of `name`. The key of substream `i` is
/// `BLAKE3.keyed_hash(parent key, i)` with `i` as eight little-endian bytes.
/// The numbers are the key stream of ChaCha with 8 rounds, that key, nonce 0
/// and a block counter from 0, read as little-endian 32-bit words; 64 bits are
/// two words, the low one first.
///
/// # Source
/// Bernstein 2008, "ChaCha, a variant of Salsa20" (the original layout with a
/// 64-bit counter and a 64-bit nonce); O'Connor et al. 2020, "BLAKE3: one
/// function, fast everywhere".
#[derive(Clone)]
pub struct Stream {
    key: [u8; 32],
    generator: ChaCha8Rng,
}

impl Stream {
    /// Opens the stream called `name` under a key, at its beginning.
    ///
    /// Names are paths such as `primary/bootstrap`; any text is allowed.
    #[must_use]
    pub fn named(key: [u8; 32], name: &str) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
        hasher.update(&key);
        hasher.update(name.as_bytes());
        Self::from_key(*hasher.finalize().as_bytes())
    }

    /// Opens substream number `index`, at its beginning.
    ///
    /// It depends on this stream's key and on `index`, not on how much of
    /// this stream was used. A parallel job gives chunk `i` substream `i` and
    /// so draws the same numbers on any number of threads.
    #[must_use]
    pub fn substream(&self, index: u64) -> Self {
        Self::from_key(*blake3::keyed_hash(&self.key, &index.to_le_bytes()).as_bytes())
    }

    /// Draws 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        self.generator.next_u64()
    }

    /// Fills `bytes` with the next bytes of the stream.
    pub fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.generator.fill_bytes(bytes);
    }

    /// Fills `lanes` with 16 random bits each: the next bytes of the stream,
    /// read as little-endian numbers, so that four lanes are the 64 bits of
    /// [`Self::next_u64`], the lowest first. An odd number of lanes uses up 16
    /// bits more.
    pub fn fill_lanes(&mut self, lanes: &mut [u16]) {
        let mut bytes = [0; 256];
        for lanes in lanes.chunks_mut(bytes.len() / 2) {
            let bytes = &mut bytes[..2 * lanes.len()];
            self.generator.fill_bytes(bytes);
            for (lane, pair) in lanes.iter_mut().zip(bytes.as_chunks::<2>().0) {
                *lane = u16::from_le_bytes(*pair);
            }
        }
    }

    /// Draws a whole number from `0..n`, each equally likely.
    ///
    /// Where many are needed below the same limit, [`crate::below::Below`] is
    /// several times as quick.
    ///
    /// Ranges up to 2^32 - 1 cost one 32-bit word, larger ones 64 bits, and
    /// rarely more.
    ///
    /// # Panics
    /// If `n` is 0: no number lies in an empty range.
    ///
    /// # Source
    /// Lemire 2019, "Fast Random Integer Generation in an Interval",
    /// algorithm 5; rejection makes it exactly unbiased.
    pub fn below(&mut self, n: u64) -> u64 {
        assert!(n > 0, "no number lies below 0");
        if let Ok(n) = u32::try_from(n) {
            return u64::from(self.below_small(n));
        }
        loop {
            let product = u128::from(self.next_u64()) * u128::from(n);
            if product as u64 >= n.wrapping_neg() % n {
                return (product >> 64) as u64;
            }
        }
    }

    /// Draws a number from `[0, 1)`: a multiple of 2^-53, each equally likely.
    pub fn uniform(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    /// Draws from the normal distribution with mean 0 and variance 1.
    ///
    /// The second number of each pair is thrown away, so that a draw depends
    /// on nothing but the position in the stream.
    ///
    /// # Source
    /// Marsaglia and Bray 1964, "A Convenient Method for Generating Normal
    /// Variables" (the polar method).
    pub fn normal(&mut self) -> f64 {
        loop {
            let x = 2.0 * self.uniform() - 1.0;
            let y = 2.0 * self.uniform() - 1.0;
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                return x * (-2.0 * libm::log(square) / square).sqrt();
            }
        }
    }

    /// Puts the items in random order, each order equally likely.
    ///
    /// # Source
    /// Durstenfeld 1964, "Algorithm 235: Random permutation".
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last as u64 + 1) as usize;
            items.swap(last, other);
        }
    }

    fn below_small(&mut self, n: u32) -> u32 {
        loop {
            let product = u64::from(self.generator.next_u32()) * u64::from(n);
            let low = product as u32;
            // The division is needed for a share of n / 2^32 of the draws only.
            if low >= n || low >= n.wrapping_neg() % n {
                return (product >> 32) as u32;
            }
        }
    }

    fn from_key(key: [u8; 32]) -> Self {
        Self { key, generator: ChaCha8Rng::from_seed(key) }
    }
}

impl fmt::Debug for Stream {
    /// Hides the key: who knows it can foretell every draw.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Stream").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_key_and_name_give_the_same_numbers() {
        let draw = || {
            let mut stream = Stream::named([7; 32], "primary/bootstrap");
            (0..100).map(|_| stream.next_u64()).collect::<Vec<_>>()
        };
        assert_eq!(draw(), draw());
    }

    #[test]
    fn names_keys_and_substreams_are_told_apart() {
        let key = [7; 32];
        let root = Stream::named(key, "a");
        let mut firsts = vec![
            root.clone().next_u64(),
            Stream::named(key, "b").next_u64(),
            Stream::named(key, "").next_u64(),
            Stream::named([8; 32], "a").next_u64(),
            root.substream(0).next_u64(),
            root.substream(1).next_u64(),
            root.substream(0).substream(0).next_u64(),
        ];
        firsts.sort_unstable();
        firsts.dedup();
        assert_eq!(firsts.len(), 7);
    }

    #[test]
    fn a_substream_does_not_depend_on_what_was_drawn_before() {
        let mut stream = Stream::named([1; 32], "a");
        let before = stream.substream(5).next_u64();
        stream.next_u64();
        assert_eq!(stream.substream(5).next_u64(), before);
    }

    #[test]
    fn below_reaches_every_number_equally_often() {
        let mut stream = Stream::named([2; 32], "below");
        let mut counts = [0_u32; 6];
        for _ in 0..60_000 {
            counts[stream.below(6) as usize] += 1;
        }
        // Each count is binomial(60,000, 1/6): sd 91.3; 6 sd, six counts: chance below 1.2e-8.
        assert!(counts.iter().all(|count| count.abs_diff(10_000) < 548), "{counts:?}");
    }

    #[test]
    fn below_one_is_always_zero_and_the_largest_range_is_allowed() {
        let mut stream = Stream::named([2; 32], "edge");
        assert_eq!(stream.below(1), 0);
        assert!(stream.below(u64::MAX) < u64::MAX);
    }

    #[test]
    fn uniform_and_normal_have_the_right_moments() {
        let mut stream = Stream::named([3; 32], "moments");
        let n = 100_000;
        let (mut uniform, mut normal, mut square, mut fourth) = (0.0, 0.0, 0.0, 0.0);
        for _ in 0..n {
            let u = stream.uniform();
            assert!((0.0..1.0).contains(&u));
            uniform += u;
            let z = stream.normal();
            normal += z;
            square += z * z;
            fourth += z * z * z * z;
        }
        let n = f64::from(n);
        // Standard errors 0.289, 1, sqrt 2 and sqrt 96 over sqrt n; six of them
        // each: chance of a false alarm below 1e-8.
        let within = |sum: f64, mean: f64, sd: f64| (sum / n - mean).abs() < 6.0 * sd / n.sqrt();
        assert!(within(uniform, 0.5, 0.289));
        assert!(within(normal, 0.0, 1.0));
        assert!(within(square, 1.0, 1.4143));
        assert!(within(fourth, 3.0, 9.798));
    }

    #[test]
    fn shuffling_keeps_the_items_and_reaches_every_order() {
        let mut stream = Stream::named([4; 32], "shuffle");
        let mut counts = std::collections::BTreeMap::new();
        for _ in 0..24_000 {
            let mut items = [1, 2, 3, 4];
            stream.shuffle(&mut items);
            *counts.entry(items).or_insert(0_u32) += 1;
        }
        assert_eq!(counts.len(), 24);
        // Each count is binomial(24,000, 1/24): sd 31; 6.5 sd, 24 counts: chance below 2e-9.
        assert!(counts.values().all(|count| count.abs_diff(1_000) < 202), "{counts:?}");
    }
}
