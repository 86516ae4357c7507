//! Which constants the runs say anything about.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::bootstrap::{Unit, units};
use super::constant::{Constant, FURTHEST_FACTOR, Range};
use super::error::{ScalingError, check_level};
use super::fit::Fit;
use super::quantity::Quantity;
use crate::bounds::Bounds;
use crate::distribution::f;
use crate::level::Alpha;
use crate::summary;

/// What the runs say about a constant.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It lies between two bounds.
    Identified {
        /// The value that fits best.
        estimate: f64,
        /// The bounds.
        bounds: Bounds,
    },
    /// It has a lower bound only: the fit is as good up to the largest value that
    /// was tried.
    AtLeast {
        /// The lower bound.
        lower: f64,
        /// The largest value that was tried.
        tried_to: f64,
    },
    /// It has an upper bound only: the fit is as good down to the smallest value
    /// that was tried.
    AtMost {
        /// The upper bound.
        upper: f64,
        /// The smallest value that was tried.
        tried_to: f64,
    },
    /// The runs say nothing about it.
    NotIdentified {
        /// Why.
        reason: Reason,
    },
}

/// Why runs say nothing about a constant.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Two quantities go together in all runs.
    Collinear {
        /// The one.
        first: Quantity,
        /// The other.
        second: Quantity,
    },
    /// The fit is as good with every value that was tried.
    Flat {
        /// From this value on.
        from: f64,
        /// To this value.
        to: f64,
    },
}

/// Says of each constant what the runs say about it.
///
/// The constant is held at other values, the others following, until the fit is
/// worse by more than chance at the one-sided `level` of each bound. What chance
/// does is taken from the spread of the residuals, and where that gives more, from
/// how each of the independent units, runs or groups, pulls at the constant. With
/// fewer than about thirty units bounds are too tight.
///
/// Also returns the fit again: a better one, where holding a constant led to
/// it.
///
/// # Errors
/// [`ScalingError`] where a fit beside the best does not settle, and
/// [`ScalingError::LevelNotBelowHalf`].
///
/// # Source
/// Raue et al. 2009, "Structural and practical identifiability analysis of
/// partially observed dynamical models by exploiting the profile likelihood";
/// the criterion scaled after Ronchetti 1982 as in Huber and Ronchetti 2009,
/// "Robust Statistics", section 13.6: for least squares the F test of one
/// constant; the pulls after Chandler and Bate 2007, "Inference for clustered data
/// using the independence loglikelihood".
pub fn identify(fit: &Fit, unit: Unit, level: Alpha) -> Result<(Fit, Vec<(Constant, Verdict)>), ScalingError> {
    let mut fit = fit.clone();
    let units = units(&fit, unit)?;
    // A better fit found on the way is taken up, but not for ever.
    for _ in 0..3 {
        match verdicts(&fit, &units, level)? {
            Found::Verdicts(verdicts) => return Ok((fit, verdicts)),
            Found::Better(theta) => {
                let near = fit.law.solver().near(&fit.data, None, fit.criterion, &theta);
                fit.searched = near.filter(|found| found.is_settled).ok_or(ScalingError::NotSettled)?;
            }
        }
    }
    Err(ScalingError::NotSettled)
}

/// Where two quantities that the law needs go together in all runs: the first
/// such pair.
#[must_use]
pub fn collinear(fit: &Fit) -> Option<(Quantity, Quantity)> {
    let needs = fit.law.needs();
    let pairs =
        needs.iter().enumerate().flat_map(|(place, first)| needs[place + 1..].iter().map(|second| (*first, *second)));
    pairs.into_iter().find(|(first, second)| {
        // Tokens that are hardly ever repeated are a matter for the profile of R*.
        *second != Quantity::UniqueTokens && scatter(fit, *first, *second) < LEAST_SCATTER
    })
}

/// The spread about the line of one log scale on another, over the spread of
/// the other.
fn scatter(fit: &Fit, first: Quantity, second: Quantity) -> f64 {
    let slope = line(fit, first, second);
    let sum = |value: &dyn Fn(f64, f64) -> f64| {
        let pairs = fit.data.logs.iter().map(|logs| value(logs[first as usize], logs[second as usize]));
        summary::sum(&pairs.collect::<Vec<_>>())
    };
    (sum(&|x, y| (y - slope * x) * (y - slope * x)) / sum(&|_, y| y * y)).sqrt()
}

