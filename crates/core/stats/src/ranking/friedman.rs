//! Friedman's test of "all methods do alike".

use super::error::RankingError;
use super::orders;
use super::rank_table::RankTable;
use super::score_table::{self, ScoreTable};
use crate::method::{Example, Findings, Inputs, Method, MethodError};

/// The result of a Friedman test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Friedman {
    methods: usize,
    tasks: usize,
    untied: f64,
    statistic: f64,
}

impl Friedman {
    /// Tests "each order of all methods is as likely on each task".
    ///
    /// # Errors
    /// [`RankingError::AllTied`].
    ///
    /// # Source
    /// Friedman 1937, "The Use of Ranks to Avoid the Assumption of Normality
    /// Implicit in the Analysis of Variance"; the correction for ties as in
    /// Conover 1999, "Practical Nonparametric Statistics", section 5.8.
    pub fn of(ranks: &RankTable) -> Result<Self, RankingError> {
        let (methods, tasks) = (ranks.methods().len(), ranks.tasks());
        let kept = 1.0 - ranks.lost_to_ties();
        // Each task on which all tie loses exactly its share.
        if kept <= 1e-12 {
            return Err(RankingError::AllTied);
        }
        let expected = tasks * (methods + 1);
        let spread: f64 = ranks.doubled_sums().into_iter().map(|sum| sum as f64 - expected as f64).map(|d| d * d).sum();
        let untied = 3.0 * spread / (tasks * methods * (methods + 1)) as f64;
        Ok(Self { methods, tasks, untied, statistic: untied / kept })
    }

    /// The statistic, corrected for ties.
    #[must_use]
    pub fn statistic(&self) -> f64 {
        self.statistic
    }

    /// The statistic without a correction for ties, as Demsar 2006 computes it.
    #[must_use]
    pub fn untied_statistic(&self) -> f64 {
        self.untied
    }

    /// The degrees of freedom of the chi-square distribution.
    #[must_use]
    pub fn df(&self) -> usize {
        self.methods - 1
    }

    /// The number of tasks.
    #[must_use]
    pub fn tasks(&self) -> usize {
        self.tasks
    }

    /// The p-value from the chi-square distribution.
    #[must_use]
    pub fn p_value(&self) -> f64 {
        chi_square_beyond(self.statistic, self.df())
    }

    /// The p-value of the statistic without a correction for ties.
    #[must_use]
    pub fn untied_p_value(&self) -> f64 {
        chi_square_beyond(self.untied, self.df())
    }

    /// Kendall's W, from 0 for no agreement of the tasks to 1 for a perfect
    /// one, corrected for ties.
    #[must_use]
    pub fn agreement(&self) -> f64 {
        self.statistic / (self.tasks * self.df()) as f64
    }
}

/// The exact p-value of Friedman's test, going through all orders of the ranks
/// of each task; ties stay ties.
///
/// None for more than six methods, and where it would take more than a million
/// steps: those are enough for 99 tasks and three methods, 22 and four, 8 and
/// five, 3 and six; ties may make it more or fewer.
#[must_use]
pub fn exact_p_value(ranks: &RankTable) -> Option<f64> {
    orders::p_value(ranks.doubled())
}

