//! How far a constant can be from its best value.

use super::fit::{Fitted, near, sum_of_squares};
use super::precision::Covariance;
use super::range::{Confined, Range};
use crate::distribution::student_t;
use crate::least_squares::Residuals;
use crate::level::Alpha;

/// Where the profile of a constant ends on one side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Side {
    /// Beyond this value the fit is worse by more than chance.
    Bound(f64),
    /// The fit is still good here, and no further was tried.
    Open(f64),
}

/// The profile of a fit: one constant held, the others following.
#[derive(Debug)]
pub struct Profile<'a, R> {
    residuals: &'a R,
    ranges: &'a [Range],
    fitted: Fitted,
    df: f64,
    variance: f64,
    covariance: Option<Covariance>,
}

/// So many widths beyond its range a constant is tried.
const BEYOND: f64 = 3.0;
/// How often a better fit found on the way is taken up.
const BETTER: u32 = 3;
/// A fit is better than another if its sum of squares is less by this share.
const LESS: f64 = 1e-6;

impl<'a, R: Residuals> Profile<'a, R> {
    /// Prepares the profile of `fitted`, a fit that is free of its ranges.
    ///
    /// `negligible` is a variance of residuals that is nothing but rounding.
    /// None where there are no more residuals than constants.
    #[must_use]
    pub fn of(residuals: &'a R, ranges: &'a [Range], fitted: Fitted, negligible: f64) -> Option<Self> {
        let df = residuals.count().checked_sub(ranges.len()).filter(|df| *df > 0)? as f64;
        let mut profile = Self { residuals, ranges, fitted, df, variance: 0.0, covariance: None };
        profile.settle(negligible);
        Some(profile)
    }

    fn settle(&mut self, negligible: f64) {
        self.variance = (self.fitted.sum_of_squares / self.df).max(negligible);
        self.covariance = Covariance::of(self.residuals, &self.fitted.constants, self.ranges, self.variance);
    }

    /// The fit; a better one than it was made of, where holding a constant led to
    /// it.
    #[must_use]
    pub fn fitted(&self) -> &Fitted {
        &self.fitted
    }

    /// The variance of a residual.
    #[must_use]
    pub fn variance(&self) -> f64 {
        self.variance
    }

    /// The degrees of freedom of that variance.
    #[must_use]
    pub fn df(&self) -> f64 {
        self.df
    }

    /// The two sides of the constant at `place`, each bound at the one-sided
    /// `level`.
    ///
    /// # Source
    /// Bates and Watts 1988, "Nonlinear Regression Analysis and Its
    /// Applications", section 6.1.2 (profile t).
    #[must_use]
    pub fn sides(&mut self, place: usize, level: Alpha) -> (Side, Side) {
        let critical = student_t::upper_point(level.get(), self.df);
        for _ in 0..BETTER {
            let (lower, upper) = (self.side(place, -1.0, critical), self.side(place, 1.0, critical));
            match (lower, upper) {
                (Found::Side(lower), Found::Side(upper)) => return (lower, upper),
                (Found::Better(fitted), _) | (_, Found::Better(fitted)) => {
                    let negligible = self.variance.min(f64::MIN_POSITIVE);
                    self.fitted = fitted;
                    self.settle(negligible);
                }
            }
        }
        let (low, high) = self.ends(place);
        (Side::Open(low), Side::Open(high))
    }

    /// The two-sided p-value of the constant at `place` being `value`; none where
    /// the formula has no value there.
    #[must_use]
    pub fn p_value(&self, place: usize, value: f64) -> Option<f64> {
        let held = self.held(place, value, &self.fitted.constants)?;
        let t = self.t(held.sum_of_squares);
        student_t::sf(t, self.df).ok().map(|tail| (2.0 * tail).min(1.0))
    }

    /// By how many standard errors the constant at `place` is off `value`.
    #[must_use]
    pub fn distance(&self, place: usize, value: f64) -> Option<f64> {
        self.held(place, value, &self.fitted.constants).map(|held| self.t(held.sum_of_squares))
    }

    fn t(&self, sum_of_squares: f64) -> f64 {
        ((sum_of_squares - self.fitted.sum_of_squares).max(0.0) / self.variance).sqrt()
    }

