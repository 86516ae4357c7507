//! Aggregates over tasks and runs, and their stratified bootstrap.

use crate::bounds::Bounds;
use crate::level::Alpha;
use crate::method::{Column, ExampleValues, Findings, Inputs, MethodError, Role, Table};
use crate::sample::{SampleError, finite};
use crate::stream::Stream;
use crate::summary;

use super::resample::{RunDraws, in_chunks};
use super::scores::{MethodScores, Scores};

/// How many replicates one substream draws.
pub const CHUNK: u32 = 1_000;

/// A number for a method's scores on all tasks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Aggregate {
    /// The mean of the tasks' means.
    Mean,
    /// The median of the tasks' means.
    Median,
    /// The mean of the middle half of all scores.
    InterquartileMean,
    /// How far scores, cut at `gamma`, lie below it, averaged over tasks.
    OptimalityGap {
        /// The score that is good enough.
        gamma: f64,
    },
}

impl Aggregate {
    /// The aggregate of the scores as they are.
    ///
    /// # Errors
    /// [`SampleError::Overflow`], [`SampleError::NullNotFinite`] for a gamma
    /// that is not finite.
    pub fn estimate(self, scores: &MethodScores) -> Result<f64, SampleError> {
        let mut plan = Plan::new(self, scores)?;
        for count in &mut plan.counts {
            *count = 1;
        }
        finite(plan.value())
    }

    /// Draws chunk number `chunk` of `replicates` resamples and returns their
    /// aggregates, unsorted.
    ///
    /// Runs are drawn with replacement within each task. The numbers come from
    /// `stream.substream(chunk)`, so that chunks may run on any threads.
    ///
    /// # Errors
    /// Those of [`Self::estimate`].
    pub fn resample_unsorted(
        self,
        scores: &MethodScores,
        replicates: u32,
        chunk: u64,
        stream: &Stream,
    ) -> Result<Vec<f64>, SampleError> {
        let mut plan = Plan::new(self, scores)?;
        let mut stream = stream.substream(chunk);
        let mut draws = RunDraws::of(scores);
        (0..replicates)
            .map(|_| {
                plan.count(draws.draw(&mut stream));
                finite(plan.value())
            })
            .collect()
    }

    /// The percentile interval of the stratified bootstrap, each bound at the
    /// one-sided level `alpha`.
    ///
    /// Tasks stay fixed, so it says nothing about other tasks. With few runs it
    /// is too narrow: a resample of `n` runs varies by the factor
    /// `sqrt((n - 1) / n)` too little.
    ///
    /// # Errors
    /// [`SampleError::TooFew`] where a task has one run only or nothing is
    /// drawn, and those of [`Self::estimate`].
    ///
    /// # Source
    /// Agarwal et al. 2021, "Deep Reinforcement Learning at the Edge of the
    /// Statistical Precipice", section 4; quantiles of type 7.
    pub fn bounds(
        self,
        scores: &MethodScores,
        alpha: Alpha,
        resamples: u32,
        stream: &Stream,
    ) -> Result<Bounds, SampleError> {
        let fewest = scores.fewest_runs();
        if fewest < 2 {
            return Err(SampleError::TooFew { needed: 2, got: fewest });
        }
        if resamples == 0 {
            return Err(SampleError::TooFew { needed: 1, got: 0 });
        }
        let mut values =
            in_chunks(resamples, |replicates, chunk| self.resample_unsorted(scores, replicates, chunk, stream))?;
        values.sort_unstable_by(f64::total_cmp);
        let at = |level: f64| summary::quantile_of_sorted(&values, level);
        Ok(Bounds { lower: at(alpha.get()), upper: at(1.0 - alpha.get()) })
    }
}

/// What a resample needs: how often each score was drawn, by its rank.
struct Plan {
    aggregate: Aggregate,
    /// All scores from the lowest.
    sorted: Vec<f64>,
    /// Task by task, where each run's score stands in `sorted`.
    ranks: Vec<Vec<usize>>,
    counts: Vec<u32>,
    task_means: Vec<f64>,
}

impl Plan {
    fn new(aggregate: Aggregate, scores: &MethodScores) -> Result<Self, SampleError> {
        if matches!(aggregate, Aggregate::OptimalityGap { gamma } if !gamma.is_finite()) {
            return Err(SampleError::NullNotFinite);
        }
        let mut places = Vec::new();
        for (task, (_, runs)) in scores.tasks().enumerate() {
            places.extend(runs.iter().map(|score| (*score, task)));
        }
        places.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut ranks = vec![Vec::new(); scores.tasks().len()];
        for (rank, (_, task)) in places.iter().enumerate() {
            ranks[*task].push(rank);
        }
        let cut = |score: f64| match aggregate {
            Aggregate::OptimalityGap { gamma } => score.min(gamma),
            Aggregate::Mean | Aggregate::Median | Aggregate::InterquartileMean => score,
        };
        let sorted: Vec<f64> = places.iter().map(|(score, _)| cut(*score)).collect();
        Ok(Self { aggregate, counts: vec![0; sorted.len()], task_means: vec![0.0; ranks.len()], sorted, ranks })
    }

