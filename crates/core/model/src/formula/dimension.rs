//! Which unit a formula is in, found without calculating it.

use super::expression::{Formula, Function, Node, Operator};
use super::unit::Unit;
use crate::Explain;

/// Why a formula has no unit, or not the one that it should have.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DimensionError {
    /// A sum or difference of unlike things.
    #[error("`{left}` is in {left_unit} and `{right}` in {right_unit}: they cannot be added or subtracted")]
    Unlike {
        /// The one part.
        left: String,
        /// Its unit.
        left_unit: Unit,
        /// The other part.
        right: String,
        /// Its unit.
        right_unit: Unit,
    },
    /// An exponent that is not a plain number.
    #[error("the exponent `{exponent}` is in {unit} and not a plain number")]
    Exponent {
        /// The exponent.
        exponent: String,
        /// Its unit.
        unit: Unit,
    },
    /// Something with a unit raised to a power that is not fixed.
    #[error("`{base}` is in {unit}, so that the unit of its power would change with `{exponent}`")]
    Power {
        /// What is raised.
        base: String,
        /// Its unit.
        unit: Unit,
        /// The exponent.
        exponent: String,
    },
    /// A function of something with a unit.
    #[error("`{function}` takes a plain number, and `{argument}` is in {unit}")]
    Argument {
        /// The function.
        function: &'static str,
        /// Its argument.
        argument: String,
        /// The unit of the argument.
        unit: Unit,
    },
    /// A formula in another unit than what it is for.
    #[error("the formula is in {found}, and what it stands for in {expected}")]
    Whole {
        /// Its unit.
        found: Unit,
        /// The one that it should have.
        expected: Unit,
    },
}

impl Explain for DimensionError {
    fn code(&self) -> &'static str {
        match self {
            Self::Unlike { .. } => "dimension-unlike",
            Self::Exponent { .. } => "dimension-exponent",
            Self::Power { .. } => "dimension-power",
            Self::Argument { .. } => "dimension-argument",
            Self::Whole { .. } => "dimension-whole",
        }
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Unlike { left_unit, right_unit, .. } => format!(
                "multiply one of them by a parameter in {} or {}",
                left_unit.times(right_unit, -1.0),
                right_unit.times(left_unit, -1.0)
            ),
            Self::Exponent { exponent, unit } => {
                format!("divide `{exponent}` by something in {unit}, such as a parameter with a `value`")
            }
            Self::Power { base, unit, exponent } => format!(
                "write `({base} / X0)^{exponent}` with a parameter `X0` in {unit} that has a `value`, or count in plain numbers: unit \"1\""
            ),
            Self::Argument { argument, unit, .. } => {
                format!("divide `{argument}` by something in {unit}, such as a parameter with a `value`")
            }
            Self::Whole { found, expected } => {
                format!("multiply it by a parameter in {}", expected.times(found, -1.0))
            }
        };
        vec![hint]
    }
}

/// The unit of a part, and its value where that is fixed.
struct Found {
    unit: Unit,
    fixed: Option<f64>,
}

impl Formula {
    /// Its unit, where `of` gives the unit of each symbol and its value if that is
    /// fixed.
    ///
    /// # Errors
    /// [`DimensionError`] where unlike things are added, or a power, exponent or
    /// function makes no sense.
    pub fn unit(&self, of: &dyn Fn(&str) -> (Unit, Option<f64>)) -> Result<Unit, DimensionError> {
        found(&self.root, &self.symbols, of).map(|found| found.unit)
    }

    /// Checks that it is in `expected`.
    ///
    /// # Errors
    /// Those of [`Formula::unit`], and [`DimensionError::Whole`].
    pub fn check_unit(&self, expected: &Unit, of: &dyn Fn(&str) -> (Unit, Option<f64>)) -> Result<(), DimensionError> {
        let found = self.unit(of)?;
        if found.is_like(expected) { Ok(()) } else { Err(DimensionError::Whole { found, expected: expected.clone() }) }
    }
}

