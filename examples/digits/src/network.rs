//! The network: 64 pixels, one hidden layer of rectified units, 10 classes.

use candle_core::{D, DType, Device, Result, Tensor, Var};

use crate::dataset::{CLASSES, Images, PIXELS};
use crate::draws::{Draws, Purpose};
use crate::settings::Settings;

/// The weights of a network, all of them trainable.
#[derive(Debug)]
pub(crate) struct Network {
    hidden_weights: Var,
    hidden_biases: Var,
    output_weights: Var,
    output_biases: Var,
}

/// Whether a layer's parameters are pulled towards zero by weight decay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decay {
    Yes,
    No,
}

impl Network {
    /// Draws initial weights; biases start at zero.
    ///
    /// Weights are uniform within `init_scale * sqrt(6 / inputs)` of zero. Unit
    /// by unit is drawn, so that a wider network of the same seed holds the
    /// narrower one's hidden units before scaling.
    ///
    /// # Errors
    /// If candle refuses an operation.
    ///
    /// # Source
    /// He et al. 2015, "Delving Deep into Rectifiers", section 2.2, the uniform
    /// variant with the same variance 2 / inputs.
    pub(crate) fn new(settings: &Settings, seed: u64) -> Result<Self> {
        let width = settings.width;
        let weights = |purpose, columns: usize, inputs: usize| {
            let mut draws = Draws::new(seed, purpose);
            let bound = (settings.init_scale * (6.0 / inputs as f64).sqrt()) as f32;
            let draw = |_| bound * (2.0 * draws.fraction() - 1.0);
            let values: Vec<f32> = (0..width * columns).map(draw).collect();
            Tensor::from_vec(values, (width, columns), &Device::Cpu)
        };
        // Both are drawn with a row for each hidden unit.
        let hidden = weights(Purpose::HiddenWeights, PIXELS, PIXELS)?;
        let output = weights(Purpose::OutputWeights, CLASSES, width)?;
        Ok(Self {
            hidden_weights: Var::from_tensor(&hidden.t()?.contiguous()?)?,
            hidden_biases: Var::zeros(width, DType::F32, &Device::Cpu)?,
            output_weights: Var::from_tensor(&output)?,
            output_biases: Var::zeros(CLASSES, DType::F32, &Device::Cpu)?,
        })
    }

    /// All parameters, each with whether weight decay applies to it.
    pub(crate) fn parameters(&self) -> [(&Var, Decay); 4] {
        [
            (&self.hidden_weights, Decay::Yes),
            (&self.hidden_biases, Decay::No),
            (&self.output_weights, Decay::Yes),
            (&self.output_biases, Decay::No),
        ]
    }

    /// Computes log-probabilities of shape images x classes.
    ///
    /// `images` has the shape images x pixels. `mask`, of shape images x
    /// hidden units, multiplies the hidden units; without it all of them count.
    ///
    /// # Errors
    /// If the shapes do not fit.
    pub(crate) fn log_probabilities(&self, images: &Tensor, mask: Option<&Tensor>) -> Result<Tensor> {
        let hidden = images.matmul(&self.hidden_weights)?.broadcast_add(&self.hidden_biases)?.relu()?;
        let hidden = match mask {
            Some(mask) => (hidden * mask)?,
            None => hidden,
        };
        let logits = hidden.matmul(&self.output_weights)?.broadcast_add(&self.output_biases)?;
        // Shifting by the largest logit changes nothing but keeps exp finite.
        let shifted = logits.broadcast_sub(&logits.max_keepdim(D::Minus1)?.detach())?;
        let total = shifted.exp()?.sum_keepdim(D::Minus1)?.log()?;
        shifted.broadcast_sub(&total)
    }

    /// Computes the probability of each class, image by image.
    ///
    /// # Errors
    /// If candle refuses an operation.
    pub(crate) fn probabilities(&self, images: &Images) -> Result<Vec<Vec<f32>>> {
        let pixels = Tensor::from_slice(images.pixels(), (images.len(), PIXELS), &Device::Cpu)?;
        self.log_probabilities(&pixels, None)?.exp()?.to_vec2()
    }
}

/// Finds the most probable class, the lowest one among equals.
pub(crate) fn most_probable(probabilities: &[f32]) -> usize {
    let mut best = 0;
    for (class, probability) in probabilities.iter().enumerate() {
        if *probability > probabilities[best] {
            best = class;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::sample;

    #[test]
    fn probabilities_of_an_image_add_up_to_one() {
        let network = Network::new(&Settings::BASELINE, 1).unwrap();
        for row in network.probabilities(sample(20).images()).unwrap() {
            assert_eq!(row.len(), CLASSES);
            assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        }
    }

    #[test]
    fn the_initial_scale_multiplies_every_weight() {
        let weights = |init_scale| {
            let settings = Settings { init_scale, ..Settings::BASELINE };
            let network = Network::new(&settings, 5).unwrap();
            network.hidden_weights.flatten_all().unwrap().to_vec1::<f32>().unwrap()
        };
        for (one, two) in weights(1.0).iter().zip(weights(2.0)) {
            assert!((2.0 * one - two).abs() < 1e-6);
        }
    }

    #[test]
    fn initial_weights_have_the_variance_of_he() {
        let settings = Settings { width: 1000, ..Settings::BASELINE };
        let network = Network::new(&settings, 5).unwrap();
        let check = |weights: &Var, inputs: f64| {
            let values = weights.flatten_all().unwrap().to_vec1::<f32>().unwrap();
            let squares: f64 = values.iter().map(|w| f64::from(*w).powi(2)).sum();
            let ratio = squares / values.len() as f64 * inputs / 2.0;
            // The mean of n squares of uniform numbers has a relative standard
            // deviation of 0.89 / sqrt(n): 0.009 for the 10,000 output weights.
            assert!((ratio - 1.0).abs() < 0.06, "{ratio}");
        };
        check(&network.hidden_weights, 64.0);
        check(&network.output_weights, 1000.0);
    }

    #[test]
    fn the_lowest_of_equal_classes_is_predicted() {
        assert_eq!(most_probable(&[0.2, 0.4, 0.4]), 1);
    }
}
