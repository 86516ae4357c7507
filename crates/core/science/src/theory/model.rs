//! A theory's formula as residuals of runs.

use gosset_model::{Condition, Errors, Formula, ParameterRole, Theory};
use gosset_stats::least_squares::Residuals;
use gosset_stats::nonlinear::Range;

use super::runs::Run;

/// Where the value of a symbol comes from.
#[derive(Debug, Clone)]
enum Source {
    Quantity(String),
    Fixed(f64),
    Free(usize),
}

/// A formula with its free constants.
#[derive(Debug, Clone)]
pub(super) struct Model<'a> {
    formula: &'a Formula,
    sources: Vec<Source>,
    /// The places of free constants among the symbols, in the order of constants.
    free: Vec<usize>,
    errors: Errors,
    /// The names of the free constants.
    pub(super) names: Vec<&'a str>,
    /// Their ranges.
    pub(super) ranges: Vec<Range>,
}

impl<'a> Model<'a> {
    /// The model of a theory; none where it has no formula.
    pub(super) fn of(theory: &'a Theory, errors: Errors) -> Option<Self> {
        let formula = theory.formula.as_ref()?;
        let (mut names, mut ranges, mut free) = (Vec::new(), Vec::new(), Vec::new());
        let mut sources = Vec::new();
        for (place, symbol) in formula.symbols().iter().enumerate() {
            sources.push(match theory.parameters.get_key_value(symbol) {
                None => Source::Quantity(symbol.clone()),
                Some((name, parameter)) => match parameter.role {
                    ParameterRole::Fixed { value } => Source::Fixed(value),
                    ParameterRole::Free { from, to } => {
                        names.push(name.as_str());
                        ranges.push(Range { from, to });
                        free.push(place);
                        Source::Free(names.len() - 1)
                    }
                },
            });
        }
        Some(Self { formula, sources, free, errors, names, ranges })
    }

    fn values(&self, condition: &Condition, constants: &[f64]) -> Vec<f64> {
        let value = |source: &Source| match source {
            Source::Quantity(name) => condition.0.get(name).copied().unwrap_or(f64::NAN),
            Source::Fixed(value) => *value,
            Source::Free(place) => constants[*place],
        };
        self.sources.iter().map(value).collect()
    }

    /// The value at a condition.
    pub(super) fn value(&self, condition: &Condition, constants: &[f64]) -> f64 {
        self.formula.value(&self.values(condition, constants))
    }

    /// The value in the form in which it is fitted, with its slopes in the
    /// constants.
    pub(super) fn fitted(&self, condition: &Condition, constants: &[f64]) -> (f64, Vec<f64>) {
        let (value, mut slopes) = self.formula.with_slopes(&self.values(condition, constants), &self.free);
        match self.errors {
            Errors::Absolute => (value, slopes),
            Errors::Relative => {
                slopes.iter_mut().for_each(|slope| *slope /= value);
                (libm::log(value), slopes)
            }
        }
    }

    /// An observed value in the form in which it is fitted.
    pub(super) fn observed(&self, run: &Run) -> f64 {
        match self.errors {
            Errors::Absolute => run.observed,
            Errors::Relative => libm::log(run.observed),
        }
    }
}

/// A model less what runs observed.
#[derive(Debug)]
pub(super) struct Fitting<'a> {
    model: &'a Model<'a>,
    conditions: Vec<Condition>,
    observed: Vec<f64>,
}

impl<'a> Fitting<'a> {
    pub(super) fn of<'r>(model: &'a Model<'a>, runs: impl IntoIterator<Item = &'r Run>) -> Self {
        let (conditions, observed) =
            runs.into_iter().map(|run| (Condition(run.quantities.clone()), model.observed(run))).unzip();
        Self { model, conditions, observed }
    }

    /// A variance of residuals that is nothing but rounding.
    pub(super) fn negligible(&self) -> f64 {
        let size = self.observed.iter().map(|value| value.abs()).fold(0.0, f64::max);
        (1e-13 * size) * (1e-13 * size) + f64::MIN_POSITIVE
    }

    /// Observed less fitted.
    pub(super) fn residuals(&self, constants: &[f64]) -> Vec<f64> {
        let mut at = vec![0.0; self.observed.len()];
        self.write(constants, &mut at, None);
        at.iter().map(|value| -value).collect()
    }
}

impl Residuals for Fitting<'_> {
    fn count(&self) -> usize {
        self.observed.len()
    }

    fn write(&self, constants: &[f64], residuals: &mut [f64], slopes: Option<&mut [f64]>) {
        match slopes {
            None => {
                for (place, residual) in residuals.iter_mut().enumerate() {
                    let value = self.model.value(&self.conditions[place], constants);
                    let value = if self.model.errors == Errors::Relative { libm::log(value) } else { value };
                    *residual = value - self.observed[place];
                }
            }
            Some(slopes) => {
                for (place, residual) in residuals.iter_mut().enumerate() {
                    let (value, row) = self.model.fitted(&self.conditions[place], constants);
                    *residual = value - self.observed[place];
                    let from = place * constants.len();
                    slopes[from..from + constants.len()].copy_from_slice(&row);
                }
            }
        }
    }
}
