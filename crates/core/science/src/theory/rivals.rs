//! Rival theories by what they foresee of runs that they were not fitted to.

use gosset_model::ErrorRate;
use gosset_stats::cross_validation::corrected_t;
use gosset_stats::nonlinear::fit::near;
use gosset_stats::nonlinear::{self, Confined, Criteria, Strength};
use gosset_stats::{Alpha, Bounds, summary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::compared::{half, share};
use super::fit::{Fit, most_varied};
use super::model::Fitting;
use super::runs::{Run, Runs};

/// The criteria of a fitted theory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CriteriaFinding {
    /// The theory.
    pub theory: String,
    /// How many runs were fitted.
    pub n: u64,
    /// How many numbers were fitted, the variance of the residuals among them.
    pub k: u64,
    /// Akaike's criterion.
    pub aic: f64,
    /// The Bayesian criterion.
    pub bic: f64,
}

/// Two fitted theories.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RivalPair {
    /// The one.
    pub first: String,
    /// The other.
    pub second: String,
    /// The criterion of Akaike of the second less that of the first.
    pub aic_difference: Option<f64>,
    /// The Bayesian criterion of the second less that of the first.
    pub bic_difference: Option<f64>,
    /// The Bayes factor for the first against the second, as the Bayesian
    /// criterion approximates it; none where a constant of either is not
    /// identified or not well within its range.
    pub bayes_factor: Option<f64>,
    /// How strong it is, in words.
    pub strength: Option<String>,
    /// What each foresees.
    pub contests: Vec<Contest>,
}

/// What is held out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ContestKind {
    /// Each condition in turn.
    EachCondition,
    /// The largest fifth of the values of a quantity.
    Largest,
}

/// Two theories on runs that they were not fitted to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Contest {
    /// What is held out.
    pub kind: ContestKind,
    /// The quantity whose largest values are held out.
    pub over: Option<String>,
    /// How many conditions are foreseen.
    pub n: u64,
    /// The root mean square error of the first, in logarithms where errors are
    /// relative.
    pub first_error: f64,
    /// That of the second.
    pub second_error: f64,
    /// The mean square error of the second less that of the first.
    pub difference: f64,
    /// Its interval, at a share of the error rate among all contests; none with
    /// fewer than three conditions.
    pub bounds: Option<Bounds>,
    /// The theory that is nearer, where the interval does not hold 0.
    pub nearer: Option<String>,
}

/// The criteria of a fit.
pub(super) fn criteria(fit: &Fit<'_>) -> Option<CriteriaFinding> {
    let found = criteria_of(fit)?;
    Some(CriteriaFinding {
        theory: fit.name.to_owned(),
        n: found.n as u64,
        k: found.k as u64,
        aic: found.aic,
        bic: found.bic,
    })
}

fn criteria_of(fit: &Fit<'_>) -> Option<Criteria> {
    Criteria::of(fit.runs.all().len(), fit.within.constants.len(), fit.within.sum_of_squares)
}

