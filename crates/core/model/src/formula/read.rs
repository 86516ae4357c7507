//! From a text to a formula. Precedence and grouping are those of `exmex`, whose
//! values are here parts of a formula instead of numbers.

use std::str::FromStr;

use exmex::{BinOp, Express, FlatEx, MakeOperators, MatchLiteral, Operator as ExmexOperator};

use super::error::FormulaError;
use super::expression::{Formula, Function, Node, Operator};
use super::tokens;

/// What `exmex` calculates with.
#[derive(Debug, Clone)]
struct Piece(Node);

impl Default for Piece {
    fn default() -> Self {
        Self(Node::Number(0.0))
    }
}

impl FromStr for Piece {
    type Err = std::num::ParseFloatError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(|number| Self(Node::Number(number)))
    }
}

/// Numbers as formulas write them.
#[derive(Debug, Clone)]
struct Numbers;

impl MatchLiteral for Numbers {
    fn is_literal(text: &str) -> Option<&str> {
        tokens::number(text)
    }
}

/// The operators and functions of formulas.
#[derive(Debug, Clone)]
struct Operators;

fn joined(operator: Operator, left: Piece, right: Piece) -> Piece {
    Piece(Node::Binary(operator, Box::new(left.0), Box::new(right.0)))
}

fn called(function: Function, argument: Piece) -> Piece {
    Piece(Node::Call(function, Box::new(argument.0)))
}

/// An operator that is never reordered.
fn binary(apply: fn(Piece, Piece) -> Piece, prio: i64) -> BinOp<Piece> {
    BinOp { apply, prio, is_commutative: false }
}

impl MakeOperators<Piece> for Operators {
    fn make<'a>() -> Vec<ExmexOperator<'a, Piece>> {
        let add = binary(|left, right| joined(Operator::Add, left, right), 0);
        let subtract = binary(|left, right| joined(Operator::Subtract, left, right), 0);
        vec![
            ExmexOperator::make_bin_unary("+", add, |operand| operand),
            ExmexOperator::make_bin_unary("-", subtract, |operand| Piece(Node::Negative(Box::new(operand.0)))),
            ExmexOperator::make_bin("*", binary(|left, right| joined(Operator::Multiply, left, right), 1)),
            ExmexOperator::make_bin("/", binary(|left, right| joined(Operator::Divide, left, right), 1)),
            ExmexOperator::make_bin("^", binary(|left, right| joined(Operator::Power, left, right), 2)),
            ExmexOperator::make_unary("exp", |argument| called(Function::Exp, argument)),
            ExmexOperator::make_unary("log", |argument| called(Function::Log, argument)),
            ExmexOperator::make_unary("ln", |argument| called(Function::Log, argument)),
            ExmexOperator::make_unary("log2", |argument| called(Function::Log2, argument)),
            ExmexOperator::make_unary("log10", |argument| called(Function::Log10, argument)),
            ExmexOperator::make_unary("sqrt", |argument| called(Function::Sqrt, argument)),
            ExmexOperator::make_unary("tanh", |argument| called(Function::Tanh, argument)),
            ExmexOperator::make_unary("sin", |argument| called(Function::Sin, argument)),
            ExmexOperator::make_unary("cos", |argument| called(Function::Cos, argument)),
        ]
    }
}

impl Formula {
    /// Reads a formula: numbers, names, `+ - * / ^`, parentheses and functions.
    ///
    /// Products, quotients, sums and differences go from left to right.
    ///
    /// # Errors
    /// [`FormulaError`], also for what could be read in two ways.
    pub fn parse(text: &str) -> Result<Self, FormulaError> {
        let plain = tokens::checked(text)?;
        let unreadable = |error: exmex::ExError| FormulaError::Unreadable { reason: error.msg().to_owned() };
        let read = FlatEx::<Piece, Operators, Numbers>::parse_wo_compile(&plain).map_err(unreadable)?;
        let symbols = read.var_names().to_vec();
        let places: Vec<Piece> = (0..symbols.len()).map(|place| Piece(Node::Symbol(place))).collect();
        let root = read.eval(&places).map_err(unreadable)?.0;
        Ok(Self { text: text.trim().to_owned(), symbols, root })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let formula = Formula::parse(text).unwrap();
        formula.root.shown(formula.symbols())
    }

