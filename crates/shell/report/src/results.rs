//! Results that Gosset did not run, told.

use gosset_model::{Direction, Effect, Undecided, Verdict};
use gosset_science::results::{Comparison, Layout, Question, ResultUnit, ResultsJudgement};

use crate::document::Kind::{Number, Words};
use crate::document::{Document, Figure, Finding, Part, Prose, Section, Span, Table, fact};
use crate::figure::{Line, Pair, Paired, forest, paired};
use crate::html::page;
use crate::number::{self, Decimals};
use crate::section::companions;
use crate::terminal::Page;
use crate::text::{clean, counted};
use crate::tone::Tone;
use crate::{Style, markdown, sentence};

/// All that a report of such results is made of.
#[derive(Debug, Clone, Copy)]
pub struct ResultsReport<'a> {
    /// What the referee said.
    pub judgement: &'a ResultsJudgement,
    /// The files that the scores come from, with their digests.
    pub sources: &'a [(String, String)],
    /// What reading them brought up, in whole sentences.
    pub reading_notes: &'a [String],
    /// Whether to tell why each comparison was judged as it was.
    pub is_explained: bool,
}

/// Up to so many pairs are drawn.
const MOST_DRAWN: usize = 60;
/// Up to so many pairs are listed.
const MOST_LISTED: usize = 2_000;

impl ResultsReport<'_> {
    /// Writes the report for a terminal.
    #[must_use]
    pub fn terminal(&self, style: &Style) -> String {
        let mut out = Page::new(style);
        let question = &self.judgement.question;
        out.wrapped("", &self.title());
        out.line("");
        for (term, value) in self.facts() {
            out.stated(&term, &value);
        }
        if self.judgement.comparisons.len() > 1 {
            out.line("");
            let rows: Vec<(Tone, [String; 6])> = self.judgement.comparisons.iter().map(glance).collect();
            out.table(["Method", "Verdict", "Effect", "Bounds", "n", "Evidence"], &rows);
        }
        for comparison in &self.judgement.comparisons {
            out.line("");
            out.verdict(&comparison.verdict);
            out.wrapped("  ", &sentence::of_results(question, comparison));
            out.wrapped("  ", &format!("Means: {} Grade C.", means(question, comparison)));
            if let Some(fragility) = fragility(comparison) {
                out.wrapped("  ", &format!("Fragility: {fragility}."));
            }
            for note in &comparison.notes {
                out.wrapped("  ", &clean(note));
            }
            if self.is_explained {
                for line in explanation(question, comparison) {
                    out.item("  - ", &clean(&line));
                }
            }
        }
        let warnings = self.warnings();
        if !warnings.is_empty() {
            out.line("");
            for warning in warnings {
                out.item("! ", &clean(&warning));
            }
        }
        out.into_text()
    }

    /// Writes the report as a page that needs nothing else.
    #[must_use]
    pub fn html(&self) -> String {
        page(&self.document())
    }

    /// Writes the report as Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        markdown::text(&self.document())
    }

    fn title(&self) -> String {
        let question = &self.judgement.question;
        let better = match question.direction {
            Direction::Maximize => "more is better",
            Direction::Minimize => "less is better",
        };
        let compared = match self.judgement.comparisons.as_slice() {
            [only] => format!("{} against {}", clean(&only.candidate), clean(&question.baseline)),
            several => format!("{} methods against {}", several.len(), clean(&question.baseline)),
        };
        format!("{compared}: {} ({better})", clean(&question.metric))
    }

    fn facts(&self) -> Vec<(String, String)> {
        let question = &self.judgement.question;
        let mut facts = vec![(
            "Error rate".to_owned(),
            format!(
                "{} for each direction{}",
                number::stated(question.alpha.get()),
                if self.judgement.comparisons.len() > 1 { ", shared among all comparisons" } else { "" }
            ),
        )];
        facts.push((
            "Matters".to_owned(),
            match question.smallest_effect {
                Some(smallest) => format!("effects of {} and more", number::stated(smallest)),
                None => "not said: no smallest effect of interest is given".to_owned(),
            },
        ));
        facts.push((
            "Grade".to_owned(),
            "C: imported; nobody recorded beforehand what was to be compared, and how the numbers came about is not known".to_owned(),
        ));
        facts
    }

    fn warnings(&self) -> Vec<String> {
        self.judgement.warnings.iter().chain(self.reading_notes).cloned().collect()
    }

    fn document(&self) -> Document {
        let question = &self.judgement.question;
        let mut found = vec![Part::Facts(self.facts().into_iter().map(|(term, text)| fact(&term, text)).collect())];
        found.extend(self.warnings().iter().map(|warning| Part::Warning(Prose::with_code(warning))));
        found.push(Part::Table(at_a_glance(&self.judgement.comparisons)));
        let lines: Vec<Line<'_>> = self
            .judgement
            .comparisons
            .iter()
            .enumerate()
            .map(|(index, one)| Line {
                name: &one.candidate,
                effect: one.effect.as_ref(),
                smallest: question.smallest_effect,
                verdict: &one.verdict,
                anchor: anchor(index),
            })
            .collect();
        found.extend(forest("forest", &question.metric, "", &lines).map(|picture| {
            let caption = "Effects with one-sided bounds, grade C; positive is better. Shaded: smaller than the smallest effect of interest. The table above holds the same numbers.";
            Part::Figures(vec![Figure { picture, caption: caption.into() }])
        }));
        let comparisons = self.judgement.comparisons.iter().enumerate();
        found.extend(comparisons.map(|(index, one)| finding(question, index, one)));
        Document {
            kind: "Judgement of imported results",
            title: self.title(),
            question: String::new(),
            background: None,
            sections: vec![
                Section { id: "found", title: "What was found", parts: found },
                Section { id: "sources", title: "Sources", parts: self.sources() },
            ],
        }
    }

    fn sources(&self) -> Vec<Part> {
        let mut table = Table::new("Files that the scores come from", &[("File", Words), ("Digest", Words)]);
        for (file, digest) in self.sources {
            table.row(vec![Span::code(file).into(), Span::code(digest).into()]);
        }
        let digest = Prose::from("All random numbers are drawn from the digest of the scores, ")
            .then(Span::code(self.judgement.digest.to_string()))
            .then(", so that the same scores give the same page.");
        vec![Part::Table(table), Part::Prose(digest)]
    }
}

