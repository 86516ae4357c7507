//! Properties of the power of designs.

use gosset_stats::power::{Design, Simulation, equivalence};
use gosset_stats::{Alpha, Stream};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn config() -> ProptestConfig {
    ProptestConfig {
        rng_seed: RngSeed::Fixed(1988),
        failure_persistence: None,
        cases: 100,
        ..ProptestConfig::default()
    }
}

/// Designs whose power is worked out, each with an effect that it can have.
fn worked_out() -> impl Strategy<Value = (Design, f64)> {
    let t = (2..60_u64, 0.0..2.0).prop_map(|(pairs, effect)| (Design::PairedT { pairs }, effect));
    let groups = (2..60_u64, 0.5..3.0, 0.0..2.0)
        .prop_map(|(baseline, ratio, effect)| (Design::TwoGroups { baseline, ratio }, effect));
    let tasks = (2..30_u64, 1..10_u64, 0.0..2.0, 0.0..2.0)
        .prop_map(|(tasks, runs, between, effect)| (Design::Tasks { tasks, runs, between }, effect));
    let one = (1..80_u64, 0.05..0.95, 0.0..1.0)
        .prop_map(|(trials, null, share)| (Design::OneProportion { trials, null }, share * (1.0 - null)));
    let two = (1..30_u64, 0.5..2.0, 0.05..0.95, 0.0..1.0).prop_map(|(baseline, ratio, rate, share)| {
        (Design::TwoProportions { baseline, ratio, rate }, share * (1.0 - rate))
    });
    let paired = (1..80_u64, 0.05..1.0, 0.0..1.0).prop_map(|(items, disagreement, share)| {
        (Design::PairedProportions { items, disagreement }, share * disagreement)
    });
    let sign = (1..80_u64, 0.0..0.5).prop_map(|(pairs, effect)| (Design::Sign { pairs }, effect));
    prop_oneof![t, groups, tasks, one, two, paired, sign]
}

fn power(design: &Design, effect: f64, level: f64) -> f64 {
    let stream = Stream::named([3; 32], "unused");
    design.power(effect, Alpha::new(level).unwrap(), &Simulation { stream: &stream, draws: 100 }).unwrap().value
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn without_an_effect_a_test_rejects_at_most_at_its_level((design, _) in worked_out(), level in 0.001..0.3) {
        let found = power(&design, 0.0, level);
        prop_assert!((0.0..=level * (1.0 + 1e-9)).contains(&found), "{found}");
        if let Some(smallest) = design.smallest_p() {
            // Where the level cannot be reached, nothing is ever rejected.
            prop_assert!(smallest <= level || found == 0.0, "{smallest} {found}");
        }
    }

    #[test]
    fn power_grows_with_the_effect_and_the_level((design, effect) in worked_out(), level in 0.001..0.2) {
        let found = power(&design, effect, level);
        prop_assert!((0.0..=1.0).contains(&found));
        prop_assert!(power(&design, 0.8 * effect, level) <= found + 1e-12);
        prop_assert!(power(&design, effect, 1.2 * level) >= found - 1e-12);
    }

    #[test]
    fn chances_of_a_decision_are_chances_and_err_at_most_at_the_level(
        n in 2..80_u64, smallest in 0.05..3.0, effect in -1.0..3.0, level in 0.001..0.3,
    ) {
        let found = equivalence::support_or_refute(n, smallest, effect, Alpha::new(level).unwrap()).unwrap();
        prop_assert!(found.supported >= 0.0 && found.refuted >= 0.0 && found.supported + found.refuted <= 1.0 + 1e-12);
        prop_assert!(effect > 0.0 || found.supported <= level + 1e-12, "{found:?}");
        prop_assert!(effect < smallest || found.refuted <= level + 1e-12, "{found:?}");
    }

    #[test]
    fn equivalence_is_symmetric_and_errs_at_most_at_the_level(
        pairs in 2..80_u64, margin in 0.05..3.0, effect in 0.0..3.0, level in 0.001..0.3,
    ) {
        let design = Design::Equivalence { pairs, margin };
        let found = power(&design, effect, level);
        prop_assert!((found - power(&design, -effect, level)).abs() < 1e-12);
        prop_assert!(effect < margin || found <= level + 1e-12, "{found}");
    }
}
