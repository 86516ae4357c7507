use std::collections::{BTreeMap, BTreeSet};

use crate::study_file::AblationEntry;
use crate::{
    Ablation, AblationDesign, ArmName, ArmPair, Averaged, Component, Expected, Factor, GeneratorError, Hypothesis,
    Level, Metric, Name, Scope, Settings, TwoLevelDesign, TwoLevelError,
};

use super::Resolver;

impl Resolver<'_> {
    /// What the section on ablation means: arms, one hypothesis for each
    /// component, and the components themselves.
    pub(super) fn ablation(
        &mut self,
        factors: &BTreeMap<Name, Factor>,
        metrics: &BTreeMap<Name, Metric>,
        hypotheses: &mut Vec<Hypothesis>,
        arms: &mut BTreeMap<ArmName, Settings>,
    ) -> Option<Ablation> {
        let entry = self.source.file.ablation.as_ref()?;
        let mistakes_before = self.mistakes.len();
        if !metrics.contains_key(&entry.metric) {
            let known = metrics.keys().map(Name::as_str);
            self.unknown("ablation.metric", "metric", entry.metric.as_str(), known);
        }
        self.above_zero("ablation.smallest_effect", entry.smallest_effect);
        self.components(entry, factors);
        let ablation = Ablation {
            design: entry.design,
            components: self.claimed(entry, hypotheses),
            metric: entry.metric.clone(),
            generators: entry.generators.clone(),
        };
        self.generators(entry);
        if self.mistakes.len() > mistakes_before {
            return None;
        }
        let design = match ablation.two_level() {
            Ok(design) => design,
            Err(error) => {
                self.no_design(&ablation, &error);
                return None;
            }
        };
        let names: Vec<ArmName> = design
            .rows()
            .iter()
            .map(|on| self.arm("ablation.components", &ablation.setting(on), factors, arms))
            .collect();
        for (index, component) in ablation.components.iter().enumerate() {
            hypotheses.push(hypothesis(entry, component, index, &design, &names));
        }
        Some(ablation)
    }

    /// Looks at what components are set to.
    fn components(&mut self, entry: &AblationEntry, factors: &BTreeMap<Name, Factor>) {
        let mut names = BTreeSet::new();
        let mut owners: BTreeMap<&Name, &Name> = BTreeMap::new();
        for (index, component) in entry.components.iter().enumerate() {
            let key = format!("ablation.components[{index}]");
            if !names.insert(&component.name) {
                let what = format!("two components are called `{}`", component.name);
                self.mistake(&format!("{key}.name"), what, "give each its own name");
            }
            if component.on.is_empty() {
                self.mistake(
                    &format!("{key}.on"),
                    "the component sets no factor, so that with and without it are the same",
                    "write what it sets, such as on = { momentum = 0.9 }",
                );
            }
            self.setting(&format!("{key}.on"), &component.on, factors);
            for (name, level) in &component.on {
                let key = format!("{key}.on.{name}");
                let baseline = factors.get(name).map(|factor| &factor.baseline);
                if baseline.is_some_and(|baseline| is_same(level, baseline)) {
                    self.mistake(
                        &key,
                        format!(
                            "{level} is the baseline level of `{name}`, at which it stands without the component, too"
                        ),
                        "set another level, or leave it out",
                    );
                }
                if let Some(owner) = owners.insert(name, &component.name) {
                    self.mistake(
                        &key,
                        format!("`{name}` is set by the component `{owner}`, too"),
                        "make one component of them, or give each its own factors",
                    );
                }
            }
        }
        if entry.components.is_empty() {
            self.mistake("ablation.components", "there is no component", "add an entry [[ablation.components]]");
        }
    }

    /// The components with the names of their hypotheses.
    fn claimed(&mut self, entry: &AblationEntry, hypotheses: &[Hypothesis]) -> Vec<Component> {
        let mut claimed = Vec::new();
        for (index, component) in entry.components.iter().enumerate() {
            let key = format!("ablation.components[{index}].name");
            let id = match entry.design {
                AblationDesign::LeaveOneOut => format!("without-{}", component.name),
                AblationDesign::AddOneIn => format!("with-{}", component.name),
                AblationDesign::Factorial | AblationDesign::Fractional | AblationDesign::PlackettBurman => {
                    format!("effect-of-{}", component.name)
                }
            };
            let hypothesis = Name::new(&*id).unwrap_or_else(|error| {
                self.mistake(&key, format!("its hypothesis would be called `{id}`: {error}"), "choose a shorter name");
                component.name.clone() // Of no consequence: a file with mistakes has no protocol.
            });
            if hypotheses.iter().any(|other| other.id == hypothesis) {
                self.mistake(&key, format!("two hypotheses are called `{hypothesis}`"), "call the other one otherwise");
            }
            claimed.push(Component { name: component.name.clone(), on: component.on.clone(), hypothesis });
        }
        claimed
    }

    /// Looks at the names in generators, and whether they belong there.
    fn generators(&mut self, entry: &AblationEntry) {
        let key = "ablation.generators";
        if entry.design == AblationDesign::Fractional && entry.generators.is_empty() {
            self.mistake(
                key,
                "a fraction needs generators",
                "say which components follow from others: generators = { decay = [\"momentum\", \"warmup\"] }",
            );
        } else if entry.design != AblationDesign::Fractional && !entry.generators.is_empty() {
            self.mistake(key, "`generators` goes with design = \"fractional\"", "leave it out, or write that design");
            return;
        }
        let known = entry.components.iter().map(|component| component.name.as_str());
        for (name, product) in &entry.generators {
            let key = format!("{key}.{name}");
            let places = product.iter().enumerate().map(|(index, name)| (format!("{key}[{index}]"), name));
            for (key, name) in [(key.clone(), name)].into_iter().chain(places) {
                if !known.clone().any(|known| known == name.as_str()) {
                    self.unknown(&key, "component", name.as_str(), known.clone());
                }
            }
        }
    }

    /// Says why there is no such design.
    fn no_design(&mut self, ablation: &Ablation, error: &TwoLevelError) {
        match error {
            TwoLevelError::TooFew { .. } => self.mistake(
                "ablation.generators",
                "every component follows from others, so that there is nothing to vary",
                "leave some of the generators out",
            ),
            TwoLevelError::TooMany { got, most } => self.mistake(
                "ablation.components",
                match ablation.design {
                    AblationDesign::Factorial => {
                        format!("a factorial of {got} components has 2^{got} arms; at most {most} are allowed")
                    }
                    AblationDesign::Fractional => {
                        format!("{got} components are too many; the most is {most}")
                    }
                    AblationDesign::LeaveOneOut | AblationDesign::AddOneIn | AblationDesign::PlackettBurman => {
                        format!("{got} components are too many; the most is {most}")
                    }
                },
                match ablation.design {
                    AblationDesign::Factorial => "write design = \"fractional\" or \"plackett-burman\"",
                    AblationDesign::Fractional
                    | AblationDesign::LeaveOneOut
                    | AblationDesign::AddOneIn
                    | AblationDesign::PlackettBurman => "make one component of several",
                },
            ),
            TwoLevelError::Generator { index, source } => {
                let name_of = |component: &usize| {
                    ablation.components.get(*component).map_or_else(String::new, |one| format!("`{}`", one.name))
                };
                let what = match source {
                    GeneratorError::TooShort => "a product needs at least two components".to_owned(),
                    GeneratorError::Repeated { component } => {
                        format!("{} stands in the product twice", name_of(component))
                    }
                    GeneratorError::NotFree { component } => {
                        format!("{} follows from others itself", name_of(component))
                    }
                    GeneratorError::SameProduct { component } => {
                        format!("{} has the same product, so that the two would always go together", name_of(component))
                    }
                    GeneratorError::Unknown { .. } | GeneratorError::Twice => source.to_string(),
                };
                let name = ablation.generators.keys().nth(*index).map(Name::as_str).unwrap_or_default();
                self.mistake(
                    &format!("ablation.generators.{name}"),
                    what,
                    "write two or more different components that have no generator",
                );
            }
        }
    }
}

