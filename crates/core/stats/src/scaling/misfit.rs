//! How badly a law fits, with slope and curvature.

use super::data::Data;
use super::fit::Criterion;
use super::form::Form;
use crate::least_squares::{Curved, Objective};
use crate::summary::Adder;

/// The sum of a criterion over log residuals, each run counted as often as its
/// weight says.
pub(super) struct Misfit<'a, F> {
    pub(super) form: &'a F,
    pub(super) data: &'a Data,
    /// One for each run, or none where each counts once.
    pub(super) weights: Option<&'a [f64]>,
    pub(super) criterion: Criterion,
}

/// A log residual that is nothing but rounding.
const SMALLEST_RESIDUAL: f64 = 1e-13;

impl<F> Misfit<'_, F> {
    fn weight(&self, place: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[place])
    }
}

impl<const P: usize, F: Form<P>> Objective<P> for Misfit<'_, F> {
    fn negligible(&self) -> f64 {
        0.5 * SMALLEST_RESIDUAL * SMALLEST_RESIDUAL * self.data.len() as f64
    }

    fn curved(&self, at: &[f64; P]) -> Curved<P> {
        let mut sum = Adder::new();
        let (mut slope, mut curve, mut metric) = ([0.0; P], [[0.0; P]; P], [[0.0; P]; P]);
        for (place, (logs, log_loss)) in self.data.logs.iter().zip(&self.data.log_losses).enumerate() {
            let weight = self.weight(place);
            if weight == 0.0 {
                continue;
            }
            let (value, first, second) = self.form.curved(at, logs, &self.data.centre);
            let residual = value - log_loss;
            let (pull, stiffness) =
                (weight * self.criterion.pull(residual), weight * self.criterion.stiffness(residual));
            let share = weight * self.criterion.share(residual);
            sum.add(weight * self.criterion.cost(residual));
            for row in 0..P {
                slope[row] += pull * first[row];
                for column in 0..=row {
                    let square = first[row] * first[column];
                    curve[row][column] += stiffness * square + pull * second[row][column];
                    metric[row][column] += share * square;
                }
            }
        }
        Curved { value: sum.total(), slope, curve, metric }
    }
}

/// A function of which one direction is held: the searched number at `place`,
/// uncentred, stays as it is in the start.
pub(super) struct Held<'a, O, const P: usize> {
    pub(super) objective: &'a O,
    pub(super) place: usize,
    /// How the uncentred number depends on the centred ones.
    pub(super) row: [f64; P],
}

impl<O, const P: usize> Held<'_, O, P> {
    /// The centred numbers of numbers of which the one at `place` is uncentred.
    pub(super) fn centred(&self, at: &[f64; P]) -> [f64; P] {
        let mut theta = *at;
        let others: f64 = (0..P).filter(|k| *k != self.place).map(|k| self.row[k] * at[k]).sum();
        theta[self.place] = (at[self.place] - others) / self.row[self.place];
        theta
    }
}

impl<O: Objective<P>, const P: usize> Objective<P> for Held<'_, O, P> {
    fn negligible(&self) -> f64 {
        self.objective.negligible()
    }

    fn curved(&self, at: &[f64; P]) -> Curved<P> {
        let found = self.objective.curved(&self.centred(at));
        let held = self.place;
        let lean: [f64; P] = std::array::from_fn(|k| self.row[k] / self.row[held]);
        let entry = |matrix: &[[f64; P]; P], a: usize, b: usize| matrix[a.max(b)][a.min(b)];
        let sheared = |matrix: &[[f64; P]; P], unit: f64| {
            std::array::from_fn(|a| {
                std::array::from_fn(|b| {
                    if a == held || b == held {
                        return if a == b { unit } else { 0.0 };
                    }
                    entry(matrix, a, b) - lean[a] * entry(matrix, held, b) - lean[b] * entry(matrix, a, held)
                        + lean[a] * lean[b] * entry(matrix, held, held)
                })
            })
        };
        let mut slope: [f64; P] = std::array::from_fn(|k| found.slope[k] - lean[k] * found.slope[held]);
        slope[held] = 0.0;
        let unit = found.metric[held][held].max(f64::MIN_POSITIVE);
        Curved { value: found.value, slope, curve: sheared(&found.curve, unit), metric: sheared(&found.metric, unit) }
    }
}
