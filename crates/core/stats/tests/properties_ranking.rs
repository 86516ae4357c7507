//! Properties of comparisons of many methods that hold for all scores.

use gosset_stats::compare::wilcoxon_signed_rank::Zeros;
use gosset_stats::multiplicity::holm_adjusted;
use gosset_stats::ranking::average_ranks::groups;
use gosset_stats::ranking::friedman::Friedman;
use gosset_stats::ranking::pairs::Pair;
use gosset_stats::ranking::{
    RankTable, Repeats, Score, ScoreTable, bergmann_hommel, bonferroni_dunn, friedman, hochberg_control, holm_control,
    hommel_control, nemenyi, shaffer_static, wilcoxon_holm,
};
use gosset_stats::{Alpha, Direction};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn config() -> ProptestConfig {
    ProptestConfig {
        rng_seed: RngSeed::Fixed(1937),
        failure_persistence: None,
        cases: 200,
        ..ProptestConfig::default()
    }
}

/// Task by task, few different scores, so that there are ties.
fn scores() -> impl Strategy<Value = Vec<Vec<i32>>> {
    (2_usize..=6, 2_usize..=9).prop_flat_map(|(methods, tasks)| vec(vec(0..6_i32, methods), tasks))
}

fn table(rows: &[Vec<f64>], direction: Direction) -> ScoreTable {
    let names: Vec<String> = (0..10).map(|index| index.to_string()).collect();
    let scores = rows.iter().zip(&names).flat_map(|(row, task)| {
        row.iter().zip(&names).map(move |(value, method)| Score { method, task, value: *value })
    });
    ScoreTable::new(scores, direction, Repeats::Refuse).unwrap()
}

fn mapped(rows: &[Vec<i32>], change: impl Fn(usize, f64) -> f64) -> Vec<Vec<f64>> {
    let change = &change;
    let rows = rows.iter().enumerate();
    rows.map(|(task, row)| row.iter().map(|value| change(task, f64::from(*value))).collect()).collect()
}

fn ranks(rows: &[Vec<i32>]) -> RankTable {
    RankTable::of(&table(&mapped(rows, |_, value| value), Direction::Maximize))
}

fn at_most(left: &[f64], right: &[f64]) -> bool {
    left.iter().zip(right).all(|(left, right)| *left <= right * (1.0 + 1e-12))
}

