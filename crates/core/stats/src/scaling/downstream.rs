use super::constant::Constant;
use super::data::{Data, Logs};
use super::form::Form;
use super::quantity::Quantity;
use super::rough::Products;
use crate::least_squares::Scalar;

/// Error = epsilon - k e^(-gamma L): how the error on a downstream task falls with
/// the loss L of pretraining.
///
/// What is fitted is the error, a number above 0; where accuracy is measured, 1
/// less it.
///
/// # Source
/// Gadre et al. 2024, "Language models scale reliably with over-training and on
/// downstream tasks", equation 5.
pub(super) struct Downstream;

const L: usize = Quantity::PretrainingLoss as usize;

/// How many values of gamma are tried, and the step between them.
const RATES: usize = 24;
const STEP: f64 = 0.25;
/// A start keeps the error at least this share of epsilon in every run.
const LEAST_SHARE: f64 = 0.05;

/// How far the loss lies above the middle one.
fn above_middle(logs: &Logs, centre: &Logs) -> f64 {
    libm::exp(centre[L]) * libm::expm1(logs[L])
}

impl Form<3> for Downstream {
    const STARTS_ARE_NEAR: bool = true;

    fn constants(&self) -> [Constant; 3] {
        [
            Constant::positive("epsilon", "error", "the error of a model that has learnt nothing"),
            Constant::positive("k", "error", "how far the error at a loss of 0 would lie below epsilon"),
            Constant::rate("gamma", "1 / loss", "how quickly the error falls with the loss"),
        ]
    }

    fn needs(&self) -> &[Quantity] {
        &[Quantity::PretrainingLoss]
    }

    /// The second number is the log of k e^(-gamma L) at the middle loss. Where the
    /// error would not be positive there is no logarithm, and no fit ends there.
    fn log_loss<S: Scalar>(&self, theta: &[S; 3], logs: &Logs, centre: &Logs) -> S {
        let [most, gained, rate] = *theta;
        let share = gained - rate.times(above_middle(logs, centre)) - most;
        let at = share.value();
        let rest = -libm::expm1(at);
        let slope = (rest - 1.0) / rest;
        most + share.chain(libm::log(rest), slope, slope / rest)
    }

    fn uncentred(&self, theta: &[f64; 3], centre: &Logs) -> [f64; 3] {
        let [most, gained, rate] = *theta;
        [most, gained + rate * libm::exp(centre[L]), rate]
    }

    fn starts(&self, data: &Data) -> Vec<[f64; 3]> {
        let errors: Vec<f64> = data.log_losses.iter().map(|log| libm::exp(*log)).collect();
        let most_error = errors.iter().copied().fold(0.0, f64::max);
        let mut found: Vec<(f64, [f64; 3])> = (1..=RATES)
            .map(|place| {
                let rate = STEP * place as f64;
                let fallen = |logs: &Logs| libm::exp(-rate * above_middle(logs, &data.centre));
                let rows = data.logs.iter().zip(&errors).map(|(logs, error)| ([1.0, -fallen(logs)], *error));
                let ([most, gained], rest) = Products::of(rows).non_negative();
                let most = most.max(most_error);
                let furthest = data.logs.iter().map(fallen).fold(0.0, f64::max);
                let gained = gained.clamp(1e-3 * most / furthest, (1.0 - LEAST_SHARE) * most / furthest);
                (rest, [libm::log(most), libm::log(gained), rate])
            })
            .filter(|(_, start)| start.iter().all(|number| number.is_finite()))
            .collect();
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        found.into_iter().take(6).map(|(_, start)| start).collect()
    }
}
