//! The procedure of Benjamini and Yekutieli: the share of false rejections,
//! whatever the dependence.

use super::benjamini_hochberg::linear_level;
use super::family::{COLUMNS, EXAMPLE, FALSE_DISCOVERY, MultiplicityError, findings, sorted, step_up};
use super::procedure::Procedure;
use crate::level::Alpha;
use crate::method::{Findings, Inputs, Method, MethodError};

/// Adjusts p-values by the procedure of Benjamini and Yekutieli, in the order
/// given.
///
/// # Errors
/// [`MultiplicityError::NotAProbability`].
///
/// # Source
/// Benjamini and Yekutieli 2001, "The Control of the False Discovery Rate in
/// Multiple Testing under Dependency", theorem 1.3.
pub fn benjamini_yekutieli_adjusted(p_values: &[f64]) -> Result<Vec<f64>, MultiplicityError> {
    let k = p_values.len();
    let factor = k as f64 * harmonic(k);
    step_up(p_values, |rank| factor / rank as f64)
}

/// Finds the level at which the procedure finally compares the p-values, the
/// same for all.
///
/// A p-value is at most this level if and only if its hypothesis is rejected.
/// Of the one-sided bounds of the rejected hypotheses at this level, an
/// expected share of at most `rate` is wrong, whatever their dependence.
///
/// # Errors
/// [`MultiplicityError::NotAProbability`].
///
/// # Source
/// Benjamini and Yekutieli 2001, "The Control of the False Discovery Rate in
/// Multiple Testing under Dependency", theorem 1.3; Benjamini and Yekutieli
/// 2005, "False Discovery Rate-Adjusted Multiple Confidence Intervals for
/// Selected Parameters", theorem 4.
pub fn benjamini_yekutieli_levels(p_values: &[f64], rate: Alpha) -> Result<Vec<f64>, MultiplicityError> {
    let rate = rate.get() / harmonic(p_values.len());
    Ok(vec![linear_level(&sorted(p_values)?, rate); p_values.len()])
}

/// 1 + 1/2 + ... + 1/k; small terms first, which rounds least.
pub(super) fn harmonic(k: usize) -> f64 {
    (1..=k).rev().map(|rank| 1.0 / rank as f64).sum()
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "benjamini-yekutieli",
    name: "Procedure of Benjamini and Yekutieli",
    question: "Which of many hypotheses are rejected, with a small share of errors whatever their dependence?",
    null: Some("Each hypothesis has its own; among those rejected at most the share `level` is true on average."),
    assumptions: &["Each p-value is valid on its own; they may depend on one another in whatever way."],
    use_when: "Many hypotheses are sifted whose tests depend on one another in an unknown or negative way.",
    avoid_when: "The tests are independent or share a baseline: the procedure of Benjamini and Hochberg keeps the promise \
                 at levels that are 3.6 times as large for 20 hypotheses. There are few hypotheses: with up to three \
                 Holm's often rejects as much and promises more.",
    formula: "that of Benjamini and Hochberg at level / (1 + 1/2 + ... + 1/k), with k hypotheses.",
    sources: &[
        "Benjamini and Yekutieli 2001, \"The Control of the False Discovery Rate in Multiple Testing under Dependency\", Annals of Statistics 29, theorem 1.3.",
        "Benjamini and Yekutieli 2005, \"False Discovery Rate-Adjusted Multiple Confidence Intervals for Selected Parameters\", Journal of the American Statistical Association 100, for the bounds.",
    ],
    disagreements: &[],
    columns: COLUMNS,
    settings: FALSE_DISCOVERY,
    example: EXAMPLE,
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    findings(Procedure::BenjaminiYekutieli, inputs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_hypotheses_pay_three_halves() {
        let adjusted = benjamini_yekutieli_adjusted(&[0.02, 0.3]).unwrap();
        for (found, expected) in adjusted.iter().zip([0.06, 0.45]) {
            assert!((found - expected).abs() < 1e-15, "{adjusted:?}");
        }
        let level = benjamini_yekutieli_levels(&[0.02, 0.3], Alpha::new(0.06).unwrap()).unwrap()[0];
        assert!((level - 0.02).abs() < 1e-15, "{level}");
    }
}
