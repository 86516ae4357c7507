use gosset_stats::scaling::{Quantity, Scale};

use super::report::{BestSizes, FittedLaw, ScalingReport};
use super::words::{between, constant_words, criterion_words, flaw_words, reach, scale_words, unit_words};
use crate::document::Kind::{Number, Sentence, Words};
use crate::document::{Document, Figure, Part, Prose, Section, Span, Table, fact};
use crate::figure::{MOST_LINES, PlotBar, PlotLine, RunPlot, run_plot};
use crate::number::{self, magnitude, significant};

/// In how many places a line of the law is reckoned.
const STEPS: usize = 60;

/// The whole report.
pub(super) fn document(report: &ScalingReport<'_>) -> Document {
    let mut sections = vec![Section { id: "found", title: "What was found", parts: found(report) }];
    if let Some(law) = &report.law {
        sections.push(Section { id: "fit", title: "How the law fits", parts: fit(report, law) });
        if let Some(next) = law.next {
            let parts = vec![
                Part::Prose(
                    format!(
                        "With these runs, of {} floating-point operations in all, the standard error of the loss at the target is expected to fall from {} to {} %. It is reckoned as if the law were true.",
                        magnitude(next.compute, 3),
                        significant(100.0 * next.standard_error, 2),
                        significant(100.0 * next.standard_error_after, 2)
                    )
                    .into(),
                ),
                Part::Table(next_runs(next)),
            ];
            sections.push(Section { id: "next", title: "What to run next", parts });
        }
    }
    if let Some(contest) = report.contest {
        let mut table = Table::new(
            format!(
                "Laws fitted to the other runs, on the {} largest, up to {} times the largest of the others. Off by: root mean square of log losses.",
                contest.held_out.len(),
                significant(contest.factor, 2)
            ),
            &[
                ("Law", Words),
                ("Over", Words),
                ("Off by", Number),
                ("Promised too much by", Number),
                ("Note", Sentence),
            ],
        );
        for entrant in &contest.entrants {
            let over: Vec<&str> = entrant.law.needs().iter().map(|need| need.word()).collect();
            let (off, mean, note) = match &entrant.outcome {
                Ok(found) => (numbered(found.root_mean_square, 2), numbered(found.mean, 2), String::new()),
                Err(error) => (Prose::default(), Prose::default(), error.to_string()),
            };
            table.row(vec![Span::code(entrant.law.id()).into(), over.join(", ").into(), off, mean, note.into()]);
        }
        sections.push(Section { id: "contest", title: "The largest runs, foreseen", parts: vec![Part::Table(table)] });
    }
    if report.iso_flop.is_some() || report.envelope.is_some() {
        sections.push(Section { id: "sizes", title: "The best size for a budget", parts: sizes(report) });
    }
    let (file, digest) = report.source;
    let source = vec![Part::Facts(vec![fact(file, Span::code(digest))])];
    sections.push(Section { id: "sources", title: "Sources", parts: source });
    let title = match &report.law {
        Some(law) => format!("A scaling law: {}", law.fit.law().formula()),
        None => "The best size for a budget".to_owned(),
    };
    Document { kind: "Fit of a scaling law", title, question: String::new(), background: None, sections }
}

fn numbered(value: f64, digits: u8) -> Prose {
    Span::number(magnitude(value, digits), value).into()
}

fn found(report: &ScalingReport<'_>) -> Vec<Part> {
    let confidence = number::confidence(2.0 * report.level);
    let mut facts = vec![fact("Runs", number::count(report.points.len() as u64))];
    let mut parts = Vec::new();
    if let Some(law) = &report.law {
        facts.push(fact("Made least", criterion_words(law.fit.criterion())));
        facts.push(fact(
            "Bounds",
            format!(
                "{confidence}; of constants by their profile, others from {} resamples of {}",
                number::count(law.resamples as u64),
                unit_words(law.unit)
            ),
        ));
        if let Some((scale, found)) = law.prediction {
            let scale: Vec<(Quantity, f64)> =
                law.fit.law().needs().into_iter().filter_map(|of| Some((of, scale.get(of)?))).collect();
            facts.push(fact(
                "Prediction",
                format!(
                    "loss {} at {}; bounds of the law {}, of a single run {}; {}",
                    significant(found.loss, 4),
                    scale_words(&scale),
                    between(found.law),
                    between(found.run),
                    reach(&found.beyond)
                ),
            ));
            for gain in &found.gains {
                let text = format!("loss lower by {} ({})", magnitude(gain.fall, 3), between(gain.bounds));
                facts.push(fact(&format!("Twice the {}", gain.of.word()), text));
            }
        }
        if let Some(found) = law.allocation {
            facts.push(fact(
                "Best split",
                format!(
                    "of {} floating-point operations: {} parameters ({}) and {} tokens ({}), {} for each parameter; loss {}; the best size grows as budget^{} ({}); {}",
                    magnitude(found.budget, 3),
                    magnitude(found.parameters, 3),
                    between(found.parameters_bounds),
                    magnitude(found.tokens, 3),
                    between(found.tokens_bounds),
                    significant(found.tokens / found.parameters, 2),
                    significant(found.loss, 4),
                    significant(found.exponent, 3),
                    between(found.exponent_bounds),
                    reach(&found.beyond)
                ),
            ));
        }
        parts.push(Part::Facts(facts));
        parts.push(Part::Table(constants(law, &confidence)));
        parts.push(Part::Figures(losses(report, law).into_iter().collect()));
    } else {
        parts.push(Part::Facts(facts));
    }
    parts.extend(report.notes.iter().map(|note| Part::Warning(Prose::with_code(note))));
    parts
}

