use std::collections::BTreeMap;

use gosset_science::theory::{Comparison, FitFinding, NextExperiment, PredictionFinding, Run, TheoryFinding};

use super::report::TheoryReport;
use super::written::{
    because, constant, facts, held_out, lack_of_fit, range, strength, tally, title, tone, warnings, worst,
};
use crate::document::Kind::{Number, Sentence, Words};
use crate::document::{Document, Figure, Finding, Part, Prose, Section, Span, Table, fact};
use crate::figure::{MOST_LINES, PlotLine, RunPlot, run_plot};
use crate::number::{self, magnitude};
use crate::text::clean;

/// Up to so many comparisons of a prediction are listed.
const MOST_LISTED: usize = 500;

/// The whole report.
pub(super) fn document(report: &TheoryReport<'_>) -> Document {
    let mut sections = vec![
        Section { id: "found", title: "What was found", parts: found(report) },
        Section { id: "predictions", title: "Predictions", parts: predictions(report) },
        Section { id: "fits", title: "Fits", parts: fits(report) },
    ];
    if !report.judgement.rivals.is_empty() {
        sections.push(Section { id: "rivals", title: "Rivals", parts: rivals(report) });
    }
    if let Some(next) = &report.judgement.next {
        sections.push(Section {
            id: "next",
            title: "The experiment that would tell rivals apart",
            parts: vec![experiment(next)],
        });
    }
    sections.push(Section { id: "assumptions", title: "Assumptions", parts: assumptions(report) });
    sections.push(Section { id: "sources", title: "Sources", parts: vec![sources(report)] });
    Document {
        kind: "Judgement of theories",
        title: title(report),
        question: report.theories.question.clone().unwrap_or_default(),
        background: None,
        sections,
    }
}

fn number_cell(text: String, exact: f64) -> Prose {
    Span::number(text, exact).into()
}

fn found(report: &TheoryReport<'_>) -> Vec<Part> {
    let mut table = Table::new(
        format!("Theories at the error rate {} each (grade C).", number::stated(report.judgement.alpha.get())),
        &[("Theory", Words), ("Standing", Words), ("Formula", Words), ("Predictions", Sentence)],
    );
    for finding in &report.judgement.theories {
        table.row(vec![
            Span::strong(&finding.name).into(),
            Span::marked(tone(finding.standing), finding.standing.words()).into(),
            finding.formula.as_ref().map_or_else(|| "none".into(), |formula| Span::code(formula).into()),
            tally(finding).into(),
        ]);
    }
    let mut parts = vec![
        Part::Facts(facts(report).into_iter().map(|(term, text)| fact(&term, Prose::with_code(&text))).collect()),
        Part::List(report.judgement.statements.iter().map(|said| Prose::with_code(said)).collect()),
        Part::Table(table),
    ];
    parts.extend(warnings(report).iter().map(|warning| Part::Warning(Prose::with_code(warning))));
    parts
}

fn predictions(report: &TheoryReport<'_>) -> Vec<Part> {
    let mut parts = Vec::new();
    for theory in &report.judgement.theories {
        if theory.predictions.is_empty() {
            parts.push(Part::Prose(Prose::with_code(&format!(
                "`{}` predicts nothing beyond its formula.",
                theory.name
            ))));
        }
        for prediction in &theory.predictions {
            parts.push(Part::Finding(Box::new(prediction_finding(theory, prediction))));
        }
    }
    parts
}

fn prediction_finding(theory: &TheoryFinding, prediction: &PredictionFinding) -> Finding {
    let count = prediction.comparisons.len();
    let more = count.saturating_sub(MOST_LISTED);
    let rest = if more > 0 { format!("; {more} more are in the JSON reply") } else { String::new() };
    let mut table = Table::new(
        format!("What was compared, with intervals at the prediction's share of the error rate{rest}"),
        &[
            ("Number", Sentence),
            ("Estimate", Number),
            ("Interval", Number),
            ("Predicted", Number),
            ("Outside by", Words),
            ("n", Number),
        ],
    );
    let row = |one: &Comparison| {
        vec![
            one.what.as_str().into(),
            number_cell(magnitude(one.estimate, 4), one.estimate),
            range(Some(one.bounds.lower), Some(one.bounds.upper)).into(),
            range(one.from, one.to).into(),
            strength(one).into(),
            number::count(one.n).into(),
        ]
    };
    prediction.comparisons.iter().take(MOST_LISTED).for_each(|one| table.row(row(one)));
    let mut parts = Vec::new();
    if count > 0 {
        parts.push(Part::Table(table));
    }
    parts.extend(prediction.notes.iter().map(|note| Part::Prose(note.as_str().into())));
    let because = because(prediction).map_or_else(String::new, |because| format!(" Because: {because}."));
    Finding {
        id: format!("prediction-{}", prediction.name),
        name: prediction.name.clone(),
        claim: prediction.claim.clone(),
        tone: tone(prediction.standing),
        verdict: prediction.standing.words().to_owned(),
        sentence: format!("A prediction of {} ({}).{because}", clean(&theory.name), prediction.kind).into(),
        parts,
    }
}

