//! Many whole numbers below one limit, drawn in batches.

use crate::stream::Stream;

/// How many lanes of 16 bits are read at once.
const LANES: usize = 128;

/// The largest limit for which lanes are used: above, too many are rejected.
const MOST: u32 = 4_096;

/// Whole numbers from `0..n`, each equally likely: what a bootstrap spends its
/// time on.
///
/// Several times as quick as [`Stream::below`], whose numbers it does not give.
/// It reads ahead in the stream, so that a stream should be drawn from by
/// nothing else while one of these is in use, or only by others of its kind.
///
/// # Scheme
/// Where `n` is at most 4,096, the stream's bytes are read as little-endian
/// numbers x of 16 bits; floor(x n / 2^16) is taken, unless x n mod 2^16 is
/// below 2^16 mod n, when x is left out. The stream is read 256 bytes at a time,
/// and what is left over is used first in the next call. Larger limits take
/// [`Stream::below`], 128 numbers at a time.
///
/// # Source
/// Lemire 2019, "Fast Random Integer Generation in an Interval", with
/// rejection, so that every number is exactly as likely as the others.
#[derive(Debug, Clone)]
pub struct Below {
    n: u32,
    ready: [u32; LANES],
    from: usize,
    to: usize,
}

impl Below {
    /// Numbers below `n`.
    ///
    /// # Panics
    /// If `n` is 0: no number lies in an empty range.
    #[must_use]
    pub fn new(n: u32) -> Self {
        assert!(n > 0, "no number lies below 0");
        Self { n, ready: [0; LANES], from: 0, to: 0 }
    }

    /// Fills `numbers` with the next ones.
    pub fn fill(&mut self, stream: &mut Stream, numbers: &mut [u32]) {
        let mut rest = numbers;
        while !rest.is_empty() {
            while self.from == self.to {
                self.refill(stream);
            }
            let (part, others) = rest.split_at_mut(rest.len().min(self.to - self.from));
            part.copy_from_slice(&self.ready[self.from..self.from + part.len()]);
            self.from += part.len();
            rest = others;
        }
    }

    fn refill(&mut self, stream: &mut Stream) {
        (self.from, self.to) = (0, LANES);
        if self.n > MOST {
            self.ready.fill_with(|| stream.below(u64::from(self.n)) as u32);
            return;
        }
        let mut lanes = [0_u16; LANES];
        stream.fill_lanes(&mut lanes);
        let n = self.n as u16;
        let rejected = ((1 << 16) % self.n) as u16;
        // Whole lists at a time, which the processor does in few steps; that a
        // lane is rejected is rare.
        let mut is_any_rejected = false;
        for (number, lane) in self.ready.iter_mut().zip(&lanes) {
            *number = (u32::from(*lane) * u32::from(n)) >> 16;
            is_any_rejected |= lane.wrapping_mul(n) < rejected;
        }
        if is_any_rejected {
            self.to = 0;
            for (place, lane) in lanes.iter().enumerate() {
                // Written without a branch: what is rejected is overwritten.
                self.ready[self.to] = self.ready[place];
                self.to += usize::from(lane.wrapping_mul(n) >= rejected);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_equally_likely() {
        let mut stream = Stream::named([5; 32], "below");
        let mut numbers = [0; 7];
        for n in [1, 5, 6, 4_095, 5_000] {
            let cells = n.min(10);
            let mut counts = vec![0_u32; cells as usize];
            let mut below = Below::new(n);
            for _ in 0..10_000 {
                below.fill(&mut stream, &mut numbers);
                for number in numbers {
                    assert!(number < n);
                    counts[(number % cells) as usize] += 1;
                }
            }
            for (cell, count) in (0..).zip(counts) {
                let share = f64::from((n - cell).div_ceil(cells)) / f64::from(n);
                // Each count is binomial(70,000, share); 6 sd, 36 counts: chance below 1e-7.
                let allowed = 6.0 * (7e4 * share * (1.0 - share)).sqrt();
                assert!((f64::from(count) - 7e4 * share).abs() <= allowed, "{n} {cell} {count}");
            }
        }
    }

    #[test]
    fn numbers_are_the_scheme_s_however_they_are_asked_for() {
        for n in [3, 16, 1_000, 4_096] {
            let mut words = Stream::named([6; 32], "lanes");
            let mut expected = Vec::new();
            while expected.len() < 1_000 {
                for lane in words.next_u64().to_le_bytes().chunks(2) {
                    let product = (u32::from(lane[0]) + 256 * u32::from(lane[1])) * n;
                    if product % 65_536 >= 65_536 % n {
                        expected.push(product / 65_536);
                    }
                }
            }
            let (mut stream, mut below) = (Stream::named([6; 32], "lanes"), Below::new(n));
            let mut found = Vec::new();
            for size in [1, 200, 0, 127, 128, 544] {
                let mut numbers = vec![0; size];
                below.fill(&mut stream, &mut numbers);
                found.extend(numbers);
            }
            assert_eq!(found, expected[..1_000]);
        }
    }
}
