//! The mean of the middle half of all scores, over runs and tasks.

use crate::method::{Example, Findings, Inputs, Method, MethodError, Setting};
use crate::sample::SampleError;

use super::aggregate::{self, Aggregate};
use super::scores::MethodScores;

/// The mean of the middle half of all scores, over runs and tasks.
///
/// In the unit of the scores. [`Aggregate::bounds`] gives its interval.
///
/// # Errors
/// Those of [`Aggregate::estimate`].
///
/// # Source
/// Agarwal et al. 2021, "Deep Reinforcement Learning at the Edge of the
/// Statistical Precipice", section 4.
pub fn interquartile_mean(scores: &MethodScores) -> Result<f64, SampleError> {
    Aggregate::InterquartileMean.estimate(scores)
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "interquartile-mean",
    name: "Interquartile mean",
    question: "How well does a method do on the middle half of its runs?",
    null: None,
    assumptions: &[
        "Runs are independent of one another within and between tasks.",
        "Scores are normalised so that one unit means as much on each task.",
    ],
    use_when: "Tasks are many and runs few, and single outliers should not decide.",
    avoid_when: "The lowest or the highest tasks are what matters: use the optimality gap or the mean. Below ten runs on each task the interval is \
                 too narrow: over ten tasks it misses in 11 to 15 % for 5 % with three runs, in 8 to 9 % with five (in 3 to 4 % where most scores are \
                 equal).",
    formula: "mean of the n - 2 floor(n / 4) middle scores of all runs on all tasks",
    sources: &[
        "Agarwal et al. 2021, \"Deep Reinforcement Learning at the Edge of the Statistical Precipice\", section 4.",
    ],
    disagreements: &[
        "Tasks with more runs weigh more, which cannot happen in rliable, where all tasks have as many runs.",
    ],
    columns: aggregate::COLUMNS,
    settings: &[Setting::LEVEL, Setting::RESAMPLES],
    example: Example { columns: aggregate::EXAMPLE, settings: &[("level", 0.025)] },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    aggregate::compute(Aggregate::InterquartileMean, "interquartile mean", inputs)
}
