//! Uniform indices in blocks, with gaps where a draw was rejected.

use crate::stream::Stream;

/// How many indices are made at once.
const BLOCK: usize = 128;

/// The largest limit for which 16 random bits make an index: above, too many
/// would be rejected.
pub(super) const MOST: usize = 4_096;

/// Uniform indices below `n`, in the order in which
/// [`Indices`](super::resampling::Indices) hands them out.
///
/// A rejected draw stands as `n`, so that whoever looks up values puts a 0
/// behind the last one. To close the gaps would take longer than all else: at
/// `n` = 1,000 one draw in 122 is rejected, where the processor cannot foresee
/// it.
///
/// # Source
/// Lemire 2019, "Fast Random Integer Generation in an Interval", with
/// rejection, so that every index is exactly as likely as the others.
pub(super) struct IndexBlocks {
    stream: Stream,
    n: u16,
    ready: [u16; BLOCK],
    from: usize,
}

impl IndexBlocks {
    /// Indices below `n`, from 1 to [`MOST`], from a copy of the stream.
    pub(super) fn below(n: usize, stream: &Stream) -> Self {
        assert!(n > 0 && n <= MOST, "no block of indices lies below {n}");
        Self { stream: stream.clone(), n: n as u16, ready: [0; BLOCK], from: BLOCK }
    }

    /// Hands `count` indices to `take`, list by list, and `n` for what was
    /// rejected in between.
    pub(super) fn draw(&mut self, count: usize, mut take: impl FnMut(&[u16])) {
        let mut left = count;
        while left > 0 {
            if self.from == BLOCK {
                self.refill();
            }
            let part = &self.ready[self.from..BLOCK.min(self.from + left)];
            self.from += part.len();
            left -= part.len();
            // Those that are missing come after all others: the same ones, in the same order.
            left += part.iter().map(|index| u16::from(*index == self.n)).sum::<u16>() as usize;
            take(part);
        }
    }

    fn refill(&mut self) {
        self.from = 0;
        let mut lanes = [0; BLOCK];
        self.stream.fill_lanes(&mut lanes);
        let n = self.n;
        let rejected = ((1 << 16) % u32::from(n)) as u16;
        for (index, lane) in self.ready.iter_mut().zip(&lanes) {
            let drawn = ((u32::from(*lane) * u32::from(n)) >> 16) as u16;
            *index = if lane.wrapping_mul(n) < rejected { n } else { drawn };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interval::resampling::Indices;

    #[test]
    fn the_indices_are_those_drawn_one_by_one() {
        for n in [1, 3, 7, 1_000, 3_001, 4_096] {
            let stream = Stream::named([1; 32], "indices");
            let (mut copy, mut expected, mut found) = (stream.clone(), Vec::new(), Vec::new());
            let mut one_by_one = Indices::below(n, &mut copy);
            let mut blocks = IndexBlocks::below(n, &stream);
            for size in [n, 1, 130, 2_000, n] {
                one_by_one.draw(size, |index| expected.push(index as u16));
                let before = found.len();
                blocks.draw(size, |part| found.extend(part.iter().copied().filter(|index| usize::from(*index) < n)));
                assert_eq!(found.len() - before, size);
            }
            assert_eq!(found, expected, "{n}");
        }
    }
}
