//! Two one-sided tests of independent means against a margin.

use crate::bounds::Bounds;
use crate::distribution::student_t;
use crate::equivalence::margin::{EquivalenceError, MARGIN, Margin, MarginTests, NULL, margin};
use crate::level::Alpha;
use crate::method::{Column, Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};
use crate::sample::{SampleError, TIE_TOLERANCE, check, finite};
use crate::summary;

/// The difference of two independent means whose spreads may differ.
///
/// # Source
/// Welch 1947, "The Generalization of 'Student's' Problem when Several
/// Different Population Variances are Involved", with the degrees of freedom of
/// Satterthwaite 1946.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IndependentMeans {
    difference: f64,
    standard_error: f64,
    df: f64,
}

impl IndependentMeans {
    /// Summarises candidate minus baseline, in the unit of the metric.
    ///
    /// # Errors
    /// [`SampleError::TooFew`] below two values on a side,
    /// [`SampleError::NotFinite`], [`SampleError::Overflow`], and
    /// [`SampleError::NoSpread`] where neither side varies.
    pub fn of(baseline: &[f64], candidate: &[f64]) -> Result<Self, SampleError> {
        check(baseline, 2)?;
        check(candidate, 2)?;
        let share = |values: &[f64]| Ok::<f64, SampleError>(summary::variance(values)? / values.len() as f64);
        let (left, right) = (share(baseline)?, share(candidate)?);
        let magnitude = baseline.iter().chain(candidate).fold(0.0_f64, |most, value| most.max(value.abs()));
        let standard_error = finite((left + right).sqrt())?;
        if standard_error <= TIE_TOLERANCE * magnitude {
            return Err(SampleError::NoSpread { constant: baseline[0] });
        }
        // Shares of the whole, so that squares neither vanish nor overflow.
        let (p, q) = (left / (left + right), right / (left + right));
        let df = 1.0 / (p * p / (baseline.len() - 1) as f64 + q * q / (candidate.len() - 1) as f64);
        let difference = finite(summary::mean(candidate)? - summary::mean(baseline)?)?;
        Ok(Self { difference, standard_error, df })
    }

    /// The difference of the means.
    #[must_use]
    pub fn difference(&self) -> f64 {
        self.difference
    }

    /// The degrees of freedom.
    #[must_use]
    pub fn df(&self) -> f64 {
        self.df
    }

    /// The one-sided bounds at level `alpha` each.
    #[must_use]
    pub fn bounds(&self, alpha: Alpha) -> Bounds {
        let reach = student_t::upper_point(alpha.get(), self.df) * self.standard_error;
        Bounds { lower: self.difference - reach, upper: self.difference + reach }
    }

    /// Tests the difference against a margin on either side.
    #[must_use]
    pub fn tests(&self, margin: Margin) -> MarginTests {
        let t = |null: f64| (self.difference - null) / self.standard_error;
        MarginTests::new(
            margin,
            |null| student_t::upper_tail(t(null), self.df),
            |null| student_t::upper_tail(-t(null), self.df),
        )
    }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "equivalence-independent-means",
    name: "Equivalence of independent means (TOST, Welch)",
    question: "Is the difference of two independent means smaller than one that matters, or larger?",
    null: Some(NULL),
    assumptions: &[
        "All values are independent of one another.",
        "Each side is about normal, or has at least fifteen values; the spreads may differ.",
        "The margin was fixed before the data were seen.",
    ],
    use_when: "To claim that a method is as good, or better by more than what matters, from runs that are not paired.",
    avoid_when: "Both sides met the same seeds, folds or items: test the paired means, which is more precise.",
    formula: "p = max of the one-sided Welch t tests at -margin and at +margin.",
    sources: &[
        "Schuirmann 1987, \"A Comparison of the Two One-Sided Tests Procedure and the Power Approach for Assessing the Equivalence of Average Bioavailability\".",
        "Welch 1947, \"The Generalization of 'Student's' Problem when Several Different Population Variances are Involved\", Biometrika 34.",
    ],
    disagreements: &["Packages pool the variances unless told not to; we do not."],
    columns: &[
        Column::numbers(Role::Value, "the scores"),
        Column::labels(Role::Method, "whose score it is; the first in the table is the baseline"),
    ],
    settings: &[Setting::LEVEL, MARGIN],
    example: Example {
        columns: &[
            (
                Role::Value,
                ExampleValues::Numbers(&[0.912, 0.905, 0.918, 0.909, 0.911, 0.914, 0.904, 0.917, 0.911, 0.910, 0.916]),
            ),
            (Role::Method, ExampleValues::Labels(&["a", "a", "a", "a", "a", "b", "b", "b", "b", "b", "b"])),
        ],
        settings: &[("level", 0.05), ("margin", 0.01)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let (baseline, candidate) = sides(inputs.numbers(Role::Value)?, inputs.labels(Role::Method)?)?;
    let fit = IndependentMeans::of(&baseline, &candidate)?;
    let findings =
        Findings::default().with_bounds("difference of means", fit.difference(), fit.bounds(inputs.level()?));
    Ok(fit.tests(margin(inputs)?).describe(findings).with("degrees of freedom", fit.df()))
}

/// The values of the first label in the table, and those of the other.
fn sides(values: &[f64], labels: &[String]) -> Result<(Vec<f64>, Vec<f64>), EquivalenceError> {
    if values.len() != labels.len() {
        return Err(EquivalenceError::Lengths { left: values.len(), right: labels.len() });
    }
    let mut names: Vec<&String> = labels.iter().collect();
    names.sort_unstable();
    names.dedup();
    if names.len() != 2 {
        return Err(EquivalenceError::NotTwo { got: names.len() });
    }
    let side = |is_first: bool| {
        let own = values.iter().zip(labels).filter(|(_, label)| (**label == labels[0]) == is_first);
        own.map(|(value, _)| *value).collect()
    };
    Ok((side(true), side(false)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_spreads_and_sizes_give_the_degrees_of_freedom_of_pooling() {
        let fit = IndependentMeans::of(&[1.0, 2.0, 3.0], &[11.0, 12.0, 13.0]).unwrap();
        assert!((fit.df() - 4.0).abs() < 1e-12);
        assert_eq!(fit.difference(), 10.0);
        assert!(matches!(IndependentMeans::of(&[1.0, 1.0], &[2.0, 2.0]), Err(SampleError::NoSpread { .. })));
    }
}
