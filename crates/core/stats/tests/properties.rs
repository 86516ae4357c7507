//! Properties that hold for all data.

use gosset_stats::compare::hodges_lehmann;
use gosset_stats::compare::sign_flip::{How, Limits, p_greater, p_less};
use gosset_stats::interval::bootstrap_bca;
use gosset_stats::{Alpha, PairedT, Stream, multiplicity, summary};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

const EXACT: Limits = Limits { exact_up_to: 40, draws: 0 };

fn config() -> ProptestConfig {
    ProptestConfig {
        rng_seed: RngSeed::Fixed(1908),
        failure_persistence: None,
        cases: 300,
        ..ProptestConfig::default()
    }
}

fn stream() -> Stream {
    Stream::named([9; 32], "properties")
}

fn near(left: f64, right: f64, tolerance: f64) -> bool {
    (left - right).abs() <= tolerance * (1.0 + left.abs().max(right.abs()))
}

/// Whole numbers of 1/360, as differences of accuracies on 360 items are.
fn grid(length: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = Vec<i32>> {
    vec(-20..=20_i32, length)
}

fn as_differences(units: &[i32]) -> Vec<f64> {
    // By way of two accuracies, for the rounding that comes with them.
    units.iter().map(|unit| f64::from(300 + unit) / 360.0 - 300.0 / 360.0).collect()
}

fn by_brute_force(units: &[i32], null: i32) -> f64 {
    let values: Vec<i32> = units.iter().map(|unit| unit - null).collect();
    let observed: i32 = values.iter().sum();
    let sum_of = |flips: u32| -> i32 {
        values.iter().enumerate().map(|(index, value)| if flips >> index & 1 == 1 { -value } else { *value }).sum()
    };
    let all = 1_u32 << values.len();
    let hits = (0..all).filter(|flips| sum_of(*flips) >= observed).count();
    hits as f64 / f64::from(all)
}

fn rotated(values: &[f64], by: usize) -> Vec<f64> {
    let mut values = values.to_vec();
    let length = values.len();
    values.rotate_left(by % length);
    values
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_exact_sign_flip_test_is_brute_force_with_ties_in_whole_numbers(units in grid(1..=12), null in -3..=3_i32) {
        let found = p_greater(&as_differences(&units), f64::from(null) / 360.0, EXACT, &stream()).unwrap();
        prop_assert_eq!(found.p_value, by_brute_force(&units, null));
        prop_assert_eq!(found.how, How::Exact);
        prop_assert!(found.smallest_possible <= found.p_value);
    }

    #[test]
    fn negating_everything_swaps_the_sides(differences in vec(-2.0..2.0, 2..30), null in -1.0..1.0) {
        let negated: Vec<f64> = differences.iter().map(|difference| -difference).collect();
        let limits = Limits { exact_up_to: 15, draws: 500 };
        prop_assert_eq!(
            p_greater(&differences, null, limits, &stream()).unwrap(),
            p_less(&negated, -null, limits, &stream()).unwrap()
        );
        let (found, mirrored) =
            (PairedT::from_differences(&differences).unwrap(), PairedT::from_differences(&negated).unwrap());
        prop_assert_eq!(found.p_greater(null), mirrored.p_less(-null));
        let level = Alpha::new(0.025).unwrap();
        prop_assert_eq!(found.lower(level), -mirrored.upper(level));
    }

    #[test]
    fn shifting_differences_and_null_changes_nothing(units in grid(2..=16), null in -3..=3_i32, shift in -50.0..50.0) {
        let differences = as_differences(&units);
        let null = f64::from(null) / 360.0;
        let shifted: Vec<f64> = differences.iter().map(|difference| difference + shift).collect();
        prop_assert_eq!(
            p_greater(&differences, null, EXACT, &stream()).unwrap().p_value,
            p_greater(&shifted, null + shift, EXACT, &stream()).unwrap().p_value
        );
        if let (Ok(found), Ok(moved)) = (PairedT::from_differences(&differences), PairedT::from_differences(&shifted)) {
            prop_assert!(near(found.p_greater(null), moved.p_greater(null + shift), 1e-9));
        }
        let estimate = |values: &[f64]| hodges_lehmann::estimate(values).unwrap();
        prop_assert!(near(estimate(&differences) + shift, estimate(&shifted), 1e-12));
    }

    #[test]
    fn scaling_changes_nothing(units in grid(2..=16), scale in 1e-6..1e6) {
        let differences = as_differences(&units);
        let scaled: Vec<f64> = differences.iter().map(|difference| difference * scale).collect();
        prop_assert_eq!(
            p_less(&differences, 0.0, EXACT, &stream()).unwrap().p_value,
            p_less(&scaled, 0.0, EXACT, &stream()).unwrap().p_value
        );
        if let Ok(found) = PairedT::from_differences(&differences) {
            let larger = PairedT::from_differences(&scaled).unwrap();
            prop_assert!(near(found.p_less(0.0), larger.p_less(0.0), 1e-10));
            prop_assert!(near(found.mean() * scale, larger.mean(), 1e-10));
        }
    }

    #[test]
    fn the_order_of_the_pairs_does_not_matter(units in grid(2..=20), by in 0_usize..20) {
        let differences = as_differences(&units);
        let other = rotated(&differences, by);
        prop_assert_eq!(
            p_greater(&differences, 0.0, EXACT, &stream()).unwrap(),
            p_greater(&other, 0.0, EXACT, &stream()).unwrap()
        );
        prop_assert_eq!(hodges_lehmann::estimate(&differences), hodges_lehmann::estimate(&other));
        prop_assert_eq!(summary::median(&differences), summary::median(&other));
        if let (Ok(found), Ok(turned)) = (PairedT::from_differences(&differences), PairedT::from_differences(&other)) {
            prop_assert!(near(found.p_greater(0.0), turned.p_greater(0.0), 1e-12));
        }
    }

    #[test]
    fn a_lower_bound_and_its_p_value_agree(differences in vec(-1.0..2.0, 2..20), level in 0.001..0.5) {
        let Ok(found) = PairedT::from_differences(&differences) else { return Ok(()) };
        let bound = found.lower(Alpha::new(level).unwrap());
        prop_assert!(near(found.p_greater(bound), level, 1e-9));
        prop_assert!((found.p_greater(0.5) + found.p_less(0.5) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn bootstrap_bounds_are_ordered_and_reproducible(differences in vec(-1.0..2.0, 5..30)) {
        let level = Alpha::new(0.05).unwrap();
        let found = bootstrap_bca::bca_mean(&differences, level, 999, &stream()).unwrap();
        prop_assert!(found.lower < found.upper);
        prop_assert_eq!(found, bootstrap_bca::bca_mean(&differences, level, 999, &stream()).unwrap());
    }

    #[test]
    fn a_p_value_is_at_most_its_level_exactly_where_holm_rejects(
        p_values in vec(prop_oneof![0.0..=1.0, 0.0..=0.05, Just(0.01), Just(0.025)], 1..12),
        level in 0.01..0.2,
    ) {
        let alpha = Alpha::new(level).unwrap();
        let levels = multiplicity::holm_levels(&p_values, alpha).unwrap();
        for (index, p_value) in p_values.iter().enumerate() {
            prop_assert_eq!(*p_value <= levels[index], holm_rejects(&p_values, index, level));
            for (other, other_p_value) in p_values.iter().enumerate() {
                if p_value == other_p_value {
                    prop_assert_eq!(levels[index], levels[other]);
                }
            }
        }
    }

    #[test]
    fn a_shuffle_is_a_permutation(length in 0_usize..50, index in 0_u64..1000) {
        let mut items: Vec<usize> = (0..length).collect();
        stream().substream(index).shuffle(&mut items);
        items.sort_unstable();
        prop_assert_eq!(items, (0..length).collect::<Vec<_>>());
    }
}

/// Holm's rule as a closed test: a hypothesis is rejected where every set of
/// hypotheses that holds it has a Bonferroni rejection. Of the sets of one size
/// the hardest holds the largest of the other p-values.
fn holm_rejects(p_values: &[f64], index: usize, level: f64) -> bool {
    let mut others: Vec<f64> = p_values.to_vec();
    others.remove(index);
    others.sort_by(|left, right| right.total_cmp(left));
    (0..=others.len()).all(|taken| {
        let smallest = others[..taken].iter().copied().fold(p_values[index], f64::min);
        smallest <= level / (taken + 1) as f64
    })
}
