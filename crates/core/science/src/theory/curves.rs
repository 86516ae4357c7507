//! Predictions about powers and about curves that are one.

use std::collections::BTreeMap;

use gosset_model::{Condition, Formula, Region, Theory};
use gosset_stats::nonlinear::collapse::{Curve, gaps};
use gosset_stats::nonlinear::slope;
use gosset_stats::{Alpha, PairedT, Student};

use super::compared::{compare, share};
use super::prediction::{Compared, value_of};
use super::runs::{Run, Runs, apart};

/// The exponent of the observed quantity, less an offset, in another one; other
/// quantities are held.
pub(super) fn exponent(
    over: &str,
    at: Option<&Condition>,
    offset: f64,
    region: Region,
    runs: &Runs,
    level: Alpha,
) -> Compared {
    const KIND: &str = "exponent";
    let there = runs.at(at);
    if there.is_empty() {
        return Compared::nothing(KIND, "there is no run to which it is confined");
    }
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for run in &there {
        let scale = run.quantities.get(over).copied().unwrap_or(f64::NAN);
        let rest = run.observed - offset;
        // Negated so that NaN is refused too.
        if !(scale > 0.0 && rest > 0.0) {
            let what = if scale > 0.0 { "the observed value less the offset" } else { "the scale" };
            return Compared::nothing(
                KIND,
                format!("{what} is not positive in row {}, so that it has no logarithm", run.row),
            );
        }
        x.push(libm::log(scale));
        y.push(libm::log(rest));
    }
    let groups = apart(&there, &|name| name == over);
    let (found, unit) = match by_block(&there, &x, &y, &groups) {
        Some(found) => (found, "blocks"),
        None => match slope::within(&x, &y, &groups) {
            Ok(found) => (found, "runs"),
            Err(_) => {
                return Compared::nothing(KIND, format!("{} runs do not give an exponent with an error", there.len()));
            }
        },
    };
    let mut notes = Vec::new();
    let bend = slope::bend(&x, &y, &groups).filter(|p_value| *p_value < level.get());
    let comparison = compare(format!("the exponent in {over} over {} {unit}", found.n), &found, region, level);
    let reason = bend.map(|p_value| {
        notes.push(format!("the logarithms do not lie on a line (square term, two-sided p = {p_value:.2e})"));
        "the logarithms do not lie on a line, so that there is no single exponent".to_owned()
    });
    Compared { kind: KIND, comparisons: vec![comparison], reason, notes }
}

/// The mean of the slopes of blocks, where three blocks or more have one.
fn by_block(runs: &[&Run], x: &[f64], y: &[f64], groups: &[usize]) -> Option<Student> {
    let mut blocks: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, run) in runs.iter().enumerate() {
        blocks.entry(run.block.as_deref()?).or_default().push(place);
    }
    let slopes: Vec<f64> = blocks
        .values()
        .filter_map(|places| {
            let pick = |values: &[f64]| places.iter().map(|place| values[*place]).collect::<Vec<f64>>();
            let own: Vec<usize> = places.iter().map(|place| groups[*place]).collect();
            slope::plain(&pick(x), &pick(y), &own).ok()
        })
        .collect();
    if slopes.len() < 3 {
        return None;
    }
    PairedT::from_differences(&slopes).map(Student::from).ok()
}

/// What is rescaled.
pub(super) struct Rescaled<'a> {
    pub(super) group: &'a str,
    pub(super) at: Option<&'a Condition>,
    pub(super) x: &'a Formula,
    pub(super) y: &'a Formula,
    pub(super) margin: f64,
}

/// Whether the curves of groups are one, within the margin, in logarithms.
pub(super) fn collapse(rescaled: &Rescaled<'_>, theory: &Theory, runs: &Runs, level: Alpha) -> Compared {
    const KIND: &str = "collapse";
    let there = runs.at(rescaled.at);
    let values = runs.values(rescaled.group);
    let mut curves = vec![Curve::default(); values.len()];
    for run in &there {
        let own = run.quantities.get(rescaled.group).copied().unwrap_or(f64::NAN);
        let nearest = |a: &f64, b: &f64| (a - own).abs().total_cmp(&(b - own).abs());
        let Some(place) = (0..values.len()).min_by(|a, b| nearest(&values[*a], &values[*b])) else { continue };
        let x = value_of(rescaled.x, theory, runs.observed(), run);
        let y = value_of(rescaled.y, theory, runs.observed(), run);
        if !(x > 0.0 && y > 0.0 && x.is_finite() && y.is_finite()) {
            let which = if x > 0.0 && x.is_finite() { "y" } else { "x" };
            return Compared::nothing(
                KIND,
                format!("the rescaled `{which}` is not positive in row {}, so that it has no logarithm", run.row),
            );
        }
        curves[place].x.push(libm::log(x));
        curves[place].y.push(libm::log(y));
    }
    let groups: Vec<(f64, Curve)> = values.into_iter().zip(curves).filter(|(_, curve)| !curve.x.is_empty()).collect();
    if groups.len() < 2 {
        return Compared::nothing(KIND, format!("there are {} curves, and two are needed", groups.len()));
    }
    let mut found = Vec::new();
    let mut alone = Vec::new();
    // Of two curves each is the other of the other.
    let looked_at = if groups.len() == 2 { 1 } else { groups.len() };
    for (place, (value, curve)) in groups.iter().enumerate().take(looked_at) {
        let mut others = Curve::default();
        for (_, other) in groups.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, group)| group) {
            others.x.extend(&other.x);
            others.y.extend(&other.y);
        }
        let name = Condition([(rescaled.group.to_owned(), *value)].into());
        match gaps(curve, &others) {
            Some(gaps) => found.extend(gaps.into_iter().map(|gap| (name.clone(), gap))),
            None => alone.push(name.to_string()),
        }
    }
    let limit = libm::log1p(rescaled.margin);
    let region = Region { from: Some(-limit), to: Some(limit) };
    let level = share(level, found.len());
    let comparisons = found
        .iter()
        .map(|(name, gap)| {
            let x = libm::exp(gap.x);
            let what = format!("the log gap of the curve of {name} to the others at x = {x:.3e}");
            compare(what, &gap.gap, region, level)
        })
        .collect();
    let reason = (!alone.is_empty())
        .then(|| format!("the curve of {} overlaps with the others at fewer than five places", alone.join(", of ")));
    Compared { kind: KIND, comparisons, reason, notes: Vec::new() }
}
