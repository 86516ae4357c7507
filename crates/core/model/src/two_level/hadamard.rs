/// Makes a Hadamard matrix of `size` rows, true for plus: any two rows agree
/// in half of their places.
///
/// The first column is all plus, and the rest of the first row all minus.
/// None where none of the constructions reaches that size.
///
/// # Source
/// Sylvester 1867 for doubling; Paley 1933, "On Orthogonal Matrices", Journal
/// of Mathematics and Physics 12, lemmas 2 and 3, over prime fields.
pub(super) fn hadamard(size: usize) -> Option<Vec<Vec<bool>>> {
    let mut matrix = raw(size)?;
    for row in &mut matrix {
        if !row[0] {
            for sign in row {
                *sign = !*sign;
            }
        }
    }
    for column in 1..size {
        if matrix[0][column] {
            for row in &mut matrix {
                row[column] = !row[column];
            }
        }
    }
    Some(matrix)
}

fn raw(size: usize) -> Option<Vec<Vec<bool>>> {
    match size {
        0 => None,
        1 => Some(vec![vec![true]]),
        2 => Some(vec![vec![true, true], vec![true, false]]),
        _ if !size.is_multiple_of(4) => None,
        _ => paley_one(size).or_else(|| paley_two(size)).or_else(|| Some(doubled(&raw(size / 2)?))),
    }
}

/// Twice the matrix beside itself, and below with the second turned round.
fn doubled(half: &[Vec<bool>]) -> Vec<Vec<bool>> {
    let beside = |turned: bool| {
        let row = move |row: &Vec<bool>| row.iter().copied().chain(row.iter().map(|sign| sign ^ turned)).collect();
        half.iter().map(row)
    };
    beside(false).chain(beside(true)).collect()
}

/// Of size q + 1 for a prime q of the form 4 t + 3.
fn paley_one(size: usize) -> Option<Vec<Vec<bool>>> {
    let q = size - 1;
    if !is_prime(q) || q % 4 != 3 {
        return None;
    }
    let entry = |row: usize, column: usize| match (row, column) {
        (0, _) => true,
        (_, 0) => false,
        (row, column) => row == column || is_square(q + column - row, q),
    };
    Some((0..size).map(|row| (0..size).map(|column| entry(row, column)).collect()).collect())
}

/// Of size 2 (q + 1) for a prime q of the form 4 t + 1.
fn paley_two(size: usize) -> Option<Vec<Vec<bool>>> {
    let q = size / 2 - 1;
    if !is_prime(q) || q % 4 != 1 {
        return None;
    }
    // The symmetric conference matrix of order q + 1: none on the diagonal.
    let conference = |row: usize, column: usize| match (row, column) {
        (row, column) if row == column => None,
        (0, _) | (_, 0) => Some(true),
        (row, column) => Some(is_square(q + column - row, q)),
    };
    let entry = |row: usize, column: usize| {
        let (lower, right) = (row % 2 == 1, column % 2 == 1);
        match conference(row / 2, column / 2) {
            // [[+, -], [-, -]] on the diagonal, [[+, +], [+, -]] elsewhere.
            None => !lower && !right,
            Some(sign) => sign ^ (lower && right),
        }
    };
    Some((0..size).map(|row| (0..size).map(|column| entry(row, column)).collect()).collect())
}

fn is_prime(number: usize) -> bool {
    number >= 2 && (2..).take_while(|factor| factor * factor <= number).all(|factor| !number.is_multiple_of(factor))
}

/// Whether `number` is the square of something other than 0, modulo the prime
/// `q`.
fn is_square(number: usize, q: usize) -> bool {
    let number = number % q;
    number != 0 && (1..q).any(|root| root * root % q == number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_two_rows_and_any_two_columns_agree_in_half_of_their_places() {
        for size in [2].into_iter().chain((4..=48).step_by(4)) {
            let matrix = hadamard(size).unwrap_or_else(|| panic!("no matrix of size {size}"));
            let column = |at: usize| -> Vec<bool> { matrix.iter().map(|row| row[at]).collect() };
            let columns: Vec<Vec<bool>> = (0..size).map(column).collect();
            for lines in [&matrix, &columns] {
                for (index, first) in lines.iter().enumerate() {
                    for second in &lines[..index] {
                        let agreeing = first.iter().zip(second).filter(|(a, b)| a == b).count();
                        assert_eq!(agreeing * 2, size, "size {size}");
                    }
                }
            }
            assert!(matrix.iter().all(|row| row[0]) && matrix[0][1..].iter().all(|sign| !sign), "size {size}");
        }
    }

    #[test]
    fn sizes_without_a_construction_are_none() {
        for size in [0, 3, 6, 10, 52, 92] {
            assert!(hadamard(size).is_none(), "{size}");
        }
    }
}
