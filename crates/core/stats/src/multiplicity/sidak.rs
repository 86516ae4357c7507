//! Šidák's correction: Bonferroni's for p-values that do not depend on one
//! another.

use super::family::{COLUMNS, EXAMPLE, FAMILY_WISE, MultiplicityError, check, findings};
use super::procedure::Procedure;
use crate::level::Alpha;
use crate::method::{Findings, Inputs, Method, MethodError};

/// Adjusts p-values by Šidák's correction, in the order given: the chance that
/// the smallest of so many independent ones is as small.
///
/// # Errors
/// [`MultiplicityError::NotAProbability`].
///
/// # Source
/// Šidák 1967, "Rectangular Confidence Regions for the Means of Multivariate
/// Normal Distributions", corollary 1.
pub fn sidak_adjusted(p_values: &[f64]) -> Result<Vec<f64>, MultiplicityError> {
    check(p_values)?;
    let k = p_values.len() as f64;
    Ok(p_values.iter().map(|p_value| -libm::expm1(k * libm::log1p(-p_value))).collect())
}

/// Finds the level at which each p-value is compared, the same for all.
///
/// One-sided bounds at this level hold for all members at once with a chance
/// of at least 1 - `alpha` where the p-values are independent or positively
/// dependent.
///
/// # Errors
/// [`MultiplicityError::NotAProbability`].
///
/// # Source
/// Šidák 1967, "Rectangular Confidence Regions for the Means of Multivariate
/// Normal Distributions", corollary 1.
pub fn sidak_levels(p_values: &[f64], alpha: Alpha) -> Result<Vec<f64>, MultiplicityError> {
    check(p_values)?;
    Ok(vec![level(p_values.len(), alpha); p_values.len()])
}

/// The level for each of `k` hypotheses.
pub(super) fn level(k: usize, alpha: Alpha) -> f64 {
    -libm::expm1(libm::log1p(-alpha.get()) / k as f64)
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "sidak",
    name: "Šidák correction",
    question: "Which hypotheses of a family with independent p-values are rejected, with bounds that hold at once?",
    null: Some("Each hypothesis has its own; any true one is rejected with a chance of at most `level`."),
    assumptions: &[
        "Each p-value is valid on its own, and they are independent, or positively dependent on one another.",
    ],
    use_when: "The p-values come from separate data, and bounds for all members are to hold at once.",
    avoid_when: "One-sided tests depend negatively, as ranks within one table do: it then errs a little too often, at \
                 level 0.05 for two opposite tests in 0.0506. Against Bonferroni it gains little: 0.00256 instead of \
                 0.0025 for each of 20.",
    formula: "reject where p <= 1 - (1 - level)^(1 / k), with k hypotheses; adjusted p = 1 - (1 - p)^k.",
    sources: &[
        "Šidák 1967, \"Rectangular Confidence Regions for the Means of Multivariate Normal Distributions\", Journal of the American Statistical Association 62.",
    ],
    disagreements: &[
        "The name also stands for its step-down form, `holm-sidak` in statsmodels, which rejects more under the same assumption.",
    ],
    columns: COLUMNS,
    settings: FAMILY_WISE,
    example: EXAMPLE,
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    findings(Procedure::Sidak, inputs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_hypotheses_meet_the_closed_form() {
        // 1 - 0.9^2 = 0.19, and its inverse.
        let adjusted = sidak_adjusted(&[0.1, 1.0]).unwrap();
        assert!((adjusted[0] - 0.19).abs() < 1e-15 && adjusted[1] == 1.0, "{adjusted:?}");
        let levels = sidak_levels(&[0.1, 0.5], Alpha::new(0.19).unwrap()).unwrap();
        assert!(levels.iter().all(|level| (level - 0.1).abs() < 1e-15), "{levels:?}");
    }

    #[test]
    fn two_opposite_tests_err_at_twice_the_level() {
        // Of p and 1 - p at most one is below one half, so that the chance of
        // an error is the sum of both levels.
        assert!((2.0 * level(2, Alpha::new(0.05).unwrap()) - 0.0506).abs() < 5e-5);
    }
}