/// Whether a program would take both levels for the same.
pub(super) fn is_same(one: &Level, other: &Level) -> bool {
    let number = |level: &Level| match level {
        Level::Integer(integer) => Some(*integer as f64),
        Level::Number(number) => Some(*number),
        Level::Flag(_) | Level::Text(_) => None,
    };
    one == other || number(one).zip(number(other)).is_some_and(|(one, other)| one == other)
}

/// The claim that component `index` contributes.
fn hypothesis(
    entry: &AblationEntry,
    component: &Component,
    index: usize,
    design: &TwoLevelDesign,
    arms: &[ArmName],
) -> Hypothesis {
    let (name, metric) = (&component.name, &entry.metric);
    let (expected, claim) = match entry.design {
        AblationDesign::LeaveOneOut => {
            (Expected::Worse, format!("Removing {name} from the full recipe makes {metric} worse"))
        }
        AblationDesign::AddOneIn => (Expected::Better, format!("Adding {name} to the baseline makes {metric} better")),
        AblationDesign::Factorial | AblationDesign::Fractional | AblationDesign::PlackettBurman => {
            (Expected::Better, format!("On average over the arms of the ablation, {name} makes {metric} better"))
        }
    };
    let pair = |(on, off): (usize, usize)| {
        let (candidate, baseline) = if expected == Expected::Worse { (off, on) } else { (on, off) };
        ArmPair { candidate: arms[candidate].clone(), baseline: arms[baseline].clone() }
    };
    let pairs: Vec<ArmPair> = design.pairs(index).into_iter().map(pair).collect();
    Hypothesis {
        id: component.hypothesis.clone(),
        claim,
        candidate: pairs[0].candidate.clone(),
        baseline: pairs[0].baseline.clone(),
        metric: metric.clone(),
        expected,
        smallest_effect: entry.smallest_effect,
        scope: Scope::Method,
        family: entry.family_name(),
        averaged: (pairs.len() > 1).then(|| Averaged {
            candidate: format!("{name} on"),
            baseline: format!("{name} off"),
            pairs,
            trend: None,
        }),
    }
}
