use gosset_model::{Contribution, FittedLaw, Measure, Scaling, ScalingFindings, ScoredPrediction, Setting};

use crate::document::Kind::{Number, Words};
use crate::document::{Part, Prose, Section, Span, Table, fact};
use crate::number::{self, Decimals};
use crate::report::StudyReport;
use crate::text::{clean, counted};

/// What a ladder says of scale; without parts where the study has none or is
/// not judged.
pub(super) fn section(report: &StudyReport<'_>) -> Section {
    let parts = told(report).map(|told| told.parts()).unwrap_or_default();
    Section { id: "scaling", title: "Scaling", parts }
}

/// The same in sentences, for a terminal; empty where the study has no ladder
/// or is not judged.
pub(crate) fn scaling_in_words(report: &StudyReport<'_>) -> Vec<String> {
    told(report).map(|told| told.sentences()).unwrap_or_default()
}

struct Told<'a> {
    scaling: &'a Scaling,
    found: &'a ScalingFindings,
    /// The unit of the metric.
    unit: &'a str,
    /// The one-sided level of the bounds of what was foreseen.
    level: Option<f64>,
    /// The grade of the metric.
    grade: String,
}

fn told<'a>(report: &StudyReport<'a>) -> Option<Told<'a>> {
    let protocol = report.registered.protocol();
    let scaling = protocol.scaling.as_ref()?;
    Some(Told {
        scaling,
        found: report.judgement?.scaling.as_ref()?,
        unit: protocol.metrics.get(&scaling.metric).map_or("", |metric| metric.unit.as_str()),
        level: report.study.prediction().map(|(_, _, prediction)| prediction.level),
        grade: format!("{:?}", protocol.grade(&scaling.metric).0),
    })
}

impl Told<'_> {
    fn parts(&self) -> Vec<Part> {
        let mut facts = vec![fact("Ladder", self.ladder())];
        facts.extend(self.scaling.law.map(|law| fact("Law", law_words(law))));
        facts.extend(self.recorded().map(|recorded| fact("Foreseen", recorded)));
        let mut parts = vec![Part::Facts(facts)];
        if !self.found.notes.is_empty() {
            parts.push(Part::List(self.found.notes.iter().map(|note| note.as_str().into()).collect()));
        }
        if !self.found.predictions.is_empty() {
            parts.push(Part::Table(self.predictions()));
        }
        if !self.found.gains.is_empty() {
            parts.push(Part::Table(self.gains()));
        }
        parts
    }

    fn sentences(&self) -> Vec<String> {
        let mut said = Vec::new();
        said.extend(self.recorded().map(|recorded| format!("Foreseen: {recorded}.")));
        for one in &self.found.predictions {
            let which = format!("{}{}", words(&one.predicted.setting), self.side(one.is_treated));
            let decimals = decimals(one);
            let [lower, upper] = one.predicted.run;
            let write = |value| number::fixed(value, decimals);
            let foreseen = format!(
                "{which}: {} foreseen{} ({} to {} for a single run{})",
                self.scaling.metric,
                format_args!(" {}", write(one.predicted.loss)),
                write(lower),
                write(upper),
                self.each()
            );
            said.push(match (one.mean, one.off) {
                (Some(mean), Some(off)) => {
                    format!("{foreseen}; {} came, off by {}; {} inside.", write(mean), percent(off), inside(one))
                }
                _ => format!("{foreseen}; no run has come to anything."),
            });
        }
        let ends = self
            .found
            .gains
            .iter()
            .min_by(|a, b| a.scale.total_cmp(&b.scale))
            .zip(self.found.gains.iter().max_by(|a, b| a.scale.total_cmp(&b.scale)));
        if let Some((smallest, largest)) = ends {
            said.push(format!(
                "{}: {} at {} and {} at {}.",
                self.gain_words(),
                between(&smallest.gain),
                words(&smallest.setting),
                between(&largest.gain),
                words(&largest.setting)
            ));
        }
        said.extend(self.found.notes.iter().map(|note| clean(note)));
        said
    }

    fn ladder(&self) -> String {
        let rungs = self.scaling.rungs.len() as u64;
        let held_out = self.scaling.rungs.iter().filter(|rung| rung.is_held_out).count() as u64;
        let treatment = match self.scaling.treatment.is_empty() {
            true => String::new(),
            false => format!(", each without and with {}", words(&self.scaling.treatment)),
        };
        let held_out = match held_out {
            0 => String::new(),
            some => format!("; {} held out and run last", counted(some, "rung", "rungs")),
        };
        format!("{}{treatment}{held_out}", counted(rungs, "rung", "rungs"))
    }

    /// When the prediction was recorded.
    fn recorded(&self) -> Option<String> {
        let record = self.found.predicted_in?;
        Some(format!(
            "from the lower rungs alone, in ledger record {}, before any run on a rung held out had started; grade {}",
            number::count(record),
            self.grade
        ))
    }

    /// ", 95 % each".
    fn each(&self) -> String {
        self.level.map(|level| format!(", {} each", number::confidence(level))).unwrap_or_default()
    }

    fn side(&self, is_treated: bool) -> String {
        match (self.scaling.treatment.is_empty(), is_treated) {
            (true, _) => String::new(),
            (false, true) => format!(" with {}", words(&self.scaling.treatment)),
            (false, false) => format!(" without {}", words(&self.scaling.treatment)),
        }
    }

    fn predictions(&self) -> Table {
        let mut table = Table::new(
            format!(
                "What the law foresaw for the rungs held out, in {}, and what came. Bounds are of a single run{}, if the law holds there; beyond the lower rungs nothing guarantees that.",
                if self.unit.is_empty() { self.scaling.metric.as_str() } else { self.unit },
                self.each()
            ),
            &[
                ("Rung", Words),
                ("Beyond the lower", Words),
                ("Foreseen", Number),
                ("Bounds", Number),
                ("Came", Number),
                ("Off by", Number),
                ("Inside", Words),
            ],
        );
        for one in &self.found.predictions {
            let decimals = decimals(one);
            let write = |value| Span::number(number::fixed(value, decimals), value);
            let beyond: Vec<String> = one
                .predicted
                .beyond
                .iter()
                .map(|(quantity, factor)| format!("{} × {}", number::magnitude(*factor, 2), quantity.word()))
                .collect();
            let [lower, upper] = one.predicted.run;
            table.row(vec![
                Span::code(format!("{}{}", words(&one.predicted.setting), self.side(one.is_treated))).into(),
                beyond.join(", ").into(),
                write(one.predicted.loss).into(),
                Prose::from(write(lower)).then(" to ").then(write(upper)),
                one.mean.map_or_else(|| "none".into(), |mean| write(mean).into()),
                one.off.map_or_else(|| "".into(), |off| Span::number(percent(off), off).into()),
                inside(one).into(),
            ]);
        }
        table
    }

    fn gain_words(&self) -> String {
        match self.scaling.claimed.as_ref().map(|claimed| claimed.measure) {
            Some(Measure::LogRatio) => format!("Gain in log {}", self.scaling.metric),
            Some(Measure::Difference) | None => {
                format!("Gain in {} {}", self.scaling.metric, number::in_unit(self.unit)).trim_end().to_owned()
            }
        }
    }

    fn gains(&self) -> Table {
        let level = self.found.gains.iter().find_map(|one| one.gain.bounds).map(|bounds| bounds.level);
        let level = level.map(|level| format!(" ({} each)", number::confidence(level))).unwrap_or_default();
        let mut table = Table::new(
            format!(
                "{} on each rung, positive where the treatment is better. Bounds{level} are each at the registered error rate and not shared; no verdict rests on them.",
                self.gain_words()
            ),
            &[("Rung", Words), ("Scale", Number), ("Gain", Number), ("n", Number)],
        );
        for one in &self.found.gains {
            table.row(vec![
                Span::code(words(&one.setting)).into(),
                Span::number(number::magnitude(one.scale, 4), one.scale).into(),
                Span::number(between(&one.gain), one.gain.estimate).into(),
                number::count(one.gain.n).into(),
            ]);
        }
        table
    }
}

