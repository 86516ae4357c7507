//! Hyper-parameters: their names, their baseline values and their bounds.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Deserialize;

/// The hyper-parameters of one training, within their bounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Settings {
    pub(crate) learning_rate: f64,
    pub(crate) momentum: f64,
    pub(crate) label_smoothing: f64,
    pub(crate) width: usize,
    pub(crate) init_scale: f64,
    pub(crate) weight_decay: f64,
    pub(crate) dropout: f64,
    pub(crate) batch_size: usize,
    pub(crate) epochs: usize,
}

/// Hyper-parameters that a flag or a file states; the rest stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Args, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[command(next_help_heading = "Hyper-parameters")]
pub(crate) struct Overrides {
    /// Set the step size of gradient descent, above 0 [baseline: 0.05]
    #[arg(long, value_name = "RATE")]
    #[serde(alias = "learning_rate")]
    learning_rate: Option<f64>,

    /// Set the share of the last step that is kept, from 0 to below 1 [baseline: 0]
    #[arg(long, value_name = "SHARE")]
    momentum: Option<f64>,

    /// Set the probability spread evenly over the classes, from 0 to below 1 [baseline: 0]
    #[arg(long, value_name = "SHARE")]
    #[serde(alias = "label_smoothing")]
    label_smoothing: Option<f64>,

    /// Set the number of hidden units, 1 to 4096 [baseline: 16]
    #[arg(long, value_name = "UNITS")]
    width: Option<usize>,

    /// Set the factor on He's initial weights, above 0 [baseline: 1]
    #[arg(long, value_name = "FACTOR")]
    #[serde(alias = "init_scale")]
    init_scale: Option<f64>,

    /// Set the factor of the squared-weight penalty, 0 or more [baseline: 0]
    #[arg(long, value_name = "FACTOR")]
    #[serde(alias = "weight_decay")]
    weight_decay: Option<f64>,

    /// Set the share of hidden units left out in training, from 0 to below 1 [baseline: 0]
    #[arg(long, value_name = "SHARE")]
    dropout: Option<f64>,

    /// Set the number of images in a step, 1 or more [baseline: 32]
    #[arg(long, value_name = "IMAGES")]
    #[serde(alias = "batch_size")]
    batch_size: Option<usize>,

    /// Set the number of passes over the training images, 1 or more [baseline: 40]
    #[arg(long, value_name = "N")]
    epochs: Option<usize>,
}

/// What can be wrong with a set of hyper-parameters.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    #[error("`{name}` is {got}, it must be {expected}")]
    OutOfRange { name: &'static str, expected: &'static str, got: f64 },
    #[error("cannot read the parameter file {path}")]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("the parameter file {path} is not an object of hyper-parameters")]
    NotParameters { path: PathBuf, source: serde_json::Error },
    #[error("`{text}` is not of the form `key=value,key=value` with known keys and numbers")]
    NotAnArm { text: String, source: Option<serde_json::Error> },
}

impl Settings {
    /// The values used where neither a flag nor a file states one.
    pub(crate) const BASELINE: Self = Self {
        learning_rate: 0.05,
        momentum: 0.0,
        label_smoothing: 0.0,
        width: 16,
        init_scale: 1.0,
        weight_decay: 0.0,
        dropout: 0.0,
        batch_size: 32,
        epochs: 40,
    };

    /// Replaces what `overrides` states and checks the bounds.
    ///
    /// # Errors
    /// [`SettingsError::OutOfRange`] for the first value outside its bounds.
    pub(crate) fn with(self, overrides: &Overrides) -> Result<Self, SettingsError> {
        Self {
            learning_rate: overrides.learning_rate.unwrap_or(self.learning_rate),
            momentum: overrides.momentum.unwrap_or(self.momentum),
            label_smoothing: overrides.label_smoothing.unwrap_or(self.label_smoothing),
            width: overrides.width.unwrap_or(self.width),
            init_scale: overrides.init_scale.unwrap_or(self.init_scale),
            weight_decay: overrides.weight_decay.unwrap_or(self.weight_decay),
            dropout: overrides.dropout.unwrap_or(self.dropout),
            batch_size: overrides.batch_size.unwrap_or(self.batch_size),
            epochs: overrides.epochs.unwrap_or(self.epochs),
        }
        .checked()
    }

