use maud::{Markup, html};

use super::scale::{Scale, at};
use crate::text::{clean, shortened};

/// Estimates with their intervals, one line each, under one axis.
#[derive(Debug, Clone)]
pub struct Intervals<'a> {
    /// Unique on the page.
    pub id: &'a str,
    /// What the picture is called.
    pub title: &'a str,
    /// What the axis shows, with its unit.
    pub axis: &'a str,
    /// The lines, from the top.
    pub lines: &'a [IntervalLine],
}

/// One estimate.
#[derive(Debug, Clone, PartialEq)]
pub struct IntervalLine {
    /// Whose it is.
    pub name: String,
    /// The estimate.
    pub value: f64,
    /// The lower and the upper bound, where there is an interval.
    pub bounds: Option<[f64; 2]>,
    /// The numbers, written out.
    pub written: String,
}

const WIDTH: f64 = 760.0;
const LEFT: f64 = 190.0;
const RIGHT: f64 = 560.0;
const TOP: f64 = 14.0;
const ROW: f64 = 26.0;

/// Draws a point for each estimate and a line for its interval.
///
/// None without lines.
#[must_use]
pub fn intervals(plot: &Intervals<'_>) -> Option<Markup> {
    if plot.lines.is_empty() {
        return None;
    }
    let values = plot.lines.iter().flat_map(|line| {
        let [lower, upper] = line.bounds.unwrap_or([line.value; 2]);
        [line.value, lower, upper]
    });
    let scale = Scale::over(values, LEFT, RIGHT);
    let bottom = TOP + ROW * plot.lines.len() as f64;
    let height = bottom + 46.0;
    let (title, desc) = (format!("{}-title", plot.id), format!("{}-desc", plot.id));
    let told: Vec<String> =
        plot.lines.iter().map(|line| format!("{}: {}.", clean(&line.name), clean(&line.written))).collect();
    Some(html! {
        svg.plot id=(plot.id) role="img" viewBox=(format!("0 0 {WIDTH} {height}")) aria-labelledby=(format!("{title} {desc}")) {
            title id=(title) { (clean(plot.title)) }
            desc id=(desc) { (told.join(" ")) }
            @for (value, label) in scale.ticks(5) {
                @let x = at(scale.place(value));
                line.grid x1=(x) y1=(at(TOP)) x2=(x) y2=(at(bottom)) {}
                text.small.soft x=(x) y=(at(bottom + 18.0)) text-anchor="middle" { (label) }
            }
            line.axis x1=(at(LEFT)) y1=(at(bottom)) x2=(at(RIGHT)) y2=(at(bottom)) {}
            @for (index, line) in plot.lines.iter().enumerate() {
                @let y = TOP + ROW * (index as f64 + 0.5);
                text.small x=(at(LEFT - 14.0)) y=(at(y + 4.0)) text-anchor="end" { (shortened(&clean(&line.name), 24)) }
                @if let Some([lower, upper]) = line.bounds { (span(scale.place(lower), scale.place(upper), y)) }
                circle.mean cx=(at(scale.place(line.value))) cy=(at(y)) r="4.5" {}
                text.small.soft x=(at(RIGHT + 14.0)) y=(at(y + 4.0)) { (clean(&line.written)) }
            }
            text.small x=(at((LEFT + RIGHT) / 2.0)) y=(at(bottom + 38.0)) text-anchor="middle" { (shortened(&clean(plot.axis), 90)) }
        }
    })
}

fn span(low: f64, high: f64, y: f64) -> Markup {
    html! {
        line.interval x1=(at(low)) y1=(at(y)) x2=(at(high)) y2=(at(y)) {}
        @for end in [low, high] { line.interval x1=(at(end)) y1=(at(y - 4.0)) x2=(at(end)) y2=(at(y + 4.0)) {} }
    }
}
