//! Average ranks, and the groups of methods that cannot be told apart.

use super::nemenyi;
use super::rank_table::RankTable;
use super::score_table::{self, ScoreTable};
use crate::level::Alpha;
use crate::method::{Example, Findings, Inputs, Method, MethodError, Table};

/// Methods next to one another in the order of average ranks of which no two
/// can be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    /// The place of its best method, counted from 0 for the best average rank.
    pub first: usize,
    /// The place of its worst method, which is larger.
    pub last: usize,
}

/// Finds the largest groups of methods whose average ranks all differ by less
/// than `critical_difference`, from the best group to the worst.
///
/// Groups may overlap: they are the bars of a critical difference diagram. No
/// group lies within another, and methods that can be told apart from all
/// others are in none. Places are those of [`RankTable::best_first`].
///
/// # Source
/// Demsar 2006, "Statistical Comparisons of Classifiers over Multiple Data
/// Sets", section 3.2.4.
#[must_use]
pub fn groups(ranks: &RankTable, critical_difference: f64) -> Vec<Group> {
    let average = ranks.average_ranks();
    let sorted: Vec<f64> = ranks.best_first().into_iter().map(|method| average[method]).collect();
    let mut found: Vec<Group> = Vec::new();
    for first in 0..sorted.len() {
        let reached = sorted[first..].iter().take_while(|rank| **rank - sorted[first] < critical_difference).count();
        let last = first + reached.max(1) - 1;
        if last > first && found.last().is_none_or(|before| before.last < last) {
            found.push(Group { first, last });
        }
    }
    found
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "average-ranks",
    name: "Average ranks with groups",
    question: "How do several methods rank on average over many data sets, and which cannot be told apart?",
    null: Some("On each task each order of the methods is as likely as any other."),
    assumptions: score_table::ASSUMPTIONS,
    use_when: "Many methods are shown on one line, as in a critical difference diagram.",
    avoid_when: nemenyi::POOL,
    formula: "R_j = mean over tasks of the rank of method j, 1 for the best; a group is a longest run of methods in the order of \
              R whose ends differ by less than Nemenyi's critical difference.",
    sources: &[
        "Demsar 2006, \"Statistical Comparisons of Classifiers over Multiple Data Sets\", JMLR 7, sections 3.2.2 and 3.2.4.",
    ],
    disagreements: &[
        "Demsar 2006 gives ranks 2 and 3 to two scores on `voting` that it prints as 0.975 both: ranks from printed, rounded \
         scores have ties that those from full precision have not.",
    ],
    columns: score_table::COLUMNS,
    settings: &[score_table::HIGHER_IS_BETTER, score_table::ERROR_RATE, score_table::AVERAGE_RUNS],
    example: Example { columns: score_table::EXAMPLE, settings: &[("higher-is-better", 1.0), ("level", 0.05)] },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let ranks = RankTable::of(&ScoreTable::from_inputs(inputs)?);
    let level: Alpha = inputs.level()?;
    let critical = nemenyi::critical_difference(&ranks, level);
    let average = ranks.average_ranks();
    let order = ranks.best_first();
    let row = |group: Group| {
        let names: Vec<&str> =
            order[group.first..=group.last].iter().map(|method| ranks.methods()[*method].as_str()).collect();
        let at = |place: usize| Some(average[order[place]]);
        let places = [Some((group.first + 1) as f64), Some((group.last + 1) as f64)];
        (names.join(", "), vec![places[0], places[1], at(group.first), at(group.last)])
    };
    let columns = ["first place", "last place", "lowest average rank", "highest average rank"];
    Ok(Findings::default().with("critical difference", critical).with_table(ranks.table()).with_table(Table {
        title: "groups that cannot be told apart".to_owned(),
        label: "methods".to_owned(),
        columns: columns.map(str::to_owned).to_vec(),
        rows: groups(&ranks, critical).into_iter().map(row).collect(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::Direction;
    use crate::ranking::rank_table::ranks_of;

    fn check(critical: f64, expected: &[(usize, usize)]) {
        // Average ranks 1, 2.5, 2.5, 4.
        let rows: &[&[f64]] = &[&[1.0, 1.0], &[2.0, 3.0], &[3.0, 2.0], &[4.0, 4.0]];
        let found = groups(&ranks_of(rows, Direction::Minimize), critical);
        assert_eq!(found.iter().map(|group| (group.first, group.last)).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn groups_are_the_longest_runs_below_the_critical_difference() {
        check(0.1, &[(1, 2)]);
        // A difference of the critical one tells apart.
        check(1.5, &[(1, 2)]);
        check(1.6, &[(0, 2), (1, 3)]);
        check(3.1, &[(0, 3)]);
    }
}
