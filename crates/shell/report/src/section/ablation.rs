use gosset_model::{
    Ablation, AblationDesign, AblationFindings, Component, Contribution, ContributionBounds, GainShare,
    HypothesisJudgement,
};

use crate::document::Kind::{Number, Words};
use crate::document::{Figure, Part, Prose, Section, Span, Table, fact, finding_anchor};
use crate::figure::{Interactions, Step, Waterfall, interactions, waterfall};
use crate::number::{self, Decimals};
use crate::report::StudyReport;
use crate::text::{clean, counted, listed};
use crate::tone::Tone;

/// What is left of a gain beyond the sum of the effects.
const NOT_THE_SUM: &str = "not the sum";

/// What each component contributes; without parts where the study is no
/// ablation or is not judged.
pub(super) fn section(report: &StudyReport<'_>) -> Section {
    let parts = told(report).map(|told| told.parts(report)).unwrap_or_default();
    Section { id: "ablation", title: "Ablation", parts }
}

/// The same in sentences, for a terminal; empty where the study is no ablation
/// or is not judged.
pub(crate) fn ablation_in_words(report: &StudyReport<'_>) -> Vec<String> {
    told(report).map(|told| told.sentences()).unwrap_or_default()
}

struct Told<'a> {
    ablation: &'a Ablation,
    found: &'a AblationFindings,
    unit: &'a str,
    /// The components with what was judged of them.
    components: Vec<(&'a Component, &'a HypothesisJudgement)>,
}

fn told<'a>(report: &StudyReport<'a>) -> Option<Told<'a>> {
    let protocol = report.registered.protocol();
    let ablation = protocol.ablation.as_ref()?;
    let judgement = report.judgement?;
    let of = |component: &'a Component| {
        let judged = judgement.hypotheses.iter().find(|judged| judged.id == component.hypothesis)?;
        Some((component, judged))
    };
    Some(Told {
        ablation,
        found: judgement.ablation.as_ref()?,
        unit: protocol.metrics.get(&ablation.metric).map_or("", |metric| metric.unit.as_str()),
        components: ablation.components.iter().filter_map(of).collect(),
    })
}

impl<'a> Told<'a> {
    fn parts(&self, report: &StudyReport<'_>) -> Vec<Part> {
        let mut facts = vec![fact("Design", self.design(report))];
        if let Some(gain) = &self.found.gain {
            facts.push(fact("Gain", self.gain(gain)));
            facts.extend(self.not_the_sum().map(|rest| {
                let spread = gain.bounds.map(|bounds| (bounds.upper - bounds.lower) / 2.0);
                let written = number::difference(rest, Decimals::of_scores(spread, rest));
                let said = Prose::from(Span::number(written, rest));
                fact("Not the sum", said.then(" is left of the gain beyond the sum of the effects"))
            }));
        }
        let mut parts = vec![Part::Facts(facts)];
        parts.extend(self.warnings().into_iter().map(|warning| Part::Warning(Prose::with_code(&warning))));
        if !self.found.notes.is_empty() {
            parts.push(Part::List(self.found.notes.iter().map(|note| note.as_str().into()).collect()));
        }
        parts.push(Part::Table(self.table()));
        let figures: Vec<Figure> = [self.waterfall(), self.matrix()].into_iter().flatten().collect();
        if !figures.is_empty() {
            parts.push(Part::Figures(figures));
        }
        if !self.found.interactions.is_empty() {
            parts.push(Part::Table(self.interactions()));
        }
        parts
    }

    fn sentences(&self) -> Vec<String> {
        let mut said = Vec::new();
        if let Some(gain) = &self.found.gain {
            said.push(format!("The full recipe against the baseline: {}.", plain(&self.gain(gain))));
        }
        let shares: Vec<String> = self
            .found
            .shares
            .iter()
            .map(|one| {
                let share = one.share.as_ref().map(|share| format!(", {}", plain(&percent(share)))).unwrap_or_default();
                format!("{} {}{share}", clean(one.component.as_str()), plain(&bounded(&one.value)))
            })
            .collect();
        if !shares.is_empty() {
            said.push(format!("What each adds, over all orders of adding them: {}.", shares.join("; ")));
        }
        let apart: Vec<String> = self
            .found
            .interactions
            .iter()
            .filter(|one| one.effect.bounds.is_some_and(|bounds| bounds.lower > 0.0 || bounds.upper < 0.0))
            .map(|one| format!("{} {}", names(&one.components), plain(&bounded(&one.effect))))
            .collect();
        if !self.found.interactions.is_empty() {
            said.push(if apart.is_empty() {
                "No interaction of two components is apart from none.".to_owned()
            } else {
                format!("Interactions apart from none: {}.", apart.join("; "))
            });
        }
        said.extend(self.warnings());
        said.extend(self.found.notes.iter().map(|note| clean(note)));
        said
    }

