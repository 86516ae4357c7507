//! Iman and Davenport's F version of Friedman's test.

use super::error::RankingError;
use super::friedman::Friedman;
use super::rank_table::RankTable;
use super::score_table::{self, ScoreTable};
use crate::distribution::f;
use crate::method::{Example, Findings, Inputs, Method, MethodError};

/// The result of Iman and Davenport's test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ImanDavenport {
    statistic: f64,
    untied: f64,
    df: (usize, usize),
}

impl ImanDavenport {
    /// Tests "each order of all methods is as likely on each task".
    ///
    /// With the correction for ties it is the F of a two-way analysis of
    /// variance of the ranks.
    ///
    /// # Errors
    /// [`RankingError::AllTied`], [`RankingError::PerfectAgreement`] where all
    /// tasks rank the methods alike.
    ///
    /// # Source
    /// Iman and Davenport 1980, "Approximations of the Critical Region of the
    /// Friedman Statistic"; Demsar 2006, "Statistical Comparisons of Classifiers
    /// over Multiple Data Sets", section 3.2.2, without ties.
    pub fn of(ranks: &RankTable) -> Result<Self, RankingError> {
        let friedman = Friedman::of(ranks)?;
        let most = (friedman.tasks() * friedman.df()) as f64;
        if friedman.statistic() >= most * (1.0 - 1e-12) {
            return Err(RankingError::PerfectAgreement);
        }
        let others = friedman.tasks() - 1;
        let from = |chi_square: f64| others as f64 * chi_square / (most - chi_square);
        Ok(Self {
            statistic: from(friedman.statistic()),
            untied: from(friedman.untied_statistic()),
            df: (friedman.df(), friedman.df() * others),
        })
    }

    /// The F statistic, corrected for ties.
    #[must_use]
    pub fn statistic(&self) -> f64 {
        self.statistic
    }

    /// The F statistic without a correction for ties.
    #[must_use]
    pub fn untied_statistic(&self) -> f64 {
        self.untied
    }

    /// The degrees of freedom.
    #[must_use]
    pub fn df(&self) -> (usize, usize) {
        self.df
    }

    /// The p-value.
    #[must_use]
    pub fn p_value(&self) -> f64 {
        self.beyond(self.statistic)
    }

    /// The p-value of the statistic without a correction for ties.
    #[must_use]
    pub fn untied_p_value(&self) -> f64 {
        self.beyond(self.untied)
    }

    fn beyond(&self, statistic: f64) -> f64 {
        let (df1, df2) = self.df;
        f::sf(statistic, df1 as f64, df2 as f64).expect("the statistic is finite and both df are at least 1")
    }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "iman-davenport",
    name: "Iman-Davenport test",
    question: "Do several methods differ at all over many data sets, by an F test of their ranks?",
    null: Some("On each task each order of the methods is as likely as any other."),
    assumptions: score_table::ASSUMPTIONS,
    use_when: "There are too many methods and data sets for the exact Friedman test; it is less cautious than the chi-square.",
    avoid_when: "There are ten data sets or fewer: 5 methods on 5 of them err in 5 to 7 % instead of 5 %, and so do 3 methods \
                 with ties. Use the exact p-value of the Friedman test there.",
    formula: "F = (N - 1) chi2 / (N (k - 1) - chi2) with k - 1 and (k - 1) (N - 1) degrees of freedom; chi2 is Friedman's.",
    sources: &[
        "Iman and Davenport 1980, \"Approximations of the Critical Region of the Friedman Statistic\", Communications in Statistics A9.",
        "Demsar 2006, \"Statistical Comparisons of Classifiers over Multiple Data Sets\", JMLR 7, section 3.2.2, without ties.",
    ],
    disagreements: &[
        "scmamp 0.3.2 and Demsar 2006 put in the chi-square without a correction for ties: 14.3087 instead of 14.4526 for the 5 \
         classifiers on 30 data sets of Garcia and Herrera 2008. Both are given.",
    ],
    columns: score_table::COLUMNS,
    settings: &[score_table::HIGHER_IS_BETTER, score_table::AVERAGE_RUNS],
    example: Example { columns: score_table::EXAMPLE, settings: &[("higher-is-better", 1.0)] },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let ranks = RankTable::of(&ScoreTable::from_inputs(inputs)?);
    let found = ImanDavenport::of(&ranks)?;
    Ok(Findings::default()
        .with("p-value, corrected for ties", found.p_value())
        .with("F, corrected for ties", found.statistic)
        .with("p-value, not corrected for ties", found.untied_p_value())
        .with("F, not corrected for ties", found.untied)
        .with("degrees of freedom of the numerator", found.df.0 as f64)
        .with("degrees of freedom of the denominator", found.df.1 as f64)
        .with_table(ranks.table()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::Direction;
    use crate::ranking::rank_table::ranks_of;

    #[test]
    fn perfect_agreement_is_an_error_that_says_so() {
        let ranks = ranks_of(&[&[1.0, 2.0, 5.0], &[0.0, 1.0, 4.0], &[-1.0, 0.0, 2.0]], Direction::Maximize);
        assert_eq!(ImanDavenport::of(&ranks), Err(RankingError::PerfectAgreement));
        // With the same tie on every task agreement is perfect too.
        let ranks = ranks_of(&[&[1.0, 2.0, 5.0], &[1.0, 2.0, 5.0], &[-1.0, 0.0, 2.0]], Direction::Maximize);
        assert_eq!(ImanDavenport::of(&ranks), Err(RankingError::PerfectAgreement));
    }

    #[test]
    fn the_degrees_of_freedom_are_those_of_the_analysis_of_variance() {
        let ranks = ranks_of(&[&[1.0, 2.0, 5.0], &[3.0, 1.0, 4.0], &[-1.0, 0.0, 2.0]], Direction::Maximize);
        let found = ImanDavenport::of(&ranks).unwrap();
        // Rank sums 5, 4, 9 of three tasks: chi2 = 14 / 3, F = 2 * (14 / 3) / (6 - 14 / 3) = 7.
        assert!((found.statistic() - 7.0).abs() < 1e-12);
        assert_eq!(found.df(), (2, 4));
    }
}
