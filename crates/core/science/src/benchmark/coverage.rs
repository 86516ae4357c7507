use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::matrix::Matrix;
use super::standing::Standing;
use super::values::Values;

/// What ran, what failed and what is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// How many methods are ranked.
    pub methods: u64,
    /// How many data sets there are.
    pub datasets: u64,
    /// How many runs there are.
    pub runs: u64,
    /// How many of them failed.
    pub failed: u64,
    /// How many combinations of a method and a data set hold no run.
    pub missing: u64,
    /// The fewest runs of a method on a data set where it has any.
    pub fewest_runs: u64,
    /// The most runs of a method on a data set.
    pub most_runs: u64,
    /// How many data sets are complete: no run failed there, and no method is
    /// missing.
    pub complete_datasets: u64,
    /// Methods all of whose runs failed.
    pub failed_everywhere: Vec<String>,
    /// Data sets on which no method has a score.
    pub void_datasets: Vec<String>,
    /// Data sets that say nothing in means; those without a score, unless there
    /// are references.
    pub left_out_of_means: Vec<String>,
}

/// Counts what ran.
pub(super) fn coverage(matrix: &Matrix, standings: &[Vec<Standing>], values: &Values) -> Coverage {
    let all = || standings.iter().flatten();
    let runs = || all().filter(|standing| !standing.is_missing()).map(|standing| standing.runs as u64);
    let has_score = |standing: &Standing| standing.mean().is_some();
    let fails = |method: &usize| !standings.iter().any(|methods| has_score(&methods[*method]));
    let named = |keep: &dyn Fn(usize) -> bool| {
        let kept = matrix.datasets.iter().enumerate().filter(|(dataset, _)| keep(*dataset));
        kept.map(|(_, name)| name.clone()).collect()
    };
    Coverage {
        methods: matrix.methods.len() as u64,
        datasets: matrix.datasets.len() as u64,
        runs: runs().sum(),
        failed: all().map(|standing| standing.failed as u64).sum(),
        missing: all().filter(|standing| standing.is_missing()).count() as u64,
        fewest_runs: runs().min().unwrap_or(0),
        most_runs: runs().max().unwrap_or(0),
        complete_datasets: standings.iter().filter(|methods| is_complete(methods)).count() as u64,
        failed_everywhere: (0..matrix.methods.len())
            .filter(fails)
            .map(|method| matrix.methods[method].clone())
            .collect(),
        void_datasets: named(&|dataset| !standings[dataset].iter().any(has_score)),
        left_out_of_means: named(&|dataset| values.datasets.binary_search(&dataset).is_err()),
    }
}

/// Whether every method ran and nothing failed.
pub(super) fn is_complete(methods: &[Standing]) -> bool {
    methods.iter().all(|standing| !standing.is_missing() && standing.failed == 0)
}
