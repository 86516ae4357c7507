//! Group-sequential boundaries by spending the level over registered looks.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use thiserror::Error;

use crate::distribution::normal;
use crate::level::Alpha;
use crate::method::{Findings, Inputs, MethodError, Role, Table};

/// How the level is spent as information comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spending {
    /// Little at first: 2 (1 - Phi(z / sqrt(fraction))) with z the normal
    /// quantile at 1 - level / 2. The boundary is much like that of O'Brien and
    /// Fleming.
    OBrienFleming,
    /// About equally at each look: level log(1 + (e - 1) fraction). The boundary
    /// is much like that of Pocock.
    Pocock,
}

impl Spending {
    /// How much of the one-sided level is spent once `fraction` of the
    /// information, in 0..=1, is there.
    #[must_use]
    pub fn spent(self, fraction: f64, level: Alpha) -> f64 {
        match self {
            Self::OBrienFleming => {
                let z = -normal::point(0.5 * level.get());
                libm::erfc(z / fraction.sqrt() * FRAC_1_SQRT_2)
            }
            Self::Pocock => level.get() * libm::log1p((std::f64::consts::E - 1.0) * fraction),
        }
    }
}

/// A registered look with its boundary.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// The share of the planned information that is there, in 0..=1.
    pub fraction: f64,
    /// How much of the level is spent up to and with this look.
    pub spent: f64,
    /// The z at or above which the hypothesis is rejected. `None` where so
    /// little is spent that no z does.
    pub critical_z: Option<f64>,
}

impl Look {
    /// The one-sided p-value at or below which the hypothesis is rejected; 0
    /// where none does.
    #[must_use]
    pub fn nominal_level(&self) -> f64 {
        self.critical_z.map_or(0.0, |z| normal::lower_tail(-z))
    }
}

/// The smallest step of information between two looks.
pub const SMALLEST_STEP: f64 = 1e-3;

/// Finds the boundaries of looks at these fractions of the planned
/// information, at a one-sided level.
///
/// If the statistics are normal with independent increments, as z of means
/// with a known variance, the hypothesis of no effect is rejected at any of the
/// looks with a chance of exactly what is spent. Stopping for futility, on
/// whatever rule, only lowers it. Looks at other times promise nothing; the
/// times may be moved as long as that does not depend on the results.
///
/// With t tests compare the p-value with the nominal level; at small n this is
/// approximate.
///
/// # Errors
/// [`LooksError`] unless the fractions rise by at least [`SMALLEST_STEP`] from
/// 0 up to at most 1.
///
/// # Source
/// Lan and DeMets 1983, "Discrete Sequential Boundaries for Clinical Trials";
/// Armitage, McPherson and Rowe 1969, "Repeated Significance Tests on
/// Accumulating Data", for the recursion, on Gauss-Legendre panels here.
pub fn looks(fractions: &[f64], spending: Spending, level: Alpha) -> Result<Vec<Look>, LooksError> {
    check(fractions)?;
    let mut found = Vec::with_capacity(fractions.len());
    let mut density = Density::start();
    let mut spent_before = 0.0;
    for (index, fraction) in fractions.iter().enumerate() {
        let spent = spending.spent(*fraction, level);
        let critical_z = density.critical_z(*fraction, spent - spent_before);
        found.push(Look { fraction: *fraction, spent, critical_z });
        spent_before = spent;
        density = density.advance(*fraction, critical_z, fractions.get(index + 1).copied(), 0.0);
    }
    Ok(found)
}

/// The chance of each look to be the first that rejects, if z at all of the
/// information has mean `drift`; their sum is the power.
///
/// # Errors
/// [`LooksError`] as [`looks`], and [`LooksError::DriftNotFinite`].
pub fn chances(looks: &[Look], drift: f64) -> Result<Vec<f64>, LooksError> {
    let fractions: Vec<f64> = looks.iter().map(|look| look.fraction).collect();
    check(&fractions)?;
    if !drift.is_finite() {
        return Err(LooksError::DriftNotFinite);
    }
    let mut chances = Vec::with_capacity(looks.len());
    let mut density = Density::start();
    for (index, look) in looks.iter().enumerate() {
        chances.push(look.critical_z.map_or(0.0, |z| density.chance_above(look.fraction, z, drift)));
        density = density.advance(look.fraction, look.critical_z, fractions.get(index + 1).copied(), drift);
    }
    Ok(chances)
}

fn check(fractions: &[f64]) -> Result<(), LooksError> {
    if fractions.is_empty() {
        return Err(LooksError::None);
    }
    let mut before = 0.0;
    for (index, fraction) in fractions.iter().enumerate() {
        if !(*fraction <= 1.0 && fraction - before >= SMALLEST_STEP * (1.0 - 1e-9)) {
            return Err(LooksError::NotRising { index, fraction: *fraction });
        }
        before = *fraction;
    }
    Ok(())
}

