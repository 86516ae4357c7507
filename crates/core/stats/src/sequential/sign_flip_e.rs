//! The sign-flip e-process: evidence at any look under symmetry alone.

use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role};
use crate::sample::{SampleError, check};

/// How much is staked on the next sign, relative to the root mean square of
/// the values so far; the process is the mean over these.
pub const STAKES: [f64; 5] = [0.25, 0.5, 1.0, 2.0, 4.0];

/// The p-value against "the differences are symmetric about `null` or about
/// less", valid at any look: one over the e-value.
///
/// `differences` are paired differences in the order in which they came; the
/// order must not depend on their values. Exact whatever the distribution, if
/// each difference is symmetric about the null under the hypothesis.
///
/// # Errors
/// Those of [`log_e_greater`].
pub fn p_greater(differences: &[f64], null: f64) -> Result<f64, SampleError> {
    Ok(libm::exp(-log_e_greater(differences, null)?).min(1.0))
}

/// The p-value against "the differences are symmetric about `null` or about
/// more", valid at any look.
///
/// # Errors
/// Those of [`log_e_greater`].
pub fn p_less(differences: &[f64], null: f64) -> Result<f64, SampleError> {
    Ok(libm::exp(-log_e_less(differences, null)?).min(1.0))
}

/// The logarithm of the e-value against "the differences are symmetric about
/// `null` or about less" after all of `differences`.
///
/// Each difference stakes a share of what there is on its sign: with the
/// difference x less the null, and r the root mean square of those so far and
/// this, the factor is 2 / (1 + exp(-2 stake x / r)). Given the magnitude both
/// signs are equally likely under the hypothesis, so that the factor is 1 on
/// average; and it grows with x, so that a smaller centre only lowers it.
///
/// # Errors
/// [`SampleError::TooFew`] without a difference, [`SampleError::NotFinite`],
/// [`SampleError::NullNotFinite`], [`SampleError::Overflow`].
///
/// # Source
/// de la Pena 1999, "A General Class of Exponential Inequalities for
/// Martingales and Ratios", for symmetric differences; Ramdas et al. 2020,
/// "Admissible anytime-valid sequential inference must rely on nonnegative
/// martingales", section 6, for the factor with the hyperbolic cosine, which
/// loses nothing; the stakes are ours.
pub fn log_e_greater(differences: &[f64], null: f64) -> Result<f64, SampleError> {
    log_e(differences, null, 1.0)
}

/// The logarithm of the e-value against "the differences are symmetric about
/// `null` or about more".
///
/// # Errors
/// Those of [`log_e_greater`].
pub fn log_e_less(differences: &[f64], null: f64) -> Result<f64, SampleError> {
    log_e(differences, null, -1.0)
}

/// The smallest p-values so far, after the first, the first two, ... and all
/// differences, against "symmetric about `null` or about less".
///
/// Whoever stops at whatever place errs with a chance of at most the p-value
/// that stands there.
///
/// # Errors
/// Those of [`log_e_greater`].
pub fn running_p_greater(differences: &[f64], null: f64) -> Result<Vec<f64>, SampleError> {
    running(differences, null, 1.0)
}

/// The same against "symmetric about `null` or about more".
///
/// # Errors
/// Those of [`log_e_greater`].
pub fn running_p_less(differences: &[f64], null: f64) -> Result<Vec<f64>, SampleError> {
    running(differences, null, -1.0)
}

/// The largest e-value that `n` differences can give, as its logarithm.
#[must_use]
pub fn largest_log_e(n: usize) -> f64 {
    // All differences equal: each is as large as the root mean square.
    mean_of_products(STAKES.map(|stake| n as f64 * log_factor(stake)))
}

/// The fewest differences whose e-value can reach 1 / alpha.
#[must_use]
pub fn fewest_pairs(alpha: crate::Alpha) -> usize {
    let mut n = 1;
    while largest_log_e(n) < -libm::log(alpha.get()) {
        n += 1;
    }
    n
}