fn found(node: &Node, symbols: &[String], of: &dyn Fn(&str) -> (Unit, Option<f64>)) -> Result<Found, DimensionError> {
    let shown = |node: &Node| node.shown(symbols);
    match node {
        Node::Number(value) => Ok(Found { unit: Unit::one(), fixed: Some(*value) }),
        Node::Symbol(place) => {
            let (unit, fixed) = of(&symbols[*place]);
            Ok(Found { unit, fixed })
        }
        Node::Negative(inner) => {
            let inner = found(inner, symbols, of)?;
            Ok(Found { fixed: inner.fixed.map(|value| -value), ..inner })
        }
        Node::Call(Function::Sqrt, argument) => {
            let argument = found(argument, symbols, of)?;
            Ok(Found { unit: Unit::one().times(&argument.unit, 0.5), fixed: argument.fixed.map(f64::sqrt) })
        }
        Node::Call(function, argument) => {
            let inner = found(argument, symbols, of)?;
            if !inner.unit.is_one() {
                return Err(DimensionError::Argument {
                    function: function.name(),
                    argument: shown(argument),
                    unit: inner.unit,
                });
            }
            Ok(Found { unit: Unit::one(), fixed: None })
        }
        Node::Binary(operator, left, right) => {
            let (a, b) = (found(left, symbols, of)?, found(right, symbols, of)?);
            let both = |join: fn(f64, f64) -> f64| Some(join(a.fixed?, b.fixed?));
            match operator {
                Operator::Add | Operator::Subtract => {
                    if !a.unit.is_like(&b.unit) {
                        return Err(DimensionError::Unlike {
                            left: shown(left),
                            left_unit: a.unit,
                            right: shown(right),
                            right_unit: b.unit,
                        });
                    }
                    let fixed = both(if *operator == Operator::Add { |a, b| a + b } else { |a, b| a - b });
                    Ok(Found { fixed, unit: a.unit })
                }
                Operator::Multiply => Ok(Found { unit: a.unit.times(&b.unit, 1.0), fixed: both(|a, b| a * b) }),
                Operator::Divide => Ok(Found { unit: a.unit.times(&b.unit, -1.0), fixed: both(|a, b| a / b) }),
                Operator::Power => {
                    if !b.unit.is_one() {
                        return Err(DimensionError::Exponent { exponent: shown(right), unit: b.unit });
                    }
                    let fixed = both(libm::pow);
                    match b.fixed.filter(|power| power.is_finite()) {
                        _ if a.unit.is_one() => Ok(Found { unit: a.unit, fixed }),
                        Some(power) => Ok(Found { unit: Unit::one().times(&a.unit, power), fixed }),
                        None => Err(DimensionError::Power { base: shown(left), unit: a.unit, exponent: shown(right) }),
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(text: &str) -> Result<String, String> {
        let of = |name: &str| match name {
            "L" | "E" => (Unit::parse("nats").unwrap(), None),
            "N" => (Unit::parse("parameters").unwrap(), None),
            "N0" => (Unit::parse("parameters").unwrap(), Some(1e8)),
            "t" => (Unit::parse("s").unwrap(), None),
            "two" => (Unit::one(), Some(2.0)),
            _ => (Unit::one(), None),
        };
        Formula::parse(text).unwrap().unit(&of).map(|unit| unit.to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn units_follow_the_operators() {
        for (text, expected) in [
            ("L * N / t^2", "nats*parameters/s^2"),
            ("E + L * (N / N0)^a", "nats"),
            ("sqrt(t) * t^0.5", "s"),
            ("t^two / t", "s"),
            ("t^(1 + two)", "s^3"),
            ("exp(-a) * log(N / N0)", "1"),
            ("a^b", "1"),
            ("-L - E", "nats"),
        ] {
            assert_eq!(unit(text), Ok(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_named_with_its_parts() {
        for (text, expected) in [
            ("L + N", "`L` is in nats and `N` in parameters"),
            ("E + a / N^b", "`N` is in parameters, so that the unit of its power would change with `b`"),
            ("L * exp(-t)", "`exp` takes a plain number, and `-t` is in s"),
            ("log(N) * L", "`log` takes a plain number, and `N` is in parameters"),
            ("a^(t / two)", "the exponent `t / two` is in s"),
            ("1 + (L - E)", "`1` is in 1 and `L - E` in nats"),
        ] {
            let error = unit(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
