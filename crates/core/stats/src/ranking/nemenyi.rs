//! Nemenyi's test of all pairs of methods.

use super::pairs::{self, Pair};
use super::rank_table::RankTable;
use super::score_table::{self, ScoreTable};
use crate::distribution::studentized_range;
use crate::level::Alpha;
use crate::method::{Example, Findings, Inputs, Method, MethodError};

/// Compares all pairs at one family-wise error rate: the adjusted p-value is
/// that of the studentized range.
///
/// # Source
/// Nemenyi 1963, "Distribution-free Multiple Comparisons"; Demsar 2006,
/// "Statistical Comparisons of Classifiers over Multiple Data Sets", section
/// 3.2.2.
#[must_use]
pub fn compare(ranks: &RankTable) -> Vec<Pair> {
    let groups = ranks.methods().len() as u32;
    let range = |z: f64| {
        let q = std::f64::consts::SQRT_2 * z.abs();
        studentized_range::sf(q, groups, f64::INFINITY).expect("there are two methods or more")
    };
    let mut pairs = pairs::compare(ranks, |p_values| Ok(vec![1.0; p_values.len()])).expect("nothing is adjusted here");
    for pair in &mut pairs {
        pair.adjusted = range(pair.z);
    }
    pairs
}

/// The difference of two average ranks from which on methods are told apart at
/// the family-wise error rate `alpha`.
///
/// # Source
/// Demsar 2006, "Statistical Comparisons of Classifiers over Multiple Data
/// Sets", section 3.2.2.
#[must_use]
pub fn critical_difference(ranks: &RankTable, alpha: Alpha) -> f64 {
    critical_value(ranks.methods().len(), alpha) * ranks.standard_error()
}

/// The critical value in standard errors: a quantile of the studentized range
/// of `methods` means with infinitely many degrees of freedom, over the root
/// of two.
///
/// # Panics
/// For fewer than two methods.
///
/// # Source
/// Demsar 2006, "Statistical Comparisons of Classifiers over Multiple Data
/// Sets", table 5 (a).
#[must_use]
pub fn critical_value(methods: usize, alpha: Alpha) -> f64 {
    let range = studentized_range::upper_quantile(alpha.get(), methods as u32, f64::INFINITY);
    range.expect("there are two methods or more") * std::f64::consts::FRAC_1_SQRT_2
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "nemenyi",
    name: "Nemenyi test",
    question: "Which of several methods differ over many data sets, all pairs compared?",
    null: Some("On each task each order of the methods is as likely as any other."),
    assumptions: score_table::ASSUMPTIONS,
    use_when: "All pairs are compared and the result is shown as average ranks with one critical difference.",
    avoid_when: POOL,
    formula: "Two methods differ if their average ranks do by at least CD = q sqrt(k (k + 1) / (6 N)), q the upper quantile of \
              the studentized range of k means over sqrt(2); p = the chance of a range beyond sqrt(2) |R_i - R_j| / SE.",
    sources: &[
        "Nemenyi 1963, \"Distribution-free Multiple Comparisons\", PhD thesis, Princeton.",
        "Demsar 2006, \"Statistical Comparisons of Classifiers over Multiple Data Sets\", JMLR 7, section 3.2.2 and table 5.",
        "Benavoli, Corani and Mangili 2016, \"Should We Really Use Post-Hoc Tests Based on Mean-Ranks?\", JMLR 17, for when not to.",
    ],
    disagreements: &[
        "scmamp 0.3.2 takes k (N - 1) degrees of freedom instead of infinitely many: a critical difference of 1.1277 instead of \
         1.1136 for 5 methods on 30 data sets at 0.05.",
        "R 4.2.2 takes one minus a distribution function, so that small p-values are noise: 1.9e-14 for a range of 12 and two \
         methods, where 2.2e-17 is right.",
        "Table 5 (a) of Demsar 2006 prints 2.343 and 2.949 for 3 and 7 methods at 0.05 and 2.459 for 5 at 0.10; the values are \
         2.3437, 2.9483 and 2.4595.",
    ],
    columns: score_table::COLUMNS,
    settings: &[score_table::HIGHER_IS_BETTER, score_table::ERROR_RATE, score_table::AVERAGE_RUNS],
    example: Example { columns: score_table::EXAMPLE, settings: &[("higher-is-better", 1.0), ("level", 0.05)] },
    compute,
};

/// When comparisons by average ranks mislead.
pub(super) const POOL: &str = "Some methods come out at the top and at the bottom by turns: a pair is then told apart because \
                               of the company that it is compared in. Two methods that are alike, and by turns the best and \
                               the worst of three or five, were told apart in up to 13 % of studies instead of 5 %, by tests \
                               against a control in up to 21 %. And where one method is far better, the others are hardly \
                               ever told apart. Use `wilcoxon-holm`, which looks at two methods alone.";

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let ranks = RankTable::of(&ScoreTable::from_inputs(inputs)?);
    let level = inputs.level()?;
    let pairs = compare(&ranks);
    Ok(Findings::default()
        .with("critical difference", critical_difference(&ranks, level))
        .with("critical value", critical_value(ranks.methods().len(), level))
        .with("standard error", ranks.standard_error())
        .with_table(pairs::table(&ranks, &pairs))
        .with_table(ranks.table())
        .with_note(
            "A negative rank difference means that the first of the two is better. Ties make the test more cautious.",
        ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::Direction;
    use crate::ranking::rank_table::ranks_of;

    #[test]
    fn a_difference_of_the_critical_one_has_the_level_as_p_value() {
        let ranks = ranks_of(&[&[1.0, 2.0, 5.0], &[3.0, 1.0, 4.0], &[-1.0, 0.0, 2.0]], Direction::Maximize);
        for pair in compare(&ranks) {
            let level = Alpha::new(pair.adjusted).unwrap();
            assert!((critical_difference(&ranks, level) / pair.difference.abs() - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn two_methods_need_no_adjustment() {
        let ranks = ranks_of(&[&[1.0, 2.0, 5.0], &[3.0, 1.0, 4.0]], Direction::Maximize);
        let pair = compare(&ranks)[0];
        assert!((pair.adjusted / pair.p_value - 1.0).abs() < 1e-12);
    }
}
