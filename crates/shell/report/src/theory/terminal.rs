use gosset_science::theory::{NextExperiment, PredictionFinding, RivalPair, Standing, TheoryFinding};

use super::report::TheoryReport;
use super::written::{
    because, constant, facts, held_out, lack_of_fit, range, strength, tally, title, tone, warnings, worst,
};
use crate::Style;
use crate::number::{self, magnitude};
use crate::terminal::Page;
use crate::text::{clean, width as wide};

/// So many comparisons of a prediction are listed.
const MOST_LISTED: usize = 8;
/// Wider lines are hard to read.
const WIDEST: usize = 100;

/// Writes what the runs say of each theory, of rivals and of the next experiment.
pub(super) fn terminal(report: &TheoryReport<'_>, style: &Style) -> String {
    let mut page = Page::new(style);
    let width = style.width.min(WIDEST);
    page.wrapped("", &title(report));
    if let Some(question) = &report.theories.question {
        page.wrapped("", &clean(question));
    }
    page.line("");
    for (term, value) in facts(report) {
        page.stated(&term, &value);
    }
    for finding in &report.judgement.theories {
        page.line("");
        theory(&mut page, width, finding);
    }
    if !report.judgement.rivals.is_empty() {
        page.line("");
        rivals(&mut page, width, report);
    }
    if let Some(next) = &report.judgement.next {
        page.line("");
        experiment(&mut page, width, next);
    }
    page.line("");
    for said in &report.judgement.statements {
        page.item("- ", &clean(said));
    }
    page.line("");
    for warning in warnings(report) {
        page.item("! ", &warning);
    }
    page.into_text()
}

/// A standing in its colour with the name of what it is of; in several lines,
/// without colour, where it does not fit into one.
fn headed(page: &mut Page, width: usize, indent: &str, standing: Standing, name: &str) {
    let tone = tone(standing);
    let word = format!("{} {}", tone.symbol(), standing.words());
    let name = clean(name);
    if wide(&format!("{indent}{word}  {name}")) > width {
        page.wrapped(indent, &format!("{word}: {name}"));
    } else {
        let word = page.painted(tone.terminal(), &word);
        page.line(&format!("{indent}{word}  {name}"));
    }
}

fn theory(page: &mut Page, width: usize, finding: &TheoryFinding) {
    headed(page, width, "", finding.standing, &finding.name);
    if let Some(formula) = &finding.formula {
        page.wrapped("  ", &clean(formula));
    }
    if !finding.predictions.is_empty() {
        page.wrapped("  ", &format!("Predictions: {}.", tally(finding)));
    }
    for prediction in &finding.predictions {
        told(page, width, prediction);
    }
    if let Some(reason) = &finding.not_fitted {
        page.wrapped("  ", &format!("Not fitted: {}.", clean(reason)));
    }
    let Some(fit) = &finding.fit else { return };
    if !fit.constants.is_empty() {
        let mut rows = vec![["Constant", "Estimate", "Bounds", "Allowed", "The runs"].map(str::to_owned)];
        for one in &fit.constants {
            let (estimate, bounds, says) = constant(one);
            rows.push([clean(&one.name), estimate, bounds, range(Some(one.from), Some(one.to)), says]);
        }
        table(page, width, &rows);
    }
    page.item("  ", &format!("Lack of fit: {}", lack_of_fit(fit)));
    if let Some(worst) = worst(fit) {
        page.item("  ", &format!("Furthest off: {worst}"));
    }
}

fn told(page: &mut Page, width: usize, prediction: &PredictionFinding) {
    headed(page, width, "  ", prediction.standing, &prediction.name);
    page.wrapped("      ", &clean(&prediction.claim));
    for one in prediction.comparisons.iter().take(MOST_LISTED) {
        page.item(
            "      - ",
            &format!(
                "{}: {} ({}), predicted {}; {}; n = {}",
                clean(&one.what),
                magnitude(one.estimate, 4),
                range(Some(one.bounds.lower), Some(one.bounds.upper)),
                range(one.from, one.to),
                strength(one),
                one.n
            ),
        );
    }
    let more = prediction.comparisons.len().saturating_sub(MOST_LISTED);
    if more > 0 {
        page.wrapped("        ", &format!("{more} more are in the report and the JSON reply"));
    }
    if let Some(because) = because(prediction) {
        page.item("      because ", &because);
    }
    for note in &prediction.notes {
        page.item("      note: ", &clean(note));
    }
}

