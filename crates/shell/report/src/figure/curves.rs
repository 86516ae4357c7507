use maud::{Markup, html};

use super::scale::{Scale, at};
use crate::number;
use crate::text::{clean, shortened};

/// Runs and the curves that should go through them.
#[derive(Debug, Clone)]
pub struct Curves<'a> {
    /// Unique on the page.
    pub id: &'a str,
    /// What stands upwards, with its unit.
    pub up: &'a str,
    /// What stands to the right, with its unit.
    pub across: &'a str,
    /// The runs.
    pub points: &'a [(f64, f64)],
    /// The curves, at most six.
    pub lines: &'a [CurveLine],
}

/// A curve.
#[derive(Debug, Clone, PartialEq)]
pub struct CurveLine {
    /// Its name.
    pub name: String,
    /// Its points, from the left to the right.
    pub points: Vec<(f64, f64)>,
}

const WIDTH: f64 = 760.0;
const LEFT: f64 = 84.0;
const RIGHT: f64 = 560.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 330.0;
/// Wider ranges to the right are drawn in powers of ten.
const DECADE: f64 = 10.0;
/// How far names stay from one another.
const APART: f64 = 16.0;

/// Draws a dot for each run and a line for each curve, to the right in powers of
/// ten where the runs go over more than one.
///
/// None without runs.
#[must_use]
pub fn curves(plot: &Curves<'_>) -> Option<Markup> {
    let all = || plot.points.iter().chain(plot.lines.iter().flat_map(|line| &line.points));
    let (low, high) =
        plot.points.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (x, _)| (low.min(*x), high.max(*x)));
    if plot.points.is_empty() {
        return None;
    }
    let is_log = low > 0.0 && high / low > DECADE;
    let place_of = |x: f64| if is_log { x.log10() } else { x };
    let across = Scale::over(all().map(|(x, _)| place_of(*x)), LEFT, RIGHT);
    let up = Scale::over(all().map(|(_, y)| *y), BOTTOM, TOP);
    let label = |value: f64, text: String| if is_log { number::magnitude(10f64.powf(value), 2) } else { text };
    let (title, desc) = (format!("{}-title", plot.id), format!("{}-desc", plot.id));
    let names: Vec<String> = plot.lines.iter().map(|line| clean(&line.name)).collect();
    Some(html! {
        svg.plot id=(plot.id) role="img" viewBox=(format!("0 0 {WIDTH} {}", BOTTOM + 48.0)) aria-labelledby=(format!("{title} {desc}")) {
            title id=(title) { (clean(plot.up)) " over " (clean(plot.across)) }
            desc id=(desc) { (plot.points.len()) " runs as dots, and the curves of: " (names.join(", ")) ". The tables hold their constants." }
            text.small x=(at(LEFT - 68.0)) y=(at(TOP - 14.0)) { (shortened(&clean(plot.up), 60)) }
            @for (value, text) in up.ticks(5) {
                @let y = up.place(value);
                line.grid x1=(at(LEFT)) y1=(at(y)) x2=(at(RIGHT)) y2=(at(y)) {}
                text.small.soft x=(at(LEFT - 8.0)) y=(at(y + 4.0)) text-anchor="end" { (text) }
            }
            @for (value, text) in across.ticks(5) {
                @let x = at(across.place(value));
                line.axis x1=(x) y1=(at(BOTTOM)) x2=(x) y2=(at(BOTTOM + 5.0)) {}
                text.small.soft x=(x) y=(at(BOTTOM + 20.0)) text-anchor="middle" { (label(value, text)) }
            }
            line.axis x1=(at(LEFT)) y1=(at(BOTTOM)) x2=(at(RIGHT)) y2=(at(BOTTOM)) {}
            @for (index, line) in plot.lines.iter().enumerate() {
                path class=(format!("line series-{}", index % 6)) d=(drawn(line, &place_of, across, up)) {}
            }
            @for (x, y) in plot.points {
                circle.dot cx=(at(across.place(place_of(*x)))) cy=(at(up.place(*y))) r="3.5" {}
            }
            @for (index, (name, y)) in names.iter().zip(name_places(plot, up)).enumerate() {
                line class=(format!("line series-{}", index % 6)) x1=(at(RIGHT + 8.0)) y1=(at(y - 4.0)) x2=(at(RIGHT + 34.0)) y2=(at(y - 4.0)) {}
                text.small x=(at(RIGHT + 40.0)) y=(at(y)) { (shortened(name, 22)) }
            }
            text.small x=(at((LEFT + RIGHT) / 2.0)) y=(at(BOTTOM + 40.0)) text-anchor="middle" { (shortened(&clean(plot.across), 80)) }
        }
    })
}

fn drawn(line: &CurveLine, place_of: &dyn Fn(f64) -> f64, across: Scale, up: Scale) -> String {
    let step = |(index, (x, y)): (usize, &(f64, f64))| {
        let letter = if index == 0 { 'M' } else { 'L' };
        format!("{letter}{} {}", at(across.place(place_of(*x))), at(up.place(*y)))
    };
    line.points.iter().enumerate().map(step).collect::<Vec<String>>().join(" ")
}

/// Heights of the names beside the ends of their curves, pushed apart from the top
/// down.
fn name_places(plot: &Curves<'_>, up: Scale) -> Vec<f64> {
    let height = |line: &CurveLine| line.points.last().map_or(TOP, |(_, y)| up.place(*y)) + 4.0;
    let mut order: Vec<usize> = (0..plot.lines.len()).collect();
    order.sort_by(|a, b| height(&plot.lines[*a]).total_cmp(&height(&plot.lines[*b])).then(a.cmp(b)));
    let mut places = vec![0.0; plot.lines.len()];
    let mut last = f64::NEG_INFINITY;
    for index in order {
        last = height(&plot.lines[index]).max(last + APART);
        places[index] = last;
    }
    places
}
