//! The sentence that a scientist would write about a hypothesis.

use gosset_model::{
    ArmName, Broken, Change, DataMismatch, Effect, EvidenceUnit, Grade, Horizon, Hypothesis, HypothesisJudgement,
    MetricSource, Name, Reach, RefutedKind, Registered, Undecided, Verdict,
};

use crate::number::{self, Decimals};
use crate::report::{claims_increase, metric, unit};
use crate::text::{clean, counted, listed};

/// Writes what was found of `hypothesis`: what the candidate did to the
/// metric with bounds and n, what follows from it, and the verdict.
///
/// The effect is told in the metric's own direction ("raised", "lowered")
/// and the bounds are bounds of just that quantity, whichever way the claim
/// goes.
#[must_use]
pub fn of(registered: &Registered, hypothesis: &Hypothesis, judgement: &HypothesisJudgement) -> String {
    let says = Says { registered, hypothesis, judgement };
    let mut sentence = match &judgement.verdict {
        Verdict::Supported { is_meaningful } => says.with_effect(&says.supported(*is_meaningful)),
        Verdict::Refuted { how } => says.with_effect(&says.refuted(*how)),
        Verdict::Undecided { why } => says.with_effect(&says.undecided(why)),
        Verdict::Invalid { broken } => says.invalid(broken),
        Verdict::NoOp => says.no_op(),
    };
    if let Some(grade) = says.grade() {
        sentence.push(' ');
        sentence.push_str(&grade);
    }
    sentence
}

/// Which bounds carry a statement, in the orientation of the claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Lower,
    Upper,
    Both,
}

struct Says<'a> {
    registered: &'a Registered,
    hypothesis: &'a Hypothesis,
    judgement: &'a HypothesisJudgement,
}

