//! Trains a network by stochastic gradient descent.

use candle_core::{Device, Tensor};

use crate::dataset::{CLASSES, LabelledImages, PIXELS};
use crate::draws::{Draws, Purpose};
use crate::network::{Decay, Network, most_probable};
use crate::settings::Settings;

/// What one pass over the training images gave.
///
/// Both numbers are means over the images as they were seen: before the step
/// they led to, and with dropout if it is on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Epoch {
    /// The number of the epoch, counted from 1.
    pub(crate) number: usize,
    /// The mean cross-entropy in nats, weight decay not included.
    pub(crate) loss: f64,
    /// The share of images whose digit was the most probable one.
    pub(crate) accuracy: f64,
}

/// What can end a training before its time.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TrainingError {
    /// A step of the metrics file is one epoch, and so is this one.
    #[error("training diverged at step {epoch}")]
    Diverged { epoch: usize },
    #[error("candle refuses an operation")]
    Candle(#[from] candle_core::Error),
    #[error("cannot record the metrics of step {epoch}")]
    Record { epoch: usize, source: std::io::Error },
}

/// Trains a network and hands each finished epoch to `record`.
///
/// The same images, settings and seed give the same network to the last bit on
/// the same kind of processor: `seed` determines the initial weights, the order
/// of the images and the units that dropout leaves out, each from a stream of
/// its own.
///
/// # Errors
/// [`TrainingError::Diverged`] as soon as the loss of a batch, or in the end a
/// probability, is not finite.
pub(crate) fn train(
    data: &LabelledImages,
    settings: &Settings,
    seed: u64,
    mut record: impl FnMut(Epoch) -> std::io::Result<()>,
) -> Result<Network, TrainingError> {
    let network = Network::new(settings, seed)?;
    let mut descent = Descent::new(&network, settings)?;
    let mut order_draws = Draws::new(seed, Purpose::Order);
    let mut dropout_draws = Draws::new(seed, Purpose::Dropout);
    let count = data.labels().len();
    let mut order: Vec<usize> = (0..count).collect();

    for number in 1..=settings.epochs {
        order_draws.choose_front(&mut order, count);
        let (mut loss_sum, mut hits) = (0.0, 0);
        for chosen in order.chunks(settings.batch_size) {
            let batch = Batch::new(data, chosen, settings)?;
            let mask = dropout_mask(chosen.len(), settings, &mut dropout_draws)?;
            let log_probabilities = network.log_probabilities(&batch.images, mask.as_ref())?;
            let loss = batch.cross_entropy(&log_probabilities)?;
            let value = f64::from(loss.to_scalar::<f32>()?);
            if !value.is_finite() {
                return Err(TrainingError::Diverged { epoch: number });
            }
            loss_sum += value * chosen.len() as f64;
            for (row, &index) in log_probabilities.to_vec2()?.iter().zip(chosen) {
                hits += usize::from(most_probable(row) == data.labels()[index]);
            }
            descent.step(&network, &loss)?;
        }
        let epoch = Epoch { number, loss: loss_sum / count as f64, accuracy: hits as f64 / count as f64 };
        record(epoch).map_err(|source| TrainingError::Record { epoch: number, source })?;
    }

    let fitted = network.probabilities(data.images())?;
    if fitted.iter().flatten().all(|p| p.is_finite()) {
        Ok(network)
    } else {
        Err(TrainingError::Diverged { epoch: settings.epochs })
    }
}

/// The images of one step and the distribution each should be given.
struct Batch {
    images: Tensor,
    targets: Tensor,
}

impl Batch {
    fn new(data: &LabelledImages, chosen: &[usize], settings: &Settings) -> candle_core::Result<Self> {
        let count = chosen.len();
        let mut pixels = Vec::with_capacity(count * PIXELS);
        let spread = settings.label_smoothing / CLASSES as f64;
        let mut targets = vec![spread as f32; count * CLASSES];
        for (row, &index) in chosen.iter().enumerate() {
            pixels.extend_from_slice(data.images().image(index));
            targets[row * CLASSES + data.labels()[index]] = (1.0 - settings.label_smoothing + spread) as f32;
        }
        Ok(Self {
            images: Tensor::from_vec(pixels, (count, PIXELS), &Device::Cpu)?,
            targets: Tensor::from_vec(targets, (count, CLASSES), &Device::Cpu)?,
        })
    }

    fn cross_entropy(&self, log_probabilities: &Tensor) -> candle_core::Result<Tensor> {
        let count = self.targets.dim(0)? as f64;
        (&self.targets * log_probabilities)?.sum_all()? * (-1.0 / count)
    }
}

/// Draws which hidden units count, and by how much, or `None` without dropout.
fn dropout_mask(count: usize, settings: &Settings, draws: &mut Draws) -> candle_core::Result<Option<Tensor>> {
    if settings.dropout == 0.0 {
        return Ok(None);
    }
    let kept = (1.0 / (1.0 - settings.dropout)) as f32;
    let mut draw = || {
        if f64::from(draws.fraction()) < settings.dropout { 0.0 } else { kept }
    };
    let values: Vec<f32> = (0..count * settings.width).map(|_| draw()).collect();
    Tensor::from_vec(values, (count, settings.width), &Device::Cpu).map(Some)
}

/// Gradient descent with momentum and weight decay.
///
/// The velocity `v` becomes `momentum * v + gradient + weight_decay * w`, and
/// the parameter `w` becomes `w - learning_rate * v`.
///
/// # Source
/// Sutskever et al. 2013, "On the importance of initialization and momentum in
/// deep learning", section 2, classical momentum, in the form that keeps the
/// learning rate out of the velocity.
struct Descent {
    settings: Settings,
    velocities: Vec<Tensor>,
}

