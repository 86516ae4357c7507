//! Shaffer's static procedure for all pairs of methods.

use std::collections::BTreeSet;

use super::error::RankingError;
use super::nemenyi::POOL;
use super::pairs::{self, Pair};
use super::rank_table::RankTable;
use super::score_table;
use crate::method::{Example, Findings, Inputs, Method, MethodError};

/// Compares all pairs by average ranks.
///
/// # Source
/// Shaffer 1986, "Modified Sequentially Rejective Multiple Test Procedures";
/// Garcia and Herrera 2008, "An Extension on 'Statistical Comparisons of
/// Classifiers over Multiple Data Sets' for all Pairwise Comparisons", section
/// 2.
#[must_use]
pub fn compare(ranks: &RankTable) -> Vec<Pair> {
    let found = pairs::compare(ranks, |p_values| Ok(adjusted(p_values, ranks.methods().len())));
    found.expect("any number of methods can be adjusted for")
}

/// Adjusts the p-values of all pairs of `methods`, in the order given.
///
/// It is Holm's procedure, but step i divides by the most hypotheses that can
/// be true together once i - 1 pairs are known to differ.
///
/// # Panics
/// Unless there is a p-value for each pair.
pub(super) fn adjusted(p_values: &[f64], methods: usize) -> Vec<f64> {
    assert_eq!(p_values.len(), methods * (methods - 1) / 2, "each pair has a p-value");
    let possible = possible_counts(methods);
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|left, right| p_values[*left].total_cmp(&p_values[*right]));
    let mut found = vec![0.0; p_values.len()];
    let mut largest: f64 = 0.0;
    for (step, index) in order.into_iter().enumerate() {
        let left = p_values.len() - step;
        let most = possible.range(..=left).next_back().expect("0 is possible");
        largest = largest.max((*most as f64 * p_values[index]).min(1.0));
        found[index] = largest;
    }
    found
}

/// The numbers of pairs that can be alike at once: methods that are alike make
/// groups, and a group of j has j (j - 1) / 2 pairs.
fn possible_counts(methods: usize) -> BTreeSet<usize> {
    let mut of: Vec<BTreeSet<usize>> = vec![BTreeSet::from([0])];
    for size in 1..=methods {
        let counts =
            (1..=size).flat_map(|group| of[size - group].iter().map(move |rest| group * (group - 1) / 2 + rest));
        of.push(counts.collect());
    }
    of.swap_remove(methods)
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "shaffer-static",
    name: "Shaffer static procedure",
    question: "Which of several methods differ over many data sets, all pairs compared, with logic taken into account?",
    null: Some("Each pair has its own: on each task either of the two is as likely to rank before the other."),
    assumptions: score_table::ASSUMPTIONS,
    use_when: "All pairs are compared: it rejects all that Holm's procedure does, and more, for any number of methods.",
    avoid_when: POOL,
    formula: "Step i compares p_(i) with level / t_i, t_i the largest number of pairs that can be alike among those that are \
              left, which is at most k (k - 1) / 2 - i + 1; z = (R_i - R_j) / sqrt(k (k + 1) / (6 N)).",
    sources: &[
        "Shaffer 1986, \"Modified Sequentially Rejective Multiple Test Procedures\", JASA 81.",
        "Garcia and Herrera 2008, \"An Extension on 'Statistical Comparisons of Classifiers over Multiple Data Sets' for all Pairwise Comparisons\", JMLR 9, section 2.",
    ],
    disagreements: &[],
    columns: score_table::COLUMNS,
    settings: pairs::SETTINGS,
    example: Example { columns: score_table::EXAMPLE, settings: &[("higher-is-better", 1.0)] },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    pairs::findings(inputs, |ranks| Ok::<_, RankingError>(compare(ranks)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_possible_numbers_of_true_hypotheses_are_those_of_shaffer() {
        let check = |methods: usize, expected: &[usize]| {
            assert_eq!(possible_counts(methods).into_iter().collect::<Vec<usize>>(), expected);
        };
        check(2, &[0, 1]);
        check(3, &[0, 1, 3]);
        check(4, &[0, 1, 2, 3, 6]);
        check(5, &[0, 1, 2, 3, 4, 6, 10]);
        check(6, &[0, 1, 2, 3, 4, 6, 7, 10, 15]);
    }

    #[test]
    fn after_the_first_rejection_of_three_one_hypothesis_is_left() {
        assert_eq!(adjusted(&[0.02, 0.01, 0.5], 3), [0.03, 0.03, 0.5]);
    }
}