fn anchor(index: usize) -> String {
    format!("comparison-{}", index + 1)
}

fn glance(comparison: &Comparison) -> (Tone, [String; 6]) {
    let tone = Tone::of(&comparison.verdict);
    let (effect, bounds, n) = written(comparison);
    let verdict = format!("{} {}", tone.symbol(), comparison.verdict.words());
    (tone, [clean(&comparison.candidate), verdict, effect, bounds, n, comparison.unit.several().to_owned()])
}

/// Effect, bounds and n.
fn written(comparison: &Comparison) -> (String, String, String) {
    let Some(effect) = &comparison.effect else { return ("none".to_owned(), String::new(), String::new()) };
    let decimals = Decimals::of_effect(effect);
    let write = |value| number::difference(value, decimals);
    let bounds = format!("{} to {}", write(effect.lower), write(effect.upper));
    (write(effect.estimate), bounds, number::count(effect.n))
}

fn at_a_glance(comparisons: &[Comparison]) -> Table {
    let mut table = Table::new(
        "Comparisons (grade C). Effects are oriented so that positive is better; bounds are one-sided.",
        &[
            ("Method", Words),
            ("Verdict", Words),
            ("Effect", Number),
            ("Bounds", Number),
            ("n", Number),
            ("Evidence", Words),
        ],
    );
    for (index, one) in comparisons.iter().enumerate() {
        let (effect, bounds, n) = written(one);
        table.row(vec![
            Span::plain(&one.candidate).to(anchor(index)).into(),
            Span::marked(Tone::of(&one.verdict), one.verdict.words()).into(),
            effect.into(),
            bounds.into(),
            n.into(),
            one.unit.several().into(),
        ]);
    }
    table
}

fn finding(question: &Question, index: usize, comparison: &Comparison) -> Part {
    let mut parts = Vec::new();
    let mut facts = vec![fact("Means", means(question, comparison))];
    if let Some(effect) = &comparison.effect {
        facts.push(fact("p-values", p_values(question, comparison, effect)));
        facts.push(fact(
            "Spread",
            format!(
                "standard deviation {}, standard error {}",
                number::significant(effect.sd, 2),
                number::significant(effect.se, 2)
            ),
        ));
    }
    if let Some(fragility) = fragility(comparison) {
        facts.push(fact("Fragility", fragility));
    }
    parts.push(Part::Facts(facts));
    if !comparison.notes.is_empty() {
        parts.push(Part::List(comparison.notes.iter().map(|note| Prose::with_code(note)).collect()));
    }
    parts.extend(picture(question, index, comparison).map(|figure| Part::Figures(vec![figure])));
    if !comparison.companions.is_empty() {
        let grade = gosset_model::Grade::C;
        parts.push(Part::Table(companions(&comparison.companions, comparison.effect.as_ref(), grade)));
    }
    let why = explanation(question, comparison);
    parts.push(Part::Fold {
        id: format!("{}-why", anchor(index)),
        summary: "Why this analysis, and what would change the answer".to_owned(),
        parts: vec![Part::List(why.iter().map(|line| Prose::with_code(line)).collect())],
    });
    parts.extend(listed_pairs(question, index, comparison));
    Part::Finding(Box::new(Finding {
        id: anchor(index),
        name: clean(&comparison.candidate),
        claim: format!("{} is better than {}", comparison.candidate, question.baseline),
        tone: Tone::of(&comparison.verdict),
        verdict: comparison.verdict.words(),
        sentence: Prose::with_code(&sentence::of_results(question, comparison)),
        parts,
    }))
}

