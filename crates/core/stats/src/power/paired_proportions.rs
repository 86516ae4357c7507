//! McNemar's exact test of paired proportions.

use super::one_proportion::{at_least, critical, exactly, rejects};
use crate::level::Alpha;
use crate::summary::Adder;

/// The power of McNemar's one-sided exact test with `n` items, of which a share
/// `disagreement` is right by one of the two only, and the candidate's share
/// of right ones larger by `effect`.
///
/// Summed over the number of disagreements, each with its own critical count.
///
/// # Source
/// Duffy 1984, "Asymptotic and Exact Power for the McNemar Test and its
/// Analogue with R Controls per Case", the exact form.
pub(super) fn power(n: u64, disagreement: f64, effect: f64, alpha: Alpha) -> f64 {
    if disagreement == 0.0 {
        return 0.0;
    }
    let candidate = (0.5 * (1.0 + effect / disagreement)).clamp(0.0, 1.0);
    let mut sum = Adder::new();
    let mut wins: Option<u64> = None;
    for disagreements in 1..=n {
        let chance = exactly(disagreements, n, disagreement);
        // What lies in the far tails adds nothing.
        if chance < 1e-18 {
            continue;
        }
        // One more disagreement asks for at most one more win.
        wins = match wins {
            Some(wins) if rejects(wins, disagreements, 0.5, alpha) => Some(wins),
            Some(wins) if rejects(wins + 1, disagreements, 0.5, alpha) => Some(wins + 1),
            _ => critical(disagreements, 0.5, alpha),
        };
        if let Some(wins) = wins {
            sum.add(chance * at_least(wins, disagreements, candidate));
        }
    }
    sum.total().clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_all_items_disagree_it_is_the_sign_test() {
        let alpha = Alpha::new(0.05).unwrap();
        // Five items, all disagree, the candidate wins each with 0.9.
        assert!((power(5, 1.0, 0.8, alpha) - libm::pow(0.9, 5.0)).abs() < 1e-14);
        assert_eq!(power(4, 1.0, 0.8, alpha), 0.0);
        assert_eq!(power(100, 0.0, 0.0, alpha), 0.0);
    }
}
