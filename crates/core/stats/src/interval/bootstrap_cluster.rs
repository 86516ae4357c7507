//! The bootstrap of whole clusters, one way or two ways.

use crate::interval::grouping::{check_lengths, numbers, places};
use crate::interval::resampling::{Bootstrap, BootstrapError, Indices, Resampling, add_up, percentile};
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};
use crate::sample::{check, check_spread};
use crate::summary;

/// Bootstraps bounds on a mean by resampling whole clusters.
///
/// `values` are in any unit, `clusters` names the cluster of each. Clusters
/// count by their size: the mean is that of all values. With fewer than about
/// thirty clusters the bounds are too tight.
///
/// Draws `resampling.resamples` samples of clusters from a copy of its stream.
///
/// # Errors
/// [`BootstrapError::Lengths`], [`BootstrapError::TooFewClusters`] below two,
/// [`BootstrapError::Sample`] with `TooFew`, `NotFinite`, `NoSpread` or
/// `Overflow`; [`BootstrapError::TooFewResamples`].
///
/// # Source
/// Davison and Hinkley 1997, "Bootstrap Methods and their Application",
/// section 3.8, strategy 1 (clusters are resampled, their values kept);
/// percentile bounds.
pub fn one_way<T: Ord>(
    values: &[f64],
    clusters: &[T],
    resampling: &Resampling<'_>,
) -> Result<Bootstrap, BootstrapError> {
    let mean = checked_mean(values, clusters.len())?;
    let clusters = places(clusters);
    check_count(clusters.len())?;
    let sums: Vec<(f64, f64)> = clusters
        .iter()
        .map(|cluster| (add_up(cluster.iter().map(|&index| values[index] - mean)), cluster.len() as f64))
        .collect();
    let mut stream = resampling.stream.clone();
    let mut indices = Indices::below(sums.len(), &mut stream);
    let resampled = (0..resampling.resamples)
        .map(|_| {
            let (mut sum, mut size) = (0.0, 0.0);
            indices.draw(sums.len(), |index| {
                sum += sums[index].0;
                size += sums[index].1;
            });
            sum / size
        })
        .collect();
    percentile(resampled, mean, mean, resampling.level)
}

/// Bootstraps bounds on the mean of a table by resampling its rows and its
/// columns, such as seeds and items.
///
/// `values` are in any unit; `rows` and `columns` name the row and the column
/// of each. Cells may be empty or hold several values. Both are resampled,
/// independently, and a value counts as often as its row times its column. The
/// bounds are conservative where all variation is that of single cells, whose
/// variance counts three times.
///
/// Draws `resampling.resamples` samples of rows and columns from a copy of its
/// stream.
///
/// # Errors
/// Those of [`one_way`], and [`BootstrapError::EmptyResamples`] where more
/// than one in a hundred resamples holds no value; rarer ones are left out.
///
/// # Source
/// Owen 2007, "The Pigeonhole Bootstrap"; percentile bounds.
pub fn two_way<T: Ord, U: Ord>(
    values: &[f64],
    rows: &[T],
    columns: &[U],
    resampling: &Resampling<'_>,
) -> Result<Bootstrap, BootstrapError> {
    let mean = checked_mean(values, rows.len())?;
    check_lengths(values.len(), columns.len())?;
    let (row_of, row_count) = numbers(rows);
    let (column_of, column_count) = numbers(columns);
    check_count(row_count.min(column_count))?;
    let mut row_weights = vec![0.0; row_count];
    let mut column_weights = vec![0.0; column_count];
    let mut stream = resampling.stream.clone();
    let mut resampled = Vec::with_capacity(resampling.resamples as usize);
    for _ in 0..resampling.resamples {
        for weights in [&mut row_weights, &mut column_weights] {
            weights.fill(0.0);
            let count = weights.len();
            Indices::below(count, &mut stream).draw(count, |index| weights[index] += 1.0);
        }
        let (mut sum, mut size) = (0.0, 0.0);
        for ((value, &row), &column) in values.iter().zip(&row_of).zip(&column_of) {
            let weight = row_weights[row] * column_weights[column];
            sum += weight * (value - mean);
            size += weight;
        }
        if size > 0.0 {
            resampled.push(sum / size);
        }
    }
    let resamples = resampling.resamples as usize;
    let empty = resamples - resampled.len();
    if 100 * empty > resamples {
        return Err(BootstrapError::EmptyResamples { empty, resamples });
    }
    percentile(resampled, mean, mean, resampling.level)
}

