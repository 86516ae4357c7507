use gosset_model::Direction;
use gosset_stats::{Bounds, summary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::matrix::Matrix;
use super::question::BenchmarkQuestion;
use super::resampling::{OverDatasets, front};
use super::values::Values;

/// The methods that no other beats by all metrics at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Pareto {
    /// One entry for each method, in the order of the leaderboard.
    pub methods: Vec<ParetoMethod>,
    /// How many data sets the means are over, metric by metric.
    pub datasets: Vec<u64>,
}

/// A method by all metrics.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ParetoMethod {
    /// The method.
    pub method: String,
    /// Its mean over data sets by each metric; the first one normalised where
    /// there are references.
    pub means: Vec<ParetoMean>,
    /// Whether no other method is at least as good by every metric and better
    /// by one.
    pub is_on_front: bool,
    /// The share of resamples of data sets, with their runs, in which that is so.
    pub front_share: f64,
}

/// A mean over data sets.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ParetoMean {
    /// The mean.
    pub value: f64,
    /// Its interval, from resampling data sets with their runs.
    pub bounds: Bounds,
}

/// Finds the front; none with one metric, or where a metric has no score at all.
pub(super) fn pareto(
    matrix: &Matrix,
    values: &[Values],
    resampled: &OverDatasets,
    order: &[usize],
    question: &BenchmarkQuestion,
) -> Option<Pareto> {
    let shares = resampled.front.as_ref().filter(|_| question.metrics.len() > 1)?;
    let mean = |values: &Values, method: usize| {
        let means = values.datasets.iter().map(|dataset| summary::mean(&values.runs[*dataset][method]));
        summary::mean(&means.collect::<Result<Vec<f64>, _>>().ok()?).ok() // None without a data set.
    };
    let means = values.iter().map(|values| (0..matrix.methods.len()).map(|method| mean(values, method)).collect());
    let means: Vec<Vec<f64>> = means.collect::<Option<_>>()?;
    let bounds: Vec<&Vec<Bounds>> = resampled.means.iter().map(Option::as_ref).collect::<Option<_>>()?;
    let directions: Vec<Direction> = values.iter().map(|values| values.direction).collect();
    let is_on_front = front(&means.iter().map(Vec::as_slice).collect::<Vec<_>>(), &directions);
    let of_method = |method: &usize| {
        let means = means.iter().zip(&bounds);
        ParetoMethod {
            method: matrix.methods[*method].clone(),
            means: means.map(|(means, bounds)| ParetoMean { value: means[*method], bounds: bounds[*method] }).collect(),
            is_on_front: is_on_front[*method],
            front_share: shares[*method],
        }
    };
    Some(Pareto {
        methods: order.iter().map(of_method).collect(),
        datasets: values.iter().map(|values| values.datasets.len() as u64).collect(),
    })
}