impl Descent {
    fn new(network: &Network, settings: &Settings) -> candle_core::Result<Self> {
        let velocities = network.parameters().map(|(var, _)| var.zeros_like());
        Ok(Self { settings: *settings, velocities: velocities.into_iter().collect::<Result<_, _>>()? })
    }

    fn step(&mut self, network: &Network, loss: &Tensor) -> candle_core::Result<()> {
        let gradients = loss.backward()?;
        for ((var, decay), velocity) in network.parameters().into_iter().zip(&mut self.velocities) {
            let Some(gradient) = gradients.get(var) else {
                continue;
            };
            let mut slope = gradient.clone();
            if decay == Decay::Yes && self.settings.weight_decay > 0.0 {
                slope = (slope + (var.as_tensor() * self.settings.weight_decay)?)?;
            }
            if self.settings.momentum > 0.0 {
                slope = (slope + (&*velocity * self.settings.momentum)?)?;
            }
            // Detached, or each step would keep the graph of all steps before it.
            *velocity = slope.detach();
            let moved = (&*velocity * self.settings.learning_rate)?;
            var.set(&(var.as_tensor() - moved)?.detach())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::sample;

    fn quiet(_: Epoch) -> std::io::Result<()> {
        Ok(())
    }

    fn small() -> Settings {
        Settings { epochs: 3, ..Settings::BASELINE }
    }

    /// Trains and returns the bits of all probabilities on the training images.
    fn bits(settings: &Settings, seed: u64) -> Vec<u32> {
        let data = sample(100);
        let network = train(&data, settings, seed, quiet).unwrap();
        let rows = network.probabilities(data.images()).unwrap();
        rows.iter().flatten().map(|p| p.to_bits()).collect()
    }

    #[test]
    fn the_same_seed_gives_the_same_bits() {
        let settings = Settings { dropout: 0.2, momentum: 0.9, ..small() };
        assert_eq!(bits(&settings, 4), bits(&settings, 4));
        assert_ne!(bits(&settings, 4), bits(&settings, 5));
    }

    #[test]
    fn every_hyper_parameter_changes_the_result() {
        let changes: [fn(&mut Settings); 9] = [
            |s| s.learning_rate *= 1.01,
            |s| s.momentum = 0.5,
            |s| s.label_smoothing = 0.1,
            |s| s.width += 1,
            |s| s.init_scale = 1.1,
            |s| s.weight_decay = 0.01,
            |s| s.dropout = 0.1,
            |s| s.batch_size += 1,
            |s| s.epochs += 1,
        ];
        let baseline = bits(&small(), 4);
        for (k, change) in changes.iter().enumerate() {
            let mut settings = small();
            change(&mut settings);
            assert_ne!(bits(&settings, 4), baseline, "change {k} does nothing");
        }
    }

    #[test]
    fn a_separable_sample_is_learnt() {
        let settings = Settings { epochs: 60, learning_rate: 0.5, ..Settings::BASELINE };
        let mut epochs = Vec::new();
        train(&sample(100), &settings, 2, |epoch| {
            epochs.push(epoch);
            Ok(())
        })
        .unwrap();
        assert_eq!(epochs.len(), 60);
        // Before the first step the classes are equally likely: ln 10 = 2.3.
        assert!((epochs[0].loss - 2.3).abs() < 0.6, "{:?}", epochs[0]);
        assert!(epochs[59].loss < 0.1, "{:?}", epochs[59]);
        assert!((epochs[59].accuracy - 1.0).abs() < 1e-9);
    }

    /// Computes the loss of the whole sample with one parameter moved by `shift`.
    fn loss_with_shift(data: &LabelledImages, network: &Network, at: usize, shift: f32) -> f32 {
        let chosen: Vec<usize> = (0..data.labels().len()).collect();
        let batch = Batch::new(data, &chosen, &small()).unwrap();
        let (var, _) = network.parameters()[2];
        let kept = var.copy().unwrap();
        let mut values = var.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        values[at] += shift;
        var.set(&Tensor::from_vec(values, var.dims(), &Device::Cpu).unwrap()).unwrap();
        let log_probabilities = network.log_probabilities(&batch.images, None).unwrap();
        var.set(&kept).unwrap();
        let loss = batch.cross_entropy(&log_probabilities).unwrap();
        loss.to_scalar().unwrap()
    }

    #[test]
    fn a_step_moves_a_weight_by_the_numerical_gradient() {
        let data = sample(50);
        let network = Network::new(&small(), 3).unwrap();
        let at = 17;
        let numerical =
            (loss_with_shift(&data, &network, at, 0.01) - loss_with_shift(&data, &network, at, -0.01)) / 0.02;

        let chosen: Vec<usize> = (0..50).collect();
        let batch = Batch::new(&data, &chosen, &small()).unwrap();
        let read = || {
            let (var, _) = network.parameters()[2];
            var.flatten_all().unwrap().to_vec1::<f32>().unwrap()[at]
        };
        let before = read();
        let log_probabilities = network.log_probabilities(&batch.images, None).unwrap();
        let loss = batch.cross_entropy(&log_probabilities).unwrap();
        let mut descent = Descent::new(&network, &small()).unwrap();
        descent.step(&network, &loss).unwrap();
        let moved = (before - read()) / small().learning_rate as f32;
        // Central differences with h = 0.01 err by about 1e-4 in single precision.
        assert!((moved - numerical).abs() < 1e-3, "{moved} and {numerical}");
        assert!(numerical.abs() > 1e-3, "the weight does not matter: {numerical}");
    }

    #[test]
    fn a_far_too_large_learning_rate_diverges() {
        let settings = Settings { learning_rate: 1e30, ..small() };
        assert!(matches!(train(&sample(100), &settings, 1, quiet), Err(TrainingError::Diverged { .. })));
    }
}
