use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ArmName, Level, Name, PairTest, Protocol, Reference, TuningBudget, Usage};

/// A benchmark with its methods; claims against a control are ordinary
/// hypotheses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Benchmark {
    /// The factor whose levels are the methods.
    pub factor: Name,
    /// The methods, in the order of the factor's levels.
    pub methods: Vec<BenchmarkMethod>,
    /// The metrics; methods are ranked by the first.
    pub metrics: Vec<Name>,
    /// What runs cost, as further metrics.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub usage: Vec<Usage>,
    /// The method with which all others are compared.
    pub control: Option<Level>,
    /// The test by which methods are told apart.
    pub pairs: PairTest,
    /// How many resamples intervals are made of.
    pub resamples: u32,
    /// The scores that count as 0 and as 1, for all data sets or for none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub references: BTreeMap<Name, Reference>,
    /// The metric that says how many settings a run tried.
    pub tuning_metric: Option<Name>,
    /// Conditions under which all methods run.
    pub conditions: Option<Conditions>,
}

/// A method of a benchmark.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BenchmarkMethod {
    /// The level of the benchmark's factor.
    pub level: Level,
    /// The hypothesis that claims it to be better than the control.
    pub hypothesis: Option<Name>,
    /// How much it was tuned, where that is registered.
    pub tuning: Option<TuningBudget>,
}

/// Conditions under which all methods run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Conditions {
    /// The factor whose levels are the conditions.
    pub factor: Name,
    /// The level without stress.
    pub clean: Level,
    /// The others, in the order of the factor's levels.
    pub stressed: Vec<Level>,
}

impl Benchmark {
    /// The conditions, the one without stress first; one that has no name where
    /// there is no factor of conditions.
    #[must_use]
    pub fn condition_levels(&self) -> Vec<Option<&Level>> {
        match &self.conditions {
            None => vec![None],
            Some(conditions) => std::iter::once(&conditions.clean).chain(&conditions.stressed).map(Some).collect(),
        }
    }
}

impl Protocol {
    /// Whether the hypothesis `id` claims that a method is better than the
    /// benchmark's control.
    #[must_use]
    pub fn is_against_control(&self, id: &Name) -> bool {
        let methods = self.benchmark.iter().flat_map(|benchmark| &benchmark.methods);
        methods.into_iter().any(|method| method.hypothesis.as_ref() == Some(id))
    }

    /// The arm of the benchmark's `method` under `condition`, with all other
    /// factors at their baseline level; none in a study without one.
    #[must_use]
    pub fn benchmark_arm(&self, method: &Level, condition: Option<&Level>) -> Option<ArmName> {
        let benchmark = self.benchmark.as_ref()?;
        let mut settings = self.parameters.clone();
        settings.extend(self.factors.iter().map(|(name, factor)| (name.clone(), factor.baseline.clone())));
        settings.insert(benchmark.factor.clone(), method.clone());
        if let Some((conditions, level)) = benchmark.conditions.as_ref().zip(condition) {
            settings.insert(conditions.factor.clone(), level.clone());
        }
        let name = ArmName::of(&settings, &self.factors);
        self.arms.get(&name).is_some_and(|known| *known == settings).then_some(name)
    }
}