fn fits(report: &TheoryReport<'_>) -> Vec<Part> {
    let mut parts: Vec<Part> = drawn(report).map(|figure| Part::Figures(vec![figure])).into_iter().collect();
    for theory in &report.judgement.theories {
        parts.push(Part::Heading(theory.name.clone()));
        match (&theory.fit, &theory.not_fitted) {
            (Some(fit), _) => parts.extend(fit_parts(fit)),
            (None, Some(reason)) => parts.push(Part::Warning(format!("Not fitted: {}.", clean(reason)).into())),
            (None, None) => parts.push(Part::Prose("It has no formula.".into())),
        }
    }
    parts
}

fn fit_parts(fit: &FitFinding) -> Vec<Part> {
    let mut table = Table::new(
        format!("Constants, from n = {} runs. A constant that the runs do not identify has no number.", fit.n),
        &[
            ("Constant", Words),
            ("Unit", Words),
            ("Estimate", Number),
            ("Interval", Number),
            ("Allowed", Number),
            ("The runs", Words),
        ],
    );
    for one in &fit.constants {
        let (estimate, bounds, says) = constant(one);
        table.row(vec![
            Span::code(&one.name).into(),
            one.unit.as_str().into(),
            one.estimate.map_or_else(|| estimate.clone().into(), |exact| number_cell(estimate.clone(), exact)),
            bounds.into(),
            range(Some(one.from), Some(one.to)).into(),
            says.into(),
        ]);
    }
    let mut facts = vec![
        fact("Residuals", format!("standard deviation {}", magnitude(fit.residual_sd, 3))),
        fact("Lack of fit", lack_of_fit(fit)),
    ];
    facts.extend(worst(fit).map(|worst| fact("Furthest off", worst)));
    facts.extend(fit.contradiction.as_ref().map(|found| {
        fact("Contradicted by", format!("{} ({}, adjusted)", found.observation, number::p_value(found.p_adjusted)))
    }));
    let mut parts = vec![Part::Facts(facts)];
    if !fit.constants.is_empty() {
        parts.insert(0, Part::Table(table));
    }
    parts
}

/// The runs and the fitted formulas over one quantity.
fn drawn(report: &TheoryReport<'_>) -> Option<Figure> {
    let fits: Vec<(&TheoryFinding, &FitFinding)> = report
        .judgement
        .theories
        .iter()
        .filter_map(|theory| Some((theory, theory.fit.as_ref()?)))
        .filter(|(_, fit)| fit.curve.len() > 1)
        .take(MOST_LINES)
        .collect();
    let over = fits.first()?.1.curve_over.clone()?;
    let largest = |run: &&Run| run.quantities.get(&over).copied().unwrap_or(f64::NEG_INFINITY);
    let held: BTreeMap<String, f64> =
        report.runs.all().iter().max_by(|a, b| largest(a).total_cmp(&largest(b)))?.quantities.clone();
    let is_held = |run: &&Run| {
        let is_same = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(b.abs());
        run.quantities
            .iter()
            .all(|(name, value)| *name == over || held.get(name).is_some_and(|own| is_same(*own, *value)))
    };
    let points: Vec<(f64, f64)> =
        report.runs.all().iter().filter(is_held).map(|run| (largest(&run), run.observed)).collect();
    let lines: Vec<PlotLine> =
        fits.iter().map(|(theory, fit)| PlotLine { name: theory.name.clone(), path: fit.curve.clone() }).collect();
    let unit = |name: &str| {
        report.theories.quantities.get(name).map_or_else(String::new, |quantity| quantity.unit.to_string())
    };
    let observed = &report.theories.results.observed;
    let others: Vec<String> = held
        .iter()
        .filter(|(name, _)| **name != over)
        .map(|(name, value)| format!("{} = {}", clean(name), magnitude(*value, 3)))
        .collect();
    let at = if others.is_empty() { String::new() } else { format!(" at {}", others.join(", ")) };
    let names: Vec<&str> = lines.iter().map(|line| line.name.as_str()).collect();
    let picture = run_plot(&RunPlot {
        id: "curves",
        title: "Runs and the fitted formulas",
        up: &format!("{observed} ({})", unit(observed)),
        is_up_log: false,
        across: &format!("{over} ({})", unit(&over)),
        points: &points,
        lines: &lines,
        bars: &[],
        described: &format!(
            "{} runs as dots, and the curves of: {}. The tables hold their constants.",
            points.len(),
            names.join(", ")
        ),
    })?;
    let caption = format!(
        "Runs{at} (n = {} of {}) and the fitted formulas, within the ranges that the theories allow.",
        points.len(),
        report.runs.all().len()
    );
    Some(Figure { picture, caption: caption.into() })
}

