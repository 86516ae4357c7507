//! Bonferroni's correction: an equal share of the level for each hypothesis.

use super::family::{COLUMNS, EXAMPLE, FAMILY_WISE, MultiplicityError, check, findings};
use super::procedure::Procedure;
use crate::level::Alpha;
use crate::method::{Findings, Inputs, Method, MethodError};

/// Adjusts p-values by Bonferroni's correction, in the order given: each times
/// their number, at most 1.
///
/// # Errors
/// [`MultiplicityError::NotAProbability`].
///
/// # Source
/// Dunn 1961, "Multiple Comparisons Among Means", section 2.
pub fn bonferroni_adjusted(p_values: &[f64]) -> Result<Vec<f64>, MultiplicityError> {
    check(p_values)?;
    Ok(p_values.iter().map(|p_value| (p_values.len() as f64 * p_value).min(1.0)).collect())
}

/// Finds the level at which each p-value is compared: an equal share of
/// `alpha`.
///
/// One-sided bounds at this level hold for all members at once with a chance
/// of at least 1 - `alpha`, whatever their dependence.
///
/// # Errors
/// [`MultiplicityError::NotAProbability`].
///
/// # Source
/// Dunn 1961, "Multiple Comparisons Among Means", section 2.
pub fn bonferroni_levels(p_values: &[f64], alpha: Alpha) -> Result<Vec<f64>, MultiplicityError> {
    check(p_values)?;
    Ok(vec![alpha.get() / p_values.len() as f64; p_values.len()])
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "bonferroni",
    name: "Bonferroni correction",
    question: "Which hypotheses of a family are rejected, with bounds for all of them that hold at once?",
    null: Some("Each hypothesis has its own; any true one is rejected with a chance of at most `level`."),
    assumptions: &["Each p-value is valid on its own; they may depend on one another in whatever way."],
    use_when: "Bounds matter as much as decisions: bounds at its level hold for all members of the family at once.",
    avoid_when: "Only decisions matter: Holm's procedure keeps the same promise and rejects everything that this one does.",
    formula: "reject where p <= level / k, with k hypotheses; adjusted p = min(1, k p).",
    sources: &["Dunn 1961, \"Multiple Comparisons Among Means\", Journal of the American Statistical Association 56."],
    disagreements: &[],
    columns: COLUMNS,
    settings: FAMILY_WISE,
    example: EXAMPLE,
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    findings(Procedure::Bonferroni, inputs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_level_is_shared_equally() {
        assert_eq!(bonferroni_adjusted(&[0.25, 0.01, 0.5, 0.125]), Ok(vec![1.0, 0.04, 1.0, 0.5]));
        assert_eq!(bonferroni_levels(&[0.25, 0.01], Alpha::new(0.05).unwrap()), Ok(vec![0.025; 2]));
    }
}
