use std::collections::{BTreeMap, BTreeSet};

use gosset_model::{
    Block, Companion, Effect, EvidenceUnit, Grade, Horizon, Hypothesis, HypothesisJudgement, MissingCase, Name,
    Outcome, RunId,
};

use super::found::grade;
use crate::document::Kind::{Number, Sentence, Words};
use crate::document::{
    Figure, Finding, Part, Prose, Row, Span, Table, blocks_anchor, fact, finding_anchor, run_anchor,
};
use crate::figure::{Pair, Paired, paired};
use crate::number::{self, Decimals};
use crate::report::{StudyReport, unit};
use crate::sentence;
use crate::text::counted;
use crate::tone::Tone;

/// The most data sets that get a picture of their own.
const MOST_PICTURES: usize = 12;

/// Everything that was found of one hypothesis.
pub(super) fn part(report: &StudyReport<'_>, hypothesis: &Hypothesis, judged: &HypothesisJudgement) -> Part {
    let mut parts = vec![Part::Facts(facts(report, hypothesis, judged))];
    if !judged.notes.is_empty() {
        parts.push(Part::List(judged.notes.iter().map(|note| Prose::with_code(note)).collect()));
    }
    let figures = pictures(report, hypothesis, judged);
    if !figures.is_empty() {
        parts.push(Part::Figures(figures));
    }
    if !judged.companions.is_empty() {
        parts.push(Part::Table(companions(&judged.companions, judged.effect.as_ref(), judged.grade)));
    }
    parts.extend(multiverse(judged));
    parts.extend(blocks(report, hypothesis, judged));
    Part::Finding(Box::new(Finding {
        id: finding_anchor(&judged.id),
        name: judged.id.to_string(),
        claim: hypothesis.claim.clone(),
        tone: Tone::of(&judged.verdict),
        verdict: judged.verdict.words(),
        sentence: Prose::with_code(&sentence::of(report.registered, hypothesis, judged)),
        parts,
    }))
}

/// A number that leads to its blocks, if it has any.
pub(super) fn linked(number: Span, judged: &HypothesisJudgement, to: &str) -> Span {
    if has_blocks(judged) { number.to(to) } else { number }
}

fn has_blocks(judged: &HypothesisJudgement) -> bool {
    !judged.blocks.is_empty() || !judged.void_blocks.is_empty()
}