fn log_e(differences: &[f64], null: f64, orientation: f64) -> Result<f64, SampleError> {
    let mut process = Process::begin(differences, null)?;
    for difference in differences {
        process.add(orientation * (difference - null))?;
    }
    Ok(process.log_e())
}

fn running(differences: &[f64], null: f64, orientation: f64) -> Result<Vec<f64>, SampleError> {
    let mut process = Process::begin(differences, null)?;
    let mut smallest = 1.0_f64;
    let mut next = |difference: &f64| {
        process.add(orientation * (difference - null))?;
        smallest = smallest.min(libm::exp(-process.log_e()));
        Ok(smallest)
    };
    differences.iter().map(&mut next).collect()
}

struct Process {
    n: f64,
    squares: f64,
    logs: [f64; STAKES.len()],
}

impl Process {
    fn begin(differences: &[f64], null: f64) -> Result<Self, SampleError> {
        check(differences, 1)?;
        if !null.is_finite() {
            return Err(SampleError::NullNotFinite);
        }
        Ok(Self { n: 0.0, squares: 0.0, logs: [0.0; STAKES.len()] })
    }

    fn add(&mut self, value: f64) -> Result<(), SampleError> {
        self.n += 1.0;
        self.squares += value * value;
        if !self.squares.is_finite() {
            return Err(SampleError::Overflow);
        }
        // A value whose square underflows to 0 tells nothing either.
        if value != 0.0 && self.squares > 0.0 {
            let relative = value / (self.squares / self.n).sqrt();
            for (log, stake) in self.logs.iter_mut().zip(STAKES) {
                *log += log_factor(stake * relative);
            }
        }
        Ok(())
    }

    fn log_e(&self) -> f64 {
        mean_of_products(self.logs)
    }
}

/// The logarithm of 2 / (1 + exp(-2 x)).
fn log_factor(x: f64) -> f64 {
    let grows = if x >= 0.0 { libm::log1p(libm::exp(-2.0 * x)) } else { libm::log1p(libm::exp(2.0 * x)) - 2.0 * x };
    std::f64::consts::LN_2 - grows
}

