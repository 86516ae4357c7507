//! How much of the evidence a decision hangs on.

use gosset_model::{Decision, EvidenceUnit, LeftOut, Registered};

use crate::claim::Claim;
use crate::differences::{Cell, UnitLabel, Units, seeds};
use crate::fit::Fit;

/// Says what leaving out each piece of evidence does, and each data set where
/// the claim is about several; examples are too many to be left out one by one.
pub(crate) fn left_out(
    registered: &Registered,
    unit: EvidenceUnit,
    units: &Units,
    cells: &[Cell<'_>],
    claim: Claim<'_>,
) -> Vec<LeftOut> {
    let without = |differences: &[f64], seed, dataset| {
        let fit = Fit::of(registered.protocol(), differences, claim.levels.first).ok()?;
        let is_same = Claim { fit: &fit, ..claim }.decision() == claim.decision();
        let (lower, upper) = (fit.lower(claim.levels.support), fit.upper(claim.levels.refute));
        Some(LeftOut { seed, dataset, estimate: fit.student().estimate, lower, upper, is_same })
    };
    let one = |(index, label): (usize, &UnitLabel)| {
        let mut rest = units.differences.clone();
        rest.remove(index);
        match label {
            UnitLabel::Seed(seed) => without(&rest, Some(*seed), None),
            UnitLabel::Dataset(dataset) => without(&rest, None, Some(dataset.clone())),
        }
    };
    let mut left_out: Vec<LeftOut> = units.labels.iter().enumerate().filter_map(one).collect();
    let datasets = registered.datasets();
    if unit == EvidenceUnit::Seeds && datasets.len() > 1 {
        for dataset in datasets.iter().flatten() {
            let rest: Vec<Cell<'_>> = cells.iter().filter(|cell| cell.dataset != Some(dataset)).copied().collect();
            let units = seeds(&registered.seeds(), datasets.len() - 1, &rest);
            left_out.extend(without(&units.differences, None, Some(dataset.clone())));
        }
    }
    left_out
}

/// Counts how many pieces of evidence have to go before the decision does,
/// those that speak most for it first; none where there is no decision.
///
/// Another choice of pieces may do with fewer: the mean moves most by these,
/// but the spread may not.
pub(crate) fn fewest_to_change(registered: &Registered, units: &Units, claim: Claim<'_>) -> Option<u64> {
    let mut rest = units.differences.clone();
    rest.sort_unstable_by(f64::total_cmp);
    match claim.decision() {
        Decision::Neither => return None,
        Decision::Supported => {}
        Decision::Refuted => rest.reverse(),
    }
    if units.labels.is_empty() {
        return None;
    }
    while rest.pop().is_some() {
        let fit = Fit::of(registered.protocol(), &rest, claim.levels.first);
        let is_same = fit.is_ok_and(|fit| Claim { fit: &fit, ..claim }.decision() == claim.decision());
        if !is_same {
            break;
        }
    }
    Some((units.differences.len() - rest.len()) as u64)
}
