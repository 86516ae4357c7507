use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::BenchmarkError;
use super::matrix::{Matrix, Run};
use super::standing::{Standing, averages, places, rank_rows, standings};

/// What the order of the methods becomes in another view of the same results.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reordering {
    /// What is seen otherwise.
    pub kind: View,
    /// Its name, such as that of the data set left out.
    pub label: String,
    /// The place of each method, in the order of the leaderboard.
    pub places: Vec<u64>,
    /// Whether the same methods come first.
    pub is_first_same: bool,
    /// The methods whose place is another, the largest step first.
    pub moved: Vec<Move>,
}

/// What a reordering sees otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum View {
    /// One data set is left out.
    WithoutDataset,
    /// One seed is left out.
    WithoutSeed,
    /// Another metric alone orders the methods.
    Metric,
    /// Another sensible choice is made.
    Choice,
}

/// A method that another view puts elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Move {
    /// The method.
    pub method: String,
    /// Its place in the leaderboard.
    pub from: u64,
    /// Its place in the other view.
    pub to: u64,
}

/// Up to so many data sets, and up to so many seeds, are left out one by one.
pub(super) const MOST_LEFT_OUT: usize = 200;

/// The methods in the order of the leaderboard, with their places.
pub(super) struct Order<'a> {
    pub(super) matrix: &'a Matrix,
    pub(super) order: &'a [usize],
    pub(super) places: Vec<usize>,
}

impl<'a> Order<'a> {
    /// By average ranks, method by method.
    pub(super) fn new(matrix: &'a Matrix, order: &'a [usize], averages: &[f64]) -> Self {
        Self { matrix, order, places: places(averages) }
    }

    /// The order by other values, the smallest first, method by method.
    pub(super) fn reordered(&self, kind: View, label: &str, values: &[f64]) -> Reordering {
        let places = places(values);
        let first = |places: &[usize]| places.iter().map(|place| *place == 1).collect::<Vec<bool>>();
        let mut moved: Vec<Move> = self
            .order
            .iter()
            .filter(|method| places[**method] != self.places[**method])
            .map(|method| Move {
                method: self.matrix.methods[*method].clone(),
                from: self.places[*method] as u64,
                to: places[*method] as u64,
            })
            .collect();
        moved.sort_by_key(|moved| std::cmp::Reverse(moved.from.abs_diff(moved.to)));
        Reordering {
            kind,
            label: label.to_owned(),
            places: self.order.iter().map(|method| places[*method] as u64).collect(),
            is_first_same: first(&places) == first(&self.places),
            moved,
        }
    }

    /// The order without each of the data sets, `rows` being the ranks on each.
    pub(super) fn without_datasets(&self, rows: &[Vec<f64>]) -> Vec<Reordering> {
        if rows.len() > MOST_LEFT_OUT {
            return Vec::new();
        }
        let without = |left_out: usize| {
            let others: Vec<usize> = (0..rows.len()).filter(|dataset| *dataset != left_out).collect();
            self.reordered(View::WithoutDataset, &self.matrix.datasets[left_out], &averages(rows, &others))
        };
        (0..rows.len()).map(without).collect()
    }

    /// The order without each of the seeds, where every method has another one
    /// left on every data set that it ran on.
    ///
    /// # Errors
    /// Those of [`rank_rows`].
    pub(super) fn without_seeds(&self) -> Result<Vec<Reordering>, BenchmarkError> {
        let runs = || self.matrix.runs.iter().flatten();
        if !self.matrix.has_seeds || runs().any(|runs| runs.len() == 1) {
            return Ok(Vec::new());
        }
        let seeds: BTreeSet<&str> = runs().flatten().map(|run| run.seed.as_str()).collect();
        if seeds.len() > MOST_LEFT_OUT {
            return Ok(Vec::new());
        }
        let without = |seed: &str| {
            let kept = |runs: &Vec<Run>| Standing::of(runs.iter().filter(|run| run.seed != seed), 0);
            let of_dataset = |methods: &Vec<Vec<Run>>| methods.iter().map(kept).collect();
            let standings: Vec<Vec<Standing>> = self.matrix.runs.iter().map(of_dataset).collect();
            let rows = rank_rows(&standings, self.matrix.direction())?;
            Ok(self.reordered(View::WithoutSeed, seed, &averages(&rows, &self.matrix.places())))
        };
        seeds.into_iter().map(without).collect()
    }

    /// The order by each of the other metrics alone; `names` are those of all.
    ///
    /// # Errors
    /// Those of [`rank_rows`].
    pub(super) fn by_metrics(&self, names: &[String]) -> Result<Vec<Reordering>, BenchmarkError> {
        let by = |(metric, name): (usize, &String)| {
            let rows = rank_rows(&standings(self.matrix, metric), self.matrix.directions[metric])?;
            Ok(self.reordered(View::Metric, name, &averages(&rows, &self.matrix.places())))
        };
        names.iter().enumerate().skip(1).map(by).collect()
    }
}
