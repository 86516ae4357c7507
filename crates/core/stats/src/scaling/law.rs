//! The laws.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::broken::Broken;
use super::chinchilla::Chinchilla;
use super::constant::Constant;
use super::data_constrained::DataConstrained;
use super::downstream::Downstream;
use super::kaplan::Kaplan;
use super::over_training::OverTraining;
use super::power_law::PowerLaw;
use super::power_law_offset::PowerLawOffset;
use super::quantity::Quantity;
use super::solver::{Of, Solver};

/// How many breaks a broken law has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Breaks {
    /// One.
    One,
    /// Two.
    Two,
    /// Three.
    Three,
}

/// A formula for the loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Law {
    /// L = A x^-alpha.
    PowerLaw {
        /// What x is.
        over: Quantity,
    },
    /// L = E + A x^-alpha; over steps a learning curve.
    PowerLawOffset {
        /// What x is.
        over: Quantity,
    },
    /// L = ((N_c / N)^(alpha_N / alpha_D) + D_c / D)^alpha_D.
    Kaplan,
    /// L = E + A / N^alpha + B / D^beta.
    Chinchilla,
    /// L = E + A / N^alpha + B / D^alpha: over-training costs a factor.
    OverTraining,
    /// L = E + A / N^alpha + B / D'^beta, repeated tokens worth less.
    DataConstrained,
    /// The error on a task = epsilon - k e^(-gamma L) for the loss L of pretraining.
    Downstream,
    /// L = a + b x^-c0 (1 + (x / d1)^(1 / f1))^(-c1 f1) ...
    Broken {
        /// What x is.
        over: Quantity,
        /// How many breaks there are.
        breaks: Breaks,
    },
}

impl Law {
    /// Its id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::PowerLaw { .. } => "power-law",
            Self::PowerLawOffset { .. } => "power-law-offset",
            Self::Kaplan => "kaplan",
            Self::Chinchilla => "chinchilla",
            Self::OverTraining => "over-training",
            Self::DataConstrained => "data-constrained",
            Self::Downstream => "downstream",
            Self::Broken { breaks: Breaks::One, .. } => "broken-1",
            Self::Broken { breaks: Breaks::Two, .. } => "broken-2",
            Self::Broken { breaks: Breaks::Three, .. } => "broken-3",
        }
    }

    /// Its formula.
    #[must_use]
    pub const fn formula(self) -> &'static str {
        match self {
            Self::PowerLaw { .. } => "L = A x^-alpha",
            Self::PowerLawOffset { .. } => "L = E + A x^-alpha",
            Self::Kaplan => "L = ((N_c / N)^(alpha_N / alpha_D) + D_c / D)^alpha_D",
            Self::Chinchilla => "L = E + A / N^alpha + B / D^beta",
            Self::OverTraining => "L = E + A / N^alpha + B / D^alpha",
            Self::Downstream => "error = epsilon - k e^(-gamma L)",
            Self::DataConstrained => "L = E + A / N^alpha + B / (U + U R* (1 - exp(-(D / U - 1) / R*)))^beta",
            Self::Broken { breaks: Breaks::One, .. } => "L = a + b x^-c0 (1 + (x / d1)^(1 / f1))^(-c1 f1)",
            Self::Broken { breaks: Breaks::Two, .. } => {
                "L = a + b x^-c0 (1 + (x / d1)^(1 / f1))^(-c1 f1) (1 + (x / d2)^(1 / f2))^(-c2 f2)"
            }
            Self::Broken { breaks: Breaks::Three, .. } => {
                "L = a + b x^-c0 (1 + (x / d1)^(1 / f1))^(-c1 f1) (1 + (x / d2)^(1 / f2))^(-c2 f2) (1 + (x / d3)^(1 / f3))^(-c3 f3)"
            }
        }
    }

    /// Its constants.
    #[must_use]
    pub fn constants(self) -> Vec<Constant> {
        self.solver().constants()
    }

    /// Which quantities a run must tell.
    #[must_use]
    pub fn needs(self) -> Vec<Quantity> {
        self.solver().needs()
    }

    pub(super) fn solver(self) -> Box<dyn Solver> {
        match self {
            Self::PowerLaw { over } => Box::new(Of(PowerLaw { over: [over] })),
            Self::PowerLawOffset { over } => Box::new(Of(PowerLawOffset { over: [over] })),
            Self::Kaplan => Box::new(Of(Kaplan)),
            Self::Chinchilla => Box::new(Of(Chinchilla)),
            Self::OverTraining => Box::new(Of(OverTraining)),
            Self::DataConstrained => Box::new(Of(DataConstrained)),
            Self::Downstream => Box::new(Of(Downstream)),
            Self::Broken { over, breaks: Breaks::One } => Box::new(Of::<_, 6>(Broken::<1> { over: [over] })),
            Self::Broken { over, breaks: Breaks::Two } => Box::new(Of::<_, 9>(Broken::<2> { over: [over] })),
            Self::Broken { over, breaks: Breaks::Three } => Box::new(Of::<_, 12>(Broken::<3> { over: [over] })),
        }
    }
}