    fn design(&self, report: &StudyReport<'_>) -> String {
        let arms = report.registered.protocol().ablation_arms().len() as u64;
        let components = counted(self.ablation.components.len() as u64, "component", "components");
        let what = match self.ablation.design {
            AblationDesign::LeaveOneOut => {
                "; an effect is what removing the component from the full recipe costs, positive where it helps"
            }
            AblationDesign::AddOneIn => {
                "; an effect is what adding the component to the baseline gains, positive where it helps"
            }
            AblationDesign::Factorial | AblationDesign::Fractional | AblationDesign::PlackettBurman => {
                "; an effect is the mean with the component less the mean without it, positive where it helps"
            }
        };
        format!("{}: {components} in {}{what}", self.ablation.design.words(), counted(arms, "arm", "arms"))
    }

    /// What is left of the gain beyond the sum of the effects, where no Shapley
    /// values share it.
    fn not_the_sum(&self) -> Option<f64> {
        let gain = self.found.gain.as_ref().filter(|_| self.found.shares.is_empty())?;
        let effects = self.components.iter().map(|(_, judged)| judged.effect.as_ref().map(|effect| effect.estimate));
        let effects: Option<Vec<f64>> = effects.collect();
        Some(gain.estimate - effects?.iter().sum::<f64>())
    }

    fn gain(&self, gain: &Contribution) -> Prose {
        let from = self.found.baseline_mean.map(|mean| {
            let spread = gain.bounds.map(|bounds| (bounds.upper - bounds.lower) / 2.0);
            let written = number::fixed(mean, Decimals::of_scores(spread, mean));
            Prose::from(", from ").then(Span::number(written, mean)).then(" for the baseline")
        });
        let unit = if self.unit.is_empty() { String::new() } else { format!(" ({})", self.unit) };
        bounded(gain)
            .then(format!(" in {}{unit}", self.ablation.metric))
            .then(from.unwrap_or_default())
            .then(format!("; n\u{a0}=\u{a0}{}", number::count(gain.n)))
    }

    /// What must not be missed: components and arms that are in truth the same.
    fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        for name in &self.found.inactive {
            warnings.push(format!(
                "`{name}` was never active: with and without it every run left the same outputs, bit for bit."
            ));
        }
        for name in &self.found.without_trace {
            warnings.push(format!(
                "With and without `{name}` {} was the same in every block, in every pair of arms: check that it reaches the program.",
                clean(self.ablation.metric.as_str())
            ));
        }
        let arms = |group: &Vec<gosset_model::ArmName>| {
            listed(&group.iter().map(|arm| format!("`{}`", clean(arm.as_str()))).collect::<Vec<_>>())
        };
        for group in &self.found.same_outputs {
            warnings.push(format!("{} are in truth the same: they left the same outputs in every block.", arms(group)));
        }
        for group in &self.found.same_scores {
            warnings.push(format!(
                "{} had the same {} in every block, though not the same outputs: check that what differs between them reaches the program.",
                arms(group),
                clean(self.ablation.metric.as_str())
            ));
        }
        warnings
    }

    fn table(&self) -> Table {
        let has_shares = !self.found.shares.is_empty();
        let mut table = Table::new(
            format!("Components. Effects and their bounds are those of the verdicts.{}", self.about_shares()),
            &[("Component", Words), ("On", Words), ("Verdict", Words), ("Effect", Number), ("Bounds", Number)],
        );
        if has_shares {
            table.column("Shapley value", Number);
            table.column("Share of the gain", Number);
        }
        for (component, judged) in &self.components {
            let on: Vec<String> = component.on.iter().map(|(name, level)| format!("{name}={level}")).collect();
            let (effect, bounds) = match &judged.effect {
                None => (Prose::from("none"), Prose::from("none")),
                Some(effect) => {
                    let decimals = Decimals::of_effect(effect);
                    let number = |value| Span::number(number::difference(value, decimals), value);
                    let bounds = Prose::from(number(effect.lower)).then(" to ").then(number(effect.upper));
                    (number(effect.estimate).into(), bounds)
                }
            };
            let mut cells = vec![
                Span::plain(component.name.as_str()).to(finding_anchor(&judged.id)).into(),
                Span::code(on.join(", ")).into(),
                Span::marked(Tone::of(&judged.verdict), judged.verdict.words()).into(),
                effect,
                bounds,
            ];
            if has_shares {
                let share = self.found.shares.iter().find(|share| share.component == component.name);
                cells.push(share.map_or_else(|| "none".into(), |share| between(&share.value)));
                let share = share.and_then(|share| share.share.as_ref());
                cells.push(share.map_or_else(|| "none".into(), percent));
            }
            table.row(cells);
        }
        table
    }

    fn about_shares(&self) -> String {
        if self.found.shares.is_empty() {
            return String::new();
        }
        format!(
            " A Shapley value is what a component adds, averaged over all orders of adding them; these values add up to the gain. Its bounds and those of its share{} hold for all components at once.",
            each(self.found.shares.iter().map(|share| &share.value))
        )
    }

    fn interactions(&self) -> Table {
        let mut table = Table::new(
            format!(
                "Interactions: half of what one component changes in the effect of the other, positive where they help each other. Bounds{} hold for all of them at once; no verdict rests on them.",
                each(self.found.interactions.iter().map(|one| &one.effect))
            ),
            &[("Components", Words), ("Interaction", Number), ("Apart from none", Words), ("n", Number)],
        );
        for one in &self.found.interactions {
            let is_apart = one.effect.bounds.map(|bounds| bounds.lower > 0.0 || bounds.upper < 0.0);
            let apart = match is_apart {
                Some(true) => "yes",
                Some(false) => "no",
                None => "cannot say",
            };
            table.row(vec![
                names(&one.components).into(),
                between(&one.effect),
                apart.into(),
                number::count(one.effect.n).into(),
            ]);
        }
        table
    }

    /// From the baseline to the full recipe: by Shapley values where there are
    /// any, else by effects and a rest, which is what they do together.
    fn waterfall(&self) -> Option<Figure> {
        let gain = self.found.gain.as_ref()?;
        let bounds_of = |one: &Contribution| one.bounds.map(|bounds| [bounds.lower, bounds.upper]);
        let (steps, how): (Vec<Step<'_>>, &str) = if self.found.shares.is_empty() {
            let step = |(component, judged): &(&'a Component, &HypothesisJudgement)| {
                let effect = judged.effect.as_ref()?;
                let bounds = Some([effect.lower, effect.upper]);
                Some(Step { name: component.name.as_str(), value: effect.estimate, bounds })
            };
            let mut steps = self.components.iter().map(step).collect::<Option<Vec<_>>>()?;
            steps.push(Step { name: NOT_THE_SUM, value: self.not_the_sum()?, bounds: None });
            let how = "Effects, with bounds at the level of the verdicts, and what is left of the gain: what components do together.";
            (steps, how)
        } else {
            let step = |one: &'a GainShare| Step {
                name: one.component.as_str(),
                value: one.value.estimate,
                bounds: bounds_of(&one.value),
            };
            (self.found.shares.iter().map(step).collect(), "Shapley values, which add up to the gain.")
        };
        let picture = waterfall(&Waterfall {
            id: "ablation-waterfall",
            metric: self.ablation.metric.as_str(),
            unit: self.unit,
            steps: &steps,
            whole: Step { name: "full recipe", value: gain.estimate, bounds: bounds_of(gain) },
            n: format!("n = {}", number::count(gain.n)),
        })?;
        Some(Figure { picture, caption: format!("{how} The table above holds the same numbers.").into() })
    }

    fn matrix(&self) -> Option<Figure> {
        let components: Vec<&str> = self.ablation.components.iter().map(|component| component.name.as_str()).collect();
        let picture = interactions(&Interactions {
            id: "ablation-interactions",
            metric: self.ablation.metric.as_str(),
            unit: self.unit,
            components: &components,
            interactions: &self.found.interactions,
        })?;
        Some(Figure { picture, caption: "What every two components do beyond the sum of both. The table below holds the same numbers, with bounds.".into() })
    }
}

