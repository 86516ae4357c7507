//! The value of a formula and its slopes.

use super::expression::{Formula, Function, Node, Operator};

/// A value with its derivatives in some of the symbols.
struct Sloped {
    value: f64,
    slopes: Vec<f64>,
}

impl Sloped {
    fn chained(self, value: f64, slope: f64) -> Self {
        Self { value, slopes: self.slopes.into_iter().map(|own| if own == 0.0 { 0.0 } else { slope * own }).collect() }
    }

    fn joined(self, other: &Self, value: f64, own_slope: f64, other_slope: f64) -> Self {
        // A slope of 0 stays 0 beside what has no value, as ln 0 in 0^2.
        let times = |factor: f64, slope: f64| if slope == 0.0 { 0.0 } else { factor * slope };
        let slopes = self.slopes.iter().zip(&other.slopes);
        let slopes = slopes.map(|(own, other)| times(own_slope, *own) + times(other_slope, *other)).collect();
        Self { value, slopes }
    }
}

impl Formula {
    /// Its value, where `values` holds one number for each of
    /// [`Formula::symbols`].
    ///
    /// NaN or an infinity where it has none, as for the logarithm of -1.
    ///
    /// # Panics
    /// If there are fewer values than symbols.
    #[must_use]
    pub fn value(&self, values: &[f64]) -> f64 {
        value(&self.root, values)
    }

    /// Its value and its derivatives in the symbols at the places `of`.
    ///
    /// # Panics
    /// If there are fewer values than symbols.
    #[must_use]
    pub fn with_slopes(&self, values: &[f64], of: &[usize]) -> (f64, Vec<f64>) {
        let found = sloped(&self.root, values, of);
        (found.value, found.slopes)
    }
}

fn value(node: &Node, values: &[f64]) -> f64 {
    match node {
        Node::Number(number) => *number,
        Node::Symbol(place) => values[*place],
        Node::Negative(inner) => -value(inner, values),
        Node::Binary(operator, left, right) => joined(*operator, value(left, values), value(right, values)),
        Node::Call(function, argument) => called(*function, value(argument, values)).0,
    }
}

fn joined(operator: Operator, left: f64, right: f64) -> f64 {
    match operator {
        Operator::Add => left + right,
        Operator::Subtract => left - right,
        Operator::Multiply => left * right,
        Operator::Divide => left / right,
        Operator::Power => libm::pow(left, right),
    }
}

/// The value of a function and its slope.
fn called(function: Function, at: f64) -> (f64, f64) {
    match function {
        Function::Exp => (libm::exp(at), libm::exp(at)),
        Function::Log => (libm::log(at), 1.0 / at),
        Function::Log2 => (libm::log2(at), std::f64::consts::LOG2_E / at),
        Function::Log10 => (libm::log10(at), std::f64::consts::LOG10_E / at),
        Function::Sqrt => (at.sqrt(), 0.5 / at.sqrt()),
        Function::Tanh => {
            let value = libm::tanh(at);
            (value, 1.0 - value * value)
        }
        Function::Sin => (libm::sin(at), libm::cos(at)),
        Function::Cos => (libm::cos(at), -libm::sin(at)),
    }
}

fn sloped(node: &Node, values: &[f64], of: &[usize]) -> Sloped {
    match node {
        Node::Number(number) => Sloped { value: *number, slopes: vec![0.0; of.len()] },
        Node::Symbol(place) => {
            let slopes = of.iter().map(|one| f64::from(u8::from(one == place))).collect();
            Sloped { value: values[*place], slopes }
        }
        Node::Negative(inner) => {
            let inner = sloped(inner, values, of);
            let value = -inner.value;
            inner.chained(value, -1.0)
        }
        Node::Call(function, argument) => {
            let argument = sloped(argument, values, of);
            let (value, slope) = called(*function, argument.value);
            argument.chained(value, slope)
        }
        Node::Binary(operator, left, right) => {
            let (left, right) = (sloped(left, values, of), sloped(right, values, of));
            let (a, b) = (left.value, right.value);
            let value = joined(*operator, a, b);
            let (of_left, of_right) = match operator {
                Operator::Add => (1.0, 1.0),
                Operator::Subtract => (1.0, -1.0),
                Operator::Multiply => (b, a),
                Operator::Divide => (1.0 / b, -a / (b * b)),
                Operator::Power => (b * libm::pow(a, b - 1.0), value * libm::log(a)),
            };
            left.joined(&right, value, of_left, of_right)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_are_those_that_calculus_gives() {
        // d/dx and d/dy at x = 0.7, y = 1.3, each from the rules of calculus.
        let (x, y) = (0.7_f64, 1.3_f64);
        for (text, of_x, of_y) in [
            ("x^y", y * libm::pow(x, y - 1.0), libm::pow(x, y) * libm::log(x)),
            ("x / y - 3 * x", 1.0 / y - 3.0, -x / (y * y)),
            ("exp(-x * y)", -y * libm::exp(-x * y), -x * libm::exp(-x * y)),
            ("log(x) + log2(y)", 1.0 / x, 1.0 / (y * libm::log(2.0))),
            ("log10(x) * sqrt(y)", y.sqrt() / (x * libm::log(10.0)), libm::log10(x) * 0.5 / y.sqrt()),
            ("tanh(x) + sin(y)", 1.0 - libm::tanh(x) * libm::tanh(x), libm::cos(y)),
            ("cos(x) * (y - 1)^2", -libm::sin(x) * 0.09, libm::cos(x) * 0.6),
        ] {
            let formula = Formula::parse(text).unwrap();
            let (value, slopes) = formula.with_slopes(&[x, y], &[0, 1]);
            assert_eq!(value, formula.value(&[x, y]));
            assert!((slopes[0] - of_x).abs() < 1e-12 && (slopes[1] - of_y).abs() < 1e-12, "{text}: {slopes:?}");
        }
    }

    #[test]
    fn a_constant_power_has_a_slope_where_its_base_is_zero_or_negative() {
        let formula = Formula::parse("x^2").unwrap();
        assert_eq!(formula.with_slopes(&[-3.0], &[0]), (9.0, vec![-6.0]));
        assert_eq!(formula.with_slopes(&[0.0], &[0]), (0.0, vec![0.0]));
    }
}
