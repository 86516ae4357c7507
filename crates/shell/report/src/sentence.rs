//! The sentence that a scientist would write about a hypothesis.

use gosset_model::{
    AblationDesign, ArmName, Broken, Change, DataMismatch, Direction, Effect, EvidenceUnit, Grade, Horizon, Hypothesis,
    HypothesisJudgement, MetricSource, Reach, RefutedKind, Registered, Undecided, Verdict,
};

use gosset_science::results::{Comparison, Question, ResultUnit};

use crate::number::{self, Decimals};
use crate::report::{claims_increase, metric, quantity, unit};
use crate::text::{clean, counted, listed};

/// Writes what was found of `hypothesis`: what the candidate did to the
/// metric with bounds and n, what follows from it, and the verdict.
///
/// The effect is told in the metric's own direction ("raised", "lowered")
/// and the bounds are bounds of just that quantity, whichever way the claim
/// goes.
#[must_use]
pub fn of(registered: &Registered, hypothesis: &Hypothesis, judgement: &HypothesisJudgement) -> String {
    let protocol = registered.protocol();
    let datasets = registered.datasets().len() as u64;
    let (kind_of_bounds, decides) = match protocol.design.horizon {
        Horizon::Fixed => ("one-sided", format!("with power {}", number::stated(protocol.design.power))),
        Horizon::Sequential { .. } => ("one-sided anytime-valid", "on average".to_owned()),
    };
    let (candidate, baseline) = sides(registered, hypothesis);
    let quantity = quantity(hypothesis);
    let says = Says {
        verdict: &judgement.verdict,
        effect: judgement.effect.as_ref(),
        more_units: judgement.more_blocks,
        candidate: capitalised(&candidate),
        baseline,
        metric: &quantity,
        metric_unit: unit(registered, hypothesis),
        claims_increase: claims_increase(registered, hypothesis),
        smallest: hypothesis.smallest_effect,
        kind_of_bounds,
        unit: (judgement.unit.one(), judgement.unit.several()),
        on_each: match judgement.unit {
            EvidenceUnit::Seeds if datasets > 1 => format!(" on each of {datasets} data sets"),
            EvidenceUnit::Seeds | EvidenceUnit::Examples | EvidenceUnit::Splits | EvidenceUnit::Datasets => {
                String::new()
            }
        },
        decides,
        pairs: ("block", "blocks"),
        lacks: ("lacks a run", "lack a run"),
        pairs_judged: judgement.blocks.len() as u64,
        pairs_in_all: Some((protocol.block_count() * hypothesis.pairs().len()) as u64),
    };
    let mut sentence = says.sentence();
    if let Some(grade) = grade(registered, hypothesis, judgement) {
        sentence.push(' ');
        sentence.push_str(&grade);
    }
    sentence
}

/// Writes what was found of results that Gosset did not run, as [`of`] does
/// for a study.
#[must_use]
pub fn of_results(question: &Question, comparison: &Comparison) -> String {
    let are_paired = comparison.unit != ResultUnit::Runs;
    let says = Says {
        verdict: &comparison.verdict,
        effect: comparison.effect.as_ref(),
        more_units: comparison.more_units,
        candidate: clean(&comparison.candidate),
        baseline: clean(&question.baseline),
        metric: &question.metric,
        metric_unit: "",
        claims_increase: question.direction == Direction::Maximize,
        smallest: question.smallest_effect,
        kind_of_bounds: "one-sided",
        unit: (comparison.unit.one(), comparison.unit.several()),
        on_each: String::new(),
        decides: format!("with power {}", number::stated(question.power)),
        pairs: if are_paired { ("pair", "pairs") } else { ("run", "runs") },
        lacks: if are_paired { ("lacks a score", "lack a score") } else { ("is missing", "are missing") },
        pairs_judged: comparison.pairs.len() as u64,
        pairs_in_all: None,
    };
    says.sentence()
}

/// Which bounds carry a statement, in the orientation of the claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Lower,
    Upper,
    Both,
}

/// What a sentence is made of.
struct Says<'a> {
    verdict: &'a Verdict,
    effect: Option<&'a Effect>,
    more_units: Option<u64>,
    candidate: String,
    baseline: String,
    metric: &'a str,
    metric_unit: &'a str,
    /// Whether the claim is that the metric goes up.
    claims_increase: bool,
    smallest: Option<f64>,
    kind_of_bounds: &'static str,
    /// One and several pieces of evidence.
    unit: (&'static str, &'static str),
    /// Where further pieces of evidence are needed.
    on_each: String,
    /// How surely they would decide.
    decides: String,
    /// One and several pairs.
    pairs: (&'static str, &'static str),
    /// What is said of one and of several pairs that are not whole.
    lacks: (&'static str, &'static str),
    pairs_judged: u64,
    pairs_in_all: Option<u64>,
}

