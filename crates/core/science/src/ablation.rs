use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use gosset_model::{
    Ablation, AblationArm, AblationDesign, AblationFindings, ArmName, Contribution, ContributionBounds, Direction,
    Evidence, GainShare, Horizon, Hypothesis, Interaction, Name, Protocol, Registered, RunResult,
};
use gosset_stats::contribution::contrast::contrast;
use gosset_stats::contribution::shapley;
use gosset_stats::contribution::share::share;
use gosset_stats::{Alpha, summary};

use crate::aliasing::AliasingReport;
use crate::claim::one_sided;
use crate::contribution::contribution;
use crate::differences::{Cell, units};

/// From so many blocks on, equal scores in all of them are no coincidence to be
/// passed over.
const FEWEST_TO_SUSPECT: usize = 3;

/// Says what the arms of an ablation show beyond the verdicts on components:
/// the gain of the full recipe, how it is shared, and what pairs of components
/// do together. None in a study without an ablation.
///
/// Each quantity is a contrast of the arms within a block; blocks make pieces
/// of evidence as they do for hypotheses, and these a mean with one-sided t
/// bounds at the registered error rate, shared evenly among the estimates of a
/// kind. Blocks in which a run failed or is missing take no part.
pub(crate) fn ablation(registered: &Registered, evidence: &Evidence) -> Option<AblationFindings> {
    let protocol = registered.protocol();
    let ablation = protocol.ablation.as_ref()?;
    let first = ablation.components.first()?;
    let scored = Scored {
        registered,
        evidence,
        ablation,
        hypothesis: protocol.hypothesis(&first.hypothesis)?,
        alpha: one_sided(protocol),
    };
    let arms = protocol.ablation_arms();
    let mut notes = AliasingReport::of(ablation).map(|aliasing| aliasing.lines).unwrap_or_default();
    let count = ablation.components.len();
    let anchors = (protocol.ablation_arm(vec![false; count]), protocol.ablation_arm(vec![true; count]));
    let mut found = AblationFindings {
        gain: None,
        baseline_mean: None,
        shares: Vec::new(),
        interactions: Vec::new(),
        inactive: scored.components(1, |result| result.output),
        without_trace: scored.components(FEWEST_TO_SUSPECT, |result| scored.score(result).map(f64::to_bits)),
        same_outputs: Vec::new(),
        same_scores: Vec::new(),
        notes: Vec::new(),
    };
    let mut left_out = 0;
    if let (Some(baseline), Some(recipe)) = &anchors {
        let two = [baseline.clone(), recipe.clone()];
        let compared = if ablation.design == AblationDesign::Factorial { &*arms } else { &two };
        let table = scored.table(compared);
        left_out = left_out.max(table.left_out);
        let last = compared.len() - 1;
        let gains = scored.units(&table, |scores| Some(scores[last] - scores[0]));
        found.gain = scored.contribution(&gains, 1);
        let sign = scored.sign();
        let baselines = scored.units(&table, |scores| Some(sign * scores[0]));
        found.baseline_mean = found.gain.as_ref().and_then(|_| summary::mean(&baselines).ok());
        if ablation.design == AblationDesign::Factorial {
            found.shares = scored.shares(&table, &gains);
        }
        if found.shares.iter().any(|share| share.share.is_none() && share.value.bounds.is_some()) && scored.is_plain() {
            notes.push(
                "The gain of the full recipe cannot be told from none at the level of the shares, so that shares of it have no bounds and are not given.".to_owned(),
            );
        }
    }
    if AliasingReport::tells_interactions_apart(ablation) {
        let table = scored.table(&arms);
        left_out = left_out.max(table.left_out);
        found.interactions = scored.interactions(&arms, &table);
    }
    if left_out > 0 {
        notes.push(format!(
            "{} in which a run failed or is missing take no part in gain, shares and interactions, which favours a component that fails.",
            if left_out == 1 { "1 block".to_owned() } else { format!("{left_out} blocks") }
        ));
    }
    let mut all = arms;
    all.extend([anchors.0, anchors.1].into_iter().flatten());
    found.without_trace.retain(|name| !found.inactive.contains(name));
    let told: Vec<&Name> = found.inactive.iter().chain(&found.without_trace).collect();
    found.same_outputs = scored.same(&all, &told, 1, |result| result.output);
    let same_scores = scored.same(&all, &told, FEWEST_TO_SUSPECT, |result| scored.score(result).map(f64::to_bits));
    let is_told =
        |group: &Vec<ArmName>| found.same_outputs.iter().any(|told| group.iter().all(|arm| told.contains(arm)));
    found.same_scores = same_scores.into_iter().filter(|group| !is_told(group)).collect();
    found.notes = notes;
    Some(found)
}

