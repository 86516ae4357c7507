use gosset_stats::scaling::iso_flop::Curve;
use gosset_stats::scaling::{Breaks, Law, Quantity};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::LabError;

/// The law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// A x^-alpha
    PowerLaw,
    /// E + A x^-alpha; over steps a learning curve
    PowerLawOffset,
    /// ((N_c / N)^(alpha_N / alpha_D) + D_c / D)^alpha_D
    Kaplan,
    /// E + A / N^alpha + B / D^beta
    Chinchilla,
    /// As chinchilla with one exponent: what over-training costs
    OverTraining,
    /// As chinchilla, but repeated tokens are worth less
    DataConstrained,
    /// epsilon - k e^(-gamma L): the error on a task by the loss of pretraining
    Downstream,
    /// A power law with an offset and one break
    #[value(name = "broken-1")]
    #[serde(rename = "broken-1")]
    Broken1,
    /// With two breaks
    #[value(name = "broken-2")]
    #[serde(rename = "broken-2")]
    Broken2,
    /// With three breaks
    #[value(name = "broken-3")]
    #[serde(rename = "broken-3")]
    Broken3,
}

/// What a law of one quantity is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Over {
    /// The parameters
    Parameters,
    /// The training tokens
    Tokens,
    /// The training compute
    Compute,
    /// The training steps
    Steps,
}

/// The curve through the runs of a budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Shape {
    /// A parabola
    Parabola,
    /// A curve through every run
    Akima,
}

impl Kind {
    /// The law over what it is about.
    pub(crate) fn law(self, over: Option<Over>) -> Result<Law, LabError> {
        let over = over.map(Over::quantity);
        let law = match (self, over) {
            (Self::PowerLaw, Some(over)) => Law::PowerLaw { over },
            (Self::PowerLawOffset, Some(over)) => Law::PowerLawOffset { over },
            (Self::Broken1, Some(over)) => Law::Broken { over, breaks: Breaks::One },
            (Self::Broken2, Some(over)) => Law::Broken { over, breaks: Breaks::Two },
            (Self::Broken3, Some(over)) => Law::Broken { over, breaks: Breaks::Three },
            (Self::PowerLaw | Self::PowerLawOffset | Self::Broken1 | Self::Broken2 | Self::Broken3, None) => {
                return Err(LabError::usage(
                    "the law is about one quantity",
                    "say which with --over, such as --over compute",
                ));
            }
            (Self::Kaplan | Self::Chinchilla | Self::OverTraining | Self::DataConstrained, Some(_)) => {
                return Err(LabError::usage("the law is about parameters and tokens together", "leave --over out"));
            }
            (Self::Downstream, Some(_)) => {
                return Err(LabError::usage("the law is about the loss of pretraining", "leave --over out"));
            }
            (Self::Kaplan, None) => Law::Kaplan,
            (Self::OverTraining, None) => Law::OverTraining,
            (Self::Downstream, None) => Law::Downstream,
            (Self::Chinchilla, None) => Law::Chinchilla,
            (Self::DataConstrained, None) => Law::DataConstrained,
        };
        Ok(law)
    }
}

impl Over {
    fn quantity(self) -> Quantity {
        match self {
            Self::Parameters => Quantity::Parameters,
            Self::Tokens => Quantity::Tokens,
            Self::Compute => Quantity::Compute,
            Self::Steps => Quantity::Steps,
        }
    }
}

impl Shape {
    /// The curve of the library.
    pub(crate) fn curve(self) -> Curve {
        match self {
            Self::Parabola => Curve::Parabola,
            Self::Akima => Curve::Akima,
        }
    }
}
