//! The profiled REML deviance of a mixed model with nested blocks, and its
//! derivatives.

use std::f64::consts::TAU;

use super::cholesky::{Cholesky, inner};
use super::layout::Layout;

/// A mixed model at given standard deviations `theta` of its components,
/// relative to the residual's.
///
/// The penalised least squares problem is solved by eliminating the cells, then
/// the tasks, both diagonal, and then the runs and the methods, which leave a
/// dense matrix as small as their number.
///
/// # Source
/// Bates, Maechler, Bolker and Walker 2015, "Fitting Linear Mixed-Effects Models
/// Using lme4", section 3, equations 33 to 42.
pub(super) struct Reml<'a> {
    layout: &'a Layout,
    pub(super) theta: [f64; 3],
    /// Minus twice the REML log-likelihood of the scaled values.
    pub(super) deviance: f64,
    /// The penalised residual sum of squares, r^2.
    pub(super) squares: f64,
    /// That without the penalty.
    pub(super) residual_squares: f64,
    /// The means of the methods.
    pub(super) means: Vec<f64>,
    /// For each cell, its count over 1 + theta^2 count.
    weights: Vec<f64>,
    /// For each task, 1 + theta^2 times the sum of its cells' weights.
    pivots: Vec<f64>,
    /// For each cell, what it has of the runs and of its method once cells and
    /// tasks are eliminated; runs first.
    shares: Vec<f64>,
    /// The same for runs and methods themselves.
    border: Vec<f64>,
    factor: Cholesky,
    /// The sums of the residuals by cell and by run.
    by_cell: Vec<f64>,
    by_run: Vec<f64>,
}

impl<'a> Reml<'a> {
    /// None where rounding leaves no positive definite matrix.
    pub(super) fn at(layout: &'a Layout, theta: [f64; 3]) -> Option<Self> {
        let [cell_sd, task_sd, run_sd] = theta;
        let runs = layout.runs;
        let width = runs + layout.methods.len();
        let diagonals: Vec<f64> = layout.cells.iter().map(|cell| 1.0 + cell_sd * cell_sd * cell.count).collect();
        let weights: Vec<f64> = layout.cells.iter().zip(&diagonals).map(|(cell, d)| cell.count / d).collect();
        let mut pivots = Vec::with_capacity(layout.tasks.len());
        let mut shares = vec![0.0; layout.cells.len() * width];
        let mut border = vec![0.0; width * width];
        let mut right = vec![0.0; width];
        let mut task_rows = vec![0.0; layout.tasks.len() * width];
        let mut task_sums = vec![0.0; layout.tasks.len()];
        for (task, range) in layout.tasks.iter().enumerate() {
            let row = &mut task_rows[task * width..(task + 1) * width];
            for index in range.clone() {
                let (cell, d) = (&layout.cells[index], diagonals[index]);
                let share = &mut shares[index * width..(index + 1) * width];
                let method = runs + cell.method;
                share[method] = weights[index];
                border[method * width + method] += weights[index];
                right[method] += cell.sum / d;
                if runs > 0 {
                    for piece in &cell.pieces {
                        let run = piece.run;
                        share[run] = piece.count / d;
                        border[run * width + run] += piece.count;
                        border[method * width + run] += share[run];
                        right[run] += piece.count * piece.mean - cell_sd * cell_sd * share[run] * cell.sum;
                    }
                    let factor = -cell_sd * cell_sd * d;
                    if factor < 0.0 {
                        add_square(&mut border, width, factor, &share[..runs]);
                    }
                }
                for (entry, share) in row.iter_mut().zip(&*share) {
                    *entry += share;
                }
                task_sums[task] += cell.sum / d;
            }
            let pivot = 1.0 + task_sd * task_sd * weights[range.clone()].iter().sum::<f64>();
            pivots.push(pivot);
            let factor = -task_sd * task_sd / pivot;
            add_square(&mut border, width, factor, row);
            for (right, entry) in right.iter_mut().zip(&*row) {
                *right += factor * entry * task_sums[task];
            }
            for index in range.clone() {
                let shrink = factor * weights[index];
                for (share, entry) in shares[index * width..(index + 1) * width].iter_mut().zip(&*row) {
                    *share += shrink * entry;
                }
            }
        }
        let scale = |place: usize| if place < runs { run_sd } else { 1.0 };
        let mut matrix = border.clone();
        for row in 0..width {
            for column in 0..=row {
                matrix[row * width + column] *= scale(row) * scale(column);
            }
            matrix[row * width + row] += f64::from(u8::from(row < runs));
            right[row] *= scale(row);
        }
        let factor = Cholesky::of(matrix, width)?;
        factor.solve(&mut right);
        let means = right.split_off(runs);
        let penalty_runs = inner(&right, &right);
        let run_effects: Vec<f64> = right.iter().map(|effect| run_sd * effect).collect();

        let logarithms = diagonals.iter().chain(&pivots).map(|pivot| libm::log(*pivot)).sum::<f64>();
        let mut found = Self {
            layout,
            theta,
            deviance: 0.0,
            squares: penalty_runs,
            residual_squares: layout.within,
            means,
            weights,
            pivots,
            shares,
            border,
            factor,
            by_cell: vec![0.0; layout.cells.len()],
            by_run: vec![0.0; runs],
        };
        for (task, range) in layout.tasks.iter().enumerate() {
            let row = &task_rows[task * width..(task + 1) * width];
            let known = inner(&row[..runs], &run_effects) + inner(&row[runs..], &found.means);
            let effect = task_sd * (task_sums[task] - known) / found.pivots[task];
            found.squares += effect * effect;
            for index in range.clone() {
                found.take_residuals(index, task_sd * effect, &run_effects, diagonals[index]);
            }
        }
        found.squares += found.residual_squares;
        let df = layout.df();
        found.deviance = logarithms + found.factor.log_determinant() + df * (1.0 + libm::log(TAU * found.squares / df));
        found.deviance.is_finite().then_some(found)
    }

