//! The two-stage procedure: Benjamini and Hochberg's with the number of true
//! hypotheses estimated first.

use super::benjamini_hochberg::benjamini_hochberg_adjusted;
use super::family::{COLUMNS, EXAMPLE, FALSE_DISCOVERY, MultiplicityError, ascending, findings, last_within, sorted};
use super::procedure::Procedure;
use crate::level::Alpha;
use crate::method::{Findings, Inputs, Method, MethodError};

/// Adjusts p-values by the two-stage procedure, in the order given: the
/// smallest rate at which it rejects each hypothesis, at most 1.
///
/// # Errors
/// [`MultiplicityError::NotAProbability`].
///
/// # Source
/// Benjamini, Krieger and Yekutieli 2006, "Adaptive Linear Step-Up Procedures
/// that Control the False Discovery Rate", definition 6. What they call
/// adjusted is found here for all rates at once: rejections only grow with the
/// rate.
pub fn two_stage_bh_adjusted(p_values: &[f64]) -> Result<Vec<f64>, MultiplicityError> {
    let order = ascending(p_values)?;
    let k = order.len();
    let first_stage: Vec<f64> = {
        let adjusted = benjamini_hochberg_adjusted(p_values)?;
        order.iter().map(|place| adjusted[*place]).collect()
    };
    let mut adjusted = vec![0.0; k];
    for (index, place) in order.iter().enumerate() {
        // The smallest rate of the first stage that rejects so many that the
        // second stage, with the hypotheses left, comes down to this one.
        let needed = (1..=k)
            .map(|rejected| {
                let share_left = (k - rejected) as f64 / k as f64;
                first_stage[rejected - 1].max(share_left * first_stage[index])
            })
            .fold(1.0, f64::min);
        // The first stage runs at rate / (1 + rate).
        adjusted[*place] = if needed < 0.5 { needed / (1.0 - needed) } else { 1.0 };
    }
    Ok(adjusted)
}

/// Finds the level at which the procedure finally compares the p-values, the
/// same for all and at most 1.
///
/// A p-value is at most this level if and only if its hypothesis is rejected.
/// One-sided bounds at this level agree with the decisions, but more of those
/// of the rejected hypotheses are wrong than `rate` says; see
/// [`Procedure::bound_levels`].
///
/// # Errors
/// [`MultiplicityError::NotAProbability`].
///
/// # Source
/// Benjamini, Krieger and Yekutieli 2006, "Adaptive Linear Step-Up Procedures
/// that Control the False Discovery Rate", definition 6.
pub fn two_stage_bh_levels(p_values: &[f64], rate: Alpha) -> Result<Vec<f64>, MultiplicityError> {
    let sorted = sorted(p_values)?;
    let k = sorted.len();
    let rate = first_stage(rate);
    let rejected_at_first = last_within(&sorted, |rank| rate * (rank as f64 / k as f64));
    // Where the first stage rejects all, nothing is left to estimate from.
    let assumed_true = if rejected_at_first == k { k } else { k - rejected_at_first };
    let critical = |rank: usize| rate * (rank as f64 / assumed_true as f64);
    // Without a rejection at the first stage the second is the same.
    let rejected = last_within(&sorted, critical);
    Ok(vec![critical(rejected.max(1)).min(1.0); k])
}

/// The level of bounds of which a share of at most `rate` is wrong among those
/// of the rejected hypotheses.
///
/// # Source
/// Benjamini and Yekutieli 2005, "False Discovery Rate-Adjusted Multiple
/// Confidence Intervals for Selected Parameters", theorem 1, which holds for
/// any rule of selection.
pub(super) fn bound_levels(p_values: &[f64], rate: Alpha) -> Result<Vec<f64>, MultiplicityError> {
    let levels = two_stage_bh_levels(p_values, rate)?;
    let rejected = p_values.iter().zip(&levels).filter(|(p_value, level)| p_value <= level).count();
    let share = rejected.max(1) as f64 / p_values.len() as f64;
    Ok(levels.iter().map(|level| level.min(rate.get() * share)).collect())
}