fn checked_mean(values: &[f64], labels: usize) -> Result<f64, BootstrapError> {
    check_lengths(values.len(), labels)?;
    check(values, 2)?;
    check_spread(values)?;
    Ok(summary::mean(values)?)
}

fn check_count(got: usize) -> Result<(), BootstrapError> {
    if got < 2 { Err(BootstrapError::TooFewClusters { needed: 2, got }) } else { Ok(()) }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "bootstrap-cluster",
    name: "Cluster bootstrap",
    question: "Between which bounds does a mean lie, if values share items, questions or seeds?",
    null: None,
    assumptions: &[
        "Clusters are independent draws; within one, anything goes.",
        "With a second grouping: values that share neither a row nor a column are independent.",
    ],
    use_when: "At least thirty clusters, or a table of seeds by items where both are a sample: give the second grouping \
               as the second cluster.",
    avoid_when: "Fewer than about thirty clusters (of either grouping): the bounds are too tight; use the clustered mean \
                 with CR2 and its degrees of freedom.",
    formula: "The quantiles at level and 1 - level of sum(w y) / sum(w), with w how often the value's cluster was drawn, or \
              the product of how often its row and its column were.",
    sources: &[
        "Davison and Hinkley 1997, \"Bootstrap Methods and their Application\", section 3.8.",
        "Owen 2007, \"The Pigeonhole Bootstrap\", Annals of Applied Statistics 1.",
    ],
    disagreements: &[],
    columns: &[
        Column::numbers(Role::Value, "the values"),
        Column::labels(Role::Cluster, "the cluster of each value, such as its item"),
        Column::labels(Role::SecondCluster, "a second grouping, crossed with the first, such as the seed").optional(),
    ],
    settings: &[Setting::LEVEL, Setting::RESAMPLES],
    example: Example {
        columns: &[
            (Role::Value, ExampleValues::Numbers(&[1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0])),
            (Role::Cluster, ExampleValues::Labels(&["a", "a", "b", "b", "c", "c", "d", "d", "e", "e", "f", "f"])),
        ],
        settings: &[("level", 0.025)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let (values, clusters) = (inputs.numbers(Role::Value)?, inputs.labels(Role::Cluster)?);
    let resampling = Resampling::of(inputs)?;
    let mut fewest = places(clusters).len();
    let found = if inputs.has(Role::SecondCluster) {
        let second = inputs.labels(Role::SecondCluster)?;
        fewest = fewest.min(places(second).len());
        two_way(values, clusters, second, &resampling)?
    } else {
        one_way(values, clusters, &resampling)?
    };
    let findings = Findings::default()
        .with_bounds("mean", found.estimate, found.bounds)
        .with("bootstrap standard error", found.standard_error);
    Ok(if fewest < 30 {
        findings.with_note("With fewer than thirty clusters these bounds are too tight; see the clustered mean.")
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
    fn a_cluster_is_drawn_as_a_whole() {
        let stream = Stream::named([3; 32], "cluster");
        let resampling = Resampling { level: Alpha::new(0.05).unwrap(), resamples: 20_000, stream: &stream };
        let found = one_way(&[0.0, 0.0, 2.0, 2.0], &[1, 1, 2, 2], &resampling).unwrap();
        // As two values 0 and 2: variance 1/2; six standard errors.
        assert!((found.standard_error - 0.5_f64.sqrt()).abs() < 0.02);
        let error = one_way(&[0.0, 1.0], &[1, 1], &resampling);
        assert_eq!(error, Err(BootstrapError::TooFewClusters { needed: 2, got: 1 }));
    }

    #[test]
    fn two_ways_add_the_variances_of_rows_and_columns() {
        let stream = Stream::named([3; 32], "pigeonhole");
        let resampling = Resampling { level: Alpha::new(0.05).unwrap(), resamples: 20_000, stream: &stream };
        // Row effects -1 and 1, column effects -2 and 2: variances 1/2 and 4/2.
        let found = two_way(&[-3.0, 1.0, -1.0, 3.0], &[1, 1, 2, 2], &[1, 2, 1, 2], &resampling).unwrap();
        assert!((found.standard_error - 2.5_f64.sqrt()).abs() < 0.05, "{found:?}");
        let holes = two_way(&[-3.0, 1.0], &[1, 2], &[1, 2], &resampling);
        assert!(matches!(holes, Err(BootstrapError::EmptyResamples { .. })));
    }
}
