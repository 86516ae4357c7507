//! Hochberg's procedure for all methods against a control.

use super::control::{self, Comparison, WithControl};
use super::error::RankingError;
use super::nemenyi::POOL;
use super::rank_table::RankTable;
use super::score_table;
use crate::method::{Example, Findings, Inputs, Method, MethodError};
use crate::multiplicity::hochberg_adjusted;

/// Compares all methods with the control named, in the order of the methods.
///
/// # Errors
/// [`RankingError::UnknownMethod`].
///
/// # Source
/// Hochberg 1988, "A Sharper Bonferroni Procedure for Multiple Tests of
/// Significance"; Demsar 2006, "Statistical Comparisons of Classifiers over
/// Multiple Data Sets", section 3.2.2.
pub fn compare(ranks: &RankTable, control: &str) -> Result<Vec<Comparison>, RankingError> {
    control::compare(ranks, control, hochberg_adjusted)
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "hochberg-control",
    name: "Hochberg procedure against a control",
    question: "Which of several methods differ from a control over many data sets, by Hochberg's procedure?",
    null: Some("On each task each order of the methods is as likely as any other."),
    assumptions: score_table::ASSUMPTIONS,
    use_when: "As Holm's procedure, and a little more is to be found; it needs p-values that are not negatively dependent, as those against one control.",
    avoid_when: POOL,
    formula: "From the largest p-value downwards p_(i) is compared with level / (k - i); all from the first that is small enough are rejected; z as in Holm's.",
    sources: &[
        "Hochberg 1988, \"A Sharper Bonferroni Procedure for Multiple Tests of Significance\", Biometrika 75.",
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
