//! Two one-sided signed-rank tests of paired differences against a margin.

use crate::bounds::Bounds;
use crate::compare::hodges_lehmann;
use crate::distribution::normal;
use crate::equivalence::margin::{MARGIN, Margin, MarginTests, NULL, margin};
use crate::level::Alpha;
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};
use crate::sample::{SampleError, TIE_TOLERANCE, check, finite};

/// The largest number of differences whose signs are all counted.
pub const MOST_EXACT: usize = 60;

/// Tests the centre of symmetric differences against a margin on either side,
/// by one-sided signed-rank tests of the differences less the margin and plus
/// the margin.
///
/// `differences` and the margin are in the unit of the metric. Differences
/// that equal a side of the margin are left out on that side; magnitudes equal
/// to within [`TIE_TOLERANCE`] share their mean rank. Up to [`MOST_EXACT`]
/// differences the p-values are exact, ties or not; beyond, they are normal
/// without continuity correction.
///
/// # Errors
/// [`SampleError::TooFew`] without a difference, [`SampleError::NotFinite`],
/// [`SampleError::Overflow`].
///
/// # Source
/// Wellek 2010, "Testing Statistical Hypotheses of Equivalence and
/// Noninferiority", chapter 5, as two one-sided tests; Wilcoxon 1945,
/// "Individual Comparisons by Ranking Methods".
pub fn tests(differences: &[f64], margin: Margin) -> Result<MarginTests, SampleError> {
    check(differences, 1)?;
    finite(differences.iter().fold(margin.get(), |most, value| most.max(value.abs())) * 4.0)?;
    let p = |null: f64, orientation: f64| {
        signed_rank_p(&differences.iter().map(|value| orientation * (value - null)).collect::<Vec<f64>>(), margin)
    };
    Ok(MarginTests::new(margin, |null| p(null, 1.0), |null| p(null, -1.0)))
}

/// Bounds on the centre of symmetric differences, each one-sided at level
/// `alpha`, from their Walsh averages.
///
/// None where so few differences reach no such level. With ties they err on
/// the safe side. Exact up to [`MOST_EXACT`] differences, normal beyond.
///
/// # Errors
/// [`SampleError::TooFew`] without a difference, [`SampleError::NotFinite`].
///
/// # Source
/// Tukey's bounds as in Hollander, Wolfe and Chicken 2014, "Nonparametric
/// Statistical Methods", section 3.3.
pub fn bounds(differences: &[f64], alpha: Alpha) -> Result<Option<Bounds>, SampleError> {
    check(differences, 1)?;
    let n = differences.len();
    let mut averages = Vec::with_capacity(n * (n + 1) / 2);
    for (index, first) in differences.iter().enumerate() {
        averages.extend(differences[index..].iter().map(|second| 0.5 * first + 0.5 * second));
    }
    averages.sort_unstable_by(f64::total_cmp);
    // So many Walsh averages may lie at or below zero if the centre is to lie above it.
    let allowed = if n <= MOST_EXACT {
        let shares = sum_shares(&(1..=n).collect::<Vec<usize>>());
        let mut below = 0.0;
        shares
            .iter()
            .take_while(|&&share| {
                below += share;
                below <= alpha.get()
            })
            .count()
    } else {
        let m = n as f64;
        let (centre, variance) = (m * (m + 1.0) / 4.0, m * (m + 1.0) * (2.0 * m + 1.0) / 24.0);
        (centre + normal::point(alpha.get()) * variance.sqrt() + 1.0).max(0.0) as usize
    };
    if allowed == 0 || 2 * allowed > averages.len() + 1 {
        return Ok(None);
    }
    Ok(Some(Bounds { lower: averages[allowed - 1], upper: averages[averages.len() - allowed] }))
}

/// The p-value against "the values are symmetric about zero or less"; 1 where
/// all of them are zero.
fn signed_rank_p(values: &[f64], margin: Margin) -> f64 {
    let largest = values.iter().fold(margin.get(), |most, value| most.max(value.abs()));
    let tolerance = TIE_TOLERANCE * largest;
    let mut values: Vec<f64> = values.iter().copied().filter(|value| value.abs() > tolerance).collect();
    if values.is_empty() {
        return 1.0;
    }
    values.sort_by(|left, right| left.abs().total_cmp(&right.abs()));
    // Twice the rank of each, so that mean ranks are whole numbers.
    let mut doubled = Vec::with_capacity(values.len());
    while doubled.len() < values.len() {
        let first = doubled.len();
        let tied = values[first..].iter().take_while(|value| value.abs() - values[first].abs() <= tolerance).count();
        doubled.resize(first + tied, 2 * first + tied + 1);
    }
    let negative: usize = doubled.iter().zip(&values).filter(|(_, value)| **value < 0.0).map(|(rank, _)| *rank).sum();
    if values.len() <= MOST_EXACT {
        return sum_shares(&doubled)[..=negative].iter().sum::<f64>().min(1.0);
    }
    let total: usize = doubled.iter().sum();
    let squares: f64 = doubled.iter().map(|&rank| (rank * rank) as f64).sum();
    normal::lower_tail((negative as f64 - 0.5 * total as f64) / (0.25 * squares).sqrt())
}

