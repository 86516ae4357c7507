//! The procedure of Benjamini and Hochberg: the share of false rejections.

use super::family::{COLUMNS, EXAMPLE, FALSE_DISCOVERY, MultiplicityError, findings, last_within, sorted, step_up};
use super::procedure::Procedure;
use crate::level::Alpha;
use crate::method::{Findings, Inputs, Method, MethodError};

/// Adjusts p-values by the procedure of Benjamini and Hochberg, in the order
/// given.
///
/// # Errors
/// [`MultiplicityError::NotAProbability`].
///
/// # Source
/// Benjamini and Hochberg 1995, "Controlling the False Discovery Rate: A
/// Practical and Powerful Approach to Multiple Testing", equation 1.
pub fn benjamini_hochberg_adjusted(p_values: &[f64]) -> Result<Vec<f64>, MultiplicityError> {
    let k = p_values.len() as f64;
    step_up(p_values, |rank| k / rank as f64)
}

/// Finds the level at which the procedure finally compares the p-values, the
/// same for all: `rate` times the share of hypotheses that are rejected, and of
/// one hypothesis where none is.
///
/// A p-value is at most this level if and only if its hypothesis is rejected.
/// Of the one-sided bounds of the rejected hypotheses at this level, an
/// expected share of at most `rate` is wrong where the p-values are
/// independent.
///
/// # Errors
/// [`MultiplicityError::NotAProbability`].
///
/// # Source
/// Benjamini and Hochberg 1995, "Controlling the False Discovery Rate: A
/// Practical and Powerful Approach to Multiple Testing", equation 1; Benjamini
/// and Yekutieli 2005, "False Discovery Rate-Adjusted Multiple Confidence
/// Intervals for Selected Parameters", definition 1 and theorem 1.
pub fn benjamini_hochberg_levels(p_values: &[f64], rate: Alpha) -> Result<Vec<f64>, MultiplicityError> {
    Ok(vec![linear_level(&sorted(p_values)?, rate.get()); p_values.len()])
}

/// The level of the last p-value, from the smallest on, that is at most `rate`
/// times its rank over their number; of the first where none is.
pub(super) fn linear_level(sorted: &[f64], rate: f64) -> f64 {
    let critical = |rank: usize| rate * (rank as f64 / sorted.len() as f64);
    critical(last_within(sorted, critical).max(1))
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "benjamini-hochberg",
    name: "Procedure of Benjamini and Hochberg",
    question: "Which of many hypotheses are rejected, with a small share of errors among the rejections?",
    null: Some("Each hypothesis has its own; among those rejected at most the share `level` is true on average."),
    assumptions: &[
        "Each p-value is valid on its own, and they are independent, or positively dependent on one another.",
    ],
    use_when: "Many hypotheses are sifted, each rejection is looked at again, and a few false ones do little harm.",
    avoid_when: "A claim rests on each rejection: of those at the margin more are false than the share says; use Holm's \
                 or Hommel's procedure. The dependence is unknown: use the procedure of Benjamini and Yekutieli.",
    formula: "reject the r smallest, r the largest number with p_(r) <= r level / k, with k hypotheses; \
              adjusted p_(i) = min over j >= i of k p_(j) / j.",
    sources: &[
        "Benjamini and Hochberg 1995, \"Controlling the False Discovery Rate: A Practical and Powerful Approach to Multiple Testing\", JRSS B 57.",
        "Benjamini and Yekutieli 2001, \"The Control of the False Discovery Rate in Multiple Testing under Dependency\", Annals of Statistics 29, theorem 1.2, for positive dependence.",
        "Benjamini and Yekutieli 2005, \"False Discovery Rate-Adjusted Multiple Confidence Intervals for Selected Parameters\", Journal of the American Statistical Association 100, for the bounds.",
    ],
    disagreements: &[],
    columns: COLUMNS,
    settings: FALSE_DISCOVERY,
    example: EXAMPLE,
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    findings(Procedure::BenjaminiHochberg, inputs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_paper_has_four_rejections() {
        // Benjamini and Hochberg 1995, section 4.2: p_(4) = 0.0095 is the last
        // within 4/15 of 0.05 = 0.013.
        let p_values = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
            0.7590, 1.0,
        ];
        let levels = benjamini_hochberg_levels(&p_values, Alpha::new(0.05).unwrap()).unwrap();
        assert!(levels.iter().all(|level| (level - 0.05 * 4.0 / 15.0).abs() < 1e-15));
        assert_eq!(p_values.iter().zip(&levels).filter(|(p_value, level)| p_value <= level).count(), 4);
    }
}
