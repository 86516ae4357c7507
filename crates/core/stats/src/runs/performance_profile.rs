//! Which share of runs has a score above each of a list of thresholds.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::bounds::Bounds;
use crate::level::Alpha;
use crate::method::{Example, Findings, Inputs, Method, MethodError, Setting, Table};
use crate::sample::SampleError;
use crate::stream::Stream;
use crate::summary;

use super::aggregate::{self, CHUNK};
use super::probability_of_improvement::TWO_METHODS;
use super::resample::RunDraws;
use super::scores::{MethodScores, Scores};

/// The scores of a method above ascending thresholds.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile<'a> {
    scores: &'a MethodScores,
    thresholds: Vec<f64>,
    /// Task by task and run by run, how many thresholds the score exceeds.
    exceeded: Vec<Vec<usize>>,
}

impl<'a> Profile<'a> {
    /// Takes scores and thresholds, both in the unit of the scores.
    ///
    /// # Errors
    /// [`ProfileError::Thresholds`], where there is none, or they are not
    /// finite or do not ascend.
    pub fn new(scores: &'a MethodScores, thresholds: Vec<f64>) -> Result<Self, ProfileError> {
        let ascends = thresholds.windows(2).all(|pair| pair[0] < pair[1]);
        if thresholds.is_empty() || !ascends || thresholds.iter().any(|threshold| !threshold.is_finite()) {
            return Err(ProfileError::Thresholds);
        }
        let exceeded = |score: &f64| thresholds.partition_point(|threshold| threshold < score);
        let exceeded = scores.tasks().map(|(_, runs)| runs.iter().map(exceeded).collect()).collect();
        Ok(Self { scores, thresholds, exceeded })
    }

    /// The thresholds.
    #[must_use]
    pub fn thresholds(&self) -> &[f64] {
        &self.thresholds
    }

    /// The share of runs with a score above each threshold, averaged over
    /// tasks, in 0..=1.
    #[must_use]
    pub fn share_of_runs(&self) -> Vec<f64> {
        let mut shares = Shares::of(self);
        for (task, exceeded) in self.exceeded.iter().enumerate() {
            exceeded.iter().for_each(|exceeded| shares.add(task, *exceeded));
        }
        shares.take()
    }

    /// The share of tasks on which the mean over runs lies above each
    /// threshold, in 0..=1.
    ///
    /// # Errors
    /// [`SampleError::Overflow`].
    pub fn share_of_tasks(&self) -> Result<Vec<f64>, SampleError> {
        let means: Vec<f64> =
            self.scores.tasks().map(|(_, runs)| summary::mean(runs)).collect::<Result<_, SampleError>>()?;
        let above = |threshold: &f64| means.iter().filter(|mean| *mean > threshold).count() as f64;
        Ok(self.thresholds.iter().map(|threshold| above(threshold) / means.len() as f64).collect())
    }

    /// Draws chunk number `chunk` of `replicates` resamples and returns the
    /// shares of runs, one list for each threshold, unsorted.
    ///
    /// Runs are drawn with replacement within each task. The numbers come from
    /// `stream.substream(chunk)`, so that chunks may run on any threads.
    #[must_use]
    pub fn resample_unsorted(&self, replicates: u32, chunk: u64, stream: &Stream) -> Vec<Vec<f64>> {
        let mut stream = stream.substream(chunk);
        let mut draws = RunDraws::of(self.scores);
        let mut shares = Shares::of(self);
        let mut columns = vec![Vec::with_capacity(replicates as usize); self.thresholds.len()];
        for _ in 0..replicates {
            let mut drawn = draws.draw(&mut stream);
            for (task, exceeded) in self.exceeded.iter().enumerate() {
                let (runs, others) = drawn.split_at(exceeded.len());
                drawn = others;
                runs.iter().for_each(|run| shares.add(task, exceeded[*run as usize]));
            }
            columns.iter_mut().zip(shares.take()).for_each(|(column, share)| column.push(share));
        }
        columns
    }

