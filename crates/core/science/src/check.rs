use std::collections::BTreeMap;

use gosset_model::{Draft, EvidenceUnit, Horizon, Hypothesis, Name, Protocol, Sides};
use gosset_stats::compare::sign_flip;
use gosset_stats::sequential::{sign_flip_e, t_sequence};
use gosset_stats::{Alpha, power};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::aliasing::AliasingReport;
use crate::claim::first_level_of;
use crate::fit::{splits_for_power, splits_power};
use crate::sequential::{self, Course};

/// What is known before a study is registered.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Known {
    /// The standard deviation of paired differences and the number of pairs,
    /// for metrics that a pilot measured; it takes precedence over what the
    /// study file states.
    pub pilot: BTreeMap<Name, (f64, u64)>,
    /// How many runs at once; 0 counts as 1.
    pub slots: u64,
    /// The examples of the data set, in a study about artifacts.
    pub examples: Option<u64>,
}

/// What a design can and cannot do, before anything is run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DesignReport {
    /// Arms.
    pub arms: u64,
    /// Blocks: seeds times data sets.
    pub blocks: u64,
    /// Runs: arms times blocks.
    pub runs: u64,
    /// The smallest one-sided p-value of an exact sign-flip test on so many
    /// seeds.
    pub smallest_p: f64,
    /// One entry for each hypothesis.
    pub hypotheses: Vec<HypothesisPower>,
    /// What the arms of an ablation cannot tell apart, where it runs a fraction
    /// of the combinations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aliasing: Option<AliasingReport>,
    /// What it would take, where a run's duration is known.
    pub duration: Option<Duration>,
    /// Why the design is refused; empty if it is not.
    pub problems: Vec<DesignProblem>,
    /// What else to consider.
    pub advice: Vec<String>,
}

/// What a design can find out about one hypothesis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HypothesisPower {
    /// The hypothesis.
    pub id: Name,
    /// What the independent units are.
    pub unit: EvidenceUnit,
    /// Their number; none where examples are not counted.
    pub n: Option<u64>,
    /// The one-sided level of the first step in its family.
    pub level: f64,
    /// The assumed standard deviation of paired differences.
    pub spread: Option<Spread>,
    /// The smallest effect of interest.
    pub smallest_effect: Option<f64>,
    /// The probability to support the claim if the effect is the smallest
    /// effect of interest, and to refute it if there is none.
    pub power: Option<f64>,
    /// The effect that would be found with the registered power, in the
    /// metric's unit, or in standard deviations where the spread is unknown.
    pub detectable_effect: Option<f64>,
    /// Units needed for the registered power at the smallest effect, in a
    /// design that is judged once.
    pub units_needed: Option<u64>,
    /// The seeds that a sequential design is expected to take, on average, if
    /// the effect is the smallest effect of interest.
    pub expected_seeds: Option<f64>,
}

/// A standard deviation of paired differences.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Spread {
    /// The standard deviation, in the metric's unit.
    pub sd: f64,
    /// Where it comes from.
    pub source: SpreadSource,
}

/// Where an expected spread comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SpreadSource {
    /// Stated in the study file.
    Stated,
    /// Measured in a pilot.
    Pilot {
        /// Pairs in the pilot.
        pairs: u64,
    },
}

/// What the runs would take.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Duration {
    /// Seconds of one run.
    pub run_secs: f64,
    /// Runs at once.
    pub slots: u64,
    /// Hours of wall time.
    pub wall_hours: f64,
    /// Hours of slots.
    pub slot_hours: f64,
    /// What they cost, with the currency.
    pub cost: Option<(f64, String)>,
}

/// Why a design is refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum DesignProblem {
    /// No result whatever could reach the error rate.
    CannotReachErrorRate {
        /// The hypothesis.
        hypothesis: Name,
        /// Seeds in the design.
        seeds: u64,
        /// Whether the error rate is split between two directions.
        sides: Sides,
        /// The level that must be reached, as registered: one-sided or
        /// two-sided.
        level: f64,
        /// The smallest possible p-value, one-sided or two-sided alike.
        smallest_p: f64,
        /// Seeds that would do.
        seeds_needed: u64,
    },
    /// No result whatever could reach the error rate by the last look of a
    /// sequential study.
    CannotReachAtAnyLook {
        /// The hypothesis.
        hypothesis: Name,
        /// Seeds at the last look.
        seeds: u64,
        /// The one-sided level that must be reached.
        level: f64,
        /// Seeds that would do.
        seeds_needed: u64,
    },
    /// The runs do not fit the budget.
    OverBudget {
        /// Runs of the design.
        runs: u64,
        /// Runs of the budget.
        budget: u64,
    },
}