fn means(question: &Question, comparison: &Comparison) -> String {
    let Some(effect) = &comparison.effect else {
        return "none, since there is no estimate.".to_owned();
    };
    let decimals = Decimals::of_effect(effect);
    let mean = |value: Option<f64>| value.map_or_else(|| "none".to_owned(), |value| number::fixed(value, decimals));
    format!(
        "{} ({}), {} ({}).",
        mean(effect.baseline_mean),
        clean(&question.baseline),
        mean(effect.candidate_mean),
        clean(&comparison.candidate)
    )
}

fn p_values(question: &Question, comparison: &Comparison, effect: &Effect) -> String {
    let against = match question.smallest_effect {
        Some(smallest) => format!("against the smallest effect of interest, {},", number::stated(smallest)),
        None => "for an effect the other way".to_owned(),
    };
    let method = match comparison.layout {
        Layout::UnpairedRuns => "Welch's t",
        Layout::PairedSeeds if comparison.unit == ResultUnit::Folds => "corrected t",
        Layout::PairedItems if comparison.unit == ResultUnit::Clusters => "t of clustered standard errors",
        Layout::PairedItems | Layout::PairedSeeds | Layout::PairedDatasets | Layout::Single => "paired t",
    };
    format!(
        "against no effect {}; {against} {}; one-sided {method}, df\u{a0}=\u{a0}{}",
        number::p_value(effect.p_support),
        number::p_value(effect.p_refute),
        if effect.df.fract() == 0.0 { number::stated(effect.df) } else { number::significant(effect.df, 4) }
    )
}

/// What leaving out one piece of evidence does.
fn fragility(comparison: &Comparison) -> Option<String> {
    if comparison.left_out.is_empty() {
        return None;
    }
    let all = comparison.left_out.len() as u64;
    let flips: Vec<&str> =
        comparison.left_out.iter().filter(|left| !left.is_same).map(|left| left.label.as_str()).collect();
    let (one, several) = (comparison.unit.one(), comparison.unit.several());
    Some(if flips.is_empty() {
        format!("leaving out any one of {} changes no decision", counted(all, one, several))
    } else {
        let first: Vec<&str> = flips.iter().take(5).copied().collect();
        let rest = if flips.len() > 5 { format!(" and {} more", flips.len() - 5) } else { String::new() };
        format!(
            "leaving out one {one} changes the decision in {} of {} cases: {}{rest}",
            flips.len(),
            number::count(all),
            clean(&first.join(", "))
        )
    })
}

/// Why a comparison was judged as it was, and what would change the answer.
fn explanation(question: &Question, comparison: &Comparison) -> Vec<String> {
    let mut why = vec![
        match comparison.layout {
            Layout::PairedItems => "Both sides were scored on the same items, so their difference is taken item by item: what is hard for both cancels. An unpaired comparison of the two means would be wider.",
            Layout::PairedSeeds if comparison.unit == ResultUnit::Folds => "Both sides met the same folds, so their difference is taken fold by fold; its standard error allows for the training data that folds share.",
            Layout::PairedSeeds => "Both sides ran with the same seeds, so their difference is taken seed by seed: what a seed does to both cancels.",
            Layout::PairedDatasets => "Both sides share many data sets, so the difference is taken on each, and data sets are the evidence: the claim is about tasks of their kind.",
            Layout::UnpairedRuns => "Nothing pairs the runs of the two sides, so their means are compared by Welch's t, which does not assume that both spread alike.",
            Layout::Single => "There is one score a side: no method tells a difference from luck then.",
        }
        .to_owned(),
    ];
    let level = comparison.effect.as_ref().map(|effect| (effect.lower_level, effect.upper_level));
    if let Some((lower, upper)) = level {
        why.push(format!(
            "The decision is made on one-sided bounds: supported if the lower one ({}) lies above 0{}, refuted if the upper one ({}) lies below {}.",
            number::confidence(lower),
            if question.smallest_effect.is_some() { " and the upper one above the smallest effect" } else { "" },
            number::confidence(upper),
            number::stated(question.smallest_effect.unwrap_or(0.0))
        ));
        if lower != question.alpha.get() || upper != question.alpha.get() {
            why.push(
                "Several methods are compared, so Holm's procedure makes the levels stricter than the error rate stated.".to_owned(),
            );
        }
    }
    why.extend(what_would_change(question, comparison));
    why
}

