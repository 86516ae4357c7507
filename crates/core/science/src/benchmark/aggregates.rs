use gosset_model::Direction;
use gosset_stats::runs::aggregate::Aggregate;
use gosset_stats::runs::performance_profile::Profile;
use gosset_stats::runs::probability_of_improvement::Improvement;
use gosset_stats::{Alpha, Bounds, Stream, summary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::BenchmarkError;
use super::matrix::{Matrix, Run};
use super::values::{Values, ordinal, tabled};

/// A number for a method over all data sets.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SuiteEstimate {
    /// The number, in normalised units where there are references.
    pub value: f64,
    /// Its interval from resampling the runs within each data set; none where a
    /// data set has one run only.
    pub bounds: Option<Bounds>,
    /// How many runs it is made of; those that failed or are missing count.
    pub runs: u64,
    /// How many data sets it is made of.
    pub datasets: u64,
}

/// How likely a run of a method beats a run of the next one in the leaderboard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Neighbours {
    /// The method ahead.
    pub first: String,
    /// The next one.
    pub second: String,
    /// The probability, averaged over data sets; ties count one half, and a
    /// failed run loses to every other.
    pub probability: f64,
    /// Its interval from resampling the runs; none where a data set has one run
    /// only.
    pub bounds: Option<Bounds>,
    /// How many data sets it is averaged over.
    pub datasets: u64,
    /// The fewest runs of either method on a data set.
    pub fewest_runs: u64,
}

/// Which share of runs is better than each of a list of scores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Profiles {
    /// The scores, ascending, in normalised units where there are references.
    pub thresholds: Vec<f64>,
    /// One line for each method, in the order of the leaderboard.
    pub lines: Vec<ProfileLine>,
}

/// The profile of a method.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProfileLine {
    /// The method.
    pub method: String,
    /// The share of its runs that are better than each threshold, averaged over
    /// data sets; a failed run is better than none.
    pub shares: Vec<f64>,
    /// Their intervals, each for its own threshold; none where a data set has
    /// one run only.
    pub bounds: Option<Vec<Bounds>>,
}

/// How many thresholds profiles have.
const THRESHOLDS: usize = 41;

/// How intervals are made.
#[derive(Clone, Copy)]
pub(super) struct Interval<'a> {
    pub(super) matrix: &'a Matrix,
    /// The one-sided level of each bound.
    pub(super) level: Alpha,
    pub(super) resamples: u32,
    pub(super) stream: &'a dyn Fn(&str) -> Stream,
}

