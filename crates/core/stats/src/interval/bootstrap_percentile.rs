//! The bootstrap by percentiles.

use crate::interval::resampling::{
    Bootstrap, BootstrapError, Resampling, Statistic, TRIM, percentile, resample_unsorted, statistic,
};
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};
use crate::sample::{check, check_spread};

/// Bootstraps a statistic and takes quantiles of the resamples for bounds.
///
/// `values` are independent draws in any unit, which is the bounds' unit too.
/// The bounds of a mean are too tight by about a factor sqrt((n - 1) / n) and
/// by what a normal quantile falls short of Student's; skewness makes it worse.
///
/// Draws `resampling.resamples` samples from a copy of its stream.
///
/// # Errors
/// [`BootstrapError::Sample`] with `TooFew` below two values, `NotFinite`,
/// `NoSpread` or `Overflow`; [`BootstrapError::TooFewResamples`].
///
/// # Source
/// Efron and Tibshirani 1993, "An Introduction to the Bootstrap", section
/// 13.3, with quantiles of type 7.
pub fn bounds(values: &[f64], statistic: Statistic, resampling: &Resampling<'_>) -> Result<Bootstrap, BootstrapError> {
    check(values, 2)?;
    check_spread(values)?;
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let estimate = statistic.of_sorted(&sorted)?;
    let resampled = resample_unsorted(&sorted, estimate, statistic, resampling);
    percentile(resampled, estimate, estimate, resampling.level)
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "bootstrap-percentile",
    name: "Percentile bootstrap",
    question: "Between which bounds do the resampled means, medians or interquartile means lie?",
    null: None,
    assumptions: &[
        "The values are independent draws from one distribution.",
        "The statistic is nearly unbiased and its spread hardly depends on its value.",
    ],
    use_when: "A published protocol asks for it, or to compare with published intervals.",
    avoid_when: "For most other purposes: the bounds are too tight in small samples and sit on the wrong side of skewed \
                 ones. Use the BCa or the studentized bootstrap, or a t interval.",
    formula: "The quantiles of the resampled statistics at level and 1 - level.",
    sources: &["Efron and Tibshirani 1993, \"An Introduction to the Bootstrap\", section 13.3."],
    disagreements: &["Packages differ in the quantile of the resamples; ours is type 7, as in NumPy and SciPy."],
    columns: &[Column::numbers(Role::Value, "the values")],
    settings: &[Setting::LEVEL, Setting::RESAMPLES, TRIM],
    example: Example {
        columns: &[(
            Role::Value,
            ExampleValues::Numbers(&[0.61, 0.72, 0.58, 0.66, 0.81, 0.69, 0.74, 0.63, 0.70, 0.68, 0.59, 0.77]),
        )],
        settings: &[("level", 0.025), ("trim", 0.0)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let values = inputs.numbers(Role::Value)?;
    let statistic = statistic(inputs)?;
    let found = bounds(values, statistic, &Resampling::of(inputs)?)?;
    Ok(Findings::default()
        .with_bounds(statistic.name(), found.estimate, found.bounds)
        .with("bootstrap standard error", found.standard_error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::level::Alpha;
    use crate::stream::Stream;

    #[test]
    fn the_standard_error_of_two_values_is_known() {
        // Resampled means of 0 and 2: 0, 1, 1, 2 with equal chance, so sd 1 / sqrt 2.
        let stream = Stream::named([3; 32], "percentile");
        let resampling = Resampling { level: Alpha::new(0.1).unwrap(), resamples: 100_000, stream: &stream };
        let found = bounds(&[0.0, 2.0], Statistic::Mean, &resampling).unwrap();
        assert_eq!((found.bounds.lower, found.bounds.upper), (0.0, 2.0));
        // The standard error of a standard deviation here is below 0.0012; six of them.
        assert!((found.standard_error - 0.5_f64.sqrt()).abs() < 0.007);
    }
}