impl DesignProblem {
    /// The problem in a sentence, with what would mend it.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::CannotReachErrorRate { hypothesis, seeds, sides, level, smallest_p, seeds_needed } => {
                let sides = match sides {
                    Sides::One => "one-sided",
                    Sides::Two => "two-sided",
                };
                format!(
                    "hypothesis `{hypothesis}`: {seeds} pairs can never give a {sides} p of {level:.4} or less in an exact sign-flip test: the smallest possible is {smallest_p:.4}; {seeds_needed} pairs would do"
                )
            }
            Self::CannotReachAtAnyLook { hypothesis, seeds, level, seeds_needed } => format!(
                "hypothesis `{hypothesis}`: {seeds} seeds can never decide at the one-sided level {level:.4} in a sequential study; {seeds_needed} seeds would do"
            ),
            Self::OverBudget { runs, budget } => {
                format!(
                    "the design asks for {runs} runs and the budget allows {budget}: raise `budget.runs` or take fewer seeds or arms"
                )
            }
        }
    }
}

/// Looks at a design before it is registered: whether its error rate can be
/// reached at all, what it can find, what it takes.
///
/// The power of a sequential design is simulated; its standard error is at
/// most 0.008.
#[must_use]
pub fn check(draft: &Draft, known: &Known) -> DesignReport {
    let protocol = draft.protocol();
    let seeds = protocol.design.seeds.count();
    let mut problems = Vec::new();
    let mut advice = Vec::new();
    let mut hypotheses = Vec::new();
    for hypothesis in &protocol.hypotheses {
        let level = first_level_of(protocol, &hypothesis.family);
        problems.extend(unreachable(protocol, hypothesis, level));
        let found = hypothesis_power(protocol, hypothesis, level, known);
        if found.power.is_some_and(|power| power < protocol.design.power) {
            advice.push(format!(
                "hypothesis `{}`: the power is {:.2}, below the {} registered{}",
                hypothesis.id,
                found.power.unwrap_or_default(),
                protocol.design.power,
                what_would_reach_it(protocol, hypothesis, &found)
            ));
        }
        if let Horizon::Sequential { looks, effect_scale } = &protocol.design.horizon {
            let needed = fewest_for_a_look(*effect_scale, level);
            let idle = looks.iter().filter(|look| (**look as usize) < needed).count();
            if idle > 0 && needed <= seeds {
                let looks = if idle == 1 { "the first look".to_owned() } else { format!("the first {idle} looks") };
                advice.push(format!(
                    "hypothesis `{}`: {looks} can decide nothing at its level; from {needed} seeds on a look can",
                    hypothesis.id
                ));
            }
        }
        if hypothesis.smallest_effect.is_none() {
            advice.push(format!("hypothesis `{}`: without `smallest_effect` only harm can refute it", hypothesis.id));
        }
        hypotheses.push(found);
    }
    for (name, family) in &protocol.families {
        if family.procedure.bounds_false_discoveries() && protocol.members(name) > 1 {
            advice.push(format!(
                "family `{name}`: {} bounds the share of wrong decisions among the decisions, not the chance of any",
                family.procedure.words()
            ));
        }
    }
    let runs = protocol.run_count() as u64;
    if let Some(budget) = protocol.budget.runs.filter(|budget| runs > *budget) {
        problems.push(DesignProblem::OverBudget { runs, budget });
    }
    DesignReport {
        arms: protocol.arms.len() as u64,
        blocks: protocol.block_count() as u64,
        runs,
        smallest_p: sign_flip::smallest_p(seeds),
        hypotheses,
        aliasing: protocol.ablation.as_ref().and_then(AliasingReport::of),
        duration: duration(protocol, known.slots),
        problems,
        advice,
    }
}

/// The end of a sentence that says that the power is too small.
fn what_would_reach_it(protocol: &Protocol, hypothesis: &Hypothesis, found: &HypothesisPower) -> String {
    let units = protocol.evidence_unit(hypothesis).several();
    match (&protocol.design.horizon, found.units_needed) {
        (Horizon::Sequential { .. }, _) => "; more seeds, or a larger smallest effect, would reach it".to_owned(),
        (Horizon::Fixed, Some(needed)) => format!("; {needed} {units} would reach it"),
        (Horizon::Fixed, None) if protocol.design.test_to_train.is_some() => {
            format!("; no number of {units} would reach it, since all are of the same data")
        }
        (Horizon::Fixed, None) => format!("; more than a million {units} would reach it"),
    }
}

