//! Three probabilities that add up to 1, and how they are counted from draws.

use super::error::BayesError;
use crate::method::Findings;
use crate::sample::SampleError;
use crate::stream::Stream;

/// How many draws one substream makes.
pub const CHUNK: u32 = 1_000;

/// What is believed about two methods after the data were seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Posterior {
    /// The probability that the baseline is better by more than the region.
    pub baseline: f64,
    /// The probability that they are practically equal.
    pub equal: f64,
    /// The probability that the candidate is better by more than the region.
    pub candidate: f64,
}

impl Posterior {
    /// The standard error of the least certain of the three, had they been
    /// counted from this many draws.
    #[must_use]
    pub fn standard_error(&self, draws: u32) -> f64 {
        let variance = |share: f64| share * (1.0 - share) / f64::from(draws);
        variance(self.baseline).max(variance(self.equal)).max(variance(self.candidate)).sqrt()
    }

    /// Adds the probabilities to findings.
    pub(super) fn describe(&self) -> Findings {
        Findings::default()
            .with("P(candidate better)", self.candidate)
            .with("P(practically equal)", self.equal)
            .with("P(baseline better)", self.baseline)
    }
}

/// How often each of the three had the greatest share of a draw.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tally {
    /// Six times the draws that the baseline, equality and the candidate won,
    /// so that a draw may be shared among two or three.
    sixths: [u64; 3],
}

impl Tally {
    /// Gives a draw to the greatest of the shares of baseline, equality and
    /// candidate; equal ones divide it.
    pub(super) fn add(&mut self, shares: [f64; 3]) {
        let largest = shares[0].max(shares[1]).max(shares[2]);
        // Shares that are equal but for rounding, as sums over a border are.
        let wins = |share: f64| share >= largest * (1.0 - 1e-12);
        let winners = shares.iter().filter(|share| wins(**share)).count() as u64;
        for (sixths, share) in self.sixths.iter_mut().zip(shares) {
            if wins(share) {
                *sixths += 6 / winners;
            }
        }
    }

    /// Adds up what several chunks counted.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let [baseline, equal, candidate] = self.sixths;
        let [more_baseline, more_equal, more_candidate] = other.sixths;
        Self { sixths: [baseline + more_baseline, equal + more_equal, candidate + more_candidate] }
    }

    /// The shares of all draws; there must be one.
    pub(super) fn posterior(self) -> Posterior {
        let all = self.sixths.iter().sum::<u64>() as f64;
        let [baseline, equal, candidate] = self.sixths.map(|sixths| sixths as f64 / all);
        Posterior { baseline, equal, candidate }
    }
}

/// Counts `draws` in chunks of [`CHUNK`], each from a substream of its own.
pub(super) fn count(
    draws: u32,
    stream: &Stream,
    mut count_chunk: impl FnMut(u32, &mut Stream) -> Tally,
) -> Result<Posterior, BayesError> {
    if draws == 0 {
        return Err(SampleError::TooFew { needed: 1, got: 0 }.into());
    }
    let mut tally = Tally::default();
    for chunk in 0..draws.div_ceil(CHUNK) {
        let size = CHUNK.min(draws - chunk * CHUNK);
        tally = tally.and(count_chunk(size, &mut stream.substream(u64::from(chunk))));
    }
    Ok(tally.posterior())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_goes_to_the_greatest_share_and_ties_divide_it() {
        let mut tally = Tally::default();
        tally.add([0.2, 0.3, 0.5]);
        tally.add([0.4, 0.2, 0.4]);
        assert_eq!(tally.posterior(), Posterior { baseline: 0.25, equal: 0.0, candidate: 0.75 });
        let mut equal = Tally::default();
        equal.add([1.0, 1.0, 1.0]);
        assert_eq!(equal.posterior().equal, 1.0 / 3.0);
    }

    #[test]
    fn chunks_are_numbered_and_the_last_one_is_shorter() {
        let stream = Stream::named([5; 32], "chunks");
        let mut sizes = Vec::new();
        count(2_300, &stream, |size, _| {
            sizes.push(size);
            Tally { sixths: [1, 0, 0] }
        })
        .unwrap();
        assert_eq!(sizes, [1_000, 1_000, 300]);
        assert!(count(0, &stream, |_, _| Tally::default()).is_err());
    }
}
