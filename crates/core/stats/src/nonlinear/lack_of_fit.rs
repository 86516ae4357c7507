//! Whether a formula can be right at all.

use crate::distribution::f;
use crate::summary;

/// What repeated runs say about a formula.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LackOfFit {
    /// The mean square of the conditions about the formula over that of the runs
    /// about their condition.
    pub f: f64,
    /// The degrees of freedom of the conditions.
    pub df_conditions: f64,
    /// The degrees of freedom of the runs within conditions.
    pub df_runs: f64,
    /// The chance of as large a ratio if the formula is right.
    pub p_value: f64,
}

/// Asks whether the means of conditions differ from a formula by more than runs
/// within a condition differ.
///
/// `conditions` holds the residuals of the runs, condition by condition;
/// `constants` is how many constants were fitted. None where no condition has two
/// runs, where there are no more conditions than constants, or where runs of a
/// condition do not differ at all.
///
/// # Source
/// Fisher 1922, "The Goodness of Fit of Regression Formulae"; Draper and Smith
/// 1998, "Applied Regression Analysis", section 2.2.
#[must_use]
pub fn lack_of_fit(conditions: &[Vec<f64>], constants: usize) -> Option<LackOfFit> {
    let conditions: Vec<&Vec<f64>> = conditions.iter().filter(|runs| !runs.is_empty()).collect();
    let runs: usize = conditions.iter().map(|runs| runs.len()).sum();
    let df_conditions = conditions.len().checked_sub(constants).filter(|df| *df > 0)? as f64;
    let df_runs = runs.checked_sub(conditions.len()).filter(|df| *df > 0)? as f64;
    let (mut about_formula, mut about_mean) = (Vec::new(), Vec::new());
    for runs in conditions {
        let mean = summary::mean(runs).ok()?;
        about_formula.push(runs.len() as f64 * mean * mean);
        about_mean.extend(runs.iter().map(|run| (run - mean) * (run - mean)));
    }
    let (of_conditions, of_runs) = (summary::sum(&about_formula), summary::sum(&about_mean));
    let ratio = (of_conditions / df_conditions) / (of_runs / df_runs);
    if !ratio.is_finite() {
        return None;
    }
    let p_value = f::sf(ratio, df_conditions, df_runs).ok()?;
    Some(LackOfFit { f: ratio, df_conditions, df_runs, p_value })
}
