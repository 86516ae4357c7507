//! Numbers that carry their derivatives.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// What a formula may be written in: plain numbers, or numbers that carry
/// their derivatives with respect to the constants.
pub trait Scalar:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self>
{
    /// A number that depends on no constant.
    fn plain(value: f64) -> Self;

    /// The number without its derivatives.
    fn value(self) -> f64;

    /// A function of this number, given by its value and its first and second
    /// derivative there.
    #[must_use]
    fn chain(self, value: f64, first: f64, second: f64) -> Self;

    /// e to this power.
    #[must_use]
    fn exp(self) -> Self {
        let value = libm::exp(self.value());
        self.chain(value, value, value)
    }

    /// The natural logarithm.
    #[must_use]
    fn ln(self) -> Self {
        let at = self.value();
        self.chain(libm::log(at), 1.0 / at, -1.0 / (at * at))
    }

    /// One over this number.
    #[must_use]
    fn recip(self) -> Self {
        let inverse = 1.0 / self.value();
        self.chain(inverse, -inverse * inverse, 2.0 * inverse * inverse * inverse)
    }

    /// This number times a plain one.
    #[must_use]
    fn times(self, factor: f64) -> Self {
        self.chain(factor * self.value(), factor, 0.0)
    }

    /// ln(1 + e^x), without overflow.
    #[must_use]
    fn softplus(self) -> Self {
        let at = self.value();
        let small = libm::exp(-at.abs());
        let value = at.max(0.0) + libm::log1p(small);
        let share = if at >= 0.0 { 1.0 / (1.0 + small) } else { small / (1.0 + small) };
        self.chain(value, share, share * (1.0 - share))
    }
}

impl Scalar for f64 {
    fn plain(value: f64) -> Self {
        value
    }

    fn value(self) -> f64 {
        self
    }

    fn chain(self, value: f64, _: f64, _: f64) -> Self {
        value
    }
}

/// A number with its derivatives in P constants.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dual<const P: usize> {
    value: f64,
    slope: [f64; P],
}

impl<const P: usize> Dual<P> {
    /// The constant at `place`, which has the slope 1 in itself.
    #[must_use]
    pub fn constant(value: f64, place: usize) -> Self {
        let mut slope = [0.0; P];
        slope[place] = 1.0;
        Self { value, slope }
    }

    /// The derivatives.
    #[must_use]
    pub fn slope(&self) -> &[f64; P] {
        &self.slope
    }
}

impl<const P: usize> Scalar for Dual<P> {
    fn plain(value: f64) -> Self {
        Self { value, slope: [0.0; P] }
    }

    fn value(self) -> f64 {
        self.value
    }

    fn chain(self, value: f64, first: f64, _: f64) -> Self {
        Self { value, slope: self.slope.map(|slope| first * slope) }
    }
}

impl<const P: usize> Add for Dual<P> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let slope = std::array::from_fn(|k| self.slope[k] + other.slope[k]);
        Self { value: self.value + other.value, slope }
    }
}

impl<const P: usize> Sub for Dual<P> {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        let slope = std::array::from_fn(|k| self.slope[k] - other.slope[k]);
        Self { value: self.value - other.value, slope }
    }
}

impl<const P: usize> Mul for Dual<P> {
    type Output = Self;

    #[expect(clippy::suspicious_arithmetic_impl, reason = "the rules of calculus mix the operations")]
    fn mul(self, other: Self) -> Self {
        let slope = std::array::from_fn(|k| self.slope[k] * other.value + self.value * other.slope[k]);
        Self { value: self.value * other.value, slope }
    }
}

impl<const P: usize> Div for Dual<P> {
    type Output = Self;

    #[expect(clippy::suspicious_arithmetic_impl, reason = "the rules of calculus mix the operations")]
    fn div(self, other: Self) -> Self {
        let quotient = self.value / other.value;
        let slope = std::array::from_fn(|k| (self.slope[k] - quotient * other.slope[k]) / other.value);
        Self { value: quotient, slope }
    }
}

impl<const P: usize> Neg for Dual<P> {
    type Output = Self;

    fn neg(self) -> Self {
        self.times(-1.0)
    }
}

/// A number with its first and second derivatives in P constants.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Jet<const P: usize> {
    value: f64,
    slope: [f64; P],
    curve: [[f64; P]; P],
}

impl<const P: usize> Jet<P> {
    /// The constant at `place`, which has the slope 1 in itself.
    #[must_use]
    pub fn constant(value: f64, place: usize) -> Self {
        let mut jet = Self::plain(value);
        jet.slope[place] = 1.0;
        jet
    }

