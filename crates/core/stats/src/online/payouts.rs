//! What the start of a stream and each rejection pay to the tests after them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::summary::Adder;

/// The share of a payout that the test number `place` after it gets, from 1.
/// It falls slowly, like 1 / (i exp(sqrt(log i))).
///
/// The shares sum to 0.976: the published constant is a little too small to
/// spend all, and is kept so that levels agree with other programs.
///
/// # Source
/// Javanmard and Montanari 2018, "Online Rules for Control of False Discovery
/// Rate and False Discovery Exceedance", equation 31, as in the R package
/// onlineFDR.
pub(super) fn slow_share(place: u64) -> f64 {
    let i = place.max(1) as f64;
    0.077_208_38 * libm::log(i.max(2.0)) / (i * libm::exp(libm::log(i).sqrt()))
}

/// The share of a payout that the test number `place` after it gets, from 1;
/// the shares sum to 1. It falls fast, like i^-1.6.
///
/// # Source
/// Ramdas et al. 2018, "SAFFRON", who take this power; the constant
/// is one over the Riemann zeta function at 1.6.
pub(super) fn fast_share(place: u64) -> f64 {
    0.437_490_165_8 / libm::pow(place.max(1) as f64, 1.6)
}

/// A clock that begins anew at each rejection.
///
/// Every value of it is possible, so that it needs no check when it is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Clock {
    /// The ticks from the start to the first rejection, from there to the
    /// second, and so on.
    before_rejections: Vec<u64>,
    /// The ticks since the last rejection, or since the start.
    since: u64,
}

impl Clock {
    pub(super) fn new() -> Self {
        Self { before_rejections: Vec::new(), since: 0 }
    }

    pub(super) fn tick(&mut self) {
        self.since = self.since.saturating_add(1);
    }

    pub(super) fn reject(&mut self) {
        self.before_rejections.push(self.since);
        self.since = 0;
    }

    pub(super) fn rejected(&self) -> usize {
        self.before_rejections.len()
    }

    /// What the next test gets: its share of `initial` from the start, of
    /// `rate - initial` from the first rejection, and of `rate` from each
    /// further one.
    pub(super) fn payout(&self, share: fn(u64) -> f64, initial: f64, rate: f64) -> f64 {
        let mut paid = Adder::new();
        let mut ticks = self.since;
        for (number, before) in self.before_rejections.iter().enumerate().rev() {
            let earned = if number == 0 { rate - initial } else { rate };
            paid.add(earned * share(ticks.saturating_add(1)));
            ticks = ticks.saturating_add(*before);
        }
        paid.add(initial * share(ticks.saturating_add(1)));
        paid.total()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_sum_to_no_more_than_one() {
        // The rest of the sum beyond n is about 0.437 n^-0.6 / 0.6.
        let fast: f64 = (1..=100_000).map(fast_share).sum();
        let rest = 0.437_490_165_8 / 0.6 * libm::pow(100_000.5, -0.6);
        assert!((fast + rest - 1.0).abs() < 1e-9, "{}", fast + rest);
        // With u = sqrt(log x) the rest is the integral of 2 u^3 exp(-u), which
        // is 2 (u^3 + 3 u^2 + 6 u + 6) exp(-u).
        let slow: f64 = (1..=100_000).map(slow_share).sum();
        let u = libm::log(100_000.5).sqrt();
        let rest = 0.077_208_38 * 2.0 * (u * u * u + 3.0 * u * u + 6.0 * u + 6.0) * libm::exp(-u);
        assert!((slow + rest - 0.976_308).abs() < 1e-6, "{}", slow + rest);
    }

    #[test]
    fn each_rejection_pays_from_when_it_came() {
        let mut clock = Clock::new();
        clock.tick();
        clock.reject();
        clock.tick();
        clock.tick();
        clock.reject();
        clock.tick();
        // Ticks since the start 4, since the first 3, since the second 1.
        let expected = 0.01 * fast_share(5) + 0.04 * fast_share(4) + 0.05 * fast_share(2);
        assert!((clock.payout(fast_share, 0.01, 0.05) - expected).abs() < 1e-16);
        assert_eq!(clock.rejected(), 2);
    }

    #[test]
    fn a_clock_that_ran_very_long_still_pays() {
        let clock = Clock { before_rejections: vec![u64::MAX, u64::MAX], since: u64::MAX };
        assert!(clock.payout(slow_share, 0.01, 0.05) > 0.0);
    }
}