    /// The residuals of a cell, from which r^2 keeps its digits where y'y less
    /// what is explained would lose them.
    fn take_residuals(&mut self, index: usize, task_effect: f64, run_effects: &[f64], diagonal: f64) {
        let cell = &self.layout.cells[index];
        let level = self.means[cell.method] + task_effect;
        let of_run = |run: usize| run_effects.get(run).copied().unwrap_or(0.0);
        let rest = cell.pieces.iter().map(|piece| piece.count * (piece.mean - level - of_run(piece.run))).sum::<f64>();
        let effect = self.theta[0] * rest / diagonal;
        self.squares += effect * effect;
        for piece in &cell.pieces {
            let residual = piece.mean - level - of_run(piece.run) - self.theta[0] * effect;
            self.residual_squares += piece.count * residual * residual;
            self.by_cell[index] += piece.count * residual;
            if let Some(sum) = self.by_run.get_mut(piece.run) {
                *sum += piece.count * residual;
            }
        }
    }

    /// The residual variance of the scaled values.
    pub(super) fn variance(&self) -> f64 {
        self.squares / self.layout.df()
    }

    /// The derivatives by the relative variances.
    pub(super) fn slopes(&self) -> Slopes {
        let (layout, runs) = (self.layout, self.layout.runs);
        let width = runs + layout.methods.len();
        // Z' V^-1 [Z_run, X] L'^-1 for cells, tasks and runs.
        let rotate = |source: &[f64]| -> Vec<f64> {
            let mut rows = source.to_vec();
            for row in rows.chunks_exact_mut(width) {
                row[..runs].iter_mut().for_each(|entry| *entry *= self.theta[2]);
                self.factor.solve_lower(row);
            }
            rows
        };
        let mut full = self.border.clone();
        for row in 0..width {
            for column in 0..row {
                full[column * width + row] = full[row * width + column];
            }
        }
        let cells = rotate(&self.shares);
        let by_runs = rotate(&full[..runs * width]);
        let mut tasks = vec![0.0; layout.tasks.len() * width];
        let mut of_tasks = vec![0.0; layout.tasks.len() * width];
        let mut by_task = vec![0.0; layout.tasks.len()];
        for (task, range) in layout.tasks.iter().enumerate() {
            for index in range.clone() {
                by_task[task] += self.by_cell[index];
                for place in 0..width {
                    tasks[task * width + place] += cells[index * width + place];
                    of_tasks[task * width + place] += self.shares[index * width + place];
                }
            }
        }
        let sums = [&self.by_cell, &by_task, &self.by_run];
        let rotated = [cells, tasks, by_runs];
        let mut slopes = Slopes {
            df: layout.df(),
            squares: self.squares,
            traces: [0.0; 3],
            products: [[0.0; 3]; 3],
            forms: [[0.0; 3]; 3],
            by: [0.0; 3],
            rotated,
            width,
            runs,
        };
        let of_runs: Vec<f64> =
            full[..runs * width].chunks_exact(width).flat_map(|row| &row[..runs]).copied().collect();
        let to_runs =
            |source: &[f64]| -> Vec<f64> { source.chunks_exact(width).flat_map(|row| &row[..runs]).copied().collect() };
        let dense = [to_runs(&self.shares), to_runs(&of_tasks), of_runs];
        slopes.add_nested(self, &sums);
        slopes.add_runs(&dense, &sums);
        slopes
    }

