//! e-BH: a batch of e-values, whatever their dependence.

use super::decision::{OnlineError, RATE};
use crate::level::Alpha;
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Table};

/// Which of the hypotheses are rejected, in the order given.
///
/// The largest k e-values are rejected, with k as large as possible so that
/// the k-th largest is at least n / (k rate). All e-values must be there; for
/// a stream see [`ELond`](super::ELond). None of no e-values is rejected.
///
/// # Errors
/// [`OnlineError::NotAnEValue`] unless all are finite and at least 0.
///
/// # Source
/// Wang and Ramdas 2022, "False discovery rate control with e-values", the
/// base procedure.
pub fn reject(e_values: &[f64], rate: Alpha) -> Result<Vec<bool>, OnlineError> {
    if let Some(value) = e_values.iter().find(|value| !(**value >= 0.0 && value.is_finite())) {
        return Err(OnlineError::NotAnEValue { value: *value });
    }
    let mut sorted = e_values.to_vec();
    sorted.sort_unstable_by(|left, right| right.total_cmp(left));
    let n = e_values.len() as f64;
    let is_enough = |(index, value): &(usize, &f64)| **value >= n / (rate.get() * (index + 1) as f64);
    // What is needed falls with the rank, so that equal e-values are rejected
    // together.
    let least = sorted.iter().enumerate().rfind(is_enough).map(|(_, value)| *value);
    Ok(e_values.iter().map(|value| least.is_some_and(|least| *value >= least)).collect())
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "e-bh",
    name: "e-BH",
    question: "Which hypotheses of a batch of e-values are rejected, whatever their dependence?",
    null: Some("Each hypothesis has its own; among those rejected at most the share `level` is true on average."),
    assumptions: &["Each e-value is at most 1 on average if its hypothesis is true."],
    use_when: "All e-values are there, from studies that share data or baselines or stopped early.",
    avoid_when: "Hypotheses still come: use e-LOND. There are p-values of independent studies: the procedure of Benjamini \
                 and Hochberg rejects more.",
    formula: "reject the k largest, k the largest number with k e_(k) / n >= 1 / level, e_(k) the k-th largest.",
    sources: &["Wang and Ramdas 2022, \"False discovery rate control with e-values\", JRSS B 84, the base procedure."],
    disagreements: &["Boosted e-values, which need their distribution under the null, are not used here."],
    columns: &[Column::numbers(Role::EValue, "the e-values, one for each hypothesis")],
    settings: &[RATE],
    example: Example {
        columns: &[(Role::EValue, ExampleValues::Numbers(&[54.0, 0.3, 81.0, 1.2, 22.0, 0.9, 120.0, 4.0]))],
        settings: &[("level", 0.1)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let e_values = inputs.numbers(Role::EValue)?;
    let rejected = reject(e_values, inputs.level()?)?;
    let row = |(index, (value, is_rejected)): (usize, (&f64, &bool))| {
        ((index + 1).to_string(), vec![Some(*value), Some(f64::from(u8::from(*is_rejected)))])
    };
    let rows = e_values.iter().zip(&rejected).enumerate().map(row).collect();
    let columns = ["e-value", "rejected"].map(str::to_owned).to_vec();
    Ok(Findings::default()
        .with("hypotheses", e_values.len() as f64)
        .with("rejected", rejected.iter().filter(|is_rejected| **is_rejected).count() as f64)
        .with_table(Table { title: "Decisions".to_owned(), label: "number".to_owned(), columns, rows })
        .with_note("In the column `rejected`, 1 is a discovery and 0 is none."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_are_rejected_as_possible() {
        let rate = Alpha::new(0.1).unwrap();
        // n / (k rate) is 40, 20, 13.3, 10: the second largest fails, the third is enough.
        assert_eq!(reject(&[14.0, 1.0, 45.0, 15.0], rate), Ok(vec![true, false, true, true]));
        assert_eq!(reject(&[39.0, 1.0, 2.0, 3.0], rate), Ok(vec![false; 4]));
        // Ten equal ones at n / (n rate) are all rejected.
        assert_eq!(reject(&[10.0; 10], rate), Ok(vec![true; 10]));
        assert_eq!(reject(&[], rate), Ok(vec![]));
        assert_eq!(reject(&[1.0, -2.0], rate), Err(OnlineError::NotAnEValue { value: -2.0 }));
    }
}
