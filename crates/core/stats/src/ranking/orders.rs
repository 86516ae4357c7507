//! The exact distribution of rank sums, if each order of the methods is as
//! likely on each task.

use std::collections::BTreeMap;

/// The most methods whose orders are gone through.
const MOST_METHODS: usize = 6;
/// The most additions of an order to rank sums; beyond, nothing is returned.
const MOST_WORK: usize = 1_000_000;

/// Rank sums in ascending order; places beyond the number of methods are 0.
type Sums = [u32; MOST_METHODS];

/// The probability that rank sums vary at least as much as those observed;
/// none where there are too many orders.
///
/// `doubled` holds, task by task, twice the ranks of the methods. Ties stay as
/// they are: a task's ranks are only given to other methods.
pub(super) fn p_value(doubled: &[Vec<usize>]) -> Option<f64> {
    let methods = doubled.first()?.len();
    if methods > MOST_METHODS {
        return None;
    }
    let mut observed = [0; MOST_METHODS];
    for ranks in doubled {
        for (sum, rank) in observed.iter_mut().zip(ranks) {
            *sum += *rank as u32;
        }
    }
    // Sorted, so that the order of the tasks changes nothing, the work included.
    let mut patterns: Vec<Vec<usize>> = doubled.to_vec();
    patterns.iter_mut().for_each(|ranks| ranks.sort_unstable());
    patterns.sort();
    // All orders are as likely for any of the methods, so that sums may be
    // kept in ascending order.
    let mut chances: Vec<(Sums, f64)> = vec![([0; MOST_METHODS], 1.0)];
    let mut work = 0;
    let mut known: BTreeMap<Vec<usize>, Vec<Sums>> = BTreeMap::new();
    for pattern in patterns {
        let orders = known.entry(pattern.clone()).or_insert_with(|| all_orders(&pattern));
        work += orders.len() * chances.len();
        if work > MOST_WORK {
            return None;
        }
        chances = add(&chances, orders, methods);
    }
    let threshold = squares(&observed);
    Some(chances.iter().filter(|(sums, _)| squares(sums) >= threshold).map(|(_, chance)| chance).sum::<f64>().min(1.0))
}

fn squares(sums: &Sums) -> u64 {
    sums.iter().map(|sum| u64::from(*sum) * u64::from(*sum)).sum()
}

fn add(chances: &[(Sums, f64)], orders: &[Sums], methods: usize) -> Vec<(Sums, f64)> {
    let share = 1.0 / orders.len() as f64;
    let mut next: Vec<(Sums, f64)> = Vec::with_capacity(chances.len() * orders.len());
    for (sums, chance) in chances {
        for order in orders {
            let mut reached = *sums;
            for (sum, rank) in reached.iter_mut().zip(order) {
                *sum += rank;
            }
            reached[..methods].sort_unstable();
            next.push((reached, chance * share));
        }
    }
    next.sort_by_key(|(sums, _)| *sums);
    next.dedup_by(|later, kept| {
        let is_same = later.0 == kept.0;
        if is_same {
            kept.1 += later.1;
        }
        is_same
    });
    next
}

/// All different orders of ranks that are given in ascending order.
fn all_orders(sorted: &[usize]) -> Vec<Sums> {
    let mut ranks = sorted.to_vec();
    let mut found = Vec::new();
    loop {
        let mut order = [0; MOST_METHODS];
        for (place, rank) in order.iter_mut().zip(&ranks) {
            *place = *rank as u32;
        }
        found.push(order);
        // The next permutation in lexicographic order.
        let Some(pivot) = (1..ranks.len()).rev().find(|index| ranks[index - 1] < ranks[*index]) else {
            return found;
        };
        let last = ranks.iter().rposition(|rank| *rank > ranks[pivot - 1]).expect("the one at the pivot is larger");
        ranks.swap(pivot - 1, last);
        ranks[pivot..].reverse();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_of_ties_are_counted_once() {
        assert_eq!(all_orders(&[2, 4, 6]).len(), 6);
        assert_eq!(all_orders(&[3, 3, 6]).len(), 3);
        assert_eq!(all_orders(&[4, 4, 4]).len(), 1);
    }

    #[test]
    fn small_cases_are_counted_by_hand() {
        // Three methods, two tasks that agree: one order of six.
        let one_of_six = p_value(&[vec![2, 4, 6], vec![2, 4, 6]]).unwrap();
        assert!((one_of_six - 1.0 / 6.0).abs() < 1e-15);
        // Two methods, three tasks: a sign test, two-sided.
        assert_eq!(p_value(&[vec![2, 4], vec![2, 4], vec![2, 4]]), Some(0.25));
        // A task on which all tie says nothing.
        assert_eq!(p_value(&[vec![2, 4], vec![3, 3], vec![2, 4]]), Some(0.5));
        assert_eq!(p_value(&vec![vec![2, 4, 6, 8, 10, 12]; 9]), None);
        assert_eq!(p_value(&vec![(1..=7).map(|rank| 2 * rank).collect(); 2]), None);
    }
}
