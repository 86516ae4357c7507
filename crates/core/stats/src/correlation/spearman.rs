//! The correlation of ranks.

use crate::bounds::Bounds;
use crate::correlation::error::CorrelationError;
use crate::correlation::pairs::{
    OUTLYING, TWO_NUMBERS, all_differ, check_pairs, hyperbolic_bounds, product_moment, ranks, t_tail,
};
use crate::level::Alpha;
use crate::method::{Findings, Inputs, Method, MethodError, Role, Setting};

/// The largest number of pairs whose orders are all counted.
pub const MOST_EXACT: usize = 11;

/// How closely the orders of two columns agree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spearman {
    n: usize,
    rho: f64,
    p_greater: f64,
    p_less: f64,
    is_exact: bool,
}

impl Spearman {
    /// Correlates the ranks of two columns, equal values sharing their mean
    /// rank.
    ///
    /// Up to [`MOST_EXACT`] pairs without ties the p-values are exact: all
    /// orders are counted. Beyond, or with ties, they are those of Student's t
    /// with n - 2 degrees of freedom, which are a little too small in the far
    /// tail.
    ///
    /// # Errors
    /// [`CorrelationError::Lengths`], [`CorrelationError::Sample`] with
    /// `TooFew` below three pairs, `NotFinite`, `Overflow` or `NoSpread`.
    ///
    /// # Source
    /// Spearman 1904, "The Proof and Measurement of Association between Two
    /// Things"; Kendall 1948, "Rank Correlation Methods", for the t.
    pub fn of(x: &[f64], y: &[f64]) -> Result<Self, CorrelationError> {
        check_pairs(x, y)?;
        let n = x.len();
        let (x_ranks, y_ranks) = (ranks(x), ranks(y));
        let rho = product_moment(&x_ranks, &y_ranks)?;
        let is_exact = n <= MOST_EXACT && all_differ(x) && all_differ(y);
        let (p_greater, p_less) = if is_exact {
            let squares: f64 = x_ranks.iter().zip(&y_ranks).map(|(x, y)| (x - y) * (x - y)).sum();
            count(n, squares as usize)
        } else {
            (t_tail(rho, n), t_tail(-rho, n))
        };
        Ok(Self { n, rho, p_greater, p_less, is_exact })
    }

    /// The correlation of the ranks, between -1 and 1.
    #[must_use]
    pub fn rho(&self) -> f64 {
        self.rho
    }

    /// The p-value against "no positive association".
    #[must_use]
    pub fn p_greater(&self) -> f64 {
        self.p_greater
    }

    /// The p-value against "no negative association".
    #[must_use]
    pub fn p_less(&self) -> f64 {
        self.p_less
    }

    /// Whether all orders were counted.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.is_exact
    }

    /// The one-sided bounds at level `alpha` each; none below four pairs or
    /// where the correlation is 1 or -1. Too tight where it is above about
    /// 0.95.
    ///
    /// # Source
    /// Bonett and Wright 2000, "Sample Size Requirements for Estimating
    /// Pearson, Kendall and Spearman Correlations": variance
    /// (1 + rho^2 / 2) / (n - 3).
    #[must_use]
    pub fn bounds(&self, alpha: Alpha) -> Option<Bounds> {
        hyperbolic_bounds(self.rho, (1.0 + 0.5 * self.rho * self.rho) / (self.n as f64 - 3.0), alpha)
    }
}

