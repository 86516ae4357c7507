//! Properties of the procedures for families that hold for all p-values.

use gosset_stats::Alpha;
use gosset_stats::multiplicity::{ErrorRate, Procedure};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn config() -> ProptestConfig {
    ProptestConfig {
        rng_seed: RngSeed::Fixed(1979),
        failure_persistence: None,
        cases: 300,
        ..ProptestConfig::default()
    }
}

/// P-values with ties, zeros and ones, in tenths of a percent where small.
fn p_values(most: usize) -> impl Strategy<Value = Vec<f64>> {
    let ties = (0..=60_u32).prop_map(|thousandths| f64::from(thousandths) / 1000.0);
    vec(prop_oneof![0.0..=1.0, 0.0..=0.05, ties, Just(1.0)], 1..most)
}

fn rejected(procedure: Procedure, p_values: &[f64], level: f64) -> Vec<bool> {
    let levels = procedure.levels(p_values, Alpha::new(level).unwrap()).unwrap();
    p_values.iter().zip(levels).map(|(p_value, level)| *p_value <= level).collect()
}

/// A closed test by its definition: a hypothesis is rejected where every set
/// that holds it is.
fn closed(p_values: &[f64], is_rejected: impl Fn(&[f64]) -> bool) -> Vec<bool> {
    let mut all = vec![true; p_values.len()];
    for set in 1_u32..1 << p_values.len() {
        let holds = |index: &usize| set >> index & 1 == 1;
        let members: Vec<usize> = (0..p_values.len()).filter(holds).collect();
        let mut chosen: Vec<f64> = members.iter().map(|index| p_values[*index]).collect();
        chosen.sort_by(f64::total_cmp);
        if !is_rejected(&chosen) {
            for index in members {
                all[index] = false;
            }
        }
    }
    all
}

/// The largest p-value at or below its critical value and all below it.
fn step_up(p_values: &[f64], critical: impl Fn(usize) -> f64) -> Vec<bool> {
    let within = |p_value: f64| {
        let rank = p_values.iter().filter(|other| **other <= p_value).count();
        p_value <= critical(rank)
    };
    let limit = p_values.iter().copied().filter(|p_value| within(*p_value)).fold(-1.0, f64::max);
    p_values.iter().map(|p_value| *p_value <= limit).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn decisions_are_those_of_the_definitions(p_values in p_values(9), level in 0.01..0.3) {
        let k = p_values.len();
        let bonferroni = |sorted: &[f64]| sorted[0] <= level / sorted.len() as f64;
        let simes = |sorted: &[f64]| {
            sorted.iter().enumerate().any(|(index, p_value)| *p_value <= level * ((index + 1) as f64 / sorted.len() as f64))
        };
        prop_assert_eq!(rejected(Procedure::Holm, &p_values, level), closed(&p_values, bonferroni));
        prop_assert_eq!(rejected(Procedure::Hommel, &p_values, level), closed(&p_values, simes));
        prop_assert_eq!(
            rejected(Procedure::Hochberg, &p_values, level),
            step_up(&p_values, |rank| level / (k - rank + 1) as f64)
        );
        prop_assert_eq!(
            rejected(Procedure::BenjaminiHochberg, &p_values, level),
            step_up(&p_values, |rank| level * (rank as f64 / k as f64))
        );
    }

    #[test]
    fn an_adjusted_p_value_is_the_smallest_level_that_rejects(p_values in p_values(15)) {
        for &procedure in Procedure::ALL {
            let adjusted = procedure.adjusted(&p_values).unwrap();
            for (index, adjusted) in adjusted.iter().enumerate() {
                let (above, below) = (adjusted * (1.0 + 1e-9) + 1e-12, adjusted * (1.0 - 1e-9));
                if above < 1.0 {
                    prop_assert!(rejected(procedure, &p_values, above)[index], "{procedure:?}");
                }
                if below > 0.0 && *adjusted < 1.0 {
                    prop_assert!(!rejected(procedure, &p_values, below)[index], "{procedure:?}");
                }
            }
        }
    }

    #[test]
    fn a_smaller_p_value_has_an_adjusted_one_that_is_no_larger(p_values in p_values(15), level in 0.01..0.3) {
        for &procedure in Procedure::ALL {
            let adjusted = procedure.adjusted(&p_values).unwrap();
            let levels = procedure.levels(&p_values, Alpha::new(level).unwrap()).unwrap();
            for (i, one) in p_values.iter().enumerate() {
                // At their rounding the adjusted keep the order of the p-values.
                prop_assert!(adjusted[i] >= one * (1.0 - 1e-14) || procedure == Procedure::TwoStageBh);
                prop_assert!(levels[i] > 0.0 && levels[i] <= 1.0);
                for (j, _) in p_values.iter().enumerate().filter(|(_, other)| one <= *other) {
                    prop_assert!(adjusted[i] <= adjusted[j], "{procedure:?}");
                    prop_assert!(levels[i] <= levels[j], "{procedure:?}");
                }
            }
        }
    }

    #[test]
    fn the_order_of_the_hypotheses_does_not_matter(p_values in p_values(15), by in 0_usize..15, level in 0.01..0.3) {
        let by = by % p_values.len();
        let turned = |values: &[f64]| {
            let mut values = values.to_vec();
            values.rotate_left(by);
            values
        };
        let alpha = Alpha::new(level).unwrap();
        for procedure in Procedure::ALL {
            prop_assert_eq!(
                turned(&procedure.adjusted(&p_values).unwrap()),
                procedure.adjusted(&turned(&p_values)).unwrap()
            );
            prop_assert_eq!(
                turned(&procedure.levels(&p_values, alpha).unwrap()),
                procedure.levels(&turned(&p_values), alpha).unwrap()
            );
        }
    }

    #[test]
    fn procedures_are_as_strict_as_they_are_known_to_be(p_values in p_values(15), level in 0.01..0.3) {
        let stricter_first = [
            [Procedure::Bonferroni, Procedure::Sidak],
            [Procedure::Bonferroni, Procedure::Holm],
            [Procedure::Holm, Procedure::Hochberg],
            [Procedure::Hochberg, Procedure::Hommel],
            [Procedure::Hommel, Procedure::BenjaminiHochberg],
            [Procedure::BenjaminiYekutieli, Procedure::BenjaminiHochberg],
        ];
        let alpha = Alpha::new(level).unwrap();
        for pair in stricter_first {
            let [strict, lax] = pair.map(|procedure| procedure.adjusted(&p_values).unwrap());
            for (strict, lax) in strict.iter().zip(lax) {
                prop_assert!(lax <= strict * (1.0 + 1e-14), "{pair:?}: {lax} {strict}");
            }
            if pair[1].error_rate() == ErrorRate::FamilyWise {
                let [strict, lax] = pair.map(|procedure| procedure.levels(&p_values, alpha).unwrap());
                for (strict, lax) in strict.iter().zip(lax) {
                    prop_assert!(lax >= *strict, "{pair:?}: {lax} {strict}");
                }
            }
        }
    }

    #[test]
    fn bounds_that_say_more_than_decisions_are_at_no_larger_level(p_values in p_values(15), level in 0.01..0.3) {
        let alpha = Alpha::new(level).unwrap();
        for procedure in Procedure::ALL {
            let levels = procedure.levels(&p_values, alpha).unwrap();
            let first = procedure.first_level(p_values.len(), alpha).get();
            for (level, bound) in levels.iter().zip(procedure.bound_levels(&p_values, alpha).unwrap()) {
                prop_assert!(bound <= *level && bound >= first * (1.0 - 1e-14), "{procedure:?}: {bound} {level} {first}");
            }
        }
    }
}
