//! Steps downhill: gradient descent with momentum, and Adam.

use candle_core::{Result, Tensor};

use crate::network::Network;

/// Which way downhill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    /// Gradient descent with momentum 0.9
    Sgd,
    /// Adam
    Adam,
}

const MOMENTUM: f64 = 0.9;
const SQUARES: f64 = 0.999;
const EPSILON: f64 = 1e-8;

/// What is remembered of earlier steps.
pub(crate) struct Optimizer {
    kind: Kind,
    steps: i32,
    means: Vec<Tensor>,
    squares: Vec<Tensor>,
}

impl Optimizer {
    /// Remembers nothing yet.
    ///
    /// # Errors
    /// If candle refuses an operation.
    pub(crate) fn new(kind: Kind, network: &Network) -> Result<Self> {
        let zeros = || network.tensors().iter().map(|var| var.zeros_like()).collect::<Result<Vec<_>>>();
        Ok(Self { kind, steps: 0, means: zeros()?, squares: zeros()? })
    }

    /// Moves every weight against the gradient of `loss`.
    ///
    /// # Errors
    /// If candle refuses an operation.
    ///
    /// # Source
    /// Sutskever et al. 2013, "On the importance of initialization and momentum in
    /// deep learning", equations 1 and 2; Kingma and Ba 2015, "Adam: A Method for
    /// Stochastic Optimization", algorithm 1.
    pub(crate) fn step(&mut self, network: &Network, loss: &Tensor, rate: f64) -> Result<()> {
        let gradients = loss.backward()?;
        self.steps += 1;
        for (place, var) in network.tensors().into_iter().enumerate() {
            let Some(gradient) = gradients.get(var) else { continue };
            // Detached, or each step would keep the graph of all steps before it.
            let gradient = gradient.detach();
            let moved = match self.kind {
                Kind::Sgd => {
                    self.means[place] = ((&self.means[place] * MOMENTUM)? + gradient)?.detach();
                    (&self.means[place] * rate)?
                }
                Kind::Adam => {
                    let squared = (&gradient * &gradient)?;
                    self.means[place] = ((&self.means[place] * MOMENTUM)? + (gradient * (1.0 - MOMENTUM))?)?.detach();
                    self.squares[place] = ((&self.squares[place] * SQUARES)? + (squared * (1.0 - SQUARES))?)?.detach();
                    let mean = (&self.means[place] / (1.0 - MOMENTUM.powi(self.steps)))?;
                    let square = (&self.squares[place] / (1.0 - SQUARES.powi(self.steps)))?;
                    ((mean * rate)? / (square.sqrt()? + EPSILON)?)?
                }
            };
            var.set(&(var.as_tensor() - moved)?.detach())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How far one step of rate 0.01 moves each output bias, and its gradient.
    fn moved(kind: Kind) -> Vec<(f32, f32)> {
        let network = Network::new(8, 1).unwrap();
        let contexts: Vec<u8> = (0..80).map(|place| place % 38).collect();
        let loss = network.log_probabilities(&contexts).unwrap().narrow(1, 0, 3).unwrap().sum_all().unwrap();
        let biases = network.tensors()[4];
        let before = biases.to_vec1::<f32>().unwrap();
        let gradients = loss.backward().unwrap();
        let gradients = gradients.get(biases).unwrap().to_vec1::<f32>().unwrap();
        Optimizer::new(kind, &network).unwrap().step(&network, &loss, 0.01).unwrap();
        let after = biases.to_vec1::<f32>().unwrap();
        before.iter().zip(after).map(|(before, after)| before - after).zip(gradients).collect()
    }

    #[test]
    fn the_first_step_of_gradient_descent_is_the_rate_times_the_gradient() {
        for (moved, gradient) in moved(Kind::Sgd) {
            assert!((moved - 0.01 * gradient).abs() < 1e-6, "{moved} for {gradient}");
        }
    }

    #[test]
    fn the_first_step_of_adam_is_the_rate_whatever_the_gradient() {
        // Mean and root of the mean square, both freed of their bias, are the
        // gradient and its size.
        for (moved, gradient) in moved(Kind::Adam) {
            assert!((moved - 0.01 * gradient.signum()).abs() < 1e-5, "{moved} for {gradient}");
        }
    }
}
