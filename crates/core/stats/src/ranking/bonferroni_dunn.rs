//! The Bonferroni-Dunn test of all methods against a control.

use std::num::NonZeroUsize;

use super::control::{self, Comparison, WithControl};
use super::error::RankingError;
use super::nemenyi::POOL;
use super::rank_table::RankTable;
use super::score_table;
use crate::distribution::normal;
use crate::level::Alpha;
use crate::method::{Example, Findings, Inputs, Method, MethodError};
use crate::multiplicity::MultiplicityError;

/// Compares all methods with the control named, in the order of the methods.
///
/// # Errors
/// [`RankingError::UnknownMethod`].
///
/// # Source
/// Dunn 1961, "Multiple Comparisons Among Means"; Demsar 2006, "Statistical
/// Comparisons of Classifiers over Multiple Data Sets", section 3.2.2.
pub fn compare(ranks: &RankTable, control: &str) -> Result<Vec<Comparison>, RankingError> {
    control::compare(ranks, control, multiply)
}

/// The difference of average ranks from the control from which on a method is
/// told apart at the family-wise error rate `alpha`.
///
/// # Source
/// Demsar 2006, "Statistical Comparisons of Classifiers over Multiple Data
/// Sets", section 3.2.2.
#[must_use]
pub fn critical_difference(ranks: &RankTable, alpha: Alpha) -> f64 {
    critical_value(ranks.methods().len(), alpha) * ranks.standard_error()
}

/// The critical value in standard errors, for `methods` with the control
/// among them.
///
/// # Panics
/// For fewer than two methods.
///
/// # Source
/// Demsar 2006, "Statistical Comparisons of Classifiers over Multiple Data
/// Sets", table 5 (b).
#[must_use]
pub fn critical_value(methods: usize, alpha: Alpha) -> f64 {
    let sides = NonZeroUsize::new(2 * (methods - 1)).expect("there are two methods or more");
    -normal::point(alpha.divided_by(sides).get())
}

fn multiply(p_values: &[f64]) -> Result<Vec<f64>, MultiplicityError> {
    Ok(p_values.iter().map(|p_value| (p_values.len() as f64 * p_value).min(1.0)).collect())
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "bonferroni-dunn",
    name: "Bonferroni-Dunn test",
    question: "Which of several methods differ from a control over many data sets?",
    null: Some("On each task each order of the methods is as likely as any other."),
    assumptions: score_table::ASSUMPTIONS,
    use_when: "Methods are compared with one control and the result is shown with one critical difference.",
    avoid_when: POOL,
    formula: "A method differs from the control if their average ranks do by at least CD = z sqrt(k (k + 1) / (6 N)), z the \
              normal quantile at 1 - level / (2 (k - 1)); adjusted p = (k - 1) p.",
    sources: &[
        "Dunn 1961, \"Multiple Comparisons Among Means\", JASA 56.",
        "Demsar 2006, \"Statistical Comparisons of Classifiers over Multiple Data Sets\", JMLR 7, section 3.2.2 and table 5.",
    ],
    disagreements: &[
        "For 9 methods at 0.05 table 5 (b) of Demsar 2006 prints 2.724; the normal quantile at 1 - 0.05 / 16 is 2.734. Its \
         critical difference of 1.16 for 4 methods on 14 data sets is 1.168 cut off.",
    ],
    columns: score_table::COLUMNS_WITH_CONTROL,
    settings: &[score_table::HIGHER_IS_BETTER, score_table::ERROR_RATE, score_table::AVERAGE_RUNS],
    example: Example { columns: score_table::EXAMPLE, settings: &[("higher-is-better", 1.0), ("level", 0.05)] },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let read = WithControl::read(inputs)?;
    let level = inputs.level()?;
    Ok(read
        .findings(&compare(&read.ranks, &read.control)?)
        .with("critical difference", critical_difference(&read.ranks, level))
        .with("critical value", critical_value(read.ranks.methods().len(), level))
        .with("standard error", read.ranks.standard_error()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_methods_have_the_normal_quantile_and_not_what_was_printed() {
        let found = critical_value(9, Alpha::new(0.05).unwrap());
        // mpmath 1.4.1: sqrt(2) erfinv(1 - 0.05 / 8).
        assert!((found - 2.734_368_786_533_181_5).abs() < 1e-12, "{found}");
    }
}
