//! Holm's procedure: Bonferroni's correction for the hypotheses still left.

use super::family::{COLUMNS, EXAMPLE, FAMILY_WISE, MultiplicityError, ascending, findings};
use super::procedure::Procedure;
use crate::level::Alpha;
use crate::method::{Findings, Inputs, Method, MethodError};

/// Adjusts p-values by Holm's method, in the order given.
///
/// An adjusted p-value at most alpha means that Holm's method rejects the
/// hypothesis at family-wise error rate alpha, but for rounding where the two
/// are equal; [`holm_levels`] decides those.
///
/// # Errors
/// [`MultiplicityError::NotAProbability`].
///
/// # Source
/// Holm 1979, "A Simple Sequentially Rejective Multiple Test Procedure",
/// section 3.
pub fn holm_adjusted(p_values: &[f64]) -> Result<Vec<f64>, MultiplicityError> {
    let order = ascending(p_values)?;
    let mut adjusted = vec![0.0; p_values.len()];
    let mut largest: f64 = 0.0;
    for (step, index) in order.iter().enumerate() {
        let left = (p_values.len() - step) as f64;
        largest = largest.max((left * p_values[*index]).min(1.0));
        adjusted[*index] = largest;
    }
    Ok(adjusted)
}

/// Finds the level at which Holm's method finally compares each p-value, in
/// the order given.
///
/// A p-value is at most its level if and only if Holm's method rejects its
/// hypothesis at family-wise error rate `alpha`. With k hypotheses the levels
/// run from alpha / k for the smallest p-value upwards; from the first one
/// that is not rejected the level stays the same. Equal p-values have equal
/// levels. One-sided bounds at these levels agree with the decisions.
///
/// # Errors
/// [`MultiplicityError::NotAProbability`].
///
/// # Source
/// Holm 1979, "A Simple Sequentially Rejective Multiple Test Procedure",
/// section 3.
pub fn holm_levels(p_values: &[f64], alpha: Alpha) -> Result<Vec<f64>, MultiplicityError> {
    let order = ascending(p_values)?;
    let mut levels = vec![0.0; p_values.len()];
    let mut level = 0.0;
    let mut is_rejecting = true;
    let mut previous = None;
    for (step, index) in order.iter().enumerate() {
        let p_value = p_values[*index];
        if is_rejecting && previous != Some(p_value) {
            level = alpha.get() / (p_values.len() - step) as f64;
            is_rejecting = p_value <= level;
        }
        levels[*index] = level;
        previous = Some(p_value);
    }
    Ok(levels)
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "holm",
    name: "Holm's procedure",
    question: "Which hypotheses of a family are rejected, with a small chance of any error, whatever the dependence?",
    null: Some("Each hypothesis has its own; any true one is rejected with a chance of at most `level`."),
    assumptions: &["Each p-value is valid on its own; they may depend on one another in whatever way."],
    use_when: "A claim rests on several hypotheses, each of which must stand, and nothing is known of their dependence.",
    avoid_when: "Bounds are to hold for all members at once: use Bonferroni's. There are many hypotheses to sift, of which \
                 some may be wrong: use the procedure of Benjamini and Hochberg.",
    formula: "from the smallest p-value on, reject while p_(i) <= level / (k - i + 1), with k hypotheses; \
              adjusted p_(i) = max over j <= i of min(1, (k - j + 1) p_(j)).",
    sources: &[
        "Holm 1979, \"A Simple Sequentially Rejective Multiple Test Procedure\", Scandinavian Journal of Statistics 6, section 3.",
    ],
    disagreements: &[],
    columns: COLUMNS,
    settings: FAMILY_WISE,
    example: EXAMPLE,
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    findings(Procedure::Holm, inputs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_levels(p_values: &[f64], expected: &[f64]) {
        let found = holm_levels(p_values, Alpha::new(0.06).unwrap()).unwrap();
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-15, "{found} {expected}");
        }
    }

    #[test]
    fn levels_rise_while_hypotheses_are_rejected() {
        check_levels(&[0.04, 0.001, 0.02], &[0.06, 0.02, 0.03]);
        // At the first failure the level stays.
        check_levels(&[0.04, 0.001, 0.035], &[0.03, 0.02, 0.03]);
        check_levels(&[0.5, 0.9, 0.021], &[0.02, 0.02, 0.02]);
        check_levels(&[], &[]);
        check_levels(&[0.06], &[0.06]);
    }

    #[test]
    fn equal_p_values_have_equal_levels() {
        check_levels(&[0.01, 0.01, 0.05], &[0.02, 0.02, 0.06]);
        check_levels(&[0.025, 0.025, 0.001], &[0.03, 0.03, 0.02]);
    }

    #[test]
    fn what_is_not_a_probability_is_named() {
        let error = holm_adjusted(&[0.5, f64::NAN]).unwrap_err();
        assert!(matches!(error, MultiplicityError::NotAProbability { index: 1, .. }));
        assert!(holm_adjusted(&[-0.1]).is_err());
    }
}
