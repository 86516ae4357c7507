//! Tests whose power is found by drawing normal differences.

use super::error::PowerError;
use super::planned::{How, Planned, Simulation};
use crate::compare::sign_flip::{self, Limits};
use crate::compare::wilcoxon_signed_rank::{self, Zeros};
use crate::level::Alpha;
use crate::sample::SampleError;
use crate::sequential::t_sequence::TSequence;

/// The share of drawn data sets of `n` differences, with mean `effect` and
/// standard deviation 1, that `rejects`.
fn share(
    n: u64,
    effect: f64,
    simulation: &Simulation<'_>,
    mut rejects: impl FnMut(&[f64]) -> Result<bool, SampleError>,
) -> Result<Planned<f64>, PowerError> {
    let draws = simulation.draws;
    if draws < 100 {
        return Err(PowerError::TooFew { of: "draws", needed: 100, got: u64::from(draws) });
    }
    if !effect.is_finite() {
        return Err(PowerError::EffectNotFinite);
    }
    let mut hits = 0_u32;
    for draw in 0..draws {
        let mut stream = simulation.stream.substream(u64::from(draw));
        let differences: Vec<f64> = (0..n).map(|_| effect + stream.normal()).collect();
        hits += u32::from(rejects(&differences).map_err(|_| PowerError::OutOfReach { n })?);
    }
    let value = f64::from(hits) / f64::from(draws);
    // Where all or none rejected, the error is that of one more that does not.
    let inside = value.clamp(1.0 / (f64::from(draws) + 1.0), f64::from(draws) / (f64::from(draws) + 1.0));
    let standard_error = (inside * (1.0 - inside) / f64::from(draws)).sqrt();
    Ok(Planned { value, how: How::Simulated { standard_error, draws } })
}

/// The one-sided sign-flip test, exact up to 20 pairs and by 999 flips beyond.
pub(super) fn sign_flip(
    n: u64,
    effect: f64,
    alpha: Alpha,
    simulation: &Simulation<'_>,
) -> Result<Planned<f64>, PowerError> {
    let limits = Limits { exact_up_to: 20, draws: 999 };
    let flips = simulation.stream.substream(u64::MAX);
    share(n, effect, simulation, |differences| {
        Ok(sign_flip::p_greater(differences, 0.0, limits, &flips)?.p_value <= alpha.get())
    })
}

/// Wilcoxon's one-sided signed-rank test. Without ties its critical sum depends
/// on `n` only and is found once.
pub(super) fn signed_rank(
    n: u64,
    effect: f64,
    alpha: Alpha,
    simulation: &Simulation<'_>,
) -> Result<Planned<f64>, PowerError> {
    let critical = critical_sum(n, alpha).map_err(|_| PowerError::OutOfReach { n })?;
    share(n, effect, simulation, |differences| {
        let mut order: Vec<f64> = differences.to_vec();
        order.sort_by(|left, right| left.abs().total_cmp(&right.abs()));
        let sum: u64 = (1..).zip(&order).filter(|(_, value)| **value > 0.0).map(|(rank, _)| rank).sum();
        Ok(sum >= critical)
    })
}

/// The smallest sum of positive ranks that rejects, one more than all of them
/// where none does.
fn critical_sum(n: u64, alpha: Alpha) -> Result<u64, SampleError> {
    let all = n * (n + 1) / 2;
    let rejects = |sum: u64| {
        // Large ranks first, any sum can be made.
        let mut left = sum;
        let mut differences: Vec<f64> = Vec::new();
        for rank in (1..=n).rev() {
            let is_positive = left >= rank;
            left -= if is_positive { rank } else { 0 };
            differences.push(if is_positive { rank as f64 } else { -(rank as f64) });
        }
        Ok::<bool, SampleError>(wilcoxon_signed_rank::test(&differences, Zeros::Wilcox)?.tails.greater <= alpha.get())
    };
    let (mut too_small, mut enough) = (0, all + 1);
    while enough - too_small > 1 {
        let middle = too_small + (enough - too_small) / 2;
        if rejects(middle)? {
            enough = middle;
        } else {
            too_small = middle;
        }
    }
    Ok(enough)
}

/// The t sequence looked at after each of `looks`: the chance that at one of
/// them its lower bound lies above zero.
pub(super) fn sequential(
    looks: &[u64],
    scale: f64,
    effect: f64,
    alpha: Alpha,
    simulation: &Simulation<'_>,
) -> Result<Planned<f64>, PowerError> {
    let last = looks.last().copied().unwrap_or(0);
    share(last, effect, simulation, |differences| {
        for look in looks {
            let found = TSequence::from_differences(&differences[..*look as usize], scale)?;
            if found.p_greater(0.0) <= alpha.get() {
                return Ok(true);
            }
        }
        Ok(false)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::Stream;

    #[test]
    fn critical_sums_are_those_of_the_tables() {
        // Wilcoxon 1945, table: one-sided 0.025 for n = 7 at a sum of 2 of the
        // rarer sign, thus 26 of 28; 0.05 for n = 5 at 0, thus 15.
        assert_eq!(critical_sum(7, Alpha::new(0.025).unwrap()), Ok(26));
        assert_eq!(critical_sum(5, Alpha::new(0.05).unwrap()), Ok(15));
        assert_eq!(critical_sum(4, Alpha::new(0.05).unwrap()), Ok(11));
    }

    #[test]
    fn the_critical_sum_decides_as_the_test_does() {
        let stream = Stream::named([4; 32], "signed rank");
        let alpha = Alpha::new(0.05).unwrap();
        let simulation = Simulation { stream: &stream, draws: 300 };
        let by_test = share(9, 0.5, &simulation, |differences| {
            Ok(wilcoxon_signed_rank::test(differences, Zeros::Wilcox)?.tails.greater <= alpha.get())
        });
        assert_eq!(signed_rank(9, 0.5, alpha, &simulation), by_test);
    }

    #[test]
    fn too_few_draws_are_refused() {
        let stream = Stream::named([4; 32], "few");
        let simulation = Simulation { stream: &stream, draws: 10 };
        let found = signed_rank(9, 0.5, Alpha::new(0.05).unwrap(), &simulation);
        assert_eq!(found, Err(PowerError::TooFew { of: "draws", needed: 100, got: 10 }));
    }
}