impl Says<'_> {
    fn sentence(&self) -> String {
        match self.verdict {
            Verdict::Supported { is_meaningful } => self.with_effect(&self.supported(*is_meaningful)),
            Verdict::Refuted { how } => self.with_effect(&self.refuted(*how)),
            Verdict::Undecided { why } => self.with_effect(&self.undecided(why)),
            Verdict::Invalid { broken } => self.invalid(broken),
            Verdict::NoOp => self.no_op(),
        }
    }

    fn with_effect(&self, rest: &str) -> String {
        let verdict = self.verdict.words();
        match self.effect {
            Some(effect) => format!("{}; {rest}. {verdict}.", self.effect(effect)),
            None => format!("{}. {verdict}.", capitalised(rest)),
        }
    }

    /// Whether the verdict says in which direction the metric went.
    fn has_direction(&self) -> bool {
        match self.verdict {
            Verdict::Supported { .. } => true,
            Verdict::Refuted { how } => matches!(how, RefutedKind::Harmful | RefutedKind::Trivial),
            Verdict::Undecided { .. } | Verdict::Invalid { .. } | Verdict::NoOp => false,
        }
    }

    /// Whether the sentence turns the effect round, which is oriented towards
    /// the claim: towards what happened to the metric where that is decided,
    /// else towards more of the metric.
    fn is_reversed(&self, effect: &Effect) -> bool {
        if self.has_direction() { effect.estimate < 0.0 } else { !self.claims_increase }
    }

    /// "Momentum 0.9 raised accuracy by 0.0123 ... (bounds, n)".
    fn effect(&self, effect: &Effect) -> String {
        let decimals = Decimals::of_effect(effect);
        let is_reversed = self.is_reversed(effect);
        let goes_up = self.claims_increase != is_reversed;
        let (low, high) = if is_reversed {
            ((-effect.upper, effect.upper_level), (-effect.lower, effect.lower_level))
        } else {
            ((effect.lower, effect.lower_level), (effect.upper, effect.upper_level))
        };
        let write = |value: f64| number::fixed(value, decimals);
        let bounds = if low.1 == high.1 {
            format!(
                "{} {} bounds {} to {}",
                self.kind_of_bounds,
                number::confidence(low.1),
                write(low.0),
                write(high.0)
            )
        } else {
            format!(
                "{} bounds {} at {} and {} at {}",
                self.kind_of_bounds,
                write(low.0),
                number::confidence(low.1),
                write(high.0),
                number::confidence(high.1)
            )
        };
        let change = if is_reversed { -effect.estimate } else { effect.estimate };
        let (verb, by) = match (self.has_direction(), goes_up) {
            (true, true) => ("raised", write(change)),
            (true, false) => ("lowered", write(change)),
            (false, _) => ("changed", number::difference(change, decimals)),
        };
        let by = number::with_unit(&by, self.metric_unit);
        format!(
            "{} {verb} {} by {by} against {} ({bounds}, n{SPACE}={SPACE}{})",
            self.candidate,
            self.metric,
            self.baseline,
            counted(effect.n, self.unit.0, self.unit.1),
        )
    }

    /// Whether the bounds decide, though the verdict does not.
    fn bounds_decide(&self) -> bool {
        let refuting = self.smallest.unwrap_or(0.0);
        self.effect.is_some_and(|effect| effect.lower > 0.0 || effect.upper < refuting)
    }

    fn smallest(&self) -> Option<String> {
        let smallest = self.smallest?;
        Some(format!("the smallest effect of interest, {}", number::stated(smallest)))
    }

    /// The bounds that hold for the whole family and that carry what is said
    /// beyond the decision, where they are not the ones already told.
    fn family(&self, which: Which) -> String {
        let Some(effect) = self.effect else { return String::new() };
        let lower = (which != Which::Upper).then_some((effect.family_lower, effect.lower_level));
        let upper = (which != Which::Lower).then_some((effect.family_upper, effect.upper_level));
        let mut bounds: Vec<(f64, f64)> = lower.into_iter().chain(upper).collect();
        if bounds.iter().all(|(_, level)| *level == effect.family_level) {
            return String::new();
        }
        if self.is_reversed(effect) {
            bounds = bounds.into_iter().rev().map(|(bound, level)| (-bound, level)).collect();
        }
        let decimals = Decimals::of_effect(effect);
        let written: Vec<String> = bounds.iter().map(|(bound, _)| number::fixed(*bound, decimals)).collect();
        let noun = if written.len() == 1 { "bound" } else { "bounds" };
        format!(
            " ({noun} at {} for the whole family at once: {})",
            number::confidence(effect.family_level),
            written.join(" to ")
        )
    }

    fn supported(&self, is_meaningful: bool) -> String {
        match (self.smallest(), is_meaningful) {
            (Some(smallest), true) => format!("at least {smallest}{}", self.family(Which::Lower)),
            (Some(smallest), false) => {
                let seems_larger = self.effect.map(|effect| effect.lower) > self.smallest;
                let family = if seems_larger { self.family(Which::Lower) } else { String::new() };
                format!("there, but whether it is at least {smallest}, is not decided{family}")
            }
            (None, _) => {
                "there; no smallest effect of interest is registered, so it is not said whether it matters".to_owned()
            }
        }
    }

    fn refuted(&self, how: RefutedKind) -> String {
        let smallest = self.smallest().unwrap_or_else(|| "zero".to_owned());
        match how {
            RefutedKind::Harmful => format!("the opposite of what was claimed{}", self.family(Which::Upper)),
            RefutedKind::Equivalent => format!("smaller either way than {smallest}{}", self.family(Which::Both)),
            RefutedKind::Trivial => format!("there, but smaller than {smallest}{}", self.family(Which::Both)),
            RefutedKind::NotMeaningful => {
                format!(
                    "smaller than {smallest}, and an effect the other way is not excluded{}",
                    self.family(Which::Both)
                )
            }
        }
    }

    fn undecided(&self, why: &Undecided) -> String {
        let reason = match why {
            Undecided::Underpowered if self.bounds_decide() => format!(
                "the bounds decide, but so few {} cannot confirm it without assuming a normal distribution",
                self.unit.1
            ),
            Undecided::Underpowered => match self.smallest() {
                Some(smallest) => {
                    format!(
                        "the bounds exclude neither zero nor effects as large as {smallest}, so the evidence does not decide"
                    )
                }
                None => "the bounds include zero, so the evidence does not decide".to_owned(),
            },
            Undecided::Missing { blocks } => {
                let lack = if *blocks == 1 { self.lacks.0 } else { self.lacks.1 };
                format!("{} {lack}, so nothing is decided", self.blocks(*blocks))
            }
            Undecided::Failures { blocks } => {
                let have = if *blocks == 1 { "has" } else { "have" };
                format!(
                    "{} {have} a failed run, which by the registered policy leaves it undecided",
                    self.blocks(*blocks)
                )
            }
            Undecided::Heterogeneous { up, down } => format!(
                "the data sets disagree: the effect goes with the claim on {} and against it on {}",
                names(up),
                names(down)
            ),
            Undecided::CompanionsDisagree { companions } => {
                let words: Vec<String> =
                    companions.iter().map(|companion| format!("the {}", companion.words())).collect();
                let does = if companions.len() == 1 { "does" } else { "do" };
                format!("the bounds decide, but {} {does} not come to the same decision", listed(&words))
            }
            Undecided::NotEstimable { why } => format!("there is no estimate: {}", clean(why)),
        };
        match self.more_units {
            Some(more) => format!("{reason}; {}", self.more(more)),
            None => reason,
        }
    }

    /// How many more units would decide, and what that rests on.
    fn more(&self, units: u64) -> String {
        let (one, several) = (format!("more {}", self.unit.0), format!("more {}", self.unit.1));
        format!(
            "about {}{} would decide {}, if effect and spread are what they seem",
            counted(units, &one, &several),
            self.on_each,
            self.decides
        )
    }

    fn blocks(&self, some: u64) -> String {
        let (one, several) = self.pairs;
        match self.pairs_in_all {
            Some(all) => format!("{} of {}", number::count(some), counted(all, one, several)),
            None => counted(some, one, several),
        }
    }

    fn invalid(&self, broken: &Broken) -> String {
        match broken {
            Broken::DataChanged { mismatch } => {
                format!("{}, so no verdict can rest on these runs. Invalid.", capitalised(&data_changed(mismatch)))
            }
            Broken::LateAmendment { changes } => {
                let told: Vec<String> = changes.iter().map(change).collect();
                format!(
                    "The protocol was changed after results could have been seen: {}; so no verdict can rest on these runs. Invalid.",
                    listed(&told)
                )
            }
        }
    }

    fn no_op(&self) -> String {
        format!(
            "{} and {} are the same thing: their outputs are bit-identical in all {}, so the setting reaches nothing. No-op.",
            self.candidate,
            self.baseline,
            counted(self.pairs_judged, self.pairs.0, self.pairs.1),
        )
    }
}

