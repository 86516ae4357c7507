use gosset_model::{Measure, Reading, Trend};
use gosset_stats::summary;

/// What each pair of arms counts in what is read off a straight line through
/// the pairs' gains over the logarithm of scale, fitted by least squares.
///
/// Slope and height of such a line are sums of the gains with these weights, so
/// that every block gives one number, as a difference does. Weights are not
/// finite where all pairs have one scale.
///
/// # Source
/// Seber and Lee 2003, "Linear Regression Analysis", section 6.1: the slope is
/// the sum of (x - mean) y over the sum of (x - mean)^2.
pub(crate) fn weights(trend: &Trend) -> Vec<f64> {
    let logs = logs(&trend.scales);
    let centred = centred(&logs);
    let squares = sum(centred.iter().map(|x| x * x));
    let slopes = centred.iter().map(|x| x / squares);
    match trend.reading {
        Reading::Slope => slopes.collect(),
        Reading::At { scale, .. } => {
            let n = logs.len() as f64;
            let distance = libm::log(scale) - sum(logs.iter().copied()) / n;
            slopes.map(|slope| 1.0 / n + distance * slope).collect()
        }
    }
}

/// What each pair counts in the coefficient of the square of the logarithm of
/// scale, beside a straight line: how the gains bend. None where the scales are
/// fewer than three.
pub(crate) fn bend_weights(scales: &[f64]) -> Option<Vec<f64>> {
    let x = centred(&logs(scales));
    let squares = centred(&x.iter().map(|x| x * x).collect::<Vec<_>>());
    let spread = sum(x.iter().map(|x| x * x));
    let slope = sum(x.iter().zip(&squares).map(|(x, square)| x * square)) / spread;
    let rest: Vec<f64> = x.iter().zip(&squares).map(|(x, square)| square - slope * x).collect();
    let left = sum(rest.iter().map(|rest| rest * rest));
    // Two scales leave rounding errors alone.
    let is_there = left > 1e-12 * sum(squares.iter().map(|square| square * square)).max(f64::MIN_POSITIVE);
    is_there.then(|| rest.iter().map(|rest| rest / left).collect())
}

/// What is compared of a score; none where it has no logarithm.
pub(crate) fn measured(measure: Measure, score: f64) -> Option<f64> {
    match measure {
        Measure::Difference => Some(score),
        Measure::LogRatio if score > 0.0 => Some(libm::log(score)),
        Measure::LogRatio => None,
    }
}

fn logs(scales: &[f64]) -> Vec<f64> {
    scales.iter().map(|scale| libm::log(*scale)).collect()
}

fn centred(values: &[f64]) -> Vec<f64> {
    let mean = sum(values.iter().copied()) / values.len() as f64;
    values.iter().map(|value| value - mean).collect()
}

fn sum(values: impl Iterator<Item = f64>) -> f64 {
    summary::sum(&values.collect::<Vec<f64>>())
}

#[cfg(test)]
mod tests {
    use gosset_model::ScaleQuantity;

    use super::*;

    fn trend(scales: &[f64], reading: Reading) -> Trend {
        Trend { along: ScaleQuantity::Parameters, scales: scales.to_vec(), measure: Measure::LogRatio, reading }
    }

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12 * expected.abs().max(1.0), "{found}, expected {expected}");
    }

    fn dot(weights: &[f64], values: &[f64]) -> f64 {
        weights.iter().zip(values).map(|(weight, value)| weight * value).sum()
    }

    #[test]
    fn a_straight_line_is_read_off_exactly() {
        // Gains of 0.3 + 0.07 ln(scale), on unevenly spaced scales, one of them
        // twice as on a ladder of two factors.
        let scales = [10.0, 10.0, 30.0, 200.0, 4000.0];
        let gains: Vec<f64> = scales.iter().map(|scale| 0.3 + 0.07 * libm::log(*scale)).collect();
        near(dot(&weights(&trend(&scales, Reading::Slope)), &gains), 0.07);
        let at = Reading::At { scale: 40_000.0, times_the_largest: 10.0 };
        near(dot(&weights(&trend(&scales, at)), &gains), 0.3 + 0.07 * libm::log(40_000.0));
        near(dot(&bend_weights(&scales).unwrap(), &gains), 0.0);
    }

    #[test]
    fn a_bend_is_the_coefficient_of_the_square() {
        let scales = [1.0, 2.0, 8.0, 100.0, 100.0];
        let gains: Vec<f64> =
            scales.iter().map(|scale| libm::log(*scale)).map(|x| 2.0 - 0.5 * x + 0.25 * x * x).collect();
        near(dot(&bend_weights(&scales).unwrap(), &gains), 0.25);
    }

    #[test]
    fn two_scales_show_no_bend() {
        assert_eq!(bend_weights(&[16.0, 16.0, 700.0]), None);
        assert_eq!(bend_weights(&[16.0, 16.0]), None);
    }

    #[test]
    fn scores_without_a_logarithm_have_no_log_ratio() {
        for score in [0.0, -1.0, f64::NAN, f64::NEG_INFINITY] {
            assert_eq!(measured(Measure::LogRatio, score), None);
        }
        assert_eq!(measured(Measure::Difference, -1.0), Some(-1.0));
        assert_eq!(measured(Measure::LogRatio, 1.0), Some(0.0));
    }
}
