//! Random weights of a Dirichlet distribution, before they are divided by
//! their sum.

use crate::stream::Stream;

/// Fills the places with independent draws of the exponential distribution
/// with mean 1, which is the gamma distribution of shape 1.
///
/// The logarithm is what takes time. One of a product of three uniform numbers
/// is a gamma variable of shape 3; two further uniform numbers cut it into
/// three independent exponential ones.
///
/// # Source
/// Devroye 1986, "Non-Uniform Random Variate Generation", chapter V, theorem
/// 2.2: uniform spacings times an independent gamma variable.
pub(super) fn fill_exponential(places: &mut [f64], stream: &mut Stream) {
    for part in places.chunks_mut(3) {
        let product = (1.0 - stream.uniform()) * (1.0 - stream.uniform()) * (1.0 - stream.uniform());
        let whole = -libm::log(product);
        let (first, second) = (stream.uniform(), stream.uniform());
        let (low, high) = (first.min(second), first.max(second));
        for (place, share) in part.iter_mut().zip([low, high - low, 1.0 - high]) {
            *place = share * whole;
        }
    }
}

/// Draws from the gamma distribution with this shape, at least 0; the one of
/// shape 0 is 0.
///
/// # Source
/// Marsaglia and Tsang 2000, "A Simple Method for Generating Gamma Variables",
/// with their factor for shapes below 1.
pub(super) fn gamma(shape: f64, stream: &mut Stream) -> f64 {
    if shape == 0.0 {
        return 0.0;
    }
    if shape < 1.0 {
        let factor = libm::pow(1.0 - stream.uniform(), 1.0 / shape);
        return factor * gamma(shape + 1.0, stream);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = stream.normal();
        let root = 1.0 + c * x;
        if root <= 0.0 {
            continue;
        }
        let v = root * root * root;
        if libm::log(1.0 - stream.uniform()) < 0.5 * x * x + d - d * v + d * libm::log(v) {
            return d * v;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean and variance of a gamma variable are its shape.
    fn check(what: &str, shape: f64, values: &[f64]) {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let square = values.iter().map(|value| (value - shape) * (value - shape)).sum::<f64>() / n;
        // Standard errors sqrt(k / n) and sqrt((2 k^2 + 6 k) / n); six of them
        // each: chance of a false alarm below 1e-8.
        assert!((mean - shape).abs() < 6.0 * (shape / n).sqrt(), "{what}: mean {mean}");
        let spread = ((2.0 * shape * shape + 6.0 * shape) / n).sqrt();
        assert!((square - shape).abs() < 6.0 * spread, "{what}: variance {square}");
    }

    #[test]
    fn gamma_variables_have_the_moments_of_their_shape() {
        let mut stream = Stream::named([6; 32], "gamma");
        for shape in [0.3, 0.5, 1.0, 4.5, 60.0] {
            let values: Vec<f64> = (0..60_000).map(|_| gamma(shape, &mut stream)).collect();
            check("gamma", shape, &values);
        }
        assert_eq!(gamma(0.0, &mut stream), 0.0);
    }

    #[test]
    fn exponential_variables_are_independent_and_have_their_tail() {
        let mut stream = Stream::named([6; 32], "exponential");
        let mut values = vec![0.0; 60_000];
        fill_exponential(&mut values, &mut stream);
        check("exponential", 1.0, &values);
        for place in 0..3 {
            let every_third: Vec<f64> = values.iter().skip(place).step_by(3).copied().collect();
            check("exponential", 1.0, &every_third);
        }
        // Sums of the three of a draw have shape 3, which dependence would change.
        check("sums", 3.0, &values.chunks(3).map(|part| part.iter().sum()).collect::<Vec<f64>>());
        for limit in [0.1, 1.0, 3.0] {
            let above = values.iter().filter(|value| **value > limit).count() as f64 / 60_000.0;
            let expected = libm::exp(-limit);
            let spread = (expected * (1.0 - expected) / 60_000.0).sqrt();
            assert!((above - expected).abs() < 6.0 * spread, "{limit}: {above}");
        }
    }
}