    /// The percentile interval of the share of runs above each threshold by
    /// the stratified bootstrap, each bound at the one-sided level `alpha`.
    ///
    /// Each interval is for its own threshold: that all hold at once is less
    /// likely. Tasks stay fixed. With few runs the intervals are too narrow,
    /// and where all runs lie on one side of a threshold they are points.
    ///
    /// # Errors
    /// [`SampleError::TooFew`] where a task has one run only or nothing is
    /// drawn.
    ///
    /// # Source
    /// Agarwal et al. 2021, "Deep Reinforcement Learning at the Edge of the
    /// Statistical Precipice", section 4.2; quantiles of type 7.
    pub fn bounds(&self, alpha: Alpha, resamples: u32, stream: &Stream) -> Result<Vec<Bounds>, SampleError> {
        let fewest = self.scores.fewest_runs();
        if fewest < 2 {
            return Err(SampleError::TooFew { needed: 2, got: fewest });
        }
        if resamples == 0 {
            return Err(SampleError::TooFew { needed: 1, got: 0 });
        }
        let mut columns = vec![Vec::with_capacity(resamples as usize); self.thresholds.len()];
        for chunk in 0..resamples.div_ceil(CHUNK) {
            let replicates = CHUNK.min(resamples - chunk * CHUNK);
            let drawn = self.resample_unsorted(replicates, u64::from(chunk), stream);
            columns.iter_mut().zip(drawn).for_each(|(column, drawn)| column.extend(drawn));
        }
        let bounds = |mut column: Vec<f64>| {
            column.sort_unstable_by(f64::total_cmp);
            let at = |level: f64| summary::quantile_of_sorted(&column, level);
            Bounds { lower: at(alpha.get()), upper: at(1.0 - alpha.get()) }
        };
        Ok(columns.into_iter().map(bounds).collect())
    }
}

/// Counts of runs by how many thresholds they exceed, apart for tasks with
/// different numbers of runs, so that shares of whole numbers stay exact.
struct Shares {
    /// The number of runs on each task of a kind.
    sizes: Vec<usize>,
    /// Task by task, its kind.
    kinds: Vec<usize>,
    /// Kind by kind, how many runs exceed exactly so many thresholds.
    counts: Vec<Vec<u32>>,
}

impl Shares {
    fn of(profile: &Profile<'_>) -> Self {
        let mut places = BTreeMap::new();
        for exceeded in &profile.exceeded {
            let next = places.len();
            places.entry(exceeded.len()).or_insert(next);
        }
        let mut sizes = vec![0; places.len()];
        places.iter().for_each(|(size, place)| sizes[*place] = *size);
        let kinds = profile.exceeded.iter().map(|exceeded| places[&exceeded.len()]).collect();
        let counts = vec![vec![0; profile.thresholds.len() + 1]; sizes.len()];
        Self { sizes, kinds, counts }
    }

    fn add(&mut self, task: usize, exceeded: usize) {
        self.counts[self.kinds[task]][exceeded] += 1;
    }

    /// The share of the runs added since the last call that lie above each
    /// threshold.
    fn take(&mut self) -> Vec<f64> {
        let mut shares = vec![0.0; self.counts.first().map_or(0, |counts| counts.len() - 1)];
        for (size, counts) in self.sizes.iter().zip(&mut self.counts) {
            let mut above = 0;
            for (place, share) in shares.iter_mut().enumerate().rev() {
                above += counts[place + 1];
                *share += f64::from(above) / *size as f64;
            }
            counts.fill(0);
        }
        shares.iter_mut().for_each(|share| *share /= self.kinds.len() as f64);
        shares
    }
}

/// Why there is no profile.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum ProfileError {
    /// The thresholds are no ascending finite numbers.
    #[error("the thresholds are not finite numbers that ascend")]
    Thresholds,
    /// The grid of thresholds ends before it begins.
    #[error("the thresholds from {from} to {to} do not ascend")]
    Grid {
        /// The first threshold.
        from: f64,
        /// The last threshold.
        to: f64,
    },
}

impl ProfileError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Thresholds => "profile-thresholds",
            Self::Grid { .. } => "profile-grid",
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Thresholds => "give at least one threshold, each greater than the one before",
            Self::Grid { .. } => "give a `to` that is greater than `from`, such as 0 and 2",
        };
        vec![hint.to_owned()]
    }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "performance-profile",
    name: "Performance profile",
    question: "Which share of a method's runs is better than each of a list of scores?",
    null: None,
    assumptions: &[
        "Runs are independent of one another within and between tasks.",
        "Scores are normalised so that one threshold means as much on each task.",
    ],
    use_when: "One number hides too much: the profiles of two methods show at which scores one is better, and whether they cross.",
    avoid_when: "Runs on a task are fewer than ten: the intervals are too narrow (over ten tasks they miss in 14 to 15 % for 5 % with three runs, \
                 in 8 to 11 % with five), and points where all runs lie on one side of a threshold. \
                 A claim is about all thresholds at once: each interval holds for its own threshold only.",
    formula: "mean over tasks of the share of runs with a score > tau; the share of tasks whose mean over runs is > tau",
    sources: &[
        "Agarwal et al. 2021, \"Deep Reinforcement Learning at the Edge of the Statistical Precipice\", section 4.2, the run-score distribution and the average-score distribution.",
    ],
    disagreements: &[
        "Tasks count the same whatever their number of runs; rliable has as many runs on all tasks, where this is the share of all runs.",
    ],
    columns: aggregate::COLUMNS,
    settings: &[
        Setting { name: "from", about: "the first threshold, in the unit of the scores", usual: None },
        Setting { name: "to", about: "the last threshold, in the unit of the scores", usual: None },
        Setting {
            name: "points",
            about: "how many thresholds there are, evenly spaced, 2 to 10,000",
            usual: Some(21.0),
        },
        Setting::LEVEL,
        Setting::RESAMPLES,
    ],
    example: Example {
        columns: TWO_METHODS,
        settings: &[("from", 0.0), ("to", 1.5), ("points", 4.0), ("level", 0.025)],
    },
    compute,
};

