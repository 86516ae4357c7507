//! Trains baseline and arms with many seeds, to know the true effects.
//!
//! A study of a few dozen seeds is a good example only if its right answer is
//! known. With several hundred seeds it is, and [`crate::summary`] tells how
//! often a study of the intended size would find it. This is the one part of
//! the program that reads the labels of the test images.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use clap::Args;

use crate::dataset::{DatasetError, Images, LabelledImages, read_labels};
use crate::network::most_probable;
use crate::settings::{Overrides, Settings, SettingsError};
use crate::summary::{Plan, summarise};
use crate::training::{TrainingError, train};

/// What is trained, how often, and how the study would judge.
#[derive(Debug, Args)]
pub(crate) struct CalibrateArguments {
    /// Read training images with the columns id, label, p0 to p63
    #[arg(long, value_name = "FILE")]
    train: PathBuf,
    /// Read test images with the columns id, p0 to p63
    #[arg(long, value_name = "FILE")]
    test: PathBuf,
    /// Read the digits of the test images with the columns id, label
    #[arg(long, value_name = "FILE")]
    labels: PathBuf,
    /// Write the accuracy of every arm and seed as CSV
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Train an arm that differs from the baseline, as `key=value,key=value`
    #[arg(long = "arm", value_name = "CHANGES", required = true)]
    arms: Vec<String>,
    /// Set the number of seeds
    #[arg(long, value_name = "N", default_value_t = 400, value_parser = clap::value_parser!(u64).range(3..=1_000_000))]
    seeds: u64,
    /// Set the first seed; the others follow it
    #[arg(long, value_name = "N", default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(..=1 << 32))]
    first_seed: u64,
    /// Set the number of trainings at a time
    #[arg(long, value_name = "N", default_value_t = 2)]
    threads: usize,
    #[command(flatten)]
    plan: Plan,
    #[command(flatten)]
    overrides: Overrides,
}

/// What can end a calibration.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CalibrationError {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    #[error("cannot train the arm `{arm}` with seed {seed}")]
    Training { arm: String, seed: u64, source: TrainingError },
    #[error("a study of {blocks} seeds cannot be drawn from a calibration of {seeds}")]
    TooFewSeeds { seeds: u64, blocks: usize },
    #[error("cannot write {path}")]
    Write { path: PathBuf, source: io::Error },
}

/// The place of a seed in the list of seeds, and the accuracy of each arm.
type SeedRow = (usize, Vec<f64>);

/// The test accuracies of one arm, seed by seed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ArmAccuracies {
    /// The arm as it was given, or `baseline`.
    pub(crate) name: String,
    /// Accuracies from 0 to 1, in the order of the seeds.
    pub(crate) values: Vec<f64>,
}

impl CalibrateArguments {
    /// Trains all arms, writes the accuracies and returns a summary in Markdown.
    ///
    /// # Errors
    /// The first thing that goes wrong; a diverged training counts.
    pub(crate) fn run(&self) -> Result<String, CalibrationError> {
        if self.seeds < self.plan.blocks as u64 {
            return Err(CalibrationError::TooFewSeeds { seeds: self.seeds, blocks: self.plan.blocks });
        }
        let baseline = Settings::BASELINE.with(&self.overrides)?;
        let mut arms = vec![("baseline".to_owned(), baseline)];
        for arm in &self.arms {
            arms.push((arm.clone(), baseline.with(&Overrides::from_arm(arm)?)?));
        }
        let task =
            Task { data: LabelledImages::read(&self.train)?, test: Images::read(&self.test)?, labels: Vec::new() };
        let labels = read_labels(&self.labels, &task.test)?;
        let task = Task { labels, ..task };

        let rows = self.train_all(&task, &arms)?;
        let accuracies: Vec<ArmAccuracies> = arms
            .iter()
            .enumerate()
            .map(|(k, (name, _))| ArmAccuracies { name: name.clone(), values: rows.iter().map(|row| row[k]).collect() })
            .collect();
        self.write(&accuracies)?;
        Ok(format!("Baseline: {baseline:?}\n\n") + &summarise(&accuracies, &self.plan))
    }

    /// Trains every arm with every seed: one row for each seed, in order.
    fn train_all(&self, task: &Task, arms: &[(String, Settings)]) -> Result<Vec<Vec<f64>>, CalibrationError> {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut rows = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index as u64 >= self.seeds {
                    return Ok(rows);
                }
                let seed = self.first_seed + index as u64;
                let accuracy = |(arm, settings): &(String, Settings)| {
                    let found = task.accuracy(settings, seed);
                    found.map_err(|source| CalibrationError::Training { arm: arm.clone(), seed, source })
                };
                rows.push((index, arms.iter().map(accuracy).collect::<Result<_, _>>()?));
            }
        };
        let parts: Vec<Result<Vec<SeedRow>, CalibrationError>> = thread::scope(|scope| {
            let threads: Vec<_> = (0..self.threads.max(1)).map(|_| scope.spawn(work)).collect();
            threads.into_iter().map(|thread| thread.join().expect("the worker does not panic")).collect()
        });
        let mut rows = Vec::new();
        for part in parts {
            rows.extend(part?);
        }
        rows.sort_by_key(|(index, _)| *index);
        Ok(rows.into_iter().map(|(_, row)| row).collect())
    }

    fn write(&self, accuracies: &[ArmAccuracies]) -> Result<(), CalibrationError> {
        // An arm's name may hold commas, a field of our CSV files may not.
        let names = accuracies.iter().map(|arm| arm.name.replace(',', ";"));
        let mut text = format!("seed,{}\n", names.collect::<Vec<_>>().join(","));
        for index in 0..self.seeds {
            let row = accuracies.iter().map(|arm| arm.values[index as usize].to_string());
            let row: Vec<String> = row.collect();
            text += &format!("{},{}\n", self.first_seed + index, row.join(","));
        }
        fs::write(&self.out, text).map_err(|source| CalibrationError::Write { path: self.out.clone(), source })
    }
}

/// Training images, test images and the digits of the latter.
struct Task {
    data: LabelledImages,
    test: Images,
    labels: Vec<usize>,
}

impl Task {
    fn accuracy(&self, settings: &Settings, seed: u64) -> Result<f64, TrainingError> {
        let network = train(&self.data, settings, seed, |_| Ok(()))?;
        let rows = network.probabilities(&self.test)?;
        let right = |(row, label): &(&Vec<f32>, &usize)| most_probable(row) == **label;
        let hits = rows.iter().zip(&self.labels).filter(right).count();
        Ok(hits as f64 / self.labels.len() as f64)
    }
}