/// The scores of an ablation's arms.
struct Scored<'a> {
    registered: &'a Registered,
    evidence: &'a Evidence,
    ablation: &'a Ablation,
    /// Any of the ablation's hypotheses: all have one metric and scope.
    hypothesis: &'a Hypothesis,
    alpha: Alpha,
}

/// Scores of several arms in the blocks that lack none of them, oriented so
/// that more is better.
struct Table {
    rows: Vec<Row>,
    /// Blocks with a run that failed or is missing.
    left_out: usize,
}

struct Row {
    dataset: Option<Name>,
    seed: u64,
    scores: Vec<f64>,
}

impl Scored<'_> {
    fn protocol(&self) -> &Protocol {
        self.registered.protocol()
    }

    /// Plus one where more of the metric is better, minus one where less is.
    fn sign(&self) -> f64 {
        let metric = self.protocol().metrics.get(&self.ablation.metric);
        match metric.map(|metric| metric.direction) {
            Some(Direction::Maximize) | None => 1.0,
            Some(Direction::Minimize) => -1.0,
        }
    }

    fn score(&self, result: &RunResult) -> Option<f64> {
        result.scores.get(&self.ablation.metric).copied().filter(|_| result.outcome.is_finished())
    }

    /// Every block that the plan has asked for so far.
    fn blocks(&self, arms: &[&ArmName]) -> Vec<(Option<Name>, u64)> {
        let seeds = self.registered.seeds();
        let blocks = self.registered.datasets().into_iter();
        let blocks = blocks.flat_map(|dataset| seeds.iter().map(move |seed| (dataset.clone(), *seed)));
        let is_asked = |(dataset, seed): &(Option<Name>, u64)| {
            arms.iter().any(|arm| self.evidence.run(arm, dataset.as_ref(), *seed).is_some())
        };
        blocks.filter(is_asked).collect()
    }

    fn table(&self, arms: &[AblationArm]) -> Table {
        let mut table = Table { rows: Vec::new(), left_out: 0 };
        for (dataset, seed) in self.blocks(&names(arms)) {
            let score = |arm: &AblationArm| {
                let run = self.evidence.run(&arm.name, dataset.as_ref(), seed)?;
                Some(self.sign() * self.score(run.result.as_ref()?)?)
            };
            match arms.iter().map(score).collect() {
                Some(scores) => table.rows.push(Row { dataset, seed, scores }),
                None => table.left_out += 1,
            }
        }
        table
    }

    /// A quantity of each block as independent pieces of evidence.
    fn units(&self, table: &Table, quantity: impl Fn(&[f64]) -> Option<f64>) -> Vec<f64> {
        let cells: Option<Vec<Cell<'_>>> = table
            .rows
            .iter()
            .map(|row| {
                let difference = quantity(&row.scores)?;
                Some(Cell { dataset: row.dataset.as_ref(), seed: row.seed, difference })
            })
            .collect();
        let units = cells.and_then(|cells| units(self.registered, self.hypothesis, self.evidence, &cells).ok());
        units.map(|units| units.differences).unwrap_or_default()
    }

    /// The level of each of `of` estimates.
    fn level(&self, of: usize) -> Alpha {
        self.alpha.divided_by(NonZeroUsize::new(of).unwrap_or(NonZeroUsize::MIN))
    }

    /// The mean of the units, with bounds that hold for `of` estimates at once;
    /// none without units.
    fn contribution(&self, units: &[f64], of: usize) -> Option<Contribution> {
        contribution(self.protocol(), units, self.level(of))
    }

    /// Whether bounds are those of a plain t test, as the bounds of shares are.
    fn is_plain(&self) -> bool {
        let design = &self.protocol().design;
        design.horizon == Horizon::Fixed && design.test_to_train.is_none()
    }

    fn shares(&self, table: &Table, gains: &[f64]) -> Vec<GainShare> {
        let components = &self.ablation.components;
        let level = self.level(components.len());
        let one = |(index, component): (usize, &gosset_model::Component)| {
            let values = self.units(table, |scores| Some(shapley::values(scores).ok()?[index]));
            let value = self.contribution(&values, components.len())?;
            let has_bounds = self.is_plain() && value.bounds.is_some();
            let found = share(&values, gains, level).ok().filter(|_| has_bounds);
            Some(GainShare {
                component: component.name.clone(),
                value,
                share: found.map(|share| Contribution {
                    estimate: share.estimate,
                    bounds: Some(ContributionBounds { lower: share.lower, upper: share.upper, level: level.get() }),
                    n: values.len() as u64,
                }),
            })
        };
        components.iter().enumerate().filter_map(one).collect()
    }

    fn interactions(&self, arms: &[AblationArm], table: &Table) -> Vec<Interaction> {
        let components = &self.ablation.components;
        let pairs: Vec<(usize, usize)> =
            (0..components.len()).flat_map(|one| (one + 1..components.len()).map(move |other| (one, other))).collect();
        let effect = |(one, other): &(usize, usize)| {
            let is_plus: Vec<bool> = arms.iter().map(|arm| arm.on[*one] == arm.on[*other]).collect();
            let values = self.units(table, |scores| contrast(&is_plus, scores).ok());
            Some(Interaction {
                components: [components[*one].name.clone(), components[*other].name.clone()],
                effect: self.contribution(&values, pairs.len())?,
            })
        };
        pairs.iter().filter_map(effect).collect()
    }

    /// Components with and without which `mark` is the same in every block, of
    /// at least `fewest`, and in every pair of arms.
    fn components<M: PartialEq>(&self, fewest: usize, mark: impl Fn(&RunResult) -> Option<M>) -> Vec<Name> {
        let is_same = |hypothesis: &Hypothesis| {
            let mark_of = |arm: &ArmName, (dataset, seed): &(Option<Name>, u64)| {
                let run = self.evidence.run(arm, dataset.as_ref(), *seed)?;
                mark(run.result.as_ref()?)
            };
            hypothesis.pairs().iter().all(|pair| {
                let blocks = self.blocks(&[&pair.candidate, &pair.baseline]);
                let is_same = |block| {
                    let candidate = mark_of(&pair.candidate, block);
                    candidate.is_some() && candidate == mark_of(&pair.baseline, block)
                };
                blocks.len() >= fewest && blocks.iter().all(is_same)
            })
        };
        let components = self.ablation.components.iter();
        let same =
            components.filter(|component| self.protocol().hypothesis(&component.hypothesis).is_some_and(is_same));
        same.map(|component| component.name.clone()).collect()
    }

    /// Groups of arms with the same `mark` in every block, of at least `fewest`,
    /// that differ in other components than those `told` of.
    fn same<M: Ord>(
        &self,
        arms: &[AblationArm],
        told: &[&Name],
        fewest: usize,
        mark: impl Fn(&RunResult) -> Option<M>,
    ) -> Vec<Vec<ArmName>> {
        let blocks = self.blocks(&names(arms));
        if blocks.len() < fewest {
            return Vec::new();
        }
        let mut by_marks: BTreeMap<Vec<M>, Vec<&AblationArm>> = BTreeMap::new();
        for arm in arms {
            let marks = blocks.iter().map(|(dataset, seed)| {
                let run = self.evidence.run(&arm.name, dataset.as_ref(), *seed)?;
                mark(run.result.as_ref()?)
            });
            if let Some(marks) = marks.collect::<Option<Vec<M>>>() {
                let group = by_marks.entry(marks).or_default();
                if !group.iter().any(|known| known.name == arm.name) {
                    group.push(arm);
                }
            }
        }
        let components = &self.ablation.components;
        let others = |arm: &AblationArm| -> Vec<bool> {
            let on = components.iter().zip(&arm.on).filter(|(component, _)| !told.contains(&&component.name));
            on.map(|(_, is_on)| *is_on).collect()
        };
        let is_news = |group: &Vec<&AblationArm>| group.iter().any(|arm| others(arm) != others(group[0]));
        let groups = by_marks.into_values().filter(is_news);
        let mut groups: Vec<Vec<ArmName>> =
            groups.map(|group| group.into_iter().map(|arm| arm.name.clone()).collect()).collect();
        groups.iter_mut().for_each(|group| group.sort());
        groups.sort();
        groups
    }
}

fn names(arms: &[AblationArm]) -> Vec<&ArmName> {
    arms.iter().map(|arm| &arm.name).collect()
}
