use std::fmt;

/// A formula over named quantities and parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    pub(super) text: String,
    /// In alphabetical order; nodes refer to their places.
    pub(super) symbols: Vec<String>,
    pub(super) root: Node,
}

/// A function that a formula may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// e to a power.
    Exp,
    /// The natural logarithm.
    Log,
    /// The logarithm to the base 2.
    Log2,
    /// The logarithm to the base 10.
    Log10,
    /// The square root.
    Sqrt,
    /// The hyperbolic tangent.
    Tanh,
    /// The sine of an angle in radians.
    Sin,
    /// The cosine of an angle in radians.
    Cos,
}

impl Function {
    /// All functions by the names that they are written with.
    pub const ALL: [(&'static str, Self); 9] = [
        ("exp", Self::Exp),
        ("log", Self::Log),
        ("ln", Self::Log),
        ("log2", Self::Log2),
        ("log10", Self::Log10),
        ("sqrt", Self::Sqrt),
        ("tanh", Self::Tanh),
        ("sin", Self::Sin),
        ("cos", Self::Cos),
    ];

    /// The function of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, function)| *function)
    }

    /// The name that it is shown by.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, function)| *function == self).map_or("", |(name, _)| name)
    }
}

/// An operator between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

impl Operator {
    fn sign(self) -> &'static str {
        match self {
            Self::Add => " + ",
            Self::Subtract => " - ",
            Self::Multiply => " * ",
            Self::Divide => " / ",
            Self::Power => "^",
        }
    }

    fn strength(self) -> u8 {
        match self {
            Self::Add | Self::Subtract => 1,
            Self::Multiply | Self::Divide => 2,
            Self::Power => 4,
        }
    }
}

/// A part of a formula.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    Number(f64),
    /// The place of a name among the symbols.
    Symbol(usize),
    Negative(Box<Node>),
    Binary(Operator, Box<Node>, Box<Node>),
    Call(Function, Box<Node>),
}

impl Node {
    /// Writes the part as it could stand in a formula.
    pub(super) fn shown(&self, symbols: &[String]) -> String {
        self.within(symbols, 0)
    }

    /// Writes it with parentheses where it binds less than `strength`.
    fn within(&self, symbols: &[String], strength: u8) -> String {
        let (own, text) = match self {
            Self::Number(value) => (5, value.to_string()),
            Self::Symbol(place) => (5, symbols[*place].clone()),
            Self::Negative(inner) => (3, format!("-{}", inner.within(symbols, 5))),
            Self::Binary(operator, left, right) => {
                let own = operator.strength();
                // What follows a minus, a slash or a power keeps its parentheses.
                let of_left = if *operator == Operator::Power { own + 1 } else { own };
                let (left, right) = (left.within(symbols, of_left), right.within(symbols, own + 1));
                (own, format!("{left}{}{right}", operator.sign()))
            }
            Self::Call(function, argument) => (5, format!("{}({})", function.name(), argument.shown(symbols))),
        };
        if own < strength { format!("({text})") } else { text }
    }
}

impl Formula {
    /// The names in it, in alphabetical order.
    #[must_use]
    pub fn symbols(&self) -> &[String] {
        &self.symbols
    }

    /// Whether `text` can be the name of a quantity or parameter: a letter or
    /// `_`, then letters, digits and `_`, and not the name of a function.
    #[must_use]
    pub fn is_name(text: &str) -> bool {
        super::tokens::is_name(text)
    }
}

impl fmt::Display for Formula {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}
