//! What the fit of a formula costs in constants.

/// Akaike's and the Bayesian information criterion of a least-squares fit.
///
/// Both are only good for differences between formulas fitted to the same values
/// in the same unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Criteria {
    /// How many values were fitted.
    pub n: usize,
    /// How many numbers were fitted, the variance of the residuals among them.
    pub k: usize,
    /// Akaike's criterion: n ln(S / n) + 2 k.
    pub aic: f64,
    /// The Bayesian criterion: n ln(S / n) + k ln n.
    pub bic: f64,
}

impl Criteria {
    /// The criteria of `constants` fitted to `n` values with this sum of squared
    /// residuals; none where it is not positive.
    ///
    /// # Source
    /// Akaike 1974, "A New Look at the Statistical Model Identification"; Schwarz
    /// 1978, "Estimating the Dimension of a Model"; the form for normal errors
    /// without its constants as in Burnham and Anderson 2002, "Model Selection and
    /// Multimodel Inference", section 2.2, with the variance counted as in section
    /// 1.2.2.
    #[must_use]
    pub fn of(n: usize, constants: usize, sum_of_squares: f64) -> Option<Self> {
        if n == 0 || !(sum_of_squares > 0.0 && sum_of_squares.is_finite()) {
            return None;
        }
        let (count, k) = (n as f64, constants + 1);
        let fit = count * libm::log(sum_of_squares / count);
        Some(Self { n, k, aic: fit + 2.0 * k as f64, bic: fit + k as f64 * libm::log(count) })
    }

    /// The Bayes factor for this formula against `other` as the Bayesian
    /// criterion approximates it: exp((BIC of other - BIC of this) / 2).
    ///
    /// # Source
    /// Kass and Raftery 1995, "Bayes Factors", section 4.1.3.
    #[must_use]
    pub fn bayes_factor(&self, other: &Self) -> f64 {
        libm::exp(0.5 * (other.bic - self.bic))
    }
}

/// How strong a Bayes factor is.
///
/// # Source
/// Kass and Raftery 1995, "Bayes Factors", section 3.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Up to 3.
    BareMention,
    /// From 3 to 20.
    Positive,
    /// From 20 to 150.
    Strong,
    /// Beyond 150.
    VeryStrong,
}

impl Strength {
    /// The strength of a Bayes factor or of its inverse, whichever is above 1.
    #[must_use]
    pub fn of(factor: f64) -> Self {
        let factor = if factor < 1.0 { 1.0 / factor } else { factor };
        if factor > 150.0 {
            Self::VeryStrong
        } else if factor > 20.0 {
            Self::Strong
        } else if factor > 3.0 {
            Self::Positive
        } else {
            Self::BareMention
        }
    }

    /// Its word in a sentence.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::BareMention => "not worth more than a bare mention",
            Self::Positive => "positive",
            Self::Strong => "strong",
            Self::VeryStrong => "very strong",
        }
    }
}
