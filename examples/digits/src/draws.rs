//! Seeded random draws: one independent stream for each purpose.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// What a stream of random numbers is used for.
///
/// Each purpose has its own stream, so that changing one thing (say, switching
/// dropout on) leaves all other draws of the same seed as they were. Baseline
/// and candidate then differ by the factor under study and by nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Initial weights of the hidden layer.
    HiddenWeights = 1,
    /// Initial weights of the output layer.
    OutputWeights = 2,
    /// The order of the images in each epoch.
    Order = 3,
    /// The hidden units left out in each batch.
    Dropout = 4,
    /// The subsets drawn when a calibration is summarised.
    Subsets = 5,
}

/// A reproducible stream of random numbers.
#[derive(Debug)]
pub(crate) struct Draws(ChaCha8Rng);

impl Draws {
    /// Opens the stream of `seed` for one purpose.
    pub(crate) fn new(seed: u64, purpose: Purpose) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut generator = ChaCha8Rng::from_seed(key);
        generator.set_stream(purpose as u64);
        Self(generator)
    }

    /// Draws a number uniformly from 0 (included) to 1 (excluded).
    pub(crate) fn fraction(&mut self) -> f32 {
        // A 32-bit float holds 24 bits of mantissa.
        (self.0.next_u32() >> 8) as f32 / 16_777_216.0
    }

    /// Draws a whole number from 0 (included) to `end` (excluded).
    ///
    /// The result is 0 if `end` is 0. The multiplication favours some numbers
    /// by less than `end` parts in 2^64.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.0.next_u64()) * end as u128) >> 64) as usize
    }

    /// Moves a uniformly drawn subset of `count` items to the front, in random order.
    ///
    /// With `count` equal to the length this is a full shuffle.
    pub(crate) fn choose_front<T>(&mut self, items: &mut [T], count: usize) {
        for k in 0..count.min(items.len()) {
            let other = k + self.below(items.len() - k);
            items.swap(k, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_purpose_give_the_same_numbers() {
        let draw = |seed, purpose| Draws::new(seed, purpose).below(1 << 30);
        assert_eq!(draw(7, Purpose::Order), draw(7, Purpose::Order));
        assert_ne!(draw(7, Purpose::Order), draw(8, Purpose::Order));
        assert_ne!(draw(7, Purpose::Order), draw(7, Purpose::Dropout));
    }

    #[test]
    fn a_shuffle_keeps_every_item() {
        let mut items: Vec<usize> = (0..100).collect();
        Draws::new(1, Purpose::Order).choose_front(&mut items, 100);
        assert_ne!(items, (0..100).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn fractions_lie_below_one_and_average_one_half() {
        let mut draws = Draws::new(3, Purpose::Order);
        let values: Vec<f64> = (0..10_000).map(|_| f64::from(draws.fraction())).collect();
        assert!(values.iter().all(|value| (0.0..1.0).contains(value)));
        // The mean has a standard deviation of 0.0029; 0.02 is seven of them.
        let mean = values.iter().sum::<f64>() / 10_000.0;
        assert!((mean - 0.5).abs() < 0.02, "{mean}");
    }
}