/// `points` thresholds from `from` to `to`, evenly spaced.
fn grid(from: f64, to: f64, points: u32) -> Result<Vec<f64>, ProfileError> {
    let step = (to - from) / f64::from(points - 1);
    if !(step > 0.0 && step.is_finite()) {
        return Err(ProfileError::Grid { from, to });
    }
    Ok((0..points).map(|index| if index + 1 == points { to } else { from + f64::from(index) * step }).collect())
}

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let scores = Scores::from_inputs(inputs)?;
    let points = inputs.count("points", 2)?;
    if points > 10_000 {
        let value = f64::from(points);
        return Err(MethodError::SettingOutside { name: "points", value, expected: "2 to 10,000" });
    }
    let thresholds = grid(inputs.setting("from")?, inputs.setting("to")?, points)?;
    let (level, resamples) = (inputs.level()?, inputs.count("resamples", 100)?);
    let mut findings = Findings::default();
    let mut fewest = usize::MAX;
    for (method, scores) in scores.methods() {
        let profile = Profile::new(scores, thresholds.clone())?;
        let bounds = profile.bounds(level, resamples, inputs.stream())?;
        let shares = profile.share_of_runs().into_iter().zip(bounds).zip(profile.share_of_tasks()?);
        let rows = thresholds.iter().zip(shares).map(|(threshold, ((runs, bounds), tasks))| {
            (threshold.to_string(), [runs, bounds.lower, bounds.upper, tasks].map(Some).to_vec())
        });
        findings = findings.with_table(Table {
            title: format!("shares of {method} above each threshold"),
            label: "threshold".to_owned(),
            columns: ["runs", "lower bound", "upper bound", "tasks by their mean"].map(str::to_owned).to_vec(),
            rows: rows.collect(),
        });
        fewest = fewest.min(scores.fewest_runs());
    }
    Ok(aggregate::note_few_runs(findings, fewest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::scores::Score;

    fn scores() -> MethodScores {
        let cells = [("x", "1", 0.5), ("x", "2", 1.0), ("y", "1", 2.0), ("y", "2", 0.0), ("y", "3", 1.0)];
        let rows = cells.iter().map(|(task, run, value)| Score { method: "a", task, run, value: *value });
        Scores::new(rows).unwrap().methods().next().unwrap().1.clone()
    }

    #[test]
    fn shares_are_counted_by_hand() {
        let scores = scores();
        let profile = Profile::new(&scores, vec![-1.0, 0.0, 0.5, 0.75, 1.0, 2.0]).unwrap();
        // A score equal to the threshold is not above it.
        let expected = [1.0, (1.0 + 2.0 / 3.0) / 2.0, (0.5 + 2.0 / 3.0) / 2.0, (0.5 + 2.0 / 3.0) / 2.0, 1.0 / 6.0, 0.0];
        for (found, expected) in profile.share_of_runs().iter().zip(expected) {
            assert!((found - expected).abs() < 1e-15, "{found} {expected}");
        }
        // The means are 0.75 and 1.
        assert_eq!(profile.share_of_tasks().unwrap(), [1.0, 1.0, 1.0, 0.5, 0.0, 0.0]);
        let stream = Stream::named([2; 32], "profile");
        let bounds = profile.bounds(Alpha::new(0.025).unwrap(), 500, &stream).unwrap();
        assert_eq!((bounds[0].lower, bounds[5].upper), (1.0, 0.0));
        assert!(bounds.iter().zip(expected).all(|(bounds, share)| bounds.lower <= share && share <= bounds.upper));
    }

    #[test]
    fn a_grid_ends_where_it_is_told_to() {
        assert_eq!(grid(0.1, 0.4, 4).unwrap().last(), Some(&0.4));
        assert_eq!(grid(1.0, 1.0, 3).unwrap_err().code(), "profile-grid");
        assert_eq!(grid(f64::NAN, 1.0, 3).unwrap_err().code(), "profile-grid");
    }

    #[test]
    fn thresholds_must_ascend() {
        let scores = scores();
        for thresholds in [vec![], vec![1.0, 1.0], vec![f64::NAN]] {
            assert_eq!(Profile::new(&scores, thresholds).unwrap_err(), ProfileError::Thresholds);
        }
    }
}
