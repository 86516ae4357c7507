//! The command line and what it does.

use std::env;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::calibration::{CalibrateArguments, CalibrationError};
use crate::dataset::{DatasetError, Images, LabelledImages};
use crate::metrics::MetricsFile;
use crate::predictions;
use crate::settings::{Overrides, Settings, SettingsError};
use crate::training::{TrainingError, train};

/// Train a small multilayer perceptron on 8x8 images of handwritten digits.
///
/// Hyper-parameters come from the flags, else from the JSON object in the file
/// named by the environment variable GOSSET_PARAMS, else from the baseline. One
/// JSON line per epoch with the training loss and accuracy is appended to the
/// file named by GOSSET_METRICS. Exit codes: 2 for wrong arguments, 3 for a
/// training that diverged, 1 for anything else.
#[derive(Debug, Parser)]
#[command(name = "digits", version, args_conflicts_with_subcommands = true)]
#[command(subcommand_negates_reqs = true, arg_required_else_help = true)]
pub(crate) struct CommandLine {
    #[command(subcommand)]
    action: Option<Action>,
    // Clap takes a flattened option for absent if it holds another flattened
    // struct, so the hyper-parameters stand beside it.
    #[command(flatten)]
    train: Option<TrainArguments>,
    #[command(flatten)]
    overrides: Overrides,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Train baseline and arms with many seeds and tell how clear each effect is
    Calibrate(CalibrateArguments),
}

#[derive(Debug, Args)]
struct TrainArguments {
    /// Read training images with the columns id, label, p0 to p63
    #[arg(long, value_name = "FILE")]
    train: PathBuf,
    /// Read images to predict with the columns id, p0 to p63
    #[arg(long, value_name = "FILE")]
    test: PathBuf,
    /// Write predictions as CSV [default: predictions.csv in GOSSET_RUN_DIR or here]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Set the seed of all randomness [default: the value of GOSSET_SEED]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

/// What can end the program with an error.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    #[error("no seed is given, pass `--seed` or set `GOSSET_SEED`")]
    NoSeed,
    #[error("`GOSSET_SEED` is {got:?}, expected a whole number from 0 to 2^64 - 1")]
    Seed { got: OsString },
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    #[error(transparent)]
    Training(#[from] TrainingError),
    #[error(transparent)]
    Calibration(#[from] CalibrationError),
    #[error("cannot write {path}")]
    Write { path: PathBuf, source: io::Error },
    #[error("cannot write to stdout or stderr")]
    Print { source: io::Error },
}

impl CommandError {
    /// The exit code: 2 for wrong arguments, 3 for a diverged training, else 1.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::NoSeed
            | Self::Seed { .. }
            | Self::Settings(
                SettingsError::OutOfRange { .. } | SettingsError::NotParameters { .. } | SettingsError::NotAnArm { .. },
            ) => ExitCode::from(2),
            Self::Training(TrainingError::Diverged { .. }) => ExitCode::from(3),
            Self::Settings(SettingsError::Unreadable { .. })
            | Self::Dataset(_)
            | Self::Training(TrainingError::Candle(_) | TrainingError::Record { .. })
            | Self::Calibration(_)
            | Self::Write { .. }
            | Self::Print { .. } => ExitCode::FAILURE,
        }
    }
}

impl CommandLine {
    /// Does what the command line asks.
    ///
    /// # Errors
    /// The first thing that goes wrong.
    pub(crate) fn run(self) -> Result<(), CommandError> {
        match (self.action, self.train) {
            (Some(Action::Calibrate(arguments)), _) => {
                let table = arguments.run()?;
                io::stdout().write_all(table.as_bytes()).map_err(|source| CommandError::Print { source })
            }
            (None, Some(arguments)) => arguments.run(&self.overrides),
            // Clap prints the help and leaves when there are no arguments.
            (None, None) => Ok(()),
        }
    }
}

impl TrainArguments {
    fn run(self, overrides: &Overrides) -> Result<(), CommandError> {
        let settings = match env::var_os("GOSSET_PARAMS") {
            Some(path) => Settings::BASELINE.with(&Overrides::from_file(path.as_ref())?)?,
            None => Settings::BASELINE,
        }
        .with(overrides)?;
        let seed = self.seed.map_or_else(seed_from_environment, Ok)?;
        let data = LabelledImages::read(&self.train)?;
        let test = Images::read(&self.test)?;
        let mut metrics = match env::var_os("GOSSET_METRICS").map(PathBuf::from) {
            Some(path) => Some(MetricsFile::append_to(&path).map_err(|source| CommandError::Write { path, source })?),
            None => None,
        };

        let mut last = None;
        let network = train(&data, &settings, seed, |epoch| {
            last = Some(epoch);
            metrics.as_mut().map_or(Ok(()), |file| file.record(epoch))
        })?;

        let probabilities = network.probabilities(&test).map_err(TrainingError::from)?;
        let path = self.out.unwrap_or_else(|| {
            let folder = env::var_os("GOSSET_RUN_DIR").map(PathBuf::from);
            folder.unwrap_or_default().join("predictions.csv")
        });
        predictions::write(&path, test.ids(), &probabilities)
            .map_err(|source| CommandError::Write { path: path.clone(), source })?;
        if let Some(epoch) = last {
            writeln!(
                io::stderr(),
                "Trained {} epochs with seed {seed}: training loss {:.4}, training accuracy {:.4}\n\
                 Wrote {} predictions to {}",
                epoch.number,
                epoch.loss,
                epoch.accuracy,
                test.len(),
                path.display()
            )
            .map_err(|source| CommandError::Print { source })?;
        }
        Ok(())
    }
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

    #[test]
    fn the_command_line_is_well_formed() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn files_and_hyper_parameters_are_read_from_flags() {
        let line = ["digits", "--train", "a", "--test", "b", "--seed", "3", "--width", "8"];
        let line = CommandLine::try_parse_from(line).unwrap();
        assert_eq!(line.train.unwrap().seed, Some(3));
        assert_eq!(line.overrides, Overrides::from_arm("width=8").unwrap());
    }

    #[test]
    fn a_diverged_training_has_an_exit_code_of_its_own() {
        let error = CommandError::from(TrainingError::Diverged { epoch: 2 });
        assert_eq!(error.to_string(), "training diverged at step 2");
        assert_eq!(error.exit_code(), ExitCode::from(3));
    }

    #[test]
    fn the_help_states_the_baseline() {
        let help = CommandLine::command().render_long_help().to_string();
        let baseline = Settings::BASELINE;
        for stated in [
            format!("above 0 [baseline: {}]", baseline.learning_rate),
            format!("hidden units, 1 to 4096 [baseline: {}]", baseline.width),
            format!("images in a step, 1 or more [baseline: {}]", baseline.batch_size),
            format!("training images, 1 or more [baseline: {}]", baseline.epochs),
            format!("initial weights, above 0 [baseline: {}]", baseline.init_scale),
        ] {
            assert!(help.contains(&stated), "{stated}");
        }
    }
}
