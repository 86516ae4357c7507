//! Sums, means, spreads and quantiles.

use crate::sample::{SampleError, check, finite};

/// Adds up the values with the rounding error carried along.
///
/// The sum of no values is 0. Values that are not finite give a sum that is
/// not.
///
/// # Source
/// Neumaier 1974, "Rundungsfehleranalyse einiger Verfahren zur Summation
/// endlicher Summen", algorithm IV.
#[must_use]
pub fn sum(values: &[f64]) -> f64 {
    let mut adder = Adder::new();
    for value in values {
        adder.add(*value);
    }
    adder.total()
}

/// Averages the values.
///
/// # Errors
/// [`SampleError::TooFew`] if there are none, [`SampleError::NotFinite`],
/// [`SampleError::Overflow`].
pub fn mean(values: &[f64]) -> Result<f64, SampleError> {
    check(values, 1)?;
    finite(sum(values) / values.len() as f64)
}

/// Estimates the variance of the population from a sample, dividing by n - 1.
///
/// # Errors
/// [`SampleError::TooFew`] below two values, [`SampleError::NotFinite`],
/// [`SampleError::Overflow`].
///
/// # Source
/// Chan, Golub and LeVeque 1983, "Algorithms for Computing the Sample
/// Variance", equation 1.7 (two passes, corrected).
pub fn variance(values: &[f64]) -> Result<f64, SampleError> {
    check(values, 2)?;
    let mean = mean(values)?;
    let mut squares = Adder::new();
    let mut rest = Adder::new();
    for value in values {
        let deviation = value - mean;
        squares.add(deviation * deviation);
        rest.add(deviation);
    }
    let n = values.len() as f64;
    finite((squares.total() - rest.total() * rest.total() / n).max(0.0) / (n - 1.0))
}

/// Estimates the standard deviation as the root of [`variance`].
///
/// # Errors
/// Those of [`variance`].
pub fn standard_deviation(values: &[f64]) -> Result<f64, SampleError> {
    Ok(variance(values)?.sqrt())
}

/// Finds the value below which a share `probability` of the sample lies,
/// interpolating between neighbours.
///
/// # Errors
/// [`SampleError::TooFew`] if there are no values, [`SampleError::NotFinite`],
/// [`SampleError::NotAProbability`].
///
/// # Source
/// Hyndman and Fan 1996, "Sample Quantiles in Statistical Packages", type 7,
/// the default of R and NumPy.
pub fn quantile(values: &[f64], probability: f64) -> Result<f64, SampleError> {
    check(values, 1)?;
    if !(0.0..=1.0).contains(&probability) {
        return Err(SampleError::NotAProbability { value: probability });
    }
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    Ok(quantile_of_sorted(&sorted, probability))
}

/// Finds the middle of the sample, the mean of the two middle values where n
/// is even.
///
/// # Errors
/// [`SampleError::TooFew`] if there are no values, [`SampleError::NotFinite`].
pub fn median(values: &[f64]) -> Result<f64, SampleError> {
    quantile(values, 0.5)
}

/// The type 7 quantile of at least one finite value in ascending order.
pub(crate) fn quantile_of_sorted(sorted: &[f64], probability: f64) -> f64 {
    let position = probability * (sorted.len() - 1) as f64;
    let below = position.floor();
    let index = below as usize;
    let lower = sorted[index];
    let upper = sorted[(index + 1).min(sorted.len() - 1)];
    let share = position - below;
    // Halves keep the difference of two huge values of opposite sign finite.
    (lower + 2.0 * share * (0.5 * upper - 0.5 * lower)).clamp(lower, upper)
}

/// A running sum that carries its rounding error.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Adder {
    sum: f64,
    correction: f64,
}

impl Adder {
    pub(crate) fn new() -> Self {
        Self { sum: 0.0, correction: 0.0 }
    }

    pub(crate) fn add(&mut self, value: f64) {
        let sum = self.sum + value;
        self.correction +=
            if self.sum.abs() >= value.abs() { (self.sum - sum) + value } else { (value - sum) + self.sum };
        self.sum = sum;
    }

    pub(crate) fn total(self) -> f64 {
        // An infinite sum has a correction of NaN.
        if self.sum.is_finite() { self.sum + self.correction } else { self.sum }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_survives_cancellation() {
        assert_eq!(sum(&[1.0, 1e100, 1.0, -1e100]), 2.0);
        assert_eq!(sum(&[]), 0.0);
        assert_eq!(sum(&[0.1; 10]), 1.0);
    }

    #[test]
    fn a_variance_survives_a_large_mean() {
        // The deviations are -6, -3, 3, 6: 90 / 3.
        let values = [1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0];
        assert_eq!(variance(&values), Ok(30.0));
    }

    #[test]
    fn a_quantile_interpolates_between_neighbours() {
        // numpy.quantile([1, 2, 4, 8], q) for q = 0, 0.1, 0.5, 0.9, 1.
        let values = [8.0, 1.0, 4.0, 2.0];
        for (probability, expected) in [(0.0, 1.0), (0.1, 1.3), (0.5, 3.0), (0.9, 6.8), (1.0, 8.0)] {
            let found = quantile(&values, probability).unwrap();
            assert!((found - expected).abs() < 1e-12, "{probability}: {found}");
        }
        assert_eq!(median(&[3.0, 1.0, 2.0]), Ok(2.0));
    }

    #[test]
    fn what_is_not_estimable_is_an_error() {
        assert_eq!(mean(&[]), Err(SampleError::TooFew { needed: 1, got: 0 }));
        assert_eq!(variance(&[1.0]), Err(SampleError::TooFew { needed: 2, got: 1 }));
        assert_eq!(mean(&[f64::MAX, f64::MAX]), Err(SampleError::Overflow));
        assert_eq!(quantile(&[1.0], 1.5), Err(SampleError::NotAProbability { value: 1.5 }));
        assert_eq!(median(&[1.0, f64::NAN]), Err(SampleError::NotFinite { index: 1 }));
    }
}
