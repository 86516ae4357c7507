//! Wilcoxon's signed-rank test of paired differences.

use super::ranks::{rank, subset_sums};
use super::two_groups::{PAIRED, Tails};
use crate::distribution::normal;
use crate::method::{Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};
use crate::sample::{SampleError, TIE_TOLERANCE, check};

/// The largest number of differences other than 0 whose exact distribution is
/// computed; beyond it a normal approximation serves.
pub const EXACT_UP_TO: usize = 200;

/// What becomes of differences of 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zeros {
    /// They are dropped before ranking, as Wilcoxon 1945 did.
    Wilcox,
    /// They are ranked with the others and dropped afterwards: Pratt 1959,
    /// "Remarks on Zeros and Ties in the Wilcoxon Signed Rank Procedures".
    Pratt,
}

/// The result of a signed-rank test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SignedRank {
    /// The sum of the ranks of differences above 0.
    pub positive_ranks: f64,
    /// How many differences are not 0.
    pub n_nonzero: usize,
    /// The one-sided p-values.
    pub tails: Tails,
    /// Whether they come from the exact distribution.
    pub is_exact: bool,
}

/// Tests "the differences are symmetric about 0" by the ranks of their
/// magnitudes.
///
/// `differences` are candidate minus baseline. The p-values are exact given the
/// magnitudes, ties and zeros included, up to [`EXACT_UP_TO`] differences other
/// than 0; beyond, normal with tie and continuity correction. Magnitudes within
/// [`TIE_TOLERANCE`] of the largest count as equal. Differences that are all 0
/// give p-values of 1.
///
/// # Errors
/// [`SampleError::TooFew`] without a difference, [`SampleError::NotFinite`].
///
/// # Source
/// Wilcoxon 1945, "Individual Comparisons by Ranking Methods"; Pratt 1959,
/// "Remarks on Zeros and Ties in the Wilcoxon Signed Rank Procedures".
pub fn test(differences: &[f64], zeros: Zeros) -> Result<SignedRank, SampleError> {
    check(differences, 1)?;
    let largest = differences.iter().fold(0.0_f64, |largest, difference| largest.max(difference.abs()));
    let is_zero = |difference: f64| difference.abs() <= TIE_TOLERANCE * largest;
    let kept: Vec<f64> = match zeros {
        Zeros::Wilcox => differences.iter().copied().filter(|difference| !is_zero(*difference)).collect(),
        Zeros::Pratt => differences.to_vec(),
    };
    let magnitudes: Vec<f64> = kept.iter().map(|difference| difference.abs()).collect();
    let ranked = rank(&magnitudes);
    let signed: Vec<(f64, usize)> =
        kept.iter().copied().zip(ranked.doubled).filter(|(difference, _)| !is_zero(*difference)).collect();
    let ranks: Vec<usize> = signed.iter().map(|(_, rank)| *rank).collect();
    let positive: usize = signed.iter().filter(|(difference, _)| *difference > 0.0).map(|(_, rank)| *rank).sum();
    let is_exact = ranks.len() <= EXACT_UP_TO;
    let tails = if is_exact {
        let chances = subset_sums(&ranks);
        let tail = |part: &[f64]| part.iter().sum::<f64>().min(1.0);
        Tails { greater: tail(&chances[positive..]), less: tail(&chances[..=positive]) }
    } else {
        approximate(&ranks, positive)
    };
    Ok(SignedRank { positive_ranks: 0.5 * positive as f64, n_nonzero: ranks.len(), tails, is_exact })
}

/// The normal tails of a sum of doubled ranks.
fn approximate(doubled: &[usize], positive: usize) -> Tails {
    let total: f64 = doubled.iter().map(|rank| *rank as f64).sum();
    let squares: f64 = doubled.iter().map(|rank| (*rank as f64) * (*rank as f64)).sum();
    let (excess, deviation) = (positive as f64 - 0.5 * total, 0.5 * squares.sqrt());
    // Half a rank of continuity is 1 in doubled ranks.
    let greater = normal::lower_tail(-(excess - 1.0) / deviation);
    let less = normal::lower_tail((excess + 1.0) / deviation);
    Tails { greater, less }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "wilcoxon-signed-rank",
    name: "Wilcoxon signed-rank test",
    question: "Do paired differences tend to be above zero, judged by their ranks?",
    null: Some("The differences are symmetric about zero."),
    assumptions: &[
        "The pairs are independent of one another.",
        "Under the hypothesis each difference is symmetric about zero.",
    ],
    use_when: "There are at least five pairs, and single large differences should not decide.",
    avoid_when: "The mean itself matters, or differences are strongly skewed: ranks then answer another question. Scores \
                 of different data sets are better ranked within each.",
    formula: "W = the sum of the ranks of |d| where d > 0; p = the share of all 2^n sign patterns with a sum of at least W.",
    sources: &[
        "Wilcoxon 1945, \"Individual Comparisons by Ranking Methods\", Biometrics Bulletin 1.",
        "Pratt 1959, \"Remarks on Zeros and Ties in the Wilcoxon Signed Rank Procedures\", JASA 54, for the setting `pratt`.",
    ],
    disagreements: &[
        "Packages that switch to the normal approximation in presence of ties or zeros give other p-values; these are exact.",
    ],
    columns: PAIRED,
    settings: &[Setting {
        name: "pratt",
        about: "1 to rank differences of zero with the others before they are dropped, 0 to drop them first",
        usual: Some(0.0),
    }],
    example: Example {
        columns: &[
            (Role::Baseline, ExampleValues::Numbers(&[0.912, 0.905, 0.918, 0.909, 0.911])),
            (Role::Candidate, ExampleValues::Numbers(&[0.921, 0.917, 0.919, 0.920, 0.920])),
        ],
        settings: &[],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let differences = inputs.differences()?;
    let value = inputs.setting("pratt")?;
    let zeros = if value == 0.0 {
        Zeros::Wilcox
    } else if value == 1.0 {
        Zeros::Pratt
    } else {
        return Err(MethodError::SettingOutside { name: "pratt", value, expected: "0 or 1" });
    };
    let found = test(&differences, zeros)?;
    let findings = Findings::default()
        .with("sum of positive ranks", found.positive_ranks)
        .with("differences other than zero", found.n_nonzero as f64);
    let how = if found.is_exact { "exact" } else { "from the normal approximation" };
    Ok(found.tails.add_to(findings).with_note(format!("The p-values are {how}.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_cases_are_counted_by_hand() {
        let find = |differences: &[f64], zeros| test(differences, zeros).unwrap().tails;
        assert_eq!(find(&[0.1, 0.2, 0.3, 0.4, 0.5], Zeros::Wilcox), Tails { greater: 1.0 / 32.0, less: 1.0 });
        // Ranks 1.5, 1.5; sums 0, 1.5, 1.5, 3.
        assert_eq!(find(&[1.0, -1.0], Zeros::Wilcox), Tails { greater: 0.75, less: 0.75 });
        assert_eq!(find(&[0.0, 0.0], Zeros::Pratt), Tails { greater: 1.0, less: 1.0 });
        // With the zero ranked: ranks 2, 3, 4, the negative one has 2; sums of at least 7: 7 and 9.
        assert_eq!(find(&[0.0, -1.0, 2.0, 3.0], Zeros::Pratt).greater, 0.25);
    }

    #[test]
    fn what_is_not_estimable_is_an_error() {
        assert_eq!(test(&[], Zeros::Wilcox), Err(SampleError::TooFew { needed: 1, got: 0 }));
        assert_eq!(test(&[f64::NAN], Zeros::Pratt), Err(SampleError::NotFinite { index: 0 }));
    }
}
