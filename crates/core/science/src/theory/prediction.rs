//! Predictions that need no fit: values, signs, orderings and bounds.

use std::collections::BTreeMap;

use gosset_model::{BoundSide, Condition, Formula, ParameterRole, Prediction, PredictionTest, Region, Theory};
use gosset_stats::{Alpha, PairedT, Student};

use super::compared::{compare, share};
use super::curves;
use super::fit::Fit;
use super::judgement::{Comparison, Contradiction, PredictionFinding, Standing};
use super::runs::{Run, Runs, apart};

/// What was compared for a prediction.
pub(super) struct Compared {
    pub(super) kind: &'static str,
    pub(super) comparisons: Vec<Comparison>,
    /// Why something could not be looked at; the prediction is then not found
    /// consistent.
    pub(super) reason: Option<String>,
    pub(super) notes: Vec<String>,
}

impl Compared {
    pub(super) fn nothing(kind: &'static str, reason: impl Into<String>) -> Self {
        Self { kind, comparisons: Vec::new(), reason: Some(reason.into()), notes: Vec::new() }
    }
}

/// Judges a prediction; `level` is its share of the error rate of its theory, one
/// of `members`.
pub(super) fn judge(
    prediction: &Prediction,
    theory: &Theory,
    fit: Option<&Fit<'_>>,
    runs: &Runs,
    level: Alpha,
    members: usize,
) -> PredictionFinding {
    let compared = match &prediction.test {
        PredictionTest::Value { at, region } => value(at, *region, runs, level),
        PredictionTest::Sign { at, than, is_above } => {
            ordering("sign", &[than.clone(), at.clone()], *is_above, runs, level)
        }
        PredictionTest::Ordering { conditions, is_rising } => ordering("ordering", conditions, *is_rising, runs, level),
        PredictionTest::Exponent { over, at, offset, region } => {
            curves::exponent(over, at.as_ref(), *offset, *region, runs, level)
        }
        PredictionTest::Parameter { parameter, region } => match fit {
            Some(fit) => fit.parameter(parameter, *region, level),
            None => Compared::nothing("parameter", "the formula could not be fitted"),
        },
        PredictionTest::Bound { at, side, formula } => bound(at.as_ref(), *side, formula, theory, runs, level),
        PredictionTest::Collapse { group, at, x, y, margin } => {
            let rescaled = curves::Rescaled { group, at: at.as_ref(), x, y, margin: *margin };
            curves::collapse(&rescaled, theory, runs, level)
        }
    };
    let parts = compared.comparisons.len();
    let worst = compared
        .comparisons
        .iter()
        .filter(|one| one.standing == Standing::Contradicted)
        .min_by(|a, b| a.p_value.total_cmp(&b.p_value));
    let standing = match worst {
        Some(_) => Standing::Contradicted,
        None if compared.reason.is_none()
            && parts > 0
            && compared.comparisons.iter().all(|one| one.standing == Standing::Consistent) =>
        {
            Standing::Consistent
        }
        None => Standing::NotTested,
    };
    let contradiction = worst.map(|one| Contradiction {
        observation: one.what.clone(),
        p_adjusted: (one.p_value * (members * parts) as f64).min(1.0),
        distance: one.distance,
    });
    let wide = || {
        let open = compared.comparisons.iter().filter(|one| one.standing == Standing::NotTested).count();
        format!("{open} of {parts} intervals lie neither inside nor outside of what is predicted")
    };
    let reason = (standing == Standing::NotTested).then(|| compared.reason.clone().unwrap_or_else(wide));
    PredictionFinding {
        name: prediction.name.to_string(),
        claim: prediction.claim.clone(),
        kind: compared.kind.to_owned(),
        standing,
        comparisons: compared.comparisons,
        contradiction,
        reason,
        notes: compared.notes,
    }
}

/// The means of blocks, or the runs themselves where there are no blocks.
pub(super) fn units(runs: &[&Run], of: &dyn Fn(&Run) -> f64) -> Vec<f64> {
    let mut blocks: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    let mut alone = Vec::new();
    for run in runs {
        match &run.block {
            Some(block) => blocks.entry(block).or_default().push(of(run)),
            None => alone.push(of(run)),
        }
    }
    alone.extend(blocks.values().filter_map(|values| gosset_stats::summary::mean(values).ok()));
    alone
}

/// A mean with its error, or why there is none.
fn mean(values: &[f64]) -> Result<Student, String> {
    if values.len() < 2 {
        let runs = if values.len() == 1 { "one independent run" } else { "no run" };
        return Err(format!("there is {runs}, and an interval needs two at least"));
    }
    PairedT::from_differences(values).map(Student::from).map_err(|_| no_spread())
}

fn no_spread() -> String {
    "the runs do not differ at all, so that no error can be estimated".to_owned()
}

fn value(at: &Condition, region: Region, runs: &Runs, level: Alpha) -> Compared {
    let there = runs.at(Some(at));
    if there.is_empty() {
        return Compared::nothing("value", format!("there is no run at {at}"));
    }
    match mean(&units(&there, &|run| run.observed)) {
        Err(reason) => Compared::nothing("value", format!("at {at} {reason}")),
        Ok(found) => {
            let mut notes = Vec::new();
            if apart(&there, &|name| at.0.contains_key(name)).into_iter().any(|place| place > 0) {
                notes.push(format!("the runs at {at} differ in other quantities, over which the mean goes"));
            }
            let comparison = compare(format!("the mean at {at}"), &found, region, level);
            Compared { kind: "value", comparisons: vec![comparison], reason: None, notes }
        }
    }
}

