//! The Bayesian sign test.

use super::dirichlet::gamma;
use super::error::BayesError;
use super::posterior::{Posterior, Tally, count};
use super::rope::{self, DATA_SETS, DATA_SETS_EXAMPLE, PLACE, Place, Prior, RESAMPLES, ROPE, Rope};
use crate::method::{Findings, Inputs, Method, MethodError};
use crate::sample::{SampleError, TIE_TOLERANCE, check};
use crate::stream::Stream;

/// How many differences lie below, inside and above the region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Below it: the baseline is better.
    pub baseline: usize,
    /// Inside or on its border.
    pub equal: usize,
    /// Above it: the candidate is better.
    pub candidate: usize,
}

/// Counts differences, candidate minus baseline, on either side of the region;
/// its border, to within [`TIE_TOLERANCE`] of the largest difference, is inside.
///
/// # Errors
/// As [`BayesError::Sample`], [`SampleError::TooFew`]
/// without a difference, and [`SampleError::NotFinite`].
pub fn counts(differences: &[f64], rope: Rope) -> Result<Counts, BayesError> {
    check(differences, 1)?;
    let largest = differences.iter().fold(rope.get(), |largest, difference| largest.max(difference.abs()));
    let border = rope.get() + TIE_TOLERANCE * largest;
    let candidate = differences.iter().filter(|difference| **difference > border).count();
    let baseline = differences.iter().filter(|difference| **difference < -border).count();
    Ok(Counts { baseline, equal: differences.len() - baseline - candidate, candidate })
}

/// How probable it is that, on data sets of this kind, the difference lies
/// most often below, inside or above the region.
///
/// The prior counts as `strength` further differences at its place. Only counts
/// matter, so that large differences weigh no more than small ones.
///
/// Makes `draws` draws in chunks of [`CHUNK`](super::posterior::CHUNK); chunk i
/// comes from substream i.
///
/// # Errors
/// As [`BayesError::Sample`], [`SampleError::TooFew`]
/// without a difference or a draw.
///
/// # Source
/// Benavoli, Corani, Demsar and Zaffalon 2017, "Time for a Change: a Tutorial
/// for Comparing Multiple Classifiers Through Bayesian Analysis", on the Bayesian sign test.
pub fn test(counts: Counts, prior: Prior, draws: u32, stream: &Stream) -> Result<Posterior, BayesError> {
    let mut shapes = [counts.baseline, counts.equal, counts.candidate].map(|number| number as f64);
    if shapes == [0.0; 3] {
        return Err(SampleError::TooFew { needed: 1, got: 0 }.into());
    }
    let place = match prior.place() {
        Place::Baseline => 0,
        Place::Equal => 1,
        Place::Candidate => 2,
    };
    shapes[place] += prior.strength();
    count(draws, stream, |size, stream| {
        let mut tally = Tally::default();
        for _ in 0..size {
            tally.add(shapes.map(|shape| gamma(shape, stream)));
        }
        tally
    })
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "bayes-sign",
    name: "Bayesian sign test",
    question: "How probable is it that the candidate is better by more than a margin on most data sets of this kind?",
    null: None,
    assumptions: &["The data sets are independent draws from those that the claim is about."],
    use_when: "Only who was better counts, and not by how much, as where scores of different data sets cannot be compared in one unit.",
    avoid_when: "Sizes of differences mean the same on all data sets: the Bayesian signed-rank test sees more. An error rate must be kept: \
                 use the sign-flip or the Wilcoxon test.",
    formula: "Shares of below, inside and above from Dirichlet(n_below, n_inside, n_above) with the prior's strength added at its place; \
              in each draw the largest wins; the probabilities are shares of draws won.",
    sources: &[
        "Benavoli, Corani, Demsar and Zaffalon 2017, \"Time for a Change: a Tutorial for Comparing Multiple Classifiers Through Bayesian Analysis\", JMLR 18.",
    ],
    disagreements: &[
        "baycomp adds 0.0001 to every count, which gives an empty side a chance below 0.0001; here an empty side has none.",
        "With a region of 0, baycomp leaves the draws that equality wins out; here they are reported, since the usual prior lies there.",
    ],
    columns: DATA_SETS,
    settings: &[ROPE, rope::strength(1.0), PLACE, RESAMPLES],
    example: DATA_SETS_EXAMPLE,
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let (rope, prior) = (rope::rope(inputs)?, rope::prior(inputs)?);
    let draws = inputs.count("resamples", 100)?;
    let counts = counts(&inputs.differences()?, rope)?;
    let found = test(counts, prior, draws, inputs.stream())?;
    Ok(found
        .describe()
        .with("Monte-Carlo standard error", found.standard_error(draws))
        .with("data sets, candidate better", counts.candidate as f64)
        .with("data sets, practically equal", counts.equal as f64)
        .with("data sets, baseline better", counts.baseline as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream() -> Stream {
        Stream::named([8; 32], "bayes-sign")
    }

    #[test]
    fn the_border_is_inside_and_seen_through_rounding() {
        let found = counts(&[0.3 - 0.2, 0.4 - 0.3, 0.1, -0.1, 0.11, -0.2], Rope::new(0.1).unwrap()).unwrap();
        assert_eq!(found, Counts { baseline: 1, equal: 4, candidate: 1 });
    }

    #[test]
    fn two_sides_are_a_beta_distribution() {
        // Without equality, P(candidate) = P(Beta(5, 2) > 1/2) = 57/64.
        let prior = Prior::new(0.0, Place::Equal).unwrap();
        let counts = Counts { baseline: 2, equal: 0, candidate: 5 };
        let found = test(counts, prior, 40_000, &stream()).unwrap();
        // Standard error 0.0016; five of them: chance below one in a million.
        assert!((found.candidate - 57.0 / 64.0).abs() < 0.008, "{found:?}");
        assert_eq!(found.equal, 0.0);
    }

    #[test]
    fn the_prior_counts_as_data_sets_at_its_place() {
        let with =
            |counts, strength, place| test(counts, Prior::new(strength, place).unwrap(), 2_000, &stream()).unwrap();
        let moved = with(Counts { baseline: 1, equal: 2, candidate: 3 }, 4.0, Place::Candidate);
        assert_eq!(moved, with(Counts { baseline: 1, equal: 2, candidate: 7 }, 0.0, Place::Equal));
    }

    #[test]
    fn no_difference_is_an_error() {
        let prior = Prior::new(1.0, Place::Equal).unwrap();
        let none = Counts { baseline: 0, equal: 0, candidate: 0 };
        assert_eq!(test(none, prior, 100, &stream()).unwrap_err().code(), "sample-too-few");
        assert_eq!(counts(&[], Rope::new(0.1).unwrap()).unwrap_err().code(), "sample-too-few");
    }
}