/// The rate of the first stage.
pub(super) fn first_stage(rate: Alpha) -> f64 {
    rate.get() / (1.0 + rate.get())
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "two-stage-bh",
    name: "Two-stage procedure of Benjamini, Krieger and Yekutieli",
    question: "Which of many hypotheses are rejected, with a small share of errors, where many may be false?",
    null: Some("Each hypothesis has its own; among those rejected at most the share `level` is true on average."),
    assumptions: &["Each p-value is valid on its own, and they are independent."],
    use_when: "Many independent hypotheses are sifted, of which a good part is expected to be false.",
    avoid_when: "There are few hypotheses, or nearly all are false: it then rejects p-values far above the level, up to \
                 19 times the level for the last of 20. Few are false: the procedure of Benjamini and Hochberg rejects \
                 more, and allows positive dependence. Bounds are to be read: at its deciding level 0.08 of those of the \
                 rejected were wrong instead of 0.05, with two hypotheses of which one was false.",
    formula: "with a' = level / (1 + level): reject r by Benjamini and Hochberg at a'; where 0 < r < k, reject instead by \
              theirs at a' k / (k - r), with k hypotheses.",
    sources: &[
        "Benjamini, Krieger and Yekutieli 2006, \"Adaptive Linear Step-Up Procedures that Control the False Discovery Rate\", Biometrika 93, definition 6 and theorem 1.",
    ],
    disagreements: &[
        "statsmodels' `fdr_tsbky` makes the same decisions, but its adjusted p-values hold for the one level that it is given; those here are the smallest level that rejects.",
        "statsmodels' `fdr_tsbh` leaves out the factor 1 / (1 + level) in both stages, which rejects a little more and has no proof.",
        "R's `p.adjust` has no such procedure.",
    ],
    columns: COLUMNS,
    settings: FALSE_DISCOVERY,
    example: EXAMPLE,
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    findings(Procedure::TwoStageBh, inputs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_level(p_values: &[f64], rate: f64, expected: f64) {
        for level in two_stage_bh_levels(p_values, Alpha::new(rate).unwrap()).unwrap() {
            assert!((level - expected).abs() < 1e-15, "{p_values:?}: {level}, expected {expected}");
        }
    }

    #[test]
    fn the_second_stage_assumes_as_many_true_as_the_first_left() {
        // A rate of 1/19 makes the first stage run at 0.05.
        let rate = 1.0 / 19.0;
        // None at first: 0.05 / 4.
        check_level(&[0.02, 0.03, 0.9, 0.8], rate, 0.0125);
        // Two at first; then two of 0.05 / 2 each.
        check_level(&[0.001, 0.02, 0.9, 0.8], rate, 0.05);
        // Three at first; then all of 0.05 each.
        check_level(&[0.001, 0.02, 0.03, 0.19], rate, 0.2);
        // All at first.
        check_level(&[0.001, 0.02, 0.03, 0.05], rate, 0.05);
    }

    #[test]
    fn nearly_all_false_rejects_what_no_test_would() {
        let mut p_values = vec![1e-6; 29];
        p_values.push(1.0);
        check_level(&p_values, 0.05, 1.0);
    }

    #[test]
    fn an_adjusted_p_value_is_the_smallest_rate_that_rejects() {
        let p_values = [0.001, 0.02, 0.03, 0.19, 0.6, 0.019];
        for (index, adjusted) in two_stage_bh_adjusted(&p_values).unwrap().into_iter().enumerate() {
            let is_rejected = |rate: f64| {
                p_values[index] <= two_stage_bh_levels(&p_values, Alpha::new(rate).unwrap()).unwrap()[index]
            };
            if adjusted < 1.0 {
                assert!(is_rejected(adjusted * (1.0 + 1e-12)) && !is_rejected(adjusted * (1.0 - 1e-12)), "{index}");
            } else {
                assert!(!is_rejected(1.0 - 1e-12), "{index}");
            }
        }
    }
}
