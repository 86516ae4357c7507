//! One-sided score tests of a difference of proportions, and their bounds.

use crate::bounds::Bounds;
use crate::distribution::normal;
use crate::level::Alpha;

/// A difference whose score statistic is known at every null value strictly
/// between -1 and 1, and falls as the null grows.
pub(super) trait Score {
    /// The estimate.
    fn estimate(&self) -> f64;

    /// The estimate less the null, and its variance under the null.
    fn at(&self, null: f64) -> (f64, f64);

    /// The standard normal statistic at a null value.
    fn z(&self, null: f64) -> f64 {
        let (distance, variance) = self.at(null);
        if distance == 0.0 { 0.0 } else { distance / variance.max(0.0).sqrt() }
    }

    /// The p-value against "the difference is at most `null`".
    fn upper_p(&self, null: f64) -> f64 {
        normal::lower_tail(-self.z(null))
    }

    /// The p-value against "the difference is at least `null`".
    fn lower_p(&self, null: f64) -> f64 {
        normal::lower_tail(self.z(null))
    }

    /// The null values that are just not rejected at a one-sided level.
    fn invert(&self, alpha: Alpha) -> Bounds {
        let z = -normal::point(alpha.get());
        Bounds { lower: self.solve(z), upper: self.solve(-z) }
    }

    /// The null value at which the statistic equals `z`.
    fn solve(&self, z: f64) -> f64 {
        let (mut low, mut high) = (-1.0_f64, 1.0_f64);
        for _ in 0..80 {
            let middle = 0.5 * (low + high);
            if self.z(middle) > z {
                low = middle;
            } else {
                high = middle;
            }
        }
        0.5 * (low + high)
    }
}
