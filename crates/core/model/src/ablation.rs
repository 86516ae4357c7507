use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AblationDesign, ArmName, Generator, Name, Protocol, Setting, TwoLevelDesign, TwoLevelError};

/// An ablation with its components; their claims are ordinary hypotheses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ablation {
    /// Which combinations of components are run.
    pub design: AblationDesign,
    /// The components, in the order of the study file.
    pub components: Vec<Component>,
    /// The metric that decides.
    pub metric: Name,
    /// Which components follow from others.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub generators: BTreeMap<Name, Vec<Name>>,
}

/// A component of a recipe.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Component {
    /// Its name.
    pub name: Name,
    /// The levels of its factors where it is on; where it is off, they are at
    /// their baseline level.
    pub on: Setting,
    /// The hypothesis that claims its contribution.
    pub hypothesis: Name,
}

/// One arm of an ablation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AblationArm {
    /// Its name.
    pub name: ArmName,
    /// For each component, whether it is on.
    pub on: Vec<bool>,
}

impl Ablation {
    /// Which components are on in which arm.
    ///
    /// # Errors
    /// [`TwoLevelError`] where there is no such design.
    pub fn two_level(&self) -> Result<TwoLevelDesign, TwoLevelError> {
        let components = self.components.len();
        match self.design {
            AblationDesign::LeaveOneOut => TwoLevelDesign::leave_one_out(components),
            AblationDesign::AddOneIn => TwoLevelDesign::add_one_in(components),
            AblationDesign::Factorial => TwoLevelDesign::factorial(components),
            AblationDesign::Fractional => TwoLevelDesign::fraction(components, &self.numbered_generators()),
            AblationDesign::PlackettBurman => TwoLevelDesign::plackett_burman(components),
        }
    }

    /// The generators with components by their place; names that are no
    /// component get the place behind the last.
    #[must_use]
    pub fn numbered_generators(&self) -> Vec<Generator> {
        let place = |name: &Name| {
            let found = self.components.iter().position(|component| component.name == *name);
            found.unwrap_or(self.components.len())
        };
        let generator = |(name, product_of): (&Name, &Vec<Name>)| Generator {
            component: place(name),
            product_of: product_of.iter().map(place).collect(),
        };
        self.generators.iter().map(generator).collect()
    }

    /// The settings of the arm in which just the components in `on` are on, as
    /// they differ from the baseline levels.
    #[must_use]
    pub fn setting(&self, on: &[bool]) -> Setting {
        let components = self.components.iter().zip(on).filter(|(_, is_on)| **is_on);
        components.flat_map(|(component, _)| component.on.clone()).collect()
    }
}

impl Protocol {
    /// The arms of the ablation's design, in its order; none without one.
    #[must_use]
    pub fn ablation_arms(&self) -> Vec<AblationArm> {
        let Some(ablation) = &self.ablation else { return Vec::new() };
        let Ok(design) = ablation.two_level() else { return Vec::new() };
        let arm = |on: &Vec<bool>| self.ablation_arm(on.clone());
        design.rows().iter().filter_map(arm).collect()
    }

    /// The arm of this study in which just the components in `on` are on and
    /// all else is at its baseline level; none where no hypothesis needs it.
    #[must_use]
    pub fn ablation_arm(&self, on: Vec<bool>) -> Option<AblationArm> {
        let mut settings = self.parameters.clone();
        settings.extend(self.factors.iter().map(|(name, factor)| (name.clone(), factor.baseline.clone())));
        settings.extend(self.ablation.as_ref()?.setting(&on));
        let name = ArmName::of(&settings, &self.factors);
        let is_there = self.arms.get(&name).is_some_and(|known| *known == settings);
        is_there.then_some(AblationArm { name, on })
    }
}
