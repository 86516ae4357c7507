use thiserror::Error;

use crate::sample::SampleError;

/// Why scores say nothing about the sources of their variation.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum VarianceError {
    /// The values allow no such analysis.
    #[error("the values allow no analysis of variance")]
    Sample(#[from] SampleError),
    /// There is not one label for each value.
    #[error("there are {labels} labels for {values} values")]
    Lengths {
        /// How many values there are.
        values: usize,
        /// How many labels there are.
        labels: usize,
    },
    /// A factor has one level only.
    #[error("the factor `{factor}` has {got} levels, at least 2 are needed")]
    TooFewLevels {
        /// Which factor.
        factor: &'static str,
        /// How many levels it has.
        got: usize,
    },
    /// There are as many group means as values.
    #[error("every group has a single value, which leaves nothing to measure the spread with")]
    NoReplicates,
    /// Nothing is left when all effects are taken out.
    #[error("the model fits the values exactly, so that the residual spread is not estimable")]
    NoResidual,
    /// Two levels never meet.
    #[error("there is no value for `{first}` with `{second}`")]
    EmptyCell {
        /// The level of the first factor.
        first: String,
        /// The level of the second factor.
        second: String,
    },
    /// The baseline is no method of the table.
    #[error("`{baseline}` is no method of the table, which has {}", known.join(", "))]
    UnknownBaseline {
        /// What was asked for.
        baseline: String,
        /// The methods that exist.
        known: Vec<String>,
    },
    /// The design cannot tell sources of variation apart.
    #[error("the design cannot tell the variance of `{component}` from that of {}", with.join(" and "))]
    Confounded {
        /// A component.
        component: &'static str,
        /// The other components that produce the same pattern.
        with: Vec<&'static str>,
    },
    /// The likelihood has no maximum that the degrees of freedom can be read
    /// from.
    #[error("the likelihood is flat at its maximum, so that standard errors have no degrees of freedom")]
    Flat,
}

impl VarianceError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Sample(error) => error.code(),
            Self::Lengths { .. } => "variance-lengths",
            Self::TooFewLevels { .. } => "variance-too-few-levels",
            Self::NoReplicates => "variance-no-replicates",
            Self::NoResidual => "variance-no-residual",
            Self::EmptyCell { .. } => "variance-empty-cell",
            Self::UnknownBaseline { .. } => "variance-unknown-baseline",
            Self::Confounded { .. } => "variance-confounded",
            Self::Flat => "variance-flat",
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Sample(error) => return error.hints(),
            Self::Lengths { .. } => "give every value a label in each column",
            Self::TooFewLevels { factor: "task", .. } => {
                "add tasks: one task says nothing about how tasks differ; on one task compare the runs by Welch's test"
            }
            Self::TooFewLevels { factor: "run", .. } => "add runs, or leave the column of runs out",
            Self::TooFewLevels { .. } => "check the column that names the levels",
            Self::NoReplicates => "add a second value to at least one group",
            Self::NoResidual => {
                "check that the seed reaches the program: scores without any spread usually mean that it does not"
            }
            Self::EmptyCell { .. } => "add the missing runs, or use `mixed-model`, which needs no complete table",
            Self::UnknownBaseline { .. } => "name one of the methods of the table",
            Self::Confounded { component: "method-by-task", .. } => {
                "run every method at least twice on every task, or leave the term out with `--set method-by-task=0`, which takes each method's effect to be the same on all tasks"
            }
            Self::Confounded { component: "run", .. } => {
                "leave the column of runs out, unless a run's name stands for the same seed in several methods or tasks"
            }
            Self::Confounded { .. } => "use each method on several tasks and in several runs",
            Self::Flat => "add tasks or runs",
        };
        vec![hint.to_owned()]
    }
}
