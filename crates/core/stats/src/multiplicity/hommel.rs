//! Hommel's procedure: every set of hypotheses tested by Simes' inequality.

use super::family::{COLUMNS, EXAMPLE, FAMILY_WISE, MultiplicityError, ascending, findings, sorted};
use super::procedure::Procedure;
use crate::level::Alpha;
use crate::method::{Findings, Inputs, Method, MethodError};

/// Adjusts p-values by Hommel's procedure, in the order given.
///
/// Takes time with the square of their number.
///
/// # Errors
/// [`MultiplicityError::NotAProbability`].
///
/// # Source
/// Wright 1992, "Adjusted P-Values for Simultaneous Inference", appendix.
pub fn hommel_adjusted(p_values: &[f64]) -> Result<Vec<f64>, MultiplicityError> {
    let order = ascending(p_values)?;
    let k = p_values.len();
    let sorted: Vec<f64> = order.iter().map(|place| p_values[*place]).collect();
    let mut largest = sorted.clone();
    for size in (2..=k).rev() {
        let rest = k - size;
        // Simes' p-value of the `size` largest.
        let simes = (0..size)
            .map(|index| size as f64 * sorted[rest + index] / (index + 1) as f64)
            .fold(f64::INFINITY, f64::min);
        for (index, adjusted) in largest.iter_mut().enumerate() {
            // A smaller p-value among the largest but one comes to at most
            // `size` times itself.
            let found = if index < rest { simes.min(size as f64 * sorted[index]) } else { simes };
            *adjusted = adjusted.max(found);
        }
    }
    let mut adjusted = vec![0.0; k];
    for (place, value) in order.iter().zip(largest) {
        adjusted[*place] = value.min(1.0);
    }
    Ok(adjusted)
}

/// Finds the level at which Hommel's procedure finally compares the p-values,
/// the same for all.
///
/// A p-value is at most this level if and only if its hypothesis is rejected.
/// The level is `alpha` over the size of the largest set of hypotheses that
/// Simes' test does not reject.
///
/// # Errors
/// [`MultiplicityError::NotAProbability`].
///
/// # Source
/// Hommel 1988, "A Stagewise Rejective Multiple Test Procedure Based on a
/// Modified Bonferroni Test", section 2.
pub fn hommel_levels(p_values: &[f64], alpha: Alpha) -> Result<Vec<f64>, MultiplicityError> {
    let sorted = sorted(p_values)?;
    let k = sorted.len();
    let is_accepted = |size: &usize| {
        let critical = |index: usize| alpha.get() * ((index + 1) as f64 / *size as f64);
        (0..*size).all(|index| sorted[k - size + index] > critical(index))
    };
    // Where every set is rejected, so is every hypothesis at the whole level.
    let size = (1..=k).rev().find(is_accepted).unwrap_or(1);
    Ok(vec![alpha.get() / size as f64; k])
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "hommel",
    name: "Hommel's procedure",
    question: "Which hypotheses of a family are rejected, as many as can be with a small chance of any error?",
    null: Some("Each hypothesis has its own; any true one is rejected with a chance of at most `level`."),
    assumptions: &[
        "Each p-value is valid on its own, and they are independent, or positively dependent on one another.",
    ],
    use_when: "Any false rejection would be costly, and the tests share a baseline or nothing at all.",
    avoid_when: "The dependence is unknown or negative: use Holm's procedure. Bounds are to hold for all members at \
                 once: use Bonferroni's.",
    formula: "reject where p <= level / j, j the largest size such that p_(k - j + i) > i level / j for all i in 1..j, \
              with k hypotheses; where there is none, reject all.",
    sources: &[
        "Hommel 1988, \"A Stagewise Rejective Multiple Test Procedure Based on a Modified Bonferroni Test\", Biometrika 75.",
        "Wright 1992, \"Adjusted P-Values for Simultaneous Inference\", Biometrics 48, appendix, for the adjusted p-values.",
        "Sarkar 2008, \"On the Simes Inequality and its Generalization\", IMS Collections 1, for positive dependence.",
    ],
    disagreements: &[],
    columns: COLUMNS,
    settings: FAMILY_WISE,
    example: EXAMPLE,
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    findings(Procedure::Hommel, inputs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simes_rejects_where_hochberg_does_not() {
        // All three: 3 * 0.035 / 2 = 0.0525; the two larger: 0.9; the smaller
        // with the larger: 2 * 0.01 = 0.02.
        let adjusted = hommel_adjusted(&[0.01, 0.035, 0.9]).unwrap();
        for (found, expected) in adjusted.iter().zip([0.03, 0.07, 0.9]) {
            assert!((found - expected).abs() < 1e-15, "{adjusted:?}");
        }
        // The two largest stay, 0.035 > 0.03 and 0.9 > 0.06: a half of the level.
        assert_eq!(hommel_levels(&[0.01, 0.035, 0.9], Alpha::new(0.06).unwrap()), Ok(vec![0.03; 3]));
        assert_eq!(hommel_levels(&[0.01, 0.05, 0.06], Alpha::new(0.06).unwrap()), Ok(vec![0.06; 3]));
    }
}