fn constants(law: &FittedLaw<'_>, confidence: &str) -> Table {
    let bounds = format!("Bounds ({confidence})");
    let mut table = Table::new(
        "Constants. A number stands only where the runs identify it.",
        &[
            ("Constant", Words),
            ("Estimate", Number),
            (&bounds, Number),
            ("The runs", Words),
            ("What it is", Sentence),
            ("Unit", Words),
        ],
    );
    for (constant, verdict) in law.constants {
        let words = constant_words(verdict);
        table.row(vec![
            Span::strong(constant.symbol).into(),
            words.estimate.into(),
            words.bounds.into(),
            words.says.into(),
            constant.about.into(),
            if constant.unit == "1" { Prose::default() } else { constant.unit.into() },
        ]);
    }
    table
}

fn fit(report: &ScalingReport<'_>, law: &FittedLaw<'_>) -> Vec<Part> {
    let found = law.residuals;
    let mut facts =
        vec![fact("Residuals", format!("root mean square {} of the log loss", significant(found.root_mean_square, 2)))];
    if !found.odd.is_empty() {
        let rows: Vec<String> = found.odd.iter().take(10).map(|(row, _)| row.to_string()).collect();
        let more = if found.odd.len() > 10 { ", ..." } else { "" };
        facts.push(fact(
            "Odd runs",
            format!(
                "{}, more than five times as far off as the middle one: rows {}{more}",
                found.odd.len(),
                rows.join(", ")
            ),
        ));
    }
    facts.push(fact(
        "At the lowest losses",
        format!(
            "the quarter with the lowest losses by the law lies {} {} it on average (standard error {})",
            significant(found.mean_at_the_end.abs(), 2),
            if found.mean_at_the_end < 0.0 { "below" } else { "above" },
            significant(found.standard_error_at_the_end, 1)
        ),
    ));
    let at = if law.prediction.is_some() { "the prediction" } else { "the loss at the largest run" };
    let mut table = Table::new(
        format!("The runs on which {at} hangs most: how it changes when one is left out."),
        &[("Row", Number), ("Residual", Number), ("Change, %", Number)],
    );
    for influence in law.influences {
        table.row(vec![
            influence.row.to_string().into(),
            numbered(influence.residual, 2),
            numbered(100.0 * influence.change, 2),
        ]);
    }
    vec![Part::Facts(facts), Part::Figures(residual_plot(report, law).into_iter().collect()), Part::Table(table)]
}

fn next_runs(next: &gosset_stats::scaling::next_runs::NextRuns) -> Table {
    let mut table = Table::new(
        "Runs that make the loss at the target best known for what they cost.",
        &[("Runs", Number), ("Of", Words), ("Compute of each", Number)],
    );
    for run in &next.runs {
        table.row(vec![run.count.to_string().into(), scale_words(&run.scale).into(), numbered(run.compute, 3)]);
    }
    table
}

/// Which quantity goes to the right: the last that the law needs and that is not a
/// matter of repetition.
fn across_of(law: &FittedLaw<'_>) -> Option<Quantity> {
    law.fit.law().needs().into_iter().rfind(|of| *of != Quantity::UniqueTokens)
}