fn facts(report: &StudyReport<'_>, hypothesis: &Hypothesis, judged: &HypothesisJudgement) -> Vec<(String, Prose)> {
    let mut facts = Vec::new();
    let to = blocks_anchor(&judged.id);
    let unit = unit(report.registered, hypothesis);
    if let Some(effect) = &judged.effect {
        let decimals = Decimals::of_effect(effect);
        let signed = |value| linked(Span::number(number::difference(value, decimals), value), judged, &to);
        facts.push(fact(
            "Effect",
            Prose::from(signed(effect.estimate))
                .then(number::with_unit("", unit))
                .then(", bounds ")
                .then(signed(effect.lower))
                .then(format!(" ({}) to ", number::confidence(effect.lower_level)))
                .then(signed(effect.upper))
                .then(format!(" ({}), one-sided; positive is what is claimed", number::confidence(effect.upper_level))),
        ));
        if effect.family_level != effect.lower_level || effect.family_level != effect.upper_level {
            facts.push(fact(
                "Family",
                Prose::from(format!("bounds for all of family {} at once ", hypothesis.family))
                    .then(signed(effect.family_lower))
                    .then(" to ")
                    .then(signed(effect.family_upper))
                    .then(format!(" ({} each)", number::confidence(effect.family_level))),
            ));
        }
        facts.push(fact("n", seeds(report, judged, effect)));
        facts.push(fact("Means", means(hypothesis, judged, effect, decimals, unit, &to)));
        facts.push(fact(
            "Spread",
            Prose::from("sd of differences ")
                .then(linked(Span::number(number::significant(effect.sd, 2), effect.sd), judged, &to))
                .then(", standard error ")
                .then(linked(Span::number(number::significant(effect.se, 2), effect.se), judged, &to)),
        ));
        let against = match hypothesis.smallest_effect {
            Some(smallest) => format!("against the smallest effect of interest, {},", number::stated(smallest)),
            None => "for an effect the other way".to_owned(),
        };
        facts.push(fact(
            "p-values",
            Prose::from("against no effect ")
                .then(linked(Span::number(number::p_value(effect.p_support), effect.p_support), judged, &to))
                .then(format!("; {against} "))
                .then(linked(Span::number(number::p_value(effect.p_refute), effect.p_refute), judged, &to))
                .then(match report.registered.protocol().design.horizon {
                    Horizon::Fixed => format!("; one-sided paired t, df\u{a0}=\u{a0}{}", number::stated(effect.df)),
                    Horizon::Sequential { .. } => {
                        "; one over the e-value of the sequential t, valid at any look".to_owned()
                    }
                }),
        ));
    }
    let trust = judged.trust.as_deref().map(|trust| format!(". Trusted because: {trust}")).unwrap_or_default();
    let meaning = match judged.grade {
        Grade::A => "registered protocol, scored outside the program",
        Grade::B if report.registered.protocol().grade(&hypothesis.metric).0 == Grade::A => {
            "registered protocol, scored outside the program, but looked at before all runs had ended"
        }
        Grade::B => "registered protocol, but resting on what the program wrote or logged of itself",
        Grade::C => "imported or typed in",
    };
    facts.push(fact("Grade", Prose::from(Span::strong(grade(judged.grade))).then(format!(": {meaning}{trust}"))));
    if let Some(missing) = &judged.missing {
        let case = |case: &MissingCase| {
            let decimals = judged.effect.as_ref().map_or_else(|| Decimals::of_scores(None, 1.0), Decimals::of_effect);
            let signed = |value| linked(Span::number(number::difference(value, decimals), value), judged, &to);
            Prose::from(signed(case.estimate))
                .then(", bounds ")
                .then(signed(case.lower))
                .then(" to ")
                .then(signed(case.upper))
                .then(format!(" ({})", case.decision.word()))
        };
        facts.push(fact(
            "Missing",
            Prose::from(format!(
                "{} a run; counted against the claim ",
                counted(missing.blocks, "block lacks", "blocks lack")
            ))
            .then(case(&missing.against))
            .then(", for it ")
            .then(case(&missing.in_favour)),
        ));
    }
    if let Some(fragility) = fragility(judged) {
        facts.push(fact("Fragility", fragility));
    }
    if let Some(multiverse) = multiverse_fact(judged) {
        facts.push(fact("Other choices", multiverse));
    }
    facts
}

fn seeds(report: &StudyReport<'_>, judged: &HypothesisJudgement, effect: &Effect) -> Prose {
    let datasets = report.registered.datasets().len() as u64;
    let mut text = counted(effect.n, judged.unit.one(), judged.unit.several());
    if judged.unit == EvidenceUnit::Splits {
        text.push_str(" of one set of data");
    } else if judged.unit == EvidenceUnit::Examples {
        text.push_str(" of one run an arm: the claim is about these two artifacts, not about the recipe");
    } else if judged.unit == EvidenceUnit::Datasets {
        text.push_str(&format!(
            ", each the mean over its seeds ({})",
            counted(judged.blocks.len() as u64, "block", "blocks")
        ));
    } else if datasets > 1 {
        text.push_str(&format!(
            ", each the mean over {datasets} data sets ({})",
            counted(judged.blocks.len() as u64, "block", "blocks")
        ));
    }
    let failed = judged.blocks.iter().filter(|block| block.failure.is_some()).count() as u64;
    if failed > 0 {
        text.push_str(&format!("; {} with a failed run", counted(failed, "block", "blocks")));
    }
    if !judged.void_blocks.is_empty() {
        text.push_str(&format!(
            "; {} void, both arms having failed",
            counted(judged.void_blocks.len() as u64, "block", "blocks")
        ));
    }
    text.into()
}

fn means(
    hypothesis: &Hypothesis,
    judged: &HypothesisJudgement,
    effect: &Effect,
    decimals: Decimals,
    unit: &str,
    to: &str,
) -> Prose {
    let mean = |value: Option<f64>| match value {
        Some(value) => linked(Span::number(number::fixed(value, decimals), value), judged, to),
        None => Span::plain("none"),
    };
    Prose::from(mean(effect.baseline_mean))
        .then(" for ")
        .then(Span::code(hypothesis.baseline_words()))
        .then(", ")
        .then(mean(effect.candidate_mean))
        .then(" for ")
        .then(Span::code(hypothesis.candidate_words()))
        .then(number::with_unit(&format!("; {}", hypothesis.metric), &number::in_unit(unit)))
        .then(if judged.blocks.iter().any(|block| block.failure.is_some()) {
            ". Each is over the runs that finished, so their difference is not the effect"
        } else {
            ""
        })
}