/// What a reader must know of a number that was not scored outside.
fn grade(registered: &Registered, hypothesis: &Hypothesis, judgement: &HypothesisJudgement) -> Option<String> {
    let rests = match metric(registered, hypothesis).map(|metric| &metric.source) {
        Some(MetricSource::Logged { .. }) => "on what the program logged of itself",
        Some(MetricSource::Predictions { .. }) => "on labels that the program wrote itself",
        None => "on recorded values",
    };
    let own_grade = registered.protocol().grade(&hypothesis.metric).0;
    match judgement.grade {
        Grade::A => None,
        Grade::B if own_grade == Grade::A => {
            Some("Grade B: results were looked at before all runs had ended.".to_owned())
        }
        Grade::B => Some(format!("Grade B: this rests {rests}.")),
        Grade::C => Some("Grade C: these numbers were imported or typed in.".to_owned()),
    }
}

const SPACE: char = '\u{a0}';

/// Says which data changed, with both digests.
pub(crate) fn data_changed(mismatch: &DataMismatch) -> String {
    let registered = &mismatch.registered;
    let found = match (&mismatch.found, &mismatch.problem) {
        (Some(found), _) => format!("{} ({}) was found", found.digest, number::bytes(found.size_bytes)),
        (None, Some(problem)) => format!("it cannot be read: {}", clean(problem)),
        (None, None) => "it cannot be read".to_owned(),
    };
    let during = mismatch.during.as_ref().map(|run| format!(" during run {}", clean(run.as_str()))).unwrap_or_default();
    format!(
        "`{}` is not what was registered{during}: {} ({}) was registered, {found}",
        clean(&mismatch.path),
        registered.digest,
        number::bytes(registered.size_bytes)
    )
}

