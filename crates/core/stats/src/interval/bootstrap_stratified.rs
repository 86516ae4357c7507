//! The bootstrap within strata.

use crate::interval::grouping::{check_lengths, places};
use crate::interval::resampling::{
    Bootstrap, BootstrapError, Indices, Resampling, Statistic, TRIM, mean_of_span, percentile, statistic,
};
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};
use crate::sample::{check, check_spread};

/// Bootstraps a statistic of all values, resampling within each stratum.
///
/// `values` are in any unit, `strata` names the stratum of each, such as its
/// task. Strata stay as they are and as large as they are: the bounds say
/// nothing about strata that are not listed. With fewer than about ten values
/// for each stratum they are too tight, with three by a third.
///
/// Draws `resampling.resamples` samples from a copy of its stream.
///
/// # Errors
/// [`BootstrapError::Lengths`], [`BootstrapError::LoneStratum`],
/// [`BootstrapError::Sample`] with `TooFew` below two values, `NotFinite`,
/// `NoSpread` or `Overflow`; [`BootstrapError::TooFewResamples`].
///
/// # Source
/// Agarwal et al. 2021, "Deep Reinforcement Learning at the Edge of the
/// Statistical Precipice", section 4.1 (percentile bounds).
pub fn bounds<T: Ord>(
    values: &[f64],
    strata: &[T],
    statistic: Statistic,
    resampling: &Resampling<'_>,
) -> Result<Bootstrap, BootstrapError> {
    check_lengths(values.len(), strata.len())?;
    check(values, 2)?;
    check_spread(values)?;
    // All values in ascending order, and for each stratum the places of its own.
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|left, right| values[*left].total_cmp(&values[*right]));
    let sorted: Vec<f64> = order.iter().map(|&index| values[index]).collect();
    let labels: Vec<&T> = order.iter().map(|&index| &strata[index]).collect();
    let strata = places(&labels);
    if let Some(index) = strata.iter().position(|stratum| stratum.len() < 2) {
        return Err(BootstrapError::LoneStratum { index });
    }
    let estimate = statistic.of_sorted(&sorted)?;
    let deviations: Vec<f64> = sorted.iter().map(|value| value - estimate).collect();
    let span = statistic.span(values.len());
    let mut counts = vec![0_u32; values.len()];
    let mut stream = resampling.stream.clone();
    let resampled = (0..resampling.resamples)
        .map(|_| {
            counts.fill(0);
            for stratum in &strata {
                Indices::below(stratum.len(), &mut stream).draw(stratum.len(), |index| counts[stratum[index]] += 1);
            }
            mean_of_span(&deviations, &counts, span)
        })
        .collect();
    percentile(resampled, estimate, estimate, resampling.level)
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "bootstrap-stratified",
    name: "Stratified bootstrap",
    question: "Between which bounds does the score over a fixed set of tasks lie, if only the runs are random?",
    null: None,
    assumptions: &[
        "The strata, such as tasks, are all that the statement is about.",
        "Values of one stratum are independent draws from one distribution.",
    ],
    use_when: "A few runs on each of many fixed tasks, as in benchmarks of reinforcement learning, with the interquartile \
               mean over all runs and tasks.",
    avoid_when: "The tasks themselves are a sample of those one cares for: use the two-way cluster bootstrap. Fewer than \
                 five runs for each task: the bounds are too tight; of two strata, bounds that promise 5 % miss in 10 to 17 % of samples of five values \
                 each and in 7 to 12 % of ten.",
    formula: "The quantiles at level and 1 - level of the statistic over all values, each stratum resampled by itself.",
    sources: &[
        "Agarwal et al. 2021, \"Deep Reinforcement Learning at the Edge of the Statistical Precipice\", NeurIPS, section 4.1.",
        "Davison and Hinkley 1997, \"Bootstrap Methods and their Application\", section 3.2.",
    ],
    disagreements: &[
        "The rliable package averages over tasks after trimming all runs together, as we do; with strata of unequal size it \
         cannot be called at all, while here each value counts the same.",
    ],
    columns: &[
        Column::numbers(Role::Value, "the values"),
        Column::labels(Role::Stratum, "the stratum of each value, such as its task"),
    ],
    settings: &[Setting::LEVEL, Setting::RESAMPLES, TRIM],
    example: Example {
        columns: &[
            (
                Role::Value,
                ExampleValues::Numbers(&[0.61, 0.72, 0.58, 0.66, 1.81, 1.69, 1.74, 1.63, 0.10, 0.28, 0.19, 0.17]),
            ),
            (
                Role::Stratum,
                ExampleValues::Labels(&[
                    "ant", "ant", "ant", "ant", "hopper", "hopper", "hopper", "hopper", "pong", "pong", "pong", "pong",
                ]),
            ),
        ],
        settings: &[("level", 0.025), ("trim", 0.25)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let (values, strata) = (inputs.numbers(Role::Value)?, inputs.labels(Role::Stratum)?);
    let statistic = statistic(inputs)?;
    let found = bounds(values, strata, statistic, &Resampling::of(inputs)?)?;
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
    fn what_lies_between_strata_does_not_widen_the_bounds() {
        let stream = Stream::named([3; 32], "stratified");
        let resampling = Resampling { level: Alpha::new(0.05).unwrap(), resamples: 20_000, stream: &stream };
        let values = [0.0, 2.0, 100.0, 102.0];
        let found = bounds(&values, &[1, 1, 2, 2], Statistic::Mean, &resampling).unwrap();
        assert_eq!((found.bounds.lower, found.bounds.upper), (50.0, 52.0));
        // Each stratum's mean has variance 1/2, half their sum 1/4; six standard errors.
        assert!((found.standard_error - 0.5).abs() < 0.015);
        assert_eq!(
            bounds(&values, &[1, 2, 2, 2], Statistic::Mean, &resampling),
            Err(BootstrapError::LoneStratum { index: 0 })
        );
    }
}
