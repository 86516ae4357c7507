//! The runs that a law is fitted to.

use super::error::ScalingError;
use super::quantity::{Quantity, Scale};

/// One training run.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// How large it is.
    pub scale: Scale,
    /// Its loss, as measured; above 0.
    pub loss: f64,
    /// What it shares with other runs, such as the size of the model or the
    /// seed.
    pub group: Option<String>,
    /// Its row in the table it comes from, for messages.
    pub row: u64,
}

/// Runs with positive, finite losses, none of them twice.
#[derive(Debug, Clone, PartialEq)]
pub struct Points {
    points: Vec<Point>,
    duplicates: Vec<(u64, u64)>,
}

/// Two neighbouring values of one quantity that lie so far apart that their
/// units may differ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Jump {
    /// Of which quantity.
    pub quantity: Quantity,
    /// The value below the gap.
    pub below: f64,
    /// The value above the gap.
    pub above: f64,
    /// The first row with a value above the gap.
    pub row: u64,
}

/// From this factor between neighbours on, a mixture of units is suspected:
/// thousands, millions and billions differ by as much.
const SUSPICIOUS_FACTOR: f64 = 1e3;

impl Points {
    /// Takes the runs up, without those that repeat an earlier one in every
    /// number and in the group.
    ///
    /// # Errors
    /// [`ScalingError::LossNotPositive`] at the first loss that is not positive
    /// and finite, [`ScalingError::NoPoints`].
    pub fn new(rows: Vec<Point>) -> Result<Self, ScalingError> {
        if rows.is_empty() {
            return Err(ScalingError::NoPoints);
        }
        let mut points: Vec<Point> = Vec::with_capacity(rows.len());
        let mut duplicates = Vec::new();
        for point in rows {
            if !(point.loss > 0.0 && point.loss.is_finite()) {
                return Err(ScalingError::LossNotPositive { row: point.row, loss: point.loss });
            }
            let is_same =
                |other: &&Point| other.scale == point.scale && other.loss == point.loss && other.group == point.group;
            match points.iter().find(is_same) {
                Some(first) => duplicates.push((point.row, first.row)),
                None => points.push(point),
            }
        }
        Ok(Self { points, duplicates })
    }

    /// The runs, in the order of the table.
    #[must_use]
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// The rows that were left out because they repeat another, with the row that
    /// each repeats.
    #[must_use]
    pub fn duplicates(&self) -> &[(u64, u64)] {
        &self.duplicates
    }

    /// How many runs there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Whether there are none, which is never so.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// The runs at some places, which must be at least one.
    pub(super) fn only(&self, places: &[usize]) -> Self {
        Self { points: places.iter().map(|&place| self.points[place].clone()).collect(), duplicates: Vec::new() }
    }

    /// The values of a quantity, where all runs have it.
    ///
    /// # Errors
    /// [`ScalingError::QuantityMissing`] with the first row that has none.
    pub fn values(&self, quantity: Quantity) -> Result<Vec<f64>, ScalingError> {
        let value =
            |point: &Point| point.scale.get(quantity).ok_or(ScalingError::QuantityMissing { row: point.row, quantity });
        self.points.iter().map(value).collect()
    }

    /// The gaps between neighbouring values of parameters, tokens or steps that
    /// look like a mixture of units.
    #[must_use]
    pub fn jumps(&self) -> Vec<Jump> {
        let of_quantity = |quantity: Quantity| {
            let mut values: Vec<(f64, u64)> =
                self.points.iter().filter_map(|point| Some((point.scale.get(quantity)?, point.row))).collect();
            values.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            values
                .windows(2)
                .filter(|pair| pair[1].0 / pair[0].0 >= SUSPICIOUS_FACTOR)
                .map(|pair| Jump { quantity, below: pair[0].0, above: pair[1].0, row: pair[1].1 })
                .collect::<Vec<_>>()
        };
        Quantity::ALL.into_iter().flat_map(of_quantity).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(row: u64, tokens: f64, loss: f64) -> Point {
        Point { scale: Scale::new().with(Quantity::Tokens, tokens).unwrap(), loss, group: None, row }
    }

    #[test]
    fn a_repeated_run_counts_once_and_is_named() {
        let points = Points::new(vec![point(1, 1e6, 3.0), point(2, 1e6, 3.1), point(3, 1e6, 3.0)]).unwrap();
        assert_eq!((points.len(), points.duplicates()), (2, &[(3, 1)][..]));
    }

    #[test]
    fn a_loss_that_has_no_logarithm_is_refused_with_its_row() {
        for loss in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let error = Points::new(vec![point(1, 1e6, 3.0), point(7, 1e6, loss)]).unwrap_err();
            assert!(matches!(error, ScalingError::LossNotPositive { row: 7, .. }), "{error}");
        }
        assert_eq!(Points::new(Vec::new()), Err(ScalingError::NoPoints));
        assert!(Scale::new().with(Quantity::Compute, 0.0).is_err());
    }

    #[test]
    fn millions_beside_billions_are_suspected() {
        let points = Points::new(vec![point(1, 70.0, 3.0), point(2, 4e8, 2.0), point(3, 9e8, 1.9)]).unwrap();
        let jumps = points.jumps();
        assert_eq!(jumps, [Jump { quantity: Quantity::Tokens, below: 70.0, above: 4e8, row: 2 }]);
    }
}
