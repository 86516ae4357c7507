//! What comparisons of all methods with one of them have in common.

use super::error::RankingError;
use super::pairs::two_sided;
use super::rank_table::RankTable;
use super::score_table::{self, ScoreTable};
use crate::method::{Findings, Inputs, MethodError, Role, Setting, Table};
use crate::multiplicity::MultiplicityError;

/// A method, compared with the control by average ranks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// The place of the method in the order of the methods.
    pub method: usize,
    /// The average rank of the control less that of the method: positive where
    /// the method is better than the control.
    pub difference: f64,
    /// The difference in standard errors.
    pub z: f64,
    /// The two-sided p-value of z, for this comparison alone.
    pub p_value: f64,
    /// The p-value adjusted for all comparisons with the control.
    pub adjusted: f64,
}

/// Compares all methods with the control named, in the order of the methods.
///
/// # Errors
/// [`RankingError::UnknownMethod`].
pub(super) fn compare(
    ranks: &RankTable,
    control: &str,
    adjust: fn(&[f64]) -> Result<Vec<f64>, MultiplicityError>,
) -> Result<Vec<Comparison>, RankingError> {
    let control = ranks.place(control)?;
    let (average, error) = (ranks.average_ranks(), ranks.standard_error());
    let others = (0..average.len()).filter(|method| *method != control);
    let mut found: Vec<Comparison> = others
        .map(|method| {
            let difference = average[control] - average[method];
            let z = difference / error;
            Comparison { method, difference, z, p_value: two_sided(z), adjusted: 1.0 }
        })
        .collect();
    let p_values: Vec<f64> = found.iter().map(|comparison| comparison.p_value).collect();
    let adjusted = adjust(&p_values).expect("the tails of a normal distribution are probabilities");
    for (comparison, adjusted) in found.iter_mut().zip(adjusted) {
        comparison.adjusted = adjusted;
    }
    Ok(found)
}

/// The settings of a comparison with a control.
pub(super) const SETTINGS: &[Setting] = &[score_table::HIGHER_IS_BETTER, score_table::AVERAGE_RUNS];

/// What the inputs of a comparison with a control hold.
pub(super) struct WithControl {
    pub(super) ranks: RankTable,
    pub(super) control: String,
}

impl WithControl {
    /// Reads the scores; the method of the first row is the control.
    pub(super) fn read(inputs: &Inputs<'_>) -> Result<Self, MethodError> {
        let ranks = RankTable::of(&ScoreTable::from_inputs(inputs)?);
        let first = inputs.labels(Role::Method)?.first();
        Ok(Self { ranks, control: first.expect("a table of scores has rows").clone() })
    }

    /// The comparisons as a table, with the average ranks.
    pub(super) fn findings(&self, comparisons: &[Comparison]) -> Findings {
        let row = |comparison: &Comparison| {
            let numbers = [comparison.difference, comparison.z, comparison.p_value, comparison.adjusted];
            (self.ranks.methods()[comparison.method].clone(), numbers.map(Some).to_vec())
        };
        Findings::default()
            .with_table(Table {
                title: "comparisons with the control".to_owned(),
                label: "method".to_owned(),
                columns: ["rank difference", "z", "p-value", "adjusted p-value"].map(str::to_owned).to_vec(),
                rows: comparisons.iter().map(row).collect(),
            })
            .with_table(self.ranks.table())
            .with_note(format!(
                "The control is `{}`, the method of the first row. A positive rank difference means that a method is better \
                 than the control; an adjusted p-value at most as large as the family-wise error rate tells the two apart.",
                self.control
            ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::Direction;
    use crate::multiplicity::holm_adjusted;
    use crate::ranking::rank_table::ranks_of;

    #[test]
    fn the_control_is_compared_with_all_others() {
        let ranks = ranks_of(&[&[1.0, 2.0], &[3.0, 1.0], &[5.0, 4.0]], Direction::Maximize);
        let found = compare(&ranks, "b", holm_adjusted).unwrap();
        assert_eq!(found.iter().map(|one| (one.method, one.difference)).collect::<Vec<_>>(), [(0, 0.0), (2, 1.5)]);
        // SE = sqrt(3 * 4 / (6 * 2)) = 1.
        assert_eq!(found[1].z, 1.5);
        assert_eq!(found[1].adjusted, 2.0 * found[1].p_value);
        assert!(matches!(compare(&ranks, "x", holm_adjusted), Err(RankingError::UnknownMethod { .. })));
    }
}