fn change(change: &Change) -> String {
    let what = match &change.reach {
        Reach::Words => " (words only)".to_owned(),
        Reach::Hypothesis { .. } | Reach::Study => String::new(),
    };
    format!("`{}` from {} to {}{what}", clean(&change.key), value(&change.from), value(&change.to))
}

/// A value in a change, as JSON; nothing where nothing stood.
pub(crate) fn value(value: &serde_json::Value) -> String {
    if value.is_null() { "nothing".to_owned() } else { clean(&value.to_string()) }
}

/// What is compared, in words: the candidate and the baseline.
fn sides(registered: &Registered, hypothesis: &Hypothesis) -> (String, String) {
    if let Some(scaling) = registered.protocol().scaling.as_ref().filter(|_| hypothesis.trend().is_some()) {
        let levels = scaling.treatment.iter();
        let set: Vec<String> =
            levels.map(|(name, level)| format!("{name}{SPACE}{}", clean(&level.to_string()))).collect();
        return (listed(&set), "the ladder without it".to_owned());
    }
    let ablation = registered.protocol().ablation.as_ref();
    let component = ablation.and_then(|ablation| {
        let component = ablation.components.iter().find(|component| component.hypothesis == hypothesis.id)?;
        Some((ablation.design, clean(component.name.as_str())))
    });
    match component {
        Some((AblationDesign::LeaveOneOut, name)) => {
            (format!("the full recipe without {name}"), "the full recipe".to_owned())
        }
        Some((AblationDesign::AddOneIn, name)) => (format!("the baseline with {name}"), "the baseline".to_owned()),
        Some((AblationDesign::Factorial | AblationDesign::Fractional | AblationDesign::PlackettBurman, _))
            if hypothesis.averaged.is_some() =>
        {
            (clean(hypothesis.candidate_words()), clean(hypothesis.baseline_words()))
        }
        Some(_) | None => (arm(registered, &hypothesis.candidate), arm(registered, &hypothesis.baseline)),
    }
}

/// An arm in a sentence: "momentum 0.9" for `momentum=0.9`.
pub(crate) fn arm(registered: &Registered, name: &ArmName) -> String {
    if name.as_str() == "baseline" {
        return "the baseline".to_owned();
    }
    let protocol = registered.protocol();
    let Some(settings) = protocol.arms.get(name) else { return clean(name.as_str()) };
    let differing: Vec<String> = protocol
        .factors
        .iter()
        .filter_map(|(factor, entry)| {
            let level = settings.get(factor).filter(|level| **level != entry.baseline)?;
            Some(format!("{factor}{SPACE}{}", clean(&level.to_string())))
        })
        .collect();
    if differing.is_empty() { clean(name.as_str()) } else { listed(&differing) }
}

fn names(names: &[String]) -> String {
    listed(&names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>())
}

/// Begins a sentence with `text`: in upper case if its first word is an
/// ordinary one, not a symbol such as `lr` or a name such as `batch_size`.
fn capitalised(text: &str) -> String {
    let word = text.split([' ', SPACE, ',']).next().unwrap_or_default();
    let is_ordinary = word.chars().all(|character| character.is_ascii_lowercase()) && (word.len() > 2 || word == "it");
    let mut characters = text.chars();
    match characters.next() {
        Some(first) if is_ordinary => first.to_uppercase().chain(characters).collect(),
        Some(_) | None => text.to_owned(),
    }
}
