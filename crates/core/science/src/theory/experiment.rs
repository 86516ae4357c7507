//! The experiment that would best tell rivals apart.

use std::collections::BTreeMap;

use gosset_model::{Condition, Errors, Theories};
use gosset_stats::nonlinear::discrimination::{Foreseen, runs_to_separate, separation};
use gosset_stats::nonlinear::precision::Covariance;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fit::{Fit, pure_variance};
use super::model::Fitting;
use super::runs::Runs;

/// The experiment that would best tell the rivals apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NextExperiment {
    /// Among how many conditions it is the best.
    pub looked_at: u64,
    /// Whether these are conditions that the file lists; else those of the runs.
    pub is_listed: bool,
    /// The standard deviation of one run that was reckoned with, in logarithms where
    /// errors are relative.
    pub run_sd: f64,
    /// The power that numbers of runs aim at.
    pub power: f64,
    /// The best conditions, the best first.
    pub best: Vec<Candidate>,
}

/// A condition at which the rivals part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Candidate {
    /// The condition.
    pub condition: String,
    /// How much one run there is expected to tell the rivals apart: the criterion
    /// of Box and Hill, over all pairs.
    pub separation: f64,
    /// What each theory foresees there.
    pub foreseen: Vec<ForeseenFinding>,
    /// How many runs tell each pair apart.
    pub pairs: Vec<PairRuns>,
}

/// What a theory foresees at a condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ForeseenFinding {
    /// The theory.
    pub theory: String,
    /// The value.
    pub value: f64,
    /// Its standard error for want of knowing the constants; relative where errors
    /// are.
    pub standard_error: f64,
}

/// How many runs tell two theories apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PairRuns {
    /// The one.
    pub first: String,
    /// The other.
    pub second: String,
    /// How many; none where no number does, because what they foresee there is not
    /// known well enough.
    pub runs: Option<u64>,
}

/// So many conditions are looked at.
const MOST: usize = 20_000;
/// So many are told.
const TOLD: usize = 5;

/// Looks for the condition at which the fits part most; `notes` is told what could
/// not be done.
pub(super) fn next(
    theories: &Theories,
    fits: &[Fit<'_>],
    runs: &Runs,
    notes: &mut Vec<String>,
) -> Option<NextExperiment> {
    if fits.len() < 2 {
        return None;
    }
    let is_listed = theories.quantities.values().any(|quantity| quantity.candidates.is_some());
    let Some(conditions) = (if is_listed { product(theories, runs) } else { None }).or_else(|| {
        (!is_listed).then(|| runs.conditions().into_iter().map(|(condition, _)| condition).collect::<Vec<_>>())
    }) else {
        notes.push(format!(
            "The candidates make more than {MOST} conditions, and no next experiment is proposed: list fewer."
        ));
        return None;
    };
    let variance = variance(fits, runs)?;
    let covariances: Vec<Covariance> = fits
        .iter()
        .map(|fit| {
            let fitting = Fitting::of(&fit.model, runs.all());
            Covariance::of(&fitting, &fit.within.constants, &fit.model.ranges, variance)
        })
        .collect::<Option<_>>()?;
    let foreseen = |condition: &Condition| -> Option<Vec<Foreseen>> {
        let each = fits.iter().zip(&covariances).map(|(fit, covariance)| {
            let (value, slopes) = fit.model.fitted(condition, &fit.within.constants);
            let variance = covariance.of_prediction(&slopes);
            (value.is_finite() && variance.is_finite()).then_some(Foreseen { value, variance })
        });
        each.collect()
    };
    let mut found: Vec<(f64, &Condition, Vec<Foreseen>)> = conditions
        .iter()
        .filter_map(|condition| {
            let foreseen = foreseen(condition)?;
            let sum: f64 = couples(&foreseen).map(|((_, a), (_, b))| separation(*a, *b, variance)).sum();
            sum.is_finite().then_some((sum, condition, foreseen))
        })
        .collect();
    // Stable, so that of equal ones the first stays first.
    found.sort_by(|(a, ..), (b, ..)| b.total_cmp(a));
    let candidate = |(sum, condition, foreseen): &(f64, &Condition, Vec<Foreseen>)| Candidate {
        condition: condition.to_string(),
        separation: *sum,
        foreseen: fits
            .iter()
            .zip(foreseen)
            .map(|(fit, foreseen)| ForeseenFinding {
                theory: fit.name.to_owned(),
                value: match theories.design.errors {
                    Errors::Absolute => foreseen.value,
                    Errors::Relative => libm::exp(foreseen.value),
                },
                standard_error: foreseen.variance.sqrt(),
            })
            .collect(),
        pairs: couples(foreseen)
            .map(|((first, a), (second, b))| PairRuns {
                first: fits[first].name.to_owned(),
                second: fits[second].name.to_owned(),
                runs: runs_to_separate(*a, *b, variance, theories.design.alpha.get(), theories.design.power),
            })
            .collect(),
    };
    let best: Vec<Candidate> = found.iter().take(TOLD).map(candidate).collect();
    if best.is_empty() {
        notes.push("No theory has a value at the candidates, so that no next experiment is proposed.".to_owned());
        return None;
    }
    Some(NextExperiment {
        looked_at: conditions.len() as u64,
        is_listed,
        run_sd: variance.sqrt(),
        power: theories.design.power,
        best,
    })
}

fn couples<T>(items: &[T]) -> impl Iterator<Item = ((usize, &T), (usize, &T))> {
    let later = move |first: usize| items.iter().enumerate().skip(first + 1);
    items.iter().enumerate().flat_map(move |(first, item)| later(first).map(move |other| ((first, item), other)))
}

/// The variance of one run: that of repeated runs, or else the smallest that a fit
/// leaves.
fn variance(fits: &[Fit<'_>], runs: &Runs) -> Option<f64> {
    let first = fits.first()?;
    let groups: Vec<Vec<f64>> = runs
        .conditions()
        .into_iter()
        .map(|(_, places)| places.iter().map(|place| first.model.observed(&runs.all()[*place])).collect())
        .collect();
    let of_fit = |fit: &Fit<'_>| fit.within.sum_of_squares / (runs.all().len() - fit.model.names.len()) as f64;
    pure_variance(&groups)
        .or_else(|| fits.iter().map(of_fit).min_by(f64::total_cmp))
        .filter(|variance| *variance > 0.0 && variance.is_finite())
}

/// All combinations of candidates; quantities without any keep the values of the
/// runs.
fn product(theories: &Theories, runs: &Runs) -> Option<Vec<Condition>> {
    let mut found = vec![Condition(BTreeMap::new())];
    for (name, quantity) in &theories.quantities {
        if *name == theories.results.observed {
            continue;
        }
        let values = quantity.candidates.clone().unwrap_or_else(|| runs.values(name));
        if found.len().saturating_mul(values.len()) > MOST {
            return None;
        }
        let with = |condition: &Condition, value: f64| {
            let mut condition = condition.clone();
            condition.0.insert(name.clone(), value);
            condition
        };
        found = found
            .iter()
            .flat_map(|condition| values.iter().map(|value| with(condition, *value)).collect::<Vec<_>>())
            .collect();
    }
    Some(found)
}
