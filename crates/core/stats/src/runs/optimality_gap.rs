//! How far scores, cut at a good enough score, lie below it.

use crate::method::{Example, Findings, Inputs, Method, MethodError, Setting};
use crate::sample::SampleError;

use super::aggregate::{self, Aggregate};
use super::scores::MethodScores;

/// How far scores, cut at a good enough score, lie below it.
///
/// In the unit of the scores. [`Aggregate::bounds`] gives its interval.
///
/// # Errors
/// Those of [`Aggregate::estimate`].
///
/// # Source
/// Agarwal et al. 2021, "Deep Reinforcement Learning at the Edge of the
/// Statistical Precipice", section 4.
pub fn optimality_gap(scores: &MethodScores, gamma: f64) -> Result<f64, SampleError> {
    Aggregate::OptimalityGap { gamma }.estimate(scores)
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "optimality-gap",
    name: "Optimality gap",
    question: "How much is a method short of a good enough score?",
    null: None,
    assumptions: &[
        "Runs are independent of one another within and between tasks.",
        "Scores are normalised so that one unit means as much on each task.",
    ],
    use_when: "There is a score beyond which more is worth nothing, such as that of a human.",
    avoid_when: "No such score can be named before the results are seen: use the interquartile mean. Below ten runs on each task the interval is \
                 too narrow: over ten tasks it misses in 9 to 17 % for 5 % with three runs, in 9 to 10 % with five.",
    formula: "gamma - mean over tasks of the mean over runs of min(score, gamma)",
    sources: &[
        "Agarwal et al. 2021, \"Deep Reinforcement Learning at the Edge of the Statistical Precipice\", section 4.",
    ],
    disagreements: &[],
    columns: aggregate::COLUMNS,
    settings: &[
        Setting { name: "gamma", about: "the score that is good enough, in the unit of the scores", usual: None },
        Setting::LEVEL,
        Setting::RESAMPLES,
    ],
    example: Example { columns: aggregate::EXAMPLE, settings: &[("gamma", 1.0), ("level", 0.025)] },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    aggregate::compute(Aggregate::OptimalityGap { gamma: inputs.setting("gamma")? }, "optimality gap", inputs)
}