/// The logarithm of the mean of numbers given by their logarithms.
fn mean_of_products(logs: [f64; STAKES.len()]) -> f64 {
    let largest = logs.into_iter().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = logs.into_iter().map(|log| libm::exp(log - largest)).sum();
    largest + libm::log(sum / STAKES.len() as f64)
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "sign-flip-e",
    name: "Sign-flip e-process",
    question: "Do the paired differences tend to be above zero, if I look after every pair and stop when I like?",
    null: Some("Each difference is symmetric about zero, or about something less."),
    assumptions: &[
        "Under the null, each difference is symmetric given those before it.",
        "The order of the pairs does not depend on their values.",
    ],
    use_when: "Pairs come one after another and nothing is known of their distribution.",
    avoid_when: "The differences may be skewed without an effect: a mean of zero is not the null here. With an \
                 exponential tail on the left 17 % of streams of 60 pairs with mean zero ever reach e = 20.",
    formula: "e = mean over stakes c in {0.25, 0.5, 1, 2, 4} of the product over i of 2 / (1 + exp(-2 c d_i / r_i)), \
              with r_i the root mean square of d_1 ... d_i.",
    sources: &[
        "de la Pena 1999, \"A General Class of Exponential Inequalities for Martingales and Ratios\", Annals of Probability 27.",
        "Ramdas, Ruf, Larsson and Koolen 2020, \"Admissible anytime-valid sequential inference must rely on nonnegative martingales\", section 6.",
    ],
    disagreements: &[],
    columns: &[
        Column::numbers(Role::Baseline, "the baseline's score of each pair, in the order in which they came"),
        Column::numbers(Role::Candidate, "the candidate's score of the same pair"),
    ],
    settings: &[],
    example: Example {
        columns: &[
            (Role::Baseline, ExampleValues::Numbers(&[0.912, 0.905, 0.918, 0.909, 0.911, 0.907, 0.913, 0.910])),
            (Role::Candidate, ExampleValues::Numbers(&[0.921, 0.917, 0.919, 0.920, 0.920, 0.915, 0.921, 0.922])),
        ],
        settings: &[],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let differences = inputs.differences()?;
    Ok(Findings::default()
        .with("log e-value, candidate better", log_e_greater(&differences, 0.0)?)
        .with("log e-value, candidate worse", log_e_less(&differences, 0.0)?)
        .with("p-value, candidate better", p_greater(&differences, 0.0)?)
        .with("p-value, candidate worse", p_less(&differences, 0.0)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_difference_is_computed_by_hand() {
        // The first is its own root mean square: the mean over stakes of
        // 2 / (1 + exp(-2 stake)).
        let expected: f64 = STAKES.iter().map(|stake| 2.0 / (1.0 + libm::exp(-2.0 * stake))).sum::<f64>() / 5.0;
        assert!((log_e_greater(&[3.0], 0.0).unwrap() - libm::log(expected)).abs() < 1e-14);
        let against: f64 = STAKES.iter().map(|stake| 2.0 / (1.0 + libm::exp(2.0 * stake))).sum::<f64>() / 5.0;
        assert!((log_e_less(&[3.0], 0.0).unwrap() - libm::log(against)).abs() < 1e-14);
    }

    #[test]
    fn the_evidence_averages_to_one_over_all_signs() {
        let magnitudes = [0.3, 1.7, 0.9, 2.2, 0.1, 1.1];
        let mut total = 0.0;
        for signs in 0..64_u32 {
            let flip = |(bit, magnitude): (usize, &f64)| if signs >> bit & 1 == 1 { *magnitude } else { -magnitude };
            let differences: Vec<f64> = magnitudes.iter().enumerate().map(flip).collect();
            total += libm::exp(log_e_greater(&differences, 0.0).unwrap());
        }
        assert!((total / 64.0 - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_factor_grows_with_its_difference() {
        let before = [0.4, -1.2, 0.8];
        let mut smaller = f64::NEG_INFINITY;
        for step in -50..=50 {
            let mut differences = before.to_vec();
            differences.push(f64::from(step) / 5.0);
            let found = log_e_greater(&differences, 0.0).unwrap();
            assert!(found > smaller, "{step}");
            smaller = found;
        }
    }

    #[test]
    fn running_p_values_are_the_smallest_so_far() {
        let differences = [0.9, 1.1, 1.0, 1.3, 0.8, 1.2, 0.7, -3.0, 1.0];
        for (running, single) in [
            (running_p_greater(&differences, 0.1).unwrap(), p_greater as fn(&[f64], f64) -> Result<f64, SampleError>),
            (running_p_less(&differences, 0.1).unwrap(), p_less),
        ] {
            let mut smallest: f64 = 1.0;
            for (n, found) in (1..).zip(&running) {
                smallest = smallest.min(single(&differences[..n], 0.1).unwrap());
                assert_eq!(*found, smallest);
            }
            assert_eq!(running.len(), differences.len());
        }
        assert!(running_p_greater(&differences, 0.0).unwrap()[8] < p_greater(&differences, 0.0).unwrap());
    }

    #[test]
    fn equal_differences_give_the_largest_evidence() {
        assert!((log_e_greater(&[2.0; 7], 0.0).unwrap() - largest_log_e(7)).abs() < 1e-12);
        // The mean over stakes of (2 / (1 + exp(-2 stake)))^n at n = 5 is
        // 16.5 and at n = 6 is 31.2, on a pocket calculator.
        assert_eq!(fewest_pairs(crate::Alpha::new(0.05).unwrap()), 6);
    }

    #[test]
    fn wrong_arguments_are_named_errors() {
        assert_eq!(log_e_greater(&[], 0.0), Err(SampleError::TooFew { needed: 1, got: 0 }));
        assert_eq!(log_e_greater(&[f64::NAN], 0.0), Err(SampleError::NotFinite { index: 0 }));
        assert_eq!(log_e_greater(&[1.0], f64::NAN), Err(SampleError::NullNotFinite));
        assert_eq!(log_e_greater(&[f64::MAX], 0.0), Err(SampleError::Overflow));
    }
}
