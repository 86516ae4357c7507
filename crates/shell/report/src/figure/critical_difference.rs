use maud::{Markup, html};

use super::scale::at;
use crate::number;
use crate::text::{clean, shortened};

/// What a critical difference diagram shows.
#[derive(Debug, Clone)]
pub struct CriticalDifference<'a> {
    /// Unique on the page.
    pub id: &'a str,
    /// Methods with their average ranks, the best first; at least two.
    pub methods: &'a [(String, f64)],
    /// The first and the last place, from 0, of each run of methods that cannot
    /// be told apart.
    pub groups: &'a [(usize, usize)],
    /// The difference from which on two methods are told apart, where the test
    /// has one.
    pub critical_difference: Option<f64>,
    /// The number of data sets.
    pub datasets: u64,
}

const WIDTH: f64 = 760.0;
const LEFT: f64 = 196.0;
const RIGHT: f64 = 564.0;
const AXIS: f64 = 64.0;
const BAR: f64 = 10.0;
const LEVEL: f64 = 22.0;
/// Beyond so many methods not every rank has a number.
const MOST_TICKS: usize = 20;

/// Draws average ranks on a line, the best on the left, with a bar under each
/// run of methods that cannot be told apart.
///
/// None for fewer than two methods.
///
/// # Source
/// Demsar 2006, "Statistical Comparisons of Classifiers over Multiple Data
/// Sets", section 3.2.4.
#[must_use]
pub fn critical_difference(plot: &CriticalDifference<'_>) -> Option<Markup> {
    let count = plot.methods.len();
    if count < 2 {
        return None;
    }
    let place = |rank: f64| LEFT + (rank - 1.0) / (count - 1) as f64 * (RIGHT - LEFT);
    let labels = AXIS + 20.0 + BAR * plot.groups.len() as f64;
    let half = count.div_ceil(2);
    let height = labels + LEVEL * half as f64 + 8.0;
    let step = count.div_ceil(MOST_TICKS);
    let (title, desc) = (format!("{}-title", plot.id), format!("{}-desc", plot.id));
    Some(html! {
        svg.plot id=(plot.id) role="img" viewBox=(format!("0 0 {WIDTH} {height}")) aria-labelledby=(format!("{title} {desc}")) {
            title id=(title) { "Average ranks over " (number::count(plot.datasets)) " data sets" }
            desc id=(desc) { (described(plot)) }
            text.small.soft x=(at(LEFT - 16.0)) y=(at(AXIS + 4.0)) text-anchor="end" { "average rank, 1 is best" }
            @if let Some(width) = plot.critical_difference { (scale_bar(width, count, place)) }
            line.axis x1=(at(LEFT)) y1=(at(AXIS)) x2=(at(RIGHT)) y2=(at(AXIS)) {}
            @for rank in (1..=count).step_by(step) {
                @let x = at(place(rank as f64));
                line.axis x1=(x) y1=(at(AXIS - 6.0)) x2=(x) y2=(at(AXIS)) {}
                text.small.soft x=(x) y=(at(AXIS - 10.0)) text-anchor="middle" { (rank) }
            }
            @for (index, (name, rank)) in plot.methods.iter().enumerate() {
                @let is_left = index < half;
                @let level = if is_left { index } else { count - 1 - index };
                (labelled(name, *rank, place(*rank), labels + LEVEL * (level as f64 + 0.6), is_left))
            }
            @for (index, (first, last)) in plot.groups.iter().enumerate() {
                @let y = at(AXIS + 12.0 + BAR * index as f64);
                line.alike x1=(at(place(plot.methods[*first].1) - 4.0)) y1=(y) x2=(at(place(plot.methods[*last].1) + 4.0)) y2=(y) {}
            }
        }
    })
}

/// The critical difference as a length, over the axis.
fn scale_bar(width: f64, count: usize, place: impl Fn(f64) -> f64) -> Markup {
    let text = format!("critical difference {}", number::significant(width, 3));
    let (from, to) = (place(1.0), place(1.0 + width));
    let y = AXIS - 38.0;
    html! {
        @if width < count as f64 - 1.0 {
            line.axis x1=(at(from)) y1=(at(y)) x2=(at(to)) y2=(at(y)) {}
            @for x in [from, to] { line.axis x1=(at(x)) y1=(at(y - 4.0)) x2=(at(x)) y2=(at(y + 4.0)) {} }
            text.small x=(at(to + 8.0)) y=(at(y + 4.0)) { (text) }
        } @else {
            text.small x=(at(from)) y=(at(y + 4.0)) { (text) ": more than the axis is long" }
        }
    }
}

fn labelled(name: &str, rank: f64, x: f64, y: f64, is_left: bool) -> Markup {
    let (end, anchor) = if is_left { (LEFT - 12.0, "end") } else { (RIGHT + 12.0, "start") };
    let text_x = if is_left { end - 4.0 } else { end + 4.0 };
    let path = format!("M{} {} L{} {} L{} {}", at(x), at(AXIS), at(x), at(y), at(end), at(y));
    let (name, rank) = (shortened(&clean(name), 20), number::significant(rank, 3));
    html! {
        path.axis d=(path) {}
        circle.dot cx=(at(x)) cy=(at(AXIS)) r="3.5" {}
        text.small x=(at(text_x)) y=(at(y + 4.0)) text-anchor=(anchor) {
            @if is_left { (name) " " tspan.soft { (rank) } } @else { tspan.soft { (rank) } " " (name) }
        }
    }
}

fn described(plot: &CriticalDifference<'_>) -> String {
    let methods: Vec<String> =
        plot.methods.iter().map(|(name, rank)| format!("{} {}", clean(name), number::significant(*rank, 3))).collect();
    let groups: Vec<String> = plot
        .groups
        .iter()
        .map(|(first, last)| {
            let names: Vec<String> = plot.methods[*first..=*last].iter().map(|(name, _)| clean(name)).collect();
            format!("{} cannot be told apart.", names.join(", "))
        })
        .collect();
    let groups = if groups.is_empty() { "No two neighbours are alike.".to_owned() } else { groups.join(" ") };
    format!("Average ranks, the best first: {}. {groups}", methods.join(", "))
}