    fn checked(self) -> Result<Self, SettingsError> {
        check("learning-rate", self.learning_rate, Bounds::AboveZero)?;
        check("momentum", self.momentum, Bounds::BelowOne)?;
        check("label-smoothing", self.label_smoothing, Bounds::BelowOne)?;
        check("width", self.width as f64, Bounds::OneTo4096)?;
        check("init-scale", self.init_scale, Bounds::AboveZero)?;
        check("weight-decay", self.weight_decay, Bounds::ZeroOrMore)?;
        check("dropout", self.dropout, Bounds::BelowOne)?;
        check("batch-size", self.batch_size as f64, Bounds::OneOrMore)?;
        check("epochs", self.epochs as f64, Bounds::OneOrMore)?;
        Ok(self)
    }
}

impl Overrides {
    /// Reads a JSON object whose keys are the names of the flags.
    ///
    /// Keys may be written with hyphens or underscores. An unknown key is an
    /// error: a misspelt factor would otherwise compare two equal arms.
    ///
    /// # Errors
    /// If the file cannot be read or holds anything else.
    pub(crate) fn from_file(path: &Path) -> Result<Self, SettingsError> {
        let text =
            fs::read_to_string(path).map_err(|source| SettingsError::Unreadable { path: path.to_owned(), source })?;
        serde_json::from_str(&text).map_err(|source| SettingsError::NotParameters { path: path.to_owned(), source })
    }

    /// Reads `key=value,key=value`, as the arms of a calibration are written.
    ///
    /// # Errors
    /// [`SettingsError::NotAnArm`] for any other text.
    pub(crate) fn from_arm(text: &str) -> Result<Self, SettingsError> {
        let not_an_arm = |source| SettingsError::NotAnArm { text: text.to_owned(), source };
        let mut object = serde_json::Map::new();
        for part in text.split(',') {
            let (key, value) = part.split_once('=').ok_or_else(|| not_an_arm(None))?;
            let value = serde_json::from_str(value).map_err(|error| not_an_arm(Some(error)))?;
            object.insert(key.to_owned(), value);
        }
        serde_json::from_value(object.into()).map_err(|error| not_an_arm(Some(error)))
    }
}

#[derive(Debug, Clone, Copy)]
enum Bounds {
    AboveZero,
    ZeroOrMore,
    BelowOne,
    OneOrMore,
    OneTo4096,
}

fn check(name: &'static str, value: f64, bounds: Bounds) -> Result<(), SettingsError> {
    let (fits, expected) = match bounds {
        Bounds::AboveZero => (value > 0.0, "a number above 0"),
        Bounds::ZeroOrMore => (value >= 0.0, "0 or more"),
        Bounds::BelowOne => ((0.0..1.0).contains(&value), "from 0 to below 1"),
        Bounds::OneOrMore => (value >= 1.0, "1 or more"),
        Bounds::OneTo4096 => ((1.0..=4096.0).contains(&value), "from 1 to 4096"),
    };
    if fits && value.is_finite() { Ok(()) } else { Err(SettingsError::OutOfRange { name, expected, got: value }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(arm: &str) -> Result<Settings, SettingsError> {
        Overrides::from_arm(arm).and_then(|overrides| Settings::BASELINE.with(&overrides))
    }

    #[test]
    fn an_arm_changes_what_it_names_and_nothing_else() {
        let expected = Settings { momentum: 0.9, width: 40, ..Settings::BASELINE };
        assert_eq!(check("momentum=0.9,width=40").unwrap(), expected);
    }

    #[test]
    fn hyphens_and_underscores_name_the_same_parameter() {
        assert_eq!(Overrides::from_arm("weight-decay=0.1").unwrap(), Overrides::from_arm("weight_decay=0.1").unwrap());
    }

    #[test]
    fn an_unknown_parameter_is_an_error() {
        assert!(matches!(check("momentun=0.9"), Err(SettingsError::NotAnArm { .. })));
    }

    #[test]
    fn values_outside_their_bounds_are_errors() {
        for arm in [
            "learning-rate=0",
            "momentum=1",
            "width=0",
            "epochs=0",
            "batch-size=0",
            "init-scale=-1",
            "dropout=1.5",
            "weight-decay=-0.1",
            "label-smoothing=1",
        ] {
            assert!(matches!(check(arm), Err(SettingsError::OutOfRange { .. })), "{arm}");
        }
    }

    #[test]
    fn a_parameter_file_that_is_missing_says_so() {
        assert!(matches!(Overrides::from_file(Path::new("no/such/file.json")), Err(SettingsError::Unreadable { .. })));
    }
}
