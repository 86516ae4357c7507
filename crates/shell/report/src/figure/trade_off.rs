use gosset_science::benchmark::ParetoMean;
use maud::{Markup, html};

use super::scale::{Scale, at};
use crate::text::{clean, shortened};

/// What a picture of a trade-off between two metrics shows.
#[derive(Debug, Clone)]
pub struct TradeOff<'a> {
    /// Unique on the page.
    pub id: &'a str,
    /// The metric upwards, with the way that is better.
    pub up: &'a str,
    /// The metric to the right, with the way that is better.
    pub across: &'a str,
    /// The methods.
    pub points: &'a [TradeOffPoint],
}

/// A method in a trade-off.
#[derive(Debug, Clone, PartialEq)]
pub struct TradeOffPoint {
    /// Its name.
    pub name: String,
    /// Its mean by the metric upwards.
    pub up: ParetoMean,
    /// Its mean by the metric to the right.
    pub across: ParetoMean,
    /// Whether no other method beats it by all metrics.
    pub is_on_front: bool,
    /// How often that is so, written out.
    pub share: String,
}

const WIDTH: f64 = 760.0;
const LEFT: f64 = 74.0;
const RIGHT: f64 = 560.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 330.0;
/// How far labels stay from one another.
const APART: f64 = 15.0;

/// Draws each method by two metrics with the intervals of both: a full dot and
/// a bold name on the front, a ring behind it.
///
/// None without points.
#[must_use]
pub fn trade_off(plot: &TradeOff<'_>) -> Option<Markup> {
    if plot.points.is_empty() {
        return None;
    }
    let of = |pick: fn(&TradeOffPoint) -> ParetoMean| {
        plot.points.iter().map(pick).flat_map(|mean| [mean.value, mean.bounds.lower, mean.bounds.upper])
    };
    let up = Scale::over(of(|point| point.up), BOTTOM, TOP);
    let across = Scale::over(of(|point| point.across), LEFT, RIGHT);
    let (title, desc) = (format!("{}-title", plot.id), format!("{}-desc", plot.id));
    Some(html! {
        svg.plot id=(plot.id) role="img" viewBox=(format!("0 0 {WIDTH} {}", BOTTOM + 48.0)) aria-labelledby=(format!("{title} {desc}")) {
            title id=(title) { (clean(plot.up)) " against " (clean(plot.across)) }
            desc id=(desc) { (described(plot)) }
            text.small x=(at(LEFT - 58.0)) y=(at(TOP - 14.0)) { (shortened(&clean(plot.up), 60)) }
            @for (value, label) in up.ticks(5) {
                @let y = up.place(value);
                line.grid x1=(at(LEFT)) y1=(at(y)) x2=(at(RIGHT)) y2=(at(y)) {}
                text.small.soft x=(at(LEFT - 8.0)) y=(at(y + 4.0)) text-anchor="end" { (label) }
            }
            @for (value, label) in across.ticks(5) {
                @let x = at(across.place(value));
                line.axis x1=(x) y1=(at(BOTTOM)) x2=(x) y2=(at(BOTTOM + 5.0)) {}
                text.small.soft x=(x) y=(at(BOTTOM + 20.0)) text-anchor="middle" { (label) }
            }
            line.axis x1=(at(LEFT)) y1=(at(BOTTOM)) x2=(at(RIGHT)) y2=(at(BOTTOM)) {}
            @for point in plot.points { (crossed(point, up, across)) }
            @for (point, label) in plot.points.iter().zip(label_places(plot.points, up)) {
                text.small.word[point.is_on_front] x=(at(across.place(point.across.value) + 10.0)) y=(at(label)) { (shortened(&clean(&point.name), 20)) " " tspan.soft { (point.share) } }
            }
            // Over the labels, so that none hides a point.
            @for point in plot.points {
                circle.dot[point.is_on_front].mean[!point.is_on_front] cx=(at(across.place(point.across.value))) cy=(at(up.place(point.up.value))) r="5" {}
            }
            text.small x=(at((LEFT + RIGHT) / 2.0)) y=(at(BOTTOM + 40.0)) text-anchor="middle" { (shortened(&clean(plot.across), 80)) }
        }
    })
}

/// Heights of the labels, pushed apart from the top down where points are close.
fn label_places(points: &[TradeOffPoint], up: Scale) -> Vec<f64> {
    let mut order: Vec<usize> = (0..points.len()).collect();
    let height = |index: usize| up.place(points[index].up.value) - 6.0;
    order.sort_by(|left, right| height(*left).total_cmp(&height(*right)).then(left.cmp(right)));
    let mut places = vec![0.0; points.len()];
    let mut last = f64::NEG_INFINITY;
    for index in order {
        last = height(index).max(last + APART);
        places[index] = last;
    }
    places
}

fn crossed(point: &TradeOffPoint, up: Scale, across: Scale) -> Markup {
    let (x, y) = (at(across.place(point.across.value)), at(up.place(point.up.value)));
    let ends = |scale: Scale, mean: ParetoMean| [mean.bounds.lower, mean.bounds.upper].map(|end| at(scale.place(end)));
    let [left, right] = ends(across, point.across);
    let [low, high] = ends(up, point.up);
    html! {
        line.thin x1=(left) y1=(y) x2=(right) y2=(y) {}
        line.thin x1=(x) y1=(low) x2=(x) y2=(high) {}
    }
}

fn described(plot: &TradeOff<'_>) -> String {
    let named = |is_on_front: bool| {
        let names = plot.points.iter().filter(|point| point.is_on_front == is_on_front);
        let names: Vec<String> = names.map(|point| format!("{} {}", clean(&point.name), point.share)).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    };
    format!(
        "On the front, by all metrics: {}. Behind it: {}. Shares are of resamples in which a method is on the front. The table of the front holds the same numbers.",
        named(true),
        named(false)
    )
}