/// The losses with lines of the law: one, or one for each of a few sizes.
fn losses(report: &ScalingReport<'_>, law: &FittedLaw<'_>) -> Option<Figure> {
    let across = across_of(law)?;
    let is_joint = law.fit.law().needs().first() == Some(&Quantity::Parameters) && across != Quantity::Parameters;
    let points: Vec<(f64, f64)> =
        report.points.points().iter().filter_map(|point| Some((point.scale.get(across)?, point.loss))).collect();
    let lines = if is_joint { lines_by_size(report, law, across) } else { line_of_one(law, across, &points) };
    let bars: Vec<PlotBar> = law
        .prediction
        .and_then(|(scale, found)| {
            Some(PlotBar {
                name: "target".to_owned(),
                across: scale.get(across)?,
                middle: found.loss,
                ends: [found.run.lower, found.run.upper],
            })
        })
        .into_iter()
        .collect();
    let described = format!(
        "{} runs; the lines are those of the law. The table of constants holds its numbers.",
        number::count(report.points.len() as u64)
    );
    let picture = run_plot(&RunPlot {
        id: "losses",
        title: "Losses and the law",
        up: if across == Quantity::PretrainingLoss { "error on the task" } else { "loss" },
        is_up_log: true,
        across: across.word(),
        points: &points,
        lines: &lines,
        bars: &bars,
        described: &described,
    })?;
    let of = if is_joint {
        " A line for each of a few sizes of model, from the tokens for which there are runs near it."
    } else {
        ""
    };
    let target = if bars.is_empty() { "" } else { " The bar is the interval of a single run at the target." };
    let caption = format!("Losses of n = {} runs and the law.{of}{target}", number::count(report.points.len() as u64));
    Some(Figure { picture, caption: caption.into() })
}

/// Some places from `low` to `high`, evenly spread by their logarithms.
fn places(low: f64, high: f64) -> impl Iterator<Item = f64> {
    let step = (high / low).ln() / STEPS as f64;
    (0..=STEPS).map(move |place| low * (step * place as f64).exp())
}

fn line_of_one(law: &FittedLaw<'_>, across: Quantity, points: &[(f64, f64)]) -> Vec<PlotLine> {
    let target = law.prediction.and_then(|(scale, _)| scale.get(across));
    let values = || points.iter().map(|(x, _)| *x).chain(target);
    let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(0.0, f64::max));
    let path = places(low, high).filter_map(|x| {
        let scale = Scale::new().with(across, x).ok()?;
        Some((x, law.fit.loss_at(&scale).ok().filter(|loss| loss.is_finite())?))
    });
    vec![PlotLine { name: "the law".to_owned(), path: path.collect() }]
}

/// Lines of a few sizes, the same ratio apart; each from the fewest to the most
/// tokens of the runs whose size is nearest to it.
fn lines_by_size(report: &ScalingReport<'_>, law: &FittedLaw<'_>, across: Quantity) -> Vec<PlotLine> {
    let runs: Vec<(f64, f64, Option<f64>)> = report
        .points
        .points()
        .iter()
        .filter_map(|point| {
            let unique = point.scale.get(Quantity::UniqueTokens);
            Some((point.scale.get(Quantity::Parameters)?, point.scale.get(across)?, unique))
        })
        .collect();
    let mut sizes: Vec<f64> = runs.iter().map(|(size, ..)| *size).collect();
    sizes.sort_by(f64::total_cmp);
    sizes.dedup_by(|a, b| *a / *b < 1.001);
    let (Some(&least), Some(&most)) = (sizes.first(), sizes.last()) else { return Vec::new() };
    let drawn: Vec<f64> = if sizes.len() <= MOST_LINES {
        sizes
    } else {
        let step = (most / least).ln() / (MOST_LINES - 1) as f64;
        (0..MOST_LINES).map(|place| least * (step * place as f64).exp()).collect()
    };
    let nearest = |size: f64| {
        let distance = |other: &f64| (other / size).ln().abs();
        drawn.iter().copied().min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(size)
    };
    let target = law.prediction.map(|(scale, _)| *scale);
    drawn
        .iter()
        .chain(
            target
                .as_ref()
                .and_then(|scale| scale.get(Quantity::Parameters))
                .iter()
                .filter(|_| drawn.len() < MOST_LINES),
        )
        .filter_map(|&size| {
            let near: Vec<&(f64, f64, Option<f64>)> = runs.iter().filter(|(of, ..)| nearest(*of) == size).collect();
            let reached = near.iter().map(|(_, x, _)| *x);
            let (low, high) = (reached.clone().fold(f64::INFINITY, f64::min), reached.fold(0.0, f64::max));
            let unique = near
                .iter()
                .filter_map(|(.., unique)| *unique)
                .fold(None, |a: Option<f64>, b| Some(a.map_or(b, |a| a.max(b))));
            let path: Vec<(f64, f64)> = places(low, high)
                .filter_map(|x| {
                    let scale = Scale::new().with(Quantity::Parameters, size).and_then(|scale| scale.with(across, x));
                    let scale = match unique {
                        Some(unique) => scale.and_then(|scale| scale.with(Quantity::UniqueTokens, unique.min(x))),
                        None => scale,
                    };
                    Some((x, law.fit.loss_at(&scale.ok()?).ok().filter(|loss| loss.is_finite())?))
                })
                .collect();
            (path.len() > 1).then(|| PlotLine { name: format!("{} parameters", magnitude(size, 2)), path })
        })
        .collect()
}

