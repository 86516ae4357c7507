use super::constant::Constant;
use super::data::{Data, Logs};
use super::form::Form;
use super::quantity::Quantity;
use crate::least_squares::{Scalar, positive_solve};

/// L = A x^-alpha, a straight line on log axes.
///
/// # Source
/// Hestness et al. 2017, "Deep Learning Scaling is Predictable, Empirically",
/// section 2; Kaplan et al. 2020, "Scaling Laws for Neural Language Models",
/// equations 1.1 to 1.3, with A = x_c^alpha.
pub(super) struct PowerLaw {
    pub(super) over: [Quantity; 1],
}

impl Form<2> for PowerLaw {
    const STARTS_ARE_NEAR: bool = true;

    fn constants(&self) -> [Constant; 2] {
        [
            Constant::positive("A", "loss x scale^alpha", "the loss at scale 1"),
            Constant::exponent("alpha", "by which power the loss falls"),
        ]
    }

    fn needs(&self) -> &[Quantity] {
        &self.over
    }

    fn log_loss<S: Scalar>(&self, theta: &[S; 2], logs: &Logs, _: &Logs) -> S {
        theta[0] - theta[1].times(logs[self.over[0] as usize])
    }

    fn uncentred(&self, theta: &[f64; 2], centre: &Logs) -> [f64; 2] {
        [theta[0] + theta[1] * centre[self.over[0] as usize], theta[1]]
    }

    fn starts(&self, data: &Data) -> Vec<[f64; 2]> {
        let (mut matrix, mut right) = ([[0.0; 2]; 2], [0.0; 2]);
        for (logs, log_loss) in data.logs.iter().zip(&data.log_losses) {
            let row = [1.0, -logs[self.over[0] as usize]];
            for a in 0..2 {
                for b in 0..=a {
                    matrix[a][b] += row[a] * row[b];
                }
                right[a] += row[a] * log_loss;
            }
        }
        vec![positive_solve(&matrix, &right).unwrap_or([data.log_losses[0], 0.0])]
    }
}