fn rivals(page: &mut Page, width: usize, report: &TheoryReport<'_>) {
    page.line("Rivals");
    let mut rows = vec![["Theory", "Runs", "Fitted numbers", "AIC", "BIC"].map(str::to_owned)];
    for one in &report.judgement.criteria {
        let (aic, bic) = (number::significant(one.aic, 5), number::significant(one.bic, 5));
        rows.push([clean(&one.theory), number::count(one.n), one.k.to_string(), aic, bic]);
    }
    table(page, width, &rows);
    for pair in &report.judgement.rivals {
        rival(page, pair);
    }
}

fn rival(page: &mut Page, pair: &RivalPair) {
    page.wrapped("  ", &format!("{} and {}", clean(&pair.first), clean(&pair.second)));
    for contest in &pair.contests {
        let bounds = contest
            .bounds
            .map_or_else(|| "no interval".to_owned(), |bounds| range(Some(bounds.lower), Some(bounds.upper)));
        let nearer = contest
            .nearer
            .as_ref()
            .map_or_else(|| "not told apart".to_owned(), |name| format!("{} is nearer", clean(name)));
        page.item(
            "  - ",
            &format!(
                "held out {}: errors {} and {}, mean squares differ by {} ({bounds}), n = {}: {nearer}",
                held_out(contest),
                magnitude(contest.first_error, 3),
                magnitude(contest.second_error, 3),
                magnitude(contest.difference, 3),
                contest.n
            ),
        );
    }
    match (pair.bayes_factor, &pair.strength) {
        (Some(factor), Some(strength)) => {
            page.item("  - ", &format!("Bayes factor about {} ({strength})", magnitude(factor, 2)));
        }
        _ => page.item("  - ", "no Bayes factor: a constant is not identified, or not well within its range"),
    }
}

fn experiment(page: &mut Page, width: usize, next: &NextExperiment) {
    page.line("Next experiment");
    let mut rows = vec![["Condition", "Separation", "Foreseen", "Runs", ""].map(str::to_owned)];
    for one in &next.best {
        let foreseen: Vec<String> = one.foreseen.iter().map(|found| magnitude(found.value, 4)).collect();
        let runs: Vec<String> =
            one.pairs.iter().map(|pair| pair.runs.map_or_else(|| "none".to_owned(), number::count)).collect();
        rows.push([
            clean(&one.condition),
            magnitude(one.separation, 3),
            foreseen.join(", "),
            runs.join(", "),
            String::new(),
        ]);
    }
    table(page, width, &rows);
    page.wrapped("  ", "Foreseen: by each theory in turn. Runs: how many tell each pair apart.");
}

/// A table, or where it does not fit a paragraph for each row.
fn table(page: &mut Page, width: usize, rows: &[[String; 5]]) {
    let room = |column: usize| rows.iter().map(|row| wide(&row[column])).max().unwrap_or(0);
    let rooms: Vec<usize> = (0..5).map(room).collect();
    if rooms.iter().map(|room| room + 2).sum::<usize>() > width
        && let Some((heads, rows)) = rows.split_first()
    {
        for row in rows {
            let cells = heads.iter().zip(row).skip(1).filter(|(head, _)| !head.is_empty());
            let cells: Vec<String> = cells.map(|(head, cell)| format!("{} {cell}", head.to_lowercase())).collect();
            page.item("  ", &format!("{}: {}", row[0], cells.join("; ")));
        }
        return;
    }
    for (index, row) in rows.iter().enumerate() {
        let cells = row.iter().zip(&rooms).map(|(cell, room)| format!("{cell}{}", " ".repeat(room - wide(cell))));
        let line = format!("  {}", cells.collect::<Vec<String>>().join("  "));
        let line = line.trim_end().to_owned();
        page.line(&if index == 0 { page.painted("2", &line) } else { line });
    }
}
