//! The Mann-Whitney test of two independent groups.

use super::error::CompareError;
use super::ranks::{rank, sums_of_size};
use super::two_groups::{Tails, TwoGroups, UNPAIRED};
use crate::distribution::normal;
use crate::method::{Example, ExampleValues, Findings, Inputs, Method, MethodError, Role};
use crate::sample::check;

/// The largest product of the sizes of the groups for which the exact
/// distribution is computed.
pub const EXACT_UP_TO: usize = 1_600;

/// The result of a Mann-Whitney test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MannWhitney {
    /// How many pairs of one value from each group the candidate wins, ties
    /// counting one half.
    pub wins: f64,
    /// The one-sided p-values.
    pub tails: Tails,
    /// Whether they come from the exact distribution.
    pub is_exact: bool,
}

/// Tests "both groups come from one distribution" by the ranks of their
/// values.
///
/// Exact given the ties where the product of the sizes is at most
/// [`EXACT_UP_TO`]; beyond, normal with tie and continuity correction. It asks
/// whether the groups are alike: groups of unequal spread are not the
/// hypothesis, even if neither tends to be greater.
///
/// # Errors
/// `TooFew` without a value in a group and `NotFinite`, as
/// [`CompareError::Sample`].
///
/// # Source
/// Mann and Whitney 1947, "On a Test of Whether one of Two Random Variables is
/// Stochastically Larger than the Other"; ties: Lehmann 1975, "Nonparametrics",
/// section 1.4.
pub fn test(baseline: &[f64], candidate: &[f64]) -> Result<MannWhitney, CompareError> {
    check(baseline, 1)?;
    check(candidate, 1)?;
    let values = [baseline, candidate].concat();
    let ranked = rank(&values);
    let (first, second) = (baseline.len(), candidate.len());
    let candidate_sum: usize = ranked.doubled[first..].iter().sum();
    let doubled_wins = candidate_sum - second * (second + 1);
    let is_exact = first * second <= EXACT_UP_TO;
    let tails = if is_exact {
        let is_candidate_chosen = second <= first;
        let size = first.min(second);
        let all: usize = ranked.doubled.iter().sum();
        let observed = if is_candidate_chosen { candidate_sum } else { all - candidate_sum };
        // Without ties the single ranks do, in a table of half the size.
        let (items, observed): (Vec<usize>, usize) = if ranked.tie_term == 0.0 {
            (ranked.doubled.iter().map(|rank| rank / 2).collect(), observed / 2)
        } else {
            (ranked.doubled, observed)
        };
        let chances = sums_of_size(&items, size);
        let tail = |part: &[f64]| part.iter().sum::<f64>().min(1.0);
        let (above, below) = (tail(&chances[observed..]), tail(&chances[..=observed]));
        if is_candidate_chosen { Tails { greater: above, less: below } } else { Tails { greater: below, less: above } }
    } else {
        approximate(first as f64, second as f64, 0.5 * doubled_wins as f64, ranked.tie_term)
    };
    Ok(MannWhitney { wins: 0.5 * doubled_wins as f64, tails, is_exact })
}

fn approximate(first: f64, second: f64, wins: f64, tie_term: f64) -> Tails {
    let n = first + second;
    let variance = first * second / 12.0 * (n + 1.0 - tie_term / (n * (n - 1.0)));
    if variance <= 0.0 {
        // All values are equal: every split is as extreme.
        return Tails { greater: 1.0, less: 1.0 };
    }
    let excess = wins - 0.5 * first * second;
    let deviation = variance.sqrt();
    Tails {
        greater: normal::lower_tail(-(excess - 0.5) / deviation),
        less: normal::lower_tail((excess + 0.5) / deviation),
    }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "mann-whitney",
    name: "Mann-Whitney test",
    question: "Does one of two independent groups tend to have the greater values?",
    null: Some("The scores of both groups come from one distribution."),
    assumptions: &[
        "The scores are independent within and between the groups.",
        "Under the hypothesis both groups have the same distribution, spread included.",
    ],
    use_when: "The runs are not paired, and outliers should not decide.",
    avoid_when: "The spreads may differ: use the Brunner-Munzel test. Seeds or items are shared: use the signed-rank test.",
    formula: "U = the number of pairs that the candidate wins + half the number of ties; p = the share of splits with a U of at least this.",
    sources: &[
        "Mann and Whitney 1947, \"On a Test of Whether one of Two Random Variables is Stochastically Larger than the Other\", Annals of Mathematical Statistics 18.",
        "Lehmann 1975, \"Nonparametrics\", section 1.4, for the distribution with ties.",
    ],
    disagreements: &[
        "SciPy and R use the normal approximation where there are ties; these p-values are exact up to a product of the sizes of 1,600.",
    ],
    columns: UNPAIRED,
    settings: &[],
    example: Example {
        columns: &[
            (Role::Value, ExampleValues::Numbers(&[0.912, 0.905, 0.918, 0.909, 0.921, 0.917, 0.919, 0.920])),
            (Role::Method, ExampleValues::Labels(&["old", "old", "old", "old", "new", "new", "new", "new"])),
        ],
        settings: &[],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let groups = TwoGroups::read(inputs)?;
    let found = test(&groups.baseline, &groups.candidate)?;
    let pairs = (groups.baseline.len() * groups.candidate.len()) as f64;
    let findings = groups.findings().with("U", found.wins).with("share of pairs won", found.wins / pairs);
    let how = if found.is_exact { "exact" } else { "from the normal approximation" };
    Ok(found.tails.add_to(findings).with_note(format!("The p-values are {how}.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_cases_are_counted_by_hand() {
        let find = |first: &[f64], second: &[f64]| test(first, second).unwrap();
        assert_eq!(find(&[1.0, 2.0], &[3.0, 4.0]).wins, 4.0);
        assert!((find(&[1.0, 2.0], &[3.0, 4.0]).tails.greater - 1.0 / 6.0).abs() < 1e-15);
        // Ranks 1, 2.5, 2.5, 4: sums of pairs 3.5, 3.5, 5, 5, 6.5, 6.5; observed 6.5.
        assert!((find(&[1.0, 2.0], &[2.0, 3.0]).tails.greater - 1.0 / 3.0).abs() < 1e-15);
        assert!((find(&[5.0], &[1.0, 2.0, 3.0]).tails.less - 0.25).abs() < 1e-15);
        let equal = find(&[1.0; 50], &[1.0; 50]);
        assert_eq!((equal.tails.greater, equal.is_exact), (1.0, false));
    }

    #[test]
    fn an_empty_group_is_an_error() {
        assert_eq!(test(&[], &[1.0]).unwrap_err().code(), "sample-too-few");
    }
}
