//! Wilcoxon's signed-rank test of all pairs of methods, with Holm's procedure.

use super::error::RankingError;
use super::pairs;
use super::score_table::{self, ScoreTable, is_set};
use crate::compare::wilcoxon_signed_rank::{self, Zeros};
use crate::method::{Example, Findings, Inputs, Method, MethodError, Setting, Table};
use crate::multiplicity::holm_adjusted;

/// Two methods, compared by the differences of their scores.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SignedPair {
    /// The place of the first method in the order of the methods.
    pub first: usize,
    /// The place of the second one, which is larger.
    pub second: usize,
    /// On how many tasks the first is better.
    pub first_better: usize,
    /// On how many tasks the second is better.
    pub second_better: usize,
    /// The two-sided p-value, for this pair alone.
    pub p_value: f64,
    /// The p-value adjusted for all pairs.
    pub adjusted: f64,
}

/// Compares all pairs, first with second, third and so on.
///
/// Each pair is judged by its own differences, which must be comparable from
/// task to task; other methods change nothing but the adjustment.
///
/// # Errors
/// [`RankingError::Sample`] where differences overflow.
///
/// # Source
/// Benavoli, Corani and Mangili 2016, "Should We Really Use Post-Hoc Tests
/// Based on Mean-Ranks?", section 5.
pub fn compare(table: &ScoreTable, zeros: Zeros) -> Result<Vec<SignedPair>, RankingError> {
    compare_gains(table.methods().len(), |first, second| table.gains(first, second), zeros)
}

/// Compares all pairs of `methods` by `gains`, which says how much better the
/// first of a pair is than the second on each task.
///
/// For whoever gives tasks without a difference of scores a gain of their own,
/// such as tasks on which one of the two failed.
///
/// # Errors
/// [`RankingError::Sample`] where a pair has no gain, or one that is not finite.
///
/// # Source
/// As [`compare`].
pub fn compare_gains(
    methods: usize,
    gains: impl Fn(usize, usize) -> Vec<f64>,
    zeros: Zeros,
) -> Result<Vec<SignedPair>, RankingError> {
    let mut found = Vec::new();
    for (first, second) in pairs::places(methods) {
        let gains = gains(first, second);
        let p_value = wilcoxon_signed_rank::test(&gains, zeros)?.tails.two_sided();
        let count = |is_better: fn(f64) -> bool| gains.iter().filter(|gain| is_better(**gain)).count();
        let (first_better, second_better) = (count(|gain| gain > 0.0), count(|gain| gain < 0.0));
        found.push(SignedPair { first, second, first_better, second_better, p_value, adjusted: 1.0 });
    }
    let p_values: Vec<f64> = found.iter().map(|pair| pair.p_value).collect();
    let adjusted = holm_adjusted(&p_values)?;
    for (pair, adjusted) in found.iter_mut().zip(adjusted) {
        pair.adjusted = adjusted;
    }
    Ok(found)
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "wilcoxon-holm",
    name: "Wilcoxon signed-rank tests with Holm",
    question: "Which of several methods differ over many data sets, each pair judged by itself?",
    null: Some("Each pair has its own: the differences of the two methods' scores are symmetric about zero."),
    assumptions: &[
        "The tasks are independent of one another, and a sample of those that one wants to speak of.",
        "Under the hypothesis of a pair each difference of its scores is symmetric about zero.",
        "Differences are comparable from task to task.",
    ],
    use_when: "All pairs are compared and what is said of two methods must not depend on which others are in the table.",
    avoid_when: "There are few data sets: with three methods fewer than 7, with five fewer than 9 cannot tell any pair apart at \
                 5 %. Scores have different units from task to task: use `shaffer-static`.",
    formula: "The exact two-sided p-value of the signed-rank sum of each pair, adjusted by Holm's procedure over all pairs.",
    sources: &[
        "Wilcoxon 1945, \"Individual Comparisons by Ranking Methods\", Biometrics Bulletin 1.",
        "Holm 1979, \"A Simple Sequentially Rejective Multiple Test Procedure\", Scandinavian Journal of Statistics 6.",
        "Benavoli, Corani and Mangili 2016, \"Should We Really Use Post-Hoc Tests Based on Mean-Ranks?\", JMLR 17.",
    ],
    disagreements: &[
        "Demsar 2006, section 3.1.3, shares the ranks of differences of zero evenly among both sides, which is neither of the \
         two ways offered here.",
        "SciPy 1.17.1 and scikit-posthocs 0.17.1 approximate where many differences tie: for 15 of them 0.0036 instead of the \
         exact 0.0021.",
    ],
    columns: score_table::COLUMNS,
    settings: &[
        score_table::HIGHER_IS_BETTER,
        score_table::AVERAGE_RUNS,
        Setting {
            name: "pratt",
            about: "1 to rank differences of zero with the others before they are dropped, 0 to drop them first",
            usual: Some(0.0),
        },
    ],
    example: Example { columns: score_table::EXAMPLE, settings: &[("higher-is-better", 1.0)] },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let table = ScoreTable::from_inputs(inputs)?;
    let zeros = if is_set(inputs, "pratt")? { Zeros::Pratt } else { Zeros::Wilcox };
    let found = compare(&table, zeros)?;
    let row = |pair: &SignedPair| {
        let numbers = [pair.first_better as f64, pair.second_better as f64, pair.p_value, pair.adjusted];
        (pairs::label(table.methods(), pair.first, pair.second), numbers.map(Some).to_vec())
    };
    let columns =
        ["tasks where the first is better", "tasks where the second is better", "p-value", "adjusted p-value"];
    Ok(Findings::default()
        .with("tasks", table.tasks().len() as f64)
        .with_table(Table {
            title: "all pairs".to_owned(),
            label: "pair".to_owned(),
            columns: columns.map(str::to_owned).to_vec(),
            rows: found.iter().map(row).collect(),
        })
        .with_note("An adjusted p-value at most as large as the family-wise error rate tells the two apart."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::Direction;
    use crate::ranking::score_table::{Repeats, Score};

    #[test]
    fn each_pair_is_judged_by_itself() {
        let tasks = ["1", "2", "3", "4", "5", "6"];
        let rows = [("a", [0.6, 0.7, 0.8, 0.9, 0.5, 0.4]), ("b", [0.5, 0.5, 0.5, 0.5, 0.0, 0.0]), ("c", [0.5; 6])];
        let scores = rows
            .iter()
            .flat_map(|(method, row)| row.iter().zip(tasks).map(|(value, task)| Score { method, task, value: *value }));
        let table = ScoreTable::new(scores, Direction::Maximize, Repeats::Refuse).unwrap();
        let found = compare(&table, Zeros::Wilcox).unwrap();
        assert_eq!((found[0].first_better, found[0].second_better), (6, 0));
        // Six of six in one direction: 2 / 64, three times.
        assert_eq!((found[0].p_value, found[0].adjusted), (0.03125, 0.09375));
        // Two differences other than zero, both alike.
        assert_eq!((found[2].second_better, found[2].p_value), (2, 0.5));
    }

    #[test]
    fn gains_that_are_no_numbers_are_an_error() {
        let with = |gains: &[f64]| compare_gains(2, |_, _| gains.to_vec(), Zeros::Wilcox);
        assert_eq!(with(&[f64::NAN]).unwrap_err().code(), "sample-not-finite");
        assert_eq!(with(&[]).unwrap_err().code(), "sample-too-few");
        // Three in one direction: 2 / 8.
        assert_eq!(with(&[1.0, 2.0, 3.0]).unwrap()[0].p_value, 0.25);
    }
}
