//! The command line and what it does.

use std::env;
use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::optimizer::Kind;
use crate::text::{CONTEXT, SYMBOLS, TextError, read_contexts, read_text};
use crate::training::{Settings, TrainingError, train};

/// Train a small character language model and give probabilities of characters
///
/// One JSON line per 100 steps with the training loss and the number of parameters
/// is appended to the file named by GOSSET_METRICS. Exit codes: 2 for wrong
/// arguments, 3 for a training that diverged, 1 for anything else.
#[derive(Debug, Parser)]
#[command(name = "charlm", version)]
pub(crate) struct CommandLine {
    /// Read the text to learn from
    #[arg(long, value_name = "FILE")]
    train: PathBuf,
    /// Read the contexts to foresee a character behind, with the columns id, c0 to
    /// c7
    #[arg(long, value_name = "FILE")]
    test: PathBuf,
    /// Write probabilities as CSV [default: predictions.csv in GOSSET_RUN_DIR or
    /// here]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Set the seed of all randomness [default: the value of GOSSET_SEED]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Set the number of hidden units
    #[arg(long, value_name = "UNITS", value_parser = clap::value_parser!(u32).range(1..=4096))]
    width: u32,
    /// Set how many characters are learnt from, each once
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    characters: u32,
    /// Set which way downhill
    #[arg(long, value_enum, value_name = "NAME")]
    optimizer: Kind,
    /// Set the first step's size [default: 0.2 for sgd, 0.01 for adam]
    #[arg(long, value_name = "RATE")]
    learning_rate: Option<f64>,
}

/// What can end the program with an error.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    #[error("no seed is given, pass `--seed` or set `GOSSET_SEED`")]
    NoSeed,
    #[error("`GOSSET_SEED` is {got:?}, expected a whole number from 0 to 2^64 - 1")]
    Seed { got: OsString },
    #[error("a learning rate of {got} makes no sense, it must be a number above 0")]
    LearningRate { got: f64 },
    #[error(transparent)]
    Text(#[from] TextError),
    #[error(transparent)]
    Training(#[from] TrainingError),
    #[error("cannot write {path}")]
    Write { path: PathBuf, source: io::Error },
}

impl CommandError {
    /// The exit code: 2 for wrong arguments, 3 for a diverged training, else 1.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::NoSeed | Self::Seed { .. } | Self::LearningRate { .. } => ExitCode::from(2),
            Self::Training(TrainingError::Diverged { .. }) => ExitCode::from(3),
            Self::Text(_)
            | Self::Training(TrainingError::Candle(_) | TrainingError::Record { .. })
            | Self::Write { .. } => ExitCode::FAILURE,
        }
    }
}

impl CommandLine {
    /// Does what the command line asks.
    ///
    /// # Errors
    /// The first thing that goes wrong.
    pub(crate) fn run(self) -> Result<(), CommandError> {
        let seed = self.seed.map_or_else(seed_from_environment, Ok)?;
        let settings = self.settings()?;
        let text = read_text(&self.train, settings.characters + CONTEXT)?;
        let contexts = read_contexts(&self.test)?;
        let metrics = env::var_os("GOSSET_METRICS").map(PathBuf::from);
        let network = train(&text, &settings, seed, |progress| {
            let Some(path) = &metrics else { return Ok(()) };
            let mut file = OpenOptions::new().append(true).create(true).open(path)?;
            let (loss, parameters) = (progress.loss, progress.parameters);
            let line = serde_json::json!({ "step": progress.step, "train_loss": loss, "parameters": parameters });
            writeln!(file, "{line}")
        })?;
        let probabilities = network.probabilities(&contexts.symbols).map_err(TrainingError::from)?;
        let path = self.out.unwrap_or_else(|| {
            let folder = env::var_os("GOSSET_RUN_DIR").map(PathBuf::from);
            folder.unwrap_or_default().join("predictions.csv")
        });
        let written = fs::write(&path, predictions(&contexts.ids, &probabilities));
        written.map_err(|source| CommandError::Write { path, source })
    }

    fn settings(&self) -> Result<Settings, CommandError> {
        let usual = match self.optimizer {
            Kind::Sgd => 0.2,
            Kind::Adam => 0.01,
        };
        let learning_rate = self.learning_rate.unwrap_or(usual);
        if !(learning_rate > 0.0 && learning_rate.is_finite()) {
            return Err(CommandError::LearningRate { got: learning_rate });
        }
        Ok(Settings {
            width: self.width as usize,
            characters: self.characters as usize,
            optimizer: self.optimizer,
            learning_rate,
        })
    }
}

/// A table of the most probable symbol and of all probabilities, one context a
/// row.
fn predictions(ids: &[String], probabilities: &[Vec<f32>]) -> String {
    let mut table = "id,prediction".to_owned();
    (0..SYMBOLS).for_each(|symbol| table.push_str(&format!(",p_{symbol}")));
    table.push('\n');
    for (id, row) in ids.iter().zip(probabilities) {
        let best = row.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(symbol, _)| symbol);
        table.push_str(&format!("{id},{best}"));
        row.iter().for_each(|probability| table.push_str(&format!(",{probability:.7}")));
        table.push('\n');
    }
    table
}

fn seed_from_environment() -> Result<u64, CommandError> {
    let got = env::var_os("GOSSET_SEED").ok_or(CommandError::NoSeed)?;
    let seed = got.to_str().and_then(|text| text.parse().ok());
    seed.ok_or(CommandError::Seed { got })
}

/// Keeps candle from starting threads of its own.
///
/// Call it before anything else in `main`.
#[expect(unsafe_code, reason = "candle has no other switch than the environment")]
pub(crate) fn use_one_thread() {
    // One run is to use one core, and candle 0.11 reads the processor's
    // description from the operating system on every matrix product unless this
    // variable is set, which takes longer than the product.
    //
    // SAFETY: no other thread exists yet that could read the environment.
    unsafe { env::set_var("RAYON_NUM_THREADS", "1") };
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn line(rate: &str) -> CommandLine {
        let words = ["charlm", "--train", "a", "--test", "b", "--width", "8", "--characters", "100", "--optimizer"];
        CommandLine::try_parse_from(words.into_iter().chain(["adam", "--learning-rate", rate])).unwrap()
    }

    #[test]
    fn the_command_line_is_well_formed() {
        CommandLine::command().debug_assert();
        assert_eq!(line("0.5").settings().unwrap().learning_rate, 0.5);
    }

    #[test]
    fn a_learning_rate_that_makes_no_sense_is_a_wrong_argument() {
        for rate in ["0", "nan", "inf"] {
            let error = line(rate).settings().unwrap_err();
            assert_eq!(error.exit_code(), ExitCode::from(2), "{error}");
        }
    }

    #[test]
    fn a_diverged_training_has_an_exit_code_of_its_own() {
        let error = CommandError::from(TrainingError::Diverged { step: 2 });
        assert_eq!(error.to_string(), "training diverged at step 2");
        assert_eq!(error.exit_code(), ExitCode::from(3));
    }

    #[test]
    fn the_table_of_predictions_has_a_column_for_each_symbol() {
        let mut row = vec![0.01; SYMBOLS];
        row[3] = 0.5;
        let table = predictions(&["a".to_owned()], &[row]);
        let lines: Vec<&str> = table.lines().collect();
        assert!(lines[0].starts_with("id,prediction,p_0,p_1,") && lines[0].ends_with(",p_37"), "{table}");
        assert!(lines[1].starts_with("a,3,0.0100000,"), "{table}");
    }
}
