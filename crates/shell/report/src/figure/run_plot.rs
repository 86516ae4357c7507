use maud::{Markup, html};

use super::scale::{LogScale, Scale, at};
use crate::text::{clean, shortened};

/// What a picture of runs and of what should go through them shows.
#[derive(Debug, Clone)]
pub struct RunPlot<'a> {
    /// Unique on the page.
    pub id: &'a str,
    /// What it shows, in one line.
    pub title: &'a str,
    /// The quantity upwards, with its unit.
    pub up: &'a str,
    /// Whether the axis upwards is logarithmic too.
    pub is_up_log: bool,
    /// The quantity to the right, with its unit.
    pub across: &'a str,
    /// What was measured: to the right, upwards.
    pub points: &'a [(f64, f64)],
    /// Lines among them.
    pub lines: &'a [PlotLine],
    /// Intervals among them.
    pub bars: &'a [PlotBar],
    /// What it comes to, for those who do not see it.
    pub described: &'a str,
}

/// A line with its name.
#[derive(Debug, Clone, PartialEq)]
pub struct PlotLine {
    /// Its name.
    pub name: String,
    /// Where it goes: to the right, upwards.
    pub path: Vec<(f64, f64)>,
}

/// An interval upwards.
#[derive(Debug, Clone, PartialEq)]
pub struct PlotBar {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub across: f64,
    /// Its middle.
    pub middle: f64,
    /// Its ends.
    pub ends: [f64; 2],
}

/// So many lines are drawn; more cannot be told apart by eye.
pub const MOST_LINES: usize = 6;
/// A wider range to the right is drawn by logarithms.
const WIDE: f64 = 10.0;
/// How far names stay from one another.
const APART: f64 = 16.0;

const WIDTH: f64 = 760.0;
const LEFT: f64 = 66.0;
const RIGHT: f64 = 560.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 330.0;

/// An axis of either kind.
enum Axis {
    Linear(Scale),
    Log(LogScale),
}

impl Axis {
    fn over(values: &[f64], is_log: bool, from: f64, to: f64) -> Self {
        if is_log && values.iter().all(|value| *value > 0.0) {
            Self::Log(LogScale::over(values.iter().copied(), from, to))
        } else {
            Self::Linear(Scale::over(values.iter().copied(), from, to))
        }
    }

    fn place(&self, value: f64) -> f64 {
        match self {
            Self::Linear(scale) => scale.place(value),
            Self::Log(scale) => scale.place(value),
        }
    }

    fn ticks(&self) -> Vec<(f64, String)> {
        match self {
            Self::Linear(scale) => scale.ticks(5),
            Self::Log(scale) => scale.ticks(),
        }
    }
}

/// Draws points, lines and intervals; to the right by logarithms where they reach
/// over more than a factor of ten.
///
/// Lines differ in dashes as well as in colour. None without points.
#[must_use]
pub fn run_plot(plot: &RunPlot<'_>) -> Option<Markup> {
    if plot.points.is_empty() {
        return None;
    }
    let lines = &plot.lines[..plot.lines.len().min(MOST_LINES)];
    let all = || plot.points.iter().chain(lines.iter().flat_map(|line| &line.path)).copied();
    let (xs, ys): (Vec<f64>, Vec<f64>) =
        all().chain(plot.bars.iter().flat_map(|bar| bar.ends.map(|end| (bar.across, end)))).unzip();
    let (low, high) = xs.iter().fold((f64::INFINITY, 0.0_f64), |(low, high), x| (low.min(*x), high.max(*x)));
    let across = Axis::over(&xs, high / low > WIDE, LEFT, RIGHT);
    let up = Axis::over(&ys, plot.is_up_log, BOTTOM, TOP);
    let (title, desc) = (format!("{}-title", plot.id), format!("{}-desc", plot.id));
    let path = |line: &PlotLine| {
        let placed: Vec<String> =
            line.path.iter().map(|(x, y)| format!("{} {}", at(across.place(*x)), at(up.place(*y)))).collect();
        format!("M{}", placed.join(" L"))
    };
    Some(html! {
        svg.plot id=(plot.id) role="img" viewBox=(format!("0 0 {WIDTH} {}", BOTTOM + 48.0)) aria-labelledby=(format!("{title} {desc}")) {
            title id=(title) { (clean(plot.title)) }
            desc id=(desc) { (clean(plot.described)) }
            text.small x=(at(LEFT - 58.0)) y=(at(TOP - 14.0)) { (shortened(&clean(plot.up), 70)) }
            @for (value, label) in up.ticks() {
                @let y = up.place(value);
                line.grid x1=(at(LEFT)) y1=(at(y)) x2=(at(RIGHT)) y2=(at(y)) {}
                text.small.soft x=(at(LEFT - 8.0)) y=(at(y + 4.0)) text-anchor="end" { (label) }
            }
            @for (value, label) in across.ticks() {
                @let x = at(across.place(value));
                line.axis x1=(x) y1=(at(BOTTOM)) x2=(x) y2=(at(BOTTOM + 5.0)) {}
                text.small.soft x=(x) y=(at(BOTTOM + 20.0)) text-anchor="middle" { (label) }
            }
            line.axis x1=(at(LEFT)) y1=(at(BOTTOM)) x2=(at(RIGHT)) y2=(at(BOTTOM)) {}
            @for (x, y) in plot.points {
                circle.dot cx=(at(across.place(*x))) cy=(at(up.place(*y))) r="3" {}
            }
            @for (index, (line, y)) in lines.iter().zip(name_places(lines, &up)).enumerate() {
                path.line.(format!("series-{index}")) d=(path(line)) {}
                path.line.(format!("series-{index}")) d=(format!("M{} {} L{} {}", at(RIGHT + 8.0), at(y - 4.0), at(RIGHT + 34.0), at(y - 4.0))) {}
                text.small x=(at(RIGHT + 40.0)) y=(at(y)) { (shortened(&clean(&line.name), 22)) }
            }
            @for bar in plot.bars {
                @let x = across.place(bar.across);
                line.interval x1=(at(x)) y1=(at(up.place(bar.ends[0]))) x2=(at(x)) y2=(at(up.place(bar.ends[1]))) {}
                circle.mean cx=(at(x)) cy=(at(up.place(bar.middle))) r="4" {}
                text.small.word x=(at(x + 8.0)) y=(at(up.place(bar.middle) - 6.0)) { (shortened(&clean(&bar.name), 24)) }
            }
            text.small x=(at((LEFT + RIGHT) / 2.0)) y=(at(BOTTOM + 40.0)) text-anchor="middle" { (shortened(&clean(plot.across), 80)) }
        }
    })
}

/// Heights of the names beside the ends of their lines, pushed apart from the top
/// down.
fn name_places(lines: &[PlotLine], up: &Axis) -> Vec<f64> {
    let height = |line: &PlotLine| line.path.last().map_or(TOP, |(_, y)| up.place(*y)) + 4.0;
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by(|a, b| height(&lines[*a]).total_cmp(&height(&lines[*b])).then(a.cmp(b)));
    let mut places = vec![0.0; lines.len()];
    let mut last = f64::NEG_INFINITY;
    for index in order {
        last = height(&lines[index]).max(last + APART);
        places[index] = last;
    }
    places
}