    /// The factor of the fixed effects applied to a contrast of the methods,
    /// from which its variance follows.
    fn contrast(&self, weights: &[f64]) -> Vec<f64> {
        let runs = self.layout.runs;
        let mut solved = weights.to_vec();
        for row in 0..solved.len() {
            let known: f64 = (0..row).map(|column| self.factor.at(runs + row, runs + column) * solved[column]).sum();
            solved[row] = (solved[row] - known) / self.factor.at(runs + row, runs + row);
        }
        solved
    }

    /// The variance of a contrast of the methods over the residual variance,
    /// and its derivatives by the relative variances.
    pub(super) fn variance_of_contrast(&self, weights: &[f64], slopes: &Slopes) -> (f64, [f64; 3]) {
        let solved = self.contrast(weights);
        let derivative = |rows: &[f64]| -> f64 {
            rows.chunks_exact(slopes.width)
                .map(|row| {
                    let part = inner(&row[slopes.runs..], &solved);
                    part * part
                })
                .sum()
        };
        (inner(&solved, &solved), [0, 1, 2].map(|place| derivative(&slopes.rotated[place])))
    }
}

/// Adds `factor` times the square of a vector to the lower triangle.
fn add_square(matrix: &mut [f64], width: usize, factor: f64, vector: &[f64]) {
    for (row, entry) in vector.iter().enumerate() {
        if *entry != 0.0 {
            let scaled = factor * entry;
            for (target, other) in matrix[row * width..].iter_mut().zip(&vector[..=row]) {
                *target += scaled * other;
            }
        }
    }
}

/// First and second derivatives of the profiled REML deviance by the relative
/// variances gamma = theta^2, in the order of the components.
///
/// With V the covariance over the residual variance, P its inverse less what
/// the fixed effects take, and V_k = Z_k Z_k': traces tr(P V_k), products
/// tr(P V_k P V_l), and the same in y'P V_k P y.
///
/// # Source
/// Searle, Casella and McCulloch 1992, "Variance Components", section 6.6.
pub(super) struct Slopes {
    df: f64,
    squares: f64,
    traces: [f64; 3],
    pub(super) products: [[f64; 3]; 3],
    forms: [[f64; 3]; 3],
    by: [f64; 3],
    rotated: [Vec<f64>; 3],
    width: usize,
    runs: usize,
}

impl Slopes {
    /// Traces and products of cells and tasks, whose own part is a block for
    /// each task.
    fn add_nested(&mut self, reml: &Reml<'_>, sums: &[&Vec<f64>; 3]) {
        let width = self.width;
        let shrink = reml.theta[1] * reml.theta[1];
        let (mut own, mut cross) = ([[0.0; 2]; 2], [[0.0; 2]; 2]);
        for (task, range) in reml.layout.tasks.iter().enumerate() {
            let pivot = reml.pivots[task];
            let whole = &self.rotated[1][task * width..(task + 1) * width];
            let total: f64 = reml.weights[range.clone()].iter().sum();
            for index in range.clone() {
                let (weight, row) = (reml.weights[index], &self.rotated[0][index * width..(index + 1) * width]);
                self.traces[0] += weight - shrink / pivot * weight * weight - inner(row, row);
                for other in range.clone() {
                    let diagonal = if other == index { weight } else { 0.0 };
                    let block = diagonal - shrink / pivot * weight * reml.weights[other];
                    own[0][0] += block * block;
                    cross[0][0] += block * inner(row, &self.rotated[0][other * width..(other + 1) * width]);
                    self.forms[0][0] += block * sums[0][index] * sums[0][other];
                }
                let block = weight / pivot;
                own[0][1] += block * block;
                cross[0][1] += block * inner(row, whole);
                self.forms[0][1] += block * sums[0][index] * sums[1][task];
            }
            let block = total / pivot;
            self.traces[1] += block - inner(whole, whole);
            own[1][1] += block * block;
            cross[1][1] += block * inner(whole, whole);
            self.forms[1][1] += block * sums[1][task] * sums[1][task];
        }
        let squares = [0, 1].map(|place| square(&self.rotated[place], width));
        for (first, second) in [(0, 0), (0, 1), (1, 1)] {
            // The squared norm of (own - F G'), F and G the rotated rows.
            self.products[first][second] =
                own[first][second] - 2.0 * cross[first][second] + inner(&squares[first], &squares[second]);
            let explained = [first, second].map(|place| combine(&self.rotated[place], sums[place], width));
            self.forms[first][second] -= inner(&explained[0], &explained[1]);
        }
        for place in [0, 1] {
            self.by[place] = inner(sums[place], sums[place]);
        }
    }