fn adjusted(pairs: &[Pair]) -> Vec<f64> {
    pairs.iter().map(|pair| pair.adjusted).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn only_the_order_within_a_task_matters(rows in scores(), shift in -5.0..5.0, scale in 0.01..100.0) {
        let change = |task: usize, value: f64| (scale + task as f64) * libm::exp(0.3 * value) + shift;
        let changed = RankTable::of(&table(&mapped(&rows, change), Direction::Maximize));
        prop_assert_eq!(&ranks(&rows), &changed);
        let turned = RankTable::of(&table(&mapped(&rows, |_, value| -value), Direction::Minimize));
        prop_assert_eq!(&ranks(&rows), &turned);
    }

    #[test]
    fn the_order_of_the_tasks_does_not_matter(rows in scores(), by in 0_usize..9) {
        let mut turned = rows.clone();
        turned.rotate_left(by % rows.len());
        let (found, moved) = (ranks(&rows), ranks(&turned));
        prop_assert_eq!(found.average_ranks(), moved.average_ranks());
        match (Friedman::of(&found), Friedman::of(&moved)) {
            (Ok(found), Ok(moved)) => {
                prop_assert!((found.statistic() - moved.statistic()).abs() < 1e-9);
            }
            (found, moved) => prop_assert_eq!(found, moved),
        }
        if found.methods().len() <= 4 {
            prop_assert_eq!(friedman::exact_p_value(&found), friedman::exact_p_value(&moved));
        }
    }

    #[test]
    fn renaming_methods_moves_the_results_with_them(rows in scores()) {
        let turned: Vec<Vec<i32>> = rows.iter().map(|row| row.iter().rev().copied().collect()).collect();
        let (found, moved) = (ranks(&rows), ranks(&turned));
        let last = found.methods().len() - 1;
        let backwards = bergmann_hommel::compare(&moved).unwrap();
        for pair in bergmann_hommel::compare(&found).unwrap() {
            let same = |other: &&Pair| (other.first, other.second) == (last - pair.second, last - pair.first);
            let other = backwards.iter().find(same).unwrap();
            prop_assert!((pair.adjusted - other.adjusted).abs() < 1e-12 && (pair.z + other.z).abs() < 1e-12);
        }
    }

    #[test]
    fn each_procedure_rejects_what_the_one_before_it_does(rows in scores()) {
        let ranks = ranks(&rows);
        let shaffer = shaffer_static::compare(&ranks);
        let raw: Vec<f64> = shaffer.iter().map(|pair| pair.p_value).collect();
        let (bergmann, shaffer) = (adjusted(&bergmann_hommel::compare(&ranks).unwrap()), adjusted(&shaffer));
        prop_assert!(at_most(&raw, &bergmann) && at_most(&bergmann, &shaffer));
        prop_assert!(at_most(&shaffer, &holm_adjusted(&raw).unwrap()));
        prop_assert!(at_most(&raw, &adjusted(&nemenyi::compare(&ranks))));

        let against = |found: Vec<gosset_stats::ranking::control::Comparison>| -> Vec<f64> {
            found.iter().map(|one| one.adjusted).collect()
        };
        let dunn = against(bonferroni_dunn::compare(&ranks, "1").unwrap());
        let holm = against(holm_control::compare(&ranks, "1").unwrap());
        let hochberg = against(hochberg_control::compare(&ranks, "1").unwrap());
        let hommel = against(hommel_control::compare(&ranks, "1").unwrap());
        prop_assert!(at_most(&hommel, &hochberg) && at_most(&hochberg, &holm) && at_most(&holm, &dunn));
    }

    #[test]
    fn groups_are_the_largest_sets_without_a_critical_difference(rows in scores(), level in 0.05..0.9) {
        let ranks = ranks(&rows);
        let critical = nemenyi::critical_difference(&ranks, Alpha::new(level).unwrap());
        let (average, order) = (ranks.average_ranks(), ranks.best_first());
        let methods = average.len();
        let is_alike = |set: u32| {
            let members: Vec<f64> = (0..methods).filter(|method| set >> method & 1 == 1).map(|method| average[method]).collect();
            members.iter().all(|left| members.iter().all(|right| left - right < critical))
        };
        let alike: Vec<u32> = (1..1_u32 << methods).filter(|set| set.count_ones() > 1 && is_alike(*set)).collect();
        let mut expected: Vec<u32> =
            alike.iter().copied().filter(|set| !alike.iter().any(|other| other != set && other & set == *set)).collect();
        let mut found: Vec<u32> = groups(&ranks, critical)
            .iter()
            .map(|group| order[group.first..=group.last].iter().map(|method| 1 << method).sum())
            .collect();
        expected.sort_unstable();
        found.sort_unstable();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn further_methods_change_only_the_adjustment_of_signed_ranks(rows in scores()) {
        let all = mapped(&rows, |_, value| value);
        let two: Vec<Vec<f64>> = all.iter().map(|row| row[..2].to_vec()).collect();
        let compare = |rows: &[Vec<f64>]| wilcoxon_holm::compare(&table(rows, Direction::Maximize), Zeros::Pratt).unwrap();
        let (found, alone) = (compare(&all), compare(&two));
        prop_assert_eq!(found[0].p_value, alone[0].p_value);
        prop_assert_eq!(alone[0].p_value, alone[0].adjusted);
        prop_assert!(found[0].adjusted >= alone[0].adjusted);
    }
}
