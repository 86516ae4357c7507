//! Merging e-values of the same hypothesis.

use thiserror::Error;

use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role};
use crate::summary;

/// The logarithm of the mean of e-values, which is an e-value whatever their
/// dependence.
///
/// Takes e-values that are finite and at least 0. The logarithm is `None` where
/// all are 0.
///
/// # Errors
/// [`MergeError`].
///
/// # Source
/// Vovk and Wang 2021, "E-values: Calibration, combination and applications":
/// the mean dominates, up to weights, every other symmetric way.
pub fn log_mean(e_values: &[f64]) -> Result<Option<f64>, MergeError> {
    let largest = largest(e_values)?;
    if largest == 0.0 {
        return Ok(None);
    }
    let shares: Vec<f64> = e_values.iter().map(|value| value / largest).collect();
    Ok(Some(libm::log(largest) + libm::log(summary::sum(&shares) / e_values.len() as f64)))
}

/// The logarithm of the product of e-values, which is an e-value if each is one
/// given those before it, as of independent studies.
///
/// Takes e-values that are finite and at least 0. The logarithm is `None` where
/// one is 0.
///
/// # Errors
/// [`MergeError`].
///
/// # Source
/// Vovk and Wang 2021, "E-values: Calibration, combination and applications",
/// on independent and sequential e-values.
pub fn log_product(e_values: &[f64]) -> Result<Option<f64>, MergeError> {
    largest(e_values)?;
    if e_values.contains(&0.0) {
        return Ok(None);
    }
    let logs: Vec<f64> = e_values.iter().map(|value| libm::log(*value)).collect();
    Ok(Some(summary::sum(&logs)))
}

fn largest(e_values: &[f64]) -> Result<f64, MergeError> {
    if e_values.is_empty() {
        return Err(MergeError::Empty);
    }
    match e_values.iter().position(|value| !(*value >= 0.0 && value.is_finite())) {
        Some(index) => Err(MergeError::NotAnEValue { index, value: e_values[index] }),
        None => Ok(e_values.iter().copied().fold(0.0, f64::max)),
    }
}

/// Why e-values cannot be merged.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum MergeError {
    /// There is none.
    #[error("there is no e-value to merge")]
    Empty,
    /// An e-value is NaN, infinite or negative.
    #[error("e-value number {index} (counted from 0), {value}, is not a finite number of at least 0")]
    NotAnEValue {
        /// Its place, from 0.
        index: usize,
        /// What was given.
        value: f64,
    },
}

impl MergeError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "merge-empty",
            Self::NotAnEValue { .. } => "not-an-e-value",
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Empty => "give at least one e-value",
            Self::NotAnEValue { .. } => "give finite e-values of at least 0",
        };
        vec![hint.to_owned()]
    }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "e-merge",
    name: "Merging e-values",
    question: "How strong is the evidence of several e-values against one hypothesis together?",
    null: Some("The hypothesis is true, against which each of the e-values was computed."),
    assumptions: &[
        "Each e-value is at most 1 on average if the hypothesis is true.",
        "For the product also: each is so given those before it, as of independent studies.",
    ],
    use_when: "Several studies or analyses of one hypothesis have e-values.",
    avoid_when: "The e-values belong to different hypotheses: use e-BH or e-LOND.",
    formula: "mean = (e_1 + ... + e_n) / n, whatever the dependence; product = e_1 ... e_n, if independent; p = min(1, 1 / e).",
    sources: &["Vovk and Wang 2021, \"E-values: Calibration, combination and applications\", Annals of Statistics 49."],
    disagreements: &[],
    columns: &[Column::numbers(Role::EValue, "the e-values")],
    settings: &[],
    example: Example { columns: &[(Role::EValue, ExampleValues::Numbers(&[12.0, 0.4, 31.0, 2.5]))], settings: &[] },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let e_values = inputs.numbers(Role::EValue)?;
    let (mean, product) = (log_mean(e_values)?, log_product(e_values)?);
    let mut found = Findings::default();
    for (name, log) in [("mean", mean), ("product, if independent", product)] {
        // An e-value of 0 is no evidence at all: its p-value is 1.
        let p_value = log.map_or(1.0, |log| libm::exp(-log).min(1.0));
        found = match log {
            Some(log) => found.with(&format!("log of the {name}"), log),
            None => found.with_note(format!("The {name} is 0, which has no logarithm.")),
        };
        found = found.with(&format!("p-value of the {name}"), p_value);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mean_and_product_are_computed_by_hand() {
        let e_values = [4.0, 0.5, 1.5];
        assert!((log_mean(&e_values).unwrap().unwrap() - libm::log(2.0)).abs() < 1e-15);
        assert!((log_product(&e_values).unwrap().unwrap() - libm::log(3.0)).abs() < 1e-15);
    }

    #[test]
    fn huge_and_zero_e_values_are_merged() {
        let log = log_mean(&[1e308, 1e308, 1e308]).unwrap().unwrap();
        assert!((log - 308.0 * std::f64::consts::LN_10).abs() < 1e-11);
        assert_eq!((log_mean(&[0.0, 0.0]), log_product(&[0.0, 5.0])), (Ok(None), Ok(None)));
        assert!(log_mean(&[1.0, -0.1]).is_err() && log_product(&[]).is_err());
    }
}
