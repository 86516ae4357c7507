//! The least value of a function by its exact curvature.

use super::factor::positive_solve;

/// A function that is to be made least.
pub(crate) trait Objective<const P: usize> {
    /// Its value, never below 0, with slope and curvature.
    fn curved(&self, at: &[f64; P]) -> Curved<P>;

    /// A value so small that it is nothing but rounding.
    fn negligible(&self) -> f64;
}

/// A function's value with its slope and curvature at one place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Curved<const P: usize> {
    /// The value.
    pub(crate) value: f64,
    /// The first derivatives.
    pub(crate) slope: [f64; P],
    /// The second derivatives.
    pub(crate) curve: [[f64; P]; P],
    /// A matrix without negative directions that says in which unit a step is
    /// long; the curvature is damped by multiples of it.
    pub(crate) metric: [[f64; P]; P],
}

/// Where a function is least.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Minimum<const P: usize> {
    /// The place.
    pub(crate) at: [f64; P],
    /// The value there.
    pub(crate) value: f64,
    /// Whether no step within the curvature lowers it by more than its rounding,
    /// or the last one lowered it by hardly anything.
    pub(crate) is_settled: bool,
}

/// What a step must promise, relative to the value, to be worth it.
const SMALLEST_FALL: f64 = 1e-15;
/// Below this promise a step that brings nothing is taken for rounding.
const ROUNDING: f64 = 1e-11;
/// A search that ends with its steps has settled all the same if the last of
/// them lowered the value by no more than this share.
const NEARLY: f64 = 1e-6;
/// How much of its diagonal is added to the metric.
const RIDGE: f64 = 1e-6;
/// Beyond this damping no step is left.
const MOST_DAMPING: f64 = 1e10;

/// Goes downhill from `start` by damped Newton steps until the value settles or
/// `most_steps` are taken.
///
/// # Source
/// Nocedal and Wright 2006, "Numerical Optimization", sections 4.1 and 6.3
/// (trust regions, here by damping with the metric instead of a radius).
pub(crate) fn minimise<const P: usize>(objective: &impl Objective<P>, start: [f64; P], most_steps: u32) -> Minimum<P> {
    let mut at = start;
    let mut damping: f64 = 0.0;
    let mut here = objective.curved(&at);
    let negligible = objective.negligible();
    let mut last_fall = f64::INFINITY;
    for _ in 0..most_steps {
        if here.value <= negligible {
            return Minimum { at, value: here.value, is_settled: true };
        }
        let fall_worth = SMALLEST_FALL * here.value;
        loop {
            let Some((step, fall)) = damped(&here, damping) else {
                damping = (4.0 * damping).max(1e-3);
                if damping > MOST_DAMPING {
                    return Minimum { at, value: here.value, is_settled: false };
                }
                continue;
            };
            // Not above, or NaN.
            if fall.is_nan() || fall <= fall_worth {
                return Minimum { at, value: here.value, is_settled: fall >= 0.0 };
            }
            let there: [f64; P] = std::array::from_fn(|k| at[k] + step[k]);
            // Most steps are taken, so that slope and curvature are seldom in vain.
            let found = objective.curved(&there);
            let gain = (here.value - found.value) / fall;
            if gain > 1e-4 {
                damping = if gain > 0.75 {
                    if damping < 1e-6 { 0.0 } else { damping / 8.0 }
                } else if gain < 0.25 {
                    (4.0 * damping).max(1e-3)
                } else {
                    damping
                };
                last_fall = here.value - found.value;
                (at, here) = (there, found);
                break;
            }
            if fall < ROUNDING * here.value {
                return Minimum { at, value: here.value, is_settled: true };
            }
            damping = (4.0 * damping).max(1e-3);
            if damping > MOST_DAMPING {
                return Minimum { at, value: here.value, is_settled: false };
            }
        }
    }
    Minimum { at, value: here.value, is_settled: last_fall <= NEARLY * here.value }
}

/// The step for this damping and the fall that the curvature promises; none
/// where the damped curvature has a direction that goes down for ever.
fn damped<const P: usize>(here: &Curved<P>, damping: f64) -> Option<([f64; P], f64)> {
    // Where the metric has no extent in some direction, strong damping still has.
    let ridge = |k: usize| RIDGE * here.metric[k][k];
    let matrix = std::array::from_fn(|row| {
        std::array::from_fn(|column| {
            let metric = here.metric[row][column] + if row == column { ridge(row) } else { 0.0 };
            here.curve[row][column] + damping * metric
        })
    });
    let step = positive_solve(&matrix, &here.slope)?.map(|part| -part);
    let mut fall = 0.0;
    for row in 0..P {
        let bent: f64 = (0..P).map(|k| here.curve[row.max(k)][row.min(k)] * step[k]).sum();
        fall -= step[row] * (here.slope[row] + 0.5 * bent);
    }
    fall.is_finite().then_some((step, fall))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 100 (y - x^2)^2 + (1 - x)^2 + 1, least at (1, 1) with the value 1.
    struct Rosenbrock;

    impl Objective<2> for Rosenbrock {
        fn negligible(&self) -> f64 {
            0.0
        }

        fn curved(&self, at: &[f64; 2]) -> Curved<2> {
            let &[x, y] = at;
            Curved {
                value: 100.0 * (y - x * x) * (y - x * x) + (1.0 - x) * (1.0 - x) + 1.0,
                slope: [-400.0 * x * (y - x * x) - 2.0 * (1.0 - x), 200.0 * (y - x * x)],
                curve: [[1200.0 * x * x - 400.0 * y + 2.0, -400.0 * x], [-400.0 * x, 200.0]],
                metric: [[1.0, 0.0], [0.0, 1.0]],
            }
        }
    }

    #[test]
    fn a_curved_valley_is_followed_to_its_end() {
        for start in [[-1.2, 1.0], [0.0, 5.0], [10.0, -10.0]] {
            let found = minimise(&Rosenbrock, start, 200);
            assert!(found.is_settled, "{found:?}");
            assert!((found.at[0] - 1.0).abs() < 1e-6 && (found.at[1] - 1.0).abs() < 1e-6, "{found:?}");
        }
    }

    #[test]
    fn what_has_no_value_is_not_settled() {
        struct Nothing;
        impl Objective<1> for Nothing {
            fn negligible(&self) -> f64 {
                0.0
            }
            fn curved(&self, _: &[f64; 1]) -> Curved<1> {
                Curved { value: f64::NAN, slope: [f64::NAN], curve: [[f64::NAN]], metric: [[f64::NAN]] }
            }
        }
        assert!(!minimise(&Nothing, [0.0], 50).is_settled);
    }
}
