//! Shapley values: how a gain is shared among the components that make it.

use thiserror::Error;

use crate::sample::SampleError;
use crate::summary;

/// The most components: 4,096 combinations.
pub const MOST_COMPONENTS: usize = 12;

/// Why there are no Shapley values.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum ShapleyError {
    /// The scores are not those of all combinations of some components.
    #[error("{got} scores are not those of all combinations of 1 to {MOST_COMPONENTS} components")]
    NotAllCombinations {
        /// The number of scores.
        got: usize,
    },
    /// The scores allow no such estimate.
    #[error("the scores have no Shapley values")]
    Sample(#[from] SampleError),
}

impl ShapleyError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAllCombinations { .. } => "shapley-not-all-combinations",
            Self::Sample(error) => error.code(),
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::NotAllCombinations { .. } => vec!["run every combination of the components".to_owned()],
            Self::Sample(error) => error.hints(),
        }
    }
}

/// Shares the gain of all components over none among them: what each adds,
/// averaged over all orders in which they could be added.
///
/// `scores[s]` is the score with just those components on whose bit is set in
/// `s`, in any unit; one value for each component is returned, in that unit.
/// They add up to the gain, `scores[all] - scores[none]`. A component that
/// changes no score gets 0; two that change all alike get the same.
///
/// # Errors
/// [`ShapleyError::NotAllCombinations`]; [`ShapleyError::Sample`] with
/// `NotFinite` or `Overflow`.
///
/// # Source
/// Shapley 1953, "A Value for n-Person Games", equation 13.
pub fn values(scores: &[f64]) -> Result<Vec<f64>, ShapleyError> {
    let got = scores.len();
    let components = got.checked_ilog2().unwrap_or(0) as usize;
    if !got.is_power_of_two() || components == 0 || components > MOST_COMPONENTS {
        return Err(ShapleyError::NotAllCombinations { got });
    }
    if let Some(index) = scores.iter().position(|score| !score.is_finite()) {
        return Err(SampleError::NotFinite { index }.into());
    }
    let weights: Vec<f64> = (0..components).map(|others| 1.0 / orders(components, others)).collect();
    let value = |component: usize| {
        let without = (0..got).filter(|set| set >> component & 1 == 0);
        let terms: Vec<f64> = without
            .map(|set| weights[set.count_ones() as usize] * (scores[set | 1 << component] - scores[set]))
            .collect();
        summary::sum(&terms)
    };
    let found: Vec<f64> = (0..components).map(value).collect();
    if found.iter().all(|value| value.is_finite()) { Ok(found) } else { Err(SampleError::Overflow.into()) }
}

/// One over the share of orders in which just `others` given components come
/// before a given one: n times the ways to choose as many from the n - 1 rest.
fn orders(components: usize, others: usize) -> f64 {
    let choose = (0..others).fold(1.0, |ways, one| ways * (components - 1 - one) as f64 / (one + 1) as f64);
    components as f64 * choose
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::Stream;

    #[test]
    fn a_glove_game_is_shared_as_in_the_textbooks() {
        // One left glove (bit 0), two right ones: a pair is worth 1. The left
        // one gets 2/3, the others 1/6 each.
        let scores = [0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0];
        let found = values(&scores).unwrap();
        for (value, expected) in found.iter().zip([2.0 / 3.0, 1.0 / 6.0, 1.0 / 6.0]) {
            assert!((value - expected).abs() < 1e-15, "{found:?}");
        }
    }

    #[test]
    fn the_values_add_up_to_the_gain_for_any_number_of_components() {
        let mut stream = Stream::named([5; 32], "shapley");
        for components in 1..=MOST_COMPONENTS {
            let scores: Vec<f64> = (0..1 << components).map(|_| stream.normal()).collect();
            let gain = scores[scores.len() - 1] - scores[0];
            let found = values(&scores).unwrap();
            assert!((summary::sum(&found) - gain).abs() < 1e-12, "{components}: {found:?}");
        }
    }

    #[test]
    fn without_interactions_each_gets_its_effect_and_a_useless_one_nothing() {
        let effects = [0.5, -0.25, 0.0, 4.0, 0.125];
        let score = |set: usize| (0..5).filter(|one| set >> one & 1 == 1).map(|one| effects[one]).sum();
        let scores: Vec<f64> = (0..32).map(score).collect();
        for (value, effect) in values(&scores).unwrap().iter().zip(effects) {
            assert!((value - effect).abs() < 1e-14, "{value} {effect}");
        }
    }

    #[test]
    fn what_is_no_game_is_an_error() {
        for got in [0, 1, 3, 12, 1 << 13] {
            assert_eq!(values(&vec![0.0; got]), Err(ShapleyError::NotAllCombinations { got }));
        }
        assert_eq!(values(&[0.0, f64::INFINITY]), Err(SampleError::NotFinite { index: 1 }.into()));
        assert_eq!(values(&[-f64::MAX, f64::MAX]), Err(SampleError::Overflow.into()));
    }
}
