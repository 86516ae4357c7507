use schemars::Schema;

use super::file::TheoryFile;
use crate::source::{Places, read};
use crate::{Mistakes, Position};

/// The JSON Schema of a theory file, for editors and for [`TheorySource::read`].
#[must_use]
pub fn theory_schema() -> Schema {
    schemars::schema_for!(TheoryFile)
}

/// A theory file that reads well, with the place of every key.
#[derive(Debug, Clone)]
pub struct TheorySource {
    /// What was written.
    pub file: TheoryFile,
    places: Places,
}

impl TheorySource {
    /// Reads a theory file, collecting every mistake of form: syntax, unknown
    /// and missing keys, values of the wrong kind.
    ///
    /// # Errors
    /// [`Mistakes`] with the place of each and what would be right.
    pub fn read(text: &str) -> Result<Self, Mistakes> {
        let (file, places) = read(text, &theory_schema().to_value())?;
        Ok(Self { file, places })
    }

    /// The place of `key`, or of the nearest table around it.
    #[must_use]
    pub fn place(&self, key: &str) -> Position {
        self.places.place(key)
    }
}