fn law_words(law: FittedLaw) -> String {
    let over: Vec<&str> = law.needs().iter().map(|quantity| quantity.word()).collect();
    format!("{} over {}, fitted to the lower rungs", law.law.id(), over.join(", "))
}

fn words(setting: &Setting) -> String {
    let each: Vec<String> = setting.iter().map(|(name, level)| format!("{name}={level}")).collect();
    clean(&each.join(", "))
}

/// The digits of a loss follow its bounds.
fn decimals(one: &ScoredPrediction) -> Decimals {
    let [lower, upper] = one.predicted.run;
    Decimals::of_scores(Some((upper - lower) / 2.0), one.predicted.loss)
}

fn inside(one: &ScoredPrediction) -> String {
    let inside = one.observed.iter().filter(|observed| observed.is_inside).count() as u64;
    let lacking =
        if one.lacking > 0 { format!(", {} without a loss", number::count(one.lacking)) } else { String::new() };
    format!("{} of {}{lacking}", number::count(inside), counted(one.observed.len() as u64, "run", "runs"))
}

/// "+0.6 %".
fn percent(off: f64) -> String {
    let sign = if off < 0.0 { number::MINUS.to_string() } else { "+".to_owned() };
    format!("{sign}{} %", number::significant(100.0 * off.abs(), 2))
}

/// "+0.120 (+0.110 to +0.130)".
fn between(one: &Contribution) -> String {
    match one.bounds {
        None => format!("{} (no bounds)", number::difference(one.estimate, Decimals::of_scores(None, one.estimate))),
        Some(bounds) => {
            let decimals = Decimals::of_scores(Some((bounds.upper - bounds.lower) / 2.0), one.estimate);
            let write = |value| number::difference(value, decimals);
            format!("{} ({} to {})", write(one.estimate), write(bounds.lower), write(bounds.upper))
        }
    }
}
