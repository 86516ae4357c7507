//! Properties of comparisons over tasks and runs.

use gosset_stats::Stream;
use gosset_stats::runs::performance_profile::Profile;
use gosset_stats::runs::probability_of_improvement::Improvement;
use gosset_stats::runs::scores::{MethodScores, Score, Scores};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn config() -> ProptestConfig {
    ProptestConfig {
        rng_seed: RngSeed::Fixed(2021),
        failure_persistence: None,
        cases: 200,
        ..ProptestConfig::default()
    }
}

/// Whole numbers, so that there are ties, of 1 to 4 tasks.
fn suite() -> impl Strategy<Value = (Vec<Vec<i8>>, Vec<Vec<i8>>)> {
    (1..=4_usize).prop_flat_map(|tasks| {
        let runs = || vec(vec(-5..=5_i8, 1..=6), tasks);
        (runs(), runs())
    })
}

fn scores(tasks: &[Vec<i8>], score: impl Fn(i8) -> f64) -> MethodScores {
    let mut cells = Vec::new();
    for (task, runs) in tasks.iter().enumerate() {
        cells.extend(runs.iter().enumerate().map(|(run, value)| (task.to_string(), run.to_string(), score(*value))));
    }
    let rows = cells.iter().map(|(task, run, value)| Score { method: "a", task, run, value: *value });
    Scores::new(rows).unwrap().methods().next().unwrap().1.clone()
}

fn probability(candidate: &MethodScores, baseline: &MethodScores) -> f64 {
    Improvement::new(candidate, baseline).unwrap().probability()
}

fn reversed(tasks: &[Vec<i8>]) -> Vec<Vec<i8>> {
    tasks.iter().map(|runs| runs.iter().rev().copied().collect()).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn swapping_the_methods_gives_the_other_direction((first, second) in suite()) {
        let (first, second) = (scores(&first, f64::from), scores(&second, f64::from));
        prop_assert!((probability(&first, &second) + probability(&second, &first) - 1.0).abs() < 1e-14);
        prop_assert_eq!(probability(&first, &first), 0.5);
    }

    #[test]
    fn improvement_knows_the_order_only((first, second) in suite()) {
        let cube = |value: i8| f64::from(value) * f64::from(value) * f64::from(value) + 7.0;
        let plain = probability(&scores(&first, f64::from), &scores(&second, f64::from));
        prop_assert_eq!(plain, probability(&scores(&first, cube), &scores(&second, cube)));
        let turned = probability(&scores(&reversed(&first), f64::from), &scores(&reversed(&second), f64::from));
        prop_assert_eq!(plain, turned);
    }

    #[test]
    fn resamples_lie_between_the_extremes_and_do_not_depend_on_their_order((first, second) in suite()) {
        let stream = Stream::named([8; 32], "properties");
        let (first, second) = (scores(&first, f64::from), scores(&second, f64::from));
        let improvement = Improvement::new(&first, &second).unwrap();
        let later = improvement.resample_unsorted(20, 1, &stream);
        let _ = improvement.resample_unsorted(20, 0, &stream);
        prop_assert_eq!(&later, &improvement.resample_unsorted(20, 1, &stream));
        prop_assert!(later.iter().all(|probability| (0.0..=1.0).contains(probability)));
    }

    #[test]
    fn a_profile_falls_and_moves_with_the_scores((first, _) in suite(), shift in -8..=8_i8) {
        let thresholds = |shift: i8| (-6..=6).map(|threshold| f64::from(threshold) + f64::from(shift)).collect();
        let plain = scores(&first, f64::from);
        let shifted = scores(&first, |value| f64::from(value) + f64::from(shift));
        let plain = Profile::new(&plain, thresholds(0)).unwrap().share_of_runs();
        prop_assert_eq!(&plain, &Profile::new(&shifted, thresholds(shift)).unwrap().share_of_runs());
        prop_assert!(plain.windows(2).all(|pair| pair[0] >= pair[1]));
        prop_assert_eq!((plain[0], plain[12]), (1.0, 0.0));
    }
}
