//! Conditional power: whether going on is likely to change anything.

use thiserror::Error;

use crate::compare::paired_t::PairedT;
use crate::distribution::normal;
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};

/// A look at a study before its end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interim {
    z: f64,
    fraction: f64,
    critical_z: f64,
}

impl Interim {
    /// Takes the z so far, the share of the planned information that is there,
    /// and the z at the end at or above which the hypothesis is rejected.
    ///
    /// # Errors
    /// [`InterimError`] unless both z are finite and the fraction lies strictly
    /// between 0 and 1.
    pub fn new(z: f64, fraction: f64, critical_z: f64) -> Result<Self, InterimError> {
        if !(z.is_finite() && critical_z.is_finite()) {
            return Err(InterimError::NotFinite);
        }
        if !(fraction > 0.0 && fraction < 1.0) {
            return Err(InterimError::NotBefore { fraction });
        }
        Ok(Self { z, fraction, critical_z })
    }

    /// The chance to reject at the end if z there has mean `drift`, given what
    /// is there; looks in between are not counted.
    ///
    /// # Panics
    /// If `drift` is NaN.
    ///
    /// # Source
    /// Lan and Wittes 1988, "The B-Value: a Tool for Monitoring Data".
    #[must_use]
    pub fn conditional_power(&self, drift: f64) -> f64 {
        assert!(!drift.is_nan(), "a drift is a number");
        let left = 1.0 - self.fraction;
        normal::lower_tail((self.b_value() + drift * left - self.critical_z) / left.sqrt())
    }

    /// The same with the drift that the data so far suggest.
    #[must_use]
    pub fn at_the_trend(&self) -> f64 {
        self.conditional_power(self.z / self.fraction.sqrt())
    }

    /// The chance to reject at the end, averaged over the drifts that the data
    /// so far leave likely under a flat prior.
    ///
    /// # Source
    /// Spiegelhalter, Freedman and Blackburn 1986, "Monitoring Clinical Trials:
    /// Conditional or Predictive Power?".
    #[must_use]
    pub fn predictive_power(&self) -> f64 {
        let spread = ((1.0 - self.fraction) / self.fraction).sqrt();
        normal::lower_tail((self.b_value() / self.fraction - self.critical_z) / spread)
    }

    fn b_value(&self) -> f64 {
        self.z * self.fraction.sqrt()
    }
}

/// Why there is no conditional power.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum InterimError {
    /// A z is NaN or infinite.
    #[error("z so far or at the end is not finite")]
    NotFinite,
    /// The study is not under way.
    #[error("{fraction} of the planned information is not strictly between 0 and 1")]
    NotBefore {
        /// The share of the information that was given.
        fraction: f64,
    },
}

impl InterimError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFinite => "interim-not-finite",
            Self::NotBefore { .. } => "interim-not-before-the-end",
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::NotFinite => "look again when there are more pairs",
            Self::NotBefore { .. } => "give more planned pairs than there are so far; at the end, test",
        };
        vec![hint.to_owned()]
    }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "conditional-power",
    name: "Conditional and predictive power at a look",
    question: "How likely is it that this study will reject at its end, given the pairs so far?",
    null: None,
    assumptions: &[
        "The pairs are independent of one another and of one distribution, those to come too.",
        "The mean of the pairs is about normal, as from some twenty pairs on.",
    ],
    use_when: "A study should be given up when it is futile; doing so never raises the chance of a wrong rejection.",
    avoid_when: "A study should stop because it is decided: use boundaries or an e-process. Only few pairs are there: the \
                 trend is then mostly chance.",
    formula: "conditional power = Phi((z sqrt(f) + drift (1 - f) - c) / sqrt(1 - f)), f = pairs / planned, c the normal quantile at \
              1 - level, drift = effect sqrt(planned), or z / sqrt(f) at the trend; predictive power = \
              Phi((z / sqrt(f) - c) / sqrt((1 - f) / f)); z is the normal quantile of the t test's p-value.",
    sources: &[
        "Lan and Wittes 1988, \"The B-Value: a Tool for Monitoring Data\", Biometrics 44.",
        "Spiegelhalter, Freedman and Blackburn 1986, \"Monitoring Clinical Trials: Conditional or Predictive Power?\", Controlled Clinical Trials 7.",
    ],
    disagreements: &["Programs for clinical trials count the looks in between; here only the end counts."],
    columns: &[
        Column::numbers(Role::Baseline, "the baseline's score of each pair so far"),
        Column::numbers(Role::Candidate, "the candidate's score of the same pair"),
    ],
    settings: &[
        Setting { name: "level", about: "the one-sided level of the test at the end, in 0..1", usual: None },
        Setting { name: "planned", about: "how many pairs there will be at the end", usual: None },
        Setting {
            name: "effect",
            about: "the mean difference for which the study was planned, in standard deviations of the differences",
            usual: None,
        },
    ],
    example: Example {
        columns: &[
            (Role::Baseline, ExampleValues::Numbers(&[0.912, 0.905, 0.918, 0.909, 0.911, 0.907, 0.913, 0.910])),
            (Role::Candidate, ExampleValues::Numbers(&[0.914, 0.902, 0.919, 0.912, 0.907, 0.911, 0.912, 0.915])),
        ],
        settings: &[("level", 0.05), ("planned", 20.0), ("effect", 0.6)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let differences = inputs.differences()?;
    let planned = f64::from(inputs.count("planned", 1)?);
    let (level, effect) = (inputs.level()?, inputs.setting("effect")?);
    if !effect.is_finite() {
        return Err(MethodError::SettingOutside { name: "effect", value: effect, expected: "a finite number" });
    }
    let fit = PairedT::from_differences(&differences)?;
    // The smaller tail keeps its precision.
    let (greater, less) = (fit.p_greater(0.0), fit.p_less(0.0));
    let z = if greater < less { -normal::quantile(greater)? } else { normal::quantile(less)? };
    let interim = Interim::new(z, differences.len() as f64 / planned, -normal::quantile(level.get())?)?;
    Ok(Findings::default()
        .with("conditional power, effect as planned", interim.conditional_power(effect * planned.sqrt()))
        .with("conditional power, trend as so far", interim.at_the_trend())
        .with("predictive power", interim.predictive_power())
        .with("z so far", z)
        .with("share of the planned pairs", differences.len() as f64 / planned)
        .with_note(
            "Giving a study up when these are low never raises the chance of a wrong rejection, but lowers its power.",
        ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_study_on_its_way_is_computed_by_hand() {
        // z = 1 at half: B = 0.7071; the trend's drift is 1.4142, so that the end
        // is expected at 1.4142: Phi((1.4142 - 1.96) / 0.7071) = Phi(-0.7719).
        let interim = Interim::new(1.0, 0.5, 1.96).unwrap();
        let expected = 0.220_09;
        assert!((interim.at_the_trend() - expected).abs() < 2e-5, "{}", interim.at_the_trend());
        // Averaged: Phi((1.4142 - 1.96) / 1) = Phi(-0.5458).
        assert!((interim.predictive_power() - 0.292_61).abs() < 2e-5, "{}", interim.predictive_power());
    }

    #[test]
    fn what_is_not_under_way_has_no_conditional_power() {
        assert_eq!(Interim::new(1.0, 1.0, 2.0), Err(InterimError::NotBefore { fraction: 1.0 }));
        assert!(matches!(Interim::new(1.0, f64::NAN, 2.0), Err(InterimError::NotBefore { .. })));
        assert_eq!(Interim::new(f64::INFINITY, 0.5, 2.0), Err(InterimError::NotFinite));
    }
}