/// How many of the other sensible analyses come to the same decision.
fn multiverse_fact(judged: &HypothesisJudgement) -> Option<String> {
    let all = judged.multiverse.len() as u64;
    let same = judged.multiverse.iter().filter(|other| other.is_same).count() as u64;
    (all > 0).then(|| {
        format!(
            "{} of {} come to the same decision",
            number::count(same),
            counted(all, "other sensible analysis", "other sensible analyses")
        )
    })
}

/// The table of the other sensible analyses, folded.
fn multiverse(judged: &HypothesisJudgement) -> Option<Part> {
    let effect = judged.effect.as_ref().filter(|_| !judged.multiverse.is_empty())?;
    let decimals = Decimals::of_effect(effect);
    let mut table = Table::new(
        format!("What other sensible analyses of {} would have decided (grade {})", judged.id, grade(judged.grade)),
        &[("What differs", Sentence), ("Estimate", Number), ("Decision", Words), ("Same", Words)],
    );
    for other in &judged.multiverse {
        table.row(vec![
            sentence_case(&other.choices.join("; ")).into(),
            Span::number(number::difference(other.estimate, decimals), other.estimate).into(),
            other.decision.word().into(),
            if other.is_same { Span::marked(Tone::Good, "same") } else { Span::marked(Tone::Open, "another") }.into(),
        ]);
    }
    Some(Part::Fold {
        id: format!("{}-choices", blocks_anchor(&judged.id)),
        summary: format!("Other sensible analyses of {}", judged.id),
        parts: vec![Part::Table(table)],
    })
}

/// What leaving out pieces of evidence does, in a sentence.
pub(crate) fn fragility(judged: &HypothesisJudgement) -> Option<String> {
    let one_by_one = left_out_one_by_one(judged)?;
    Some(match judged.fewest_to_change {
        Some(1) => format!("{one_by_one}; without the most favourable {} the decision is gone", judged.unit.one()),
        Some(fewest) => format!(
            "{one_by_one}; without the {} most favourable {} the decision is gone",
            number::count(fewest),
            judged.unit.several()
        ),
        None => one_by_one,
    })
}

fn left_out_one_by_one(judged: &HypothesisJudgement) -> Option<String> {
    let effect = judged.effect.as_ref()?;
    let decimals = Decimals::of_effect(effect);
    let estimates = || judged.left_out.iter().map(|left| left.estimate);
    let lowest = estimates().min_by(f64::total_cmp)?;
    let highest = estimates().max_by(f64::total_cmp)?;
    let label = |left: &gosset_model::LeftOut| match (&left.dataset, left.seed) {
        (Some(dataset), _) => format!("data set {dataset}"),
        (None, seed) => seed.map(|seed| format!("{} {seed}", judged.unit.one())).unwrap_or_default(),
    };
    let flips: Vec<String> = judged.left_out.iter().filter(|left| !left.is_same).map(label).collect();
    let has_datasets =
        judged.unit != EvidenceUnit::Datasets && judged.left_out.iter().any(|left| left.dataset.is_some());
    let (one, several) = match has_datasets {
        true => (format!("{} or data set", judged.unit.one()), format!("{} and data sets", judged.unit.several())),
        false => (judged.unit.one().to_owned(), judged.unit.several().to_owned()),
    };
    let range =
        format!("estimates {} to {}", number::difference(lowest, decimals), number::difference(highest, decimals));
    let all = judged.left_out.len() as u64;
    Some(if flips.is_empty() {
        format!("leaving out any one of {} changes no decision ({range})", counted(all, &one, &several))
    } else {
        let seeds = if flips.len() <= 6 {
            flips.join(", ")
        } else {
            format!("{} and {} more", flips[..5].join(", "), flips.len() - 5)
        };
        format!(
            "leaving out one {one} changes the decision in {} of {} cases ({range}): {seeds}",
            number::count(flips.len() as u64),
            number::count(all)
        )
    })
}