    #[test]
    fn every_function_is_known_to_the_parser() {
        for (name, function) in Function::ALL {
            let formula = Formula::parse(&format!("{name}(x)")).unwrap();
            assert_eq!(formula.root, Node::Call(function, Box::new(Node::Symbol(0))), "{name}");
        }
    }

    #[test]
    fn operators_bind_as_in_mathematics_and_go_from_left_to_right() {
        for (text, same) in [
            ("1 - 2 - 3", "(1 - 2) - 3"),
            ("x / y / z", "(x / y) / z"),
            ("a - b + c", "(a - b) + c"),
            ("x / y * z", "(x / y) * z"),
            ("a + b * c^d", "a + (b * (c^d))"),
            ("2 * -x + 1", "(2 * (-x)) + 1"),
            ("x^-0.5", "x^(-0.5)"),
            ("exp(-x)^2", "(exp(-x))^2"),
            ("E + A / N^alpha + B/D^beta", "(E + (A / (N^alpha))) + (B / (D^beta))"),
        ] {
            assert_eq!(Formula::parse(text).unwrap().root, Formula::parse(same).unwrap().root, "{text}");
        }
    }

    #[test]
    fn a_part_is_shown_so_that_it_reads_back_the_same() {
        for text in
            ["a - (b - c)", "a / (b * c)", "(a + b)^(c - 1)", "-(x^2)", "(-x)^2", "a * (b / c)", "log(a + b) * 2e-9"]
        {
            let shown = shown(text);
            assert_eq!(Formula::parse(&shown).unwrap().root, Formula::parse(text).unwrap().root, "{text} -> {shown}");
        }
    }

    #[test]
    fn names_and_numbers_are_told_apart() {
        let formula = Formula::parse("e5 * 2e3 + log_N + expo + sin2 + E").unwrap();
        assert_eq!(formula.symbols(), ["E", "e5", "expo", "log_N", "sin2"]);
        assert_eq!(formula.value(&[0.0, 2.0, 0.0, 0.0, 0.0]), 4000.0);
    }

    #[test]
    fn what_is_wrong_or_can_be_read_in_two_ways_is_refused() {
        let error = |text: &str| Formula::parse(text).unwrap_err().to_string();
        for (text, expected) in [
            ("", "the formula is empty"),
            ("  ", "the formula is empty"),
            ("a +", "missing before the end"),
            ("a + * b", "missing before `*`"),
            ("--a", "missing before `-`"),
            ("2 x", "operator is missing before `x`"),
            ("2x", "operator is missing before `x`"),
            ("(a)(b)", "operator is missing before `(`"),
            ("(a + b", "one `(` too many"),
            ("a + b)", "one `)` too many"),
            ("()", "missing before `)`"),
            ("a = b", "`=` at place 3"),
            ("{a}", "`{` at place 1"),
            ("max(a, b)", "no meaning"),
            ("f(a)", "no function `f`"),
            ("exp + 1", "`exp` has no argument"),
            ("-x^2", "the power of `x`"),
            ("3 * -exp(x)^2", "the power of `exp(x)`"),
            ("2^3^4", "power of a power after `3`"),
            ("2^-x^y", "power of a power after `x`"),
            ("1e999", "`1e999` is too large"),
            ("α + 1", "`α` at place 1"),
        ] {
            assert!(error(text).contains(expected), "{text}: {}", error(text));
        }
        assert!(error(&"1+".repeat(600)).contains("at most 1000"));
        // As deep as can be written.
        let deep = format!("{}x{}", "(".repeat(499), ")".repeat(499));
        assert_eq!(Formula::parse(&deep).unwrap().value(&[3.0]), 3.0);
        let deep = format!("{}x{}", "ln(".repeat(249), ")".repeat(249));
        assert!(Formula::parse(&deep).unwrap().value(&[3.0]).is_nan());
    }
}
