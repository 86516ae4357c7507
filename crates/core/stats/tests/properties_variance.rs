//! Properties of analyses of variance and mixed models that hold for all data.

use gosset_stats::variance::mixed_model::{self, MethodByTask, MixedModel, Rows};
use gosset_stats::variance::one_way_anova;
use gosset_stats::variance::two_way_anova::{self, SumsOfSquares};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn config() -> ProptestConfig {
    ProptestConfig {
        rng_seed: RngSeed::Fixed(1925),
        failure_persistence: None,
        cases: 200,
        ..ProptestConfig::default()
    }
}

fn near(left: f64, right: f64, tolerance: f64) -> bool {
    (left - right).abs() <= tolerance * (1e-3 + left.abs().max(right.abs()))
}

/// A table of two to four methods on three tasks in two to three runs, with a
/// run more here and there.
fn table() -> impl Strategy<Value = (Vec<f64>, Vec<usize>, Vec<usize>, Vec<usize>)> {
    (2_usize..=4, 2_usize..=3, vec(-1.0..1.0, 48), vec(any::<bool>(), 12)).prop_map(|(methods, runs, noise, more)| {
        let (mut values, mut of_method, mut of_task, mut of_run) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for cell in 0..3 * methods {
            for run in 0..runs + usize::from(more[cell]) {
                values.push(noise[4 * cell + run] + 0.7 * (cell % 3) as f64);
                of_method.push(cell / 3);
                of_task.push(cell % 3);
                of_run.push(run);
            }
        }
        (values, of_method, of_task, of_run)
    })
}

fn fit(values: &[f64], methods: &[usize], tasks: &[usize], runs: &[usize], baseline: usize) -> MixedModel {
    mixed_model::fit(&Rows { values, methods, tasks, runs: Some(runs) }, &baseline, MethodByTask::Random).unwrap()
}

/// The numbers of a fit, each with the power of the unit that it grows by.
fn numbers(fit: &MixedModel) -> Vec<(f64, i32)> {
    let mut numbers = vec![(fit.residual_variance(), 2), (fit.total_variance(), 2)];
    for (_, effect) in fit.differences() {
        numbers.extend([(effect.estimate, 1), (effect.standard_error, 1), (effect.df, 0)]);
    }
    numbers
}

fn turned<T: Clone>(items: &[T], by: usize) -> Vec<T> {
    let mut items = items.to_vec();
    let length = items.len();
    items.rotate_left(by % length);
    items
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_mixed_model_follows_shift_scale_and_order((values, methods, tasks, runs) in table(), by in 0_usize..40) {
        let found = numbers(&fit(&values, &methods, &tasks, &runs, 0));
        let other: Vec<f64> = values.iter().map(|value| 4.0 * value + 100.0).collect();
        let order = |items: &[usize]| turned(items, by);
        let other = fit(&turned(&other, by), &order(&methods), &order(&tasks), &order(&runs), 0);
        for ((one, power), (other, _)) in found.into_iter().zip(numbers(&other)) {
            prop_assert!(near(one * 4.0_f64.powi(power), other, 1e-6), "{} {}", one, other);
        }
    }

    #[test]
    fn exchanging_baseline_and_method_turns_the_sign((values, methods, tasks, runs) in table()) {
        let there = fit(&values, &methods, &tasks, &runs, 0);
        let back = fit(&values, &methods, &tasks, &runs, 1);
        let (there, back) = (there.differences()[0].1, back.differences()[0].1);
        prop_assert!(near(there.estimate, -back.estimate, 1e-7));
        prop_assert!(near(there.standard_error, back.standard_error, 1e-6));
        prop_assert!(near(there.df, back.df, 1e-5));
    }

    #[test]
    fn analyses_of_variance_follow_shift_scale_and_order((values, methods, tasks, _) in table(), by in 0_usize..40) {
        let other: Vec<f64> = turned(&values, by).iter().map(|value| 4.0 * value - 100.0).collect();
        let order = |items: &[usize]| turned(items, by);
        let mut pairs = vec![(
            one_way_anova::fit(&values, &methods).unwrap(),
            one_way_anova::fit(&other, &order(&methods)).unwrap(),
        )];
        for kind in [SumsOfSquares::TypeTwo, SumsOfSquares::TypeThree] {
            pairs.push((
                two_way_anova::fit(&values, &methods, &tasks, kind).unwrap(),
                two_way_anova::fit(&other, &order(&methods), &order(&tasks), kind).unwrap(),
            ));
        }
        for (one, other) in pairs {
            prop_assert!(near(16.0 * one.total, other.total, 1e-11));
            for (effect, moved) in one.effects.iter().zip(&other.effects) {
                prop_assert!(near(one.f(effect), other.f(moved), 1e-10));
            }
        }
    }

    #[test]
    fn exchanging_the_factors_exchanges_their_lines((values, methods, tasks, _) in table()) {
        for kind in [SumsOfSquares::TypeTwo, SumsOfSquares::TypeThree] {
            let one = two_way_anova::fit(&values, &methods, &tasks, kind).unwrap();
            let other = two_way_anova::fit(&values, &tasks, &methods, kind).unwrap();
            for (place, twin) in [(0, 1), (1, 0), (2, 2)] {
                let (effect, twin) = (one.effects[place].sum_of_squares, other.effects[twin].sum_of_squares);
                prop_assert!(near(effect, twin, 1e-11), "{} {}", effect, twin);
            }
        }
    }
}
