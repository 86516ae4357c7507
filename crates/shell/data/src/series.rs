/// One metric of one run, point by point, in the order in which the points
/// were written.
///
/// The three lists have the same length. Steps may repeat and may go back.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Series {
    /// The step of each point.
    pub steps: Vec<i64>,
    /// When each point was measured, in milliseconds since the epoch, as far
    /// as the program said so.
    pub times_ms: Vec<Option<i64>>,
    /// The value of each point; NaN and the infinities are values.
    pub values: Vec<f64>,
}

impl Series {
    /// The number of points.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is no point.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}