/// The probability of a chi-square variable beyond `x`, for whole degrees of
/// freedom, which makes it a finite sum.
///
/// Abramowitz and Stegun 1964, 26.4.4 and 26.4.5.
fn chi_square_beyond(x: f64, df: usize) -> f64 {
    let half = 0.5 * x;
    let (start, mut term, first) = if df.is_multiple_of(2) {
        (0.0, libm::exp(-half), 1)
    } else {
        (libm::erfc(half.sqrt()), libm::exp(-half) * 2.0 * (half / std::f64::consts::PI).sqrt(), 2)
    };
    if df == 1 {
        return start;
    }
    let mut sum = start + term;
    // The divisors are 1, 2, ... for even df and 3/2, 5/2, ... for odd.
    for step in 1..df / 2 {
        term *= half / (step as f64 + 0.5 * f64::from(first - 1));
        sum += term;
    }
    sum.min(1.0)
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "friedman",
    name: "Friedman test",
    question: "Do several methods differ at all over many data sets, judged by their ranks?",
    null: Some("On each task each order of the methods is as likely as any other."),
    assumptions: score_table::ASSUMPTIONS,
    use_when: "Three or more methods were run on the same data sets, whose scores cannot be averaged because their units or \
               difficulties differ.",
    avoid_when: "There are two methods only: it is then a sign test, and the Wilcoxon signed-rank test finds more. It does not \
                 say which methods differ. The p-value from the chi-square distribution is somewhat cautious for few data \
                 sets: 5 methods on 5 of them err in 3 to 5 % instead of 5 %; the exact one is right. Without the correction \
                 for ties it errs in 0.4 to 3 % where scores take four values.",
    formula: "chi2 = 12 N / (k (k + 1)) (sum of R_j^2 - k (k + 1)^2 / 4), divided by 1 - (sum of t^3 - t) / (N (k^3 - k)) for \
              ties; k methods, N tasks, R_j average ranks, t methods that tie; k - 1 degrees of freedom.",
    sources: &[
        "Friedman 1937, \"The Use of Ranks to Avoid the Assumption of Normality Implicit in the Analysis of Variance\", JASA 32.",
        "Demsar 2006, \"Statistical Comparisons of Classifiers over Multiple Data Sets\", JMLR 7, section 3.2.2, without ties.",
        "Conover 1999, \"Practical Nonparametric Statistics\", section 5.8, for the correction for ties.",
    ],
    disagreements: &[
        "SciPy and R correct for ties; Demsar 2006 and scmamp 0.3.2 do not: 39.9128 and 39.6467 for the 5 classifiers on 30 \
         data sets of Garcia and Herrera 2008. Both are given.",
    ],
    columns: score_table::COLUMNS,
    settings: &[score_table::HIGHER_IS_BETTER, score_table::AVERAGE_RUNS],
    example: Example { columns: score_table::EXAMPLE, settings: &[("higher-is-better", 1.0)] },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let ranks = RankTable::of(&ScoreTable::from_inputs(inputs)?);
    let found = Friedman::of(&ranks)?;
    let exact = exact_p_value(&ranks);
    let mut findings = Findings::default();
    if let Some(exact) = exact {
        findings = findings.with("exact p-value", exact);
    }
    findings = findings
        .with("p-value, corrected for ties", found.p_value())
        .with("chi-square, corrected for ties", found.statistic)
        .with("p-value, not corrected for ties", found.untied_p_value())
        .with("chi-square, not corrected for ties", found.untied)
        .with("degrees of freedom", found.df() as f64)
        .with("tasks", found.tasks as f64)
        .with("Kendall's W", found.agreement())
        .with_table(ranks.table());
    Ok(match exact {
        Some(_) => findings.with_note("The exact p-value goes through all orders of the ranks of each task."),
        None => findings.with_note("There are too many orders for an exact p-value."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::Direction;
    use crate::ranking::rank_table::ranks_of;

    #[test]
    fn closed_forms_of_the_chi_square_tail_are_met() {
        // mpmath 1.4.1: gammainc(df / 2, 4.64, inf, regularized=True).
        for (df, expected) in [
            (1, 0.002_316_694_291_487_749),
            (2, 0.009_657_697_627_537_774),
            (3, 0.025_790_724_198_756_78),
            (8, 0.319_228_988_397_919_2),
            (9, 0.411_839_601_529_671_3),
        ] {
            let found = chi_square_beyond(9.28, df);
            assert!((found / expected - 1.0).abs() < 1e-12, "{df}: {found} {expected}");
        }
        assert_eq!(chi_square_beyond(0.0, 4), 1.0);
        assert_eq!(chi_square_beyond(0.0, 5), 1.0);
    }

    #[test]
    fn two_methods_make_a_sign_test() {
        let ranks = ranks_of(&[&[1.0, 2.0, 3.0, 4.0, 9.0], &[0.0, 0.0, 0.0, 0.0, 0.0]], Direction::Maximize);
        let found = Friedman::of(&ranks).unwrap();
        assert_eq!((found.statistic(), exact_p_value(&ranks), found.agreement()), (5.0, Some(2.0 / 32.0), 1.0));
    }

    #[test]
    fn nothing_but_ties_is_an_error() {
        let ranks = ranks_of(&[&[1.0, 2.0], &[1.0, 2.0], &[1.0, 2.0]], Direction::Maximize);
        assert_eq!(Friedman::of(&ranks), Err(RankingError::AllTied));
    }
}
