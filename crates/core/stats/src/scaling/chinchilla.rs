use super::constant::Constant;
use super::data::{Data, Logs};
use super::form::{Form, log_sum};
use super::power_law_offset::SMALLEST_SHARE;
use super::quantity::Quantity;
use super::rough::{Products, dips};
use crate::least_squares::Scalar;

/// L = E + A / N^alpha + B / D^beta.
///
/// # Source
/// Hoffmann et al. 2022, "Training Compute-Optimal Large Language Models",
/// section 3.3 (approach 3); Besiroglu et al. 2024, "Chinchilla Scaling: A
/// replication attempt". Starts by separable least squares after Golub and
/// Pereyra 1973, "The Differentiation of Pseudo-Inverses and Nonlinear Least
/// Squares Problems Whose Variables Separate".
pub(super) struct Chinchilla;

/// How many of each exponent are tried, and the step between them.
const EXPONENTS: usize = 12;
const STEP: f64 = 0.08;

const N: usize = Quantity::Parameters as usize;
const D: usize = Quantity::Tokens as usize;

impl Form<5> for Chinchilla {
    const STARTS_ARE_NEAR: bool = true;

    fn constants(&self) -> [Constant; 5] {
        constants()
    }

    fn needs(&self) -> &[Quantity] {
        &[Quantity::Parameters, Quantity::Tokens]
    }

    fn log_loss<S: Scalar>(&self, theta: &[S; 5], logs: &Logs, _: &Logs) -> S {
        let [floor, a, b, alpha, beta] = *theta;
        log_sum(log_sum(a - alpha.times(logs[N]), b - beta.times(logs[D])), floor)
    }

    fn uncentred(&self, theta: &[f64; 5], centre: &Logs) -> [f64; 5] {
        let [floor, a, b, alpha, beta] = *theta;
        [floor, a + alpha * centre[N], b + beta * centre[D], alpha, beta]
    }

    fn starts(&self, data: &Data) -> Vec<[f64; 5]> {
        starts(data, |logs| logs[D], 3)
    }

    /// As the general one, but by the shares of the three terms, whose
    /// covariance is the curvature.
    fn curved(&self, theta: &[f64; 5], logs: &Logs, _: &Logs) -> (f64, [f64; 5], [[f64; 5]; 5]) {
        let (n, d) = (logs[N], logs[D]);
        let terms = [theta[0], theta[1] - theta[3] * n, theta[2] - theta[4] * d];
        let largest = terms[0].max(terms[1]).max(terms[2]);
        let parts = terms.map(|term| libm::exp(term - largest));
        let total = parts[0] + parts[1] + parts[2];
        let [floor, a, b] = parts.map(|part| part / total);
        let value = largest + libm::log(total);
        let slope = [floor, a, b, -a * n, -b * d];
        let (aa, bb) = (a * (1.0 - a), b * (1.0 - b));
        let curve = [
            [floor * (1.0 - floor), 0.0, 0.0, 0.0, 0.0],
            [-floor * a, aa, 0.0, 0.0, 0.0],
            [-floor * b, -a * b, bb, 0.0, 0.0],
            [floor * a * n, -aa * n, a * b * n, aa * n * n, 0.0],
            [floor * b * d, a * b * d, -bb * d, -a * b * n * d, bb * d * d],
        ];
        (value, slope, curve)
    }
}

pub(super) const fn constants() -> [Constant; 5] {
    [
        Constant::positive("E", "loss", "the loss that no scale removes"),
        Constant::positive("A", "loss x parameters^alpha", "how much too few parameters cost"),
        Constant::positive("B", "loss x tokens^beta", "how much too few tokens cost"),
        Constant::exponent("alpha", "by which power the loss falls with parameters"),
        Constant::exponent("beta", "by which power the loss falls with tokens"),
    ]
}

/// The best `most` combinations of exponents on a grid, with the constants that
/// enter linearly solved for each; `tokens` is the log of what stands for the
/// tokens.
pub(super) fn starts(data: &Data, tokens: impl Fn(&Logs) -> f64, most: usize) -> Vec<[f64; 5]> {
    let losses: Vec<f64> = data.log_losses.iter().map(|log| libm::exp(*log)).collect();
    let least = losses.iter().copied().fold(f64::INFINITY, f64::min);
    let inverse: Vec<f64> = losses.iter().map(|loss| 1.0 / loss).collect();
    // Each power is the one before times that of one step.
    let powers = |of: &dyn Fn(&Logs) -> f64| -> Vec<Vec<f64>> {
        let steps: Vec<f64> = data.logs.iter().map(|logs| libm::exp(-STEP * of(logs))).collect();
        let mut last = inverse.clone();
        (0..EXPONENTS)
            .map(|_| {
                last.iter_mut().zip(&steps).for_each(|(last, step)| *last *= step);
                last.clone()
            })
            .collect()
    };
    let inner = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let sum = |values: &[f64]| values.iter().sum::<f64>();
    let (of_n, of_d) = (powers(&|logs| logs[N]), powers(&tokens));
    let with_one = |columns: &[Vec<f64>]| -> Vec<[f64; 3]> {
        columns.iter().map(|column| [inner(column, &inverse), inner(column, column), sum(column)]).collect()
    };
    let (sums_n, sums_d) = (with_one(&of_n), with_one(&of_d));
    let (one_one, one) = (inner(&inverse, &inverse), sum(&inverse));
    let mut found = Vec::with_capacity(EXPONENTS * EXPONENTS);
    for (n, sums_n) in of_n.iter().zip(&sums_n) {
        for (d, sums_d) in of_d.iter().zip(&sums_d) {
            let columns = [[one_one, 0.0, 0.0], [sums_n[0], sums_n[1], 0.0], [sums_d[0], inner(n, d), sums_d[1]]];
            let with_target = [one, sums_n[2], sums_d[2]];
            found.push(Products { columns, with_target, target: losses.len() as f64 }.non_negative());
        }
    }
    let rests: Vec<f64> = found.iter().map(|(_, rest)| *rest).collect();
    let start = |place: usize| {
        let [floor, a, b] = found[place].0.map(|value| libm::log(value.max(SMALLEST_SHARE * least)));
        let exponent = |index: usize| STEP * (index + 1) as f64;
        [floor, a, b, exponent(place / EXPONENTS), exponent(place % EXPONENTS)]
    };
    dips(&rests, EXPONENTS).into_iter().take(most).map(start).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::least_squares::Jet;

    #[test]
    fn the_curvature_by_shares_is_that_of_the_formula() {
        let theta = [0.6, -0.4, -0.8, 0.35, 0.37];
        let mut logs = Logs::default();
        (logs[N], logs[D]) = (0.7, -1.3);
        let (value, slope, curve) = Chinchilla.curved(&theta, &logs, &logs);
        let jets: [Jet<5>; 5] = std::array::from_fn(|k| Jet::constant(theta[k], k));
        let expected = Chinchilla.log_loss(&jets, &logs, &logs);
        assert!((value - expected.value()).abs() < 1e-14);
        for row in 0..5 {
            assert!((slope[row] - expected.slope()[row]).abs() < 1e-14);
            for (found, expected) in curve[row].iter().zip(expected.curve()[row]).take(row + 1) {
                assert!((found - expected).abs() < 1e-14, "row {row}");
            }
        }
    }
}
