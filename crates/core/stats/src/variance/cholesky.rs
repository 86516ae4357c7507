//! The triangular factor of a small dense matrix.

/// The lower triangular L of A = L L', row by row.
pub(super) struct Cholesky {
    size: usize,
    lower: Vec<f64>,
}

impl Cholesky {
    /// Factors a symmetric matrix, of which the lower triangle is read; none
    /// where it is not positive definite.
    pub(super) fn of(mut matrix: Vec<f64>, size: usize) -> Option<Self> {
        for row in 0..size {
            for column in 0..=row {
                let (before, rest) = matrix.split_at_mut(row * size);
                let mut sum = rest[column];
                if column < row {
                    let other = &before[column * size..column * size + column + 1];
                    sum -= inner(&rest[..column], &other[..column]);
                    rest[column] = sum / other[column];
                } else {
                    sum -= inner(&rest[..column], &rest[..column]);
                    // Negated so that NaN fails too.
                    if !(sum > 0.0 && sum.is_finite()) {
                        return None;
                    }
                    rest[column] = sum.sqrt();
                }
            }
        }
        Some(Self { size, lower: matrix })
    }

    pub(super) fn at(&self, row: usize, column: usize) -> f64 {
        self.lower[row * self.size + column]
    }

    /// The logarithm of the determinant of A.
    pub(super) fn log_determinant(&self) -> f64 {
        2.0 * (0..self.size).map(|place| libm::log(self.at(place, place))).sum::<f64>()
    }

    /// Replaces `vector` by the x of L x = vector.
    pub(super) fn solve_lower(&self, vector: &mut [f64]) {
        for row in 0..self.size {
            let known = inner(&self.lower[row * self.size..row * self.size + row], &vector[..row]);
            vector[row] = (vector[row] - known) / self.at(row, row);
        }
    }

    /// Replaces `vector` by the x of L' x = vector.
    pub(super) fn solve_upper(&self, vector: &mut [f64]) {
        for row in (0..self.size).rev() {
            let solved = vector[row] / self.at(row, row);
            vector[row] = solved;
            for (column, entry) in vector[..row].iter_mut().enumerate() {
                *entry -= self.at(row, column) * solved;
            }
        }
    }

    /// Replaces `vector` by the x of A x = vector.
    pub(super) fn solve(&self, vector: &mut [f64]) {
        self.solve_lower(vector);
        self.solve_upper(vector);
    }
}

/// The inner product, in four sums that do not wait for one another.
pub(super) fn inner(left: &[f64], right: &[f64]) -> f64 {
    let (lefts, rights) = (left.chunks_exact(4), right.chunks_exact(4));
    let rest: f64 = lefts.remainder().iter().zip(rights.remainder()).map(|(left, right)| left * right).sum();
    let mut sums = [0.0; 4];
    for (left, right) in lefts.zip(rights) {
        for place in 0..4 {
            sums[place] += left[place] * right[place];
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_system_is_solved_by_hand() {
        // 4 x + 2 y = 10, 2 x + 5 y = 13: x = 1.5, y = 2; determinant 16.
        let factor = Cholesky::of(vec![4.0, 2.0, 2.0, 5.0], 2).unwrap();
        let mut vector = [10.0, 13.0];
        factor.solve(&mut vector);
        assert_eq!(vector, [1.5, 2.0]);
        assert!((factor.log_determinant() - libm::log(16.0)).abs() < 1e-15);
        assert!(Cholesky::of(vec![1.0, 1.0, 1.0, 1.0], 2).is_none());
    }
}
