//! The region of practical equivalence, and the prior that is put on it or
//! beside it.

use super::error::BayesError;
use crate::method::{Column, Example, ExampleValues, Inputs, MethodError, Role, Setting};

/// The largest difference that does not matter, in the unit of the metric: at
/// least 0 and finite. The region reaches from minus to plus this number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rope(f64);

impl Rope {
    /// Takes a finite number of at least 0.
    ///
    /// # Errors
    /// [`BayesError::Rope`] if it is not.
    pub fn new(value: f64) -> Result<Self, BayesError> {
        if value >= 0.0 && value.is_finite() { Ok(Self(value)) } else { Err(BayesError::Rope { value }) }
    }

    /// The half-width of the region.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }
}

/// Where the prior expects the difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The baseline is better.
    Baseline,
    /// They are practically equal.
    Equal,
    /// The candidate is better.
    Candidate,
}

/// What is believed before the data are seen: a pseudo-observation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prior {
    strength: f64,
    place: Place,
}

impl Prior {
    /// Puts a prior that weighs as much as `strength` observations at a place.
    ///
    /// # Errors
    /// [`BayesError::Strength`] unless the strength is at least 0 and finite.
    pub fn new(strength: f64, place: Place) -> Result<Self, BayesError> {
        if strength >= 0.0 && strength.is_finite() {
            Ok(Self { strength, place })
        } else {
            Err(BayesError::Strength { value: strength })
        }
    }

    /// How many observations it weighs as much as.
    #[must_use]
    pub fn strength(self) -> f64 {
        self.strength
    }

    /// Where it expects the difference.
    #[must_use]
    pub fn place(self) -> Place {
        self.place
    }
}

/// The columns of the methods for several data sets.
pub(super) const DATA_SETS: &[Column] = &[
    Column::numbers(Role::Baseline, "the baseline's mean score on each data set, the higher the better"),
    Column::numbers(Role::Candidate, "the candidate's mean score on the same data set"),
];

/// Ten data sets on which the candidate is mostly better.
pub(super) const DATA_SETS_EXAMPLE: Example = Example {
    columns: &[
        (Role::Baseline, ExampleValues::Numbers(&[0.81, 0.79, 0.93, 0.70, 0.62, 0.88, 0.75, 0.91, 0.67, 0.84])),
        (Role::Candidate, ExampleValues::Numbers(&[0.84, 0.80, 0.94, 0.73, 0.66, 0.87, 0.79, 0.91, 0.71, 0.88])),
    ],
    settings: &[("rope", 0.01)],
};

/// The region as a setting.
pub(super) const ROPE: Setting = Setting {
    name: "rope",
    about: "the largest difference that does not matter, in the metric's unit and 0 or above; fixed before the data are seen",
    usual: None,
};

/// The prior's place as a setting.
pub(super) const PLACE: Setting = Setting {
    name: "prior-place",
    about: "where the prior expects the difference: -1 for the baseline better, 0 for practically equal, 1 for the candidate better",
    usual: Some(0.0),
};

/// The setting of how strong the prior is.
pub(super) const fn strength(usual: f64) -> Setting {
    Setting { name: "prior-strength", about: "as how many data sets the prior weighs, 0 or above", usual: Some(usual) }
}

/// How many samples of the posterior are drawn.
pub(super) const RESAMPLES: Setting = Setting {
    name: "resamples",
    about: "how many samples of the posterior are drawn, at least 100",
    usual: Some(50_000.0),
};

/// The region that a method of the catalogue is told.
pub(super) fn rope(inputs: &Inputs<'_>) -> Result<Rope, MethodError> {
    Ok(Rope::new(inputs.setting("rope")?)?)
}

/// The prior that a method of the catalogue is told.
pub(super) fn prior(inputs: &Inputs<'_>) -> Result<Prior, MethodError> {
    let value = inputs.setting("prior-place")?;
    let place = if value == -1.0 {
        Place::Baseline
    } else if value == 0.0 {
        Place::Equal
    } else if value == 1.0 {
        Place::Candidate
    } else {
        return Err(MethodError::SettingOutside { name: "prior-place", value, expected: "-1, 0 or 1" });
    };
    Ok(Prior::new(inputs.setting("prior-strength")?, place)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_region_or_no_strength_is_refused() {
        for value in [-0.1, f64::NAN, f64::INFINITY] {
            assert_eq!(Rope::new(value).unwrap_err().code(), "bayes-rope");
            assert_eq!(Prior::new(value, Place::Equal).unwrap_err().code(), "bayes-strength");
        }
        assert!(Rope::new(0.0).is_ok() && Prior::new(0.0, Place::Candidate).is_ok());
    }
}
