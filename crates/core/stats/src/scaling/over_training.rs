use super::chinchilla;
use super::constant::Constant;
use super::data::{Data, Logs};
use super::form::{Form, log_sum};
use super::quantity::Quantity;
use crate::least_squares::Scalar;

/// L = E + A / N^alpha + B / D^alpha: one exponent for both, so that the loss at
/// any fixed ratio M of tokens to parameters falls by the same power of compute,
/// and training beyond the best ratio costs a factor.
///
/// In the source's form L = E + (a M^eta + b M^-eta) C^-eta with C = 6 N D the
/// exponent is eta = alpha / 2, a = A 6^eta and b = B 6^eta.
///
/// # Source
/// Gadre et al. 2024, "Language models scale reliably with over-training and on
/// downstream tasks", equation 4.
pub(super) struct OverTraining;

const N: usize = Quantity::Parameters as usize;
const D: usize = Quantity::Tokens as usize;

impl Form<4> for OverTraining {
    const STARTS_ARE_NEAR: bool = true;

    fn constants(&self) -> [Constant; 4] {
        [
            Constant::positive("E", "loss", "the loss that no scale removes"),
            Constant::positive("A", "loss x parameters^alpha", "how much too few parameters cost"),
            Constant::positive("B", "loss x tokens^alpha", "how much too few tokens cost"),
            Constant::exponent("alpha", "by which power the loss falls with parameters and with tokens"),
        ]
    }

    fn needs(&self) -> &[Quantity] {
        &[Quantity::Parameters, Quantity::Tokens]
    }

    fn log_loss<S: Scalar>(&self, theta: &[S; 4], logs: &Logs, _: &Logs) -> S {
        let [floor, a, b, alpha] = *theta;
        log_sum(log_sum(a - alpha.times(logs[N]), b - alpha.times(logs[D])), floor)
    }

    fn uncentred(&self, theta: &[f64; 4], centre: &Logs) -> [f64; 4] {
        let [floor, a, b, alpha] = *theta;
        [floor, a + alpha * centre[N], b + alpha * centre[D], alpha]
    }

    /// Those of the law with two exponents, each of which is tried for both.
    fn starts(&self, data: &Data) -> Vec<[f64; 4]> {
        chinchilla::starts(data, |logs| logs[D], 3)
            .into_iter()
            .flat_map(|[floor, a, b, alpha, beta]| {
                [alpha, beta, 0.5 * (alpha + beta)].map(|exponent| [floor, a, b, exponent])
            })
            .collect()
    }
}
