//! Turning p-values into e-values, and back.

use thiserror::Error;

use crate::level::Alpha;
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting, Table};

/// The logarithm of the e-value exponent p^(exponent - 1).
///
/// The smaller the exponent, the more a very small p-value counts.
///
/// # Errors
/// [`CalibrationError::NotAPValue`] unless `p_value` is above 0 and at most 1.
///
/// # Source
/// Vovk and Wang 2021, "E-values: Calibration, combination and applications",
/// section 2; Shafer et al. 2011 for the family.
pub fn log_e_power(p_value: f64, exponent: Alpha) -> Result<f64, CalibrationError> {
    let exponent = exponent.get();
    Ok(libm::log(exponent) + (1.0 - exponent) * minus_log(p_value)?)
}

/// The logarithm of the mean of those e-values over all exponents in 0..1,
/// (1 - p + p log p) / (p log(p)^2); it leaves no exponent to choose.
///
/// # Errors
/// [`CalibrationError::NotAPValue`] unless `p_value` is above 0 and at most 1.
///
/// # Source
/// Vovk and Wang 2021, "E-values: Calibration, combination and applications",
/// section 2.
pub fn log_e_mixture(p_value: f64) -> Result<f64, CalibrationError> {
    let u = minus_log(p_value)?;
    // (exp(u) - 1 - u) / u^2, without cancellation where u is small and without
    // overflow where it is large.
    if u < 0.5 {
        let term = |sum: f64, k: i32| 1.0 + sum * u / f64::from(k);
        return Ok(libm::log(0.5 * (3..=18).rev().fold(1.0, term)));
    }
    Ok(u + libm::log1p(-(1.0 + u) * libm::exp(-u)) - 2.0 * libm::log(u))
}

/// The p-value of an e-value given by its logarithm: min(1, 1 / e).
///
/// It is the only way that no other improves on. It holds at any look if the
/// e-value does.
///
/// # Errors
/// [`CalibrationError::NotALogarithm`] for NaN and positive infinity.
///
/// # Source
/// Vovk and Wang 2021, "E-values: Calibration, combination and applications",
/// section 2.
pub fn p_value(log_e_value: f64) -> Result<f64, CalibrationError> {
    if log_e_value.is_nan() || log_e_value == f64::INFINITY {
        return Err(CalibrationError::NotALogarithm { value: log_e_value });
    }
    Ok(libm::exp(-log_e_value).min(1.0))
}

fn minus_log(p_value: f64) -> Result<f64, CalibrationError> {
    if p_value > 0.0 && p_value <= 1.0 {
        // The logarithm of 1 is 0, not -0.
        Ok(0.0 - libm::log(p_value))
    } else {
        Err(CalibrationError::NotAPValue { value: p_value })
    }
}

/// Why a p-value or an e-value is not turned into the other.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum CalibrationError {
    /// The p-value is NaN, 0 or outside 0..=1.
    #[error("p-value {value} is not above 0 and at most 1")]
    NotAPValue {
        /// What was given.
        value: f64,
    },
    /// The logarithm of the e-value is NaN or positive infinity.
    #[error("{value} is not the logarithm of an e-value")]
    NotALogarithm {
        /// What was given.
        value: f64,
    },
}

