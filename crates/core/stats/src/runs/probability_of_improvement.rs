//! How likely a run of one method beats a run of another, over tasks.

use crate::bounds::Bounds;
use crate::level::Alpha;
use crate::method::{Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting, Table};
use crate::sample::SampleError;
use crate::stream::Stream;
use crate::summary;

use super::aggregate;
use super::resample::{RunDraws, in_chunks};
use super::scores::{MethodScores, Scores, ScoresError};

/// Two methods on the same tasks, made ready to be compared run by run.
#[derive(Debug, Clone, PartialEq)]
pub struct Improvement<'a> {
    candidate: &'a MethodScores,
    baseline: &'a MethodScores,
    tasks: Vec<Task>,
}

/// The runs of both methods on a task, by the place of their scores among the
/// scores of both; equal scores share a place.
#[derive(Debug, Clone, PartialEq)]
struct Task {
    candidate: Vec<u32>,
    baseline: Vec<u32>,
    places: usize,
}

impl<'a> Improvement<'a> {
    /// Takes the scores of two methods.
    ///
    /// # Errors
    /// [`ScoresError::TasksDiffer`].
    pub fn new(candidate: &'a MethodScores, baseline: &'a MethodScores) -> Result<Self, ScoresError> {
        let same = candidate.tasks().len() == baseline.tasks().len()
            && candidate.tasks().zip(baseline.tasks()).all(|((first, _), (second, _))| first == second);
        if !same {
            return Err(ScoresError::TasksDiffer);
        }
        let tasks = candidate.tasks().zip(baseline.tasks()).map(|((_, c), (_, b))| Task::new(c, b)).collect();
        Ok(Self { candidate, baseline, tasks })
    }

    /// The mean over tasks of the chance that a run of the candidate, picked
    /// at random, has a greater score than a run of the baseline; equal scores
    /// count one half.
    ///
    /// In 0..=1. It says how often, not by how much.
    #[must_use]
    pub fn probability(&self) -> f64 {
        let mut counts = Vec::new();
        let all: Vec<u32> = (0..).take(self.tasks.iter().map(Task::runs).max().unwrap_or(0)).collect();
        let wins = |task: &Task| task.share_won(&all[..task.candidate.len()], &all[..task.baseline.len()], &mut counts);
        self.tasks.iter().map(wins).sum::<f64>() / self.tasks.len() as f64
    }

    /// Draws chunk number `chunk` of `replicates` resamples and returns their
    /// probabilities of improvement, unsorted.
    ///
    /// Runs of both methods are drawn with replacement within each task. The
    /// numbers come from `stream.substream(chunk)`, so that chunks may run on
    /// any threads.
    #[must_use]
    pub fn resample_unsorted(&self, replicates: u32, chunk: u64, stream: &Stream) -> Vec<f64> {
        let mut stream = stream.substream(chunk);
        let (mut candidate, mut baseline) = (RunDraws::of(self.candidate), RunDraws::of(self.baseline));
        let mut counts = Vec::new();
        let draw = |_| {
            let mut candidate = candidate.draw(&mut stream);
            let mut baseline = baseline.draw(&mut stream);
            let mut sum = 0.0;
            for task in &self.tasks {
                let (of_candidate, others) = candidate.split_at(task.candidate.len());
                candidate = others;
                let (of_baseline, others) = baseline.split_at(task.baseline.len());
                baseline = others;
                sum += task.share_won(of_candidate, of_baseline, &mut counts);
            }
            sum / self.tasks.len() as f64
        };
        (0..replicates).map(draw).collect()
    }

