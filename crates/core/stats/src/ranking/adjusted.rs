//! P-values adjusted by Hochberg's and by Hommel's method.

use crate::multiplicity::MultiplicityError;

/// Adjusts p-values by Hochberg's method, in the order given.
///
/// # Errors
/// [`MultiplicityError::NotAProbability`].
///
/// # Source
/// Hochberg 1988, "A Sharper Bonferroni Procedure for Multiple Tests of
/// Significance".
pub(super) fn hochberg_adjusted(p_values: &[f64]) -> Result<Vec<f64>, MultiplicityError> {
    let order = ascending(p_values)?;
    let mut adjusted = vec![1.0; p_values.len()];
    let mut smallest: f64 = 1.0;
    for (step, index) in order.iter().rev().enumerate() {
        smallest = smallest.min((step + 1) as f64 * p_values[*index]);
        adjusted[*index] = smallest;
    }
    Ok(adjusted)
}

/// Adjusts p-values by Hommel's method, in the order given.
///
/// # Errors
/// [`MultiplicityError::NotAProbability`].
///
/// # Source
/// Hommel 1988, "A Stagewise Rejective Multiple Test Procedure Based on a
/// Modified Bonferroni Test"; the algorithm is that of Wright 1992, "Adjusted
/// P-values for Simultaneous Inference".
pub(super) fn hommel_adjusted(p_values: &[f64]) -> Result<Vec<f64>, MultiplicityError> {
    let order = ascending(p_values)?;
    let sorted: Vec<f64> = order.iter().map(|index| p_values[*index]).collect();
    let n = sorted.len();
    let mut found = sorted.clone();
    for size in (2..=n).rev() {
        // Simes' test of the `size` largest, which all hypotheses share.
        let (smaller, largest) = sorted.split_at(n - size);
        let scaled = |rank: usize| size as f64 * largest[rank] / (rank + 1) as f64;
        let of_all = (0..size).map(scaled).fold(1.0, f64::min);
        let of_most = (1..size).map(scaled).fold(1.0, f64::min);
        for (value, found) in smaller.iter().chain(largest).zip(&mut found) {
            *found = found.max(of_most.min(size as f64 * value));
        }
        for found in &mut found[n - size..] {
            *found = found.max(of_all);
        }
    }
    let mut adjusted = vec![0.0; n];
    for (index, found) in order.into_iter().zip(found) {
        adjusted[index] = found.min(1.0);
    }
    Ok(adjusted)
}

/// The places of the p-values from the smallest to the largest.
fn ascending(p_values: &[f64]) -> Result<Vec<usize>, MultiplicityError> {
    if let Some(index) = p_values.iter().position(|value| !(0.0..=1.0).contains(value)) {
        return Err(MultiplicityError::NotAProbability { index, value: p_values[index] });
    }
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|left, right| p_values[*left].total_cmp(&p_values[*right]));
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-14, "{found} {expected}");
        }
    }

    #[test]
    fn adjusted_p_values_agree_with_r() {
        // R 4.2.2: p.adjust(p, "hochberg") and p.adjust(p, "hommel").
        let p_values = [0.04, 0.011, 0.3, 0.012, 0.02];
        check(&hochberg_adjusted(&p_values).unwrap(), &[0.08, 0.048, 0.3, 0.048, 0.06]);
        check(&hommel_adjusted(&p_values).unwrap(), &[0.08, 0.04, 0.3, 0.04, 0.06]);
        check(&hommel_adjusted(&[0.02]).unwrap(), &[0.02]);
        assert!(hommel_adjusted(&[f64::NAN]).is_err() && hochberg_adjusted(&[1.5]).is_err());
    }
}
