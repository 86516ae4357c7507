//! A theory's formula fitted to all runs.

use gosset_model::{Condition, Region, Theory, TheoryDesign};
use gosset_stats::nonlinear::{self, Confined, Fitted, Profile, Side};
use gosset_stats::{Alpha, Bounds, summary};

use super::compared::{half, share, standing};
use super::judgement::{Comparison, ConstantFinding, Contradiction, FitFinding, LackOfFitFinding, Standing, Worst};
use super::model::{Fitting, Model};
use super::prediction::Compared;
use super::runs::{Run, Runs};

/// A fitted theory.
#[derive(Debug)]
pub(super) struct Fit<'a> {
    pub(super) name: &'a str,
    pub(super) model: Model<'a>,
    pub(super) runs: &'a Runs,
    /// The fit that goes where the runs lead it.
    free: Fitted,
    /// The fit within the ranges that the theory allows.
    pub(super) within: Fitted,
    /// Whether every constant is identified, its interval within its range.
    pub(super) is_well_inside: bool,
}

/// Points of a drawn curve.
const DRAWN: u32 = 60;

impl<'a> Fit<'a> {
    /// Fits the formula of a theory, with its share `level` of an error rate, one
    /// of `members`; why not, where that is not possible.
    pub(super) fn of(
        theory: &'a Theory,
        design: TheoryDesign,
        runs: &'a Runs,
        level: Alpha,
        members: usize,
    ) -> Result<(Self, FitFinding), String> {
        let model = Model::of(theory, design.errors).ok_or("the theory has no formula")?;
        let constants = model.names.len();
        let fitting = Fitting::of(&model, runs.all());
        if runs.all().len() <= constants {
            return Err(format!("{} runs are too few for {constants} constants", runs.all().len()));
        }
        let search = |confined| {
            nonlinear::fit(&fitting, &model.ranges, confined)
                .map_err(|error| format!("the fit does not settle: {error}"))
        };
        let within = search(Confined::Within)?;
        // The ranges may keep a search from a minimum beyond them, and the other way
        // round.
        let mut free = search(Confined::Free).unwrap_or_else(|_| within.clone());
        if let Ok(other) = nonlinear::fit::near(&fitting, &model.ranges, Confined::Free, &within.constants)
            && other.sum_of_squares < free.sum_of_squares
        {
            free = other;
        }
        let mut fit =
            Self { name: theory.name.as_str(), model: model.clone(), runs, free, within, is_well_inside: false };
        let finding = fit.judged(theory, level, members)?;
        Ok((fit, finding))
    }