/// The slope of one centred log scale on another.
fn line(fit: &Fit, first: Quantity, second: Quantity) -> f64 {
    let sum = |value: &dyn Fn(f64, f64) -> f64| {
        let pairs = fit.data.logs.iter().map(|logs| value(logs[first as usize], logs[second as usize]));
        summary::sum(&pairs.collect::<Vec<_>>())
    };
    sum(&|x, y| x * y) / sum(&|x, _| x * x)
}

/// Below this share of scatter about their line two quantities count as one:
/// over a thousandfold range, 4 percent.
const LEAST_SCATTER: f64 = 0.02;
/// A log residual below which losses are equal but for rounding.
const SMALLEST_SPREAD: f64 = 1e-10;

enum Found {
    Verdicts(Vec<(Constant, Verdict)>),
    Better(Vec<f64>),
}

fn verdicts(fit: &Fit, units: &[Vec<usize>], level: Alpha) -> Result<Found, ScalingError> {
    let constants = fit.law.constants();
    let collinear = collinear(fit);
    let profile = Profile::of(fit, units, level)?;
    let mut verdicts = Vec::with_capacity(constants.len());
    for (place, constant) in constants.into_iter().enumerate() {
        // Along a line two powers are one, and with an exponent near 0 one of them
        // takes the place of an offset too.
        if let Some((first, second)) = collinear {
            verdicts.push((constant, Verdict::NotIdentified { reason: Reason::Collinear { first, second } }));
            continue;
        }
        let (lower, upper) = match (profile.side(place, &constant, -1.0), profile.side(place, &constant, 1.0)) {
            (Side::Better(theta), _) | (_, Side::Better(theta)) => return Ok(Found::Better(theta)),
            (lower, upper) => (lower, upper),
        };
        let estimate = constant.value_of(profile.best[place]);
        let verdict = match (lower, upper) {
            (Side::Bound(lower), Side::Bound(upper)) => {
                let bounds = Bounds { lower: constant.value_of(lower), upper: constant.value_of(upper) };
                Verdict::Identified { estimate, bounds }
            }
            (Side::Bound(lower), Side::Open(tried)) => {
                Verdict::AtLeast { lower: constant.value_of(lower), tried_to: constant.value_of(tried) }
            }
            (Side::Open(tried), Side::Bound(upper)) => {
                Verdict::AtMost { upper: constant.value_of(upper), tried_to: constant.value_of(tried) }
            }
            (Side::Open(from), Side::Open(to)) => {
                let reason = Reason::Flat { from: constant.value_of(from), to: constant.value_of(to) };
                Verdict::NotIdentified { reason }
            }
            (Side::Better(theta), _) | (_, Side::Better(theta)) => return Ok(Found::Better(theta)),
        };
        verdicts.push((constant, verdict));
    }
    Ok(Found::Verdicts(verdicts))
}

/// Where the profile of a constant ends on one side.
enum Side {
    /// The fit gets too bad here.
    Bound(f64),
    /// It is still good here, and no further was tried.
    Open(f64),
    /// These numbers fit better than the fit.
    Better(Vec<f64>),
}

struct Profile<'a> {
    fit: &'a Fit,
    units: &'a [Vec<usize>],
    /// The searched numbers, uncentred.
    best: Vec<f64>,
    /// How many squared standard errors a bound is away.
    squares: f64,
    /// How much a fit costs more at one standard error, if residuals have one
    /// spread, doubled.
    spread: f64,
    /// Below this the cost is rounding.
    rounding: f64,
}

/// Steps outwards before the limit is tried at once.
const MOST_STEPS: u32 = 60;

