use std::borrow::{Borrow, Cow};
use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::{Factor, Settings};

/// A short name: of a study, hypothesis, family, metric, data set or factor.
///
/// One to 64 letters, digits, `-`, `_` or `.` of any script, starting with a
/// letter or digit; so that it can stand in a path, a URL and a sentence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

/// A text that cannot be a [`Name`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing was given.
    #[error("a name cannot be empty")]
    Empty,
    /// More than 64 characters.
    #[error("a name has at most 64 characters, this one has {got}")]
    TooLong {
        /// The number of characters found.
        got: usize,
    },
    /// A character that a path or URL would not carry.
    #[error(
        "`{character}` cannot stand in a name at place {place}; use letters, digits, `-`, `_` and `.`, and start with a letter or digit"
    )]
    Character {
        /// The character found.
        character: char,
        /// Its place, counted from 1.
        place: usize,
    },
}

impl Name {
    /// The longest name, in characters.
    pub const LONGEST: usize = 64;

    /// Parses a name.
    ///
    /// # Errors
    /// [`NameError`] if it is empty, too long or holds a character that a
    /// path could not carry.
    pub fn new(text: impl Into<String>) -> Result<Self, NameError> {
        let text = text.into();
        let got = text.chars().count();
        if got == 0 {
            return Err(NameError::Empty);
        }
        if got > Self::LONGEST {
            return Err(NameError::TooLong { got });
        }
        let wrong = text.chars().enumerate().find(|(place, character)| {
            !(character.is_alphanumeric() || (*place > 0 && matches!(character, '-' | '_' | '.')))
        });
        match wrong {
            Some((place, character)) => Err(NameError::Character { character, place: place + 1 }),
            None => Ok(Self(text)),
        }
    }

    /// The family of hypotheses that name none.
    pub(crate) fn main_family() -> Self {
        Self("main".to_owned())
    }

    /// The family of the components of an ablation that names none.
    pub(crate) fn ablation_family() -> Self {
        Self("ablation".to_owned())
    }

    /// The family of the claims about a ladder that names none.
    pub(crate) fn scaling_family() -> Self {
        Self("scaling".to_owned())
    }

    /// The family of claims against the control of a benchmark that names none.
    pub(crate) fn benchmark_family() -> Self {
        Self("benchmark".to_owned())
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Name {
    type Error = NameError;
    fn try_from(text: String) -> Result<Self, NameError> {
        Self::new(text)
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0
    }
}

impl std::str::FromStr for Name {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        Self::new(text)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl JsonSchema for Name {
    fn schema_name() -> Cow<'static, str> {
        "Name".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "minLength": 1,
            "maxLength": 64,
            "description": "A short name: letters, digits, `-`, `_` and `.`, starting with a letter or digit.",
        })
    }
}

/// The name of an arm: `baseline`, or the settings in which it differs, as in
/// `momentum=0.9`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ArmName(String);

impl ArmName {
    /// The name of the arm with these settings: where they differ from the
    /// factors' baseline.
    pub(crate) fn of(settings: &Settings, factors: &BTreeMap<Name, Factor>) -> Self {
        let differences: Vec<String> = factors
            .iter()
            .filter_map(|(name, factor)| {
                let level = settings.get(name).filter(|level| **level != factor.baseline)?;
                Some(format!("{name}={level}"))
            })
            .collect();
        Self(if differences.is_empty() { "baseline".to_owned() } else { differences.join(",") })
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ArmName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_be_of_any_script_but_not_climb_out_of_a_folder() {
        assert_eq!(Name::new("main"), Ok(Name::main_family()));
        assert_eq!(Name::new("ablation"), Ok(Name::ablation_family()));
        assert_eq!(Name::new("scaling"), Ok(Name::scaling_family()));
        assert_eq!(Name::new("benchmark"), Ok(Name::benchmark_family()));
        for good in ["digits", "lr-0.1", "日本語", "größe_2", "7b"] {
            assert_eq!(Name::new(good).map(String::from), Ok(good.to_owned()));
        }
        assert_eq!(Name::new(""), Err(NameError::Empty));
        assert_eq!(Name::new(".."), Err(NameError::Character { character: '.', place: 1 }));
        assert_eq!(Name::new("a/b"), Err(NameError::Character { character: '/', place: 2 }));
        assert_eq!(Name::new("a".repeat(65)), Err(NameError::TooLong { got: 65 }));
    }
}
