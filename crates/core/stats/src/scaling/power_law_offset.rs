use super::constant::Constant;
use super::data::{Data, Logs};
use super::form::{Form, log_sum};
use super::quantity::Quantity;
use super::rough::{Products, dips};
use crate::least_squares::Scalar;

/// L = E + A x^-alpha: a power law above a loss that no scale removes. Over
/// steps it is a learning curve.
///
/// # Source
/// Henighan et al. 2020, "Scaling Laws for Autoregressive Generative Modeling",
/// equation 1.1; for learning curves Domhan et al. 2015, "Speeding up Automatic
/// Hyperparameter Optimization of Deep Neural Networks by Extrapolation of
/// Learning Curves", table 1 (pow3).
pub(super) struct PowerLawOffset {
    pub(super) over: [Quantity; 1],
}

/// How many exponents are tried, and the step between them.
const EXPONENTS: usize = 60;
const STEP: f64 = 0.025;
/// The share of the least loss that stands for an offset of none, which has no
/// logarithm.
pub(super) const SMALLEST_SHARE: f64 = 1e-3;

impl PowerLawOffset {
    fn log(&self, logs: &Logs) -> f64 {
        logs[self.over[0] as usize]
    }
}

impl Form<3> for PowerLawOffset {
    const STARTS_ARE_NEAR: bool = true;

    fn constants(&self) -> [Constant; 3] {
        [
            Constant::positive("E", "loss", "the loss that no scale removes"),
            Constant::positive("A", "loss x scale^alpha", "how far the loss lies above E at scale 1"),
            Constant::exponent("alpha", "by which power the loss above E falls"),
        ]
    }

    fn needs(&self) -> &[Quantity] {
        &self.over
    }

    fn log_loss<S: Scalar>(&self, theta: &[S; 3], logs: &Logs, _: &Logs) -> S {
        log_sum(theta[0], theta[1] - theta[2].times(self.log(logs)))
    }

    fn uncentred(&self, theta: &[f64; 3], centre: &Logs) -> [f64; 3] {
        [theta[0], theta[1] + theta[2] * self.log(centre), theta[2]]
    }

    fn starts(&self, data: &Data) -> Vec<[f64; 3]> {
        let losses: Vec<f64> = data.log_losses.iter().map(|log| libm::exp(*log)).collect();
        let least = losses.iter().copied().fold(f64::INFINITY, f64::min);
        let found: Vec<([f64; 2], f64)> = (0..EXPONENTS)
            .map(|place| {
                let exponent = STEP * (place + 1) as f64;
                let rows = data.logs.iter().zip(&losses);
                Products::of(rows.map(|(logs, loss)| ([1.0, libm::exp(-exponent * self.log(logs))], *loss)))
                    .non_negative()
            })
            .collect();
        let rests: Vec<f64> = found.iter().map(|(_, rest)| *rest).collect();
        let start = |place: usize| {
            let [offset, factor] = found[place].0.map(|value| libm::log(value.max(SMALLEST_SHARE * least)));
            [offset, factor, STEP * (place + 1) as f64]
        };
        dips(&rests, EXPONENTS).into_iter().take(3).map(start).collect()
    }
}
