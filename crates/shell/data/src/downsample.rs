use std::num::NonZeroUsize;

/// A series thinned for drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Downsampled {
    /// Step and value of the points kept, in the order of the series. None is
    /// NaN; infinities are kept, since they are extremes.
    pub points: Vec<(i64, f64)>,
    /// How many points of the series are NaN.
    pub n_not_a_number: usize,
    /// The step of the first NaN.
    pub first_not_a_number: Option<i64>,
}

/// Thins a series to at most `2 * buckets + 2` points without hiding a peak.
///
/// The first and the last point that are not NaN are kept. The points between
/// them are cut, in their order, into `buckets` runs of equal length, and of
/// each run the smallest and the largest value are kept (the earliest, where
/// values tie). So the extremes of the thinned series are those of the whole,
/// but its mean and its density are not: draw it, do not compute with it. A
/// series that is short enough comes back whole, without its NaN.
///
/// # Panics
/// If `steps` and `values` differ in length.
#[must_use]
pub fn downsample(steps: &[i64], values: &[f64], buckets: NonZeroUsize) -> Downsampled {
    assert_eq!(steps.len(), values.len(), "a series has a step for each value");
    let n_not_a_number = values.iter().filter(|value| value.is_nan()).count();
    let first_not_a_number = values.iter().position(|value| value.is_nan()).map(|at| steps[at]);
    let mut points = Vec::new();
    let first = values.iter().position(|value| !value.is_nan());
    let last = values.iter().rposition(|value| !value.is_nan());
    if let (Some(first), Some(last)) = (first, last) {
        let most = buckets.get().saturating_mul(2).saturating_add(2);
        if values.len() - n_not_a_number <= most {
            points.extend(steps.iter().copied().zip(values.iter().copied()).filter(|(_, value)| !value.is_nan()));
        } else {
            points.reserve_exact(most);
            let mut keep = |at: usize| points.push((steps[at], values[at]));
            keep(first);
            let between = &values[first + 1..last];
            for bucket in 0..buckets.get() {
                let start = edge(between.len(), bucket, buckets);
                let end = edge(between.len(), bucket + 1, buckets);
                if let Some((low, high)) = extremes(&between[start..end]) {
                    let (early, late) = (low.min(high), low.max(high));
                    keep(first + 1 + start + early);
                    if early != late {
                        keep(first + 1 + start + late);
                    }
                }
            }
            keep(last);
        }
    }
    Downsampled { points, n_not_a_number, first_not_a_number }
}

/// Where bucket number `bucket` of `length` points begins.
fn edge(length: usize, bucket: usize, buckets: NonZeroUsize) -> usize {
    let edge = length as u128 * bucket as u128 / buckets.get() as u128;
    usize::try_from(edge).unwrap_or(length)
}

/// The positions of the earliest smallest and the earliest largest value,
/// passing over NaN.
fn extremes(values: &[f64]) -> Option<(usize, usize)> {
    let first = values.iter().position(|value| !value.is_nan())?;
    let (mut low, mut high) = (first, first);
    let (mut lowest, mut highest) = (values[first], values[first]);
    for (at, &value) in values.iter().enumerate().skip(first + 1) {
        // Both comparisons are false for NaN.
        if value < lowest {
            (low, lowest) = (at, value);
        }
        if value > highest {
            (high, highest) = (at, value);
        }
    }
    Some((low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[f64], buckets: usize) -> Downsampled {
        let steps: Vec<i64> = (0..).take(values.len()).collect();
        downsample(&steps, values, NonZeroUsize::new(buckets).expect("the tests ask for buckets"))
    }

    #[test]
    fn a_lone_peak_and_a_lone_dip_survive() {
        let mut values = vec![0.5; 100_000];
        values[31_415] = 9.0;
        values[92_653] = -9.0;
        let thin = check(&values, 10);
        assert!(thin.points.contains(&(31_415, 9.0)) && thin.points.contains(&(92_653, -9.0)));
        assert!(thin.points.len() <= 22);
    }

    #[test]
    fn the_first_and_the_last_point_are_kept_beside_the_extremes() {
        let thin = check(&[5.0, 1.0, 9.0, 2.0, 8.0, 3.0, 5.0], 1);
        assert_eq!(thin.points, [(0, 5.0), (1, 1.0), (2, 9.0), (6, 5.0)]);
    }

    #[test]
    fn not_a_number_is_counted_and_never_drawn() {
        let mut values = vec![1.0; 1000];
        values[0] = f64::NAN;
        values[500] = f64::NAN;
        values[999] = f64::NAN;
        let thin = check(&values, 3);
        assert_eq!((thin.n_not_a_number, thin.first_not_a_number), (3, Some(0)));
        assert!(thin.points.iter().all(|(_, value)| !value.is_nan()));
        assert_eq!((thin.points.first(), thin.points.last()), (Some(&(1, 1.0)), Some(&(998, 1.0))));
    }

    #[test]
    fn infinities_are_extremes() {
        let mut values = vec![0.0; 1000];
        values[10] = f64::INFINITY;
        values[20] = f64::NEG_INFINITY;
        let thin = check(&values, 2);
        assert!(thin.points.contains(&(10, f64::INFINITY)) && thin.points.contains(&(20, f64::NEG_INFINITY)));
    }

    #[test]
    fn a_short_series_comes_back_whole() {
        assert_eq!(check(&[3.0, 1.0, 2.0, 4.0], 1).points.len(), 4);
        assert_eq!(check(&[], 5).points, []);
        assert_eq!(check(&[f64::NAN], 5).points, []);
        assert_eq!(check(&[7.0], 5).points, [(0, 7.0)]);
    }
}