fn rivals(report: &TheoryReport<'_>) -> Vec<Part> {
    let mut criteria = Table::new(
        "Criteria: only their differences mean anything. Fitted numbers count the variance of the residuals.",
        &[("Theory", Words), ("n", Number), ("Fitted numbers", Number), ("AIC", Number), ("BIC", Number)],
    );
    for one in &report.judgement.criteria {
        criteria.row(vec![
            one.theory.as_str().into(),
            number::count(one.n).into(),
            number::count(one.k).into(),
            number_cell(number::significant(one.aic, 5), one.aic),
            number_cell(number::significant(one.bic, 5), one.bic),
        ]);
    }
    let mut contests = Table::new(
        "What each theory foresees of runs that it was not fitted to: root mean square errors, and the mean square error of the second less that of the first.",
        &[
            ("First", Words),
            ("Second", Words),
            ("Held out", Words),
            ("First off by", Number),
            ("Second off by", Number),
            ("Difference", Number),
            ("Interval", Number),
            ("Conditions", Number),
            ("Nearer", Words),
        ],
    );
    let mut factors = Table::new(
        "Bayes factors for the first against the second, approximated by BIC; none where a constant is not identified or not well within its range.",
        &[("First", Words), ("Second", Words), ("Factor", Number), ("Strength", Words)],
    );
    for pair in &report.judgement.rivals {
        for contest in &pair.contests {
            contests.row(vec![
                pair.first.as_str().into(),
                pair.second.as_str().into(),
                held_out(contest).into(),
                number_cell(magnitude(contest.first_error, 3), contest.first_error),
                number_cell(magnitude(contest.second_error, 3), contest.second_error),
                number_cell(magnitude(contest.difference, 3), contest.difference),
                contest
                    .bounds
                    .map_or_else(|| "none".into(), |bounds| range(Some(bounds.lower), Some(bounds.upper)).into()),
                number::count(contest.n).into(),
                contest.nearer.as_deref().unwrap_or("not told apart").into(),
            ]);
        }
        factors.row(vec![
            pair.first.as_str().into(),
            pair.second.as_str().into(),
            pair.bayes_factor.map_or_else(|| "none".into(), |factor| number_cell(magnitude(factor, 2), factor)),
            pair.strength.as_deref().unwrap_or("not defined").into(),
        ]);
    }
    vec![Part::Table(contests), Part::Table(criteria), Part::Table(factors)]
}

fn experiment(next: &NextExperiment) -> Part {
    let of = if next.is_listed { "listed conditions" } else { "conditions of the runs" };
    let mut table = Table::new(
        format!(
            "The best of {} {of}, by the criterion of Box and Hill; a run has a standard deviation of {}. Runs: how many tell each pair apart with power {}.",
            number::count(next.looked_at),
            magnitude(next.run_sd, 3),
            number::stated(next.power)
        ),
        &[("Condition", Words), ("Separation", Number), ("Foreseen", Sentence), ("Runs", Sentence)],
    );
    for one in &next.best {
        let foreseen: Vec<String> = one
            .foreseen
            .iter()
            .map(|found| {
                let error = magnitude(found.standard_error, 2);
                format!("{}: {} (standard error {error})", clean(&found.theory), magnitude(found.value, 4))
            })
            .collect();
        let runs: Vec<String> = one
            .pairs
            .iter()
            .map(|pair| {
                let count = pair.runs.map_or_else(|| "no number".to_owned(), number::count);
                format!("{} and {}: {count}", clean(&pair.first), clean(&pair.second))
            })
            .collect();
        table.row(vec![
            one.condition.as_str().into(),
            number_cell(magnitude(one.separation, 3), one.separation),
            foreseen.join("; ").into(),
            runs.join("; ").into(),
        ]);
    }
    Part::Table(table)
}

fn assumptions(report: &TheoryReport<'_>) -> Vec<Part> {
    let each = report.judgement.theories.iter().flat_map(|theory| {
        let listed = theory.assumptions.iter().map(|assumption| assumption.as_str().into()).collect();
        [Part::Heading(theory.name.clone()), Part::List(listed)]
    });
    each.collect()
}

fn sources(report: &TheoryReport<'_>) -> Part {
    let mut table = Table::new("Files", &[("File", Words), ("Digest (BLAKE3)", Words)]);
    for (file, digest) in report.sources {
        table.row(vec![file.as_str().into(), Span::code(digest).into()]);
    }
    Part::Table(table)
}
