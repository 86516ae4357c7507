//! Seeded random draws: one independent stream for each purpose.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// What a stream of random numbers is used for.
///
/// Each purpose has its own stream, so that changing one thing leaves all other
/// draws of the same seed as they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// What characters stand for.
    Embeddings = 1,
    /// Initial weights of the hidden layer.
    HiddenWeights = 2,
    /// Initial weights of the output layer.
    OutputWeights = 3,
    /// Where in the text training begins.
    Window = 4,
    /// The order of the characters.
    Order = 5,
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

    /// Draws numbers uniformly within `bound` of zero.
    pub(crate) fn around_zero(&mut self, count: usize, bound: f64) -> Vec<f32> {
        // A 32-bit float holds 24 bits of mantissa.
        let mut fraction = || f64::from(self.0.next_u32() >> 8) / 16_777_216.0;
        (0..count).map(|_| (bound * (2.0 * fraction() - 1.0)) as f32).collect()
    }

    /// Draws a whole number from 0 (included) to `end` (excluded); 0 if `end` is
    /// 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.0.next_u64()) * end as u128) >> 64) as usize
    }

    /// Puts items in random order.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for place in 0..items.len() {
            let other = place + self.below(items.len() - place);
            items.swap(place, other);
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
        assert_ne!(draw(7, Purpose::Order), draw(7, Purpose::Window));
    }

    #[test]
    fn a_shuffle_keeps_every_item() {
        let mut items: Vec<usize> = (0..100).collect();
        Draws::new(1, Purpose::Order).shuffle(&mut items);
        assert_ne!(items, (0..100).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn numbers_around_zero_stay_within_their_bound() {
        let numbers = Draws::new(3, Purpose::HiddenWeights).around_zero(10_000, 0.5);
        assert!(numbers.iter().all(|number| number.abs() <= 0.5));
        // The mean has a standard deviation of 0.0029; 0.02 is seven of them.
        let mean = numbers.iter().map(|number| f64::from(*number)).sum::<f64>() / 10_000.0;
        assert!(mean.abs() < 0.02, "{mean}");
    }
}
