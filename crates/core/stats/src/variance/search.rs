//! The maximum of the REML likelihood over standard deviations that are not
//! negative.

use super::cholesky::Cholesky;
use super::error::VarianceError;
use super::layout::{Component, Layout};
use super::reml::{Reml, Slopes};

/// The largest relative standard deviation; beyond it the residual is nothing
/// but rounding.
const MOST: f64 = 1e6;

/// Where a component is tried before the search proper.
const TRIES: [f64; 8] = [0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0, 1_000.0];

/// What a step is expected to gain where the search ends; the deviance itself
/// is rounded at about this size.
const GAIN: f64 = 1e-12;

/// Finds the standard deviations, relative to the residual's, that minimise the
/// profiled REML deviance.
///
/// Newton's method with damping in theta, from the best points of two coarse
/// searches of different order. A
/// component stays at 0 where the derivative by its variance is not negative,
/// which is the condition for a minimum on the boundary.
///
/// # Errors
/// [`VarianceError::Confounded`], [`VarianceError::NoResidual`].
pub(super) fn minimize(layout: &Layout) -> Result<Reml<'_>, VarianceError> {
    let origin = Reml::at(layout, [0.0; 3]).ok_or(VarianceError::NoResidual)?;
    if origin.squares <= 0.0 {
        return Err(VarianceError::NoResidual);
    }
    check_identified(layout, &origin.slopes())?;
    let mut starts: Vec<[f64; 3]> = Vec::new();
    for start in [sweep(layout, 1.0, Component::ALL), sweep(layout, 0.1, REVERSED)] {
        if !starts.contains(&start) {
            starts.push(start);
        }
    }
    let mut best: Option<Reml<'_>> = None;
    for start in starts.into_iter().filter_map(|start| Reml::at(layout, start)) {
        let found = descend(layout, start);
        // Starting points that end at one place are told apart by rounding only.
        if best.as_ref().is_none_or(|best| found.deviance < best.deviance - GAIN * found.deviance.abs().max(1.0)) {
            best = Some(found);
        }
    }
    let best = best.ok_or(VarianceError::NoResidual)?;
    if best.theta.iter().any(|theta| *theta >= 0.99 * MOST) {
        return Err(VarianceError::NoResidual);
    }
    Ok(best)
}

const REVERSED: [Component; 3] = [Component::Run, Component::Task, Component::MethodByTask];

/// The minimum that Newton's method reaches from `theta`, for a table that was
/// drawn with these; none where rounding leaves no positive definite matrix.
pub(super) fn descend_from(layout: &Layout, theta: [f64; 3]) -> Option<Reml<'_>> {
    Reml::at(layout, theta).map(|start| descend(layout, start))
}

/// Tries each component in turn at a few orders of magnitude, with all at
/// `start` in the beginning.
fn sweep(layout: &Layout, start: f64, order: [Component; 3]) -> [f64; 3] {
    let mut theta = layout.active.map(|is_active| if is_active { start } else { 0.0 });
    let mut lowest = f64::INFINITY;
    for component in order.into_iter().filter(|component| layout.active[*component as usize]) {
        let mut trial = theta;
        for value in TRIES {
            trial[component as usize] = value;
            let deviance = Reml::at(layout, trial).map_or(f64::INFINITY, |found| found.deviance);
            if deviance < lowest {
                lowest = deviance;
                theta = trial;
            }
        }
    }
    theta
}

fn descend<'a>(layout: &'a Layout, start: Reml<'a>) -> Reml<'a> {
    let mut current = start;
    let mut damping = 0.0;
    for _ in 0..200 {
        let slopes = current.slopes();
        if let Some(other) = leave_or_meet_boundary(layout, &current, &slopes) {
            current = other;
            continue;
        }
        let free: Vec<usize> = (0..3).filter(|place| current.theta[*place] > 0.0).collect();
        if free.is_empty() {
            return current;
        }
        let Some((next, gain)) = step(layout, &current, &slopes, &free, &mut damping) else {
            return current;
        };
        current = next;
        if gain < GAIN {
            return current;
        }
    }
    current
}

