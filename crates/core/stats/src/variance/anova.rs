//! What tables of an analysis of variance have in common.

use std::collections::BTreeMap;

use super::error::VarianceError;
use crate::distribution::f;
use crate::method::{Findings, Table};
use crate::sample::{SampleError, check, finite};
use crate::summary::Adder;

/// A source of variation: its sum of squares and degrees of freedom.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Source {
    /// What it is called, such as `method`.
    pub name: &'static str,
    /// Its sum of squares, in the squared unit of the values.
    pub sum_of_squares: f64,
    /// Its degrees of freedom.
    pub df: f64,
}

impl Source {
    /// The sum of squares over the degrees of freedom.
    #[must_use]
    pub fn mean_square(&self) -> f64 {
        self.sum_of_squares / self.df
    }
}

/// A table of an analysis of variance.
#[derive(Debug, Clone, PartialEq)]
pub struct Anova {
    /// The effects that are tested.
    pub effects: Vec<Source>,
    /// What is left.
    pub residual: Source,
    /// The squared deviations from the mean of all values; in an unbalanced
    /// design not the sum of the lines.
    pub total: f64,
}

impl Anova {
    /// Checks that more is left to test against than the rounding of values
    /// of this magnitude.
    pub(super) fn new(
        effects: Vec<Source>,
        residual: Source,
        total: f64,
        magnitude: f64,
    ) -> Result<Self, VarianceError> {
        finite(total)?;
        if residual.mean_square().sqrt() <= ROUNDING * magnitude {
            return Err(VarianceError::NoResidual);
        }
        Ok(Self { effects, residual, total })
    }

    /// The effect called `name`, if it is tested.
    #[must_use]
    pub fn effect(&self, name: &str) -> Option<&Source> {
        self.effects.iter().find(|effect| effect.name == name)
    }

    /// The F statistic of an effect.
    #[must_use]
    pub fn f(&self, effect: &Source) -> f64 {
        effect.mean_square() / self.residual.mean_square()
    }

    /// The p-value against "the effect is nil".
    #[must_use]
    pub fn p_value(&self, effect: &Source) -> f64 {
        f::sf(self.f(effect), effect.df, self.residual.df).expect("degrees of freedom are positive and F is a number")
    }

    /// The share of the total sum of squares that the model takes up.
    #[must_use]
    pub fn r_squared(&self) -> f64 {
        1.0 - self.residual.sum_of_squares / self.total
    }

    /// The root of the residual mean square.
    #[must_use]
    pub fn residual_standard_deviation(&self) -> f64 {
        self.residual.mean_square().sqrt()
    }

    pub(super) fn findings(&self) -> Findings {
        let mut rows: Vec<(String, Vec<Option<f64>>)> = self
            .effects
            .iter()
            .map(|effect| {
                let numbers =
                    [effect.sum_of_squares, effect.df, effect.mean_square(), self.f(effect), self.p_value(effect)];
                (effect.name.to_owned(), numbers.map(Some).to_vec())
            })
            .collect();
        let left = &self.residual;
        let numbers = vec![Some(left.sum_of_squares), Some(left.df), Some(left.mean_square()), None, None];
        rows.push((left.name.to_owned(), numbers));
        Findings::default()
            .with("R squared", self.r_squared())
            .with("residual standard deviation", self.residual_standard_deviation())
            .with_table(Table {
                title: "analysis of variance".to_owned(),
                label: "source".to_owned(),
                columns: ["sum of squares", "degrees of freedom", "mean square", "F", "p-value"]
                    .map(str::to_owned)
                    .to_vec(),
                rows,
            })
    }
}

/// How far apart two values of magnitude 1 may be by rounding alone. Certified
/// cases share thirteen leading digits, so that the tolerance for ties would
/// be too wide here.
const ROUNDING: f64 = 4.0 * f64::EPSILON;

/// Values without what they have in common, and the largest magnitude that
/// they had.
pub(super) struct Shifted {
    pub(super) values: Vec<f64>,
    pub(super) magnitude: f64,
}

impl Shifted {
    /// Checks the values and takes the first from all: what they share drops
    /// out of every sum of squares, and with it its rounding.
    pub(super) fn new(values: &[f64]) -> Result<Self, VarianceError> {
        check(values, 2)?;
        let magnitude = values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        let shifted: Vec<f64> = values.iter().map(|value| value - values[0]).collect();
        if shifted.iter().all(|value| value.abs() <= ROUNDING * magnitude) {
            return Err(SampleError::NoSpread { constant: values[0] }.into());
        }
        Ok(Self { values: shifted, magnitude })
    }
}

/// The mean of the numbers; there must be one.
pub(super) fn mean(numbers: impl Iterator<Item = f64>) -> f64 {
    let (mut adder, mut count) = (Adder::new(), 0.0);
    for number in numbers {
        adder.add(number);
        count += 1.0;
    }
    adder.total() / count
}

/// The sum of the numbers with its rounding error carried along.
pub(super) fn total(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut adder = Adder::new();
    for number in numbers {
        adder.add(number);
    }
    adder.total()
}

/// The squared deviations of the numbers from their mean.
pub(super) fn squares(numbers: &[f64]) -> f64 {
    let mean = mean(numbers.iter().copied());
    let rest = total(numbers.iter().map(|number| number - mean));
    let squares = total(numbers.iter().map(|number| (number - mean) * (number - mean)));
    (squares - rest * rest / numbers.len() as f64).max(0.0)
}

/// The levels of a column in the order of their names, and which of them each
/// row has.
pub(super) fn levels<T: Ord>(labels: &[T]) -> (Vec<&T>, Vec<usize>) {
    let mut places: BTreeMap<&T, usize> = labels.iter().map(|label| (label, 0)).collect();
    for (index, place) in places.values_mut().enumerate() {
        *place = index;
    }
    let rows = labels.iter().map(|label| places[label]).collect();
    (places.into_keys().collect(), rows)
}

/// Checks that there is a label for each value.
pub(super) fn check_lengths(values: usize, labels: usize) -> Result<(), VarianceError> {
    if values == labels { Ok(()) } else { Err(VarianceError::Lengths { values, labels }) }
}
