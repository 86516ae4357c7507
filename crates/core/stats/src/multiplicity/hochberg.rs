//! Hochberg's procedure: Holm's levels from the largest p-value on.

use super::family::{COLUMNS, EXAMPLE, FAMILY_WISE, MultiplicityError, findings, last_within, sorted, step_up};
use super::procedure::Procedure;
use crate::level::Alpha;
use crate::method::{Findings, Inputs, Method, MethodError};

/// Adjusts p-values by Hochberg's procedure, in the order given.
///
/// # Errors
/// [`MultiplicityError::NotAProbability`].
///
/// # Source
/// Hochberg 1988, "A Sharper Bonferroni Procedure for Multiple Tests of
/// Significance", section 2.
pub fn hochberg_adjusted(p_values: &[f64]) -> Result<Vec<f64>, MultiplicityError> {
    step_up(p_values, |rank| (p_values.len() - rank + 1) as f64)
}

/// Finds the level at which Hochberg's procedure finally compares each p-value,
/// in the order given.
///
/// A p-value is at most its level if and only if its hypothesis is rejected.
/// Those rejected stand at the level of the step that rejects them all, the
/// others at the level of the next step, which would have rejected one more.
///
/// # Errors
/// [`MultiplicityError::NotAProbability`].
///
/// # Source
/// Hochberg 1988, "A Sharper Bonferroni Procedure for Multiple Tests of
/// Significance", section 2.
pub fn hochberg_levels(p_values: &[f64], alpha: Alpha) -> Result<Vec<f64>, MultiplicityError> {
    let sorted = sorted(p_values)?;
    let k = sorted.len();
    let critical = |rank: usize| alpha.get() / (k - rank + 1) as f64;
    let rejected = last_within(&sorted, critical);
    let level = |p_value: &f64| {
        let is_rejected = rejected > 0 && *p_value <= critical(rejected);
        critical(if is_rejected { rejected } else { rejected + 1 })
    };
    Ok(p_values.iter().map(level).collect())
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "hochberg",
    name: "Hochberg's procedure",
    question: "Which hypotheses of a family are rejected, with a small chance of any error, under positive dependence?",
    null: Some("Each hypothesis has its own; any true one is rejected with a chance of at most `level`."),
    assumptions: &[
        "Each p-value is valid on its own, and they are independent, or positively dependent on one another.",
    ],
    use_when: "Hommel's procedure would do, but a rule is wanted that can be followed by hand.",
    avoid_when: "The dependence is unknown or negative: use Holm's procedure. Otherwise Hommel's procedure rejects at \
                 least as much under the same assumption.",
    formula: "reject the r smallest, r the largest number with p_(r) <= level / (k - r + 1), with k hypotheses; \
              adjusted p_(i) = min over j >= i of (k - j + 1) p_(j).",
    sources: &[
        "Hochberg 1988, \"A Sharper Bonferroni Procedure for Multiple Tests of Significance\", Biometrika 75.",
        "Sarkar 2008, \"On the Simes Inequality and its Generalization\", IMS Collections 1, for positive dependence.",
    ],
    disagreements: &[
        "In statsmodels it is called `simes-hochberg`, in R's `p.adjust` `hochberg`; the numbers are the same.",
    ],
    columns: COLUMNS,
    settings: FAMILY_WISE,
    example: EXAMPLE,
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    findings(Procedure::Hochberg, inputs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_p_value_within_the_level_rejects_all() {
        let alpha = Alpha::new(0.06).unwrap();
        // Holm's first step fails at 0.02; here the last one succeeds.
        assert_eq!(hochberg_levels(&[0.05, 0.04, 0.06], alpha), Ok(vec![0.06; 3]));
        assert_eq!(hochberg_levels(&[0.05, 0.04, 0.9], alpha), Ok(vec![0.02; 3]));
        assert_eq!(hochberg_levels(&[0.03, 0.03, 0.9], alpha), Ok(vec![0.03, 0.03, 0.06]));
        assert_eq!(hochberg_adjusted(&[0.5, 0.25, 0.125]), Ok(vec![0.5, 0.5, 0.375]));
    }
}
