//! The two-way analysis of variance, balanced or not.

use std::fmt::Display;

use super::anova::{Anova, Shifted, Source, check_lengths, levels, mean, squares, total};
use super::error::VarianceError;
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};

/// What an effect's sum of squares is adjusted for; the two agree where all
/// cells hold the same number of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SumsOfSquares {
    /// Each main effect after the other main effect, but not after the
    /// interaction.
    TypeTwo,
    /// Each main effect after everything else: of the unweighted means over
    /// the other factor's levels.
    TypeThree,
}

/// Tests the effects of two crossed factors, and their interaction where cells
/// hold more than one value.
///
/// `values` are in the unit of the metric; `methods` and `tasks` name the levels
/// of each. The effects are called `method`, `task` and `method-by-task`. With a
/// single value in each cell the interaction cannot be told from the residual
/// and counts as residual.
///
/// # Errors
/// [`VarianceError::Lengths`], [`VarianceError::TooFewLevels`],
/// [`VarianceError::EmptyCell`] where a method has no value on a task,
/// [`VarianceError::NoResidual`] where nothing is left to test against, and
/// [`VarianceError::Sample`].
///
/// # Source
/// Yates 1934, "The Analysis of Multiple Classifications with Unequal Numbers
/// in the Different Classes": fitting constants (type II) and weighted squares
/// of means (type III); Searle 1987, "Linear Models for Unbalanced Data",
/// chapter 4.
pub fn fit<T: Ord + Display>(
    values: &[f64],
    methods: &[T],
    tasks: &[T],
    kind: SumsOfSquares,
) -> Result<Anova, VarianceError> {
    let table = Cells::new(values, methods, tasks)?;
    let centre = mean(table.values.iter().flatten().flatten().copied());
    let all = total(table.values.iter().flatten().flatten().map(|value| (value - centre) * (value - centre)));
    let within = total(table.values.iter().flatten().map(|cell| squares(cell)));
    let turned = table.turned();
    let (rows, columns) = (table.values.len() as f64, turned.values.len() as f64);
    let (method, interaction) = table.adjusted();
    let (task, _) = turned.adjusted();
    let (method, task) = match kind {
        SumsOfSquares::TypeTwo => (method, task),
        SumsOfSquares::TypeThree => (table.of_unweighted_means(), turned.of_unweighted_means()),
    };
    let mut effects = vec![
        Source { name: "method", sum_of_squares: method, df: rows - 1.0 },
        Source { name: "task", sum_of_squares: task, df: columns - 1.0 },
    ];
    let together = (rows - 1.0) * (columns - 1.0);
    let df = table.n as f64 - rows * columns;
    let residual = if df > 0.0 {
        effects.push(Source { name: "method-by-task", sum_of_squares: interaction, df: together });
        Source { name: "residual", sum_of_squares: within, df }
    } else {
        Source { name: "residual", sum_of_squares: interaction, df: together }
    };
    Anova::new(effects, residual, all, table.magnitude)
}

/// The values by method and task, each less the first of all.
struct Cells {
    values: Vec<Vec<Vec<f64>>>,
    magnitude: f64,
    n: usize,
    is_balanced: bool,
}

impl Cells {
    fn new<T: Ord + Display>(values: &[f64], methods: &[T], tasks: &[T]) -> Result<Self, VarianceError> {
        check_lengths(values.len(), methods.len())?;
        check_lengths(values.len(), tasks.len())?;
        let Shifted { values, magnitude } = Shifted::new(values)?;
        let ((rows, row_of), (columns, column_of)) = (levels(methods), levels(tasks));
        for (factor, got) in [("method", rows.len()), ("task", columns.len())] {
            if got < 2 {
                return Err(VarianceError::TooFewLevels { factor, got });
            }
        }
        let n = values.len();
        let mut cells = vec![vec![Vec::new(); columns.len()]; rows.len()];
        for (index, value) in values.into_iter().enumerate() {
            cells[row_of[index]][column_of[index]].push(value);
        }
        for (row, name) in cells.iter().zip(&rows) {
            if let Some(empty) = row.iter().position(Vec::is_empty) {
                return Err(VarianceError::EmptyCell { first: name.to_string(), second: columns[empty].to_string() });
            }
        }
        let is_balanced = cells.iter().flatten().all(|cell| cell.len() == cells[0][0].len());
        Ok(Self { values: cells, magnitude, n, is_balanced })
    }

    /// The same with the factors in each other's place.
    fn turned(&self) -> Self {
        let columns = self.values[0].len();
        let values = (0..columns).map(|column| self.values.iter().map(|row| row[column].clone()).collect()).collect();
        Self { values, ..*self }
    }

