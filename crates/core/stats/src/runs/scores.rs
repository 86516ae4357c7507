//! The scores of methods on tasks, run by run.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::method::{Inputs, MethodError, Role};

/// One score, with what it belongs to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score<'a> {
    /// The method.
    pub method: &'a str,
    /// The task.
    pub task: &'a str,
    /// The run, unique within its method and task.
    pub run: &'a str,
    /// The score, normalised so that tasks can be averaged.
    pub value: f64,
}

/// The scores of each method on each task; numbers of runs may differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    methods: BTreeMap<String, MethodScores>,
}

/// The scores of one method: at least one task, at least one run on each.
#[derive(Debug, Clone, PartialEq)]
pub struct MethodScores {
    tasks: BTreeMap<String, Vec<f64>>,
}

impl MethodScores {
    /// The runs' scores, task by task, in the order of the tasks' and the
    /// runs' names.
    pub fn tasks(&self) -> impl ExactSizeIterator<Item = (&str, &[f64])> {
        self.tasks.iter().map(|(task, runs)| (task.as_str(), runs.as_slice()))
    }

    /// The fewest runs on a task.
    #[must_use]
    pub fn fewest_runs(&self) -> usize {
        self.tasks.values().map(Vec::len).min().unwrap_or(0)
    }
}

impl Scores {
    /// Sorts scores by method, task and run.
    ///
    /// # Errors
    /// [`ScoresError`], where a score is not finite or given twice, where a
    /// method has no run on a task that another has, and where there are none.
    pub fn new<'a>(scores: impl IntoIterator<Item = Score<'a>>) -> Result<Self, ScoresError> {
        let mut cells: BTreeMap<&str, BTreeMap<&str, BTreeMap<&str, f64>>> = BTreeMap::new();
        for Score { method, task, run, value } in scores {
            let name = |part: &str| part.to_owned();
            if !value.is_finite() {
                return Err(ScoresError::NotFinite { method: name(method), task: name(task), run: name(run) });
            }
            if cells.entry(method).or_default().entry(task).or_default().insert(run, value).is_some() {
                return Err(ScoresError::Duplicate { method: name(method), task: name(task), run: name(run) });
            }
        }
        if cells.is_empty() {
            return Err(ScoresError::Empty);
        }
        for task in cells.values().flat_map(BTreeMap::keys) {
            if let Some((method, _)) = cells.iter().find(|(_, tasks)| !tasks.contains_key(task)) {
                return Err(ScoresError::Missing { method: (*method).to_owned(), task: (*task).to_owned() });
            }
        }
        let of_method = |tasks: BTreeMap<&str, BTreeMap<&str, f64>>| MethodScores {
            tasks: tasks.into_iter().map(|(task, runs)| (task.to_owned(), runs.into_values().collect())).collect(),
        };
        let methods = cells.into_iter().map(|(method, tasks)| (method.to_owned(), of_method(tasks))).collect();
        Ok(Self { methods })
    }

    /// Reads the columns method, task, run and value.
    ///
    /// # Errors
    /// Those of the columns, [`ScoresError`].
    pub(crate) fn from_inputs(inputs: &Inputs<'_>) -> Result<Self, MethodError> {
        let (methods, tasks) = (inputs.labels(Role::Method)?, inputs.labels(Role::Task)?);
        let (runs, values) = (inputs.labels(Role::Run)?, inputs.numbers(Role::Value)?);
        if [tasks.len(), runs.len(), values.len()].iter().any(|length| *length != methods.len()) {
            return Err(ScoresError::UnequalLengths.into());
        }
        let rows = methods.iter().zip(tasks).zip(runs).zip(values);
        Ok(Self::new(rows.map(|(((method, task), run), value)| Score { method, task, run, value: *value }))?)
    }

    /// The methods by name.
    pub fn methods(&self) -> impl ExactSizeIterator<Item = (&str, &MethodScores)> {
        self.methods.iter().map(|(name, scores)| (name.as_str(), scores))
    }
}

/// Why scores make no table of methods, tasks and runs.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ScoresError {
    /// There are none.
    #[error("there are no scores")]
    Empty,
    /// The columns differ in length.
    #[error("the columns of the scores differ in length")]
    UnequalLengths,
    /// A score is NaN or infinite.
    #[error("the score of method `{method}`, task `{task}`, run `{run}` is not finite")]
    NotFinite {
        /// The method.
        method: String,
        /// The task.
        task: String,
        /// The run.
        run: String,
    },
    /// A score is there twice.
    #[error("method `{method}`, task `{task}`, run `{run}` has more than one score")]
    Duplicate {
        /// The method.
        method: String,
        /// The task.
        task: String,
        /// The run.
        run: String,
    },
    /// A method has no run on a task.
    #[error("method `{method}` has no run on task `{task}`")]
    Missing {
        /// The method.
        method: String,
        /// The task.
        task: String,
    },
    /// Two methods are not on the same tasks.
    #[error("the two methods have different tasks")]
    TasksDiffer,
    /// There is only one method where two are compared.
    #[error("there is only one method, two are needed")]
    OneMethod,
}

impl ScoresError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "scores-empty",
            Self::UnequalLengths => "scores-unequal-lengths",
            Self::NotFinite { .. } => "scores-not-finite",
            Self::Duplicate { .. } => "scores-duplicate",
            Self::Missing { .. } => "scores-missing",
            Self::TasksDiffer => "scores-tasks-differ",
            Self::OneMethod => "scores-one-method",
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Empty => "give at least one score",
            Self::UnequalLengths => "give every column one value for each score",
            Self::NotFinite { .. } => "find out why the run failed",
            Self::Duplicate { .. } => "give each run of a method and task its own name",
            Self::Missing { .. } => "run the method on the task, or leave the task out for all methods",
            Self::TasksDiffer => "keep the tasks that both methods have",
            Self::OneMethod => "give the scores of a second method",
        };
        vec![hint.to_owned()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score<'a>(method: &'a str, task: &'a str, run: &'a str) -> Score<'a> {
        Score { method, task, run, value: 1.0 }
    }

    #[test]
    fn what_is_no_table_is_a_named_error() {
        let code = |scores: &[Score<'_>]| Scores::new(scores.iter().copied()).unwrap_err().code();
        assert_eq!(code(&[]), "scores-empty");
        assert_eq!(code(&[score("a", "x", "1"), score("a", "x", "1")]), "scores-duplicate");
        assert_eq!(code(&[score("a", "x", "1"), score("b", "y", "1")]), "scores-missing");
        assert_eq!(code(&[Score { value: f64::NAN, ..score("a", "x", "1") }]), "scores-not-finite");
    }

    #[test]
    fn numbers_of_runs_may_differ() {
        let scores = Scores::new([score("a", "x", "1"), score("a", "x", "2"), score("a", "y", "1")]).unwrap();
        let (_, method) = scores.methods().next().unwrap();
        assert_eq!(method.tasks().map(|(_, runs)| runs.len()).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(method.fewest_runs(), 1);
    }
}
