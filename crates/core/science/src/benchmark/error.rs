use thiserror::Error;

/// Why the results of a benchmark cannot be judged.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum BenchmarkError {
    /// No run has a score.
    #[error("no run has a score by the first metric")]
    Empty,
    /// A run has not an outcome for each metric.
    #[error("the run in row {row} has {got} outcomes, expected one for each of {expected} metrics")]
    Outcomes {
        /// The row, from 1.
        row: u64,
        /// How many metrics there are.
        expected: usize,
        /// How many outcomes the run has.
        got: usize,
    },
    /// A score is NaN or infinite.
    #[error("the score in row {row} is not finite")]
    NotFinite {
        /// The row, from 1.
        row: u64,
    },
    /// Scores are too large to be summed.
    #[error("the scores are too large to be summed")]
    TooLarge,
    /// Two rows are of the same run.
    #[error("rows {first} and {second} are of one run (method `{method}`, data set `{dataset}`, {})", seed.as_ref().map_or_else(|| "no seed".to_owned(), |seed| format!("seed `{seed}`")))]
    Repeated {
        /// The earlier row.
        first: u64,
        /// The later row.
        second: u64,
        /// The method.
        method: String,
        /// The data set.
        dataset: String,
        /// The seed.
        seed: Option<String>,
    },
    /// There are fewer than two methods to be ranked.
    #[error("{got} methods are too few to be ranked, at least 2 are needed")]
    TooFewMethods {
        /// How many there are.
        got: usize,
    },
    /// There are fewer than two data sets.
    #[error("{got} data sets are too few for a benchmark, at least 2 are needed")]
    TooFewDatasets {
        /// How many there are.
        got: usize,
    },
    /// A method of reference is not among the methods.
    #[error("there is no method `{method}` to take for a reference")]
    NoReference {
        /// What was asked for.
        method: String,
        /// The methods that exist.
        methods: Vec<String>,
    },
    /// Both references are one method.
    #[error("`{method}` cannot be both references")]
    OneReference {
        /// The method.
        method: String,
    },
    /// Data sets have no reference scores.
    #[error("{} of the data sets have no reference scores: {}", datasets.len(), datasets.join(", "))]
    Unreferenced {
        /// Those data sets.
        datasets: Vec<String>,
    },
    /// The references of a data set leave no unit to measure in.
    #[error("on data set `{dataset}` the high reference, {high}, is not better than the low one, {low}")]
    ReferencesReversed {
        /// The data set.
        dataset: String,
        /// The low reference.
        low: f64,
        /// The high reference.
        high: f64,
    },
}

impl BenchmarkError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "benchmark-empty",
            Self::Outcomes { .. } => "benchmark-outcomes",
            Self::NotFinite { .. } => "benchmark-not-finite",
            Self::TooLarge => "benchmark-too-large",
            Self::Repeated { .. } => "benchmark-repeated",
            Self::TooFewMethods { .. } => "benchmark-too-few-methods",
            Self::TooFewDatasets { .. } => "benchmark-too-few-datasets",
            Self::NoReference { .. } => "benchmark-no-reference",
            Self::OneReference { .. } => "benchmark-one-reference",
            Self::Unreferenced { .. } => "benchmark-unreferenced",
            Self::ReferencesReversed { .. } => "benchmark-references-reversed",
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Empty => "check that the column of the metric holds scores",
            Self::Outcomes { .. } => "give each run a score or a failure for every metric",
            Self::NotFinite { .. } => "mark the run as failed: it has probably diverged",
            Self::TooLarge => "express the scores in a larger unit",
            Self::Repeated { seed: None, .. } => "give every run a seed, or none",
            Self::Repeated { .. } => {
                "name the column that tells the two runs apart with `--seed`, or remove one of them"
            }
            Self::TooFewMethods { .. } => "add a method that is no reference",
            Self::TooFewDatasets { .. } => "compare methods on one data set with `gosset judge`",
            Self::NoReference { methods, .. } => return vec![format!("choose one of: {}", methods.join(", "))],
            Self::OneReference { .. } => "name a low and a high reference that differ",
            Self::Unreferenced { .. } => "add the reference scores of these data sets, or leave the data sets out",
            Self::ReferencesReversed { .. } => {
                "put the worse score first: the low reference counts as 0, the high one as 1"
            }
        };
        vec![hint.to_owned()]
    }
}
