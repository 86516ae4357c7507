//! Starts: constants that enter linearly, found by non-negative least squares.

use crate::least_squares::positive_solve;

/// The sums of products that a linear fit to K columns needs, all rows
/// divided by what is to be fitted, so that relative errors count.
#[derive(Debug, Clone, Copy)]
pub(super) struct Products<const K: usize> {
    pub(super) columns: [[f64; K]; K],
    pub(super) with_target: [f64; K],
    pub(super) target: f64,
}

impl<const K: usize> Products<K> {
    /// From rows of K columns and what is to be fitted.
    pub(super) fn of(rows: impl Iterator<Item = ([f64; K], f64)>) -> Self {
        let mut products = Self { columns: [[0.0; K]; K], with_target: [0.0; K], target: 0.0 };
        for (row, target) in rows {
            let row = row.map(|value| value / target);
            for a in 0..K {
                for b in 0..=a {
                    products.columns[a][b] += row[a] * row[b];
                }
                products.with_target[a] += row[a];
            }
            products.target += 1.0;
        }
        products
    }

    /// The non-negative coefficients with the least sum of squares, and that sum.
    ///
    /// Every set of columns is tried, so that K should be small.
    pub(super) fn non_negative(&self) -> ([f64; K], f64) {
        let mut best = ([0.0; K], self.target);
        for set in 1_usize..1 << K {
            let mut matrix = self.columns;
            let mut right = self.with_target;
            for place in (0..K).filter(|place| set >> place & 1 == 0) {
                for other in 0..K {
                    matrix[place.max(other)][place.min(other)] = 0.0;
                }
                matrix[place][place] = 1.0;
                right[place] = 0.0;
            }
            let Some(found) = positive_solve(&matrix, &right) else {
                continue;
            };
            if found.iter().any(|value| *value < 0.0) {
                continue;
            }
            // At the solution, the sum of squares is that of the target less what
            // the columns explain.
            let explained: f64 = found.iter().zip(&right).map(|(value, right)| value * right).sum();
            if self.target - explained < best.1 {
                best = (found, self.target - explained);
            }
        }
        best
    }
}

/// The places of the least values that are no larger than their neighbours,
/// the least first, of a grid with `columns` numbers a row.
pub(super) fn dips(values: &[f64], columns: usize) -> Vec<usize> {
    let rows = values.len() / columns;
    let mut places: Vec<usize> = (0..values.len())
        .filter(|place| {
            let (row, column) = (place / columns, place % columns);
            let near = |at: usize, n: usize| at.saturating_sub(1)..(at + 2).min(n);
            near(row, rows)
                .all(|row| near(column, columns).all(|column| values[row * columns + column] >= values[*place]))
        })
        .collect();
    places.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_that_would_be_subtracted_is_left_out() {
        // y = 2 a exactly: b and c get nothing.
        let rows = [[1.0, 1.0, 3.0], [2.0, 1.0, 1.0], [3.0, 1.0, 2.0]];
        let (found, rest) = Products::of(rows.iter().map(|row| (*row, 2.0 * row[0]))).non_negative();
        assert!((found[0] - 2.0).abs() < 1e-12 && found[1].abs() < 1e-12 && rest.abs() < 1e-12, "{found:?}");
        // y falls with a: only the constant column is left, weighted by 1 / y^2:
        // sum(1/y) / sum(1/y^2) for y = 3, 2, 1 is (11/6) / (49/36) = 66/49.
        let rows = [([1.0, 1.0], 3.0), ([2.0, 1.0], 2.0), ([30.0, 1.0], 1.0)];
        let (found, _) = Products::of(rows.into_iter()).non_negative();
        assert_eq!(found[0], 0.0);
        assert!((found[1] - 66.0 / 49.0).abs() < 1e-12, "{found:?}");
    }

    #[test]
    fn a_grid_has_its_dips_in_order() {
        assert_eq!(dips(&[5.0, 9.0, 1.0, 9.0, 9.0, 9.0, 3.0, 9.0, 10.0], 3), [2, 6, 0]);
        assert_eq!(dips(&[2.0, 1.0, 3.0], 3), [1]);
    }
}