    /// Counts how often each score was drawn; the tasks' draws stand one after
    /// another.
    fn count(&mut self, mut drawn: &[u32]) {
        self.counts.fill(0);
        for ranks in &self.ranks {
            let (runs, others) = drawn.split_at(ranks.len());
            drawn = others;
            for run in runs {
                self.counts[ranks[*run as usize]] += 1;
            }
        }
    }

    fn value(&mut self) -> f64 {
        match self.aggregate {
            Aggregate::Mean => self.mean_of_task_means(),
            Aggregate::OptimalityGap { gamma } => gamma - self.mean_of_task_means(),
            Aggregate::Median => self.median_of_task_means(),
            Aggregate::InterquartileMean => self.middle_mean(),
        }
    }

    fn fill_task_means(&mut self) {
        for (mean, ranks) in self.task_means.iter_mut().zip(&self.ranks) {
            let sum: f64 = ranks.iter().map(|rank| f64::from(self.counts[*rank]) * self.sorted[*rank]).sum();
            *mean = sum / ranks.len() as f64;
        }
    }

    fn mean_of_task_means(&mut self) -> f64 {
        self.fill_task_means();
        self.task_means.iter().sum::<f64>() / self.task_means.len() as f64
    }

    fn median_of_task_means(&mut self) -> f64 {
        self.fill_task_means();
        self.task_means.sort_unstable_by(f64::total_cmp);
        summary::quantile_of_sorted(&self.task_means, 0.5)
    }

    fn middle_mean(&self) -> f64 {
        let n = self.sorted.len();
        let (from, to) = (n / 4, n - n / 4);
        let (mut seen, mut sum) = (0, 0.0);
        for (score, count) in self.sorted.iter().zip(&self.counts) {
            let next = seen + *count as usize;
            let kept = next.min(to).saturating_sub(seen.max(from));
            sum += kept as f64 * score;
            seen = next;
        }
        sum / (to - from) as f64
    }
}

/// The columns of this group's methods.
pub(super) const COLUMNS: &[Column] = &[
    Column::labels(Role::Method, "the method of each score"),
    Column::labels(Role::Task, "the task of each score"),
    Column::labels(Role::Run, "the run of each score, unique within method and task"),
    Column::numbers(Role::Value, "the score, normalised so that tasks can be averaged"),
];

/// The scores of this group's examples.
pub(super) const EXAMPLE: &[(Role, ExampleValues)] = &[
    (Role::Method, ExampleValues::Labels(&["a", "a", "a", "a", "a", "a"])),
    (Role::Task, ExampleValues::Labels(&["pong", "pong", "pong", "maze", "maze", "maze"])),
    (Role::Run, ExampleValues::Labels(&["1", "2", "3", "1", "2", "3"])),
    (Role::Value, ExampleValues::Numbers(&[0.9, 1.1, 1.3, 0.2, 0.5, 0.3])),
];

/// One line for each method, with its interval.
pub(super) fn compute(aggregate: Aggregate, name: &str, inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let scores = Scores::from_inputs(inputs)?;
    let (level, resamples) = (inputs.level()?, inputs.count("resamples", 100)?);
    let mut rows = Vec::new();
    let mut fewest = usize::MAX;
    for (method, scores) in scores.methods() {
        let bounds = aggregate.bounds(scores, level, resamples, inputs.stream())?;
        let numbers = [aggregate.estimate(scores)?, bounds.lower, bounds.upper];
        rows.push((method.to_owned(), numbers.map(Some).to_vec()));
        fewest = fewest.min(scores.fewest_runs());
    }
    let columns = [name, "lower bound", "upper bound"].map(str::to_owned).to_vec();
    let findings = Findings::default().with_table(Table {
        title: format!("{name} of each method"),
        label: "method".to_owned(),
        columns,
        rows,
    });
    Ok(note_few_runs(findings, fewest))
}

/// Warns where intervals are too narrow.
pub(super) fn note_few_runs(findings: Findings, fewest: usize) -> Findings {
    if fewest >= 10 {
        return findings;
    }
    findings.with_note(format!("A task has only {fewest} runs: below ten, bootstrap intervals are too narrow."))
}