/// The probability of each sum of ranks, if each counts with probability one
/// half.
fn sum_shares(ranks: &[usize]) -> Vec<f64> {
    let mut shares = vec![1.0];
    for &rank in ranks {
        let mut longer = vec![0.0; shares.len() + rank];
        for (sum, share) in shares.iter().enumerate() {
            longer[sum] += 0.5 * share;
            longer[sum + rank] += 0.5 * share;
        }
        shares = longer;
    }
    shares
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "equivalence-signed-rank",
    name: "Equivalence of paired ranks (TOST, signed-rank)",
    question: "Is the centre of the paired differences nearer to zero than what matters, or further, allowing for outliers?",
    null: Some(NULL),
    assumptions: &[
        "The pairs are independent of one another.",
        "The differences are symmetric about their centre, of whatever shape.",
        "The margin was fixed before the data were seen.",
    ],
    use_when: "At least six pairs whose differences are symmetric with heavy tails or outliers.",
    avoid_when: "Skewed differences: it then speaks of the pseudomedian, not of the mean, and more pairs make that worse; test the paired means. Fewer than \
                 five pairs cannot reach a level of 0.05.",
    formula: "p = max of the one-sided signed-rank p-values of d + margin and d - margin, all signs counted up to 60 differences.",
    sources: &[
        "Wilcoxon 1945, \"Individual Comparisons by Ranking Methods\", Biometrics Bulletin 1.",
        "Wellek 2010, \"Testing Statistical Hypotheses of Equivalence and Noninferiority\", chapter 5, as two one-sided tests.",
        "Hollander, Wolfe and Chicken 2014, \"Nonparametric Statistical Methods\", section 3.3, for the bounds.",
    ],
    disagreements: &["With ties SciPy and R turn to the normal distribution; we count all signs of the mean ranks."],
    columns: &[
        Column::numbers(Role::Baseline, "the baseline's score of each pair"),
        Column::numbers(Role::Candidate, "the candidate's score of the same pair"),
    ],
    settings: &[Setting::LEVEL, MARGIN],
    example: Example {
        columns: &[
            (Role::Baseline, ExampleValues::Numbers(&[0.912, 0.905, 0.918, 0.909, 0.911, 0.915])),
            (Role::Candidate, ExampleValues::Numbers(&[0.914, 0.904, 0.917, 0.911, 0.910, 0.916])),
        ],
        settings: &[("level", 0.05), ("margin", 0.005)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let differences = inputs.differences()?;
    let found = tests(&differences, margin(inputs)?)?;
    let centre = hodges_lehmann::estimate(&differences)?;
    let findings = Findings::default();
    let findings = match bounds(&differences, inputs.level()?)? {
        Some(bounds) => findings.with_bounds("Hodges-Lehmann centre", centre, bounds),
        None => findings.with("Hodges-Lehmann centre", centre).with_note("So few pairs reach no bound at this level."),
    };
    Ok(found.describe(findings))
}

#[cfg(test)]
mod unit_tests {
    use super::*;

    #[test]
    fn small_cases_are_counted_by_hand() {
        // Differences 1, 2, 3 plus 1: all positive, one of eight. Less 10: all negative.
        let found = tests(&[1.0, 2.0, 3.5], Margin::new(10.0).unwrap()).unwrap();
        assert_eq!((found.not_worse, found.not_better, found.better), (0.125, 0.125, 1.0));
        // Less 2: -1, 0, 1.5, so ranks -1 and 2: two of four sums of negative ranks are at most 1.
        let found = tests(&[1.0, 2.0, 3.5], Margin::new(2.0).unwrap()).unwrap();
        assert_eq!((found.better, found.not_better), (0.5, 0.75));
    }

    #[test]
    fn bounds_are_the_outermost_walsh_averages_of_five() {
        let differences = [1.0, 2.0, 4.0, 8.0, 16.0];
        // Of 32 sums one is 0 and one is 1: at 1/16 the second average from either end.
        let find = |alpha| bounds(&differences, Alpha::new(alpha).unwrap()).unwrap();
        assert_eq!(find(0.05), Some(Bounds { lower: 1.0, upper: 16.0 }));
        assert_eq!(find(0.07), Some(Bounds { lower: 1.5, upper: 12.0 }));
        assert_eq!(find(0.01), None);
    }
}