/// Sets a component to 0, or frees one from it, where that lowers the deviance.
fn leave_or_meet_boundary<'a>(layout: &'a Layout, current: &Reml<'a>, slopes: &Slopes) -> Option<Reml<'a>> {
    let (gradient, curvature) = (slopes.gradient(), slopes.curvature());
    for component in layout.components() {
        let place = component as usize;
        let with = |value: f64| {
            let mut theta = current.theta;
            theta[place] = value;
            Reml::at(layout, theta)
        };
        if current.theta[place] > 0.0 {
            let is_near = current.theta[place] < 1e-3 && gradient[place] > 0.0;
            if let Some(found) = is_near.then(|| with(0.0)).flatten().filter(|found| found.deviance <= current.deviance)
            {
                return Some(found);
            }
        } else if gradient[place] < 0.0 {
            let mut variance = (-gradient[place] / curvature[place][place].abs()).min(1.0);
            while -gradient[place] * variance > GAIN {
                if let Some(found) = with(variance.sqrt()).filter(|found| found.deviance < current.deviance) {
                    return Some(found);
                }
                variance *= 0.25;
            }
        }
    }
    None
}

/// Takes a damped Newton step in the free components that does not raise the
/// deviance, and returns what the quadratic model expects of it.
fn step<'a>(
    layout: &'a Layout,
    current: &Reml<'a>,
    slopes: &Slopes,
    free: &[usize],
    damping: &mut f64,
) -> Option<(Reml<'a>, f64)> {
    let (gradient, curvature) = (slopes.gradient(), slopes.curvature());
    let theta = current.theta;
    let size = free.len();
    // By theta, of which gamma is the square.
    let slope: Vec<f64> = free.iter().map(|place| 2.0 * theta[*place] * gradient[*place]).collect();
    let matrix: Vec<f64> = free
        .iter()
        .flat_map(|first| free.iter().map(move |second| (*first, *second)))
        .map(|(first, second)| {
            let own = if first == second { 2.0 * gradient[first] } else { 0.0 };
            4.0 * theta[first] * theta[second] * curvature[first][second] + own
        })
        .collect();
    while *damping < 1e12 {
        let mut damped = matrix.clone();
        for place in 0..size {
            damped[place * size + place] += *damping * (matrix[place * size + place].abs() + 1e-6);
        }
        if let Some(factor) = Cholesky::of(damped, size) {
            let mut change: Vec<f64> = slope.iter().map(|slope| -slope).collect();
            factor.solve(&mut change);
            let gain = -0.5 * slope.iter().zip(&change).map(|(slope, change)| slope * change).sum::<f64>();
            let mut next = theta;
            for (place, change) in free.iter().zip(&change) {
                next[*place] = (theta[*place] + change).clamp(0.0, (4.0 * theta[*place] + 1.0).min(MOST));
            }
            let tolerance = if gain < 1e-9 { 1e-13 * current.deviance.abs().max(1.0) } else { 0.0 };
            let found = Reml::at(layout, next);
            if let Some(found) = found.filter(|found| found.deviance <= current.deviance + tolerance) {
                *damping = if *damping < 1e-4 { 0.0 } else { *damping * 0.1 };
                return Some((found, gain));
            }
            if gain < GAIN {
                return None;
            }
        }
        *damping = (*damping * 10.0).max(1e-3);
    }
    None
}

