//! Bergmann and Hommel's procedure for all pairs of methods.

use super::error::RankingError;
use super::nemenyi::POOL;
use super::pairs::{self, Pair};
use super::rank_table::RankTable;
use super::score_table;
use crate::method::{Example, Findings, Inputs, Method, MethodError};

/// The most methods for which all partitions are gone through: those of twelve
/// are 4,213,597.
pub const MOST_METHODS: usize = 12;

/// Compares all pairs by average ranks.
///
/// # Errors
/// [`RankingError::TooManyMethods`] beyond [`MOST_METHODS`].
///
/// # Source
/// Bergmann and Hommel 1988, "Improvements of General Multiple Test Procedures
/// for Redundant Systems of Hypotheses"; Garcia and Herrera 2008, "An Extension
/// on 'Statistical Comparisons of Classifiers over Multiple Data Sets' for all
/// Pairwise Comparisons", section 2.
pub fn compare(ranks: &RankTable) -> Result<Vec<Pair>, RankingError> {
    pairs::compare(ranks, |p_values| adjusted(p_values, ranks.methods().len()))
}

/// Adjusts the p-values of all pairs of `methods`, in the order given.
///
/// Pairs can be alike together where they are the pairs within the groups of a
/// partition of the methods; each such set is exhaustive. The adjusted p-value
/// of a pair is the largest, over the exhaustive sets that it is in, of their
/// size times their smallest p-value. It need not rise with the p-value.
///
/// # Errors
/// [`RankingError::TooManyMethods`].
pub(super) fn adjusted(p_values: &[f64], methods: usize) -> Result<Vec<f64>, RankingError> {
    if methods > MOST_METHODS {
        return Err(RankingError::TooManyMethods { got: methods, most: MOST_METHODS });
    }
    assert_eq!(p_values.len(), methods * (methods - 1) / 2, "each pair has a p-value");
    let mut search = Search { p_values: vec![vec![1.0; methods]; methods], found: vec![vec![0.0; methods]; methods] };
    for ((first, second), p_value) in pairs::places(methods).zip(p_values) {
        search.p_values[second][first] = *p_value;
    }
    search.extend(&mut Partition { groups: Vec::new(), size: 0, smallest: 1.0 }, 0);
    Ok(pairs::places(methods).map(|(first, second)| search.found[second][first]).collect())
}

struct Search {
    /// By the later and the earlier method of a pair.
    p_values: Vec<Vec<f64>>,
    found: Vec<Vec<f64>>,
}

/// A partition of the first methods into groups, the number of pairs within
/// groups and their smallest p-value.
struct Partition {
    groups: Vec<Vec<usize>>,
    size: usize,
    smallest: f64,
}

impl Search {
    /// Puts the next method into each group in turn, and into one of its own,
    /// and so comes to every partition once.
    fn extend(&mut self, partition: &mut Partition, next: usize) {
        if next == self.p_values.len() {
            self.take(partition);
            return;
        }
        let (size, smallest) = (partition.size, partition.smallest);
        for index in 0..partition.groups.len() {
            let group = &mut partition.groups[index];
            let within = group.iter().map(|other| self.p_values[next][*other]).fold(smallest, f64::min);
            partition.size = size + group.len();
            partition.smallest = within;
            group.push(next);
            self.extend(partition, next + 1);
            partition.groups[index].pop();
        }
        (partition.size, partition.smallest) = (size, smallest);
        partition.groups.push(vec![next]);
        self.extend(partition, next + 1);
        partition.groups.pop();
    }

    fn take(&mut self, partition: &Partition) {
        let value = (partition.size as f64 * partition.smallest).min(1.0);
        for group in &partition.groups {
            for (place, later) in group.iter().enumerate() {
                for earlier in &group[..place] {
                    let found = &mut self.found[*later][*earlier];
                    *found = found.max(value);
                }
            }
        }
    }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "bergmann-hommel",
    name: "Bergmann-Hommel procedure",
    question: "Which of a few methods differ over many data sets, all pairs compared, with all logic taken into account?",
    null: Some("Each pair has its own: on each task either of the two is as likely to rank before the other."),
    assumptions: score_table::ASSUMPTIONS,
    use_when: "All pairs of at most twelve methods are compared: it rejects all that Shaffer's static procedure does, and more.",
    avoid_when: POOL,
    formula: "Adjusted p of a pair = the maximum of |I| min(p_j, j in I) over the exhaustive sets I that it is in: the sets of \
              pairs within the groups of a partition of the methods.",
    sources: &[
        "Bergmann and Hommel 1988, \"Improvements of General Multiple Test Procedures for Redundant Systems of Hypotheses\", in Bauer, Hommel and Sonnemann, Multiple Hypotheses Testing.",
        "Garcia and Herrera 2008, \"An Extension on 'Statistical Comparisons of Classifiers over Multiple Data Sets' for all Pairwise Comparisons\", JMLR 9, section 2.",
    ],
    disagreements: &[
        "scmamp 0.3.2 raises an adjusted p-value to that of any pair with a smaller p-value, which the procedure does not: 0.0319 \
         instead of 0.0303 for 1-NN and naive Bayes in the example of Garcia and Herrera 2008.",
        "scmamp 0.3.2 lists 54, 242, 1276, 7800 and 54466 exhaustive sets for 5 to 9 methods, repetitions among them; there are 51, \
         202, 876, 4139 and 21146.",
    ],
    columns: score_table::COLUMNS,
    settings: pairs::SETTINGS,
    example: Example { columns: score_table::EXAMPLE, settings: &[("higher-is-better", 1.0)] },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    pairs::findings(inputs, compare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_methods_have_four_exhaustive_sets() {
        // {12, 13, 23}, {12}, {13}, {23}: 3 min, or the p-value itself.
        assert_eq!(adjusted(&[0.02, 0.01, 0.5], 3).unwrap(), [0.03, 0.03, 0.5]);
        assert_eq!(adjusted(&[0.2, 0.01, 0.5], 3).unwrap(), [0.2, 0.03, 0.5]);
    }

    #[test]
    fn too_many_methods_are_an_error() {
        let expected = RankingError::TooManyMethods { got: 13, most: MOST_METHODS };
        assert_eq!(adjusted(&[0.5; 78], 13), Err(expected));
        assert!(adjusted(&[0.001; 66], MOST_METHODS).unwrap().iter().all(|p_value| (p_value - 0.066).abs() < 1e-15));
    }
}
