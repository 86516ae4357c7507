//! What scores come from: their cells, tasks and runs, and the sums that a
//! mixed model needs of them.

use std::fmt::Display;
use std::ops::Range;

use super::anova::{check_lengths, levels, mean, squares, total};
use super::error::VarianceError;
use crate::sample::{SampleError, check, check_spread};
use crate::stream::Stream;
use crate::summary;

/// A random source of variation besides the residual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Component {
    /// How a method's effect differs from task to task.
    MethodByTask,
    /// How hard a task is for all methods.
    Task,
    /// What a run or seed has in common over methods and tasks.
    Run,
}

impl Component {
    /// All of them; each stands at its own number in arrays of three.
    pub(super) const ALL: [Self; 3] = [Self::MethodByTask, Self::Task, Self::Run];

    /// Its name in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MethodByTask => "method-by-task",
            Self::Task => "task",
            Self::Run => "run",
        }
    }
}

/// Whether a method's effect may differ from task to task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MethodByTask {
    /// It may: the method-by-task term is random.
    Random,
    /// It is taken to be the same on all tasks, which makes every standard
    /// error too small where it is not.
    Absent,
}

/// Scores with their labels, row by row.
#[derive(Debug)]
pub struct Rows<'a, T> {
    /// The scores, in the unit of the metric.
    pub values: &'a [f64],
    /// The method of each.
    pub methods: &'a [T],
    /// The task of each.
    pub tasks: &'a [T],
    /// The run or seed of each, if one name stands for something that rows of
    /// several methods or tasks share.
    pub runs: Option<&'a [T]>,
}

/// The values of one method on one task, in one run if runs are random.
#[derive(Clone)]
pub(super) struct Piece {
    pub(super) run: usize,
    pub(super) count: f64,
    pub(super) mean: f64,
}

/// The values of one method on one task.
#[derive(Clone)]
pub(super) struct Cell {
    pub(super) method: usize,
    pub(super) count: f64,
    pub(super) sum: f64,
    pub(super) pieces: Vec<Piece>,
}

/// The values, centred and divided by their standard deviation, by cell.
#[derive(Clone)]
pub(super) struct Layout {
    /// The methods' names: the baseline, then the others in order.
    pub(super) methods: Vec<String>,
    pub(super) n: usize,
    /// 0 if runs are not random.
    pub(super) runs: usize,
    /// Task by task, and by method within.
    pub(super) cells: Vec<Cell>,
    /// The cells of each task.
    pub(super) tasks: Vec<Range<usize>>,
    /// The squares of the values about the means of their pieces.
    pub(super) within: f64,
    pub(super) active: [bool; 3],
    pub(super) centre: f64,
    pub(super) scale: f64,
}

impl Layout {
    pub(super) fn new<T: Ord + Display>(
        rows: &Rows<'_, T>,
        baseline: &T,
        interaction: MethodByTask,
    ) -> Result<Self, VarianceError> {
        let n = rows.values.len();
        for labels in [Some(rows.methods), Some(rows.tasks), rows.runs].into_iter().flatten() {
            check_lengths(n, labels.len())?;
        }
        check(rows.values, 3)?;
        check_spread(rows.values)?;
        let (centre, scale) = (summary::mean(rows.values)?, summary::standard_deviation(rows.values)?);
        if !(scale > 0.0 && scale.is_finite()) {
            return Err(SampleError::Overflow.into());
        }
        let ((mut names, mut method_of), (tasks, task_of)) = (levels(rows.methods), levels(rows.tasks));
        let Some(first) = names.iter().position(|name| *name == baseline) else {
            let known = names.iter().map(ToString::to_string).collect();
            return Err(VarianceError::UnknownBaseline { baseline: baseline.to_string(), known });
        };
        names[..=first].rotate_right(1);
        for place in &mut method_of {
            *place = if *place == first { 0 } else { *place + usize::from(*place < first) };
        }
        let (run_of, runs) = rows.runs.map_or_else(
            || (vec![0; n], 0),
            |labels| {
                let (names, places) = levels(labels);
                (places, names.len())
            },
        );
        for (factor, got) in [("method", names.len()), ("task", tasks.len())] {
            if got < 2 {
                return Err(VarianceError::TooFewLevels { factor, got });
            }
        }
        if runs == 1 {
            return Err(VarianceError::TooFewLevels { factor: "run", got: runs });
        }
        let mut order: Vec<usize> = (0..n).collect();
        let place = |row: usize| (task_of[row], method_of[row], run_of[row]);
        // Sorted by value too, so that sums do not depend on the order of rows.
        order.sort_by(|a, b| place(*a).cmp(&place(*b)).then(rows.values[*a].total_cmp(&rows.values[*b])));
        let (mut cells, mut starts, mut within) = (Vec::new(), Vec::new(), Vec::new());
        for in_task in order.chunk_by(|a, b| task_of[*a] == task_of[*b]) {
            starts.push(cells.len());
            for in_cell in in_task.chunk_by(|a, b| method_of[*a] == method_of[*b]) {
                let mut pieces = Vec::new();
                for in_piece in in_cell.chunk_by(|a, b| run_of[*a] == run_of[*b]) {
                    let values: Vec<f64> = in_piece.iter().map(|row| (rows.values[*row] - centre) / scale).collect();
                    within.push(squares(&values));
                    let mean = mean(values.iter().copied());
                    pieces.push(Piece { run: run_of[in_piece[0]], count: values.len() as f64, mean });
                }
                let sum = total(pieces.iter().map(|piece| piece.count * piece.mean));
                cells.push(Cell { method: method_of[in_cell[0]], count: in_cell.len() as f64, sum, pieces });
            }
        }
        starts.push(cells.len());
        Ok(Self {
            methods: names.iter().map(ToString::to_string).collect(),
            n,
            runs,
            cells,
            tasks: starts.windows(2).map(|pair| pair[0]..pair[1]).collect(),
            within: total(within.into_iter()),
            active: [interaction == MethodByTask::Random, true, runs > 0],
            centre,
            scale,
        })
    }

    /// A table of the same layout, drawn from normal distributions with residual
    /// variance 1 and relative standard deviations `theta`; methods are equal.
    pub(super) fn drawn(&self, theta: [f64; 3], stream: &mut Stream) -> Self {
        let mut drawn = self.clone();
        let of_runs: Vec<f64> = (0..self.runs).map(|_| theta[2] * stream.normal()).collect();
        for range in &self.tasks {
            let level = theta[1] * stream.normal();
            for cell in &mut drawn.cells[range.clone()] {
                let level = level + theta[0] * stream.normal();
                for piece in &mut cell.pieces {
                    let of_run = of_runs.get(piece.run).copied().unwrap_or(0.0);
                    piece.mean = level + of_run + stream.normal() / piece.count.sqrt();
                }
                cell.sum = cell.pieces.iter().map(|piece| piece.count * piece.mean).sum();
            }
        }
        let pieces: usize = self.cells.iter().map(|cell| cell.pieces.len()).sum();
        drawn.within = (pieces..self.n).map(|_| stream.normal()).map(|z| z * z).sum();
        drawn
    }

    /// The residual degrees of freedom of the fixed effects alone.
    pub(super) fn df(&self) -> f64 {
        (self.n - self.methods.len()) as f64
    }

    /// The components of the model.
    pub(super) fn components(&self) -> impl Iterator<Item = Component> + '_ {
        Component::ALL.into_iter().filter(|component| self.active[*component as usize])
    }
}
