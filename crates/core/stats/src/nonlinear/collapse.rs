//! Whether curves are one curve.

use crate::student::Student;
use crate::summary;

/// The points of a curve.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Curve {
    /// To the right.
    pub x: Vec<f64>,
    /// Upwards, one for each x.
    pub y: Vec<f64>,
}

/// How far a curve lies above the others at one place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gap {
    /// The place.
    pub x: f64,
    /// The curve less the others, with its error.
    pub gap: Student,
}

/// So many different places each side must have.
const PLACES: usize = 5;
/// The degree of the polynomials.
const TERMS: usize = 3;

/// Compares a curve with the points of all others where they overlap: at both ends
/// and in the middle.
///
/// A parabola is put through each side within the overlap; so the gap is that of
/// two curves that are smooth there. Points are independent, with errors of one
/// size on each side. None where one side has fewer than five places in the
/// overlap.
///
/// # Source
/// Bhattacharjee and Seno 2001, "A measure of data collapse for scaling", Journal
/// of Physics A 34, who compare each set with a curve through the others in the
/// overlap; here with parabolas, whose errors are known, so that the gap has a
/// standard error. Degrees of freedom after Satterthwaite 1946, "An Approximate
/// Distribution of Estimates of Variance Components".
#[must_use]
pub fn gaps(curve: &Curve, others: &Curve) -> Option<Vec<Gap>> {
    let least = |values: &[f64]| values.iter().copied().min_by(f64::total_cmp);
    let most = |values: &[f64]| values.iter().copied().max_by(f64::total_cmp);
    let low = least(&curve.x)?.max(least(&others.x)?);
    let high = most(&curve.x)?.min(most(&others.x)?);
    if low.is_nan() || high.is_nan() || low >= high {
        return None;
    }
    let (own, of_others) = (Parabola::through(curve, low, high)?, Parabola::through(others, low, high)?);
    let gap = |x: f64| {
        let ((own_value, own_variance), (other_value, other_variance)) = (own.at(x), of_others.at(x));
        let variance = own_variance + other_variance;
        let in_df = own_variance * own_variance / own.df + other_variance * other_variance / of_others.df;
        let gap = Student {
            n: own.n + of_others.n,
            estimate: own_value - other_value,
            standard_deviation: own.variance.sqrt(),
            standard_error: variance.sqrt(),
            df: variance * variance / in_df,
        };
        (gap.standard_error > 0.0 && gap.df.is_finite() && gap.estimate.is_finite()).then_some(Gap { x, gap })
    };
    [low, 0.5 * (low + high), high].into_iter().map(gap).collect()
}

/// A parabola by least squares, in polynomials that are orthogonal on its points.
struct Parabola {
    n: usize,
    df: f64,
    variance: f64,
    /// The middle and the half width of the x.
    middle: f64,
    half: f64,
    /// Of each polynomial: the slopes of its recurrence, its square length and its
    /// factor.
    shift: [f64; TERMS],
    weight: [f64; TERMS],
    length: [f64; TERMS],
    factor: [f64; TERMS],
}

impl Parabola {
    fn through(curve: &Curve, low: f64, high: f64) -> Option<Self> {
        let (middle, half) = (0.5 * (low + high), 0.5 * (high - low));
        let inside = curve.x.iter().zip(&curve.y).filter(|(x, _)| **x >= low && **x <= high);
        let (x, y): (Vec<f64>, Vec<f64>) = inside.map(|(x, y)| ((x - middle) / half, *y)).unzip();
        let mut places = x.clone();
        places.sort_by(f64::total_cmp);
        places.dedup_by(|a, b| (*a - *b).abs() < 1e-9);
        if places.len() < PLACES {
            return None;
        }
        let n = x.len();
        let mut found = Self {
            n,
            df: (n - TERMS) as f64,
            variance: 0.0,
            middle,
            half,
            shift: [0.0; TERMS],
            weight: [0.0; TERMS],
            length: [0.0; TERMS],
            factor: [0.0; TERMS],
        };
        let mut rest = y;
        let (mut before, mut now) = (vec![0.0; n], vec![1.0; n]);
        for term in 0..TERMS {
            let product = |weight: &dyn Fn(usize) -> f64| summary::sum(&(0..n).map(weight).collect::<Vec<_>>());
            let length = product(&|k| now[k] * now[k]);
            if !(length > 1e-12 && length.is_finite()) {
                return None;
            }
            found.length[term] = length;
            found.factor[term] = product(&|k| now[k] * rest[k]) / length;
            found.shift[term] = product(&|k| x[k] * now[k] * now[k]) / length;
            found.weight[term] = if term == 0 { 0.0 } else { length / found.length[term - 1] };
            rest.iter_mut().zip(&now).for_each(|(rest, now)| *rest -= found.factor[term] * now);
            let next = (0..n).map(|k| (x[k] - found.shift[term]) * now[k] - found.weight[term] * before[k]).collect();
            before = std::mem::replace(&mut now, next);
        }
        found.variance = summary::sum(&rest.iter().map(|rest| rest * rest).collect::<Vec<_>>()) / found.df;
        Some(found)
    }

    /// The value at `x` and its variance.
    fn at(&self, x: f64) -> (f64, f64) {
        let x = (x - self.middle) / self.half;
        let (mut before, mut now) = (0.0, 1.0);
        let (mut value, mut leverage) = (0.0, 0.0);
        for term in 0..TERMS {
            value += self.factor[term] * now;
            leverage += now * now / self.length[term];
            let next = (x - self.shift[term]) * now - self.weight[term] * before;
            (before, now) = (now, next);
        }
        (value, leverage * self.variance)
    }
}