    fn judged(&mut self, theory: &Theory, level: Alpha, members: usize) -> Result<FitFinding, String> {
        let model = self.model.clone();
        let fitting = Fitting::of(&model, self.runs.all());
        let mut profile = Profile::of(&fitting, &model.ranges, self.free.clone(), fitting.negligible())
            .ok_or("there are no more runs than constants")?;
        let conditions = self.runs.conditions();
        let is_repeated = conditions.iter().any(|(_, places)| places.len() > 1);
        let parts = model.names.len() + usize::from(is_repeated);
        let level = share(level, parts.max(1));
        let adjusted = |p_value: f64| (p_value * (members * parts.max(1)) as f64).min(1.0);
        let sides: Vec<(Side, Side)> = (0..model.names.len()).map(|place| profile.sides(place, half(level))).collect();
        self.free = profile.fitted().clone();
        let mut contradiction: Option<Contradiction> = None;
        let mut worse = |found: Contradiction| {
            if contradiction.as_ref().is_none_or(|known| found.p_adjusted < known.p_adjusted) {
                contradiction = Some(found);
            }
        };
        let mut constants = Vec::new();
        for (place, (lower, upper)) in sides.iter().enumerate() {
            let (name, range) = (model.names[place], model.ranges[place]);
            let region = Region { from: Some(range.from), to: Some(range.to) };
            let standing = standing(bounds(*lower, *upper), region);
            let estimate = self.free.constants[place];
            if standing == Standing::Contradicted {
                let end = if estimate < range.from { range.from } else { range.to };
                worse(Contradiction {
                    observation: format!("the runs ask for a constant `{name}` outside of its range"),
                    p_adjusted: adjusted(profile.p_value(place, end).unwrap_or(0.0)),
                    distance: profile.distance(place, end).unwrap_or(0.0),
                });
            }
            let is_identified = matches!((lower, upper), (Side::Bound(_), Side::Bound(_)));
            constants.push(ConstantFinding {
                name: name.to_owned(),
                unit: theory.parameters.get(name).map_or_else(String::new, |parameter| parameter.unit.to_string()),
                from: range.from,
                to: range.to,
                estimate: is_identified.then_some(estimate),
                lower: bound_of(*lower),
                upper: bound_of(*upper),
                standing,
            });
        }
        self.is_well_inside =
            constants.iter().all(|one| one.estimate.is_some() && one.standing == Standing::Consistent);
        // A constant that is not identified takes up no degree of freedom for certain.
        let identified = constants.iter().filter(|one| one.estimate.is_some()).count();
        let residuals = fitting.residuals(&self.free.constants);
        let of_condition = |places: &[usize]| places.iter().map(|place| residuals[*place]).collect::<Vec<f64>>();
        let groups: Vec<Vec<f64>> = conditions.iter().map(|(_, places)| of_condition(places)).collect();
        let lack = nonlinear::lack_of_fit(&groups, identified);
        let pure = pure_variance(&groups);
        let worst = self.worst(&conditions, &groups, pure.unwrap_or_else(|| profile.variance()));
        if let (Some(lack), Some(worst)) = (&lack, &worst)
            && lack.p_value < level.get()
        {
            worse(Contradiction {
                observation: format!(
                    "the formula misses conditions by more than runs differ, most at {}",
                    worst.condition
                ),
                p_adjusted: adjusted(lack.p_value),
                distance: worst.distance.abs(),
            });
        }
        let standing = match (&contradiction, self.is_well_inside && lack.is_some()) {
            (Some(_), _) => Standing::Contradicted,
            // That no lack of fit is seen does not show that there is none.
            (None, _) => Standing::NotTested,
        };
        let (curve_over, curve) = self.curve();
        Ok(FitFinding {
            n: self.runs.all().len() as u64,
            constants,
            residual_sd: profile.variance().sqrt(),
            lack_of_fit: lack.map(|lack| LackOfFitFinding {
                f: lack.f,
                df_conditions: lack.df_conditions,
                df_runs: lack.df_runs,
                p_value: lack.p_value,
            }),
            worst,
            standing,
            contradiction,
            curve_over,
            curve,
        })
    }

    fn worst(&self, conditions: &[(Condition, Vec<usize>)], groups: &[Vec<f64>], variance: f64) -> Option<Worst> {
        let distance = |group: &Vec<f64>| {
            let mean = summary::mean(group).unwrap_or(0.0);
            let distance = mean / (variance / group.len() as f64).sqrt();
            if distance.is_finite() { distance } else { 0.0 }
        };
        let far = |place: usize| distance(&groups[place]).abs();
        let place = (0..groups.len()).max_by(|a, b| far(*a).total_cmp(&far(*b)))?;
        let (condition, places) = conditions.get(place)?;
        let observed: Vec<f64> = places.iter().map(|place| self.runs.all()[*place].observed).collect();
        Some(Worst {
            condition: condition.to_string(),
            row: places.iter().map(|place| self.runs.all()[*place].row).min()?,
            observed: summary::mean(&observed).ok()?,
            formula: Some(self.model.value(condition, &self.free.constants)).filter(|value| value.is_finite())?,
            distance: distance(&groups[place]),
        })
    }