    /// The percentile interval of the stratified bootstrap, each bound at the
    /// one-sided level `alpha`.
    ///
    /// Tasks stay fixed, so it says nothing about other tasks. With few runs it
    /// is too narrow; where one method wins every pair it is a point.
    ///
    /// # Errors
    /// [`SampleError::TooFew`] where a method has one run only on a task, or
    /// nothing is drawn.
    ///
    /// # Source
    /// Agarwal et al. 2021, "Deep Reinforcement Learning at the Edge of the
    /// Statistical Precipice", section 4; quantiles of type 7.
    pub fn bounds(&self, alpha: Alpha, resamples: u32, stream: &Stream) -> Result<Bounds, SampleError> {
        let fewest = self.fewest_runs();
        if fewest < 2 {
            return Err(SampleError::TooFew { needed: 2, got: fewest });
        }
        if resamples == 0 {
            return Err(SampleError::TooFew { needed: 1, got: 0 });
        }
        let mut values = in_chunks(resamples, |replicates, chunk| {
            Ok::<_, SampleError>(self.resample_unsorted(replicates, chunk, stream))
        })?;
        values.sort_unstable_by(f64::total_cmp);
        let at = |level: f64| summary::quantile_of_sorted(&values, level);
        Ok(Bounds { lower: at(alpha.get()), upper: at(1.0 - alpha.get()) })
    }

    fn fewest_runs(&self) -> usize {
        self.candidate.fewest_runs().min(self.baseline.fewest_runs())
    }
}

impl Task {
    fn new(candidate: &[f64], baseline: &[f64]) -> Self {
        // Adding zero makes -0 and 0 one score.
        let mut distinct: Vec<f64> = candidate.iter().chain(baseline).map(|score| score + 0.0).collect();
        distinct.sort_by(f64::total_cmp);
        distinct.dedup();
        let place = |score: &f64| distinct.partition_point(|other| other < score) as u32;
        Self {
            candidate: candidate.iter().map(place).collect(),
            baseline: baseline.iter().map(place).collect(),
            places: distinct.len(),
        }
    }

    fn runs(&self) -> usize {
        self.candidate.len().max(self.baseline.len())
    }

    /// The share of pairs of the drawn runs that the candidate wins.
    fn share_won(&self, candidate: &[u32], baseline: &[u32], counts: &mut Vec<u32>) -> f64 {
        // How many drawn runs of the baseline lie below each place, twice, and
        // at it, once.
        counts.clear();
        counts.resize(self.places, 0);
        for run in baseline {
            counts[self.baseline[*run as usize] as usize] += 1;
        }
        let mut below = 0;
        for count in counts.iter_mut() {
            let at = *count;
            *count += 2 * below;
            below += at;
        }
        let doubled: u64 = candidate.iter().map(|run| u64::from(counts[self.candidate[*run as usize] as usize])).sum();
        doubled as f64 / (2 * candidate.len() * baseline.len()) as f64
    }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "probability-of-improvement",
    name: "Probability of improvement",
    question: "How likely does a run of one method beat a run of another, on a task picked at random?",
    null: None,
    assumptions: &["Runs are independent of one another within and between tasks and methods."],
    use_when: "It matters how often a method is better, by however little; scores need no common unit.",
    avoid_when: "It matters how large the improvement is: use the interquartile mean. Below ten runs on each task the interval is \
                 too narrow: over ten tasks it misses in 8 to 11 % for 5 % with three runs, in 5 to 10 % with five.",
    formula: "mean over tasks of (pairs of runs that the first wins + half of the ties) / all pairs of runs",
    sources: &[
        "Agarwal et al. 2021, \"Deep Reinforcement Learning at the Edge of the Statistical Precipice\", section 4.3.",
        "Mann and Whitney 1947, \"On a Test of Whether one of Two Random Variables is Stochastically Larger than the Other\", Annals of Mathematical Statistics 18.",
    ],
    disagreements: &[],
    columns: aggregate::COLUMNS,
    settings: &[Setting::LEVEL, Setting::RESAMPLES],
    example: Example { columns: TWO_METHODS, settings: &[("level", 0.025)] },
    compute,
};

