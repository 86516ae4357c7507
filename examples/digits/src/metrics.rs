//! Appends metrics as JSON lines, as the run contract asks.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use crate::training::Epoch;

/// The open metrics file.
#[derive(Debug)]
pub(crate) struct MetricsFile(File);

/// One line: a step, which is an epoch here, and the metrics at that step.
#[derive(Serialize)]
struct Line {
    step: usize,
    loss: f64,
    accuracy: f64,
}

impl MetricsFile {
    /// Opens the file for appending and creates it if it is absent.
    ///
    /// # Errors
    /// If the file cannot be opened.
    pub(crate) fn append_to(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().append(true).create(true).open(path)?;
        Ok(Self(file))
    }

    /// Writes one line such as `{"step":3,"loss":0.41,"accuracy":0.88}`.
    ///
    /// Loss and accuracy are those of the training images. A line is written at
    /// once, so whoever follows the file sees each epoch when it ends.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(crate) fn record(&mut self, epoch: Epoch) -> io::Result<()> {
        let line = Line { step: epoch.number, loss: epoch.loss, accuracy: epoch.accuracy };
        let mut text = serde_json::to_string(&line)?;
        text.push('\n');
        self.0.write_all(text.as_bytes())
    }
}
