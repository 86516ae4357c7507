use std::collections::BTreeMap;

use super::contract::{Kind, Method, Role};
use super::error::MethodError;
use crate::level::Alpha;
use crate::stream::Stream;

/// The values of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Numbers.
    Numbers(Vec<f64>),
    /// Labels.
    Labels(Vec<String>),
}

/// What a method is called on: columns of equal length by their role, its
/// settings, and where its random numbers come from.
pub struct Inputs<'a> {
    method: &'a Method,
    columns: &'a BTreeMap<Role, Values>,
    settings: &'a BTreeMap<String, f64>,
    stream: &'a Stream,
}

impl<'a> Inputs<'a> {
    /// Puts together what `method` is called on.
    #[must_use]
    pub fn new(
        method: &'a Method,
        columns: &'a BTreeMap<Role, Values>,
        settings: &'a BTreeMap<String, f64>,
        stream: &'a Stream,
    ) -> Self {
        Self { method, columns, settings, stream }
    }

    /// The numbers of a column.
    ///
    /// # Errors
    /// [`MethodError::MissingColumn`], [`MethodError::WrongKind`].
    pub fn numbers(&self, role: Role) -> Result<&'a [f64], MethodError> {
        match self.columns.get(&role) {
            Some(Values::Numbers(numbers)) => Ok(numbers),
            Some(Values::Labels(_)) => Err(MethodError::WrongKind { role, expected: Kind::Numbers }),
            None => Err(MethodError::MissingColumn { role }),
        }
    }

    /// The labels of a column.
    ///
    /// # Errors
    /// [`MethodError::MissingColumn`], [`MethodError::WrongKind`].
    pub fn labels(&self, role: Role) -> Result<&'a [String], MethodError> {
        match self.columns.get(&role) {
            Some(Values::Labels(labels)) => Ok(labels),
            Some(Values::Numbers(_)) => Err(MethodError::WrongKind { role, expected: Kind::Labels }),
            None => Err(MethodError::MissingColumn { role }),
        }
    }

    /// Whether a column is there.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.columns.contains_key(&role)
    }

    /// Candidate minus baseline, pair by pair.
    ///
    /// # Errors
    /// Those of [`Self::numbers`].
    pub fn differences(&self) -> Result<Vec<f64>, MethodError> {
        let (baseline, candidate) = (self.numbers(Role::Baseline)?, self.numbers(Role::Candidate)?);
        Ok(candidate.iter().zip(baseline).map(|(candidate, baseline)| candidate - baseline).collect())
    }

    /// A setting as given, or its usual value.
    ///
    /// # Errors
    /// [`MethodError::MissingSetting`] where there is neither.
    ///
    /// # Panics
    /// If the method does not declare the setting.
    pub fn setting(&self, name: &str) -> Result<f64, MethodError> {
        let declared = self.method.settings.iter().find(|setting| setting.name == name);
        let declared = declared.expect("a method reads only settings that it declares");
        let given = self.settings.get(name).copied().or(declared.usual);
        given.ok_or(MethodError::MissingSetting { name: declared.name })
    }

    /// The setting `level`.
    ///
    /// # Errors
    /// [`MethodError::MissingSetting`], [`MethodError::Level`].
    pub fn level(&self) -> Result<Alpha, MethodError> {
        Ok(Alpha::new(self.setting("level")?)?)
    }

    /// A setting that is a whole number of at least `least`.
    ///
    /// # Errors
    /// [`MethodError::MissingSetting`], [`MethodError::SettingOutside`].
    pub fn count(&self, name: &'static str, least: u32) -> Result<u32, MethodError> {
        let value = self.setting(name)?;
        if value.fract() == 0.0 && value >= f64::from(least) && value <= f64::from(u32::MAX) {
            Ok(value as u32)
        } else {
            Err(MethodError::SettingOutside { name, value, expected: "a whole number that is large enough" })
        }
    }

    /// Where random numbers come from.
    #[must_use]
    pub fn stream(&self) -> &'a Stream {
        self.stream
    }
}
