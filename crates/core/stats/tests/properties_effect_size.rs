//! Properties of sizes of effects, dominance and posterior probabilities that
//! hold for all data.

use gosset_stats::bayes::rope::{Place, Prior, Rope};
use gosset_stats::bayes::{bayes_correlated_t, bayes_sign, bayes_signed_rank};
use gosset_stats::dominance::almost_stochastic_order;
use gosset_stats::effect_size::{
    cliffs_delta, cohen_dz, hedges_g, probability_of_superiority, probability_of_superiority_paired,
};
use gosset_stats::{Alpha, Bounds, Stream};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn config() -> ProptestConfig {
    ProptestConfig { rng_seed: RngSeed::Fixed(1925), failure_persistence: None, cases: 60, ..ProptestConfig::default() }
}

fn stream() -> Stream {
    Stream::named([67; 32], "properties of effects")
}

fn level() -> Alpha {
    Alpha::new(0.025).unwrap()
}

fn near(left: f64, right: f64) -> bool {
    (left - right).abs() <= 1e-10 * (1.0 + left.abs())
}

fn mirrored(bounds: Bounds, centre: f64) -> Bounds {
    Bounds { lower: centre - bounds.upper, upper: centre - bounds.lower }
}

fn alike(left: Bounds, right: Bounds) -> bool {
    near(left.lower, right.lower) && near(left.upper, right.upper)
}

/// Eighths, so that scaling by 4 and shifting by whole numbers are exact.
fn eighths(length: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = Vec<f64>> {
    vec((-40..=40_i32).prop_map(|eighths| f64::from(eighths) / 8.0), length)
}

fn moved(values: &[f64]) -> Vec<f64> {
    let mut values: Vec<f64> = values.iter().map(|value| 4.0 * value + 3.0).collect();
    let length = values.len();
    values.rotate_left(length / 2);
    values
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn exchanging_the_groups_mirrors_their_effects(b in eighths(2..=12), c in eighths(2..=12)) {
        if let (Ok(found), Ok(turned)) = (hedges_g::fit(&b, &c), hedges_g::fit(&c, &b)) {
            prop_assert!(near(found.estimate(), -turned.estimate()));
            prop_assert!(alike(found.bounds(level()).unwrap(), mirrored(turned.bounds(level()).unwrap(), 0.0)));
        }
        let (found, turned) = (cliffs_delta::fit(&b, &c).unwrap(), cliffs_delta::fit(&c, &b).unwrap());
        prop_assert!(near(found.estimate(), -turned.estimate()));
        prop_assert!(alike(found.bounds(level()), mirrored(turned.bounds(level()), 0.0)));
        let (found, turned) =
            (probability_of_superiority::fit(&b, &c).unwrap(), probability_of_superiority::fit(&c, &b).unwrap());
        prop_assert!(near(found.estimate(), 1.0 - turned.estimate()));
        prop_assert!(alike(found.bounds(level()), mirrored(turned.bounds(level()), 1.0)));
        let order = |baseline: &[f64], candidate: &[f64]| almost_stochastic_order::test(baseline, candidate, 1, &stream());
        if let (Ok(found), Ok(turned)) = (order(&b, &c), order(&c, &b)) {
            prop_assert!(near(found.violation(), turned.reversed().violation()));
        }
    }

    #[test]
    fn unit_origin_and_order_of_rows_do_not_matter(b in eighths(2..=12), c in eighths(2..=12)) {
        let (moved_b, moved_c) = (moved(&b), moved(&c));
        if let Ok(found) = hedges_g::fit(&b, &c) {
            prop_assert!(near(found.estimate(), hedges_g::fit(&moved_b, &moved_c).unwrap().estimate()));
        }
        let (found, other) = (cliffs_delta::fit(&b, &c).unwrap(), cliffs_delta::fit(&moved_b, &moved_c).unwrap());
        prop_assert!(near(found.estimate(), other.estimate()) && near(found.standard_error(), other.standard_error()));
        prop_assert_eq!(
            probability_of_superiority::fit(&b, &c).unwrap(),
            probability_of_superiority::fit(&moved_b, &moved_c).unwrap()
        );
        let order = |baseline: &[f64], candidate: &[f64]| almost_stochastic_order::test(baseline, candidate, 50, &stream());
        match (order(&b, &c), order(&moved_b, &moved_c)) {
            (Ok(found), Ok(other)) => {
                prop_assert!(near(found.violation(), other.violation()) && near(found.deviation(), other.deviation()));
            }
            (found, other) => prop_assert_eq!(found, other),
        }
    }

    #[test]
    fn bounds_hold_the_estimate(b in eighths(2..=12), c in eighths(2..=12)) {
        let holds = |bounds: Bounds, estimate: f64| bounds.lower <= estimate && estimate <= bounds.upper;
        if let Ok(found) = hedges_g::fit(&b, &c) {
            prop_assert!(holds(found.bounds(level()).unwrap(), found.cohen_d()));
        }
        let found = cliffs_delta::fit(&b, &c).unwrap();
        prop_assert!(holds(found.bounds(level()), found.estimate()));
        let found = probability_of_superiority::fit(&b, &c).unwrap();
        prop_assert!(holds(found.bounds(level()), found.estimate()));
    }

    #[test]
    fn negated_differences_mirror_what_pairs_say(differences in eighths(2..=15), width in 0.0..2.0) {
        let negated: Vec<f64> = differences.iter().map(|difference| -difference).collect();
        let rope = Rope::new(width).unwrap();
        if let (Ok(found), Ok(turned)) = (cohen_dz::fit(&differences), cohen_dz::fit(&negated)) {
            prop_assert_eq!(found.estimate(), -turned.estimate());
            prop_assert_eq!(found.bounds(level()).unwrap(), mirrored(turned.bounds(level()).unwrap(), 0.0));
            let (found, turned) = (
                bayes_correlated_t::test(&differences, 0.25, rope).unwrap(),
                bayes_correlated_t::test(&negated, 0.25, rope).unwrap(),
            );
            prop_assert_eq!((found.baseline, found.candidate), (turned.candidate, turned.baseline));
        }
        let find = |values: &[f64]| probability_of_superiority_paired::fit(values).unwrap();
        prop_assert!(near(find(&differences).estimate(), 1.0 - find(&negated).estimate()));
        prop_assert!(alike(find(&differences).bounds(level()), mirrored(find(&negated).bounds(level()), 1.0)));
        let (found, turned) = (bayes_sign::counts(&differences, rope).unwrap(), bayes_sign::counts(&negated, rope).unwrap());
        prop_assert_eq!((found.baseline, found.candidate), (turned.candidate, turned.baseline));
    }

    #[test]
    fn posteriors_do_not_depend_on_the_unit_or_the_order(differences in eighths(1..=15), width in 0..16_u32) {
        let width = f64::from(width) / 8.0;
        let mut scaled: Vec<f64> = differences.iter().map(|difference| 4.0 * difference).collect();
        scaled.reverse();
        let prior = Prior::new(0.5, Place::Equal).unwrap();
        let find = |values: &[f64], width: f64| {
            bayes_signed_rank::test(values, Rope::new(width).unwrap(), prior, 200, &stream()).unwrap()
        };
        let found = find(&differences, width);
        prop_assert_eq!(found, find(&scaled, 4.0 * width));
        prop_assert!(near(found.baseline + found.equal + found.candidate, 1.0));
    }
}