    /// The sum of squares of the rows after the columns, and what the means of
    /// the cells keep when both are taken out.
    ///
    /// Everything stands in the space of cells, each scaled by the root of its
    /// number of values. The columns are taken out by subtracting their means;
    /// the rows then become orthonormal vectors one by one, so that no sum of
    /// squares is the difference of two others.
    fn adjusted(&self) -> (f64, f64) {
        let counts: Vec<Vec<f64>> =
            self.values.iter().map(|row| row.iter().map(|cell| cell.len() as f64).collect()).collect();
        let of_columns: Vec<f64> =
            (0..counts[0].len()).map(|column| counts.iter().map(|row| row[column]).sum()).collect();
        // A table of the cells, without the weighted means of its columns.
        let without_columns = |entry: &dyn Fn(usize, usize) -> f64| -> Vec<f64> {
            let means: Vec<f64> = (0..of_columns.len())
                .map(|column| {
                    total((0..counts.len()).map(|row| counts[row][column] * entry(row, column))) / of_columns[column]
                })
                .collect();
            (0..counts.len())
                .flat_map(|row| (0..means.len()).map(move |column| (row, column)))
                .map(|(row, column)| counts[row][column].sqrt() * (entry(row, column) - means[column]))
                .collect()
        };
        let means: Vec<Vec<f64>> =
            self.values.iter().map(|row| row.iter().map(|cell| mean(cell.iter().copied())).collect()).collect();
        let mut rest = without_columns(&|row, column| means[row][column]);
        let mut basis: Vec<Vec<f64>> = Vec::new();
        let mut explained = Vec::new();
        for level in 1..counts.len() {
            let mut vector = without_columns(&|row, _| f64::from(u8::from(row == level)));
            // Twice is enough, after Kahan and Parlett.
            for _ in 0..2 {
                for earlier in &basis {
                    let share = dot(&vector, earlier);
                    subtract(&mut vector, earlier, share);
                }
            }
            let length = dot(&vector, &vector).sqrt();
            vector.iter_mut().for_each(|entry| *entry /= length);
            let share = dot(&rest, &vector);
            subtract(&mut rest, &vector, share);
            explained.push(share * share);
            basis.push(vector);
        }
        for vector in &basis {
            let share = dot(&rest, vector);
            subtract(&mut rest, vector, share);
        }
        (total(explained.into_iter()), dot(&rest, &rest))
    }

    /// The sum of squares of the rows' unweighted means, each weighted by the
    /// inverse of its variance.
    fn of_unweighted_means(&self) -> f64 {
        let columns = self.values[0].len() as f64;
        let rows: Vec<(f64, f64)> = self
            .values
            .iter()
            .map(|row| {
                let weight = columns * columns / total(row.iter().map(|cell| 1.0 / cell.len() as f64));
                (weight, mean(row.iter().map(|cell| mean(cell.iter().copied()))))
            })
            .collect();
        let weights = total(rows.iter().map(|(weight, _)| *weight));
        let centre = total(rows.iter().map(|(weight, mean)| weight * mean)) / weights;
        total(rows.iter().map(|(weight, mean)| weight * (mean - centre) * (mean - centre)))
    }
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    total(left.iter().zip(right).map(|(left, right)| left * right))
}