impl<'a> Profile<'a> {
    fn of(fit: &'a Fit, units: &'a [Vec<usize>], level: Alpha) -> Result<Self, ScalingError> {
        check_level(level)?;
        let best = fit.law.solver().uncentred(&fit.searched.theta, &fit.data.centre);
        let residuals = fit.residuals();
        let n = residuals.len() as f64;
        let df = n - best.len() as f64;
        let mean = |value: &dyn Fn(f64) -> f64| {
            summary::sum(&residuals.iter().map(|residual| value(*residual)).collect::<Vec<_>>()) / n
        };
        let pull = mean(&|residual| fit.criterion.pull(residual) * fit.criterion.pull(residual));
        let stiffness = mean(&|residual| fit.criterion.stiffness(residual)).max(1.0 / n);
        let spread = pull.max(SMALLEST_SPREAD * SMALLEST_SPREAD) * n / df / stiffness;
        let df = df.min(units.len() as f64 - 1.0);
        let squares = f::upper_quantile(2.0 * level.get(), 1.0, df).map_err(|_| ScalingError::Unbounded)?;
        Ok(Self { fit, units, best, squares, spread, rounding: 1e-9 * fit.cost() })
    }

    /// Walks outwards in one direction until the fit costs more than is allowed.
    fn side(&self, place: usize, constant: &Constant, direction: f64) -> Side {
        let best = self.best[place];
        let limit = match constant.range {
            Range::Positive => best + direction * libm::log(FURTHEST_FACTOR),
            Range::PositiveBetween { lower, upper } => libm::log(if direction < 0.0 { lower } else { upper }),
            Range::Between { lower, upper } => {
                if direction < 0.0 {
                    lower
                } else {
                    upper
                }
            }
        };
        if direction * (limit - best) <= 0.0 {
            return Side::Open(best);
        }
        let solver = self.fit.law.solver();
        let (data, criterion) = (&self.fit.data, self.fit.criterion);
        let local = solver.local(data, criterion, &self.fit.searched.theta, place, self.units);
        let few = self.units.len() as f64 / (self.units.len() as f64 - 1.0);
        let by_pulls = local.map_or(0.0, |local| few * local.variance * local.stiffness);
        let allowed = 0.5 * self.squares * self.spread.max(by_pulls);
        // Where the cost would reach what is allowed if it were a parabola.
        let guess = local.map_or(f64::INFINITY, |local| (2.0 * allowed / local.stiffness).sqrt());
        let mut step = (0.5 * guess).max(1e-9 * best.abs().max(1e-3)).min(0.05 * (limit - best).abs());
        let (mut inside, mut theta) = (best, self.fit.searched.theta.clone());
        let mut excess_inside = -allowed;
        for _ in 0..MOST_STEPS {
            let at = inside + direction * step;
            let is_last = direction * (at - limit) >= 0.0;
            let at = if is_last { limit } else { at };
            let Some(found) = solver.held(data, criterion, &theta, place, at) else {
                return Side::Open(inside);
            };
            if found.cost < self.fit.cost() - self.rounding.max(1e-3 * allowed) {
                return Side::Better(found.theta);
            }
            let excess = found.cost - self.fit.cost() - allowed;
            if excess > 0.0 {
                return Side::Bound(self.between(place, (inside, excess_inside), (at, excess), theta, allowed));
            }
            (inside, excess_inside, theta) = (at, excess, found.theta);
            if is_last {
                return Side::Open(limit);
            }
            step *= 1.4;
        }
        Side::Open(inside)
    }

    /// Where between two values the cost is what is allowed.
    fn between(&self, place: usize, inside: (f64, f64), outside: (f64, f64), mut theta: Vec<f64>, allowed: f64) -> f64 {
        let solver = self.fit.law.solver();
        let (mut inside, mut outside) = (inside, outside);
        for round in 0..40 {
            let width = outside.0 - inside.0;
            if width.abs() <= 1e-6 * (outside.0 - self.best[place]).abs() {
                break;
            }
            // By turns where the line crosses, kept off the ends, and the middle.
            let share = -inside.1 / (outside.1 - inside.1);
            let share = if round % 3 == 2 { 0.5 } else { share.clamp(0.02, 0.98) };
            let at = inside.0 + share * width;
            let Some(found) = solver.held(&self.fit.data, self.fit.criterion, &theta, place, at) else {
                break;
            };
            let excess = found.cost - self.fit.cost() - allowed;
            if excess > 0.0 {
                outside = (at, excess);
            } else {
                (inside, theta) = ((at, excess), found.theta);
            }
        }
        inside.0 + 0.5 * (outside.0 - inside.0)
    }
}
