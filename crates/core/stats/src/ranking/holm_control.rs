//! Holm's procedure for all methods against a control.

use super::control::{self, Comparison, WithControl};
use super::error::RankingError;
use super::nemenyi::POOL;
use super::rank_table::RankTable;
use super::score_table;
use crate::method::{Example, Findings, Inputs, Method, MethodError};
use crate::multiplicity::holm_adjusted;

/// Compares all methods with the control named, in the order of the methods.
///
/// # Errors
/// [`RankingError::UnknownMethod`].
///
/// # Source
/// Holm 1979, "A Simple Sequentially Rejective Multiple Test Procedure"; Demsar
/// 2006, "Statistical Comparisons of Classifiers over Multiple Data Sets",
/// section 3.2.2.
pub fn compare(ranks: &RankTable, control: &str) -> Result<Vec<Comparison>, RankingError> {
    control::compare(ranks, control, holm_adjusted)
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "holm-control",
    name: "Holm procedure against a control",
    question: "Which of several methods differ from a control over many data sets, by Holm's procedure?",
    null: Some("On each task each order of the methods is as likely as any other."),
    assumptions: score_table::ASSUMPTIONS,
    use_when: "Methods are compared with one control: it rejects all that Bonferroni-Dunn does, and more, at no cost.",
    avoid_when: POOL,
    formula: "From the smallest p-value upwards p_(i) is compared with level / (k - i) until one is larger; z = (R_control - R_j) / sqrt(k (k + 1) / (6 N)).",
    sources: &[
        "Holm 1979, \"A Simple Sequentially Rejective Multiple Test Procedure\", Scandinavian Journal of Statistics 6.",
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
