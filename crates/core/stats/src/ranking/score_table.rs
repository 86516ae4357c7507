//! One score for each method on each task.

use std::collections::BTreeMap;

use super::error::RankingError;
use crate::method::{Column, ExampleValues, Inputs, MethodError, Role, Setting};
use crate::metric::Direction;
use crate::summary;

/// A score, with what it belongs to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score<'a> {
    /// The method.
    pub method: &'a str,
    /// The task or data set.
    pub task: &'a str,
    /// The score.
    pub value: f64,
}

/// What becomes of a cell that has several scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeats {
    /// They are an error: methods are compared by one score for each task.
    Refuse,
    /// Their mean is the score of the cell. How much runs differ is then no
    /// part of the comparison.
    Average,
}

/// One finite score for each of at least two methods on each of at least two
/// tasks, and which way is better.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreTable {
    methods: Vec<String>,
    tasks: Vec<String>,
    /// Task by task, in the order of the methods.
    scores: Vec<Vec<f64>>,
    direction: Direction,
}

impl ScoreTable {
    /// Sorts scores into a table; methods and tasks are ordered by name.
    ///
    /// # Errors
    /// [`RankingError::NotFinite`], [`RankingError::Repeated`],
    /// [`RankingError::Missing`], [`RankingError::TooFewMethods`],
    /// [`RankingError::TooFewTasks`].
    pub fn new<'a>(
        scores: impl IntoIterator<Item = Score<'a>>,
        direction: Direction,
        repeats: Repeats,
    ) -> Result<Self, RankingError> {
        let mut cells: BTreeMap<&str, BTreeMap<&str, Vec<f64>>> = BTreeMap::new();
        let mut methods: BTreeMap<&str, ()> = BTreeMap::new();
        for Score { method, task, value } in scores {
            if !value.is_finite() {
                return Err(RankingError::NotFinite { method: method.to_owned(), task: task.to_owned() });
            }
            cells.entry(task).or_default().entry(method).or_default().push(value);
            methods.insert(method, ());
        }
        if methods.len() < 2 {
            return Err(RankingError::TooFewMethods { got: methods.len() });
        }
        if cells.len() < 2 {
            return Err(RankingError::TooFewTasks { got: cells.len() });
        }
        let one_score = |task: &str, method: &str, of_task: &BTreeMap<&str, Vec<f64>>| {
            let (method_name, task_name) = (method.to_owned(), task.to_owned());
            match of_task.get(method).map(Vec::as_slice) {
                None => Err(RankingError::Missing { method: method_name, task: task_name }),
                Some([score]) => Ok(*score),
                Some(runs) if repeats == Repeats::Average => Ok(summary::mean(runs)?),
                Some(runs) => Err(RankingError::Repeated { method: method_name, task: task_name, got: runs.len() }),
            }
        };
        let mut table = Vec::new();
        for (task, of_task) in &cells {
            table.push(methods.keys().map(|method| one_score(task, method, of_task)).collect::<Result<Vec<f64>, _>>()?);
        }
        let names = |keys: Vec<&str>| keys.into_iter().map(str::to_owned).collect();
        Ok(Self {
            methods: names(methods.into_keys().collect()),
            tasks: names(cells.into_keys().collect()),
            scores: table,
            direction,
        })
    }

    /// Reads the columns method, task and value, and the settings
    /// `higher-is-better` and `average-runs`.
    ///
    /// # Errors
    /// Those of the columns and settings, [`RankingError`].
    pub(super) fn from_inputs(inputs: &Inputs<'_>) -> Result<Self, MethodError> {
        let (methods, tasks) = (inputs.labels(Role::Method)?, inputs.labels(Role::Task)?);
        let values = inputs.numbers(Role::Value)?;
        if tasks.len() != methods.len() || values.len() != methods.len() {
            return Err(RankingError::UnequalLengths.into());
        }
        let direction = if is_set(inputs, "higher-is-better")? { Direction::Maximize } else { Direction::Minimize };
        let repeats = if is_set(inputs, "average-runs")? { Repeats::Average } else { Repeats::Refuse };
        let rows = methods.iter().zip(tasks).zip(values);
        let scores = rows.map(|((method, task), value)| Score { method, task, value: *value });
        Ok(Self::new(scores, direction, repeats)?)
    }

    /// The methods, sorted by name.
    #[must_use]
    pub fn methods(&self) -> &[String] {
        &self.methods
    }

    /// The tasks, sorted by name.
    #[must_use]
    pub fn tasks(&self) -> &[String] {
        &self.tasks
    }

    /// Task by task, the scores in the order of the methods.
    #[must_use]
    pub fn scores(&self) -> &[Vec<f64>] {
        &self.scores
    }

    /// Which way is better.
    #[must_use]
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// How much better one method is than another, task by task.
    pub(super) fn gains(&self, method: usize, over: usize) -> Vec<f64> {
        self.scores.iter().map(|scores| self.direction.gain(scores[method], scores[over])).collect()
    }
}

