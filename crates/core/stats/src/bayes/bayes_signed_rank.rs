//! The Bayesian signed-rank test.

use std::ops::Range;

use super::dirichlet::{fill_exponential, gamma};
use super::error::BayesError;
use super::posterior::{Posterior, Tally, count};
use super::rope::{self, DATA_SETS, DATA_SETS_EXAMPLE, PLACE, Place, Prior, RESAMPLES, ROPE, Rope};
use crate::method::{Findings, Inputs, Method, MethodError};
use crate::sample::{TIE_TOLERANCE, check};
use crate::stream::Stream;

/// How probable it is that the mean of the differences on two data sets,
/// drawn at random from those of this kind, lies most often below, inside or
/// above the region.
///
/// `differences` are candidate minus baseline in the unit of the metric, one
/// for each data set. A mean on the border of the region, to within
/// [`TIE_TOLERANCE`] of the largest difference, counts half on either side. A
/// prior at [`Place::Equal`] is a data set without a difference; at the others,
/// one with an infinitely large one.
///
/// Makes `draws` draws in chunks of [`CHUNK`](super::posterior::CHUNK); chunk i
/// comes from substream i. A draw takes time in proportion to the data sets.
///
/// # Errors
/// As [`BayesError::Sample`], [`SampleError::TooFew`](crate::SampleError::TooFew)
/// without a difference or a draw, and [`SampleError::NotFinite`](crate::SampleError::NotFinite).
///
/// # Source
/// Benavoli, Mangili, Corani, Zaffalon and Ruggeri 2014, "A Bayesian Wilcoxon
/// Signed-Rank Test Based on the Dirichlet Process"; Benavoli, Corani, Demsar
/// and Zaffalon 2017, "Time for a Change: a Tutorial for Comparing Multiple
/// Classifiers Through Bayesian Analysis", for the region.
pub fn test(
    differences: &[f64],
    rope: Rope,
    prior: Prior,
    draws: u32,
    stream: &Stream,
) -> Result<Posterior, BayesError> {
    check(differences, 1)?;
    let mut plan = Plan::new(differences, rope, prior);
    count(draws, stream, |size, stream| plan.count(size, stream))
}

/// Counts chunk number `chunk` of `draws` draws, so that chunks may run on any
/// threads.
///
/// # Errors
/// Those of [`test()`].
pub fn count_chunk(
    differences: &[f64],
    rope: Rope,
    prior: Prior,
    (draws, chunk): (u32, u64),
    stream: &Stream,
) -> Result<Tally, BayesError> {
    check(differences, 1)?;
    Ok(Plan::new(differences, rope, prior).count(draws, &mut stream.substream(chunk)))
}

/// Which of the sorted differences make, with one of them, a mean on the
/// border of the region.
struct Border {
    first: usize,
    seconds: Range<usize>,
}

/// What a draw needs. Which means lie where does not depend on the weights, so
/// that one pass over running sums of the weights replaces all pairs.
struct Plan {
    /// For the lowest differences, the prior's among them, how many make a mean
    /// below the region with it; none for the others.
    below: Vec<usize>,
    lower_border: Vec<Border>,
    /// For the highest differences, from which place on the others make a mean
    /// above the region with it; none for the others.
    above: Vec<usize>,
    upper_border: Vec<Border>,
    prior_at: usize,
    strength: f64,
    weights: Vec<f64>,
    /// The sums of the weights before each place, and of all.
    sums: Vec<f64>,
}

impl Plan {
    fn new(differences: &[f64], rope: Rope, prior: Prior) -> Self {
        let mut sorted = differences.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let largest = sorted.iter().fold(rope.get(), |largest, difference| largest.max(difference.abs()));
        // Above 0 even where all is 0, so that 0 is not below itself.
        let slack = (TIE_TOLERANCE * largest).max(f64::MIN_POSITIVE);
        let imagined = match prior.place() {
            Place::Baseline => f64::NEG_INFINITY,
            Place::Equal => 0.0,
            Place::Candidate => f64::INFINITY,
        };
        let prior_at = sorted.partition_point(|difference| *difference < imagined);
        sorted.insert(prior_at, imagined);
        let n = sorted.len();
        let within =
            |first: usize, limit: f64| sorted.partition_point(|second| 0.5 * sorted[first] + 0.5 * second <= limit);
        let border = |middle: f64| {
            let borders = (0..n)
                .map(|first| Border { first, seconds: within(first, middle - slack)..within(first, middle + slack) });
            borders.filter(|border| !border.seconds.is_empty()).collect()
        };
        let below = (0..n).map(|first| within(first, -rope.get() - slack)).take_while(|end| *end > 0).collect();
        let above = (0..n).map(|first| within(first, rope.get() + slack)).skip_while(|start| *start == n).collect();
        Self {
            below,
            lower_border: border(-rope.get()),
            above,
            upper_border: border(rope.get()),
            prior_at,
            strength: prior.strength(),
            weights: vec![0.0; n],
            sums: vec![0.0; n + 1],
        }
    }

