use maud::{Markup, html};

use super::scale::{Scale, at};
use crate::number::{self, Decimals};
use crate::text::{clean, counted, shortened};

/// One block in a paired plot.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// What both sides share, such as `seed 3`.
    pub label: String,
    /// The baseline's score; none if it failed.
    pub baseline: Option<f64>,
    /// The candidate's score; none if it failed.
    pub candidate: Option<f64>,
    /// The difference that counts, oriented so that positive is what is
    /// claimed.
    pub difference: f64,
}

/// What a paired plot shows.
#[derive(Debug, Clone)]
pub struct Paired<'a> {
    /// Unique on the page.
    pub id: &'a str,
    /// What the picture is called.
    pub title: &'a str,
    /// The metric.
    pub metric: &'a str,
    /// Its unit.
    pub unit: &'a str,
    /// The baseline arm.
    pub baseline: &'a str,
    /// The candidate arm.
    pub candidate: &'a str,
    /// The blocks.
    pub pairs: &'a [Pair],
    /// The effect over just these blocks, if it is one.
    pub effect: Option<&'a gosset_model::Effect>,
    /// The smallest effect of interest.
    pub smallest: Option<f64>,
}

const WIDTH: f64 = 760.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 254.0;
const HEIGHT: f64 = 332.0;
/// Where the scores of failed runs would stand.
const FAILED: f64 = 278.0;
const BASELINE: f64 = 120.0;
const CANDIDATE: f64 = 330.0;
const DOTS_FROM: f64 = 470.0;
const DOTS_TO: f64 = 744.0;

/// Draws the scores of both arms for each seed, joined by a line, and the
/// differences that count beside them.
///
/// A pair that goes against the claim has a dashed line; a failed run is a
/// cross under the axis. Returns none without pairs.
#[must_use]
pub fn paired(plot: &Paired<'_>) -> Option<Markup> {
    if plot.pairs.is_empty() {
        return None;
    }
    let scores = plot.pairs.iter().flat_map(|pair| [pair.baseline, pair.candidate]).flatten();
    let scale = Scale::over(scores, BOTTOM, TOP);
    let has_failures = plot.pairs.iter().any(|pair| pair.baseline.is_none() || pair.candidate.is_none());
    let (title, desc) = (format!("{}-title", plot.id), format!("{}-desc", plot.id));
    Some(html! {
        svg.plot id=(plot.id) role="img" viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) aria-labelledby=(format!("{title} {desc}")) {
            title id=(title) { (clean(plot.title)) }
            desc id=(desc) { (described(plot)) }
            text.small.soft x="16" y="18" { (with_unit(plot.metric, plot.unit, 46)) }
            @for (value, label) in scale.ticks(5) {
                @let y = scale.place(value);
                line.grid x1=(at(BASELINE - 30.0)) y1=(at(y)) x2=(at(CANDIDATE + 30.0)) y2=(at(y)) {}
                text.small.soft x=(at(BASELINE - 36.0)) y=(at(y + 4.0)) text-anchor="end" { (label) }
            }
            @for pair in plot.pairs { (joined(pair, scale)) }
            @if has_failures {
                text.small.soft x=(at(BASELINE - 36.0)) y=(at(FAILED + 4.0)) text-anchor="end" { "failed" }
            }
            text.small x=(at(BASELINE)) y="306" text-anchor="middle" { (shortened(&clean(plot.baseline), 26)) }
            text.small x=(at(CANDIDATE)) y="306" text-anchor="middle" { (shortened(&clean(plot.candidate), 26)) }
            (differences(plot))
        }
    })
}

fn with_unit(metric: &str, unit: &str, most: usize) -> String {
    let (metric, unit) = (clean(metric), clean(unit));
    shortened(&if unit.is_empty() { metric } else { format!("{metric} ({unit})") }, most)
}

fn joined(pair: &Pair, scale: Scale) -> Markup {
    let class = match (pair.baseline, pair.candidate) {
        (Some(_), Some(_)) if pair.difference > 0.0 => "better",
        (Some(_), Some(_)) if pair.difference < 0.0 => "worse",
        (Some(_), Some(_)) => "same",
        (None, _) | (_, None) => "fails",
    };
    let y = |score: Option<f64>| score.map_or(FAILED, |score| scale.place(score));
    let (left, right) = (y(pair.baseline), y(pair.candidate));
    html! {
        g {
            title { (clean(&pair.label)) }
            line.(class) x1=(at(BASELINE)) y1=(at(left)) x2=(at(CANDIDATE)) y2=(at(right)) {}
            @for (x, y, score) in [(BASELINE, left, pair.baseline), (CANDIDATE, right, pair.candidate)] {
                @if score.is_some() { circle.dot cx=(at(x)) cy=(at(y)) r="4" {} } @else { (cross(x, y)) }
            }
        }
    }
}