    /// The first derivatives.
    #[must_use]
    pub fn slope(&self) -> &[f64; P] {
        &self.slope
    }

    /// The second derivatives.
    #[must_use]
    pub fn curve(&self) -> &[[f64; P]; P] {
        &self.curve
    }

    fn by_place(value: f64, slope: impl Fn(usize) -> f64, curve: impl Fn(usize, usize) -> f64) -> Self {
        Self {
            value,
            slope: std::array::from_fn(&slope),
            curve: std::array::from_fn(|row| std::array::from_fn(|column| curve(row, column))),
        }
    }
}

impl<const P: usize> Scalar for Jet<P> {
    fn plain(value: f64) -> Self {
        Self { value, slope: [0.0; P], curve: [[0.0; P]; P] }
    }

    fn value(self) -> f64 {
        self.value
    }

    fn chain(self, value: f64, first: f64, second: f64) -> Self {
        Self::by_place(
            value,
            |k| first * self.slope[k],
            |row, column| first * self.curve[row][column] + second * self.slope[row] * self.slope[column],
        )
    }
}

impl<const P: usize> Add for Jet<P> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::by_place(
            self.value + other.value,
            |k| self.slope[k] + other.slope[k],
            |row, column| self.curve[row][column] + other.curve[row][column],
        )
    }
}

impl<const P: usize> Sub for Jet<P> {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self::by_place(
            self.value - other.value,
            |k| self.slope[k] - other.slope[k],
            |row, column| self.curve[row][column] - other.curve[row][column],
        )
    }
}

impl<const P: usize> Mul for Jet<P> {
    type Output = Self;

    #[expect(clippy::suspicious_arithmetic_impl, reason = "the rules of calculus mix the operations")]
    fn mul(self, other: Self) -> Self {
        Self::by_place(
            self.value * other.value,
            |k| self.slope[k] * other.value + self.value * other.slope[k],
            |row, column| {
                self.curve[row][column] * other.value
                    + self.value * other.curve[row][column]
                    + self.slope[row] * other.slope[column]
                    + self.slope[column] * other.slope[row]
            },
        )
    }
}

impl<const P: usize> Div for Jet<P> {
    type Output = Self;

    #[expect(clippy::suspicious_arithmetic_impl, reason = "a quotient is a product with the inverse")]
    fn div(self, other: Self) -> Self {
        self * other.recip()
    }
}

impl<const P: usize> Neg for Jet<P> {
    type Output = Self;

    fn neg(self) -> Self {
        self.times(-1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// x^2 exp(y) / (1 + x).
    fn formula<S: Scalar>(x: S, y: S) -> S {
        x * x * y.exp() / (S::plain(1.0) + x)
    }

    #[test]
    fn jets_and_duals_carry_the_derivatives_that_calculus_gives() {
        // f = g(x) e^y with g = x^2 / (1 + x): at x = 1, g = 1/2, g' = 3/4,
        // g'' = 2 / (1 + x)^3 = 1/4; at y = 0, e^y = 1.
        let jet = formula(Jet::<2>::constant(1.0, 0), Jet::constant(0.0, 1));
        let dual = formula(Dual::<2>::constant(1.0, 0), Dual::constant(0.0, 1));
        assert_eq!(formula(1.0, 0.0), 0.5);
        assert_eq!((jet.value(), dual.value()), (0.5, 0.5));
        for slope in [jet.slope(), dual.slope()] {
            assert!((slope[0] - 0.75).abs() < 1e-15 && (slope[1] - 0.5).abs() < 1e-15, "{slope:?}");
        }
        let curve = jet.curve();
        for (found, expected) in [(curve[0][0], 0.25), (curve[0][1], 0.75), (curve[1][0], 0.75), (curve[1][1], 0.5)] {
            assert!((found - expected).abs() < 1e-15, "{curve:?}");
        }
    }

    #[test]
    fn softplus_neither_overflows_nor_loses_its_tail() {
        // ln(1 + e^x) is x for large x and e^x for very negative x.
        assert_eq!(Scalar::softplus(1e6), 1e6);
        assert_eq!(Scalar::softplus(-50.0), libm::exp(-50.0));
        let jet = Jet::<1>::constant(0.0, 0).softplus();
        assert_eq!((jet.slope()[0], jet.curve()[0][0]), (0.5, 0.25));
    }
}
