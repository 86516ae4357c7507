//! The best use of a budget of compute.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::bootstrap::Resampled;
use super::error::ScalingError;
use super::identify::collinear;
use super::law::Law;
use super::quantity::{Quantity, Scale};
use crate::bounds::Bounds;

/// The parameters and tokens that make the loss least for a budget C = 6 N D.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Allocation {
    /// The budget, in floating-point operations.
    pub budget: f64,
    /// The best number of parameters.
    pub parameters: f64,
    /// Its bounds.
    pub parameters_bounds: Bounds,
    /// The best number of tokens.
    pub tokens: f64,
    /// Its bounds.
    pub tokens_bounds: Bounds,
    /// The exponent a of the best N, proportional to C^a.
    pub exponent: f64,
    /// Its bounds.
    pub exponent_bounds: Bounds,
    /// The loss of the law there.
    pub loss: f64,
    /// How many times the largest run's the parameters and the tokens are.
    pub beyond: Vec<(Quantity, f64)>,
    /// How many resamples have no best split, and count as neither bound.
    pub without_split: usize,
}

/// The best split by one set of constants.
struct Split {
    log_parameters: f64,
    exponent: f64,
}

impl Resampled {
    /// Splits a budget of floating-point operations as C = 6 N D.
    ///
    /// # Errors
    /// [`ScalingError::NoAllocation`] for laws of one quantity,
    /// [`ScalingError::Collinear`], [`ScalingError::NoBestSplit`] where the fit, or
    /// more than one resample in twenty, has exponents that are not positive;
    /// [`ScalingError::ScaleNotPositive`], [`ScalingError::Unbounded`].
    ///
    /// # Source
    /// Hoffmann et al. 2022, "Training Compute-Optimal Large Language Models",
    /// equation 4; for the law of Kaplan et al. by the same derivation.
    pub fn allocate(&self, budget: f64) -> Result<Allocation, ScalingError> {
        let fit = &self.fit;
        Scale::new().with(Quantity::Compute, budget)?;
        if !matches!(fit.law, Law::Chinchilla | Law::OverTraining | Law::Kaplan) {
            return Err(ScalingError::NoAllocation { law: fit.law.id() });
        }
        if let Some((first, second)) = collinear(fit) {
            return Err(ScalingError::Collinear { first, second });
        }
        let log_product = libm::log(budget / 6.0);
        let split = |theta: &[f64]| split(fit.law, &fit.law.solver().uncentred(theta, &fit.data.centre), log_product);
        let best = split(&fit.searched.theta).ok_or(ScalingError::NoBestSplit)?;
        let splits: Vec<Split> = self.thetas.iter().filter_map(|theta| split(theta)).collect();
        let without_split = self.thetas.len() - splits.len();
        if 20 * without_split > self.thetas.len() {
            return Err(ScalingError::NoBestSplit);
        }
        let parameters = libm::exp(best.log_parameters);
        let tokens = libm::exp(log_product - best.log_parameters);
        let scale = Scale::new().with(Quantity::Parameters, parameters)?.with(Quantity::Tokens, tokens)?;
        let bounds = |value: &dyn Fn(&Split) -> f64| self.percentiles(splits.iter().map(value).collect());
        Ok(Allocation {
            budget,
            parameters,
            parameters_bounds: bounds(&|split| libm::exp(split.log_parameters))?,
            tokens,
            tokens_bounds: bounds(&|split| libm::exp(log_product - split.log_parameters))?,
            exponent: best.exponent,
            exponent_bounds: bounds(&|split| split.exponent)?,
            loss: fit.loss_at(&scale)?,
            beyond: fit.beyond(&scale),
            without_split,
        })
    }
}

/// The split for searched numbers that are not centred; `log_product` is the log
/// of N D.
fn split(law: Law, uncentred: &[f64], log_product: f64) -> Option<Split> {
    // Of a N^-alpha + b D^-beta on N D constant: alpha a N^-alpha = beta b D^-beta.
    let (log_a, log_b, alpha, beta) = match (law, uncentred) {
        (Law::Chinchilla, &[_, log_a, log_b, alpha, beta]) => (log_a, log_b, alpha, beta),
        (Law::OverTraining, &[_, log_a, log_b, alpha]) => (log_a, log_b, alpha, alpha),
        // L^(1 / alpha_D) = (N_c / N)^r + D_c / D with r = alpha_N / alpha_D.
        (Law::Kaplan, &[n_c, d_c, alpha_n, alpha_d]) => {
            let ratio = alpha_n / alpha_d;
            (ratio * n_c, d_c, ratio, 1.0)
        }
        _ => return None,
    };
    if !(alpha > 0.0 && beta > 0.0) {
        return None;
    }
    let log_parameters = (libm::log(alpha / beta) + log_a - log_b + beta * log_product) / (alpha + beta);
    let found = Split { log_parameters, exponent: beta / (alpha + beta) };
    let is_usable = |log: f64| log.abs() < 600.0;
    (is_usable(log_parameters) && is_usable(log_product - log_parameters)).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::super::data::Logs;
    use super::*;

    #[test]
    fn no_other_split_is_better_by_either_law() {
        let chinchilla = [0.6, 6.2, 7.7, 0.35, 0.37];
        let over_training = [0.6, 6.2, 7.7, 0.36];
        let kaplan = [32.1, 31.3, 0.076, 0.095];
        let log_product = libm::log(1e21 / 6.0);
        let (n, d) = (Quantity::Parameters as usize, Quantity::Tokens as usize);
        let laws =
            [(Law::Chinchilla, &chinchilla[..]), (Law::OverTraining, &over_training[..]), (Law::Kaplan, &kaplan[..])];
        for (law, theta) in laws {
            let found = split(law, theta, log_product).unwrap();
            let loss = |log_n: f64| {
                let mut logs = Logs::default();
                (logs[n], logs[d]) = (log_n, log_product - log_n);
                law.solver().log_loss(theta, &logs, &Logs::default())
            };
            let best = loss(found.log_parameters);
            for step in [-0.5, -0.01, 0.01, 0.5] {
                assert!(loss(found.log_parameters + step) > best, "{law:?} {step}");
            }
        }
        assert!(split(Law::Chinchilla, &[0.6, 6.2, 7.7, -0.1, 0.37], log_product).is_none());
    }
}
