//! Hommel's procedure for all methods against a control.

use super::control::{self, Comparison, WithControl};
use super::error::RankingError;
use super::nemenyi::POOL;
use super::rank_table::RankTable;
use super::score_table;
use crate::method::{Example, Findings, Inputs, Method, MethodError};
use crate::multiplicity::hommel_adjusted;

/// Compares all methods with the control named, in the order of the methods.
///
/// # Errors
/// [`RankingError::UnknownMethod`].
///
/// # Source
/// Hommel 1988, "A Stagewise Rejective Multiple Test Procedure Based on a
/// Modified Bonferroni Test"; Demsar 2006, "Statistical Comparisons of
/// Classifiers over Multiple Data Sets", section 3.2.2.
pub fn compare(ranks: &RankTable, control: &str) -> Result<Vec<Comparison>, RankingError> {
    control::compare(ranks, control, hommel_adjusted)
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "hommel-control",
    name: "Hommel procedure against a control",
    question: "Which of several methods differ from a control over many data sets, by Hommel's procedure?",
    null: Some("On each task each order of the methods is as likely as any other."),
    assumptions: score_table::ASSUMPTIONS,
    use_when: "As Hochberg's procedure: it rejects all that that does, and sometimes more.",
    avoid_when: POOL,
    formula: "The closed test whose intersections are tested by Simes' test: p_(i) is compared with i level / m among m p-values; z as in Holm's.",
    sources: &[
        "Hommel 1988, \"A Stagewise Rejective Multiple Test Procedure Based on a Modified Bonferroni Test\", Biometrika 75.",
        "Demsar 2006, \"Statistical Comparisons of Classifiers over Multiple Data Sets\", JMLR 7, section 3.2.2.",
    ],
    disagreements: &[],
    columns: score_table::COLUMNS_WITH_CONTROL,
    settings: control::SETTINGS,
    example: Example { columns: score_table::EXAMPLE, settings: &[("higher-is-better", 1.0)] },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let read = WithControl::read(inputs)?;
    Ok(read.findings(&compare(&read.ranks, &read.control)?))
}