    /// The same where one of the two is the runs; `dense` is its own part.
    fn add_runs(&mut self, dense: &[Vec<f64>; 3], sums: &[&Vec<f64>; 3]) {
        let (width, runs) = (self.width, self.runs);
        if runs > 0 {
            for place in 0..3 {
                for (index, row) in self.rotated[place].chunks_exact(width).enumerate() {
                    for (run, other) in self.rotated[2].chunks_exact(width).enumerate() {
                        let entry = dense[place][index * runs + run] - inner(row, other);
                        self.products[place][2] += entry * entry;
                        self.forms[place][2] += entry * sums[place][index] * sums[2][run];
                        if place == 2 && index == run {
                            self.traces[2] += entry;
                        }
                    }
                }
            }
            self.by[2] = inner(sums[2], sums[2]);
        }
        for (first, second) in [(1, 0), (2, 0), (2, 1)] {
            self.products[first][second] = self.products[second][first];
            self.forms[first][second] = self.forms[second][first];
        }
    }

    /// By the relative variances.
    pub(super) fn gradient(&self) -> [f64; 3] {
        [0, 1, 2].map(|place| self.traces[place] - self.df * self.by[place] / self.squares)
    }

    /// By two of them.
    pub(super) fn curvature(&self) -> [[f64; 3]; 3] {
        let entry = |first: usize, second: usize| {
            let own = 2.0 * self.forms[first][second] / self.squares;
            let shared = self.by[first] * self.by[second] / (self.squares * self.squares);
            self.df * (own - shared) - self.products[first][second]
        };
        [0, 1, 2].map(|first| [0, 1, 2].map(|second| entry(first, second)))
    }

    /// The second derivatives of the deviance that is not profiled, by the
    /// logarithm of the residual variance and by the relative variances.
    pub(super) fn information(&self, residual_variance: f64) -> [[f64; 4]; 4] {
        let mut matrix = [[0.0; 4]; 4];
        // At the profiled residual variance r^2 over it equals df.
        matrix[0][0] = self.df;
        for first in 0..3 {
            matrix[0][first + 1] = self.by[first] / residual_variance;
            matrix[first + 1][0] = matrix[0][first + 1];
            for second in 0..3 {
                let own = 2.0 * self.forms[first][second] / residual_variance;
                matrix[first + 1][second + 1] = own - self.products[first][second];
            }
        }
        matrix
    }

    /// The traces tr(P V_k).
    pub(super) fn traces(&self) -> [f64; 3] {
        self.traces
    }
}

/// The matrix F'F of the rows F.
fn square(rows: &[f64], width: usize) -> Vec<f64> {
    let mut matrix = vec![0.0; width * width];
    for row in rows.chunks_exact(width) {
        for (target, entry) in matrix.chunks_exact_mut(width).zip(row) {
            for (target, other) in target.iter_mut().zip(row) {
                *target += entry * other;
            }
        }
    }
    matrix
}

/// The sum of the rows, each times its weight.
fn combine(rows: &[f64], weights: &[f64], width: usize) -> Vec<f64> {
    let mut sum = vec![0.0; width];
    for (row, weight) in rows.chunks_exact(width).zip(weights) {
        for (sum, entry) in sum.iter_mut().zip(row) {
            *sum += weight * entry;
        }
    }
    sum
}
