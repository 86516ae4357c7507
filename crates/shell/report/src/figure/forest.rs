use gosset_model::Verdict;
use maud::{Markup, html};

use super::scale::{Scale, at};
use crate::number::{self, Decimals};
use crate::text::{clean, shortened};
use crate::tone::Tone;

/// One hypothesis in a forest plot.
#[derive(Debug, Clone)]
pub struct Line<'a> {
    /// Its name.
    pub name: &'a str,
    /// The effect, oriented so that positive is what is claimed.
    pub effect: Option<&'a gosset_model::Effect>,
    /// The smallest effect of interest.
    pub smallest: Option<f64>,
    /// The verdict.
    pub verdict: &'a Verdict,
    /// The anchor that it leads to.
    pub anchor: String,
}

const WIDTH: f64 = 760.0;
const LEFT: f64 = 16.0;
const RIGHT: f64 = 744.0;
const TOP: f64 = 12.0;
const ROW: f64 = 52.0;

/// Draws the effects of hypotheses about one metric under one axis.
///
/// Each line has its name, its estimate with bounds and n, its verdict in
/// words, and a band from minus to plus its smallest effect of interest.
/// `id` must be unique on the page. None if no line has an effect.
#[must_use]
pub fn forest(id: &str, metric: &str, unit: &str, lines: &[Line<'_>]) -> Option<Markup> {
    let values: Vec<f64> = lines
        .iter()
        .filter_map(|line| Some((line.effect?, line.smallest)))
        .flat_map(|(effect, smallest)| {
            let edges = smallest.map_or([0.0, 0.0], |smallest| [-smallest, smallest]);
            [effect.estimate, effect.lower, effect.upper, edges[0], edges[1], 0.0]
        })
        .collect();
    if values.is_empty() {
        return None;
    }
    let scale = Scale::over(values, LEFT, RIGHT);
    let bottom = TOP + ROW * lines.len() as f64 + 8.0;
    let height = bottom + 46.0;
    let zero = scale.place(0.0);
    let axis = axis_title(metric, unit);
    Some(html! {
        svg.plot id=(id) role="img" viewBox=(format!("0 0 {WIDTH} {height}")) aria-labelledby=(format!("{id}-title {id}-desc")) {
            title id=(format!("{id}-title")) { "Effects on " (clean(metric)) ", positive as claimed" }
            desc id=(format!("{id}-desc")) { (described(lines)) }
            @for (value, label) in scale.ticks(6) {
                @let x = at(scale.place(value));
                (upright("grid", &x, lines.len()))
                line.axis x1=(x) y1=(at(bottom)) x2=(x) y2=(at(bottom + 4.0)) {}
                text.soft.small x=(x) y=(at(bottom + 18.0)) text-anchor="middle" { (label) }
            }
            line.axis x1=(at(LEFT)) y1=(at(bottom)) x2=(at(RIGHT)) y2=(at(bottom)) {}
            @for (index, line) in lines.iter().enumerate() {
                (band(line, TOP + ROW * index as f64, scale))
            }
            (upright("zero", &at(zero), lines.len()))
            @for (index, line) in lines.iter().enumerate() {
                (drawn(line, TOP + ROW * index as f64, scale))
            }
            text.small x=(at((LEFT + RIGHT) / 2.0)) y=(at(bottom + 38.0)) text-anchor="middle" { (axis) }
        }
    })
}

fn axis_title(metric: &str, unit: &str) -> String {
    let (metric, unit) = (clean(metric), clean(unit));
    if unit.is_empty() {
        return format!("effect on {metric}, positive as claimed");
    }
    format!("effect on {}, positive as claimed ({})", shortened(&metric, 40), shortened(&unit, 40))
}

/// An upright line at `x` behind the intervals, with gaps for the text.
fn upright(class: &str, x: &str, rows: usize) -> Markup {
    html! {
        @for row in 0..rows {
            @let top = TOP + ROW * row as f64;
            line.(class) x1=(x) y1=(at(top + 19.0)) x2=(x) y2=(at(top + ROW)) {}
        }
    }
}

/// The effects that would not matter, behind everything else.
fn band(line: &Line<'_>, top: f64, scale: Scale) -> Markup {
    let Some(smallest) = line.smallest.filter(|_| line.effect.is_some()) else { return html! {} };
    let (low, high) = (scale.place(-smallest), scale.place(smallest));
    let (above, below) = (at(top + 21.0), at(top + 47.0));
    html! {
        rect.band x=(at(low)) y=(above) width=(at(high - low)) height="26" {}
        @for x in [low, high] { line.edge x1=(at(x)) y1=(above) x2=(at(x)) y2=(below) {} }
    }
}

fn drawn(line: &Line<'_>, top: f64, scale: Scale) -> Markup {
    let tone = Tone::of(line.verdict);
    let middle = top + 34.0;
    let word = format!("{} {}", tone.symbol(), line.verdict.words());
    html! {
        a href=(format!("#{}", line.anchor)) {
            text x=(at(LEFT)) y=(at(top + 14.0)) { tspan font-weight="600" { (shortened(&clean(line.name), 40)) } "  " tspan.soft { (numbers(line)) } }
        }
        text.word.(tone.class()) x=(at(RIGHT)) y=(at(top + 14.0)) text-anchor="end" { (word) }
        @if let Some(effect) = line.effect {
            @let y = at(middle);
            @let (low, high) = (scale.place(effect.lower), scale.place(effect.upper));
            line.interval.(format!("stroke-{}", tone.class())) x1=(at(low)) y1=(y) x2=(at(high)) y2=(y) {}
            @for end in [low, high] {
                line.interval.(format!("stroke-{}", tone.class())) x1=(at(end)) y1=(at(middle - 5.0)) x2=(at(end)) y2=(at(middle + 5.0)) {}
            }
            circle.(format!("fill-{}", tone.class())) cx=(at(scale.place(effect.estimate))) cy=(y) r="5" {}
        } @else {
            text.soft.small x=(at(LEFT)) y=(at(middle + 4.0)) { "no estimate" }
        }
    }
}

fn numbers(line: &Line<'_>) -> String {
    let Some(effect) = line.effect else { return String::new() };
    let decimals = Decimals::of_effect(effect);
    let write = |value| number::difference(value, decimals);
    format!(
        "{} [{}, {}], n = {}",
        write(effect.estimate),
        write(effect.lower),
        write(effect.upper),
        number::count(effect.n)
    )
}

fn described(lines: &[Line<'_>]) -> String {
    let told = lines.iter().map(|line| {
        let numbers = if line.effect.is_some() { numbers(line) } else { "no estimate".to_owned() };
        format!("{}: {numbers}, {}.", clean(line.name), line.verdict.words())
    });
    format!(
        "One line for each hypothesis: estimate, one-sided bounds and verdict; the band marks effects smaller than the smallest effect of interest. {}",
        told.collect::<Vec<_>>().join(" ")
    )
}