impl Interval<'_> {
    /// An aggregate of each method; none where there is no data set to average
    /// over.
    ///
    /// # Errors
    /// [`BenchmarkError::TooLarge`].
    pub(super) fn aggregates(
        &self,
        values: &Values,
        aggregate: Aggregate,
        name: &str,
    ) -> Result<Option<Vec<SuiteEstimate>>, BenchmarkError> {
        let Some(scores) = values.scores(self.matrix).map_err(|_| BenchmarkError::TooLarge)? else { return Ok(None) };
        let mut found = Vec::new();
        for (method, scores) in scores.methods() {
            let stream = (self.stream)(&format!("{name}/{method}"));
            found.push(SuiteEstimate {
                value: aggregate.estimate(scores).map_err(|_| BenchmarkError::TooLarge)?,
                bounds: aggregate.bounds(scores, self.level, self.resamples, &stream).ok(), // None with a single run.
                runs: scores.tasks().map(|(_, runs)| runs.len() as u64).sum(),
                datasets: scores.tasks().len() as u64,
            });
        }
        Ok(Some(found))
    }

    /// The probability of improvement between each method of `order` and the
    /// next.
    ///
    /// # Errors
    /// [`BenchmarkError::TooLarge`].
    pub(super) fn neighbours(&self, order: &[usize]) -> Result<Vec<Neighbours>, BenchmarkError> {
        let scores = ordinal(self.matrix).map_err(|_| BenchmarkError::TooLarge)?;
        let of: Vec<_> = scores.methods().collect();
        let mut found = Vec::new();
        for pair in order.windows(2) {
            let ((first, ahead), (second, behind)) = (of[pair[0]], of[pair[1]]);
            let improvement = Improvement::new(ahead, behind).map_err(|_| BenchmarkError::TooLarge)?;
            let stream = (self.stream)(&format!("improvement/{first}/{second}"));
            found.push(Neighbours {
                first: first.to_owned(),
                second: second.to_owned(),
                probability: improvement.probability(),
                bounds: improvement.bounds(self.level, self.resamples, &stream).ok(), // None with a single run.
                datasets: ahead.tasks().len() as u64,
                fewest_runs: ahead.fewest_runs().min(behind.fewest_runs()) as u64,
            });
        }
        Ok(found)
    }

    /// The performance profiles of the methods in `order`; none where all values
    /// are one.
    ///
    /// # Errors
    /// [`BenchmarkError::TooLarge`].
    pub(super) fn profiles(&self, values: &Values, order: &[usize]) -> Result<Option<Profiles>, BenchmarkError> {
        // Where less is better, shares are of runs below a threshold.
        let oriented = |value: f64| match values.direction {
            Direction::Maximize => value,
            Direction::Minimize => -value,
        };
        let observed: Vec<f64> = values
            .datasets
            .iter()
            .flat_map(|dataset| &values.runs[*dataset])
            .flatten()
            .map(|value| oriented(*value))
            .collect();
        let Some(thresholds) = thresholds(&observed) else { return Ok(None) };
        // Below every threshold.
        let failed = thresholds[0] - (1.0 + thresholds[0].abs());
        let of_runs = |dataset: usize, method: usize| {
            let value = |(run, value): (&Run, &f64)| run.scores[0].map_or(failed, |_| oriented(*value));
            let (runs, values) = (&self.matrix.runs[dataset][method], &values.runs[dataset][method]);
            if runs.is_empty() || values.is_empty() {
                vec![failed; values.len().max(runs.len()).max(1)]
            } else {
                runs.iter().zip(values).map(value).collect()
            }
        };
        let scores = tabled(self.matrix, &self.matrix.places(), of_runs).map_err(|_| BenchmarkError::TooLarge)?;
        let of: Vec<_> = scores.methods().collect();
        let mut lines = Vec::new();
        for method in order {
            let (name, scores) = of[*method];
            let profile = Profile::new(scores, thresholds.clone()).map_err(|_| BenchmarkError::TooLarge)?;
            let stream = (self.stream)(&format!("profile/{name}"));
            lines.push(ProfileLine {
                method: name.to_owned(),
                shares: profile.share_of_runs(),
                bounds: profile.bounds(self.level, self.resamples, &stream).ok(), // None with a single run.
            });
        }
        let mut profiles = Profiles { thresholds: thresholds.into_iter().map(oriented).collect(), lines };
        if values.direction == Direction::Minimize {
            profiles.thresholds.reverse();
            for line in &mut profiles.lines {
                line.shares.reverse();
                line.bounds.iter_mut().for_each(|bounds| bounds.reverse());
            }
        }
        Ok(Some(profiles))
    }
}

/// Evenly spaced, from the 1 % point of the values to their 99 % point, so that
/// a few far ones do not take all the room.
fn thresholds(values: &[f64]) -> Option<Vec<f64>> {
    let low = summary::quantile(values, 0.01).ok()?; // None without values.
    let high = summary::quantile(values, 0.99).ok()?;
    let step = (high - low) / (THRESHOLDS - 1) as f64;
    let grid: Vec<f64> =
        (0..THRESHOLDS).map(|index| if index + 1 == THRESHOLDS { high } else { low + step * index as f64 }).collect();
    grid.windows(2).all(|pair| pair[0] < pair[1]).then_some(grid)
}
