//! The bootstrap of a series by blocks.

use crate::interval::resampling::{Bootstrap, BootstrapError, Resampling, percentile};
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};
use crate::sample::{check, check_spread};
use crate::summary;

/// How the ends of a series are treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// Blocks lie inside the series: values near its ends are drawn less
    /// often.
    Moving,
    /// The series is closed to a circle: every value is as likely as the
    /// others.
    Circular,
}

/// Bootstraps bounds on the mean of a series by blocks of `length` neighbours.
///
/// `values` are in time order, in any unit. What is further apart than
/// `length` must be nearly independent, and the series many times as long.
/// The last block is cut, so that resamples are as long as the series. With
/// moving blocks the resamples centre on their own mean, which differs a
/// little from that of the series; their deviations from it are added to the
/// series' mean.
///
/// Draws `resampling.resamples` samples from a copy of its stream.
///
/// # Errors
/// [`BootstrapError::BlockTooLong`] unless `length` is positive and two blocks
/// fit; [`BootstrapError::Sample`] with `TooFew`, `NotFinite`, `NoSpread` or
/// `Overflow`; [`BootstrapError::TooFewResamples`].
///
/// # Source
/// Künsch 1989, "The Jackknife and the Bootstrap for General Stationary
/// Observations" (moving); Politis and Romano 1992, "A Circular
/// Block-Resampling Procedure for Stationary Data" (circular); recentred as in
/// Lahiri 2003, "Resampling Methods for Dependent Data", chapter 2.
pub fn bounds(
    values: &[f64],
    length: usize,
    ends: Ends,
    resampling: &Resampling<'_>,
) -> Result<Bootstrap, BootstrapError> {
    check(values, 2)?;
    check_spread(values)?;
    let n = values.len();
    if length == 0 || 2 * length > n {
        return Err(BootstrapError::BlockTooLong { length, n });
    }
    let mean = summary::mean(values)?;
    // Sums of the first values of the series, carried on past its end.
    let mut sums = vec![0.0];
    let mut sum = 0.0;
    for index in 0..n + length {
        sum += values[index % n] - mean;
        sums.push(sum);
    }
    let starts = match ends {
        Ends::Moving => n - length + 1,
        Ends::Circular => n,
    };
    let block = |start: usize, length: usize| sums[start + length] - sums[start];
    let (whole, rest) = (n / length, n % length);
    let average = |length: usize| (0..starts).map(|start| block(start, length)).sum::<f64>() / starts as f64;
    let centre = (whole as f64 * average(length) + average(rest)) / n as f64;
    let mut stream = resampling.stream.clone();
    let resampled = (0..resampling.resamples)
        .map(|_| {
            let mut draw = |length| block(stream.below(starts as u64) as usize, length);
            let sum: f64 = (0..whole).map(|_| draw(length)).sum();
            (if rest > 0 { sum + draw(rest) } else { sum }) / n as f64 - centre
        })
        .collect();
    percentile(resampled, mean, mean, resampling.level)
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "bootstrap-block",
    name: "Block bootstrap",
    question: "Between which bounds does the mean of a series lie, if neighbours resemble one another?",
    null: None,
    assumptions: &[
        "The series is stationary: neither its mean nor its spread drifts.",
        "Values further apart than a block are nearly independent, and there are at least ten blocks.",
    ],
    use_when: "A series in time order, such as the losses of the last steps or the latencies of successive requests.",
    avoid_when: "There are fewer than about ten blocks: the bounds are too tight. They are so with ten, too: of 300 values, bounds that \
                 promise 5 % miss in 10 to 11 % at a correlation of neighbours of 0.5 and in 13 to 14 % at 0.8 with blocks of 30 (in 20 to 23 % with \
                 blocks of 7, which are too short), and of 30 values in 20 to 43 %. A trend: model it first. Independent \
                 values: the BCa bootstrap says more.",
    formula: "The quantiles at level and 1 - level of the mean of blocks drawn with replacement, less their expectation, plus \
              the mean of the series.",
    sources: &[
        "Künsch 1989, \"The Jackknife and the Bootstrap for General Stationary Observations\", Annals of Statistics 17.",
        "Politis and Romano 1992, \"A Circular Block-Resampling Procedure for Stationary Data\".",
        "Lahiri 2003, \"Resampling Methods for Dependent Data\", chapter 2, for recentring the moving blocks.",
    ],
    disagreements: &[],
    columns: &[Column::numbers(Role::Value, "the values in time order")],
    settings: &[
        Setting::LEVEL,
        Setting::RESAMPLES,
        Setting {
            name: "block-length",
            about: "how many neighbours stay together, from 1 to half of the series; about the reach of the dependence",
            usual: None,
        },
        Setting {
            name: "circular",
            about: "1 if the series is closed to a circle, 0 if blocks lie inside it",
            usual: Some(1.0),
        },
    ],
    example: Example {
        columns: &[(
            Role::Value,
            ExampleValues::Numbers(&[
                0.52, 0.55, 0.51, 0.47, 0.44, 0.46, 0.50, 0.53, 0.57, 0.56, 0.52, 0.49, 0.45, 0.43, 0.48, 0.51, 0.54,
                0.55, 0.50, 0.46, 0.47, 0.52, 0.56, 0.53,
            ]),
        )],
        settings: &[("level", 0.05), ("block-length", 3.0)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let values = inputs.numbers(Role::Value)?;
    let length = inputs.count("block-length", 1)? as usize;
    let circular = inputs.setting("circular")?;
    let ends = if circular == 1.0 {
        Ends::Circular
    } else if circular == 0.0 {
        Ends::Moving
    } else {
        return Err(MethodError::SettingOutside { name: "circular", value: circular, expected: "0 or 1" });
    };
    let found = bounds(values, length, ends, &Resampling::of(inputs)?)?;
    let findings = Findings::default()
        .with_bounds("mean", found.estimate, found.bounds)
        .with("bootstrap standard error", found.standard_error);
    Ok(if values.len() < 10 * length {
        findings.with_note("With fewer than ten blocks these bounds are too tight.")
    } else {
        findings
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::level::Alpha;
    use crate::stream::Stream;

    #[test]
    fn the_variance_is_that_of_block_means() {
        let stream = Stream::named([3; 32], "block");
        let resampling = Resampling { level: Alpha::new(0.05).unwrap(), resamples: 20_000, stream: &stream };
        let values = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0];
        for ends in [Ends::Moving, Ends::Circular] {
            // Four independent blocks of two: a quarter of the variance of their means.
            let count = if ends == Ends::Moving { 7 } else { 8 };
            let means: Vec<f64> = (0..count).map(|start| 0.5 * (values[start] + values[(start + 1) % 8])).collect();
            let variance = summary::variance(&means).unwrap() * (count - 1) as f64 / count as f64;
            let found = bounds(&values, 2, ends, &resampling).unwrap();
            // Six standard errors of a standard deviation from 20,000 draws: 3 %.
            assert!((found.standard_error / (variance / 4.0).sqrt() - 1.0).abs() < 0.03, "{found:?}");
        }
        let error = bounds(&values, 5, Ends::Moving, &resampling);
        assert_eq!(error, Err(BootstrapError::BlockTooLong { length: 5, n: 8 }));
    }
}
