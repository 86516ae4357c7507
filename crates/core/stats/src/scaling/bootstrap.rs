//! Laws fitted to resampled runs.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::constant::Constant;
use super::error::{ScalingError, check_level};
use super::fit::Fit;
use super::identify::collinear;
use crate::bounds::Bounds;
use crate::interval::resampling::Resampling;
use crate::level::Alpha;
use crate::summary::quantile_of_sorted;

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Single runs.
    Runs,
    /// Whole groups of runs, such as all that share a model size or a seed.
    Groups,
}

/// Fits to resampled runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Resampled {
    pub(super) fit: Fit,
    pub(super) thetas: Vec<Vec<f64>>,
    units: usize,
    failed: usize,
    level: Alpha,
}

/// With fewer units than this, percentiles are too tight.
const FEW_UNITS: usize = 30;

/// Below so many groups there is nothing to resample.
const FEWEST_GROUPS: usize = 3;

/// Resamples runs or groups and fits each resample, starting from the fit to all
/// runs.
///
/// Bounds that are taken from it are percentiles at the one-sided level. With fewer
/// than about thirty units they are too tight. Sample number i is drawn from
/// substream i.
///
/// # Errors
/// [`ScalingError::NoGroup`], [`ScalingError::TooFewGroups`] below three,
/// [`ScalingError::LevelNotBelowHalf`], [`ScalingError::TooFewResamples`],
/// [`ScalingError::ResamplesFailed`] if more than one in twenty does not settle.
///
/// # Source
/// Davison and Hinkley 1997, "Bootstrap Methods and their Application", section
/// 6.2.4 (cases) and 3.8 (groups); Besiroglu et al. 2024, "Chinchilla Scaling: A
/// replication attempt", who draw single runs.
pub fn bootstrap(fit: &Fit, unit: Unit, resampling: &Resampling<'_>) -> Result<Resampled, ScalingError> {
    let Resampling { level, resamples, stream } = *resampling;
    check_level(level)?;
    if level.get() * f64::from(resamples) < 1.0 {
        return Err(ScalingError::TooFewResamples { resamples: resamples as usize, level: level.get() });
    }
    let units = units(fit, unit)?;
    let n = fit.n();
    let draw = |number: u32| {
        let mut stream = stream.substream(u64::from(number));
        let mut weights = vec![0.0; n];
        for _ in 0..units.len() {
            let drawn = stream.below(units.len() as u64) as usize;
            units[drawn].iter().for_each(|&place| weights[place] += 1.0);
        }
        weights
    };
    let resampled = refit(fit, (0..resamples).map(draw), level)?;
    Ok(Resampled { units: units.len(), ..resampled })
}

/// Fits to runs that count as often as `weights` say, sample by sample.
///
/// # Errors
/// [`ScalingError::LevelNotBelowHalf`], [`ScalingError::ResamplesFailed`].
pub fn refit(fit: &Fit, weights: impl Iterator<Item = Vec<f64>>, level: Alpha) -> Result<Resampled, ScalingError> {
    check_level(level)?;
    let solver = fit.law.solver();
    let (mut thetas, mut failed) = (Vec::new(), 0);
    // Along a line a search has no end, and needs none.
    let is_on_a_line = collinear(fit).is_some();
    for weights in weights {
        match solver.near(&fit.data, Some(&weights), fit.criterion, &fit.searched.theta) {
            Some(found) if found.is_settled || is_on_a_line => thetas.push(found.theta),
            Some(_) | None => failed += 1,
        }
    }
    if thetas.is_empty() || 20 * failed > thetas.len() + failed {
        return Err(ScalingError::ResamplesFailed { failed, resamples: thetas.len() + failed });
    }
    Ok(Resampled { fit: fit.clone(), thetas, units: fit.n(), failed, level })
}

/// The places of the runs of each unit.
pub(super) fn units(fit: &Fit, unit: Unit) -> Result<Vec<Vec<usize>>, ScalingError> {
    if unit == Unit::Runs {
        return Ok((0..fit.n()).map(|place| vec![place]).collect());
    }
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, (group, row)) in fit.groups.iter().zip(&fit.rows).enumerate() {
        let group = group.as_deref().ok_or(ScalingError::NoGroup { row: *row })?;
        groups.entry(group).or_default().push(place);
    }
    if groups.len() < FEWEST_GROUPS {
        return Err(ScalingError::TooFewGroups { needed: FEWEST_GROUPS, got: groups.len() });
    }
    Ok(groups.into_values().collect())
}

impl Resampled {
    /// How many resamples were fitted.
    #[must_use]
    pub fn fitted(&self) -> usize {
        self.thetas.len()
    }

    /// How many units were resampled, where they are so few that bounds are too
    /// tight.
    #[must_use]
    pub fn too_few_units(&self) -> Option<usize> {
        (self.units < FEW_UNITS).then_some(self.units)
    }

    /// How many did not settle and are left out.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.failed
    }

    /// The constants of each resample, in the order in which they were drawn.
    pub fn constants_unsorted(&self) -> impl Iterator<Item = Vec<(Constant, f64)>> {
        self.thetas.iter().map(|theta| self.fit.values(theta))
    }

    /// The percentile bounds of each constant.
    ///
    /// They are bounds of what [`super::identify()`] calls identified, and mislead
    /// about the rest.
    ///
    /// # Errors
    /// [`ScalingError::Unbounded`].
    pub fn bounds(&self) -> Result<Vec<(Constant, Bounds)>, ScalingError> {
        let all: Vec<_> = self.constants_unsorted().collect();
        let of_place = |(place, constant): (usize, Constant)| {
            Ok((constant, self.percentiles(all.iter().map(|values| values[place].1).collect())?))
        };
        self.fit.law.constants().into_iter().enumerate().map(of_place).collect()
    }

    /// The percentiles of a number of each resample.
    pub(super) fn percentiles(&self, mut values: Vec<f64>) -> Result<Bounds, ScalingError> {
        if values.is_empty() || values.iter().any(|value| !value.is_finite()) {
            return Err(ScalingError::Unbounded);
        }
        values.sort_unstable_by(f64::total_cmp);
        let level = self.level.get();
        Ok(Bounds { lower: quantile_of_sorted(&values, level), upper: quantile_of_sorted(&values, 1.0 - level) })
    }
}
