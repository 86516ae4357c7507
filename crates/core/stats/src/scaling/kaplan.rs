use super::constant::Constant;
use super::data::{Data, Logs};
use super::form::{Form, log_sum};
use super::quantity::Quantity;
use super::rough::Products;
use crate::least_squares::Scalar;

/// L = ((N_c / N)^(alpha_N / alpha_D) + D_c / D)^alpha_D.
///
/// # Source
/// Kaplan et al. 2020, "Scaling Laws for Neural Language Models", equation 1.5.
pub(super) struct Kaplan;

const N: usize = Quantity::Parameters as usize;
const D: usize = Quantity::Tokens as usize;

impl Form<4> for Kaplan {
    fn constants(&self) -> [Constant; 4] {
        [
            Constant::positive("N_c", "parameters", "the scale of parameters"),
            Constant::positive("D_c", "tokens", "the scale of tokens"),
            Constant::exponent("alpha_N", "by which power the loss falls with parameters alone"),
            Constant::exponent("alpha_D", "by which power the loss falls with tokens alone"),
        ]
    }

    fn needs(&self) -> &[Quantity] {
        &[Quantity::Parameters, Quantity::Tokens]
    }

    fn log_loss<S: Scalar>(&self, theta: &[S; 4], logs: &Logs, _: &Logs) -> S {
        let [n_c, d_c, alpha_n, alpha_d] = *theta;
        let of_n = alpha_n / alpha_d * (n_c - S::plain(logs[N]));
        alpha_d * log_sum(of_n, d_c - S::plain(logs[D]))
    }

    fn uncentred(&self, theta: &[f64; 4], centre: &Logs) -> [f64; 4] {
        [theta[0] + centre[N], theta[1] + centre[D], theta[2], theta[3]]
    }

    /// For each pair of exponents, L^(1 / alpha_D) is linear in powers of N and D.
    fn starts(&self, data: &Data) -> Vec<[f64; 4]> {
        let mut starts = Vec::new();
        for alpha_d in [0.02, 0.04, 0.07, 0.1, 0.15, 0.2, 0.3, 0.45] {
            for ratio in [0.3, 0.5, 0.7, 0.9, 1.2, 1.6, 2.2] {
                let rows = data.logs.iter().zip(&data.log_losses).map(|(logs, log_loss)| {
                    ([libm::exp(-ratio * logs[N]), libm::exp(-logs[D])], libm::exp(log_loss / alpha_d))
                });
                let ([n, d], rest) = Products::of(rows).non_negative();
                if n > 0.0 && d > 0.0 {
                    // Errors of the power are those of the log loss over alpha_D.
                    let rest = alpha_d * alpha_d * rest;
                    starts.push((rest, [libm::log(n) / ratio, libm::log(d), ratio * alpha_d, alpha_d]));
                }
            }
        }
        starts.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut starts: Vec<[f64; 4]> = starts.into_iter().take(8).map(|(_, start)| start).collect();
        if starts.is_empty() {
            let middle = crate::summary::sum(&data.log_losses) / data.len() as f64;
            starts.push([middle / 0.07, middle / 0.1, 0.07, 0.1]);
        }
        starts
    }
}
