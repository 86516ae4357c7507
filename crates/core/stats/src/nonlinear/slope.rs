//! The slope of one quantity on another, within groups.

use std::collections::BTreeMap;

use crate::distribution::student_t;
use crate::sample::SampleError;
use crate::student::Student;
use crate::summary;

/// Values less the mean of their group.
struct Centred {
    x: Vec<f64>,
    y: Vec<f64>,
    /// One over the size of the group of each value.
    shares: Vec<f64>,
    groups: usize,
}

fn centred(x: &[f64], y: &[f64], groups: &[usize]) -> Result<Centred, SampleError> {
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, group) in groups.iter().enumerate() {
        members.entry(*group).or_default().push(place);
    }
    let mut found =
        Centred { x: vec![0.0; x.len()], y: vec![0.0; x.len()], shares: vec![0.0; x.len()], groups: members.len() };
    for places in members.values() {
        let mean = |values: &[f64]| summary::mean(&places.iter().map(|place| values[*place]).collect::<Vec<_>>());
        let (mean_x, mean_y) = (mean(x)?, mean(y)?);
        for place in places {
            found.x[*place] = x[*place] - mean_x;
            found.y[*place] = y[*place] - mean_y;
            found.shares[*place] = 1.0 / places.len() as f64;
        }
    }
    Ok(found)
}

fn sum_of(left: &[f64], right: &[f64]) -> f64 {
    summary::sum(&left.iter().zip(right).map(|(a, b)| a * b).collect::<Vec<_>>())
}

/// Estimates the common slope of `y` on `x` within groups, each of which has a
/// level of its own; its standard error holds for errors of unlike size.
///
/// `groups` names the group of each value; errors are independent.
///
/// # Errors
/// [`SampleError::TooFew`] with fewer than three values beyond one for each group,
/// and [`SampleError::NoSpread`] where x does not vary within groups or all values
/// lie on the line.
///
/// # Source
/// MacKinnon and White 1985, "Some heteroskedasticity-consistent covariance matrix
/// estimators with improved finite sample properties" (HC3), with Student's t on
/// as many degrees of freedom as values less groups less one, after Long and Ervin
/// 2000, "Using Heteroscedasticity Consistent Standard Errors in the Linear
/// Regression Model".
pub fn within(x: &[f64], y: &[f64], groups: &[usize]) -> Result<Student, SampleError> {
    let centred = centred(x, y, groups)?;
    let df = x.len().saturating_sub(centred.groups + 1);
    if df < 2 {
        return Err(SampleError::TooFew { needed: centred.groups + 3, got: x.len() });
    }
    let spread = sum_of(&centred.x, &centred.x);
    let size = x.iter().map(|value| value.abs()).fold(0.0, f64::max);
    if spread.is_nan() || spread <= (1e-9 * size) * (1e-9 * size) {
        return Err(SampleError::NoSpread { constant: x[0] });
    }
    let estimate = sum_of(&centred.x, &centred.y) / spread;
    let mut pulls = Vec::with_capacity(x.len());
    let mut squares = Vec::with_capacity(x.len());
    for place in 0..x.len() {
        let residual = centred.y[place] - estimate * centred.x[place];
        let leverage = centred.shares[place] + centred.x[place] * centred.x[place] / spread;
        squares.push(residual * residual);
        // Alone in its group: it says nothing of the slope.
        if centred.x[place] == 0.0 {
            continue;
        }
        // What one value alone determines has no error that could be estimated.
        if leverage >= 1.0 - 1e-9 {
            return Err(SampleError::TooFew { needed: x.len() + 1, got: x.len() });
        }
        let scaled = residual / (1.0 - leverage) * centred.x[place];
        pulls.push(scaled * scaled);
    }
    let standard_error = summary::sum(&pulls).sqrt() / spread;
    if !(standard_error > 0.0 && standard_error.is_finite() && estimate.is_finite()) {
        return Err(SampleError::NoSpread { constant: estimate });
    }
    let standard_deviation = (summary::sum(&squares) / df as f64).sqrt();
    Ok(Student { n: x.len(), estimate, standard_deviation, standard_error, df: df as f64 })
}

/// The slope of `y` on `x` within groups, without an error.
///
/// # Errors
/// [`SampleError::NoSpread`] where x does not vary within groups.
pub fn plain(x: &[f64], y: &[f64], groups: &[usize]) -> Result<f64, SampleError> {
    let centred = centred(x, y, groups)?;
    let estimate = sum_of(&centred.x, &centred.y) / sum_of(&centred.x, &centred.x);
    if estimate.is_finite() {
        Ok(estimate)
    } else {
        Err(SampleError::NoSpread { constant: x.first().copied().unwrap_or(0.0) })
    }
}

/// The p-value against "within groups, y is a line of x", by the t test of a
/// square term; none where there are too few values or x has fewer than three.
///
/// # Source
/// Draper and Smith 1998, "Applied Regression Analysis", section 12.1.
#[must_use]
pub fn bend(x: &[f64], y: &[f64], groups: &[usize]) -> Option<f64> {
    let line = centred(x, y, groups).ok()?;
    let squared: Vec<f64> = line.x.iter().map(|value| value * value).collect();
    let square = centred(&squared, y, groups).ok()?;
    let spread = sum_of(&line.x, &line.x);
    let df = x.len().checked_sub(line.groups + 2).filter(|df| *df >= 2)? as f64;
    let along = |values: &[f64]| sum_of(values, &line.x) / spread;
    let off = |values: &[f64]| -> Vec<f64> {
        let slope = along(values);
        values.iter().zip(&line.x).map(|(value, x)| value - slope * x).collect()
    };
    let (rest_square, rest_y) = (off(&square.x), off(&line.y));
    let spread_square = sum_of(&rest_square, &rest_square);
    if spread_square.is_nan() || spread_square <= 1e-12 * spread * spread {
        return None;
    }
    let curve = sum_of(&rest_square, &rest_y) / spread_square;
    let residuals: Vec<f64> = rest_y.iter().zip(&rest_square).map(|(y, square)| y - curve * square).collect();
    let error = (sum_of(&residuals, &residuals) / df / spread_square).sqrt();
    let t = (curve / error).abs();
    if !t.is_finite() {
        return None;
    }
    student_t::sf(t, df).ok().map(|tail| (2.0 * tail).min(1.0))
}
