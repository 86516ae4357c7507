use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Name, Setting};

/// What each component of a recipe contributes: every component becomes a
/// claim of one family, about the recipe (the method), with its arms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AblationEntry {
    /// Which combinations of components are run.
    pub design: AblationDesign,
    /// The components, each with its `name` and, as `on`, the levels of its
    /// factors where it is part of the recipe; where it is not, they are at
    /// their baseline level. All on make the full recipe, all off the baseline.
    pub components: Vec<ComponentEntry>,
    /// The metric that decides.
    pub metric: Name,
    /// The smallest contribution that would matter, in the metric's unit.
    /// Without it no component can be found to contribute nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smallest_effect: Option<f64>,
    /// With the design `fractional`, which components follow from others:
    /// `decay = ["momentum", "warmup"]` has `decay` on where an even number of
    /// the two is off. All other components vary freely.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("propertyNames" = { "$ref": "#/$defs/Name" }))]
    pub generators: BTreeMap<Name, Vec<Name>>,
    /// The family of the claims; `ablation` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<Name>,
}

impl AblationEntry {
    /// The family of the claims.
    pub(crate) fn family_name(&self) -> Name {
        self.family.clone().unwrap_or_else(Name::ablation_family)
    }
}

/// A component of a recipe.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ComponentEntry {
    /// A short name.
    pub name: Name,
    /// The levels of its factors where it is part of the recipe; where it is
    /// not, they are at their baseline level.
    #[schemars(extend("propertyNames" = { "$ref": "#/$defs/Name" }))]
    pub on: Setting,
}

/// Which combinations of components an ablation runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AblationDesign {
    /// The full recipe, and without each component in turn.
    LeaveOneOut,
    /// The baseline, and with each component in turn.
    AddOneIn,
    /// Every combination of at most 12 components: 2 to the power of their
    /// number.
    Factorial,
    /// A fraction of the factorial, by `generators`.
    Fractional,
    /// For many components: hardly more arms than components, at the price of
    /// mixing each component with interactions of the others.
    PlackettBurman,
}

impl AblationDesign {
    /// Its name in a sentence.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::LeaveOneOut => "leave one out",
            Self::AddOneIn => "add one in",
            Self::Factorial => "full factorial",
            Self::Fractional => "fractional factorial",
            Self::PlackettBurman => "Plackett-Burman",
        }
    }
}