fn unreachable(protocol: &Protocol, hypothesis: &Hypothesis, level: Alpha) -> Option<DesignProblem> {
    let seeds = match protocol.evidence_unit(hypothesis) {
        // The corrected t test has no exact companion.
        EvidenceUnit::Examples | EvidenceUnit::Splits => return None,
        EvidenceUnit::Datasets => protocol.design.datasets.len(),
        EvidenceUnit::Seeds => protocol.design.seeds.count(),
    };
    if let Horizon::Sequential { effect_scale, .. } = &protocol.design.horizon {
        let needed = fewest_for_a_look(*effect_scale, level);
        return (seeds < needed).then(|| DesignProblem::CannotReachAtAnyLook {
            hypothesis: hypothesis.id.clone(),
            seeds: seeds as u64,
            level: level.get(),
            seeds_needed: needed as u64,
        });
    }
    let smallest = sign_flip::smallest_p(seeds);
    if smallest <= level.get() {
        return None;
    }
    let factor = match protocol.design.sides {
        Sides::One => 1.0,
        Sides::Two => 2.0,
    };
    Some(DesignProblem::CannotReachErrorRate {
        hypothesis: hypothesis.id.clone(),
        seeds: seeds as u64,
        sides: protocol.design.sides,
        level: level.get() * factor,
        smallest_p: smallest * factor,
        seeds_needed: sign_flip::pairs_to_reach(level) as u64,
    })
}

/// The fewest seeds with which a look of a sequential study can decide.
fn fewest_for_a_look(effect_scale: f64, level: Alpha) -> usize {
    t_sequence::fewest_pairs(effect_scale, level).max(sign_flip_e::fewest_pairs(level))
}

fn hypothesis_power(protocol: &Protocol, hypothesis: &Hypothesis, level: Alpha, known: &Known) -> HypothesisPower {
    let n = match protocol.evidence_unit(hypothesis) {
        EvidenceUnit::Seeds | EvidenceUnit::Splits => Some(protocol.design.seeds.count() as u64),
        EvidenceUnit::Datasets => Some(protocol.design.datasets.len() as u64),
        EvidenceUnit::Examples => known.examples,
    };
    let stated = protocol.design.expected_spread.get(&hypothesis.metric);
    let spread = match (known.pilot.get(&hypothesis.metric), stated) {
        // Spreads are of differences of two runs, not of what a trend reads off many.
        _ if hypothesis.trend().is_some() => None,
        (Some((sd, pairs)), _) => Some(Spread { sd: *sd, source: SpreadSource::Pilot { pairs: *pairs } }),
        (None, Some(sd)) => Some(Spread { sd: *sd, source: SpreadSource::Stated }),
        (None, None) => None,
    };
    let scaled = spread.as_ref().and_then(|spread| hypothesis.smallest_effect.map(|effect| effect / spread.sd));
    let target = protocol.design.power;
    let mut found = HypothesisPower {
        id: hypothesis.id.clone(),
        unit: protocol.evidence_unit(hypothesis),
        n,
        level: level.get(),
        smallest_effect: hypothesis.smallest_effect,
        power: None,
        detectable_effect: None,
        units_needed: None,
        expected_seeds: None,
        spread,
    };
    let detectable = match &protocol.design.horizon {
        Horizon::Fixed if let Some(ratio) = protocol.design.test_to_train => {
            found.power = n.zip(scaled).and_then(|(n, effect)| splits_power(n, effect, ratio, level));
            found.units_needed = scaled.and_then(|effect| splits_for_power(effect, ratio, level, target));
            let inflation = |n: u64| (1.0 + n as f64 * ratio).sqrt();
            n.and_then(|n| Some(inflation(n) * power::minimum_detectable_effect(n, level, target).ok()?))
        }
        Horizon::Fixed => {
            found.power = n.zip(scaled).and_then(|(n, effect)| power::power(n, effect, level).ok());
            found.units_needed = scaled.and_then(|effect| power::pairs_for_power(effect, level, target).ok());
            n.and_then(|n| power::minimum_detectable_effect(n, level, target).ok())
        }
        Horizon::Sequential { looks, effect_scale } => {
            let course = Course { looks, effect_scale: *effect_scale, level };
            let expected = scaled.map(|effect| sequential::expected(course, effect));
            found.power = expected.map(|expected| expected.power);
            found.expected_seeds = expected.map(|expected| expected.seeds);
            sequential::detectable_effect(course, target)
        }
    };
    let scale = found.spread.as_ref().map_or(1.0, |spread| spread.sd);
    found.detectable_effect = detectable.map(|effect| effect * scale);
    found
}

fn duration(protocol: &Protocol, slots: u64) -> Option<Duration> {
    let run_secs = protocol.budget.expected_run_secs?;
    let slots = slots.max(1);
    let slot_hours = run_secs * protocol.run_count() as f64 / 3600.0;
    let cost = protocol
        .budget
        .cost_per_slot_hour
        .map(|price| (price * slot_hours, protocol.budget.currency.clone().unwrap_or_else(|| "units".to_owned())));
    Some(Duration { run_secs, slots, wall_hours: slot_hours / slots as f64, slot_hours, cost })
}
