//! The distributions that calibrations draw from.

use gosset_stats::Stream;

pub(crate) type Draw = fn(&mut Stream) -> f64;

/// What most calibrations are put to.
pub(crate) const SHAPES: [(&str, Draw); 4] = [
    ("normal", Stream::normal),
    ("exponential", exponential),
    ("t with 3 df", heavy_tailed),
    ("integers 0 to 3", |stream| stream.below(4) as f64),
];

/// Mean and standard deviation 1.
pub(crate) fn exponential(stream: &mut Stream) -> f64 {
    -libm::log(1.0 - stream.uniform())
}

/// Student's t with 3 degrees of freedom, whose variance is 3.
pub(crate) fn heavy_tailed(stream: &mut Stream) -> f64 {
    let square: f64 = (0..3).map(|_| stream.normal()).map(|z| z * z).sum();
    stream.normal() / (square / 3.0).sqrt()
}

/// -1, 0, 0 and 1.
pub(crate) fn tied(stream: &mut Stream) -> f64 {
    [-1.0, 0.0, 0.0, 1.0][stream.below(4) as usize]
}
