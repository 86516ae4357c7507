use std::path::Path;

use super::format::Seen;
use super::{EvaluationError, FORMATS, Format, KeepTexts, Read};

/// Reads an evaluation log, in the format that its content shows.
///
/// `path` is a file or the folder that an evaluation wrote.
///
/// # Errors
/// [`EvaluationError`] if no format recognises it, or if anything in it is not as
/// it should be; a log is read whole or not at all.
pub fn read(path: &Path) -> Result<Read, EvaluationError> {
    read_keeping(path, KeepTexts::No)
}

/// Reads an evaluation log and says whether to keep the texts of its samples.
///
/// # Errors
/// As for [`read`].
pub fn read_keeping(path: &Path, texts: KeepTexts) -> Result<Read, EvaluationError> {
    (find(path)?.read)(path, texts)
}

/// The format of a log, by its content.
///
/// # Errors
/// [`EvaluationError`] if it is not there or no format recognises it.
pub fn find(path: &Path) -> Result<&'static Format, EvaluationError> {
    let seen = Seen::at(path)?;
    FORMATS.iter().copied().find(|format| (format.recognises)(&seen)).ok_or_else(|| EvaluationError::UnknownFormat {
        path: path.to_owned(),
        found: seen.in_words(),
        expected: FORMATS.iter().map(|format| format.title).collect::<Vec<_>>().join(", "),
    })
}
