//! The Hodges-Lehmann estimate of a centre.

use super::ranks::{count_within, subset_sums};
use super::two_groups::PAIRED;
use super::wilcoxon_signed_rank::EXACT_UP_TO;
use crate::bounds::Bounds;
use crate::distribution::normal;
use crate::level::Alpha;
use crate::method::{Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};
use crate::sample::{SampleError, check};

/// Estimates the centre of symmetric differences by the median of their Walsh
/// averages (x_i + x_j) / 2 over i <= j.
///
/// Outliers hardly move it. For skewed differences it estimates the
/// pseudomedian, which is neither their mean nor their median. Time and memory
/// grow with n^2: 5,000 differences take 100 MB.
///
/// # Errors
/// [`SampleError::TooFew`] without a difference, [`SampleError::NotFinite`].
///
/// # Source
/// Hodges and Lehmann 1963, "Estimates of Location Based on Rank Tests",
/// section 1 (with the pairs i = j).
pub fn estimate(differences: &[f64]) -> Result<f64, SampleError> {
    check(differences, 1)?;
    let mut averages = walsh_averages(differences);
    let middle = averages.len() / 2;
    let is_even = averages.len().is_multiple_of(2);
    let (below, upper, _) = averages.select_nth_unstable_by(middle, f64::total_cmp);
    let upper = *upper;
    match below.iter().copied().max_by(f64::total_cmp) {
        Some(lower) if is_even => Ok(0.5 * lower + 0.5 * upper),
        _ => Ok(upper),
    }
}

/// Bounds the centre of symmetric differences by inverting the signed-rank
/// test, each bound at level alpha; none where so few differences cannot reach
/// the level.
///
/// Errs at most as often as it says for continuous differences; ties make it
/// wider. Beyond 200 differences the normal approximation counts the averages.
///
/// # Errors
/// [`SampleError::TooFew`] without a difference, [`SampleError::NotFinite`].
///
/// # Source
/// Tukey 1949, "The Simplest Signed-Rank Tests"; Hollander, Wolfe and Chicken
/// 2014, "Nonparametric Statistical Methods", section 3.3.
pub fn bounds(differences: &[f64], alpha: Alpha) -> Result<Option<Bounds>, SampleError> {
    check(differences, 1)?;
    let n = differences.len();
    let left_out = if n <= EXACT_UP_TO {
        count_within(&subset_sums(&(1..=n).collect::<Vec<_>>()), alpha.get())
    } else {
        let n = n as f64;
        let deviation = (n * (n + 1.0) * (2.0 * n + 1.0) / 24.0).sqrt();
        // Half a rank of continuity, as in the test.
        (n * (n + 1.0) / 4.0 + normal::point(alpha.get()) * deviation + 0.5).floor() as usize
    };
    let mut averages = walsh_averages(differences);
    averages.sort_unstable_by(f64::total_cmp);
    let Some(place) = left_out.checked_sub(1) else {
        return Ok(None);
    };
    Ok(Some(Bounds { lower: averages[place], upper: averages[averages.len() - 1 - place] }))
}

fn walsh_averages(differences: &[f64]) -> Vec<f64> {
    let n = differences.len();
    let mut averages = Vec::with_capacity(n * (n + 1) / 2);
    for (index, first) in differences.iter().enumerate() {
        averages.extend(differences[index..].iter().map(|second| 0.5 * first + 0.5 * second));
    }
    averages
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "hodges-lehmann",
    name: "Hodges-Lehmann estimate of paired differences",
    question: "Where is the centre of the paired differences, if outliers shall not move it?",
    null: None,
    assumptions: &["The pairs are independent of one another.", "The differences are symmetric about their centre."],
    use_when: "An estimate with an interval is wanted that goes with the signed-rank test.",
    avoid_when: "The differences are skewed: it then estimates neither their mean nor their median. With few pairs, such as \
                 five at level 0.025, there is no interval.",
    formula: "The median of (d_i + d_j) / 2 over i <= j; the bounds are ordered averages chosen by the signed-rank distribution.",
    sources: &[
        "Hodges and Lehmann 1963, \"Estimates of Location Based on Rank Tests\", section 1.",
        "Hollander, Wolfe and Chicken 2014, \"Nonparametric Statistical Methods\", section 3.3, for the bounds.",
    ],
    disagreements: &[],
    columns: PAIRED,
    settings: &[Setting::LEVEL],
    example: Example {
        columns: &[
            (Role::Baseline, ExampleValues::Numbers(&[0.912, 0.905, 0.918, 0.909, 0.911, 0.910])),
            (Role::Candidate, ExampleValues::Numbers(&[0.921, 0.917, 0.919, 0.920, 0.920, 0.916])),
        ],
        settings: &[("level", 0.025)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let differences = inputs.differences()?;
    let level = inputs.level()?;
    let centre = estimate(&differences)?;
    Ok(match bounds(&differences, level)? {
        Some(bounds) => Findings::default().with_bounds("centre of the differences", centre, bounds),
        None => Findings::default()
            .with("centre of the differences", centre)
            .with_note("There are too few pairs for bounds at this level."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_cases_are_counted_by_hand() {
        // Walsh averages of 1, 2, 9: 1, 1.5, 5, 2, 5.5, 9; median 3.5.
        assert_eq!(estimate(&[9.0, 1.0, 2.0]), Ok(3.5));
        assert_eq!(estimate(&[4.0]), Ok(4.0));
        // 1, 3, 2: an odd number of averages.
        assert_eq!(estimate(&[1.0, 3.0]), Ok(2.0));
    }

    #[test]
    fn the_bounds_leave_out_what_the_signed_rank_distribution_allows() {
        // n = 5: P(T <= 0) = 1/32, P(T <= 1) = 2/32; none at 0.025, the
        // extremes at 0.05, the second averages at 0.0625.
        let find = |level| bounds(&[1.0, 2.0, 4.0, 8.0, 16.0], Alpha::new(level).unwrap()).unwrap();
        assert_eq!(find(0.025), None);
        assert_eq!(find(0.05), Some(Bounds { lower: 1.0, upper: 16.0 }));
        assert_eq!(find(0.0625), Some(Bounds { lower: 1.5, upper: 12.0 }));
    }

    #[test]
    fn what_is_not_estimable_is_an_error() {
        assert_eq!(estimate(&[]), Err(SampleError::TooFew { needed: 1, got: 0 }));
        assert_eq!(estimate(&[f64::INFINITY]), Err(SampleError::NotFinite { index: 0 }));
    }
}
