//! What the correlations share: checks, ranks and the interval of Fisher.

use crate::bounds::Bounds;
use crate::correlation::error::CorrelationError;
use crate::distribution::{normal, student_t};
use crate::level::Alpha;
use crate::method::{Column, Example, ExampleValues, Role};
use crate::sample::{check, check_spread, finite};
use crate::summary::{self, Adder};

/// The columns of every correlation.
pub(super) const TWO_NUMBERS: &[Column] =
    &[Column::numbers(Role::X, "the first number"), Column::numbers(Role::Y, "the second number")];

/// Eight pairs that rise together, the last of them far out.
pub(super) const OUTLYING: Example = Example {
    columns: &[
        (Role::X, ExampleValues::Numbers(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0])),
        (Role::Y, ExampleValues::Numbers(&[0.9, 2.3, 2.1, 3.8, 3.6, 5.2, 4.9, 70.4])),
    ],
    settings: &[("level", 0.025)],
};

/// Checks that there are at least three pairs of finite numbers and that
/// neither column is constant.
pub(super) fn check_pairs(x: &[f64], y: &[f64]) -> Result<(), CorrelationError> {
    if x.len() != y.len() {
        return Err(CorrelationError::Lengths { x: x.len(), y: y.len() });
    }
    for column in [x, y] {
        check(column, 3)?;
        check_spread(column)?;
    }
    Ok(())
}

/// The product-moment correlation of two columns that vary.
pub(super) fn product_moment(x: &[f64], y: &[f64]) -> Result<f64, CorrelationError> {
    // Deviations in units of the largest, so that squares neither vanish nor overflow.
    let centred = |column: &[f64]| {
        let mean = summary::mean(column)?;
        let deviations: Vec<f64> = column.iter().map(|value| value - mean).collect();
        let largest = finite(deviations.iter().fold(0.0_f64, |most, value| most.max(value.abs())))?;
        Ok::<Vec<f64>, CorrelationError>(deviations.into_iter().map(|value| value / largest).collect())
    };
    let (x, y) = (centred(x)?, centred(y)?);
    let mut sums = [Adder::new(); 3];
    for (x, y) in x.iter().zip(&y) {
        sums[0].add(x * x);
        sums[1].add(x * y);
        sums[2].add(y * y);
    }
    Ok((sums[1].total() / (sums[0].total().sqrt() * sums[2].total().sqrt())).clamp(-1.0, 1.0))
}

/// Ranks from 1, equal values sharing their mean rank.
pub(super) fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|left, right| values[*left].total_cmp(&values[*right]));
    let mut ranks = vec![0.0; values.len()];
    let mut first = 0;
    while first < order.len() {
        let mut last = first;
        while last + 1 < order.len() && values[order[last + 1]] == values[order[first]] {
            last += 1;
        }
        for &index in &order[first..=last] {
            ranks[index] = 0.5 * (first + last) as f64 + 1.0;
        }
        first = last + 1;
    }
    ranks
}

/// Whether no value occurs twice.
pub(super) fn all_differ(values: &[f64]) -> bool {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.windows(2).all(|pair| pair[0] != pair[1])
}

/// The upper tail of the t statistic of a correlation of n pairs.
pub(super) fn t_tail(r: f64, n: usize) -> f64 {
    let df = (n - 2) as f64;
    let rest = (1.0 - r) * (1.0 + r);
    if rest <= 0.0 {
        return if r > 0.0 { 0.0 } else { 1.0 };
    }
    student_t::upper_tail(r * (df / rest).sqrt(), df)
}

/// The bounds on a correlation whose inverse hyperbolic tangent has the given
/// variance; none where the correlation is 1 or -1 or the variance is no
/// positive number.
pub(super) fn hyperbolic_bounds(r: f64, variance: f64, alpha: Alpha) -> Option<Bounds> {
    if !(r.abs() < 1.0 && variance > 0.0 && variance.is_finite()) {
        return None;
    }
    let centre = libm::atanh(r);
    let reach = -normal::point(alpha.get()) * variance.sqrt();
    Some(Bounds { lower: libm::tanh(centre - reach), upper: libm::tanh(centre + reach) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_their_mean_rank() {
        assert_eq!(ranks(&[3.0, 1.0, 3.0, 0.5, 3.0]), [4.0, 2.0, 4.0, 1.0, 4.0]);
        assert!(all_differ(&[3.0, 1.0]) && !all_differ(&[3.0, 1.0, 3.0]));
    }
}
