use std::collections::{BTreeMap, BTreeSet};

use crate::study_file::{HorizonEntry, ScalingClaimEntry, ScalingEntry};
use crate::{
    ArmName, ArmPair, Averaged, ClaimedOfScale, Direction, Expected, Factor, FittedLaw, Hypothesis, Level, Measure,
    Metric, Name, Reading, Rung, ScaleQuantity, Scaling, ScalingClaimKind, Scope, Setting, Settings, Trend,
};

use super::Resolver;
use super::ablation::is_same;

/// More rungs than that are no ladder, and none that anybody runs.
const MOST_RUNGS: usize = 500;
/// With fewer sizes nothing says whether gains lie on a straight line.
const FEWEST_SIZES: usize = 3;
/// From this factor between neighbouring sizes on, they are taken for a mixture
/// of units: thousands, millions and billions differ by as much.
const MIXED_UNITS: f64 = 1e3;

/// A rung with how much of each quantity it has.
type Sizes = (Setting, BTreeMap<ScaleQuantity, f64>);

impl Resolver<'_> {
    /// What the section on scaling means: the arms of the ladder, one hypothesis
    /// for each claim, and the ladder itself.
    pub(super) fn scaling(
        &mut self,
        factors: &BTreeMap<Name, Factor>,
        metrics: &BTreeMap<Name, Metric>,
        hypotheses: &mut Vec<Hypothesis>,
        arms: &mut BTreeMap<ArmName, Settings>,
    ) -> Option<Scaling> {
        let entry = self.source.file.scaling.as_ref()?;
        let mistakes_before = self.mistakes.len();
        if !metrics.contains_key(&entry.metric) {
            let known = metrics.keys().map(Name::as_str);
            self.unknown("scaling.metric", "metric", entry.metric.as_str(), known);
        }
        let sizes = self.sizes(entry, factors);
        self.treatment(entry, factors);
        if entry.claims.is_empty() && entry.predict.is_empty() {
            self.mistake(
                "scaling",
                "nothing is claimed of the ladder and nothing is foreseen",
                "add an entry [[scaling.claims]], or hold rungs out with `predict`",
            );
        }
        if self.mistakes.len() > mistakes_before {
            return None;
        }
        let rungs = self.rungs(factors, &sizes)?;
        let is_held_out = self.held_out(entry, factors, &rungs);
        if self.mistakes.len() > mistakes_before {
            return None;
        }
        self.law(entry, metrics, &rungs, &is_held_out);
        let claimed = self.claimed_of_scale(entry, &rungs, hypotheses);
        if self.mistakes.len() > mistakes_before {
            return None;
        }
        let rungs: Vec<Rung> = rungs
            .into_iter()
            .zip(is_held_out)
            .map(|((setting, scale), is_held_out)| {
                let mut treated = setting.clone();
                treated.extend(entry.treatment.clone());
                Rung {
                    baseline: self.arm("scaling.quantities", &setting, factors, arms),
                    candidate: (!entry.treatment.is_empty())
                        .then(|| self.arm("scaling.treatment", &treated, factors, arms)),
                    setting,
                    scale,
                    is_held_out,
                }
            })
            .collect();
        for (claim, id) in entry.claims.iter().zip(claimed.iter().flat_map(|claimed| &claimed.hypotheses)) {
            hypotheses.extend(hypothesis(entry, claim, id, &rungs));
        }
        Some(Scaling {
            metric: entry.metric.clone(),
            treatment: entry.treatment.clone(),
            rungs,
            claimed,
            law: entry.law.map(|law| FittedLaw { law, over: entry.over }),
        })
    }

    /// How much of each quantity there is at each level of its factor.
    fn sizes(
        &mut self,
        entry: &ScalingEntry,
        factors: &BTreeMap<Name, Factor>,
    ) -> BTreeMap<ScaleQuantity, (Name, Vec<f64>)> {
        let mut sizes = BTreeMap::new();
        let given = entry.quantities.given();
        if given.is_empty() {
            self.mistake(
                "scaling.quantities",
                "no quantity grows",
                "name what grows and by which factor: quantities.parameters = { factor = \"width\" }",
            );
        }
        for (quantity, one) in given {
            let key = format!("scaling.quantities.{}", quantity.key());
            let Some(factor) = factors.get(&one.factor) else {
                let known = factors.keys().map(Name::as_str);
                self.unknown(&format!("{key}.factor"), "factor", one.factor.as_str(), known);
                continue;
            };
            let values = match &one.values {
                Some(values) => self.given_sizes(&key, values, factor),
                None => self.levels_as_sizes(&key, one.factor.as_str(), factor),
            };
            let Some(values) = values else { continue };
            let mut sorted = values.clone();
            sorted.sort_by(f64::total_cmp);
            let place = if one.values.is_some() { format!("{key}.values") } else { format!("{key}.factor") };
            let jump = sorted.windows(2).find(|two| two[1] / two[0] >= MIXED_UNITS);
            let twice = sorted.windows(2).find(|two| two[0] == two[1]);
            if values.len() < 2 {
                self.mistake(
                    &place,
                    format!("a ladder of one size tells nothing of {}", quantity.word()),
                    format!("list more levels of `{}`", one.factor),
                );
            } else if let Some(twice) = twice {
                self.mistake(
                    &place,
                    format!("two levels have {} {}", Count(twice[0]), quantity.word()),
                    "give each level its own size",
                );
            } else if let Some(jump) = jump {
                self.mistake(
                    &place,
                    format!(
                        "from {} to {} {} there is nothing, as if units were mixed",
                        Count(jump[0]),
                        Count(jump[1]),
                        quantity.word()
                    ),
                    "write all sizes as plain counts, not in thousands or millions, or add rungs between",
                );
            } else {
                sizes.insert(quantity, (one.factor.clone(), values));
            }
        }
        sizes
    }

    /// Sizes that are listed, one for each level.
    fn given_sizes(&mut self, key: &str, values: &[f64], factor: &Factor) -> Option<Vec<f64>> {
        if values.len() != factor.levels.len() {
            self.mistake(
                &format!("{key}.values"),
                format!("there are {} sizes for {} levels", values.len(), factor.levels.len()),
                "list one for each level of the factor, in the order of `levels`",
            );
            return None;
        }
        let wrong = values.iter().position(|value| !is_size(*value));
        if let Some(index) = wrong {
            self.mistake(
                &format!("{key}.values[{index}]"),
                format!("{:?} is no size", values[index]),
                "write a finite number above 0",
            );
            return None;
        }
        Some(values.to_vec())
    }

    /// The levels of a factor as sizes.
    fn levels_as_sizes(&mut self, key: &str, name: &str, factor: &Factor) -> Option<Vec<f64>> {
        let key = format!("{key}.factor");
        let unit = factor.unit.as_deref().unwrap_or_default();
        let is_multiple = ["thousand", "million", "billion"].iter().any(|word| unit.to_lowercase().contains(word));
        if is_multiple {
            self.mistake(
                &key,
                format!("the levels of `{name}` are in {unit}, and a law is about plain counts"),
                "list the counts, in the order of the levels: values = [...]",
            );
            return None;
        }
        let number = |level: &Level| match level {
            Level::Integer(integer) => Some(*integer as f64),
            Level::Number(number) => Some(*number),
            Level::Flag(_) | Level::Text(_) => None,
        };
        let mut sizes = Vec::new();
        for level in &factor.levels {
            match number(level) {
                Some(size) if is_size(size) => sizes.push(size),
                Some(_) => {
                    self.mistake(
                        &key,
                        format!("level {level} of `{name}` is no size"),
                        "take levels above 0, or list how much there is at each level: values = [...]",
                    );
                    return None;
                }
                None => {
                    self.mistake(
                        &key,
                        format!("level {level} of `{name}` is no number"),
                        "list how much there is at each level, in the order of the levels: values = [...]",
                    );
                    return None;
                }
            }
        }
        Some(sizes)
    }

    /// Looks at what the treatment sets.
    fn treatment(&mut self, entry: &ScalingEntry, factors: &BTreeMap<Name, Factor>) {
        self.setting("scaling.treatment", &entry.treatment, factors);
        let ladder: Vec<&Name> = entry.quantities.given().into_iter().map(|(_, one)| &one.factor).collect();
        for (name, level) in &entry.treatment {
            let key = format!("scaling.treatment.{name}");
            let baseline = factors.get(name).map(|factor| &factor.baseline);
            if ladder.contains(&name) {
                self.mistake(
                    &key,
                    format!("`{name}` makes the rungs of the ladder, and a treatment cannot change them"),
                    "set other factors",
                );
            } else if baseline.is_some_and(|baseline| is_same(level, baseline)) {
                self.mistake(
                    &key,
                    format!("{level} is the baseline level of `{name}`, at which it stands without the treatment, too"),
                    "set another level, or leave it out",
                );
            }
        }
        if entry.treatment.is_empty() && !entry.claims.is_empty() {
            self.mistake(
                "scaling.claims",
                "a claim is about a treatment, and there is none",
                "say what the treatment sets: treatment = { optimizer = \"adam\" }",
            );
        }
    }

    /// All combinations of the levels of the factors that make the ladder.
    fn rungs(
        &mut self,
        factors: &BTreeMap<Name, Factor>,
        sizes: &BTreeMap<ScaleQuantity, (Name, Vec<f64>)>,
    ) -> Option<Vec<Sizes>> {
        let makers: BTreeSet<&Name> = sizes.values().map(|(factor, _)| factor).collect();
        let counts = makers.iter().filter_map(|name| Some(factors.get(*name)?.levels.len()));
        let count = counts.fold(1_usize, usize::saturating_mul);
        if count > MOST_RUNGS {
            self.mistake(
                "scaling.quantities",
                format!("the ladder has {count} rungs; at most {MOST_RUNGS} are allowed"),
                "take fewer levels, or let two quantities follow from one factor",
            );
            return None;
        }
        let mut settings = vec![BTreeMap::new()];
        for maker in makers {
            let levels = factors.get(maker).map(|factor| factor.levels.len()).unwrap_or_default();
            let with = |places: BTreeMap<Name, usize>, level| {
                let mut places = places;
                places.insert(maker.clone(), level);
                places
            };
            settings = settings
                .into_iter()
                .flat_map(|places: BTreeMap<Name, usize>| (0..levels).map(move |level| with(places.clone(), level)))
                .collect();
        }
        let rung = |places: BTreeMap<Name, usize>| {
            let mut scale: BTreeMap<ScaleQuantity, f64> =
                sizes.iter().map(|(quantity, (factor, values))| (*quantity, values[places[factor]])).collect();
            let compute = scale
                .get(&ScaleQuantity::Parameters)
                .zip(scale.get(&ScaleQuantity::Tokens))
                // Kaplan et al. 2020, section 2.1.
                .map(|(parameters, tokens)| 6.0 * parameters * tokens);
            if let Some(compute) = compute.filter(|compute| compute.is_finite()) {
                scale.entry(ScaleQuantity::Compute).or_insert(compute);
            }
            let setting = places.into_iter().filter_map(|(name, level)| {
                let level = factors.get(&name)?.levels[level].clone();
                Some((name, level))
            });
            (setting.collect(), scale)
        };
        Some(settings.into_iter().map(rung).collect())
    }

    /// Which rungs are held out.
    fn held_out(&mut self, entry: &ScalingEntry, factors: &BTreeMap<Name, Factor>, rungs: &[Sizes]) -> Vec<bool> {
        let mut held_out = vec![false; rungs.len()];
        for (index, setting) in entry.predict.iter().enumerate() {
            let key = format!("scaling.predict[{index}]");
            let mistakes_before = self.mistakes.len();
            self.setting(&key, setting, factors);
            for name in setting.keys().filter(|name| !rungs[0].0.contains_key(*name)) {
                if self.mistakes.len() == mistakes_before {
                    self.mistake(
                        &format!("{key}.{name}"),
                        format!("`{name}` makes no rungs of the ladder"),
                        format!("set one of {}", crate::source::listed(rungs[0].0.keys().map(Name::as_str))),
                    );
                }
            }
            if setting.is_empty() {
                self.mistake(&key, "it holds out every rung", "say which: { width = 256 }");
            }
            for (rung, is_held_out) in rungs.iter().zip(&mut held_out) {
                *is_held_out |= setting.iter().all(|(name, level)| rung.0.get(name) == Some(level));
            }
        }
        if entry.predict.is_empty() || self.mistakes.iter().any(|mistake| mistake.key.starts_with("scaling.predict")) {
            return held_out;
        }
        if self.source.file.design.horizon == HorizonEntry::Sequential {
            self.mistake(
                "scaling.predict",
                "rungs that are run last go with one look at the end",
                "write horizon = \"fixed\", or make a study of its own of the claims",
            );
        }
        let is_as_large = |one: &Sizes, other: &Sizes| one.1.iter().all(|(quantity, size)| *size >= other.1[quantity]);
        let fitted = || rungs.iter().zip(&held_out).filter(|(_, is_held_out)| !**is_held_out).map(|(rung, _)| rung);
        let first = rungs.iter().zip(&held_out).filter(|(_, is_held_out)| **is_held_out).find_map(|(rung, _)| {
            let larger = fitted().find(|fitted| is_as_large(fitted, rung))?;
            Some((words(&rung.0), words(&larger.0)))
        });
        if let Some((rung, larger)) = first {
            self.mistake(
                "scaling.predict",
                format!("the rung {rung} is held out, and the law is fitted to {larger}, which is as large"),
                "hold out the largest rungs: whatever is as large as one of them must be held out, too",
            );
        }
        held_out
    }

    /// Looks at the law.
    fn law(&mut self, entry: &ScalingEntry, metrics: &BTreeMap<Name, Metric>, rungs: &[Sizes], held_out: &[bool]) {
        let Some(law) = entry.law else {
            if !entry.predict.is_empty() {
                let hint = "name one: law = \"power-law\"";
                self.mistake("scaling.predict", "what is foreseen needs a law", hint);
            }
            if entry.over.is_some() {
                self.mistake("scaling.over", "`over` goes with a law", "name one with `law`, or leave it out");
            }
            return;
        };
        if entry.predict.is_empty() {
            let hint = "hold the largest rungs out: predict = [{ width = 256 }]";
            self.mistake("scaling.law", "a law is there to foresee rungs, and none are held out", hint);
            return;
        }
        let fitted = FittedLaw { law, over: entry.over };
        if fitted.needs().is_empty() {
            let hint = "say which: over = \"parameters\"";
            self.mistake("scaling.law", format!("the law `{}` is about one quantity", law.id()), hint);
            return;
        }
        if entry.over.is_some_and(|over| fitted.needs() != [over]) {
            self.mistake(
                "scaling.over",
                format!("the law `{}` is about several quantities together", law.id()),
                "leave `over` out",
            );
        }
        let lacking = fitted.needs().into_iter().find(|need| !rungs[0].1.contains_key(need));
        if let Some(need) = lacking {
            self.mistake(
                if entry.over == Some(need) { "scaling.over" } else { "scaling.law" },
                format!("the law `{}` is about {}, and nothing says how much each rung has", law.id(), need.word()),
                format!("add quantities.{} = {{ factor = \"...\" }}", need.key()),
            );
            return;
        }
        if metrics.get(&entry.metric).is_some_and(|metric| metric.direction == Direction::Maximize) {
            self.mistake(
                "scaling.law",
                format!("a law says how a loss falls, and of `{}` more is better", entry.metric),
                "take a metric with direction = \"minimize\"",
            );
        }
        // Rungs that a law cannot tell apart are one.
        let of_needs = |rung: &Sizes| -> Vec<u64> {
            fitted.needs().iter().filter_map(|need| rung.1.get(need)).map(|size| size.to_bits()).collect()
        };
        let lower = rungs.iter().zip(held_out).filter(|(_, is_held_out)| !**is_held_out);
        let count = lower.map(|(rung, _)| of_needs(rung)).collect::<BTreeSet<_>>().len();
        if count < law.constants() {
            self.mistake(
                "scaling.law",
                format!(
                    "the law `{}` has {} constants, and {count} lower {} cannot tell them apart",
                    law.id(),
                    law.constants(),
                    if count == 1 { "rung" } else { "rungs" }
                ),
                "add rungs, hold fewer out, or take a law with fewer constants",
            );
        }
    }

    /// Looks at the claims, and names their hypotheses.
    fn claimed_of_scale(
        &mut self,
        entry: &ScalingEntry,
        rungs: &[Sizes],
        hypotheses: &[Hypothesis],
    ) -> Option<ClaimedOfScale> {
        if entry.claims.is_empty() {
            let given = [("along", entry.along.is_some()), ("measure", entry.measure.is_some())];
            for (key, _) in given.into_iter().filter(|(_, is_there)| *is_there) {
                let hint = "leave it out, or add an entry [[scaling.claims]]";
                self.mistake(&format!("scaling.{key}"), format!("`{key}` goes with claims"), hint);
            }
            return None;
        }
        let mut named: Vec<Name> = Vec::new();
        for (index, claim) in entry.claims.iter().enumerate() {
            let key = format!("scaling.claims[{index}]");
            self.above_zero(&format!("{key}.smallest_effect"), claim.smallest_effect);
            let id = match (claim.kind, claim.at) {
                (ScalingClaimKind::Exponent, None) => "scaling-exponent".to_owned(),
                (ScalingClaimKind::Exponent, Some(_)) => {
                    self.mistake(&format!("{key}.at"), "an exponent is of the whole ladder", "leave `at` out");
                    continue;
                }
                (ScalingClaimKind::Gain, Some(at)) if (1.0..=1e6).contains(&at) => {
                    format!("scaling-gain-at-{}x", Count(at))
                }
                (ScalingClaimKind::Gain, Some(at)) => {
                    let hint = "write a number from 1 to 1,000,000, such as 10";
                    self.mistake(&format!("{key}.at"), format!("{at:?} times the largest rung makes no sense"), hint);
                    continue;
                }
                (ScalingClaimKind::Gain, None) => {
                    let hint = "write at how many times the largest rung: at = 10";
                    self.mistake(&key, "a gain is claimed at a scale", hint);
                    continue;
                }
            };
            let Ok(id) = Name::new(&*id) else { continue };
            if named.contains(&id) || hypotheses.iter().any(|other| other.id == id) {
                self.mistake(&key, format!("two hypotheses are called `{id}`"), "claim it once");
            }
            named.push(id);
        }
        let along = entry.along.or_else(|| {
            let hint = "say along what scale grows: along = \"parameters\"";
            self.mistake("scaling.claims", "a claim about scale is along one quantity", hint);
            None
        })?;
        let measure = entry.measure.or_else(|| {
            let hint = "write measure = \"log-ratio\" or measure = \"difference\"";
            self.mistake("scaling.claims", "a claim says how gains are measured", hint);
            None
        })?;
        if measure == Measure::Difference && entry.claims.iter().any(|one| one.kind == ScalingClaimKind::Exponent) {
            self.mistake(
                "scaling.measure",
                "an exponent is the slope of a log ratio, not of a difference",
                "write measure = \"log-ratio\"",
            );
        }
        let sizes: BTreeSet<u64> =
            rungs.iter().filter_map(|rung| rung.1.get(&along)).map(|size| size.to_bits()).collect();
        if sizes.is_empty() {
            self.mistake(
                "scaling.along",
                format!("nothing says how much {} each rung has", along.word()),
                format!("add quantities.{} = {{ factor = \"...\" }}, or take another quantity", along.key()),
            );
        } else if sizes.len() < FEWEST_SIZES {
            self.mistake(
                "scaling.along",
                format!("{} sizes do not show whether gains lie on a straight line", sizes.len()),
                format!("take {FEWEST_SIZES} or more"),
            );
        }
        Some(ClaimedOfScale { along, measure, hypotheses: named })
    }
}

