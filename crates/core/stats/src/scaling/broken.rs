use super::constant::Constant;
use super::data::{Data, Logs};
use super::form::{Form, log_sum};
use super::quantity::Quantity;
use crate::least_squares::{Scalar, positive_solve};

/// L = a + b x^-c0 (1 + (x / d1)^(1 / f1))^(-c1 f1) ...: a power law whose
/// exponent changes by c_i at each of B breaks d_i, over a width f_i.
///
/// P is 3 (B + 1).
///
/// # Source
/// Caballero et al. 2022, "Broken Neural Scaling Laws", equation 1.
pub(super) struct Broken<const B: usize> {
    pub(super) over: [Quantity; 1],
}

/// Where breaks are tried, as shares of the range of log scales, and how wide.
const PLACES: [f64; 7] = [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875];
const WIDTHS: [f64; 2] = [0.05, 0.3];
/// Which shares of the least loss are tried as the offset a.
const OFFSETS: [f64; 4] = [1e-3, 0.4, 0.7, 0.95];
/// How many of the best starts are gone on from.
const KEPT: usize = 12;

impl<const B: usize> Broken<B> {
    fn log(&self, logs: &Logs) -> f64 {
        logs[self.over[0] as usize]
    }
}

impl<const B: usize, const P: usize> Form<P> for Broken<B> {
    fn constants(&self) -> [Constant; P] {
        const NAMES: [[&str; 3]; 3] = [["c1", "d1", "f1"], ["c2", "d2", "f2"], ["c3", "d3", "f3"]];
        std::array::from_fn(|place| match place {
            0 => Constant::positive("a", "loss", "the loss that no scale removes"),
            1 => Constant::positive("b", "loss x scale^c0", "how far the loss lies above a at scale 1"),
            2 => Constant::change("c0", "by which power the loss above a falls before the first break"),
            _ => {
                let names = &NAMES[(place / 3).clamp(1, 3) - 1];
                match place % 3 {
                    0 => Constant::change(names[0], "by how much the power changes at the break"),
                    1 => Constant::positive(names[1], "scale", "the scale of the break"),
                    _ => Constant::positive(names[2], "log scale", "how wide the break is"),
                }
            }
        })
    }

    fn needs(&self) -> &[Quantity] {
        &self.over
    }

    fn log_loss<S: Scalar>(&self, theta: &[S; P], logs: &Logs, _: &Logs) -> S {
        let x = S::plain(self.log(logs));
        let mut above = theta[1] - theta[2] * x;
        for of_break in theta[3..].chunks(3) {
            let width = of_break[2].exp();
            above = above - of_break[0] * width * ((x - of_break[1]) / width).softplus();
        }
        log_sum(theta[0], above)
    }

    fn uncentred(&self, theta: &[f64; P], centre: &Logs) -> [f64; P] {
        let mut found = *theta;
        found[1] += theta[2] * self.log(centre);
        found[3..].chunks_mut(3).for_each(|of_break| of_break[1] += self.log(centre));
        found
    }

    /// For breaks and an offset given, ln(L - a) is linear in ln b, c0 and the c_i.
    fn starts(&self, data: &Data) -> Vec<[f64; P]> {
        let xs: Vec<f64> = data.logs.iter().map(|logs| self.log(logs)).collect();
        let (lowest, highest) =
            xs.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(*x), high.max(*x)));
        let least = data.log_losses.iter().copied().fold(f64::INFINITY, f64::min);
        let mut starts = Vec::new();
        for breaks in combinations(B) {
            for width in WIDTHS.map(|share| share * (highest - lowest)) {
                for offset in OFFSETS {
                    let floor = least + libm::log(offset);
                    let places: Vec<f64> =
                        breaks.iter().map(|place| lowest + PLACES[*place] * (highest - lowest)).collect();
                    if let Some((rest, start)) = linear::<P>(data, &xs, floor, &places, width) {
                        starts.push((rest, start));
                    }
                }
            }
        }
        starts.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut starts: Vec<[f64; P]> = starts.into_iter().take(KEPT).map(|(_, start)| start).collect();
        if starts.is_empty() {
            let mut start = [0.0; P];
            (start[0], start[1]) = (least - 1.0, least);
            starts.push(start);
        }
        starts
    }
}

/// All sets of `count` places for breaks, in ascending order.
fn combinations(count: usize) -> Vec<Vec<usize>> {
    (0_u32..1 << PLACES.len())
        .filter(|set| set.count_ones() as usize == count)
        .map(|set| (0..PLACES.len()).filter(|place| set >> place & 1 == 1).collect())
        .collect()
}

/// The start with these breaks and this offset, and the sum of squares of its
/// log residuals.
fn linear<const P: usize>(data: &Data, xs: &[f64], floor: f64, breaks: &[f64], width: f64) -> Option<(f64, [f64; P])> {
    // Columns that are not linear get an equation of their own: theta = 0.
    let linear = |place: usize| place == 1 || place == 2 || (place > 2 && place.is_multiple_of(3));
    let row = |x: f64| -> [f64; P] {
        std::array::from_fn(|place| match place {
            1 => 1.0,
            2 => -x,
            _ if linear(place) => -width * ((x - breaks[place / 3 - 1]) / width).softplus(),
            _ => 0.0,
        })
    };
    let (mut matrix, mut right) = ([[0.0; P]; P], [0.0; P]);
    for (x, log_loss) in xs.iter().zip(&data.log_losses) {
        let row = row(*x);
        // ln(L - a) for ln L and ln a; its error counts by the share above a.
        let share = -libm::expm1(floor - log_loss);
        let target = log_loss + libm::log(share);
        for a in 0..P {
            for b in 0..=a {
                matrix[a][b] += share * share * row[a] * row[b];
            }
            right[a] += share * share * row[a] * target;
        }
    }
    for (place, row) in matrix.iter_mut().enumerate() {
        row[place] = if linear(place) { row[place] * (1.0 + 1e-9) } else { 1.0 };
    }
    let mut theta = positive_solve(&matrix, &right)?;
    theta[0] = floor;
    for (of_break, place) in theta[3..].chunks_mut(3).zip(breaks) {
        (of_break[1], of_break[2]) = (*place, libm::log(width));
    }
    let rest = xs
        .iter()
        .zip(&data.log_losses)
        .map(|(x, log_loss)| {
            let above: f64 = row(*x).iter().zip(&theta).map(|(row, theta)| row * theta).sum();
            let residual = log_sum(floor, above) - log_loss;
            residual * residual
        })
        .sum();
    Some((rest, theta))
}