    fn count(&mut self, draws: u32, stream: &mut Stream) -> Tally {
        let mut tally = Tally::default();
        for _ in 0..draws {
            tally.add(self.draw(stream));
        }
        tally
    }

    /// The shares of baseline, equality and candidate, times one number.
    fn draw(&mut self, stream: &mut Stream) -> [f64; 3] {
        fill_exponential(&mut self.weights, stream);
        self.weights[self.prior_at] = gamma(self.strength, stream);
        let mut all = 0.0;
        for (sum, weight) in self.sums[1..].iter_mut().zip(&self.weights) {
            all += weight;
            *sum = all;
        }
        let (mut baseline, mut candidate) = (0.0, 0.0);
        for (weight, end) in self.weights.iter().zip(&self.below) {
            baseline += weight * self.sums[*end];
        }
        let highest = &self.weights[self.weights.len() - self.above.len()..];
        for (weight, start) in highest.iter().zip(&self.above) {
            candidate += weight * (all - self.sums[*start]);
        }
        // Means on a border count half.
        baseline += 0.5 * self.on(&self.lower_border);
        candidate += 0.5 * self.on(&self.upper_border);
        [baseline, all * all - baseline - candidate, candidate]
    }

    fn on(&self, borders: &[Border]) -> f64 {
        let weight = |border: &Border| {
            self.weights[border.first] * (self.sums[border.seconds.end] - self.sums[border.seconds.start])
        };
        borders.iter().map(weight).sum()
    }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "bayes-signed-rank",
    name: "Bayesian signed-rank test",
    question: "How probable is it, over data sets of this kind, that the candidate is better by more than a margin?",
    null: None,
    assumptions: &[
        "The data sets are independent draws from those that the claim is about.",
        "Before the data are seen, the differences may follow any distribution, but for a data set of the stated prior.",
    ],
    use_when: "Two methods were compared on ten or more data sets, and `practically equal` is an answer worth having.",
    avoid_when: "An error rate must be kept: where nothing differs, P(candidate better) is above 0.95 in 13 % of cases with three data sets (23 % of tied scores), 8 to 13 % with five, \
                 6 to 7 % with ten and 5 to 6 % with 30. The scores are folds of one data set: use the correlated t test.",
    formula: "Weights w of the differences from Dirichlet(s, 1, ..., 1); in each draw the largest of the sums of w_i w_j over \
              (d_i + d_j) / 2 below, inside and above the region wins; the probabilities are shares of draws won.",
    sources: &[
        "Benavoli, Mangili, Corani, Zaffalon and Ruggeri 2014, \"A Bayesian Wilcoxon Signed-Rank Test Based on the Dirichlet Process\", ICML.",
        "Benavoli, Corani, Demsar and Zaffalon 2017, \"Time for a Change: a Tutorial for Comparing Multiple Classifiers Through Bayesian Analysis\", JMLR 18, for the region.",
    ],
    disagreements: &[
        "The prior weighs 0.5 data sets here and in baycomp, 0.6 in the tutorial's bayesiantests.py.",
        "baycomp gives a draw that is equally shared to the baseline, so that data without any difference and a region of 0 make the baseline better for certain; here such a draw is divided.",
        "baycomp compares rounded sums with the border exactly; here means within 1e-10 of the largest difference lie on it.",
    ],
    columns: DATA_SETS,
    settings: &[ROPE, rope::strength(0.5), PLACE, RESAMPLES],
    example: DATA_SETS_EXAMPLE,
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let (rope, prior) = (rope::rope(inputs)?, rope::prior(inputs)?);
    let draws = inputs.count("resamples", 100)?;
    let found = test(&inputs.differences()?, rope, prior, draws, inputs.stream())?;
    Ok(found.describe().with("Monte-Carlo standard error", found.standard_error(draws)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream() -> Stream {
        Stream::named([7; 32], "bayes-signed-rank")
    }

    fn rope(value: f64) -> Rope {
        Rope::new(value).unwrap()
    }

    fn no_prior() -> Prior {
        Prior::new(0.0, Place::Equal).unwrap()
    }

    /// All pairs, as the definition says.
    fn by_pairs(plan: &Plan, values: &[f64], rope: f64) -> [f64; 3] {
        let mut shares = [0.0; 3];
        for (first, first_weight) in values.iter().zip(&plan.weights) {
            for (second, second_weight) in values.iter().zip(&plan.weights) {
                let (mean, weight) = (0.5 * (first + second), first_weight * second_weight);
                let heaviside = |x: f64| if x > 0.0 { 1.0 } else { 0.5 * f64::from(u8::from(x == 0.0)) };
                shares[0] += weight * heaviside(-mean - rope);
                shares[2] += weight * heaviside(mean - rope);
            }
        }
        let all: f64 = plan.weights.iter().sum();
        shares[1] = all * all - shares[0] - shares[2];
        shares
    }

    #[test]
    fn the_windows_count_what_all_pairs_count() {
        // Eighths, so that means on a border are exact.
        let sorted = [-3.0, -1.0, -0.5, 0.0, 0.0, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0];
        let without_a_zero: Vec<f64> =
            sorted.iter().copied().skip(1).filter(|value| *value != 0.0).chain([0.0, -3.0]).collect();
        let mut stream = stream();
        for width in [0.0, 0.25, 0.5, 1.0, 5.0] {
            let prior = Prior::new(0.5, Place::Equal).unwrap();
            let mut plan = Plan::new(&without_a_zero, rope(width), prior);
            for _ in 0..20 {
                let found = plan.draw(&mut stream);
                let expected = by_pairs(&plan, &sorted, width);
                for (found, expected) in found.iter().zip(expected) {
                    assert!((found - expected).abs() < 1e-10, "{width}: {found} {expected}");
                }
            }
        }
    }

    #[test]
    fn clear_cases_are_certain() {
        let find =
            |differences: &[f64], width: f64, prior| test(differences, rope(width), prior, 500, &stream()).unwrap();
        assert_eq!(find(&[0.2, 0.3, 0.4], 0.1, no_prior()).candidate, 1.0);
        assert_eq!(find(&[-0.2, -0.3], 0.1, no_prior()).baseline, 1.0);
        assert_eq!(find(&[0.02, -0.03], 0.1, no_prior()).equal, 1.0);
        // No difference at all, and none allowed: a draw is divided.
        let even = Posterior { baseline: 0.5, equal: 0.0, candidate: 0.5 };
        assert_eq!(find(&[0.0, 0.0], 0.0, no_prior()), even);
        // Against an overwhelming prior the data do not count.
        for (place, pick) in [(Place::Baseline, 0), (Place::Equal, 1), (Place::Candidate, 2)] {
            let found = find(&[0.2, -0.2], 0.1, Prior::new(1e6, place).unwrap());
            assert_eq!([found.baseline, found.equal, found.candidate][pick], 1.0, "{place:?}");
        }
    }

    #[test]
    fn two_data_sets_are_computed_by_hand() {
        // Means -1, 1 and 3: the baseline wins where w^2 > 1 / 2, w uniform.
        let found = test(&[-1.0, 3.0], rope(0.5), no_prior(), 40_000, &stream()).unwrap();
        // Standard error 0.0023; five of them: chance below one in a million.
        assert!((found.baseline - (1.0 - 0.5_f64.sqrt())).abs() < 0.0115, "{found:?}");
        assert_eq!(found.equal, 0.0);
    }

    #[test]
    fn chunks_add_up_to_the_whole() {
        let differences = [0.3, -0.1, 0.2, 0.05];
        let whole = test(&differences, rope(0.1), no_prior(), 1_500, &stream()).unwrap();
        let chunk = |size, index| count_chunk(&differences, rope(0.1), no_prior(), (size, index), &stream()).unwrap();
        assert_eq!(whole, chunk(1_000, 0).and(chunk(500, 1)).posterior());
    }

    #[test]
    fn a_mean_on_the_border_is_seen_through_rounding() {
        // 0.3 - 0.2 and 0.4 - 0.3 lie on either side of 0.1.
        let differences = [0.3 - 0.2, 0.4 - 0.3];
        let found = test(&differences, rope(0.1), no_prior(), 400, &stream()).unwrap();
        // All means lie on the border: half above, half inside, every draw divided.
        assert_eq!((found.candidate, found.equal), (0.5, 0.5));
    }

    #[test]
    fn what_is_not_estimable_is_an_error() {
        let find = |differences: &[f64], draws| test(differences, rope(0.1), no_prior(), draws, &stream());
        assert_eq!(find(&[], 100).unwrap_err().code(), "sample-too-few");
        assert_eq!(find(&[f64::NAN], 100).unwrap_err().code(), "sample-not-finite");
        assert_eq!(find(&[1.0], 0).unwrap_err().code(), "sample-too-few");
    }
}
