//! Counting intervals that miss.

use gosset_stats::Bounds;

/// Counts of intervals that lie above the truth, below it, or are not there.
#[derive(Clone, Copy, Default)]
pub(crate) struct Misses {
    pub(crate) above: u64,
    pub(crate) below: u64,
    pub(crate) absent: u64,
}

impl Misses {
    pub(crate) fn count(&mut self, bounds: Option<Bounds>, truth: f64) {
        match bounds {
            Some(bounds) if bounds.lower > truth => self.above += 1,
            Some(bounds) if bounds.upper < truth => self.below += 1,
            Some(_) => {}
            None => self.absent += 1,
        }
    }

    pub(crate) fn total(self) -> u64 {
        self.above + self.below
    }
}