fn cross(x: f64, y: f64) -> Markup {
    let path = format!(
        "M{} {} L{} {} M{} {} L{} {}",
        at(x - 4.5),
        at(y - 4.5),
        at(x + 4.5),
        at(y + 4.5),
        at(x - 4.5),
        at(y + 4.5),
        at(x + 4.5),
        at(y - 4.5)
    );
    html! { path.cross d=(path) {} }
}

/// The differences, smallest first, with the mean and its bounds under them.
fn differences(plot: &Paired<'_>) -> Markup {
    let edges = plot.smallest.map_or([0.0, 0.0], |smallest| [-smallest, smallest]);
    let bounds = plot.effect.map_or([0.0, 0.0], |effect| [effect.lower, effect.upper]);
    let values = plot.pairs.iter().map(|pair| pair.difference).chain(edges).chain(bounds).chain([0.0]);
    let scale = Scale::over(values, DOTS_FROM, DOTS_TO);
    let mut pairs: Vec<&Pair> = plot.pairs.iter().collect();
    pairs.sort_by(|a, b| b.difference.total_cmp(&a.difference).then(a.label.cmp(&b.label)));
    let floor = if plot.effect.is_some() { BOTTOM - 34.0 } else { BOTTOM - 8.0 };
    let step = (floor - TOP - 8.0) / (pairs.len().max(2) - 1) as f64;
    let radius = (step / 2.2).clamp(1.5, 4.0);
    html! {
        text.small.soft x=(at(DOTS_FROM)) y="18" { "difference of each pair, positive as claimed" }
        @if let Some(smallest) = plot.smallest {
            @let (low, high) = (scale.place(-smallest), scale.place(smallest));
            rect.band x=(at(low)) y=(at(TOP)) width=(at(high - low)) height=(at(BOTTOM - TOP)) {}
            @for x in [low, high] { line.edge x1=(at(x)) y1=(at(TOP)) x2=(at(x)) y2=(at(BOTTOM)) {} }
        }
        @for (value, label) in scale.ticks(4) {
            @let x = at(scale.place(value));
            line.grid x1=(x) y1=(at(BOTTOM)) x2=(x) y2=(at(BOTTOM + 5.0)) {}
            text.small.soft x=(x) y=(at(BOTTOM + 20.0)) text-anchor="middle" { (label) }
        }
        line.axis x1=(at(DOTS_FROM)) y1=(at(BOTTOM)) x2=(at(DOTS_TO)) y2=(at(BOTTOM)) {}
        line.zero x1=(at(scale.place(0.0))) y1=(at(TOP)) x2=(at(scale.place(0.0))) y2=(at(BOTTOM)) {}
        @for (index, pair) in pairs.iter().enumerate() {
            @let (x, y) = (scale.place(pair.difference), TOP + 8.0 + step * index as f64);
            @if pair.baseline.is_some() && pair.candidate.is_some() {
                circle.dot cx=(at(x)) cy=(at(y)) r=(at(radius)) {}
            } @else {
                (cross(x, y))
            }
        }
        @if let Some(effect) = plot.effect {
            @let y = BOTTOM - 14.0;
            line.interval x1=(at(scale.place(effect.lower))) y1=(at(y)) x2=(at(scale.place(effect.upper))) y2=(at(y)) {}
            @for end in [effect.lower, effect.upper] {
                line.interval x1=(at(scale.place(end))) y1=(at(y - 5.0)) x2=(at(scale.place(end))) y2=(at(y + 5.0)) {}
            }
            circle.mean cx=(at(scale.place(effect.estimate))) cy=(at(y)) r="5" {}
        }
        text.small x=(at((DOTS_FROM + DOTS_TO) / 2.0)) y="306" text-anchor="middle" { (with_unit("difference", plot.unit, 40)) }
        text.small.soft x=(at((DOTS_FROM + DOTS_TO) / 2.0)) y="324" text-anchor="middle" { (below(plot)) }
    }
}

fn below(plot: &Paired<'_>) -> String {
    let Some(effect) = plot.effect else { return format!("n = {} pairs", number::count(plot.pairs.len() as u64)) };
    let decimals = Decimals::of_effect(effect);
    let write = |value| number::difference(value, decimals);
    format!(
        "mean {} [{}, {}], n = {}",
        write(effect.estimate),
        write(effect.lower),
        write(effect.upper),
        number::count(effect.n)
    )
}

fn described(plot: &Paired<'_>) -> String {
    let finished = || plot.pairs.iter().filter(|pair| pair.baseline.is_some() && pair.candidate.is_some());
    let with = finished().filter(|pair| pair.difference > 0.0).count() as u64;
    let against = finished().filter(|pair| pair.difference < 0.0).count() as u64;
    let failed = (plot.pairs.len() - finished().count()) as u64;
    format!(
        "{}: {} go with the claim, {} against it, {} hold a failed run. The table of blocks holds the same numbers.",
        counted(plot.pairs.len() as u64, "pair", "pairs"),
        number::count(with),
        number::count(against),
        number::count(failed)
    )
}
