//! Small symmetric systems of equations.

/// Solves A x = b for a symmetric A that is positive definite, of which the
/// lower triangle is read; none where it is not.
pub(crate) fn positive_solve<const P: usize>(matrix: &[[f64; P]; P], right: &[f64; P]) -> Option<[f64; P]> {
    let mut lower = *matrix;
    for row in 0..P {
        for column in 0..=row {
            let known: f64 = (0..column).map(|k| lower[row][k] * lower[column][k]).sum();
            let rest = lower[row][column] - known;
            if column < row {
                lower[row][column] = rest / lower[column][column];
            } else {
                // Negated so that NaN fails too; a pivot that is all rounding
                // is none.
                if !(rest > 1e-14 * matrix[row][row].abs() && rest.is_finite()) {
                    return None;
                }
                lower[row][row] = rest.sqrt();
            }
        }
    }
    let mut solution = *right;
    for row in 0..P {
        let known: f64 = (0..row).map(|k| lower[row][k] * solution[k]).sum();
        solution[row] = (solution[row] - known) / lower[row][row];
    }
    for row in (0..P).rev() {
        let known: f64 = (row + 1..P).map(|k| lower[k][row] * solution[k]).sum();
        solution[row] = (solution[row] - known) / lower[row][row];
    }
    solution.iter().all(|value| value.is_finite()).then_some(solution)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_positive_system_is_solved_and_another_refused() {
        // 4 x + 2 y = 10 and 2 x + 3 y = 11: x = 1, y = 3.
        let solution = positive_solve(&[[4.0, 2.0], [2.0, 3.0]], &[10.0, 11.0]).unwrap();
        assert!((solution[0] - 1.0).abs() < 1e-14 && (solution[1] - 3.0).abs() < 1e-14);
        assert_eq!(positive_solve(&[[1.0, 2.0], [2.0, 1.0]], &[1.0, 1.0]), None);
        assert_eq!(positive_solve(&[[1.0, 1.0], [1.0, 1.0]], &[1.0, 1.0]), None);
        assert_eq!(positive_solve(&[[f64::NAN]], &[1.0]), None);
    }
}
