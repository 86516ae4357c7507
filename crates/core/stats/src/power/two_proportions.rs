//! Fisher's exact test of two independent proportions.

use super::one_proportion::{TIE, exactly};
use super::planned::{How, Planned};
use crate::distribution::normal;
use crate::level::Alpha;
use crate::summary::Adder;

/// Up to so many trials of both together every outcome is tried.
pub(super) const MOST_EXACT: u64 = 2_000;

/// The power of the one-sided test that the candidate's probability of success
/// is the larger one.
///
/// Up to [`MOST_EXACT`] trials that of Fisher's exact test, by every outcome;
/// beyond that of the normal test, which has more: measured at 1,000 each and
/// level 0.05, 0.724 and not 0.712 for 0.5 against 0.55, 0.577 and not 0.513
/// for 0.98 against 0.99.
///
/// # Source
/// Fisher 1935, "The Design of Experiments", section 11; Fleiss, Levin and Paik
/// 2003, "Statistical Methods for Rates and Proportions", section 4.2, for the
/// normal one, without correction for continuity.
pub(super) fn power(trials: [u64; 2], rates: [f64; 2], alpha: Alpha) -> Planned<f64> {
    if trials[0] + trials[1] <= MOST_EXACT {
        Planned::exact(exact(trials, rates, alpha))
    } else {
        Planned { value: approximate(trials, rates, alpha), how: How::Approximate }
    }
}

fn exact([baseline, candidate]: [u64; 2], rates: [f64; 2], alpha: Alpha) -> f64 {
    let chances = [binomial(baseline, rates[0]), binomial(candidate, rates[1])];
    let log_factorials: Vec<f64> = (0..=baseline + candidate).map(|count| libm::lgamma(count as f64 + 1.0)).collect();
    let log_ways = |n: u64, won: u64| {
        log_factorials[n as usize] - log_factorials[won as usize] - log_factorials[(n - won) as usize]
    };
    let mut sum = Adder::new();
    for successes in 0..=baseline + candidate {
        let (fewest, most) = (successes.saturating_sub(baseline), successes.min(candidate));
        let all = log_ways(baseline + candidate, successes);
        let (mut tail, mut found) = (0.0, 0.0);
        for won in (fewest..=most).rev() {
            tail += libm::exp(log_ways(candidate, won) + log_ways(baseline, successes - won) - all);
            if tail > alpha.get() * TIE {
                break;
            }
            found += chances[0][(successes - won) as usize] * chances[1][won as usize];
        }
        sum.add(found);
    }
    sum.total().min(1.0)
}

/// The probabilities of 0 to `n` successes.
fn binomial(n: u64, rate: f64) -> Vec<f64> {
    (0..=n).map(|won| exactly(won, n, rate)).collect()
}

fn approximate([baseline, candidate]: [u64; 2], [low, high]: [f64; 2], alpha: Alpha) -> f64 {
    let (n1, n2) = (baseline as f64, candidate as f64);
    let pooled = (n1 * low + n2 * high) / (n1 + n2);
    let under_null = (pooled * (1.0 - pooled) * (1.0 / n1 + 1.0 / n2)).sqrt();
    let error = (low * (1.0 - low) / n1 + high * (1.0 - high) / n2).sqrt();
    let distance = high - low + normal::point(alpha.get()) * under_null;
    if error == 0.0 {
        return if distance >= 0.0 { 1.0 } else { 0.0 };
    }
    normal::lower_tail(distance / error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_against_three_reject_at_three_to_nothing_only() {
        // One of the 20 ways to place three successes: exactly 0.05.
        let found = exact([3, 3], [0.1, 0.8], Alpha::new(0.05).unwrap());
        assert!((found - libm::pow(0.9 * 0.8, 3.0)).abs() < 1e-14, "{found}");
        assert_eq!(exact([3, 3], [0.0, 1.0], Alpha::new(0.05).unwrap()), 1.0);
        assert_eq!(exact([3, 3], [0.1, 0.8], Alpha::new(0.049).unwrap()), 0.0);
    }

    #[test]
    fn beyond_the_limit_it_says_that_it_approximates() {
        let found = power([1001, 1000], [0.7, 0.75], Alpha::new(0.05).unwrap());
        assert_eq!(found.how, How::Approximate);
    }
}
