//! Trains a network in one pass over a part of a text.

use candle_core::{Device, Tensor};

use crate::draws::{Draws, Purpose};
use crate::network::Network;
use crate::optimizer::{Kind, Optimizer};
use crate::text::{CONTEXT, SYMBOLS};

/// Characters in one step.
const BATCH: usize = 64;
/// Steps whose mean loss is reported at once.
const REPORTED: u32 = 100;

/// What to train.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Settings {
    /// Hidden units.
    pub(crate) width: usize,
    /// How many characters are learnt from, each once.
    pub(crate) characters: usize,
    /// Which way downhill.
    pub(crate) optimizer: Kind,
    /// The first step's size; it falls to zero along a straight line.
    pub(crate) learning_rate: f64,
}

/// How training goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Progress {
    /// Steps so far.
    pub(crate) step: usize,
    /// The mean cross-entropy in nats since it was last reported, of characters
    /// before they were learnt from.
    pub(crate) loss: f64,
    /// How many numbers are trained.
    pub(crate) parameters: usize,
}

/// What can end a training before its time.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TrainingError {
    #[error("training diverged at step {step}")]
    Diverged { step: usize },
    #[error("candle refuses an operation")]
    Candle(#[from] candle_core::Error),
    #[error("cannot record the loss of step {step}")]
    Record { step: usize, source: std::io::Error },
}

/// Trains a network on a window of `text`, which has at least as many characters
/// as asked for and a context more, and hands its progress to `record`.
///
/// The window begins where the seed says and goes on from the beginning of the
/// text where its end is reached. Each of its characters is learnt from once, in
/// random order. The same text, settings and seed give the same network to the
/// last bit on the same kind of processor.
///
/// # Errors
/// [`TrainingError::Diverged`] as soon as a loss is not finite.
pub(crate) fn train(
    text: &[u8],
    settings: &Settings,
    seed: u64,
    mut record: impl FnMut(Progress) -> std::io::Result<()>,
) -> Result<Network, TrainingError> {
    let network = Network::new(settings.width, seed)?;
    let mut optimizer = Optimizer::new(settings.optimizer, &network)?;
    let begin = Draws::new(seed, Purpose::Window).below(text.len());
    let mut places: Vec<usize> = (0..settings.characters).map(|offset| (begin + offset) % text.len()).collect();
    Draws::new(seed, Purpose::Order).shuffle(&mut places);
    let steps = places.len().div_ceil(BATCH);
    let (mut sum, mut since) = (0.0, 0_u32);
    for (index, chosen) in places.chunks(BATCH).enumerate() {
        let step = index + 1;
        let (contexts, targets) = batch(text, chosen);
        let targets = Tensor::from_vec(targets, (chosen.len(), SYMBOLS), &Device::Cpu)?;
        let log_probabilities = network.log_probabilities(&contexts)?;
        let loss = ((&targets * log_probabilities)?.sum_all()? * (-1.0 / chosen.len() as f64))?;
        let value = f64::from(loss.to_scalar::<f32>()?);
        if !value.is_finite() {
            return Err(TrainingError::Diverged { step });
        }
        let rate = settings.learning_rate * (1.0 - index as f64 / steps as f64);
        optimizer.step(&network, &loss, rate)?;
        (sum, since) = (sum + value, since + 1);
        if since == REPORTED || step == steps {
            let progress = Progress { step, loss: sum / f64::from(since), parameters: network.parameters() };
            record(progress).map_err(|source| TrainingError::Record { step, source })?;
            (sum, since) = (0.0, 0);
        }
    }
    Ok(network)
}

/// The contexts of the characters at some places, and these characters, each as a
/// row with a one.
fn batch(text: &[u8], places: &[usize]) -> (Vec<u8>, Vec<f32>) {
    let mut contexts = Vec::with_capacity(places.len() * CONTEXT);
    let mut targets = vec![0.0; places.len() * SYMBOLS];
    for (row, &place) in places.iter().enumerate() {
        contexts.extend((0..CONTEXT).map(|back| text[(place + text.len() - CONTEXT + back) % text.len()]));
        targets[row * SYMBOLS + usize::from(text[place])] = 1.0;
    }
    (contexts, targets)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quiet(_: Progress) -> std::io::Result<()> {
        Ok(())
    }

    /// The alphabet, again and again: each character follows from the one before.
    fn alphabet() -> Vec<u8> {
        (0..10_000_usize).map(|place| u8::try_from(12 + place % 26).unwrap()).collect()
    }

    fn settings(optimizer: Kind, learning_rate: f64) -> Settings {
        Settings { width: 16, characters: 6_400, optimizer, learning_rate }
    }

    fn bits(settings: &Settings, seed: u64) -> Vec<u32> {
        let network = train(&alphabet(), settings, seed, quiet).unwrap();
        let rows = network.probabilities(&alphabet()[..80]).unwrap();
        rows.iter().flatten().map(|p| p.to_bits()).collect()
    }

    #[test]
    fn the_same_seed_gives_the_same_bits() {
        let one = settings(Kind::Adam, 0.003);
        assert_eq!(bits(&one, 4), bits(&one, 4));
        assert_ne!(bits(&one, 4), bits(&one, 5));
        assert_ne!(bits(&one, 4), bits(&Settings { characters: 6_300, ..one }, 4));
        assert_ne!(bits(&one, 4), bits(&settings(Kind::Sgd, 0.003), 4));
    }

    #[test]
    fn what_follows_from_the_context_is_learnt() {
        for one in [settings(Kind::Adam, 0.01), settings(Kind::Sgd, 0.1)] {
            let mut seen = Vec::new();
            train(&alphabet(), &one, 2, |progress| {
                seen.push(progress);
                Ok(())
            })
            .unwrap();
            assert_eq!(seen.len(), 1);
            let mut late = Vec::new();
            let longer = Settings { characters: 9_900 / 64 * 64, ..one };
            train(&alphabet(), &longer, 2, |progress| {
                late.push(progress);
                Ok(())
            })
            .unwrap();
            // Before the first step all 38 are about equally likely: ln 38 = 3.6.
            assert!(late[0].loss < 3.6 && late[1].loss < 0.1 * late[0].loss, "{one:?}: {late:?}");
        }
    }

    #[test]
    fn a_context_holds_the_characters_before_and_wraps_round() {
        let (contexts, targets) = batch(&alphabet(), &[30, 2]);
        assert_eq!(contexts[..8], [34, 35, 36, 37, 12, 13, 14, 15]);
        // 10,000 = 384 x 26 + 16: the last character is the 16th of the alphabet.
        assert_eq!(contexts[8..], [22, 23, 24, 25, 26, 27, 12, 13]);
        assert_eq!((targets[16], targets[38 + 14]), (1.0, 1.0));
        assert_eq!(targets.iter().sum::<f32>(), 2.0);
    }

    #[test]
    fn a_far_too_large_learning_rate_diverges() {
        let found = train(&alphabet(), &settings(Kind::Sgd, 1e30), 1, quiet);
        assert!(matches!(found, Err(TrainingError::Diverged { .. })));
    }
}
