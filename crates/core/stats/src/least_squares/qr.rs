//! Linear least squares by orthogonal reflections.

/// The reflected form of a tall matrix: its triangle, and the right side in
/// the same coordinates.
pub(super) struct Triangle {
    columns: usize,
    /// Row by row, the upper triangle.
    upper: Vec<f64>,
    right: Vec<f64>,
}

impl Triangle {
    /// Reflects `matrix`, rows x `columns` row by row, and `right`, one number a
    /// row, in place. There must be at least as many rows as columns.
    ///
    /// # Source
    /// Golub and Van Loan 2013, "Matrix Computations", section 5.2.1
    /// (Householder).
    pub(super) fn of(matrix: &mut [f64], right: &mut [f64], columns: usize) -> Self {
        let rows = right.len();
        for column in 0..columns {
            let below = |row: usize| row * columns + column;
            let largest = (column..rows).map(|row| matrix[below(row)].abs()).fold(0.0, f64::max);
            if largest == 0.0 {
                continue;
            }
            let scaled: f64 = (column..rows)
                .map(|row| {
                    let part = matrix[below(row)] / largest;
                    part * part
                })
                .sum();
            let length = largest * scaled.sqrt();
            let pivot = matrix[below(column)];
            let image = if pivot > 0.0 { -length } else { length };
            // The reflection is I - v v' / half with v the column less its image.
            let half = -image * (pivot - image);
            matrix[below(column)] = pivot - image;
            for other in column + 1..columns {
                let inner: f64 =
                    (column..rows).map(|row| matrix[below(row)] * matrix[row * columns + other]).sum::<f64>() / half;
                for row in column..rows {
                    matrix[row * columns + other] -= inner * matrix[below(row)];
                }
            }
            let inner: f64 = (column..rows).map(|row| matrix[below(row)] * right[row]).sum::<f64>() / half;
            for row in column..rows {
                right[row] -= inner * matrix[below(row)];
            }
            matrix[below(column)] = image;
        }
        Self { columns, upper: matrix[..columns * columns].to_vec(), right: right[..columns].to_vec() }
    }

    /// The x that makes |A x - right|^2 + |damping x|^2 least, `damping` one
    /// number a column.
    pub(super) fn solve_damped(&self, damping: &[f64]) -> Vec<f64> {
        let columns = self.columns;
        let mut matrix = vec![0.0; 2 * columns * columns];
        for row in 0..columns {
            matrix[row * columns + row..(row + 1) * columns]
                .copy_from_slice(&self.upper[row * columns + row..(row + 1) * columns]);
            matrix[(columns + row) * columns + row] = damping[row];
        }
        let mut right = self.right.clone();
        right.resize(2 * columns, 0.0);
        Self::of(&mut matrix, &mut right, columns).solve()
    }

    /// The x that makes |A x - right| least; 0 in a direction that the matrix
    /// does not reach.
    fn solve(&self) -> Vec<f64> {
        let columns = self.columns;
        let mut solution = self.right.clone();
        for row in (0..columns).rev() {
            let known: f64 = (row + 1..columns).map(|k| self.upper[row * columns + k] * solution[k]).sum();
            let pivot = self.upper[row * columns + row];
            solution[row] = if pivot == 0.0 { 0.0 } else { (solution[row] - known) / pivot };
        }
        solution
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_through_three_points_is_found() {
        // y = 1 + 2 x through (0, 1), (1, 3), (2, 5), exactly.
        let (mut matrix, mut right) = (vec![1.0, 0.0, 1.0, 1.0, 1.0, 2.0], vec![1.0, 3.0, 5.0]);
        let triangle = Triangle::of(&mut matrix, &mut right, 2);
        let solution = triangle.solve_damped(&[0.0, 0.0]);
        assert!((solution[0] - 1.0).abs() < 1e-14 && (solution[1] - 2.0).abs() < 1e-14, "{solution:?}");
        // With damping 1 of a single column of ones: sum / (3 + 1).
        let triangle = Triangle::of(&mut [1.0, 1.0, 1.0], &mut [1.0, 3.0, 5.0], 1);
        assert!((triangle.solve_damped(&[1.0])[0] - 9.0 / 4.0).abs() < 1e-14);
    }
}