/// The scores of two methods.
pub(super) const TWO_METHODS: &[(Role, ExampleValues)] = &[
    (Role::Method, ExampleValues::Labels(&["a", "a", "a", "a", "a", "a", "b", "b", "b", "b", "b", "b"])),
    (
        Role::Task,
        ExampleValues::Labels(&[
            "pong", "pong", "pong", "maze", "maze", "maze", "pong", "pong", "pong", "maze", "maze", "maze",
        ]),
    ),
    (Role::Run, ExampleValues::Labels(&["1", "2", "3", "1", "2", "3", "1", "2", "3", "1", "2", "3"])),
    (Role::Value, ExampleValues::Numbers(&[0.9, 1.1, 1.3, 0.2, 0.5, 0.3, 0.8, 1.0, 1.2, 0.3, 0.4, 0.1])),
];

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let scores = Scores::from_inputs(inputs)?;
    let (level, resamples) = (inputs.level()?, inputs.count("resamples", 100)?);
    if scores.methods().len() < 2 {
        return Err(ScoresError::OneMethod.into());
    }
    let mut rows = Vec::new();
    let mut fewest = usize::MAX;
    for (index, (candidate, of_candidate)) in scores.methods().enumerate() {
        for (baseline, of_baseline) in scores.methods().skip(index + 1) {
            let improvement = Improvement::new(of_candidate, of_baseline)?;
            let bounds = improvement.bounds(level, resamples, inputs.stream())?;
            let numbers = [improvement.probability(), bounds.lower, bounds.upper];
            rows.push((format!("{candidate} > {baseline}"), numbers.map(Some).to_vec()));
            fewest = fewest.min(improvement.fewest_runs());
        }
    }
    let findings = Findings::default()
        .with_table(Table {
            title: "probability of improvement of each pair".to_owned(),
            label: "pair".to_owned(),
            columns: ["probability", "lower bound", "upper bound"].map(str::to_owned).to_vec(),
            rows,
        })
        .with_note("The probability of the other direction is one minus this one.");
    Ok(aggregate::note_few_runs(findings, fewest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::scores::Score;

    fn scores(method: &str, tasks: &[&[f64]]) -> MethodScores {
        let mut cells = Vec::new();
        for (task, runs) in tasks.iter().enumerate() {
            cells.extend(runs.iter().enumerate().map(|(run, value)| (task.to_string(), run.to_string(), *value)));
        }
        let rows = cells.iter().map(|(task, run, value)| Score { method, task, run, value: *value });
        Scores::new(rows).unwrap().methods().next().unwrap().1.clone()
    }

    #[test]
    fn pairs_are_counted_by_hand() {
        let first = scores("a", &[&[1.0, 3.0], &[5.0]]);
        let second = scores("b", &[&[2.0, 3.0, 0.0], &[5.0, 6.0]]);
        // Wins 1 > 0, 3 > 2, 3 > 0 and a tie: 3.5 of 6; then half of 2.
        let expected = (3.5 / 6.0 + 0.25) / 2.0;
        let check = |candidate, baseline, expected: f64| {
            let found = Improvement::new(candidate, baseline).unwrap().probability();
            assert!((found - expected).abs() < 1e-15, "{found} {expected}");
        };
        check(&first, &second, expected);
        check(&second, &first, 1.0 - expected);
    }

    #[test]
    fn zero_has_no_sign() {
        let (first, second) = (scores("a", &[&[0.0, -0.0]]), scores("b", &[&[-0.0, 0.0]]));
        assert_eq!(Improvement::new(&first, &second).unwrap().probability(), 0.5);
    }

    #[test]
    fn what_is_not_estimable_is_a_named_error() {
        let (one, two) = (scores("a", &[&[1.0, 2.0]]), scores("b", &[&[1.0, 2.0], &[1.0, 2.0]]));
        assert_eq!(Improvement::new(&one, &two).unwrap_err(), ScoresError::TasksDiffer);
        let (stream, level) = (Stream::named([1; 32], "a"), Alpha::new(0.025).unwrap());
        let lone = scores("c", &[&[1.0]]);
        let improvement = Improvement::new(&one, &lone).unwrap();
        assert_eq!(improvement.bounds(level, 100, &stream), Err(SampleError::TooFew { needed: 2, got: 1 }));
        let improvement = Improvement::new(&one, &one).unwrap();
        assert_eq!(improvement.bounds(level, 0, &stream), Err(SampleError::TooFew { needed: 1, got: 0 }));
    }

    #[test]
    fn an_order_of_all_pairs_gives_a_point() {
        let (low, high) = (scores("a", &[&[1.0, 2.0, 3.0]]), scores("b", &[&[4.0, 5.0, 6.0]]));
        let stream = Stream::named([1; 32], "a");
        let bounds = Improvement::new(&high, &low).unwrap().bounds(Alpha::new(0.025).unwrap(), 200, &stream).unwrap();
        assert_eq!((bounds.lower, bounds.upper), (1.0, 1.0));
    }
}
