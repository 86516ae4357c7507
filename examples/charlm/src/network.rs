//! The network: characters as vectors, one hidden layer of rectified units, and
//! a probability for each character.

use candle_core::{D, DType, Device, Result, Tensor, Var};

use crate::draws::{Draws, Purpose};
use crate::text::{CONTEXT, SYMBOLS};

/// How many numbers stand for a character.
const EMBEDDING: usize = 8;
/// How many numbers the hidden layer sees.
const INPUTS: usize = CONTEXT * EMBEDDING;

/// The weights of a network, all of them trainable.
#[derive(Debug)]
pub(crate) struct Network {
    embeddings: Var,
    hidden_weights: Var,
    hidden_biases: Var,
    output_weights: Var,
    output_biases: Var,
}

impl Network {
    /// Draws initial weights of a network with `width` hidden units; biases start
    /// at zero.
    ///
    /// Weights are uniform within sqrt(6 / inputs) of zero.
    ///
    /// # Errors
    /// If candle refuses an operation.
    ///
    /// # Source
    /// Bengio et al. 2003, "A Neural Probabilistic Language Model", section 2,
    /// without direct connections; He et al. 2015, "Delving Deep into Rectifiers",
    /// section 2.2, for the weights.
    pub(crate) fn new(width: usize, seed: u64) -> Result<Self> {
        let weights = |purpose, rows: usize, columns: usize, bound: f64| {
            let values = Draws::new(seed, purpose).around_zero(rows * columns, bound);
            Var::from_tensor(&Tensor::from_vec(values, (rows, columns), &Device::Cpu)?)
        };
        let he = |inputs: usize| (6.0 / inputs as f64).sqrt();
        Ok(Self {
            embeddings: weights(Purpose::Embeddings, SYMBOLS, EMBEDDING, 1.0)?,
            hidden_weights: weights(Purpose::HiddenWeights, INPUTS, width, he(INPUTS))?,
            hidden_biases: Var::zeros(width, DType::F32, &Device::Cpu)?,
            output_weights: weights(Purpose::OutputWeights, width, SYMBOLS, he(width))?,
            output_biases: Var::zeros(SYMBOLS, DType::F32, &Device::Cpu)?,
        })
    }

    /// All trainable tensors.
    pub(crate) fn tensors(&self) -> [&Var; 5] {
        [&self.embeddings, &self.hidden_weights, &self.hidden_biases, &self.output_weights, &self.output_biases]
    }

    /// How many numbers are trained.
    pub(crate) fn parameters(&self) -> usize {
        self.tensors().iter().map(|var| var.elem_count()).sum()
    }

    /// Computes log-probabilities of shape contexts x symbols.
    ///
    /// # Errors
    /// If `contexts` holds no whole contexts.
    pub(crate) fn log_probabilities(&self, contexts: &[u8]) -> Result<Tensor> {
        let count = contexts.len() / CONTEXT;
        let symbols: Vec<u32> = contexts.iter().map(|symbol| u32::from(*symbol)).collect();
        let symbols = Tensor::from_vec(symbols, contexts.len(), &Device::Cpu)?;
        let inputs = self.embeddings.index_select(&symbols, 0)?.reshape((count, INPUTS))?;
        let hidden = inputs.matmul(&self.hidden_weights)?.broadcast_add(&self.hidden_biases)?.relu()?;
        let logits = hidden.matmul(&self.output_weights)?.broadcast_add(&self.output_biases)?;
        // Shifting by the largest logit changes nothing but keeps exp finite.
        let shifted = logits.broadcast_sub(&logits.max_keepdim(D::Minus1)?.detach())?;
        let total = shifted.exp()?.sum_keepdim(D::Minus1)?.log()?;
        shifted.broadcast_sub(&total)
    }

    /// Computes the probability of each symbol behind each context.
    ///
    /// # Errors
    /// As [`Network::log_probabilities`].
    pub(crate) fn probabilities(&self, contexts: &[u8]) -> Result<Vec<Vec<f32>>> {
        self.log_probabilities(contexts)?.exp()?.to_vec2()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_add_up_to_one() {
        let network = Network::new(12, 1).unwrap();
        let contexts: Vec<u8> = (0..80).map(|place| place % 38).collect();
        let found = network.probabilities(&contexts).unwrap();
        assert_eq!(found.len(), 10);
        for row in found {
            assert_eq!(row.len(), SYMBOLS);
            assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        }
    }

    #[test]
    fn the_studies_state_how_many_parameters_each_width_has() {
        // 38 x 8 numbers for characters; 64 weights, a bias and 38 weights for
        // each hidden unit; 38 biases.
        for width in [8, 16, 24, 72, 216, 640] {
            assert_eq!(Network::new(width, 1).unwrap().parameters(), 38 * 8 + width * (64 + 1 + 38) + 38);
        }
        for (study, widths) in [
            (include_str!("../study.toml"), vec![8, 24, 72, 216, 640]),
            (include_str!("../quick.toml"), vec![8, 16, 24, 48, 72]),
        ] {
            let list = |numbers: Vec<usize>| format!("{numbers:?}");
            let counts = widths.iter().map(|width| 342 + 103 * width).collect();
            assert!(study.contains(&format!("levels = {}", list(widths.clone()))), "{study}");
            assert!(study.contains(&format!("values = {}", list(counts))), "{study}");
        }
    }
}