fn is_size(value: f64) -> bool {
    value > 0.0 && value.is_finite()
}

/// A count without a fraction where it has none.
struct Count(f64);

impl std::fmt::Display for Count {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.0)
    }
}

/// "width=256, data=4000".
fn words(setting: &Setting) -> String {
    let each: Vec<String> = setting.iter().map(|(name, level)| format!("{name}={level}")).collect();
    each.join(", ")
}

/// One claim about the treatment; none without a treatment.
fn hypothesis(entry: &ScalingEntry, claim: &ScalingClaimEntry, id: &Name, rungs: &[Rung]) -> Option<Hypothesis> {
    let (along, measure) = entry.along.zip(entry.measure)?;
    let pair = |rung: &Rung| Some(ArmPair { candidate: rung.candidate.clone()?, baseline: rung.baseline.clone() });
    let pairs: Vec<ArmPair> = rungs.iter().filter_map(pair).collect();
    let scales: Vec<f64> = rungs.iter().filter_map(|rung| rung.scale.get(&along)).copied().collect();
    let largest = scales.iter().copied().max_by(f64::total_cmp)?;
    let treatment = words(&entry.treatment);
    let (reading, words) = match (claim.kind, claim.at) {
        (ScalingClaimKind::Gain, Some(times)) => (
            Reading::At { scale: largest * times, times_the_largest: times },
            format!("With {treatment}, {} is better at {} times the most {}", entry.metric, Count(times), along.word()),
        ),
        (ScalingClaimKind::Exponent, _) | (ScalingClaimKind::Gain, None) => {
            (Reading::Slope, format!("With {treatment}, {} improves faster with more {}", entry.metric, along.word()))
        }
    };
    Some(Hypothesis {
        id: id.clone(),
        claim: words,
        candidate: pairs.first()?.candidate.clone(),
        baseline: pairs.first()?.baseline.clone(),
        metric: entry.metric.clone(),
        expected: Expected::Better,
        smallest_effect: claim.smallest_effect,
        scope: Scope::Method,
        family: entry.family_name(),
        averaged: Some(Averaged {
            candidate: format!("with {treatment}"),
            baseline: "without it".to_owned(),
            pairs,
            trend: Some(Trend { along, scales, measure, reading }),
        }),
    })
}
