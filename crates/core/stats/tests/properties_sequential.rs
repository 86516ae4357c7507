//! What holds for any stream, confidence sequence and set of looks.

use gosset_stats::online::{AlphaInvesting, ELond, Lond, LordPlusPlus, Saffron};
use gosset_stats::sequential::group_sequential::{Spending, chances, looks};
use gosset_stats::sequential::{Betting, TMixture, TSequence, e_merge};
use gosset_stats::{Alpha, Bounds};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn near(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-8 * (1.0 + expected.abs())
}

fn level(value: f64) -> Alpha {
    Alpha::new(value).unwrap()
}

/// The levels of a method over these values.
fn levels(method: usize, values: &[f64]) -> Vec<f64> {
    let rate = level(0.1);
    let (mut lond, mut lord, mut investing) = (Lond::new(rate), LordPlusPlus::new(rate), AlphaInvesting::new(rate));
    let (mut saffron, mut e_lond) = (Saffron::new(rate, level(0.5)), ELond::new(rate));
    let mut next = |value: f64| match method {
        0 => lond.next(value),
        1 => lord.next(value),
        2 => saffron.next(value),
        3 => investing.next(value),
        _ => e_lond.next(1.0 / value),
    };
    values.iter().map(|value| next(*value).unwrap().level).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, rng_seed: RngSeed::Fixed(1976), failure_persistence: None, ..ProptestConfig::default() })]

    // The proofs of the false discovery rate rest on this.
    #[test]
    fn stronger_evidence_never_lowers_a_later_level(
        exponents in vec(0.0..12.0_f64, 2..60),
        place in any::<prop::sample::Index>(),
        method in 0..5_usize,
    ) {
        let values: Vec<f64> = exponents.iter().map(|exponent| libm::exp(-exponent)).collect();
        let mut stronger = values.clone();
        stronger[place.index(values.len())] *= 1e-3;
        for (with, without) in levels(method, &stronger).iter().zip(levels(method, &values)) {
            prop_assert!(*with >= without * (1.0 - 1e-12), "{with} {without}");
        }
    }

    #[test]
    fn t_sequences_move_and_scale_with_their_values(
        values in vec(-1.0..1.0_f64, 6..40),
        shift in -10.0..10.0_f64,
        factor in 0.1..10.0_f64,
        scale in 0.3..3.0_f64,
    ) {
        prop_assume!(TMixture::from_differences(&values, scale).is_ok());
        let moved: Vec<f64> = values.iter().rev().map(|value| factor * value + shift).collect();
        let (before, after) = (TMixture::from_differences(&values, scale).unwrap(), TMixture::from_differences(&moved, scale).unwrap());
        prop_assert!(near(after.log_e(shift), before.log_e(0.0)));
        let one_sided = TSequence::from_differences(&values, scale).unwrap();
        for alpha in [level(0.2), level(0.01)] {
            match (before.bounds(alpha), after.bounds(alpha)) {
                (Some(before), Some(after)) => {
                    prop_assert!(near(after.lower, factor * before.lower + shift));
                    prop_assert!(near(after.upper, factor * before.upper + shift));
                    // A bound on one side alone is closer.
                    prop_assert!(one_sided.lower(alpha).unwrap() >= before.lower);
                }
                (before, after) => prop_assert!(before.is_none() && after.is_none()),
            }
        }
    }

    #[test]
    fn betting_is_the_same_in_any_unit_and_from_either_end(
        values in vec(0.0..=1.0_f64, 1..120),
        low in -5.0..5.0_f64,
        width in 0.5..20.0_f64,
    ) {
        let alpha = level(0.05);
        let plain = Betting::from_values(&values, 0.0, 1.0, alpha).unwrap();
        let moved: Vec<f64> = values.iter().map(|value| (low + width * value).clamp(low, low + width)).collect();
        let moved = Betting::from_values(&moved, low, low + width, alpha).unwrap();
        prop_assert!(near(moved.lower(), low + width * plain.lower()) && near(moved.upper(), low + width * plain.upper()));
        let mirrored: Vec<f64> = values.iter().map(|value| 1.0 - value).collect();
        let mirrored = Betting::from_values(&mirrored, 0.0, 1.0, alpha).unwrap();
        prop_assert!(near(mirrored.lower(), 1.0 - plain.upper()) && near(mirrored.upper(), 1.0 - plain.lower()));
        let mut before = Bounds { lower: 0.0, upper: 1.0 };
        for bounds in plain.running() {
            prop_assert!(bounds.lower >= before.lower && bounds.upper <= before.upper);
            before = bounds;
        }
        prop_assert!(near(before.lower, plain.lower()) && near(before.upper, plain.upper()));
    }

    #[test]
    fn looks_spend_the_level_and_no_more(
        steps in vec(0.02..1.0_f64, 1..7),
        alpha in 0.005..0.3_f64,
        is_pocock in any::<bool>(),
        drift in 0.0..4.0_f64,
    ) {
        let total: f64 = steps.iter().sum();
        let mut sum = 0.0;
        let fractions: Vec<f64> = steps.iter().map(|step| { sum += step / total; sum.min(1.0) }).collect();
        let spending = if is_pocock { Spending::Pocock } else { Spending::OBrienFleming };
        let found = looks(&fractions, spending, level(alpha)).unwrap();
        let mut spent = 0.0;
        for (look, chance) in found.iter().zip(chances(&found, 0.0).unwrap()) {
            spent += chance;
            prop_assert!((spent - look.spent).abs() <= 1e-10 * alpha, "{spent} {look:?}");
        }
        let power = |drift: f64| chances(&found, drift).unwrap().iter().sum::<f64>();
        prop_assert!(power(drift + 0.1) > power(drift) && power(-drift - 0.1) < alpha);
    }

    #[test]
    fn merged_e_values_do_not_depend_on_their_order(values in vec(0.001..1e6_f64, 1..20)) {
        let reversed: Vec<f64> = values.iter().rev().copied().collect();
        for merge in [e_merge::log_mean, e_merge::log_product] {
            prop_assert!(near(merge(&values).unwrap().unwrap(), merge(&reversed).unwrap().unwrap()));
        }
        let largest = values.iter().copied().fold(0.0, f64::max);
        prop_assert!(e_merge::log_mean(&values).unwrap().unwrap() <= libm::log(largest) + 1e-12);
    }
}
