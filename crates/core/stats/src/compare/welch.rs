//! Welch's t test.

use crate::bounds::Bounds;
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};
use crate::student::Student;

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "welch",
    name: "Welch's t test",
    question: "Is the candidate's mean above the baseline's, where runs are not paired?",
    null: Some("The candidate's mean is at most the baseline's."),
    assumptions: &[
        "The values are independent of one another, within and between the two samples.",
        "Each sample comes from a normal distribution; the two may spread differently.",
    ],
    use_when: "Runs share no seeds, and there are at least five on each side.",
    avoid_when: "Runs share seeds: pair them, which is sharper. Samples are few and skewed: compare with the permutation test.",
    formula: "t = (mean_1 - mean_0) / sqrt(v_1 / n_1 + v_0 / n_0), with Welch's degrees of freedom.",
    sources: &[
        "Welch 1947, \"The Generalization of 'Student's' Problem When Several Different Population Variances Are Involved\", Biometrika 34.",
    ],
    disagreements: &[],
    columns: &[
        Column::labels(Role::Method, "`baseline` or `candidate`, for each value"),
        Column::numbers(Role::Value, "the scores"),
    ],
    settings: &[Setting::LEVEL],
    example: Example {
        columns: &[
            (
                Role::Method,
                ExampleValues::Labels(&[
                    "baseline",
                    "baseline",
                    "baseline",
                    "baseline",
                    "candidate",
                    "candidate",
                    "candidate",
                ]),
            ),
            (Role::Value, ExampleValues::Numbers(&[0.91, 0.90, 0.92, 0.91, 0.93, 0.92, 0.94])),
        ],
        settings: &[("level", 0.025)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let (baseline, candidate) = inputs.two_samples()?;
    let level = inputs.level()?;
    let fit = Student::unpaired(&baseline, &candidate)?;
    let bounds = Bounds { lower: fit.lower(level), upper: fit.upper(level) };
    Ok(Findings::default()
        .with_bounds("difference of means", fit.estimate, bounds)
        .with("degrees of freedom", fit.df)
        .with("p-value, candidate better", fit.p_greater(0.0))
        .with("p-value, candidate worse", fit.p_less(0.0)))
}