    /// Compares a constant with a region by its profile.
    pub(super) fn parameter(&self, name: &str, region: Region, level: Alpha) -> Compared {
        const KIND: &str = "parameter";
        let Some(place) = self.model.names.iter().position(|own| *own == name) else {
            return Compared::nothing(KIND, format!("`{name}` is not fitted"));
        };
        let fitting = Fitting::of(&self.model, self.runs.all());
        let Some(mut profile) = Profile::of(&fitting, &self.model.ranges, self.free.clone(), fitting.negligible())
        else {
            return Compared::nothing(KIND, "there are no more runs than constants");
        };
        let (lower, upper) = profile.sides(place, half(level));
        let estimate = profile.fitted().constants[place];
        let (Side::Bound(low), Side::Bound(high)) = (lower, upper) else {
            return Compared::nothing(KIND, format!("the runs do not identify `{name}`"));
        };
        let end = [region.from.filter(|from| estimate < *from), region.to.filter(|to| estimate > *to)];
        let end = end.into_iter().flatten().next();
        let bounds = Bounds { lower: low, upper: high };
        let comparison = Comparison {
            what: format!("the fitted `{name}`"),
            n: self.runs.all().len() as u64,
            estimate,
            bounds,
            from: region.from,
            to: region.to,
            standing: standing(bounds, region),
            p_value: end.map_or(1.0, |end| profile.p_value(place, end).unwrap_or(0.0)),
            distance: end.map_or(0.0, |end| profile.distance(place, end).unwrap_or(0.0)),
        };
        Compared { kind: KIND, comparisons: vec![comparison], reason: None, notes: Vec::new() }
    }

    /// The fitted formula along the quantity that has the most values, others as in
    /// the run with the largest value of it.
    fn curve(&self) -> (Option<String>, Vec<(f64, f64)>) {
        let Some(over) = most_varied(self.runs) else { return (None, Vec::new()) };
        let values = self.runs.values(&over);
        let (Some(low), Some(high)) = (values.first().copied(), values.last().copied()) else {
            return (None, Vec::new());
        };
        let held = held(self.runs, &over);
        let point = |step: u32| {
            let share = f64::from(step) / f64::from(DRAWN);
            let x = if low > 0.0 && high / low > 10.0 {
                low * libm::pow(high / low, share)
            } else {
                low + share * (high - low)
            };
            let mut at = Condition(held.clone());
            at.0.insert(over.clone(), x);
            (x, self.model.value(&at, &self.within.constants))
        };
        let points: Vec<(f64, f64)> = (0..=DRAWN).map(point).filter(|(_, y)| y.is_finite()).collect();
        (Some(over), points)
    }
}

/// The quantity with the most values; the first of several.
pub(super) fn most_varied(runs: &Runs) -> Option<String> {
    let names: Vec<&String> = runs.all().first()?.quantities.keys().collect();
    let count = |name: &str| runs.values(name).len();
    let most = names.iter().map(|name| count(name)).max()?;
    names.into_iter().find(|name| count(name) == most).cloned()
}

/// The other quantities of the run with the largest value of one.
pub(super) fn held(runs: &Runs, over: &str) -> std::collections::BTreeMap<String, f64> {
    let value = |run: &Run| run.quantities.get(over).copied().unwrap_or(f64::NEG_INFINITY);
    let largest = runs.all().iter().max_by(|a, b| value(a).total_cmp(&value(b)));
    largest.map(|run| run.quantities.clone()).unwrap_or_default()
}

/// The variance of runs about their condition, where some are repeated.
pub(super) fn pure_variance(groups: &[Vec<f64>]) -> Option<f64> {
    let (mut squares, mut df) = (Vec::new(), 0_usize);
    for group in groups.iter().filter(|group| group.len() > 1) {
        let mean = summary::mean(group).ok()?;
        squares.extend(group.iter().map(|value| (value - mean) * (value - mean)));
        df += group.len() - 1;
    }
    let variance = summary::sum(&squares) / df as f64;
    (df > 0 && variance > 0.0).then_some(variance)
}

fn bounds(lower: Side, upper: Side) -> Bounds {
    Bounds { lower: bound_of(lower).unwrap_or(f64::NEG_INFINITY), upper: bound_of(upper).unwrap_or(f64::INFINITY) }
}

fn bound_of(side: Side) -> Option<f64> {
    match side {
        Side::Bound(value) => Some(value),
        Side::Open(_) => None,
    }
}
