//! The product-moment correlation.

use crate::bounds::Bounds;
use crate::correlation::error::CorrelationError;
use crate::correlation::pairs::{TWO_NUMBERS, check_pairs, hyperbolic_bounds, product_moment, t_tail};
use crate::level::Alpha;
use crate::method::{Example, ExampleValues, Findings, Inputs, Method, MethodError, Role, Setting};

/// How closely two columns lie on a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pearson {
    n: usize,
    r: f64,
}

impl Pearson {
    /// Correlates two columns, in any units.
    ///
    /// # Errors
    /// [`CorrelationError::Lengths`], [`CorrelationError::Sample`] with
    /// `TooFew` below three pairs, `NotFinite`, `Overflow` or `NoSpread`.
    ///
    /// # Source
    /// Pearson 1896, "Regression, Heredity, and Panmixia".
    pub fn of(x: &[f64], y: &[f64]) -> Result<Self, CorrelationError> {
        check_pairs(x, y)?;
        Ok(Self { n: x.len(), r: product_moment(x, y)? })
    }

    /// The correlation, between -1 and 1.
    #[must_use]
    pub fn r(&self) -> f64 {
        self.r
    }

    /// The one-sided bounds at level `alpha` each; none below four pairs or
    /// where the correlation is 1 or -1.
    ///
    /// # Source
    /// Fisher 1921, "On the 'Probable Error' of a Coefficient of Correlation
    /// Deduced from a Small Sample": variance 1 / (n - 3).
    #[must_use]
    pub fn bounds(&self, alpha: Alpha) -> Option<Bounds> {
        hyperbolic_bounds(self.r, 1.0 / (self.n as f64 - 3.0), alpha)
    }

    /// The p-value against "no positive correlation".
    #[must_use]
    pub fn p_greater(&self) -> f64 {
        t_tail(self.r, self.n)
    }

    /// The p-value against "no negative correlation".
    #[must_use]
    pub fn p_less(&self) -> f64 {
        t_tail(-self.r, self.n)
    }
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "pearson",
    name: "Pearson correlation",
    question: "How closely do two numbers lie on a straight line?",
    null: Some("The two numbers are independent."),
    assumptions: &[
        "The pairs are independent of one another.",
        "For the interval, the two are jointly normal, or nearly; it is wrong for heavy tails in any number of pairs.",
    ],
    use_when: "A straight-line relation between two measured numbers without outliers.",
    avoid_when: "Outliers, a bent relation or ordered grades: use Spearman's or Kendall's. To show that two metrics agree, \
                 look at their differences: a high correlation leaves room for a constant shift. Heavy or long tails: at a correlation of 0.6 \
                 bounds that promise 5 % miss in 8 to 13 % of samples of five or ten pairs, and in 16 to 19 % of thirty.",
    formula: "r = sum(dx dy) / sqrt(sum(dx^2) sum(dy^2)); t = r sqrt((n - 2) / (1 - r^2)); bounds tanh(atanh(r) -+ z / sqrt(n - 3)).",
    sources: &[
        "Pearson 1896, \"Regression, Heredity, and Panmixia\".",
        "Fisher 1921, \"On the 'Probable Error' of a Coefficient of Correlation Deduced from a Small Sample\", Metron 1.",
    ],
    disagreements: &[],
    columns: TWO_NUMBERS,
    settings: &[Setting::LEVEL],
    example: Example {
        columns: &[
            (Role::X, ExampleValues::Numbers(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0])),
            (Role::Y, ExampleValues::Numbers(&[0.9, 2.3, 2.1, 3.8, 3.6, 5.2, 4.9, 7.4])),
        ],
        settings: &[("level", 0.025)],
    },
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let found = Pearson::of(inputs.numbers(Role::X)?, inputs.numbers(Role::Y)?)?;
    let findings = Findings::default();
    let findings = match found.bounds(inputs.level()?) {
        Some(bounds) => findings.with_bounds("r", found.r(), bounds),
        None => findings.with("r", found.r()).with_note("The interval is not estimable from these pairs."),
    };
    Ok(findings.with("p-value, positive", found.p_greater()).with("p-value, negative", found.p_less()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_on_a_line_have_a_correlation_of_one_and_no_interval() {
        let found = Pearson::of(&[1.0, 2.0, 4.0, 8.0], &[-1.0, -2.0, -4.0, -8.0]).unwrap();
        assert_eq!((found.r(), found.p_less(), found.p_greater()), (-1.0, 0.0, 1.0));
        assert_eq!(found.bounds(Alpha::new(0.05).unwrap()), None);
        assert!(Pearson::of(&[1.0, 2.0, 3.0], &[1.0, 1.0, 1.0]).is_err());
        assert_eq!(Pearson::of(&[1.0], &[1.0, 2.0]), Err(CorrelationError::Lengths { x: 1, y: 2 }));
    }
}