fn subtract(vector: &mut [f64], other: &[f64], share: f64) {
    for (entry, other) in vector.iter_mut().zip(other) {
        *entry -= share * other;
    }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "two-way-anova",
    name: "Two-way analysis of variance",
    question: "Do methods differ, do tasks differ, and does the difference between methods depend on the task?",
    null: Some("All methods have the same mean on these tasks."),
    assumptions: &[
        "The scores are independent given method and task.",
        "The scores of each cell are normal, with the same variance in all.",
        "The claim is about these tasks and no others.",
    ],
    use_when: "Several methods on several tasks that are themselves the question, with runs of their own in every cell.",
    avoid_when: "The tasks stand for others like them: F against the residual at 0.05 then errs in 11 to 15 % of \
                 cases if the method-by-task spread is half the residual's, and in 28 to 34 % if it is as large; use \
                 `mixed-model`. A method has no run on some task: type III is not defined and the analysis refuses; \
                 `mixed-model` needs no complete table.",
    formula: "SS_method (II) = RSS(task) - RSS(method + task); (III) = sum_i w_i (mean_i. - weighted mean)^2 with \
              w_i = b^2 / sum_j (1 / n_ij); F = MS_effect / MS_residual.",
    sources: &[
        "Yates 1934, \"The Analysis of Multiple Classifications with Unequal Numbers in the Different Classes\", JASA 29.",
        "Searle 1987, \"Linear Models for Unbalanced Data\", chapter 4.",
    ],
    disagreements: &[
        "R's anova and aov and statsmodels' anova_lm give type I by default, which depends on the order of the factors in an unbalanced table and is not given here: in our reference case 9.21 for a method where type II is 7.01.",
        "statsmodels' typ=3 and car::Anova(type = 3) give another number unless the contrasts sum to zero, which those by default do not: in our reference case 0.089 where type III is 4.17, and in balanced tables too (0.133 for 3.78).",
    ],
    columns: &[
        Column::numbers(Role::Value, "the score of each run"),
        Column::labels(Role::Method, "the first factor, such as the method of each score"),
        Column::labels(Role::Task, "the second factor, such as the task of each score"),
    ],
    settings: &[Setting {
        name: "type",
        about: "2 or 3, the type of the sums of squares; read only where the cells hold different numbers of scores",
        usual: None,
    }],
    example: Example {
        columns: &[
            (Role::Value, ExampleValues::Numbers(&[0.91, 0.93, 0.71, 0.74, 0.95, 0.93, 0.76, 0.81])),
            (Role::Method, ExampleValues::Labels(&["old", "old", "old", "old", "new", "new", "new", "new"])),
            (Role::Task, ExampleValues::Labels(&["x", "x", "y", "y", "x", "x", "y", "y"])),
        ],
        settings: &[],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let (values, methods, tasks) =
        (inputs.numbers(Role::Value)?, inputs.labels(Role::Method)?, inputs.labels(Role::Task)?);
    let is_balanced = Cells::new(values, methods, tasks)?.is_balanced;
    let kind = if is_balanced { SumsOfSquares::TypeTwo } else { kind_of(inputs.setting("type")?)? };
    let found = fit(values, methods, tasks, kind)?;
    let findings = found.findings().with_note(match (is_balanced, kind) {
        (true, _) => "All cells hold the same number of scores, so that the types of sums of squares agree.",
        (false, SumsOfSquares::TypeTwo) => {
            "Cells differ in size; sums of squares are of type II: each main effect after the other, not after the interaction."
        }
        (false, SumsOfSquares::TypeThree) => {
            "Cells differ in size; sums of squares are of type III: each main effect after all else, of unweighted means."
        }
    });
    if found.effect("method-by-task").is_some() {
        return Ok(findings);
    }
    Ok(findings.with_note(
        "Every cell holds a single score, so that the interaction cannot be told from the residual and counts as such.",
    ))
}

fn kind_of(value: f64) -> Result<SumsOfSquares, MethodError> {
    if value == 2.0 {
        Ok(SumsOfSquares::TypeTwo)
    } else if value == 3.0 {
        Ok(SumsOfSquares::TypeThree)
    } else {
        Err(MethodError::SettingOutside { name: "type", value, expected: "2 or 3" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_balanced_case_is_computed_by_hand() {
        // Cell means 1 and 3, 5 and 11 about 5: rows 2 and 8, columns 3 and 7.
        let values = [0.0, 2.0, 2.0, 4.0, 4.0, 6.0, 10.0, 12.0];
        let methods = ["a", "a", "a", "a", "b", "b", "b", "b"];
        let tasks = ["x", "x", "y", "y", "x", "x", "y", "y"];
        for kind in [SumsOfSquares::TypeTwo, SumsOfSquares::TypeThree] {
            let found = fit(&values, &methods, &tasks, kind).unwrap();
            let sum = |name: &str| found.effect(name).unwrap().sum_of_squares;
            for (name, expected) in [("method", 72.0), ("task", 32.0), ("method-by-task", 8.0)] {
                assert!((sum(name) - expected).abs() < 1e-12, "{name}: {}", sum(name));
            }
            assert_eq!((found.residual.sum_of_squares, found.residual.df), (8.0, 4.0));
            assert!((found.total - 120.0).abs() < 1e-12);
        }
    }

    #[test]
    fn single_values_leave_the_interaction_as_residual() {
        let found =
            fit(&[1.0, 3.0, 5.0, 11.0], &["a", "a", "b", "b"], &["x", "y", "x", "y"], SumsOfSquares::TypeTwo).unwrap();
        assert!(found.effect("method-by-task").is_none());
        assert!((found.residual.sum_of_squares - 4.0).abs() < 1e-13);
        assert_eq!(found.residual.df, 1.0);
    }

    #[test]
    fn what_is_not_estimable_is_a_named_error() {
        let find = |values: &[f64], methods: &[&str], tasks: &[&str]| {
            fit(values, methods, tasks, SumsOfSquares::TypeThree).unwrap_err()
        };
        assert_eq!(
            find(&[1.0, 2.0, 3.0], &["a", "a", "b"], &["x", "y", "x"]),
            VarianceError::EmptyCell { first: "b".to_owned(), second: "y".to_owned() }
        );
        assert_eq!(find(&[1.0, 2.0], &["a", "b"], &["x", "x"]).code(), "variance-too-few-levels");
        let additive = find(&[1.0, 2.0, 3.0, 4.0], &["a", "a", "b", "b"], &["x", "y", "x", "y"]);
        assert_eq!(additive, VarianceError::NoResidual);
    }
}
