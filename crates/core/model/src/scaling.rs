use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ArmName, Measure, Name, Registered, RunId, ScaleQuantity, ScalingLaw, Setting};

/// A ladder of training runs; what is claimed of its treatment are ordinary
/// hypotheses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Scaling {
    /// The metric that law and claims are about.
    pub metric: Name,
    /// The levels of the treatment's factors where it is applied; empty where
    /// there is none.
    #[serde(default, skip_serializing_if = "Setting::is_empty")]
    pub treatment: Setting,
    /// The rungs, the later levels of a factor after the earlier.
    pub rungs: Vec<Rung>,
    /// What is claimed of the treatment, where something is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed: Option<ClaimedOfScale>,
    /// The law that foresees the rungs held out, where some are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub law: Option<FittedLaw>,
}

/// One rung of a ladder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rung {
    /// The levels of the factors that make it.
    pub setting: Setting,
    /// How much of each quantity it has, as a plain count.
    pub scale: BTreeMap<ScaleQuantity, f64>,
    /// The arm without the treatment.
    pub baseline: ArmName,
    /// The arm with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candidate: Option<ArmName>,
    /// Whether it is run last and foreseen by the law.
    pub is_held_out: bool,
}

/// What is claimed of a treatment as scale grows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClaimedOfScale {
    /// The quantity along which claims speak of scale.
    pub along: ScaleQuantity,
    /// How arms are compared on every rung.
    pub measure: Measure,
    /// The hypotheses that claim it.
    pub hypotheses: Vec<Name>,
}

/// A law and what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FittedLaw {
    /// The law.
    pub law: ScalingLaw,
    /// What a law of one quantity is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<ScaleQuantity>,
}

impl FittedLaw {
    /// Which quantities it is about; none where it lacks what it needs.
    #[must_use]
    pub fn needs(&self) -> Vec<ScaleQuantity> {
        match self.law {
            ScalingLaw::PowerLaw | ScalingLaw::PowerLawOffset => self.over.into_iter().collect(),
            ScalingLaw::Kaplan | ScalingLaw::Chinchilla | ScalingLaw::OverTraining => {
                vec![ScaleQuantity::Parameters, ScaleQuantity::Tokens]
            }
            ScalingLaw::DataConstrained => {
                vec![ScaleQuantity::Parameters, ScaleQuantity::Tokens, ScaleQuantity::UniqueTokens]
            }
        }
    }
}

/// The pairs of a hypothesis along scale, and what is read off them: a
/// straight line through the pairs' gains over the logarithm of scale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Trend {
    /// The quantity along which scale grows.
    pub along: ScaleQuantity,
    /// How much of it each pair has, in the order of the pairs.
    pub scales: Vec<f64>,
    /// How the arms of a pair are compared.
    pub measure: Measure,
    /// What is read off the line.
    pub reading: Reading,
}

/// What is read off a straight line over the logarithm of scale.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Reading {
    /// Its slope: of a log ratio, what is added to an exponent.
    Slope,
    /// Its height at a scale.
    At {
        /// The scale.
        scale: f64,
        /// How many times the largest rung that is.
        times_the_largest: f64,
    },
}

impl Registered {
    /// The runs on rungs that are held out; none where none are.
    #[must_use]
    pub fn held_out_runs(&self) -> BTreeSet<RunId> {
        let protocol = self.protocol();
        let arms = protocol.held_out_arms();
        if arms.is_empty() {
            return BTreeSet::new();
        }
        let (seeds, datasets) = (self.seeds(), self.datasets());
        let blocks = || datasets.iter().flat_map(|dataset| seeds.iter().map(move |seed| (dataset.as_ref(), *seed)));
        let of_arm = |arm| blocks().map(move |(dataset, seed)| RunId::of(&protocol.name, arm, dataset, seed));
        arms.into_iter().flat_map(of_arm).collect()
    }
}

impl crate::Protocol {
    /// The arms of rungs that are held out; none where none are.
    #[must_use]
    pub fn held_out_arms(&self) -> BTreeSet<&ArmName> {
        let rungs = self.scaling.iter().flat_map(|scaling| &scaling.rungs).filter(|rung| rung.is_held_out);
        rungs.flat_map(|rung| std::iter::once(&rung.baseline).chain(&rung.candidate)).collect()
    }
}