pub(crate) fn companions(companions: &[Companion], effect: Option<&Effect>, of_grade: Grade) -> Table {
    let mut table = Table::new(
        format!("Other analyses of the same differences (grade {})", grade(of_grade)),
        &[("Method", Words), ("What it says", Sentence), ("Agrees", Words), ("How", Sentence)],
    );
    for companion in companions {
        let agrees = match companion.agrees {
            Some(true) => Span::marked(Tone::Good, "agrees"),
            Some(false) => Span::marked(Tone::Bad, "disagrees"),
            None => Span::marked(Tone::Open, "cannot say"),
        };
        table.row(vec![
            sentence_case(companion.method.words()).into(),
            says(companion, effect),
            agrees.into(),
            companion.how.as_str().into(),
        ]);
    }
    table
}

fn says(companion: &Companion, effect: Option<&Effect>) -> Prose {
    let decimals = effect.map_or_else(|| Decimals::of_scores(None, 1.0), Decimals::of_effect);
    let span = |value: f64| Span::number(number::difference(value, decimals), value);
    let mut parts: Vec<Prose> = Vec::new();
    if let Some(estimate) = companion.estimate {
        parts.push(Prose::from("estimate ").then(span(estimate)));
    }
    match (companion.lower, companion.upper) {
        (Some(lower), Some(upper)) => {
            parts.push(Prose::from("bounds ").then(span(lower)).then(" to ").then(span(upper)));
        }
        (Some(lower), None) => parts.push(Prose::from("lower bound ").then(span(lower))),
        (None, Some(upper)) => parts.push(Prose::from("upper bound ").then(span(upper))),
        (None, None) => {}
    }
    let named = |name: &str, p: f64| Prose::from(name).then(Span::number(number::p_value(p), p));
    parts.extend(companion.p_support.map(|p| named("for support ", p)));
    parts.extend(companion.p_refute.map(|p| named("for refutation ", p)));
    if parts.is_empty() {
        return "nothing".into();
    }
    let mut said = Prose::default();
    for (index, part) in parts.into_iter().enumerate() {
        said = if index == 0 { part } else { said.then("; ").then(part) };
    }
    said
}

