use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Name, Setting};

/// A ladder of training runs from small to large: what a treatment does as
/// scale grows, and what a law fitted to the lower rungs foresees for the
/// largest.
///
/// A rung is a combination of levels of the factors under `quantities`; all
/// combinations are run, each without and, where there is one, with the
/// treatment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScalingEntry {
    /// The metric that law and claims are about.
    pub metric: Name,
    /// What grows from rung to rung, and by which factor.
    pub quantities: QuantitiesEntry,
    /// The levels of the treatment's factors where it is applied; where it is
    /// not, they are at their baseline level.
    #[serde(default, skip_serializing_if = "Setting::is_empty")]
    #[schemars(extend("propertyNames" = { "$ref": "#/$defs/Name" }))]
    pub treatment: Setting,
    /// The quantity along which claims speak of scale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub along: Option<ScaleQuantity>,
    /// How the metric with the treatment is compared with that without it, on
    /// every rung.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<Measure>,
    /// What is claimed of the treatment as scale grows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<ScalingClaimEntry>,
    /// The law that is fitted to the lower rungs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub law: Option<ScalingLaw>,
    /// What a law of one quantity is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<ScaleQuantity>,
    /// The rungs that are run last and foreseen by the law, each by levels of
    /// factors: `[{ width = 256 }]` are all rungs of that width. No rung that
    /// the law is fitted to may be as large as one of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub predict: Vec<Setting>,
    /// The family of the claims; `scaling` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<Name>,
}

impl ScalingEntry {
    /// The family of the claims.
    pub(crate) fn family_name(&self) -> Name {
        self.family.clone().unwrap_or_else(Name::scaling_family)
    }
}

/// What grows from rung to rung. Two quantities may follow from one factor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuantitiesEntry {
    /// The parameters of the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters: Option<QuantityEntry>,
    /// The training tokens, or characters, repeated ones counted each time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<QuantityEntry>,
    /// The distinct training tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unique_tokens: Option<QuantityEntry>,
    /// The training compute, in floating-point operations; 6 times parameters
    /// times tokens if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compute: Option<QuantityEntry>,
    /// The training steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<QuantityEntry>,
}

impl QuantitiesEntry {
    /// Those that are given, with their keys.
    pub(crate) fn given(&self) -> Vec<(ScaleQuantity, &QuantityEntry)> {
        let all = [
            (ScaleQuantity::Parameters, &self.parameters),
            (ScaleQuantity::Tokens, &self.tokens),
            (ScaleQuantity::UniqueTokens, &self.unique_tokens),
            (ScaleQuantity::Compute, &self.compute),
            (ScaleQuantity::Steps, &self.steps),
        ];
        all.into_iter().filter_map(|(quantity, entry)| Some((quantity, entry.as_ref()?))).collect()
    }
}

/// How much of a quantity the rungs have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuantityEntry {
    /// The factor by whose level it grows.
    pub factor: Name,
    /// How much of it there is at each of the factor's levels, in their order,
    /// as a plain count; the levels themselves if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<f64>>,
}

/// Something that is made larger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ScaleQuantity {
    /// The parameters of the model.
    Parameters,
    /// The training tokens.
    Tokens,
    /// The distinct training tokens.
    UniqueTokens,
    /// The training compute.
    Compute,
    /// The training steps.
    Steps,
}

impl ScaleQuantity {
    /// Its name in a sentence.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Parameters => "parameters",
            Self::Tokens => "tokens",
            Self::UniqueTokens => "unique tokens",
            Self::Compute => "compute",
            Self::Steps => "steps",
        }
    }

    /// Its key in a study file.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::UniqueTokens => "unique_tokens",
            Self::Parameters | Self::Tokens | Self::Compute | Self::Steps => self.word(),
        }
    }
}

/// How a metric with a treatment is compared with that without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// The logarithm of their ratio: 0.01 is a loss lower by one percent. Its
    /// slope over the logarithm of scale is what the treatment adds to the
    /// exponent of a power law without an offset.
    LogRatio,
    /// Their difference, in the metric's unit.
    Difference,
}

/// A claim about a treatment as scale grows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScalingClaimEntry {
    /// What is claimed.
    pub kind: ScalingClaimKind,
    /// With the kind `gain`, at how many times the largest rung, in the quantity
    /// of `along`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<f64>,
    /// The smallest effect that would matter: of the exponent, or of the gain as
    /// it is measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smallest_effect: Option<f64>,
}

/// What is claimed of a treatment as scale grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ScalingClaimKind {
    /// It improves the exponent: its gain grows with scale.
    Exponent,
    /// It gains at a scale beyond the ladder, where a straight line through the
    /// gains of all rungs is followed there.
    Gain,
}

/// The law that is fitted to the lower rungs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ScalingLaw {
    /// A x^-alpha.
    PowerLaw,
    /// E + A x^-alpha.
    PowerLawOffset,
    /// ((N_c / N)^(alpha_N / alpha_D) + D_c / D)^alpha_D.
    Kaplan,
    /// E + A / N^alpha + B / D^beta.
    Chinchilla,
    /// As chinchilla with one exponent.
    OverTraining,
    /// As chinchilla, but repeated tokens are worth less.
    DataConstrained,
}

impl ScalingLaw {
    /// Its id.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::PowerLaw => "power-law",
            Self::PowerLawOffset => "power-law-offset",
            Self::Kaplan => "kaplan",
            Self::Chinchilla => "chinchilla",
            Self::OverTraining => "over-training",
            Self::DataConstrained => "data-constrained",
        }
    }

    /// How many constants it has.
    #[must_use]
    pub fn constants(self) -> usize {
        match self {
            Self::PowerLaw => 2,
            Self::PowerLawOffset => 3,
            Self::Kaplan => 4,
            Self::OverTraining => 4,
            Self::Chinchilla => 5,
            Self::DataConstrained => 6,
        }
    }
}
