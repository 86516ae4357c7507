//! Standings and numbers of theories as they are written on a terminal and a page.

use gosset_model::Errors;
use gosset_science::theory::{
    Comparison, ConstantFinding, Contest, ContestKind, FitFinding, PredictionFinding, Standing, TheoryFinding,
};

use super::report::TheoryReport;
use crate::number::{self, magnitude};
use crate::text::{clean, counted};
use crate::tone::Tone;

/// The tone of a standing.
pub(super) fn tone(standing: Standing) -> Tone {
    match standing {
        Standing::Consistent => Tone::Good,
        Standing::Contradicted => Tone::Bad,
        Standing::NotTested => Tone::Open,
    }
}

pub(super) fn title(report: &TheoryReport<'_>) -> String {
    let observed = &report.theories.results.observed;
    let unit = report.theories.quantities.get(observed).map_or_else(String::new, |quantity| quantity.unit.to_string());
    format!(
        "{} of {} ({})",
        counted(report.theories.theories.len() as u64, "theory", "theories"),
        clean(observed),
        clean(&unit)
    )
}

/// What was asked and found to be there.
pub(super) fn facts(report: &TheoryReport<'_>) -> Vec<(String, String)> {
    let judgement = report.judgement;
    let errors = match report.theories.design.errors {
        Errors::Absolute => "as large for small values as for large ones",
        Errors::Relative => "in proportion to the value; logarithms are fitted",
    };
    let mut facts = vec![
        (
            "Runs".to_owned(),
            format!(
                "n = {} at {}",
                number::count(judgement.n),
                counted(judgement.conditions, "condition", "conditions")
            ),
        ),
        (
            "Error rate".to_owned(),
            format!("{} for each theory, shared among all that it says", number::stated(judgement.alpha.get())),
        ),
        ("Errors".to_owned(), errors.to_owned()),
    ];
    if let Some(block) = &report.theories.results.block {
        facts.push(("Blocks".to_owned(), format!("column `{}`", clean(block))));
    }
    facts
}

/// All that must be said besides.
pub(super) fn warnings(report: &TheoryReport<'_>) -> Vec<String> {
    report.reading_notes.iter().chain(&report.judgement.warnings).map(|text| clean(text)).collect()
}

/// The two ends of a range, either of which may be open.
pub(super) fn range(from: Option<f64>, to: Option<f64>) -> String {
    match (from, to) {
        (Some(from), Some(to)) => format!("{} to {}", magnitude(from, 3), magnitude(to, 3)),
        (Some(from), None) => format!("at least {}", magnitude(from, 3)),
        (None, Some(to)) => format!("at most {}", magnitude(to, 3)),
        (None, None) => "anything".to_owned(),
    }
}

/// How far outside of a region, or that it is not.
pub(super) fn strength(comparison: &Comparison) -> String {
    if comparison.distance > 0.0 {
        format!(
            "{} standard errors outside, {}",
            number::significant(comparison.distance, 2),
            number::p_value(comparison.p_value)
        )
    } else {
        "inside".to_owned()
    }
}

/// What contradicts a prediction, or why it is not tested here.
pub(super) fn because(prediction: &PredictionFinding) -> Option<String> {
    match (&prediction.contradiction, &prediction.reason) {
        (Some(found), _) => Some(format!(
            "{}, {} standard errors off ({}, adjusted)",
            clean(&found.observation),
            number::significant(found.distance, 2),
            number::p_value(found.p_adjusted)
        )),
        (None, Some(reason)) => Some(clean(reason)),
        (None, None) => None,
    }
}

/// What the runs say of a constant.
pub(super) fn constant(constant: &ConstantFinding) -> (String, String, String) {
    let estimate = constant.estimate.map_or_else(|| "none".to_owned(), |value| magnitude(value, 4));
    let bounds = match (constant.lower, constant.upper) {
        (None, None) => "none".to_owned(),
        (lower, upper) => range(lower, upper),
    };
    let says = match (constant.standing, constant.estimate) {
        (Standing::Contradicted, _) => "outside of its range",
        (Standing::Consistent, _) => "within its range",
        (Standing::NotTested, Some(_)) => "partly outside of its range",
        (Standing::NotTested, None) => "not identified by the runs",
    };
    (estimate, bounds, says.to_owned())
}

/// What repeated runs say of a formula.
pub(super) fn lack_of_fit(fit: &FitFinding) -> String {
    match &fit.lack_of_fit {
        Some(found) => format!(
            "F = {} with {} and {} degrees of freedom, {}",
            number::significant(found.f, 3),
            found.df_conditions,
            found.df_runs,
            number::p_value(found.p_value)
        ),
        None => "not tested here: no repeated runs, or no more conditions than constants".to_owned(),
    }
}

/// The condition that is furthest from a formula.
pub(super) fn worst(fit: &FitFinding) -> Option<String> {
    let worst = fit.worst.as_ref()?;
    Some(format!(
        "{} (row {}): observed {}, the formula says {}, {} standard errors",
        clean(&worst.condition),
        worst.row,
        magnitude(worst.observed, 4),
        magnitude(worst.formula, 4),
        number::significant(worst.distance, 2)
    ))
}

/// What is held out in a contest.
pub(super) fn held_out(contest: &Contest) -> String {
    match (contest.kind, &contest.over) {
        (ContestKind::Largest, Some(over)) => format!("the largest {}", clean(over)),
        (ContestKind::Largest, None) => "the largest".to_owned(),
        (ContestKind::EachCondition, _) => "each condition".to_owned(),
    }
}

/// The predictions and the fit of a theory in a phrase.
pub(super) fn tally(finding: &TheoryFinding) -> String {
    let count = |standing| finding.predictions.iter().filter(|one| one.standing == standing).count();
    format!(
        "{} consistent, {} contradicted, {} not tested here",
        count(Standing::Consistent),
        count(Standing::Contradicted),
        count(Standing::NotTested)
    )
}
