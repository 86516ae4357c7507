//! The one-way analysis of variance.

use super::anova::{Anova, Shifted, Source, check_lengths, levels, mean, squares, total};
use super::error::VarianceError;
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role};

/// Tests whether the means of several groups are all equal.
///
/// `values` are in the unit of the metric, `labels` name the group of each.
/// Groups may differ in size. The effect of the table is called `method`.
///
/// Sums of squares come from two passes over shifted values with compensated
/// sums, so that leading digits which all values share cost nothing.
///
/// # Errors
/// [`VarianceError::Lengths`], [`VarianceError::TooFewLevels`] below two
/// groups, [`VarianceError::NoReplicates`], [`VarianceError::NoResidual`] where
/// every group is constant, and [`VarianceError::Sample`].
///
/// # Source
/// Fisher 1925, "Statistical Methods for Research Workers", chapter VII; Chan,
/// Golub and LeVeque 1983, "Algorithms for Computing the Sample Variance", for
/// the corrected two passes.
pub fn fit<T: Ord>(values: &[f64], labels: &[T]) -> Result<Anova, VarianceError> {
    check_lengths(values.len(), labels.len())?;
    let Shifted { values, magnitude } = Shifted::new(values)?;
    let (names, places) = levels(labels);
    if names.len() < 2 {
        return Err(VarianceError::TooFewLevels { factor: "method", got: names.len() });
    }
    if names.len() == values.len() {
        return Err(VarianceError::NoReplicates);
    }
    let mut groups = vec![Vec::new(); names.len()];
    for (value, place) in values.iter().zip(&places) {
        groups[*place].push(*value);
    }
    let centre = mean(values.iter().copied());
    let within = total(groups.iter().map(|group| squares(group)));
    let between = total(groups.iter().map(|group| {
        let deviation = mean(group.iter().map(|value| value - centre));
        group.len() as f64 * deviation * deviation
    }));
    let (groups, n) = (groups.len() as f64, values.len() as f64);
    let effect = Source { name: "method", sum_of_squares: between, df: groups - 1.0 };
    let residual = Source { name: "residual", sum_of_squares: within, df: n - groups };
    Anova::new(vec![effect], residual, between + within, magnitude)
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "one-way-anova",
    name: "One-way analysis of variance",
    question: "Do any of several methods differ in their means?",
    null: Some("All methods have the same mean."),
    assumptions: &[
        "The scores are independent within and between the methods.",
        "The scores of each method are normal, with the same variance for all.",
    ],
    use_when: "Several methods with runs of their own on one task, of about equal spread, and the first question is \
               whether there is any difference at all.",
    avoid_when: "Runs share seeds or tasks: use the two-way analysis or the mixed model. Methods \
                 differ in spread and in the number of runs: where one of three has a third of the runs and twice the \
                 spread, 9 to 19 % of tests at 0.05 err; compare pairs by Welch's test instead.",
    formula: "F = (SS_between / (k - 1)) / (SS_within / (n - k)); R^2 = SS_between / SS_total.",
    sources: &[
        "Fisher 1925, \"Statistical Methods for Research Workers\", chapter VII.",
        "NIST Statistical Reference Datasets, analysis of variance, for certified values.",
    ],
    disagreements: &[
        "R's aov, SciPy's f_oneway and statsmodels give the same F. Where values share thirteen leading digits (NIST's SmLs07 to SmLs09), doubles themselves keep only 3.9 to 4.4 digits of the certified values; this method gives those of the exact sums of squares of the doubles to 14 digits.",
    ],
    columns: &[
        Column::numbers(Role::Value, "the score of each run"),
        Column::labels(Role::Method, "the method of each score"),
    ],
    settings: &[],
    example: Example {
        columns: &[
            (Role::Value, ExampleValues::Numbers(&[0.91, 0.93, 0.92, 0.94, 0.95, 0.93, 0.90, 0.89, 0.92])),
            (Role::Method, ExampleValues::Labels(&["a", "a", "a", "b", "b", "b", "c", "c", "c"])),
        ],
        settings: &[],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    Ok(fit(inputs.numbers(Role::Value)?, inputs.labels(Role::Method)?)?.findings())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_case_is_computed_by_hand() {
        // Means 2, 4, 6 about 4: between 2 (4 + 0 + 4) = 16, within 3 * 2 = 6.
        let found = fit(&[1.0, 3.0, 3.0, 5.0, 5.0, 7.0], &["a", "a", "b", "b", "c", "c"]).unwrap();
        let effect = found.effect("method").unwrap();
        assert_eq!((effect.sum_of_squares, effect.df), (16.0, 2.0));
        assert_eq!((found.residual.sum_of_squares, found.residual.df), (6.0, 3.0));
        assert_eq!(found.f(effect), 4.0);
        // With 2 and d degrees of freedom the tail is (1 + 2 F / d)^(-d / 2).
        assert!((found.p_value(effect) - libm::pow(1.0 + 8.0 / 3.0, -1.5)).abs() < 1e-14);
    }

    #[test]
    fn what_is_not_estimable_is_a_named_error() {
        let code = |values: &[f64], labels: &[u32]| fit(values, labels).unwrap_err().code();
        assert_eq!(code(&[1.0, 2.0], &[1]), "variance-lengths");
        assert_eq!(code(&[1.0, 2.0], &[1, 1]), "variance-too-few-levels");
        assert_eq!(code(&[1.0, 2.0], &[1, 2]), "variance-no-replicates");
        assert_eq!(code(&[1.0, 1.0, 2.0, 2.0], &[1, 1, 2, 2]), "variance-no-residual");
        assert_eq!(code(&[1.0, 1.0, 1.0, 1.0], &[1, 1, 2, 2]), "sample-no-spread");
        assert_eq!(code(&[1.0, f64::NAN, 1.0], &[1, 1, 2]), "sample-not-finite");
    }
}
