use gosset_model::{Errors, Theories, Theory};
use gosset_stats::Alpha;

use super::compared::share;
use super::error::TheoryError;
use super::experiment;
use super::fit::Fit;
use super::judgement::{FitFinding, Standing, TheoryFinding, TheoryJudgement};
use super::prediction;
use super::rivals;
use super::runs::Runs;
use super::sentences;

/// Says what runs say of theories.
///
/// Each theory has the error rate alpha for itself, shared by Bonferroni's
/// procedure among its predictions and its fit, and within these among the numbers
/// that they compare.
///
/// # Errors
/// [`TheoryError::NotPositive`] where errors are relative and a value is not
/// positive.
pub fn judge_theories(theories: &Theories, runs: &Runs) -> Result<TheoryJudgement, TheoryError> {
    if theories.design.errors == Errors::Relative
        && theories.theories.iter().any(|theory| theory.formula.is_some())
        && let Some(run) = runs.all().iter().find(|run| run.observed <= 0.0)
    {
        let observed = theories.results.observed.clone();
        return Err(TheoryError::NotPositive { row: run.row, observed, value: run.observed });
    }
    let mut warnings = sentences::warnings(theories, runs);
    let mut findings = Vec::new();
    let mut fits = Vec::new();
    for theory in &theories.theories {
        let (finding, fit) = judged(theory, theories, runs);
        findings.push(finding);
        fits.extend(fit);
    }
    let criteria = fits.iter().filter_map(rivals::criteria).collect();
    let pairs = rivals::pairs(&fits, runs, theories.design.alpha, &mut warnings);
    let next = experiment::next(theories, &fits, runs, &mut warnings);
    let mut judgement = TheoryJudgement {
        version: 1,
        grade: "C".to_owned(),
        n: runs.all().len() as u64,
        conditions: runs.conditions().len() as u64,
        alpha: theories.design.alpha,
        theories: findings,
        criteria,
        rivals: pairs,
        next,
        statements: Vec::new(),
        warnings,
    };
    judgement.statements = sentences::statements(&judgement);
    Ok(judgement)
}

fn judged<'a>(theory: &'a Theory, theories: &Theories, runs: &'a Runs) -> (TheoryFinding, Option<Fit<'a>>) {
    let own: Vec<_> = theories.predictions.iter().filter(|prediction| prediction.theory == theory.name).collect();
    let members = own.len() + usize::from(theory.formula.is_some());
    let mut finding = TheoryFinding {
        name: theory.name.to_string(),
        assumptions: theory.assumptions.clone(),
        formula: theory.formula.as_ref().map(ToString::to_string),
        standing: Standing::NotTested,
        members: members as u64,
        predictions: Vec::new(),
        fit: None,
        not_fitted: None,
    };
    // Every error rate is a level.
    let Ok(alpha) = Alpha::new(theories.design.alpha.get()) else { return (finding, None) };
    let level = share(alpha, members.max(1));
    let mut fit = None;
    if theory.formula.is_some() {
        match Fit::of(theory, theories.design, runs, level, members) {
            Ok((found, told)) => (fit, finding.fit) = (Some(found), Some(told)),
            Err(reason) => finding.not_fitted = Some(reason),
        }
    }
    finding.predictions = own
        .iter()
        .map(|prediction| prediction::judge(prediction, theory, fit.as_ref(), runs, level, members))
        .collect();
    finding.standing = standing(&finding);
    (finding, fit)
}

fn standing(finding: &TheoryFinding) -> Standing {
    let mut predictions = finding.predictions.iter().map(|prediction| prediction.standing);
    let is_fit_contradicted =
        finding.fit.as_ref().is_some_and(|fit: &FitFinding| fit.standing == Standing::Contradicted);
    if is_fit_contradicted || predictions.clone().any(|one| one == Standing::Contradicted) {
        Standing::Contradicted
    } else if !finding.predictions.is_empty() && predictions.all(|one| one == Standing::Consistent) {
        Standing::Consistent
    } else {
        Standing::NotTested
    }
}
