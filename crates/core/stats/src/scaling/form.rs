//! What a law must say of itself.

use super::constant::Constant;
use super::data::{Data, Logs};
use super::quantity::Quantity;
use crate::least_squares::{Jet, Scalar};

/// The formula of a law with P constants.
///
/// It is written in *searched numbers* theta: one for each constant, such as the
/// logarithm of a positive one, at scales whose logarithms are centred.
pub(super) trait Form<const P: usize> {
    /// Whether the starts are near enough to go on without rough steps.
    const STARTS_ARE_NEAR: bool = false;

    /// The constants, in the order of theta.
    fn constants(&self) -> [Constant; P];

    /// Which quantities a run must tell.
    fn needs(&self) -> &[Quantity];

    /// The log loss.
    fn log_loss<S: Scalar>(&self, theta: &[S; P], logs: &Logs, centre: &Logs) -> S;

    /// The searched numbers at scales that are not centred; a linear map.
    fn uncentred(&self, theta: &[f64; P], centre: &Logs) -> [f64; P];

    /// Where to start, the most promising first; at least one.
    fn starts(&self, data: &Data) -> Vec<[f64; P]>;

    /// The log loss with its slope and curvature, of which the lower triangle is
    /// read.
    fn curved(&self, theta: &[f64; P], logs: &Logs, centre: &Logs) -> (f64, [f64; P], [[f64; P]; P]) {
        let jets: [Jet<P>; P] = std::array::from_fn(|k| Jet::constant(theta[k], k));
        let found = self.log_loss(&jets, logs, centre);
        (found.value(), *found.slope(), *found.curve())
    }
}

/// ln(e^a + e^b), without overflow.
pub(super) fn log_sum<S: Scalar>(a: S, b: S) -> S {
    if a.value() >= b.value() { a + (b - a).softplus() } else { b + (a - b).softplus() }
}