/// Whether a setting that is 0 or 1 is 1.
pub(super) fn is_set(inputs: &Inputs<'_>, name: &'static str) -> Result<bool, MethodError> {
    let value = inputs.setting(name)?;
    if value == 1.0 {
        Ok(true)
    } else if value == 0.0 {
        Ok(false)
    } else {
        Err(MethodError::SettingOutside { name, value, expected: "0 or 1" })
    }
}

/// The columns of this group's methods.
pub(super) const COLUMNS: &[Column] = &[
    Column::labels(Role::Method, "the method of each score"),
    Column::labels(Role::Task, "the task or data set of each score"),
    Column::numbers(Role::Value, "the score of the method on the task, compared within the task only"),
];

/// The columns of a comparison with a control.
pub(super) const COLUMNS_WITH_CONTROL: &[Column] = &[
    Column::labels(Role::Method, "the method of each score; the method of the first row is the control"),
    Column::labels(Role::Task, "the task or data set of each score"),
    Column::numbers(Role::Value, "the score of the method on the task, compared within the task only"),
];

/// Which way is better, which the caller states.
pub(super) const HIGHER_IS_BETTER: Setting = Setting {
    name: "higher-is-better",
    about: "1 where a higher score is better, such as an accuracy; 0 where a lower one is, such as an error",
    usual: None,
};

/// Whether several scores of a cell are averaged.
pub(super) const AVERAGE_RUNS: Setting = Setting {
    name: "average-runs",
    about: "1 to average several scores of a method on a task, 0 to refuse them",
    usual: Some(0.0),
};

/// The family-wise error rate, which the caller states.
pub(super) const ERROR_RATE: Setting = Setting {
    name: "level",
    about: "the chance, in 0..1, of telling any two methods apart that do not differ, such as 0.05",
    usual: None,
};

/// What every one of these tests assumes.
pub(super) const ASSUMPTIONS: &[&str] = &[
    "The tasks are independent of one another, and a sample of those that one wants to speak of.",
    "Under the hypothesis each order of all methods is as likely on each task.",
];

/// The scores of this group's examples: four methods on six tasks.
pub(super) const EXAMPLE: &[(Role, ExampleValues)] = &[
    (
        Role::Method,
        ExampleValues::Labels(&[
            "tree", "boosted", "forest", "linear", "tree", "boosted", "forest", "linear", "tree", "boosted", "forest",
            "linear", "tree", "boosted", "forest", "linear", "tree", "boosted", "forest", "linear", "tree", "boosted",
            "forest", "linear",
        ]),
    ),
    (
        Role::Task,
        ExampleValues::Labels(&[
            "adult", "adult", "adult", "adult", "car", "car", "car", "car", "glass", "glass", "glass", "glass",
            "heart", "heart", "heart", "heart", "iris", "iris", "iris", "iris", "wine", "wine", "wine", "wine",
        ]),
    ),
    (
        Role::Value,
        ExampleValues::Numbers(&[
            0.81, 0.87, 0.85, 0.82, 0.90, 0.98, 0.95, 0.79, 0.68, 0.77, 0.78, 0.61, 0.74, 0.83, 0.82, 0.84, 0.93, 0.95,
            0.95, 0.94, 0.91, 0.97, 0.98, 0.96,
        ]),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn score<'a>(method: &'a str, task: &'a str, value: f64) -> Score<'a> {
        Score { method, task, value }
    }

    fn make(scores: &[Score<'_>], repeats: Repeats) -> Result<ScoreTable, RankingError> {
        ScoreTable::new(scores.iter().copied(), Direction::Maximize, repeats)
    }

    #[test]
    fn a_missing_cell_is_named() {
        let scores = [score("a", "x", 1.0), score("b", "x", 2.0), score("a", "y", 1.0)];
        let expected = RankingError::Missing { method: "b".into(), task: "y".into() };
        assert_eq!(make(&scores, Repeats::Average), Err(expected));
    }

    #[test]
    fn several_runs_of_a_cell_are_averaged_only_if_asked() {
        let mut scores = vec![
            score("b", "x", 2.0),
            score("a", "x", 1.0),
            score("a", "x", 4.0),
            score("a", "y", 1.0),
            score("b", "y", 0.0),
        ];
        let expected = RankingError::Repeated { method: "a".into(), task: "x".into(), got: 2 };
        assert_eq!(make(&scores, Repeats::Refuse), Err(expected));
        let averaged = make(&scores, Repeats::Average).unwrap();
        assert_eq!(
            (averaged.methods(), averaged.tasks()),
            (&["a".into(), "b".into()][..], &["x".into(), "y".into()][..])
        );
        assert_eq!(averaged.scores(), [vec![2.5, 2.0], vec![1.0, 0.0]]);
        scores.push(score("b", "y", f64::NAN));
        assert_eq!(make(&scores, Repeats::Average).unwrap_err().code(), "ranking-not-finite");
    }

    #[test]
    fn one_method_or_one_task_is_no_comparison() {
        assert_eq!(make(&[], Repeats::Refuse).unwrap_err().code(), "ranking-too-few-methods");
        let one = [score("a", "x", 1.0), score("b", "x", 2.0)];
        assert_eq!(make(&one, Repeats::Refuse), Err(RankingError::TooFewTasks { got: 1 }));
    }
}