fn residual_plot(report: &ScalingReport<'_>, law: &FittedLaw<'_>) -> Option<Figure> {
    let across = across_of(law)?;
    let points: Vec<(f64, f64)> = report
        .points
        .points()
        .iter()
        .zip(law.fit.residuals())
        .filter_map(|(point, residual)| Some((point.scale.get(across)?, residual)))
        .collect();
    let ends = points.iter().map(|(x, _)| *x);
    let (low, high) = (ends.clone().fold(f64::INFINITY, f64::min), ends.fold(0.0, f64::max));
    let zero = PlotLine { name: "the law".to_owned(), path: vec![(low, 0.0), (high, 0.0)] };
    let picture = run_plot(&RunPlot {
        id: "residuals",
        title: "Residuals",
        up: "log loss less that of the law",
        is_up_log: false,
        across: across.word(),
        points: &points,
        lines: &[zero],
        bars: &[],
        described: "Residuals over the scale. A law that fits leaves them without a pattern.",
    })?;
    Some(Figure { picture, caption: "Residuals. A law that fits leaves no pattern.".into() })
}

fn sizes(report: &ScalingReport<'_>) -> Vec<Part> {
    let confidence = number::confidence(2.0 * report.level);
    let mut parts = Vec::new();
    if let Some(BestSizes { optima, frontier, exponent_bounds }) = report.iso_flop {
        parts.push(Part::Prose(
            format!(
                "The best size grows as budget^{} ({} at {confidence}), from {} budgets.",
                significant(frontier.exponent, 3),
                between(exponent_bounds),
                frontier.budgets
            )
            .into(),
        ));
        let best: Vec<(f64, f64)> =
            optima.iter().filter_map(|optimum| Some((optimum.budget, optimum.best.ok()?.0))).collect();
        parts.push(Part::Figures(
            size_plot("iso-flop", &best, frontier.exponent, frontier.log_factor).into_iter().collect(),
        ));
        let mut table = Table::new(
            "The size with the lowest loss for each budget.",
            &[("Budget", Number), ("Sizes", Number), ("Best size", Number), ("Loss", Number), ("Note", Words)],
        );
        for optimum in optima {
            let (size, loss, note) = match optimum.best {
                Ok((size, loss)) => (numbered(size, 3), numbered(loss, 4), ""),
                Err(flaw) => (Prose::default(), Prose::default(), flaw_words(flaw)),
            };
            table.row(vec![numbered(optimum.budget, 3), optimum.sizes.to_string().into(), size, loss, note.into()]);
        }
        parts.push(Part::Table(table));
    }
    if let Some((envelope, bounds)) = report.envelope {
        parts.push(Part::Prose(
            format!(
                "The size of the lowest training curve grows as budget^{} ({} at {confidence}), by leaving out each of {} sizes.",
                significant(envelope.exponent, 3),
                between(bounds),
                envelope.lowest.len()
            )
            .into(),
        ));
        let middles: Vec<(f64, f64)> =
            envelope.lowest.iter().map(|lowest| ((lowest.from * lowest.to).sqrt(), lowest.parameters)).collect();
        parts.push(Part::Figures(
            size_plot("envelope", &middles, envelope.exponent, envelope.log_factor).into_iter().collect(),
        ));
        let mut table = Table::new(
            "For which budgets the training curve of each size is the lowest, in floating-point operations.",
            &[("Parameters", Number), ("From", Number), ("To", Number)],
        );
        for lowest in &envelope.lowest {
            table.row(vec![numbered(lowest.parameters, 3), numbered(lowest.from, 3), numbered(lowest.to, 3)]);
        }
        parts.push(Part::Table(table));
    }
    parts
}

fn size_plot(id: &str, best: &[(f64, f64)], exponent: f64, log_factor: f64) -> Option<Figure> {
    let ends = best.iter().map(|(x, _)| *x);
    let (low, high) = (ends.clone().fold(f64::INFINITY, f64::min), ends.fold(0.0, f64::max));
    let path = places(low, high).map(|x| (x, (log_factor + exponent * x.ln()).exp())).collect();
    let name = format!("budget^{}", significant(exponent, 3));
    let picture = run_plot(&RunPlot {
        id,
        title: "The best size for each budget",
        up: "best number of parameters",
        is_up_log: true,
        across: "budget, floating-point operations",
        points: best,
        lines: &[PlotLine { name, path }],
        bars: &[],
        described: "The best size grows with the budget along a line. The table holds the same numbers.",
    })?;
    Some(Figure { picture, caption: "The best size for each budget, and the line through them.".into() })
}