/// Where a study that went on stands: weights at points of the score, which is
/// z times the root of the fraction.
struct Density {
    fraction: f64,
    points: Vec<(f64, f64)>,
}

/// How many standard deviations from its mean a normal density reaches.
const REACH: f64 = 8.5;

impl Density {
    fn start() -> Self {
        Self { fraction: 0.0, points: vec![(0.0, 1.0)] }
    }

    /// The chance to go on so far and to be at or above `z` next.
    fn chance_above(&self, fraction: f64, z: f64, drift: f64) -> f64 {
        let step = fraction - self.fraction;
        let (bound, root) = (z * fraction.sqrt() - drift * step, step.sqrt());
        self.points.iter().map(|(score, weight)| weight * normal::lower_tail((score - bound) / root)).sum()
    }

    /// The derivative of that chance with respect to `z`, without drift.
    fn slope(&self, fraction: f64, z: f64) -> f64 {
        let (bound, root) = (z * fraction.sqrt(), (fraction - self.fraction).sqrt());
        let sum: f64 = self.points.iter().map(|(score, weight)| weight * bell((bound - score) / root)).sum();
        -sum * fraction.sqrt() / root
    }

    /// The z that is reached or passed next with this chance.
    fn critical_z(&self, fraction: f64, chance: f64) -> Option<f64> {
        // Beyond this z nothing can be told from 0.
        let (mut low, mut high) = (-REACH, 37.0);
        if self.chance_above(fraction, high, 0.0) >= chance {
            return None;
        }
        let mut z = if chance < 1.0 { (-normal::point(chance)).clamp(low, high) } else { low };
        for _ in 0..200 {
            let excess = self.chance_above(fraction, z, 0.0) - chance;
            if excess > 0.0 {
                low = z;
            } else {
                high = z;
            }
            let newton = z - excess / self.slope(fraction, z);
            let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
            if (next - z).abs() <= 1e-14 * next.abs().max(1.0) {
                return Some(next);
            }
            z = next;
        }
        Some(z)
    }

    /// Goes on below the boundary to this fraction; `next` is the one after.
    fn advance(&self, fraction: f64, critical_z: Option<f64>, next: Option<f64>, drift: f64) -> Self {
        let Some(next) = next else { return Self { fraction, points: Vec::new() } };
        let (spread, mean) = (fraction.sqrt(), drift * fraction);
        let step = fraction - self.fraction;
        let root = step.sqrt();
        let lowest = mean - REACH * spread;
        let highest = (mean + REACH * spread).min(critical_z.map_or(f64::INFINITY, |z| z * spread));
        // Neither the step to here nor the one from here is narrower than a panel.
        let width = root.min((next - fraction).sqrt()).min(0.5 * spread);
        let panels = ((highest - lowest) / width).ceil().max(1.0);
        let half = 0.5 * (highest - lowest) / panels;
        let mut points = Vec::with_capacity(panels as usize * 8);
        for panel in 0..panels as usize {
            let middle = lowest + half * (2 * panel + 1) as f64;
            for (place, share) in GAUSS_LEGENDRE {
                for score in [middle - half * place, middle + half * place] {
                    let bound = score - drift * step;
                    let near = self.points.iter().filter(|(from, _)| (bound - from).abs() < 12.0 * root);
                    let density: f64 = near.map(|(from, weight)| weight * bell((bound - from) / root)).sum();
                    points.push((score, half * share * density / root));
                }
            }
        }
        Self { fraction, points }
    }
}

fn bell(x: f64) -> f64 {
    libm::exp(-0.5 * x * x) / (2.0 * PI).sqrt()
}

/// Half of the places of the rule with eight points, and their weights.
const GAUSS_LEGENDRE: [(f64, f64); 4] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_27),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
];

/// Why there are no boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum LooksError {
    /// There is no look.
    #[error("there is no look")]
    None,
    /// A fraction is NaN, above 1, or too close to the one before it.
    #[error(
        "look number {index} (counted from 0), at {fraction} of the information, does not rise enough or is above 1"
    )]
    NotRising {
        /// Its place, from 0.
        index: usize,
        /// The fraction that was given.
        fraction: f64,
    },
    /// The drift is NaN or infinite.
    #[error("the drift is not finite")]
    DriftNotFinite,
}

