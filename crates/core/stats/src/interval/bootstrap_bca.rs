//! The bootstrap corrected for bias and skewness.

use crate::bounds::Bounds;
use crate::distribution::normal;
use crate::interval::resampling::{
    Bootstrap, BootstrapError, Resampling, Statistic, TRIM, add_up, resample_unsorted, statistic,
};
use crate::level::Alpha;
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};
use crate::sample::{SampleError, TIE_TOLERANCE, check, check_spread, finite};
use crate::stream::Stream;
use crate::summary::{self, quantile_of_sorted};

/// Bootstraps a lower and an upper bound on the mean difference, corrected for
/// bias and skewness.
///
/// `differences` are paired differences in the unit of the metric, which are
/// the bounds' unit too. Each bound is one-sided at level `alpha`. Below about
/// twenty differences the bounds are too tight.
///
/// Draws `resamples` samples from a copy of `stream`.
///
/// # Errors
/// Those of [`bounds`].
///
/// # Source
/// That of [`bounds`].
pub fn bca_mean(differences: &[f64], alpha: Alpha, resamples: u32, stream: &Stream) -> Result<Bounds, BootstrapError> {
    Ok(bounds(differences, Statistic::Mean, &Resampling { level: alpha, resamples, stream })?.bounds)
}

/// Bootstraps a statistic and bounds on it, corrected for bias and skewness.
///
/// `values` are independent draws in any unit, which is the bounds' unit too.
/// Below about twenty values the bounds are too tight, and bounds on a median
/// hop from value to value.
///
/// Draws `resampling.resamples` samples from a copy of its stream.
///
/// # Errors
/// [`BootstrapError::Sample`] with [`SampleError::TooFew`] below two values
/// (below four for an interquartile mean), [`SampleError::NotFinite`],
/// [`SampleError::NoSpread`], also where leaving out any one value leaves the
/// statistic where it is, or [`SampleError::Overflow`];
/// [`BootstrapError::TooFewResamples`] where a bound would lie beyond the
/// outermost resample; [`BootstrapError::TooSkewed`].
///
/// # Source
/// Efron 1987, "Better Bootstrap Confidence Intervals", equation 2.3 for the
/// levels and 6.6 for the acceleration, by the jackknife. A resample equal to
/// the estimate, to within [`TIE_TOLERANCE`] of the resample furthest from it,
/// counts half in the bias, and quantiles are of type 7, as in SciPy, which
/// takes equal resamples for different where their sums were rounded otherwise.
pub fn bounds(values: &[f64], statistic: Statistic, resampling: &Resampling<'_>) -> Result<Bootstrap, BootstrapError> {
    let needed = match statistic {
        Statistic::Mean | Statistic::Median => 2,
        Statistic::InterquartileMean => 4,
    };
    check(values, needed)?;
    check_spread(values)?;
    let mut ordered = values.to_vec();
    if statistic != Statistic::Mean {
        ordered.sort_unstable_by(f64::total_cmp);
    }
    let estimate = statistic.of_sorted(&ordered)?;
    let mut resampled = resample_unsorted(&ordered, estimate, statistic, resampling);
    resampled.sort_unstable_by(f64::total_cmp);
    let deviations: Vec<f64> = ordered.iter().map(|value| value - estimate).collect();
    let acceleration = jackknife_acceleration(&deviations, statistic)?;
    let bounds = corrected(&resampled, acceleration, resampling.level)?;
    Ok(Bootstrap {
        estimate,
        bounds: Bounds { lower: estimate + bounds.lower, upper: estimate + bounds.upper },
        standard_error: summary::standard_deviation(&resampled)?,
    })
}