fn what_would_change(question: &Question, comparison: &Comparison) -> Vec<String> {
    let mut change = Vec::new();
    match &comparison.verdict {
        Verdict::Undecided { why: Undecided::NotEstimable { .. } } => {
            change.push("Several seeds of both methods, the same for both, would make it estimable.".to_owned());
        }
        Verdict::Undecided { why: Undecided::Missing { .. } } => {
            change
                .push("The scores that one side lacks would decide: as it is, they could turn the answer.".to_owned());
        }
        Verdict::Undecided { .. } => {
            if let Some(more) = comparison.more_units {
                let (one, several) = (comparison.unit.one(), comparison.unit.several());
                change.push(format!(
                    "About {} would decide with power {}, if effect and spread are what they seem.",
                    counted(more, &format!("more {one}"), &format!("more {several}")),
                    number::stated(question.power)
                ));
            }
        }
        Verdict::Supported { is_meaningful: false } if question.smallest_effect.is_some() => {
            change
                .push("More evidence would tell whether the effect is at least the smallest that matters.".to_owned());
        }
        Verdict::Supported { .. } | Verdict::Refuted { .. } | Verdict::Invalid { .. } | Verdict::NoOp => {}
    }
    if question.smallest_effect.is_none() {
        change.push(
            "A smallest effect of interest (`--smallest-effect`) would tell whether the effect matters, and let its absence be shown.".to_owned(),
        );
    }
    change.push("A registered study with the same question would raise the grade: `gosset study new`.".to_owned());
    change
}

fn picture(question: &Question, index: usize, comparison: &Comparison) -> Option<Figure> {
    if comparison.pairs.is_empty() || comparison.pairs.len() > MOST_DRAWN {
        return None;
    }
    let pairs: Vec<Pair> = comparison
        .pairs
        .iter()
        .map(|pair| Pair {
            label: format!("{} {}", comparison.unit.one(), pair.label),
            baseline: Some(pair.baseline),
            candidate: Some(pair.candidate),
            difference: pair.difference,
        })
        .collect();
    let picture = paired(&Paired {
        id: &format!("paired-{}", index + 1),
        title: &format!("{}: {} for each {}", comparison.candidate, question.metric, comparison.unit.one()),
        metric: &question.metric,
        unit: "",
        baseline: &question.baseline,
        candidate: &comparison.candidate,
        pairs: &pairs,
        effect: comparison.effect.as_ref(),
        smallest: question.smallest_effect,
    })?;
    let caption = format!(
        "Left: {} of both for each {}; dashed lines go against the claim. Right: the differences, positive where {} is better. Grade C.",
        question.metric,
        comparison.unit.one(),
        comparison.candidate
    );
    Some(Figure { picture, caption: caption.into() })
}

fn listed_pairs(question: &Question, index: usize, comparison: &Comparison) -> Option<Part> {
    if comparison.pairs.is_empty() {
        return None;
    }
    let decimals = comparison.effect.as_ref().map_or_else(|| Decimals::of_scores(None, 1.0), Decimals::of_effect);
    let shown = comparison.pairs.len().min(MOST_LISTED);
    let rest = comparison.pairs.len() - shown;
    let caption = format!(
        "{} by {} (grade C){}",
        question.metric,
        comparison.unit.one(),
        if rest > 0 { format!("; the first {shown}, {rest} more are in the JSON reply") } else { String::new() }
    );
    let mut table = Table::new(
        caption,
        &[("Pair", Words), (&question.baseline, Number), (&comparison.candidate, Number), ("Difference", Number)],
    );
    for pair in &comparison.pairs[..shown] {
        let number = |value: f64| Prose::from(Span::number(number::fixed(value, decimals), value));
        table.row(vec![
            pair.label.as_str().into(),
            number(pair.baseline),
            number(pair.candidate),
            Span::number(number::difference(pair.difference, decimals), pair.difference).into(),
        ]);
    }
    let count = counted(comparison.pairs.len() as u64, "pair", "pairs");
    Some(Part::Fold { id: format!("{}-pairs", anchor(index)), summary: count, parts: vec![Part::Table(table)] })
}