/// Compares all pairs of fits; `skipped` is told which contests could not be held.
pub(super) fn pairs(fits: &[Fit<'_>], runs: &Runs, alpha: ErrorRate, skipped: &mut Vec<String>) -> Vec<RivalPair> {
    let Ok(alpha) = Alpha::new(alpha.get()) else { return Vec::new() };
    let kinds = [each_condition(runs), largest(runs)];
    // What each theory foresees: its squared errors by held-out condition.
    let errors: Vec<Vec<Option<Vec<f64>>>> = kinds
        .iter()
        .map(|splits| fits.iter().map(|fit| splits.as_ref().and_then(|splits| foreseen(fit, splits, runs))).collect())
        .collect();
    for (kind, errors) in kinds.iter().zip(&errors) {
        for (fit, errors) in fits.iter().zip(errors) {
            if let (Some(splits), None) = (kind, errors) {
                let what = match splits.kind {
                    ContestKind::EachCondition => "single conditions",
                    ContestKind::Largest => "the largest values",
                };
                skipped.push(format!("`{}` could not be fitted without {what}, and is not compared there.", fit.name));
            }
        }
    }
    let count = fits.len() * fits.len().saturating_sub(1) / 2;
    let level = share(alpha, (count * kinds.len()).max(1));
    let mut found = Vec::new();
    for first in 0..fits.len() {
        for second in first + 1..fits.len() {
            let contests = kinds.iter().zip(&errors).filter_map(|(splits, errors)| {
                contest(
                    splits.as_ref()?,
                    (&fits[first], errors[first].as_ref()?),
                    (&fits[second], errors[second].as_ref()?),
                    level,
                )
            });
            found.push(pair(&fits[first], &fits[second], contests.collect()));
        }
    }
    found
}

fn pair(first: &Fit<'_>, second: &Fit<'_>, contests: Vec<Contest>) -> RivalPair {
    let both = criteria_of(first).zip(criteria_of(second));
    let is_defined = first.is_well_inside && second.is_well_inside;
    let factor = both.filter(|_| is_defined).map(|(first, second)| first.bayes_factor(&second));
    let factor = factor.filter(|factor| factor.is_finite() && *factor > 0.0);
    RivalPair {
        first: first.name.to_owned(),
        second: second.name.to_owned(),
        aic_difference: both.map(|(first, second)| second.aic - first.aic),
        bic_difference: both.map(|(first, second)| second.bic - first.bic),
        bayes_factor: factor,
        strength: factor.map(|factor| Strength::of(factor).words().to_owned()),
        contests,
    }
}

/// Conditions that are held out.
struct Splits {
    kind: ContestKind,
    over: Option<String>,
    /// The runs of each condition that is foreseen.
    held: Vec<Vec<usize>>,
    /// Held-out conditions over those that are fitted, for each fit.
    test_to_train: f64,
}

fn each_condition(runs: &Runs) -> Option<Splits> {
    let held: Vec<Vec<usize>> = runs.conditions().into_iter().map(|(_, places)| places).collect();
    let others = held.len().checked_sub(1).filter(|others| *others >= 2)? as f64;
    Some(Splits { kind: ContestKind::EachCondition, over: None, held, test_to_train: 1.0 / others })
}

fn largest(runs: &Runs) -> Option<Splits> {
    let over = most_varied(runs)?;
    let values = runs.values(&over);
    let count = values.len().div_ceil(5);
    let least = *values.get(values.len().checked_sub(count)?)?;
    let conditions = runs.conditions();
    let is_held =
        |run: &Run| run.quantities.get(&over).is_some_and(|value| *value >= least * (1.0 - 1e-9 * least.signum()));
    let (held, rest): (Vec<_>, Vec<_>) =
        conditions.into_iter().map(|(_, places)| places).partition(|places| is_held(&runs.all()[places[0]]));
    if rest.len() < 2 || held.is_empty() {
        return None;
    }
    let test_to_train = held.len() as f64 / rest.len() as f64;
    Some(Splits { kind: ContestKind::Largest, over: Some(over), held, test_to_train })
}

/// The mean squared error of each held-out condition; none where the formula
/// cannot be fitted to the others or has no value.
fn foreseen(fit: &Fit<'_>, splits: &Splits, runs: &Runs) -> Option<Vec<f64>> {
    let model = &fit.model;
    let constants_without = |held: &[usize]| {
        let rest: Vec<&Run> =
            runs.all().iter().enumerate().filter(|(place, _)| !held.contains(place)).map(|(_, run)| run).collect();
        if rest.len() <= model.names.len() {
            return None;
        }
        if model.names.is_empty() {
            return Some(Vec::new());
        }
        let fitting = Fitting::of(model, rest);
        let warm = near(&fitting, &model.ranges, Confined::Within, &fit.within.constants);
        let found = warm.or_else(|_| nonlinear::fit(&fitting, &model.ranges, Confined::Within));
        found.ok().map(|found| found.constants)
    };
    let error_at = |held: &[usize], constants: &[f64]| {
        let fitting = Fitting::of(model, held.iter().map(|place| &runs.all()[*place]));
        let squares: Vec<f64> = fitting.residuals(constants).iter().map(|residual| residual * residual).collect();
        summary::mean(&squares).ok()
    };
    match splits.kind {
        ContestKind::EachCondition => {
            splits.held.iter().map(|held| error_at(held, &constants_without(held)?)).collect()
        }
        ContestKind::Largest => {
            let constants = constants_without(&splits.held.concat())?;
            splits.held.iter().map(|held| error_at(held, &constants)).collect()
        }
    }
}

fn contest(
    splits: &Splits,
    (first, first_errors): (&Fit<'_>, &[f64]),
    (second, second_errors): (&Fit<'_>, &[f64]),
    level: Alpha,
) -> Option<Contest> {
    let differences: Vec<f64> = first_errors.iter().zip(second_errors).map(|(first, second)| second - first).collect();
    let bounds = (differences.len() >= 3)
        .then(|| corrected_t::fit(&differences, splits.test_to_train).ok())
        .flatten()
        .map(|found| Bounds { lower: found.lower(half(level)), upper: found.upper(half(level)) });
    let nearer = bounds.and_then(|bounds| {
        if bounds.lower > 0.0 {
            Some(first.name.to_owned())
        } else if bounds.upper < 0.0 {
            Some(second.name.to_owned())
        } else {
            None
        }
    });
    Some(Contest {
        kind: splits.kind,
        over: splits.over.clone(),
        n: differences.len() as u64,
        first_error: summary::mean(first_errors).ok()?.sqrt(),
        second_error: summary::mean(second_errors).ok()?.sqrt(),
        difference: summary::mean(&differences).ok()?,
        bounds,
        nearer,
    })
}