fn sentence_case(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

fn pictures(report: &StudyReport<'_>, hypothesis: &Hypothesis, judged: &HypothesisJudgement) -> Vec<Figure> {
    if judged.unit == EvidenceUnit::Examples || hypothesis.trend().is_some() {
        // One pair of runs is no picture, nor is a slope the difference of two dots.
        return Vec::new();
    }
    let datasets = report.registered.datasets();
    let is_single = datasets.len() == 1;
    let drawn = datasets.iter().take(MOST_PICTURES).enumerate().filter_map(|(index, dataset)| {
        let blocks: Vec<&Block> = judged.blocks.iter().filter(|block| block.dataset == *dataset).collect();
        let pairs = match &hypothesis.averaged {
            None => blocks.into_iter().map(pair).collect(),
            Some(averaged) => mean_pairs(&blocks, averaged.pairs.len()),
        };
        let on = dataset.as_ref().map(|dataset| format!(" on {dataset}")).unwrap_or_default();
        let picture = paired(&Paired {
            id: &format!("paired-{}-{}", blocks_anchor(&judged.id), index + 1),
            title: &format!("{}: {} for each seed{on}", judged.id, hypothesis.metric),
            metric: hypothesis.metric.as_str(),
            unit: unit(report.registered, hypothesis),
            baseline: hypothesis.baseline_words(),
            candidate: hypothesis.candidate_words(),
            pairs: &pairs,
            effect: judged.effect.as_ref().filter(|_| is_single),
            smallest: hypothesis.smallest_effect,
        })?;
        let failed = pairs.iter().any(|pair| pair.baseline.is_none() || pair.candidate.is_none());
        let void = judged.void_blocks.iter().filter(|void| void.dataset == *dataset).count() as u64;
        let void = if void > 0 { format!(" Not drawn: {}, in which both arms failed.", counted(void, "block", "blocks")) } else { String::new() };
        let sides = match &hypothesis.averaged {
            None => "arms",
            Some(_) => "sides, the mean over all arms of each,",
        };
        let crosses = if failed { " A cross is a failed run, which counts as the largest difference observed, against its arm." } else { "" };
        let caption = Prose::from(format!(
            "Left: {} of both {sides} for each seed{on}; dashed lines go against the claim. Right: the differences that count.{crosses}{void} Grade {}. ",
            hypothesis.metric,
            grade(judged.grade)
        ))
        .then(Span::plain("The same as a table").to(blocks_anchor(&judged.id)))
        .then(".");
        Some(Figure { picture, caption })
    });
    drawn.collect()
}

fn pair(block: &Block) -> Pair {
    let label = format!("seed {}", block.seed);
    Pair { label, baseline: block.baseline, candidate: block.candidate, difference: block.difference }
}

/// The means over the pairs of arms of each seed that has them all.
fn mean_pairs(blocks: &[&Block], in_all: usize) -> Vec<Pair> {
    let mut by_seed: BTreeMap<u64, Vec<&Block>> = BTreeMap::new();
    for block in blocks {
        by_seed.entry(block.seed).or_default().push(block);
    }
    let whole = by_seed.into_iter().filter(|(_, blocks)| blocks.len() == in_all);
    let pair = |(seed, blocks): (u64, Vec<&Block>)| {
        let mean = |values: Option<Vec<f64>>| values.map(|values| values.iter().sum::<f64>() / in_all as f64);
        Pair {
            label: format!("seed {seed}"),
            baseline: mean(blocks.iter().map(|block| block.baseline).collect()),
            candidate: mean(blocks.iter().map(|block| block.candidate).collect()),
            difference: blocks.iter().map(|block| block.difference).sum::<f64>() / in_all as f64,
        }
    };
    whole.map(pair).collect()
}

/// The table of blocks, folded, with the blocks that are void.
fn blocks(report: &StudyReport<'_>, hypothesis: &Hypothesis, judged: &HypothesisJudgement) -> Option<Part> {
    if !has_blocks(judged) {
        return None;
    }
    let decimals = report.block_decimals(hypothesis, judged);
    let is_named = !report.registered.protocol().design.datasets.is_empty();
    let mut table = Table::new(
        format!(
            "Blocks of {}: {} by seed (grade {}); the baseline is {}, the candidate {}",
            judged.id,
            hypothesis.metric,
            grade(judged.grade),
            hypothesis.baseline_words(),
            hypothesis.candidate_words()
        ),
        &[("Seed", Words)],
    );
    if is_named {
        table.column("Data set", Words);
    }
    table.column("Baseline", Number);
    table.column("Candidate", Number);
    table.column("Difference as claimed", Number);
    table.column("Failure", Sentence);
    let known: BTreeSet<&RunId> = report.evidence.runs.iter().map(|run| &run.planned.id).collect();
    let score = |value: Option<f64>, run: &RunId| {
        let span = match value {
            Some(value) => Span::number(number::fixed(value, decimals), value),
            None => Span::marked(Tone::Bad, "failed"),
        };
        Prose::from(if known.contains(run) { span.to(run_anchor(run)) } else { span })
    };
    for block in &judged.blocks {
        let failure =
            block.failure.as_ref().map(|outcome| Prose::outcome(outcome).then("; the difference stands for it"));
        table.rows.push(row(
            is_named,
            block.seed,
            block.dataset.as_ref(),
            [
                score(block.baseline, &block.baseline_run),
                score(block.candidate, &block.candidate_run),
                Span::number(number::difference(block.difference, decimals), block.difference).into(),
                failure.unwrap_or_default(),
            ],
        ));
    }
    for void in &judged.void_blocks {
        let failed = |arm, outcome: &Outcome| {
            let span = Span::marked(Tone::Bad, outcome.word());
            // Of several pairs a void block does not say which it was.
            let run = report.evidence.run(arm, void.dataset.as_ref(), void.seed);
            match run.filter(|_| hypothesis.averaged.is_none()) {
                Some(run) => Prose::from(span.to(run_anchor(&run.planned.id))),
                None => span.into(),
            }
        };
        table.rows.push(row(
            is_named,
            void.seed,
            void.dataset.as_ref(),
            [
                failed(&hypothesis.baseline, &void.baseline),
                failed(&hypothesis.candidate, &void.candidate),
                "none".into(),
                "void: both arms failed".into(),
            ],
        ));
    }
    let all = (judged.blocks.len() + judged.void_blocks.len()) as u64;
    Some(Part::Fold {
        id: blocks_anchor(&judged.id),
        summary: format!("{} of {}", counted(all, "block", "blocks"), judged.id),
        parts: vec![Part::Table(table)],
    })
}

fn row(is_named: bool, seed: u64, dataset: Option<&Name>, rest: [Prose; 4]) -> Row {
    let mut cells: Vec<Prose> = vec![seed.to_string().into()];
    if is_named {
        cells.push(dataset.map(ToString::to_string).unwrap_or_default().into());
    }
    cells.extend(rest);
    Row { id: None, cells }
}