/// The acceleration from the statistics without one value each, of at least
/// two values in ascending order, or in any for the mean.
fn jackknife_acceleration(deviations: &[f64], statistic: Statistic) -> Result<f64, SampleError> {
    // The order of the values is no matter to the whole sum that the mean needs.
    let n = deviations.len();
    let (first, last) = statistic.span(n - 1);
    let inner = add_up(deviations[first + 1..last].iter().copied());
    // Without value i the span holds the values from `first` on, or from the next
    // one on, and up to `last`, or up to the one before.
    let without: Vec<f64> = (0..n)
        .map(|index| {
            let sum = if index <= first {
                inner + deviations[last]
            } else if index >= last {
                inner + deviations[first]
            } else {
                inner - deviations[index] + deviations[first] + deviations[last]
            };
            sum / (last - first) as f64
        })
        .collect();
    let centre = summary::mean(&without)?;
    let squares = add_up(without.iter().map(|value| (centre - value) * (centre - value)));
    let cubes = add_up(without.iter().map(|value| (centre - value) * (centre - value) * (centre - value)));
    let scale = without.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    if squares.sqrt() <= 1e-13 * scale {
        return Err(SampleError::NoSpread { constant: centre });
    }
    finite(cubes / (6.0 * squares * squares.sqrt()))
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "bootstrap-bca",
    name: "BCa bootstrap",
    question: "Between which bounds does a mean, a median or an interquartile mean lie, allowing for skewness?",
    null: None,
    assumptions: &[
        "The values are independent draws from one distribution.",
        "There are enough of them for the sample to look like that distribution: twenty, or fifty where it is skewed.",
    ],
    use_when: "The values are skewed or the statistic is trimmed, and there are at least twenty of them.",
    avoid_when: "There are fewer than about twenty values: the bounds are then too tight; use a t interval. An interquartile mean or median of values in few steps: leaving one out often changes nothing, and then there are no bounds. Values that \
                 share an item or question: use the cluster bootstrap. Values in time order: use the block bootstrap.",
    formula: "The quantiles of the resampled statistics at levels Phi(b + (b + z) / (1 - a (b + z))), z the normal quantiles \
              at level and 1 - level, b the normal quantile of the share of resamples below the estimate, a a sixth of the \
              jackknife's skewness.",
    sources: &[
        "Efron 1987, \"Better Bootstrap Confidence Intervals\", JASA 82, equations 2.3 and 6.6, with the jackknife.",
        "Agarwal et al. 2021, \"Deep Reinforcement Learning at the Edge of the Statistical Precipice\", NeurIPS, for the interquartile mean.",
    ],
    disagreements: &[
        "Packages differ in the quantile of the resamples and in how ties with the estimate count; we do both as SciPy, but for resamples that only rounding keeps from being ties.",
    ],
    columns: &[Column::numbers(Role::Value, "the values")],
    settings: &[Setting::LEVEL, Setting::RESAMPLES, TRIM],
    example: Example {
        columns: &[(
            Role::Value,
            ExampleValues::Numbers(&[
                0.12, 0.31, 0.05, 0.44, 0.18, 0.27, 0.09, 0.93, 0.22, 0.15, 0.36, 0.11, 0.07, 0.52, 0.19, 0.24, 0.13,
                0.29, 0.41, 0.08,
            ]),
        )],
        settings: &[("level", 0.025), ("trim", 0.25)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let values = inputs.numbers(Role::Value)?;
    let statistic = statistic(inputs)?;
    let found = bounds(values, statistic, &Resampling::of(inputs)?)?;
    let findings = Findings::default()
        .with_bounds(statistic.name(), found.estimate, found.bounds)
        .with("bootstrap standard error", found.standard_error);
    Ok(if values.len() < 20 {
        findings.with_note("With fewer than twenty values these bounds are too tight.")
    } else {
        findings
    })
}

/// The corrected bounds from sorted statistics less that of the sample.
fn corrected(sorted: &[f64], acceleration: f64, alpha: Alpha) -> Result<Bounds, BootstrapError> {
    let resamples = sorted.len();
    // Sums of the same values in another order are equal but for their rounding.
    let largest = sorted.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    let slack = TIE_TOLERANCE * largest;
    let below = sorted.partition_point(|value| *value < -slack);
    let not_above = sorted.partition_point(|value| *value <= slack);
    let share = (below + not_above) as f64 / (2.0 * resamples as f64);
    if !(share > 0.0 && share < 1.0) {
        return Err(BootstrapError::TooFewResamples { resamples, level: alpha.get() });
    }
    let bias = normal::point(share);
    let bound = |z: f64| {
        let shifted = bias + z;
        let divisor = 1.0 - acceleration * shifted;
        if divisor <= 0.0 {
            return Err(BootstrapError::TooSkewed { acceleration });
        }
        let level = normal::lower_tail(bias + shifted / divisor);
        if level.min(1.0 - level) * (resamples as f64 + 1.0) < 1.0 {
            return Err(BootstrapError::TooFewResamples { resamples, level });
        }
        Ok(quantile_of_sorted(sorted, level))
    };
    let z = normal::point(alpha.get());
    Ok(Bounds { lower: bound(z)?, upper: bound(-z)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFERENCE: &str = include_str!("../../tests/reference/paired.json");

    fn numbers(value: &serde_json::Value) -> Vec<f64> {
        value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
    }

    fn stream() -> Stream {
        Stream::named([6; 32], "bootstrap")
    }

    #[test]
    fn leaving_out_by_prefix_is_leaving_out_by_hand() {
        let sorted = [-3.0, -1.0, -0.5, 0.25, 0.5, 1.0, 2.0, 7.0, 11.0];
        for statistic in [Statistic::Mean, Statistic::Median, Statistic::InterquartileMean] {
            for n in [5, 6, 7, 8, 9] {
                let without: Vec<f64> = (0..n)
                    .map(|index| {
                        let mut rest = sorted[..n].to_vec();
                        rest.remove(index);
                        statistic.of_sorted(&rest).unwrap()
                    })
                    .collect();
                let centre = summary::mean(&without).unwrap();
                let moment = |power| without.iter().map(|value| libm::pow(centre - value, power)).sum::<f64>();
                let expected = moment(3.0) / (6.0 * libm::pow(moment(2.0), 1.5));
                let found = jackknife_acceleration(&sorted[..n], statistic).unwrap();
                assert!((found - expected).abs() < 1e-12, "{statistic:?} {n}: {found} {expected}");
            }
        }
    }

    fn alpha(level: f64) -> Alpha {
        Alpha::new(level).unwrap()
    }

    #[test]
    fn the_correction_is_scipy_s_for_the_same_resamples() {
        let reference: serde_json::Value = serde_json::from_str(REFERENCE).unwrap();
        let mut checked = 0;
        for case in reference["bca"].as_array().unwrap() {
            let differences = numbers(&case["differences"]);
            let mean = summary::mean(&differences).unwrap();
            let deviations: Vec<f64> = differences.iter().map(|difference| difference - mean).collect();
            let mut means: Vec<f64> = numbers(&case["means"]).iter().map(|value| value - mean).collect();
            means.sort_unstable_by(f64::total_cmp);
            let acceleration = jackknife_acceleration(&deviations, Statistic::Mean).unwrap();
            for bounds in case["bounds"].as_array().unwrap() {
                let found = corrected(&means, acceleration, alpha(bounds["alpha"].as_f64().unwrap())).unwrap();
                assert!((mean + found.lower - bounds["lower"].as_f64().unwrap()).abs() < 1e-12);
                assert!((mean + found.upper - bounds["upper"].as_f64().unwrap()).abs() < 1e-12);
                checked += 1;
            }
        }
        assert_eq!(checked, 4);
    }

    #[test]
    fn the_bounds_come_near_scipy_s_with_a_million_resamples() {
        let reference: serde_json::Value = serde_json::from_str(REFERENCE).unwrap();
        for case in reference["bca_large"].as_array().unwrap() {
            let differences = numbers(&case["differences"]);
            let found = bca_mean(&differences, alpha(0.05), 400_000, &stream()).unwrap();
            let unit = summary::standard_deviation(&differences).unwrap() / (differences.len() as f64).sqrt();
            // The Monte Carlo error of a 5 % point is sqrt(.05 * .95 / B) over a density of
            // about 0.1 per standard error: 0.004 standard errors; doubled for the bias
            // correction. Six of them: chance of a false alarm below 1e-8.
            assert!((found.lower - case["lower"].as_f64().unwrap()).abs() < 0.05 * unit, "{found:?} {case}");
            assert!((found.upper - case["upper"].as_f64().unwrap()).abs() < 0.05 * unit, "{found:?} {case}");
        }
    }

    #[test]
    fn the_same_stream_gives_the_same_bits() {
        let draw = || bca_mean(&[0.1, 0.5, -0.2, 0.4], alpha(0.05), 1_000, &stream()).unwrap();
        assert_eq!(draw(), draw());
    }

    #[test]
    fn rounding_makes_no_ties_into_smaller_or_larger_resamples() {
        // Of whole numbers with a whole mean the sums are exact, of tenths they are not.
        let whole = [1.0, 2.0, 2.0, 3.0, 3.0, 3.0, 4.0, 6.0];
        let tenths = whole.map(|value| value / 10.0);
        let (found, expected) =
            (bca_mean(&tenths, alpha(0.05), 2_000, &stream()), bca_mean(&whole, alpha(0.05), 2_000, &stream()));
        let (found, expected) = (found.unwrap(), expected.unwrap());
        assert!((10.0 * found.lower - expected.lower).abs() < 1e-12, "{found:?} {expected:?}");
        assert!((10.0 * found.upper - expected.upper).abs() < 1e-12, "{found:?} {expected:?}");
    }

    #[test]
    fn what_is_not_estimable_is_a_named_error() {
        let find =
            |differences: &[f64], resamples| bca_mean(differences, alpha(0.001), resamples, &stream()).unwrap_err();
        assert_eq!(find(&[1.0], 1_000), BootstrapError::Sample(SampleError::TooFew { needed: 2, got: 1 }));
        assert_eq!(find(&[1.0, 1.0], 1_000), BootstrapError::Sample(SampleError::NoSpread { constant: 1.0 }));
        assert!(matches!(find(&[1.0, 2.0, 3.0, 5.0], 100), BootstrapError::TooFewResamples { .. }));
        assert!(matches!(find(&[1.0, 2.0], 0), BootstrapError::TooFewResamples { resamples: 0, .. }));
    }
}
