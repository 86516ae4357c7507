//! The Bayesian correlated t test of two methods on resamples of one data set.

use super::error::BayesError;
use super::posterior::Posterior;
use super::rope::{self, ROPE, Rope};
use crate::bounds::Bounds;
use crate::cross_validation::corrected_t;
use crate::distribution::student_t;
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};
use crate::student::Student;

/// How probable it is that the mean difference of two methods on one data set
/// lies below, inside or above the region.
///
/// `differences` are candidate minus baseline, one for each fold or random
/// split, in the unit of the metric. `test_to_train` is the size of a test part
/// over that of a training part, 1/9 for ten folds; the correlation of two
/// differences is taken to be the share of data that is tested. The prior is
/// flat, so that the posterior is Student's t around the mean difference.
///
/// # Errors
/// As [`BayesError::Sample`], the errors of [`corrected_t::fit`].
///
/// # Source
/// Corani and Benavoli 2015, "A Bayesian Approach for Comparing Cross-Validated
/// Algorithms on Multiple Data Sets", on the Bayesian correlated t test.
pub fn test(differences: &[f64], test_to_train: f64, rope: Rope) -> Result<Posterior, BayesError> {
    Ok(posterior(&corrected_t::fit(differences, test_to_train)?, rope))
}

fn posterior(fit: &Student, rope: Rope) -> Posterior {
    let above = |point: f64| student_t::upper_tail((point - fit.estimate) / fit.standard_error, fit.df);
    let below = |point: f64| student_t::upper_tail((fit.estimate - point) / fit.standard_error, fit.df);
    let (lower, upper) = (-rope.get(), rope.get());
    // Of the two ways to write it, the one that subtracts the smaller tails.
    let equal = if fit.estimate > 0.0 { below(upper) - below(lower) } else { above(lower) - above(upper) };
    Posterior { baseline: below(lower), equal, candidate: above(upper) }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "bayes-correlated-t",
    name: "Bayesian correlated t test",
    question: "How probable is it, on one data set, that the candidate's mean score is better by more than a margin?",
    null: None,
    assumptions: &[
        "The scores come from resamples of one data set, with test parts of about one size.",
        "The differences are jointly normal, and any two of them correlate as the share of data that is tested.",
    ],
    use_when: "Two methods met the same folds of a cross-validation, repeated or not, and `practically equal` is an answer worth having.",
    avoid_when: "There are several data sets: use the Bayesian signed-rank test on their means. The true correlation of folds is unknown; where \
                 it is larger than the share tested, the probabilities are too sure.",
    formula: "The difference is t with n - 1 degrees of freedom around mean(d), with scale sqrt((1 / n + n_test / n_train) var(d)).",
    sources: &[
        "Corani and Benavoli 2015, \"A Bayesian Approach for Comparing Cross-Validated Algorithms on Multiple Data Sets\", Machine Learning 100.",
        "Nadeau and Bengio 2003, \"Inference for the Generalization Error\", Machine Learning 52, for the correlation.",
    ],
    disagreements: &[
        "baycomp takes test to train from the number of folds, n / runs; for random splits it must be given, as here.",
        "Without spread, baycomp gives probabilities of 0 and 1; here that is an error, since nothing is known about the spread.",
    ],
    columns: &[
        Column::numbers(Role::Baseline, "the baseline's score on each fold, the higher the better"),
        Column::numbers(Role::Candidate, "the candidate's score on the same fold"),
    ],
    settings: &[
        ROPE,
        Setting::LEVEL,
        Setting {
            name: "test-to-train",
            about: "the size of a test part over that of a training part: 1/9 for ten folds; above 0",
            usual: None,
        },
    ],
    example: Example {
        columns: &[
            (Role::Baseline, ExampleValues::Numbers(&[0.81, 0.79, 0.83, 0.80, 0.82])),
            (Role::Candidate, ExampleValues::Numbers(&[0.84, 0.80, 0.85, 0.83, 0.83])),
        ],
        settings: &[("rope", 0.01), ("level", 0.05), ("test-to-train", 0.25)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let (rope, level) = (rope::rope(inputs)?, inputs.level()?);
    let fit = corrected_t::fit(&inputs.differences()?, inputs.setting("test-to-train")?)?;
    let bounds = Bounds { lower: fit.lower(level), upper: fit.upper(level) };
    Ok(posterior(&fit, rope)
        .describe()
        .with_bounds("mean difference", fit.estimate, bounds)
        .with("degrees of freedom", fit.df))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIFFERENCES: [f64; 5] = [0.03, 0.01, 0.02, 0.03, 0.01];

    fn find(differences: &[f64], width: f64) -> Posterior {
        test(differences, 0.25, Rope::new(width).unwrap()).unwrap()
    }

    #[test]
    fn without_a_region_it_is_the_corrected_t_test() {
        let found = find(&DIFFERENCES, 0.0);
        let tail = corrected_t::fit(&DIFFERENCES, 0.25).unwrap().p_greater(0.0);
        assert_eq!((found.baseline, found.equal), (tail, 0.0));
        assert!((found.candidate + tail - 1.0).abs() < 1e-15);
    }

    #[test]
    fn the_three_add_up_and_negating_swaps_the_sides() {
        let negated = DIFFERENCES.map(|difference| -difference);
        for width in [0.0, 0.005, 0.02, 0.1] {
            let (found, mirrored) = (find(&DIFFERENCES, width), find(&negated, width));
            assert!((found.baseline + found.equal + found.candidate - 1.0).abs() < 1e-14);
            assert_eq!((found.baseline, found.candidate), (mirrored.candidate, mirrored.baseline));
            assert!((found.equal - mirrored.equal).abs() < 1e-15);
        }
    }

    #[test]
    fn a_small_probability_of_equality_keeps_its_digits() {
        // Far from the region it is its width times the density, which falls
        // as the power of -5: from 10 to 20 by a factor of nearly 32.
        let shifted = |by: f64| DIFFERENCES.map(|difference| difference + by);
        let ratio = find(&shifted(1e4), 1e-3).equal / find(&shifted(2e4), 1e-3).equal;
        assert!((ratio - 32.0).abs() < 0.01, "{ratio}");
    }

    #[test]
    fn what_is_not_estimable_is_an_error() {
        let error = |differences: &[f64], ratio| test(differences, ratio, Rope::new(0.1).unwrap()).unwrap_err().code();
        assert_eq!(error(&[0.1], 0.25), "sample-too-few");
        assert_eq!(error(&[0.1, 0.1], 0.25), "sample-no-spread");
        assert_eq!(error(&DIFFERENCES, 0.0), "ratio-not-positive");
    }
}