/// The mean at a condition less that at another.
fn difference(low: &Condition, high: &Condition, runs: &Runs) -> Result<Student, String> {
    let (first, second) = (runs.at(Some(low)), runs.at(Some(high)));
    for (there, at) in [(&first, low), (&second, high)] {
        if there.is_empty() {
            return Err(format!("there is no run at {at}"));
        }
    }
    let both: Vec<&Run> = first.iter().chain(&second).copied().collect();
    let named = |name: &str| low.0.contains_key(name) || high.0.contains_key(name);
    let places = apart(&both, &named);
    let has_blocks = both.iter().all(|run| run.block.is_some());
    let has_others = places.iter().any(|place| *place > 0);
    if !has_blocks && !has_others {
        let values = |there: &[&Run]| there.iter().map(|run| run.observed).collect::<Vec<f64>>();
        return Student::unpaired(&values(&first), &values(&second)).map_err(|_| {
            if first.len() < 2 || second.len() < 2 {
                format!(
                    "{low} and {high} have {} and {} runs, and an interval needs two each",
                    first.len(),
                    second.len()
                )
            } else {
                no_spread()
            }
        });
    }
    // Pairs that share their block and all other quantities.
    let mut cells: BTreeMap<(Option<&str>, usize), [Vec<f64>; 2]> = BTreeMap::new();
    for (index, run) in both.iter().enumerate() {
        let side = usize::from(index >= first.len());
        cells.entry((run.block.as_deref(), places[index])).or_default()[side].push(run.observed);
    }
    let mut of_units: BTreeMap<(Option<&str>, usize), Vec<f64>> = BTreeMap::new();
    for ((block, place), [low, high]) in &cells {
        if let (Ok(low), Ok(high)) = (gosset_stats::summary::mean(low), gosset_stats::summary::mean(high)) {
            // A block is one piece of evidence, however many conditions it has.
            let unit = if has_blocks { (*block, 0) } else { (None, *place) };
            of_units.entry(unit).or_default().push(high - low);
        }
    }
    let differences: Vec<f64> =
        of_units.values().filter_map(|values| gosset_stats::summary::mean(values).ok()).collect();
    if differences.len() < 2 {
        return Err(format!("{low} and {high} share {} pairs, and an interval needs two", differences.len()));
    }
    PairedT::from_differences(&differences).map(Student::from).map_err(|_| no_spread())
}

fn ordering(kind: &'static str, conditions: &[Condition], is_rising: bool, runs: &Runs, level: Alpha) -> Compared {
    let pairs: Vec<(&Condition, &Condition)> = conditions.iter().zip(conditions.iter().skip(1)).collect();
    let level = share(level, pairs.len());
    let region = if is_rising { Region { from: Some(0.0), to: None } } else { Region { from: None, to: Some(0.0) } };
    let (mut comparisons, mut reason) = (Vec::new(), None);
    for (low, high) in pairs {
        match difference(low, high, runs) {
            Ok(found) => {
                comparisons.push(compare(format!("the mean at {high} less that at {low}"), &found, region, level));
            }
            Err(why) => reason = reason.or(Some(why)),
        }
    }
    Compared { kind, comparisons, reason, notes: Vec::new() }
}

/// The value of a formula of a prediction for a run.
pub(super) fn value_of(formula: &Formula, theory: &Theory, observed: &str, run: &Run) -> f64 {
    let value = |name: &String| match theory.parameters.get(name).map(|parameter| parameter.role) {
        Some(ParameterRole::Fixed { value }) => value,
        Some(ParameterRole::Free { .. }) => f64::NAN,
        None if name == observed => run.observed,
        None => run.quantities.get(name).copied().unwrap_or(f64::NAN),
    };
    formula.value(&formula.symbols().iter().map(value).collect::<Vec<f64>>())
}

fn bound(
    at: Option<&Condition>,
    side: BoundSide,
    formula: &Formula,
    theory: &Theory,
    runs: &Runs,
    level: Alpha,
) -> Compared {
    let there = runs.at(at);
    if there.is_empty() {
        return Compared::nothing("bound", "there is no run to which it is confined");
    }
    let places = apart(&there, &|_| false);
    let count = places.iter().max().map_or(0, |last| last + 1);
    let mut found = Vec::new();
    let (mut single, mut broken, mut missing) = (0_usize, 0_usize, None);
    for place in 0..count {
        let of_place: Vec<&Run> =
            there.iter().zip(&places).filter(|(_, own)| **own == place).map(|(run, _)| *run).collect();
        let condition = Condition(of_place[0].quantities.clone());
        let limit = value_of(formula, theory, "", of_place[0]);
        if !limit.is_finite() {
            missing = missing.or(Some(format!("the bound has no value at {condition}")));
            continue;
        }
        match mean(&units(&of_place, &|run| run.observed - limit)) {
            Ok(student) => found.push((condition, student)),
            Err(_) => {
                single += 1;
                let over = of_place[0].observed - limit;
                let is_over = if side == BoundSide::AtMost { over > 0.0 } else { over < 0.0 };
                broken += usize::from(is_over);
            }
        }
    }
    let region = match side {
        BoundSide::AtMost => Region { from: None, to: Some(0.0) },
        BoundSide::AtLeast => Region { from: Some(0.0), to: None },
    };
    let level = share(level, found.len());
    let comparisons: Vec<Comparison> = found
        .iter()
        .map(|(condition, student)| compare(format!("the mean less the bound at {condition}"), student, region, level))
        .collect();
    let single = (single > 0).then(|| {
        format!(
            "{single} of {count} conditions have no two independent runs that differ, so that the mean there has no interval; {broken} of these lie beyond the bound"
        )
    });
    Compared { kind: "bound", comparisons, reason: missing.or(single), notes: Vec::new() }
}