    fn ends(&self, place: usize) -> (f64, f64) {
        let (range, best) = (self.ranges[place], self.fitted.constants[place]);
        let beyond = BEYOND * range.width();
        (best.min(range.from) - beyond, best.max(range.to) + beyond)
    }

    /// The fit with one constant held; the others start at `start`.
    fn held(&self, place: usize, value: f64, start: &[f64]) -> Option<Fitted> {
        let held = Held { residuals: self.residuals, place, value };
        let others: Vec<f64> =
            start.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, value)| *value).collect();
        if others.is_empty() {
            let sum_of_squares = sum_of_squares(&held, &[]);
            return sum_of_squares.is_finite().then_some(Fitted { constants: vec![value], sum_of_squares });
        }
        let mut found = near(&held, &[], Confined::Free, &others).ok()?;
        found.constants.insert(place, value);
        Some(found)
    }

    fn side(&self, place: usize, sign: f64, critical: f64) -> Found {
        let best = self.fitted.constants[place];
        let (low, high) = self.ends(place);
        let end = if sign < 0.0 { low } else { high };
        let error = self.covariance.as_ref().map(|covariance| covariance.variance(place).sqrt());
        let mut step = error.unwrap_or(0.0) * critical;
        let least = self.ranges[place].width() * 1e-9;
        step = if step.is_finite() { step.max(least) } else { least };
        let (mut inside, mut t_inside) = (best, 0.0);
        let mut near = self.fitted.constants.clone();
        let outside = loop {
            let reached = inside + sign * step;
            let is_end = sign * (reached - end) >= 0.0;
            let value = if is_end { end } else { reached };
            match self.held(place, value, &near) {
                Some(held) if held.sum_of_squares < self.fitted.sum_of_squares * (1.0 - LESS) => {
                    return Found::Better(held);
                }
                Some(held) => {
                    let t = self.t(held.sum_of_squares);
                    if t > critical {
                        break Some((value, t));
                    }
                    (inside, t_inside, near) = (value, t, held.constants);
                }
                // The formula has no value there.
                None => break None,
            }
            if is_end {
                return Found::Side(Side::Open(end));
            }
            step *= 2.0;
        };
        let Some((mut far, mut t_far)) = outside else {
            return Found::Side(Side::Bound(inside));
        };
        // t is nearly a line, so that a secant with halving at the stuck end is fast.
        let mut last = 0;
        for _ in 0..60 {
            if (far - inside).abs() <= 1e-10 * far.abs().max(least) {
                break;
            }
            let share = ((critical - t_inside) / (t_far - t_inside)).clamp(0.05, 0.95);
            let value = inside + share * (far - inside);
            let Some(held) = self.held(place, value, &near) else { break };
            let t = self.t(held.sum_of_squares);
            if (t - critical).abs() < 1e-6 * critical {
                return Found::Side(Side::Bound(value));
            }
            if t > critical {
                (far, t_far) = (value, t);
                if last == 1 {
                    t_inside = critical - 0.5 * (critical - t_inside);
                }
                last = 1;
            } else {
                (inside, t_inside, near) = (value, t, held.constants);
                if last == -1 {
                    t_far = critical + 0.5 * (t_far - critical);
                }
                last = -1;
            }
        }
        Found::Side(Side::Bound(inside + 0.5 * (far - inside)))
    }
}

enum Found {
    Side(Side),
    Better(Fitted),
}

/// Residuals with one constant held.
struct Held<'a, R> {
    residuals: &'a R,
    place: usize,
    value: f64,
}

impl<R: Residuals> Residuals for Held<'_, R> {
    fn count(&self) -> usize {
        self.residuals.count()
    }

    fn write(&self, constants: &[f64], residuals: &mut [f64], slopes: Option<&mut [f64]>) {
        let mut all = constants.to_vec();
        all.insert(self.place, self.value);
        match slopes {
            None => self.residuals.write(&all, residuals, None),
            Some(slopes) => {
                let mut of_all = vec![0.0; residuals.len() * all.len()];
                self.residuals.write(&all, residuals, Some(&mut of_all));
                for (kept, row) in slopes.chunks_mut(constants.len()).zip(of_all.chunks(all.len())) {
                    let others = row.iter().enumerate().filter(|(place, _)| *place != self.place);
                    kept.iter_mut().zip(others).for_each(|(kept, (_, slope))| *kept = *slope);
                }
            }
        }
    }
}