impl Says<'_> {
    fn with_effect(&self, rest: &str) -> String {
        let verdict = self.judgement.verdict.words();
        match &self.judgement.effect {
            Some(effect) => format!("{}; {rest}. {verdict}.", self.effect(effect)),
            None => format!("{}. {verdict}.", capitalised(rest)),
        }
    }

    /// Whether the verdict says in which direction the metric went.
    fn has_direction(&self) -> bool {
        match &self.judgement.verdict {
            Verdict::Supported { .. } => true,
            Verdict::Refuted { how } => matches!(how, RefutedKind::Harmful | RefutedKind::Trivial),
            Verdict::Undecided { .. } | Verdict::Invalid { .. } | Verdict::NoOp => false,
        }
    }

    /// Whether the sentence turns the effect round, which is oriented towards
    /// the claim: towards what happened to the metric where that is decided,
    /// else towards more of the metric.
    fn is_reversed(&self, effect: &Effect) -> bool {
        if self.has_direction() { effect.estimate < 0.0 } else { !claims_increase(self.registered, self.hypothesis) }
    }

    /// "Momentum 0.9 raised accuracy by 0.0123 ... (bounds, n)".
    fn effect(&self, effect: &Effect) -> String {
        let decimals = Decimals::of_effect(effect);
        let is_reversed = self.is_reversed(effect);
        let goes_up = claims_increase(self.registered, self.hypothesis) != is_reversed;
        let (low, high) = if is_reversed {
            ((-effect.upper, effect.upper_level), (-effect.lower, effect.lower_level))
        } else {
            ((effect.lower, effect.lower_level), (effect.upper, effect.upper_level))
        };
        let write = |value: f64| number::fixed(value, decimals);
        let bounds = if low.1 == high.1 {
            format!(
                "{} {} bounds {} to {}",
                self.kind_of_bounds(),
                number::confidence(low.1),
                write(low.0),
                write(high.0)
            )
        } else {
            format!(
                "{} bounds {} at {} and {} at {}",
                self.kind_of_bounds(),
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
        let by = number::with_unit(&by, unit(self.registered, self.hypothesis));
        format!(
            "{} {verb} {} by {by} against {} ({bounds}, n{SPACE}={SPACE}{})",
            capitalised(&arm(self.registered, &self.hypothesis.candidate)),
            self.hypothesis.metric,
            arm(self.registered, &self.hypothesis.baseline),
            counted(effect.n, self.judgement.unit.one(), self.judgement.unit.several()),
        )
    }

    fn kind_of_bounds(&self) -> &'static str {
        match self.registered.protocol().design.horizon {
            Horizon::Fixed => "one-sided",
            Horizon::Sequential { .. } => "one-sided anytime-valid",
        }
    }

    /// Whether the bounds decide, though the verdict does not.
    fn bounds_decide(&self) -> bool {
        let refuting = self.hypothesis.smallest_effect.unwrap_or(0.0);
        self.judgement.effect.as_ref().is_some_and(|effect| effect.lower > 0.0 || effect.upper < refuting)
    }

    fn smallest(&self) -> Option<String> {
        let smallest = self.hypothesis.smallest_effect?;
        Some(format!("the smallest effect of interest, {}", number::stated(smallest)))
    }

    /// The bounds that hold for the whole family and that carry what is said
    /// beyond the decision, where they are not the ones already told.
    fn family(&self, which: Which) -> String {
        let Some(effect) = &self.judgement.effect else { return String::new() };
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
                let seems_larger =
                    self.judgement.effect.as_ref().map(|effect| effect.lower) > self.hypothesis.smallest_effect;
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
                self.judgement.unit.several()
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
                let lack = if *blocks == 1 { "lacks" } else { "lack" };
                format!("{} {lack} a run, so nothing is decided", self.blocks(*blocks))
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
        match self.judgement.more_blocks {
            Some(more) => format!("{reason}; {}", self.more(more)),
            None => reason,
        }
    }

    /// How many more units would decide, and what that rests on.
    fn more(&self, units: u64) -> String {
        let unit = self.judgement.unit;
        let datasets = self.registered.datasets().len() as u64;
        let blocks = match unit {
            EvidenceUnit::Seeds if datasets > 1 => format!(" on each of {datasets} data sets"),
            EvidenceUnit::Seeds | EvidenceUnit::Examples => String::new(),
        };
        let how = match self.registered.protocol().design.horizon {
            Horizon::Fixed => {
                format!("with power {}", number::stated(self.registered.protocol().design.power))
            }
            Horizon::Sequential { .. } => "on average".to_owned(),
        };
        let (one, several) = (format!("more {}", unit.one()), format!("more {}", unit.several()));
        format!(
            "about {}{blocks} would decide {how}, if effect and spread are what they seem",
            counted(units, &one, &several)
        )
    }

    fn blocks(&self, some: u64) -> String {
        let all = self.registered.protocol().block_count() as u64;
        format!("{} of {}", number::count(some), counted(all, "block", "blocks"))
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
            capitalised(&arm(self.registered, &self.hypothesis.candidate)),
            arm(self.registered, &self.hypothesis.baseline),
            counted(self.judgement.blocks.len() as u64, "block", "blocks"),
        )
    }

    /// What a reader must know of a number that was not scored outside.
    fn grade(&self) -> Option<String> {
        let rests = match metric(self.registered, self.hypothesis).map(|metric| &metric.source) {
            Some(MetricSource::Logged { .. }) => "on what the program logged of itself",
            Some(MetricSource::Predictions { .. }) => "on labels that the program wrote itself",
            None => "on recorded values",
        };
        let own_grade = self.registered.protocol().grade(&self.hypothesis.metric).0;
        match self.judgement.grade {
            Grade::A => None,
            Grade::B if own_grade == Grade::A => {
                Some("Grade B: results were looked at before all runs had ended.".to_owned())
            }
            Grade::B => Some(format!("Grade B: this rests {rests}.")),
            Grade::C => Some("Grade C: these numbers were imported or typed in.".to_owned()),
        }
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

fn names(names: &[Name]) -> String {
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
