//! What holds for any clustered mean, correlation and test against a margin.

use gosset_stats::Alpha;
use gosset_stats::correlation::kendall::Kendall;
use gosset_stats::correlation::pearson::Pearson;
use gosset_stats::correlation::spearman::Spearman;
use gosset_stats::equivalence::equivalence_paired_means;
use gosset_stats::equivalence::equivalence_paired_proportions::PairedProportions;
use gosset_stats::equivalence::equivalence_two_proportions::TwoProportions;
use gosset_stats::equivalence::margin::Margin;
use gosset_stats::interval::clustered_mean::{ClusteredMean, Correction};
use gosset_stats::interval::{clopper_pearson, wilson};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn near(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-8 * (1.0 + expected.abs())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, rng_seed: RngSeed::Fixed(1908), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_clustered_mean_moves_and_scales_with_its_values(
        rows in vec((-1.0..1.0_f64, 0..5_u8), 8..30),
        shift in -10.0..10.0_f64,
        scale in 0.1..10.0_f64,
    ) {
        let labels: Vec<u8> = rows.iter().map(|row| row.1).collect();
        let values: Vec<f64> = rows.iter().map(|row| row.0).collect();
        prop_assume!(ClusteredMean::of(&values, &labels).is_ok());
        let fit = ClusteredMean::of(&values, &labels).unwrap();
        let moved: Vec<f64> = values.iter().map(|value| scale * value + shift).collect();
        let moved = ClusteredMean::of(&moved, &labels).unwrap();
        prop_assert!(near(moved.mean(), scale * fit.mean() + shift));
        for correction in [Correction::Cr0, Correction::Cr1, Correction::Cr2] {
            prop_assert!(near(moved.standard_error(correction), scale * fit.standard_error(correction)));
        }
        prop_assert!(fit.standard_error(Correction::Cr0) <= fit.standard_error(Correction::Cr2));
        prop_assert!(fit.df(Correction::Cr2) <= fit.df(Correction::Cr1) + 1e-9);
        // The order of the lines does not matter.
        let back = |column: &[f64]| column.iter().rev().copied().collect::<Vec<f64>>();
        let reversed: Vec<u8> = labels.iter().rev().copied().collect();
        let other = ClusteredMean::of(&back(&values), &reversed).unwrap();
        prop_assert!(near(other.standard_error(Correction::Cr2), fit.standard_error(Correction::Cr2)));
    }

    #[test]
    fn correlations_are_symmetric_and_turn_with_a_sign(rows in vec((-9..9_i8, -9..9_i8), 6..40)) {
        let x: Vec<f64> = rows.iter().map(|row| f64::from(row.0)).collect();
        let y: Vec<f64> = rows.iter().map(|row| f64::from(row.1)).collect();
        prop_assume!(Pearson::of(&x, &y).is_ok());
        let negated: Vec<f64> = y.iter().map(|value| -value).collect();
        // A curve that keeps the order.
        let bent: Vec<f64> = x.iter().map(|value| libm::exp(*value)).collect();
        let (one, other) = (Pearson::of(&x, &y).unwrap(), Pearson::of(&y, &x).unwrap());
        prop_assert!(near(one.r(), other.r()) && near(one.p_greater(), other.p_greater()));
        prop_assert!(near(one.r(), -Pearson::of(&x, &negated).unwrap().r()));
        let (one, other) = (Spearman::of(&x, &y).unwrap(), Spearman::of(&bent, &negated).unwrap());
        prop_assert!(near(one.rho(), -other.rho()) && near(one.p_greater(), other.p_less()));
        let (one, other) = (Kendall::of(&x, &y).unwrap(), Kendall::of(&bent, &negated).unwrap());
        prop_assert!(near(one.tau(), -other.tau()) && near(one.p_greater(), other.p_less()));
    }

    #[test]
    fn a_difference_is_equivalent_exactly_where_its_bounds_lie_inside_the_margin(
        differences in vec(-1.0..1.2_f64, 3..20),
        margin in 0.05..1.0_f64,
    ) {
        let margin = Margin::new(margin).unwrap();
        let found = equivalence_paired_means::tests(&differences, margin).unwrap();
        let fit = gosset_stats::PairedT::from_differences(&differences).unwrap();
        let level = Alpha::new(0.05).unwrap();
        let inside = fit.lower(level) > -margin.get() && fit.upper(level) < margin.get();
        prop_assert_eq!(found.equivalent() < 0.05, inside);
        let negated: Vec<f64> = differences.iter().map(|value| -value).collect();
        let turned = equivalence_paired_means::tests(&negated, margin).unwrap();
        prop_assert!(near(turned.not_worse, found.not_better) && near(turned.better, found.worse));
    }

    #[test]
    fn score_tests_and_bounds_of_proportions_agree(
        n in 5..80_u64,
        first in 0..80_u64,
        second in 0..80_u64,
        margin in 0.02..0.6_f64,
    ) {
        let level = Alpha::new(0.05).unwrap();
        let margin = Margin::new(margin).unwrap();
        let (first, second) = (first % (n + 1), second % (n + 1));
        let two = TwoProportions::new((first, n), (second, n)).unwrap();
        let inside = |bounds: gosset_stats::Bounds| bounds.lower > -margin.get() && bounds.upper < margin.get();
        prop_assert_eq!(two.tests(margin).unwrap().equivalent() < 0.05, inside(two.bounds(level)));
        let gains = first.min(n - n / 2);
        let losses = second.min(n / 2);
        let paired = PairedProportions::new(n, gains, losses).unwrap();
        prop_assert_eq!(paired.tests(margin).unwrap().equivalent() < 0.05, inside(paired.bounds(level)));
        let turned = PairedProportions::new(n, losses, gains).unwrap();
        prop_assert!(near(turned.bounds(level).upper, -paired.bounds(level).lower));
        let exact = clopper_pearson::clopper_pearson(first, n, level).unwrap();
        let score = wilson::wilson(first, n, level).unwrap();
        let share = first as f64 / n as f64;
        for bounds in [exact, score] {
            prop_assert!(0.0 <= bounds.lower && bounds.lower <= share && share <= bounds.upper && bounds.upper <= 1.0);
        }
    }
}
