use std::collections::BTreeMap;
use std::fmt;

use crate::Explain;

/// A unit: words with powers, such as `tokens` or `steps^2/s`.
///
/// Every word is a unit of its own; there are no conversions, so that `ms` and
/// `s` are unlike. `1` is the unit of plain numbers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Unit {
    /// No power is 0.
    powers: BTreeMap<String, f64>,
}

/// A text that is no unit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no unit")]
pub struct UnitError {
    /// The text.
    pub text: String,
}

impl Explain for UnitError {
    fn code(&self) -> &'static str {
        "unit"
    }

    fn hints(&self) -> Vec<String> {
        vec!["write words with powers, such as `tokens`, `steps^2/s` or `1` for a plain number".to_owned()]
    }
}

/// Powers that differ by less are equal but for rounding.
const SAME: f64 = 1e-9;

impl Unit {
    /// The unit of plain numbers.
    #[must_use]
    pub fn one() -> Self {
        Self::default()
    }

    /// Reads a unit: words with `^` and a number, joined by `*`, `/` or spaces.
    ///
    /// # Errors
    /// [`UnitError`] for any other text.
    pub fn parse(text: &str) -> Result<Self, UnitError> {
        let wrong = || UnitError { text: text.to_owned() };
        let spaced = text.replace('*', " * ").replace('/', " / ");
        let mut unit = Self::one();
        let (mut is_below, mut wants_word) = (false, true);
        for piece in spaced.split_whitespace() {
            if matches!(piece, "*" | "/") {
                if wants_word {
                    return Err(wrong());
                }
                (is_below, wants_word) = (piece == "/", true);
                continue;
            }
            let (word, power) = piece.split_once('^').unwrap_or((piece, "1"));
            let power: f64 = power.parse().ok().filter(|power: &f64| power.is_finite()).ok_or_else(wrong)?;
            let is_word = word.starts_with(|first: char| first.is_alphabetic() || first == '%')
                && word.chars().all(|character| character.is_alphanumeric() || matches!(character, '_' | '%' | '-'));
            if word != "1" && !is_word {
                return Err(wrong());
            }
            if word != "1" {
                unit = unit
                    .times(&Self { powers: [(word.to_owned(), 1.0)].into() }, if is_below { -power } else { power });
            }
            // A quotient takes one word: `a/b c` is `a/b` times `c`.
            (is_below, wants_word) = (false, false);
        }
        if wants_word { Err(wrong()) } else { Ok(unit) }
    }

    /// Whether it is that of plain numbers.
    #[must_use]
    pub fn is_one(&self) -> bool {
        self.powers.is_empty()
    }

    /// Whether the two are the same but for rounding of their powers.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        self.times(other, -1.0).is_one()
    }

    /// This unit times a power of another.
    #[must_use]
    pub fn times(&self, other: &Self, power: f64) -> Self {
        let mut powers = self.powers.clone();
        for (word, own) in &other.powers {
            *powers.entry(word.clone()).or_insert(0.0) += own * power;
        }
        powers.retain(|_, power| power.abs() > SAME);
        Self { powers }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let written = |word: &str, power: f64| if power == 1.0 { word.to_owned() } else { format!("{word}^{power}") };
        let is_above = |power: f64| power > 0.0;
        let above: Vec<String> = self
            .powers
            .iter()
            .filter(|(_, power)| is_above(**power))
            .map(|(word, power)| written(word, *power))
            .collect();
        let above = if above.is_empty() { "1".to_owned() } else { above.join("*") };
        formatter.write_str(&above)?;
        for (word, power) in self.powers.iter().filter(|(_, power)| !is_above(**power)) {
            write!(formatter, "/{}", written(word, -power))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_read_and_written() {
        for (text, written) in [
            ("tokens", "tokens"),
            ("1", "1"),
            ("1/s", "1/s"),
            ("steps^2/s", "steps^2/s"),
            ("loss * parameters", "loss*parameters"),
            ("s s", "s^2"),
            ("m/s/s", "m/s^2"),
            ("tokens/tokens", "1"),
            ("nats/token^0.5", "nats/token^0.5"),
            ("µs", "µs"),
        ] {
            assert_eq!(Unit::parse(text).map(|unit| unit.to_string()), Ok(written.to_owned()), "{text}");
        }
        for wrong in ["", "/s", "s/", "s^", "s^x", "2s", "s+m", "s**2", "(s)", "s^inf"] {
            assert!(Unit::parse(wrong).is_err(), "{wrong}");
        }
    }
}