impl CalibrationError {
    /// A stable kebab-case code that programs may match on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAPValue { .. } => "calibration-not-a-p-value",
            Self::NotALogarithm { .. } => "not-a-log-e-value",
        }
    }

    /// What the reader can do, each hint starting with a verb.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::NotAPValue { .. } => "give p-values above 0: a p-value of 0 was rounded or comes from too few draws",
            Self::NotALogarithm { .. } => "give natural logarithms of e-values",
        };
        vec![hint.to_owned()]
    }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "p-to-e",
    name: "Calibrating p-values into e-values",
    question: "How much evidence is a p-value worth where only e-values can be merged or streamed?",
    null: None,
    assumptions: &["Each p-value is valid: it is at most a with a chance of at most a if its hypothesis is true."],
    use_when: "Some evidence is there as p-values only, and e-BH, e-LOND or a merged e-value is wanted.",
    avoid_when: "An e-value can be computed from the data themselves: calibration loses much; p = 0.05 is worth no more than 2.5.",
    formula: "power: k p^(k - 1), k in 0..1; mixture: (1 - p + p log p) / (p log(p)^2).",
    sources: &[
        "Vovk and Wang 2021, \"E-values: Calibration, combination and applications\", Annals of Statistics 49, section 2.",
        "Shafer, Shen, Vereshchagin and Vovk 2011, \"Test Martingales, Bayes Factors and p-Values\", Statistical Science 26.",
    ],
    disagreements: &[],
    columns: &[Column::numbers(Role::PValue, "the p-values, above 0")],
    settings: &[Setting { name: "exponent", about: "the k of the power calibrator, in 0..1", usual: Some(0.5) }],
    example: Example {
        columns: &[(Role::PValue, ExampleValues::Numbers(&[0.2, 0.05, 0.01, 0.001, 0.00001]))],
        settings: &[],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let p_values = inputs.numbers(Role::PValue)?;
    let exponent = Alpha::new(inputs.setting("exponent")?)?;
    let row = |(index, p_value): (usize, &f64)| {
        let logs = [log_e_power(*p_value, exponent)?, log_e_mixture(*p_value)?];
        Ok(((index + 1).to_string(), vec![Some(*p_value), Some(logs[0]), Some(logs[1])]))
    };
    let rows = p_values.iter().enumerate().map(row).collect::<Result<_, CalibrationError>>()?;
    let columns = ["p-value", "log e-value, power", "log e-value, mixture"].map(str::to_owned).to_vec();
    let title = "Evidence in natural logarithms".to_owned();
    Ok(Findings::default().with_table(Table { title, label: "number".to_owned(), columns, rows }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calibrators_average_to_one_over_uniform_p_values() {
        // With p = exp(-u) the mean is the integral of e(u) exp(-u) over u. Beyond
        // u the mixture leaves 1 / u, and the integral ends at 400.
        let half = Alpha::new(0.5).unwrap();
        let step = 1e-3;
        let integral = |log_e: &dyn Fn(f64) -> f64| -> f64 {
            (0..400_000)
                .map(|index| (f64::from(index) + 0.5) * step)
                .map(|u| libm::exp(log_e(libm::exp(-u)) - u) * step)
                .sum()
        };
        assert!((integral(&|p| log_e_power(p, half).unwrap()) - 1.0).abs() < 1e-6);
        assert!((integral(&|p| log_e_mixture(p).unwrap()) - (1.0 - 1.0 / 400.0)).abs() < 1e-6);
    }

    #[test]
    fn the_two_forms_of_the_mixture_meet() {
        let at = |u: f64| log_e_mixture(libm::exp(-u)).unwrap();
        assert!((at(0.5 - 1e-13) - at(0.5 + 1e-13)).abs() < 1e-12);
        // At p = 1 the mixture is worth a half.
        assert!((log_e_mixture(1.0).unwrap() - libm::log(0.5)).abs() < 1e-15);
        assert!(log_e_mixture(f64::MIN_POSITIVE).unwrap() > 690.0);
    }

    #[test]
    fn an_e_value_becomes_a_p_value_and_no_more() {
        assert!((p_value(libm::log(20.0)).unwrap() - 0.05).abs() < 1e-15);
        assert_eq!((p_value(-3.0), p_value(f64::NEG_INFINITY)), (Ok(1.0), Ok(1.0)));
        assert!(p_value(f64::INFINITY).is_err());
        assert_eq!(log_e_mixture(0.0), Err(CalibrationError::NotAPValue { value: 0.0 }));
        assert!(log_e_power(1.1, Alpha::new(0.5).unwrap()).is_err());
    }
}
