use super::expression::Function;
use crate::Explain;

/// Why a text is no formula.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormulaError {
    /// Nothing was written.
    #[error("the formula is empty")]
    Empty,
    /// More characters than a formula may have.
    #[error("the formula has {got} characters, at most {most} are read")]
    TooLong {
        /// The number of characters found.
        got: usize,
        /// The most that are read.
        most: usize,
    },
    /// A character that has no meaning in a formula.
    #[error("`{character}` at place {place} has no meaning in a formula")]
    Character {
        /// The character.
        character: char,
        /// Its place, counted from 1.
        place: usize,
    },
    /// A number beyond what can be computed with.
    #[error("the number `{number}` is too large")]
    Number {
        /// The number as written.
        number: String,
    },
    /// An operand is missing.
    #[error("a number, a name or `(` is missing before {before}")]
    OperandMissing {
        /// What stands there instead.
        before: String,
    },
    /// Two operands stand side by side.
    #[error("an operator is missing before {before}")]
    OperatorMissing {
        /// The second operand.
        before: String,
    },
    /// A parenthesis is closed that was not opened, or the other way round.
    #[error("parentheses do not match: {surplus}")]
    Parentheses {
        /// What there is too much of.
        surplus: &'static str,
    },
    /// A function that is not known.
    #[error("there is no function `{name}`")]
    UnknownFunction {
        /// The name found.
        name: String,
    },
    /// A function without its argument.
    #[error("the function `{name}` has no argument in parentheses")]
    NoArgument {
        /// The function.
        name: String,
    },
    /// A sign before a power, which people read in two ways.
    #[error("a sign before the power of `{base}` can be read in two ways")]
    SignOfPower {
        /// What is raised to the power.
        base: String,
    },
    /// A power of a power, which people read in two ways.
    #[error("the power of a power after `{exponent}` can be read in two ways")]
    PowerOfPower {
        /// The exponent that is raised again.
        exponent: String,
    },
    /// What the parser of expressions does not take.
    #[error("the formula cannot be read: {reason}")]
    Unreadable {
        /// Its words.
        reason: String,
    },
}

impl Explain for FormulaError {
    fn code(&self) -> &'static str {
        match self {
            Self::Empty => "formula-empty",
            Self::TooLong { .. } => "formula-too-long",
            Self::Character { .. } => "formula-character",
            Self::Number { .. } => "formula-number",
            Self::OperandMissing { .. } => "formula-operand-missing",
            Self::OperatorMissing { .. } => "formula-operator-missing",
            Self::Parentheses { .. } => "formula-parentheses",
            Self::UnknownFunction { .. } => "formula-unknown-function",
            Self::NoArgument { .. } => "formula-no-argument",
            Self::SignOfPower { .. } => "formula-sign-of-power",
            Self::PowerOfPower { .. } => "formula-power-of-power",
            Self::Unreadable { .. } => "formula-unreadable",
        }
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Empty => "write one such as `E + A / N^alpha`".to_owned(),
            Self::TooLong { .. } => "give its parts names, as parameters or quantities".to_owned(),
            Self::Character { .. } => {
                "use numbers, names of letters, digits and `_`, `+ - * / ^`, parentheses and functions".to_owned()
            }
            Self::Number { .. } => "take another unit for what it counts".to_owned(),
            Self::OperandMissing { .. } => "put in what is missing".to_owned(),
            Self::OperatorMissing { .. } => "write a product with `*`".to_owned(),
            Self::Parentheses { .. } => "close each `(` with one `)`".to_owned(),
            Self::UnknownFunction { name } => {
                let names = Function::ALL.iter().map(|(name, _)| *name);
                match crate::nearest(name, names.clone()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => {
                        format!("write a product with `*`, or take one of: {}", names.collect::<Vec<_>>().join(", "))
                    }
                }
            }
            Self::NoArgument { name } => format!("write `{name}(x)`"),
            Self::SignOfPower { base } => format!("write `-({base}^...)` or `(-{base})^...`"),
            Self::PowerOfPower { .. } => "write `(a^b)^c` or `a^(b^c)`".to_owned(),
            Self::Unreadable { .. } => "write it more plainly, with parentheses".to_owned(),
        };
        vec![hint]
    }
}
