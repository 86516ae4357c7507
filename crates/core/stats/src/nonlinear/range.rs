//! The values that a constant may have.

/// The values that a constant may have, from a finite number to a larger one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// The least.
    pub from: f64,
    /// The largest.
    pub to: f64,
}

/// Whether a fit keeps within the ranges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confined {
    /// It does.
    Within,
    /// It starts there and goes where the runs lead it.
    Free,
}

/// Ranges over more than this factor are searched in logarithms.
const DECADES: f64 = 100.0;

impl Range {
    /// How wide it is.
    #[must_use]
    pub fn width(&self) -> f64 {
        self.to - self.from
    }

    /// Whether `value` lies in it.
    #[must_use]
    pub fn holds(&self, value: f64) -> bool {
        value >= self.from && value <= self.to
    }

    /// The value at a share of the way from one end to the other.
    pub(super) fn at(&self, share: f64) -> f64 {
        if self.from > 0.0 && self.to / self.from > DECADES {
            return self.from * libm::pow(self.to / self.from, share);
        }
        self.from + share * self.width()
    }

    /// The value for a number without limits, and the slope there.
    pub(super) fn squeezed(&self, free: f64) -> (f64, f64) {
        let share = 1.0 / (1.0 + libm::exp(-free));
        (self.from + share * self.width(), share * (1.0 - share) * self.width())
    }

    /// The number without limits for a value; far out at the ends.
    pub(super) fn stretched(&self, value: f64) -> f64 {
        let share = ((value - self.from) / self.width()).clamp(1e-6, 1.0 - 1e-6);
        libm::log(share / (1.0 - share))
    }
}