fn names(components: &[gosset_model::Name; 2]) -> String {
    components.each_ref().map(|name| clean(name.as_str())).join(" x ")
}

/// " (99 % each)"; nothing where none has bounds.
fn each<'a>(mut all: impl Iterator<Item = &'a Contribution>) -> String {
    let bounds = all.find_map(|one| one.bounds);
    bounds.map(|bounds| format!(" ({} each)", number::confidence(bounds.level))).unwrap_or_default()
}

/// "+0.120 (+0.110 to +0.130, 95 % each)".
fn bounded(one: &Contribution) -> Prose {
    one.bounds.map_or_else(
        || between(one),
        |bounds| within(one, bounds, &format!(", {} each", number::confidence(bounds.level))),
    )
}

/// "+0.120 (+0.110 to +0.130)".
fn between(one: &Contribution) -> Prose {
    let written = number::difference(one.estimate, Decimals::of_scores(None, one.estimate));
    let without = || Prose::from(Span::number(written, one.estimate)).then(" (no bounds)");
    one.bounds.map_or_else(without, |bounds| within(one, bounds, ""))
}

fn within(one: &Contribution, bounds: ContributionBounds, level: &str) -> Prose {
    let decimals = Decimals::of_scores(Some((bounds.upper - bounds.lower) / 2.0), one.estimate);
    let number = |value| Span::number(number::difference(value, decimals), value);
    Prose::from(number(one.estimate))
        .then(" (")
        .then(number(bounds.lower))
        .then(" to ")
        .then(number(bounds.upper))
        .then(format!("{level})"))
}

/// "63 % (60 % to 66 %)".
fn percent(share: &Contribution) -> Prose {
    let number = |value| Span::number(number::percent(value), value);
    let estimate = Prose::from(number(share.estimate));
    match share.bounds {
        None => estimate,
        Some(bounds) => {
            estimate.then(" (").then(number(bounds.lower)).then(" to ").then(number(bounds.upper)).then(")")
        }
    }
}

/// The words of a text.
fn plain(prose: &Prose) -> String {
    prose.0.iter().map(|span| span.text.as_str()).collect()
}