/// Checks that no component's covariance, once the methods are taken out, is
/// made of the others'.
///
/// # Source
/// Rao and Kleffe 1988, "Estimation of Variance Components and Applications",
/// section 4.2: variances are identified exactly where the matrices M V_k M are
/// linearly independent.
fn check_identified(layout: &Layout, slopes: &Slopes) -> Result<(), VarianceError> {
    let traces = slopes.traces();
    let product = |first: Option<Component>, second: Option<Component>| match (first, second) {
        (None, None) => layout.df(),
        (None, Some(one)) | (Some(one), None) => traces[one as usize],
        (Some(first), Some(second)) => slopes.products[first as usize][second as usize],
    };
    if layout.df() <= 0.0 {
        return Err(VarianceError::NoResidual);
    }
    let mut earlier: Vec<Option<Component>> = vec![None];
    let order = [Component::Task, Component::Run, Component::MethodByTask];
    for component in order.into_iter().filter(|component| layout.active[*component as usize]) {
        let own = product(Some(component), Some(component));
        let size = earlier.len();
        let matrix = earlier.iter().flat_map(|first| earlier.iter().map(|second| product(*first, *second))).collect();
        let factor = Cholesky::of(matrix, size).expect("the earlier components were found independent");
        let mut shares: Vec<f64> = earlier.iter().map(|other| product(*other, Some(component))).collect();
        let crosses = shares.clone();
        factor.solve(&mut shares);
        let explained: f64 = shares.iter().zip(&crosses).map(|(share, cross)| share * cross).sum();
        let scale = layout.n as f64;
        if own <= 1e-18 * scale * scale {
            return Err(VarianceError::Confounded { component: component.name(), with: vec!["the methods"] });
        }
        if own - explained <= 1e-9 * own {
            let name = |other: &Option<Component>| other.map_or("residual", Component::name);
            let with = earlier
                .iter()
                .zip(&shares)
                .filter(|(other, share)| share.abs() * product(**other, **other).sqrt() > 1e-6 * own.sqrt())
                .map(|(other, _)| name(other))
                .collect();
            return Err(VarianceError::Confounded { component: component.name(), with });
        }
        earlier.push(Some(component));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::Stream;
    use crate::variance::layout::{MethodByTask, Rows};

    /// A table with holes, of random size and random deviations.
    fn draw(stream: &mut Stream) -> Option<Layout> {
        let sizes = [2 + stream.below(3), 2 + stream.below(5), 2 + stream.below(4)];
        let spread = [0, 1, 2].map(|_| [0.0, 0.3, 1.0, 5.0][stream.below(4) as usize]);
        let mut effects = |count: u64, sd: f64| (0..count).map(|_| sd * stream.normal()).collect::<Vec<f64>>();
        let of_both = effects(sizes[0] * sizes[1], spread[0]);
        let (of_task, of_run) = (effects(sizes[1], spread[1]), effects(sizes[2], spread[2]));
        let (mut values, mut methods, mut tasks, mut runs) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for method in 0..sizes[0] {
            for task in 0..sizes[1] {
                for run in 0..sizes[2] {
                    if stream.below(10) < 8 {
                        let both = of_both[(method * sizes[1] + task) as usize];
                        values.push(both + of_task[task as usize] + of_run[run as usize] + stream.normal());
                        methods.push(method);
                        tasks.push(task);
                        runs.push(run);
                    }
                }
            }
        }
        let runs = (stream.below(2) == 0).then_some(&runs[..]);
        Layout::new(
            &Rows { values: &values, methods: &methods, tasks: &tasks, runs },
            methods.first()?,
            MethodByTask::Random,
        )
        .ok()
    }

    #[test]
    fn no_other_point_has_a_lower_deviance() {
        let root = Stream::named([53; 32], "search");
        let mut fits = 0;
        for index in 0..400 {
            let mut stream = root.substream(index);
            let Some(layout) = draw(&mut stream) else { continue };
            let Ok(found) = minimize(&layout) else { continue };
            fits += 1;
            for trial in 0..300 {
                let near = trial % 2 == 0;
                let theta = [0, 1, 2].map(|place| match (layout.active[place], stream.below(5)) {
                    (false, _) | (true, 0) => 0.0,
                    _ if near => found.theta[place] * libm::exp(0.1 * stream.normal()),
                    _ => libm::exp(2.0 * stream.normal()),
                });
                if let Some(other) = Reml::at(&layout, theta) {
                    assert!(found.deviance <= other.deviance + 1e-9, "{index}: {:?} {theta:?}", found.theta);
                }
            }
        }
        assert!(fits > 300, "{fits}");
    }

    #[test]
    fn derivatives_are_those_of_the_deviance() {
        let root = Stream::named([54; 32], "slopes");
        let mut checked = 0;
        for layout in (0..30).filter_map(|index| draw(&mut root.substream(index))) {
            let at = |gamma: [f64; 3]| {
                let theta = [0, 1, 2].map(|place| if layout.active[place] { gamma[place].sqrt() } else { 0.0 });
                Reml::at(&layout, theta).unwrap()
            };
            let (centre, step) = ([0.4, 1.7, 0.8], 1e-4);
            let slopes = at(centre).slopes();
            for component in layout.components() {
                let place = component as usize;
                let moved = |by: f64| {
                    let mut gamma = centre;
                    gamma[place] += by;
                    at(gamma)
                };
                let (above, below) = (moved(step), moved(-step));
                let slope = (above.deviance - below.deviance) / (2.0 * step);
                assert!((slope - slopes.gradient()[place]).abs() < 1e-6 * (1.0 + slope.abs()));
                let ends = [above, below].map(|end| end.slopes().gradient());
                for other in layout.components().map(|other| other as usize) {
                    let bend = (ends[0][other] - ends[1][other]) / (2.0 * step);
                    assert!((bend - slopes.curvature()[place][other]).abs() < 1e-6 * (1.0 + bend.abs()));
                }
                checked += 1;
            }
        }
        assert!(checked > 60);
    }
}
