use thiserror::Error;

use crate::multiplicity::MultiplicityError;
use crate::sample::SampleError;

/// Why scores of methods on tasks cannot be compared by ranks.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum RankingError {
    /// The columns differ in length.
    #[error("the columns of the scores differ in length")]
    UnequalLengths,
    /// A score is NaN or infinite.
    #[error("the score of method `{method}` on task `{task}` is not finite")]
    NotFinite {
        /// The method.
        method: String,
        /// The task.
        task: String,
    },
    /// A cell has more than one score, and nobody said that they be averaged.
    #[error("method `{method}` has {got} scores on task `{task}`, expected one")]
    Repeated {
        /// The method.
        method: String,
        /// The task.
        task: String,
        /// How many there are.
        got: usize,
    },
    /// A cell has no score.
    #[error("method `{method}` has no score on task `{task}`")]
    Missing {
        /// The method.
        method: String,
        /// The task.
        task: String,
    },
    /// There are fewer than two methods.
    #[error("{got} methods are too few to be compared, at least 2 are needed")]
    TooFewMethods {
        /// How many there are.
        got: usize,
    },
    /// There are fewer than two tasks.
    #[error("{got} tasks are too few to compare methods on, at least 2 are needed")]
    TooFewTasks {
        /// How many there are.
        got: usize,
    },
    /// There are more methods than all partitions can be gone through for.
    #[error("{got} methods are too many for this procedure, at most {most} are possible")]
    TooManyMethods {
        /// How many there are.
        got: usize,
        /// The most that are possible.
        most: usize,
    },
    /// There is no method of this name.
    #[error("there is no method `{name}` among {}", known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "))]
    UnknownMethod {
        /// What was asked for.
        name: String,
        /// Those that exist.
        known: Vec<String>,
    },
    /// All methods have equal scores on every task.
    #[error("all methods tie on every task, so that there is nothing to rank")]
    AllTied,
    /// Every task ranks the methods alike, which leaves no spread to divide by.
    #[error("all tasks rank the methods alike, so that the F statistic is not finite")]
    PerfectAgreement,
    /// The differences of two methods allow no test.
    #[error("the differences of two methods allow no test")]
    Sample(#[from] SampleError),
    /// The p-values cannot be adjusted.
    #[error("the p-values of the pairs cannot be adjusted")]
    Multiplicity(#[from] MultiplicityError),
}

impl RankingError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnequalLengths => "ranking-unequal-lengths",
            Self::NotFinite { .. } => "ranking-not-finite",
            Self::Repeated { .. } => "ranking-repeated",
            Self::Missing { .. } => "ranking-missing",
            Self::TooFewMethods { .. } => "ranking-too-few-methods",
            Self::TooFewTasks { .. } => "ranking-too-few-tasks",
            Self::TooManyMethods { .. } => "ranking-too-many-methods",
            Self::UnknownMethod { .. } => "ranking-unknown-method",
            Self::AllTied => "ranking-all-tied",
            Self::PerfectAgreement => "ranking-perfect-agreement",
            Self::Sample(error) => error.code(),
            Self::Multiplicity(error) => error.code(),
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::UnequalLengths => "give every column one value for each score",
            Self::NotFinite { .. } => "find the run that gave it: it has probably diverged",
            Self::Repeated { .. } => {
                "average the runs of a cell with `--set average-runs=1`, or keep one row for each cell"
            }
            Self::Missing { .. } => "run the method on the task, or leave the task out for all methods",
            Self::TooFewMethods { .. } => "add a method",
            Self::TooFewTasks { .. } => "add tasks: with fewer than five hardly anything can be told apart",
            Self::TooManyMethods { .. } => "use `shaffer-static`, which takes any number of methods",
            Self::UnknownMethod { .. } => "name one of those listed",
            Self::AllTied => "check that the scores belong to different methods",
            Self::PerfectAgreement => "use `friedman`, whose exact p-value is defined there",
            Self::Sample(error) => return error.hints(),
            Self::Multiplicity(error) => return error.hints(),
        };
        vec![hint.to_owned()]
    }
}