/// The shares of orders of n whose squared rank differences add up to at most
/// `squares`, and to at least as much.
fn count(n: usize, squares: usize) -> (f64, f64) {
    // For each set of second ranks that the first few items may have taken, how
    // often each sum occurs. Sets of equal size differ in their last item only.
    let most = n * (n * n - 1) / 3;
    let mut ways: Vec<Vec<u32>> = vec![Vec::new(); 1 << n];
    ways[0] = vec![0; most + 1];
    ways[0][0] = 1;
    for set in 0..ways.len() {
        let from = std::mem::take(&mut ways[set]);
        let item = set.count_ones() as usize;
        if item == n {
            let share = |part: &[u32]| {
                part.iter().map(|&ways| f64::from(ways)).sum::<f64>()
                    / from.iter().map(|&ways| f64::from(ways)).sum::<f64>()
            };
            return (share(&from[..=squares]), share(&from[squares..]));
        }
        for rank in (0..n).filter(|rank| set >> rank & 1 == 0) {
            let step = rank.abs_diff(item) * rank.abs_diff(item);
            let to = &mut ways[set | 1 << rank];
            to.resize(most + 1, 0);
            for (to, from) in to[step..].iter_mut().zip(&from) {
                *to += from;
            }
        }
    }
    unreachable!("the last set is the whole one")
}

/// Its entry in the catalogue.
pub const METHOD: Method = Method {
    id: "spearman",
    name: "Spearman rank correlation",
    question: "Do two numbers rise together, whatever the shape of their relation?",
    null: Some("The two numbers are independent."),
    assumptions: &["The pairs are independent of one another."],
    use_when: "To compare two rankings, or two metrics whose relation is bent or has outliers.",
    avoid_when: "There are many ties and few pairs: Kendall's tau-b has the better-behaved p-value. Ties where the relation is strong: of \
                 whole numbers from 0 to 3 that correlate by 0.6, bounds that promise 5 % miss in 12 % of samples of ten or thirty pairs.",
    formula: "Pearson's r of the ranks; p by counting all orders up to 11 pairs without ties, else t = rho sqrt((n - 2) / (1 - rho^2)); \
              bounds tanh(atanh(rho) -+ z sqrt((1 + rho^2 / 2) / (n - 3))).",
    sources: &[
        "Spearman 1904, \"The Proof and Measurement of Association between Two Things\", American Journal of Psychology 15.",
        "Bonett and Wright 2000, \"Sample Size Requirements for Estimating Pearson, Kendall and Spearman Correlations\", Psychometrika 65.",
    ],
    disagreements: &[
        "SciPy's p-value is that of t for any number of pairs; ours is exact up to 11 pairs without ties.",
        "Fieller, Hartley and Pearson use the variance 1.06 / (n - 3), whose bounds are too tight for strong correlations.",
    ],
    columns: TWO_NUMBERS,
    settings: &[Setting::LEVEL],
    example: OUTLYING,
    compute,
};

fn compute(inputs: &Inputs<'_>) -> Result<Findings, MethodError> {
    let found = Spearman::of(inputs.numbers(Role::X)?, inputs.numbers(Role::Y)?)?;
    let findings = Findings::default();
    let findings = match found.bounds(inputs.level()?) {
        Some(bounds) => findings.with_bounds("rho", found.rho(), bounds),
        None => findings.with("rho", found.rho()).with_note("The interval is not estimable from these pairs."),
    };
    let findings = findings.with("p-value, positive", found.p_greater()).with("p-value, negative", found.p_less());
    Ok(findings.with_note(if found.is_exact() {
        "The p-values are exact."
    } else {
        "The p-values are approximate, by Student's t."
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_cases_are_counted_by_hand() {
        // Of the six orders of three, one has rho 1 and two more at least 1/2.
        let find = |y: &[f64]| Spearman::of(&[1.0, 2.0, 3.0], y).unwrap();
        let sixth = |found: f64, expected: f64| assert!((6.0 * found - expected).abs() < 1e-14);
        sixth(find(&[1.0, 2.0, 3.0]).p_greater(), 1.0);
        sixth(find(&[1.0, 3.0, 2.0]).p_greater(), 3.0);
        sixth(find(&[1.0, 3.0, 2.0]).p_less(), 5.0);
        sixth(find(&[3.0, 2.0, 1.0]).p_less(), 1.0);
    }
}