impl LooksError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::None => "looks-none",
            Self::NotRising { .. } => "looks-not-rising",
            Self::DriftNotFinite => "drift-not-finite",
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::None => "give the share of the planned pairs that is there at each look",
            Self::NotRising { .. } => "give shares of the planned pairs that rise by at least 0.001 each, up to 1",
            Self::DriftNotFinite => "give a finite drift",
        };
        vec![hint.to_owned()]
    }
}

/// What the boundaries at the fractions in the column `value` are.
pub(super) fn findings(inputs: &Inputs<'_>, spending: Spending) -> Result<Findings, MethodError> {
    let fractions = inputs.numbers(Role::Value)?;
    let (level, drift) = (inputs.level()?, inputs.setting("drift")?);
    let looks = looks(fractions, spending, level)?;
    let chances = chances(&looks, drift)?;
    let row = |(index, (look, chance)): (usize, (&Look, &f64))| {
        let numbers =
            vec![Some(look.fraction), Some(look.spent), look.critical_z, Some(look.nominal_level()), Some(*chance)];
        ((index + 1).to_string(), numbers)
    };
    let rows = looks.iter().zip(&chances).enumerate().map(row).collect();
    let columns = ["fraction", "level spent", "critical z", "nominal level", "chance to stop first here"];
    let columns = columns.map(str::to_owned).to_vec();
    let found = Findings::default().with("power", crate::summary::sum(&chances)).with_table(Table {
        title: "Boundaries".to_owned(),
        label: "look".to_owned(),
        columns,
        rows,
    });
    if looks.iter().all(|look| look.critical_z.is_some()) {
        return Ok(found);
    }
    Ok(found.with_note("A look without a critical z is so early that nothing can be rejected at it."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(value: f64) -> Alpha {
        Alpha::new(value).unwrap()
    }

    #[test]
    fn five_equal_looks_have_the_published_boundaries() {
        // Reboussin, DeMets, Kim and Lan 2000, "Computations for Group
        // Sequential Boundaries Using the Lan-DeMets Spending Function Method",
        // two-sided 0.05; their program errs by up to 1e-4.
        let fractions = [0.2, 0.4, 0.6, 0.8, 1.0];
        let published = [
            (Spending::OBrienFleming, [4.8769, 3.3569, 2.6803, 2.2898, 2.0310]),
            (Spending::Pocock, [2.4380, 2.4268, 2.4101, 2.3966, 2.3859]),
        ];
        for (spending, expected) in published {
            for (look, expected) in looks(&fractions, spending, level(0.025)).unwrap().iter().zip(expected) {
                assert!((look.critical_z.unwrap() - expected).abs() < 1.5e-4, "{spending:?} {look:?}");
            }
        }
    }

    #[test]
    fn one_look_is_the_fixed_test() {
        for spending in [Spending::OBrienFleming, Spending::Pocock] {
            let look = looks(&[1.0], spending, level(0.05)).unwrap()[0];
            assert!((look.nominal_level() / 0.05 - 1.0).abs() < 1e-12, "{look:?}");
        }
    }

    #[test]
    fn without_an_effect_the_chances_are_what_is_spent() {
        let looks = looks(&[0.1, 0.101, 0.5, 0.7, 1.0], Spending::Pocock, level(0.05)).unwrap();
        let mut total = 0.0;
        for (look, chance) in looks.iter().zip(chances(&looks, 0.0).unwrap()) {
            total += chance;
            assert!((total / look.spent - 1.0).abs() < 1e-11, "{look:?} {total}");
        }
        let power: f64 = chances(&looks, 3.0).unwrap().iter().sum();
        assert!(power > 0.8 && power < 0.95, "{power}");
    }

    #[test]
    fn a_look_that_is_too_early_rejects_nothing() {
        let looks = looks(&[0.003, 1.0], Spending::OBrienFleming, level(0.025)).unwrap();
        assert_eq!((looks[0].critical_z, looks[0].nominal_level()), (None, 0.0));
        assert!((looks[1].critical_z.unwrap() - 1.959_963_984_540_054).abs() < 1e-9);
    }

    #[test]
    fn wrong_fractions_are_named_errors() {
        let refused = |fractions: &[f64]| looks(fractions, Spending::Pocock, level(0.05)).unwrap_err();
        assert_eq!(refused(&[]), LooksError::None);
        assert_eq!(refused(&[0.5, 0.5]), LooksError::NotRising { index: 1, fraction: 0.5 });
        assert_eq!(refused(&[0.5, 1.1]), LooksError::NotRising { index: 1, fraction: 1.1 });
        assert!(matches!(refused(&[f64::NAN]), LooksError::NotRising { index: 0, .. }));
        assert_eq!(
            chances(&looks(&[1.0], Spending::Pocock, level(0.05)).unwrap(), f64::NAN),
            Err(LooksError::DriftNotFinite)
        );
    }
}
