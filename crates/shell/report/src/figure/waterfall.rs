use maud::{Markup, html};

use super::scale::{Scale, at};
use crate::number::{self, Decimals};
use crate::text::{clean, shortened};

/// One step of a waterfall.
#[derive(Debug, Clone, PartialEq)]
pub struct Step<'a> {
    /// What is added.
    pub name: &'a str,
    /// How much it adds.
    pub value: f64,
    /// One-sided bounds of what it adds.
    pub bounds: Option<[f64; 2]>,
}

/// What a waterfall shows: how steps make a whole.
#[derive(Debug, Clone)]
pub struct Waterfall<'a> {
    /// Unique on the page.
    pub id: &'a str,
    /// The metric.
    pub metric: &'a str,
    /// Its unit.
    pub unit: &'a str,
    /// The steps, from the baseline on.
    pub steps: &'a [Step<'a>],
    /// The whole, with its bounds.
    pub whole: Step<'a>,
    /// The number of pieces of evidence, with their name.
    pub n: String,
}

const WIDTH: f64 = 760.0;
const NAMES: f64 = 176.0;
const FROM: f64 = 190.0;
const TO: f64 = 530.0;
const NUMBERS: f64 = 744.0;
const TOP: f64 = 12.0;
const ROW: f64 = 30.0;

/// Draws what each step adds to what came before it, and the whole below.
///
/// A bar goes from where the steps before it ended to where it ends; the line
/// at its end holds the bounds of the step. Bars that take away are hatched by
/// a dashed edge and carry a minus sign. Returns none without steps.
#[must_use]
pub fn waterfall(plot: &Waterfall<'_>) -> Option<Markup> {
    if plot.steps.is_empty() {
        return None;
    }
    let mut bars = Vec::new();
    let mut reached = 0.0;
    for step in plot.steps {
        bars.push((reached, step));
        reached += step.value;
    }
    bars.push((0.0, &plot.whole));
    let ends = bars.iter().flat_map(|(from, step)| {
        let [low, high] = step.bounds.unwrap_or([step.value; 2]);
        [*from, from + step.value, from + low, from + high, 0.0]
    });
    let scale = Scale::over(ends, FROM, TO);
    let bottom = TOP + ROW * bars.len() as f64 + 6.0;
    let height = bottom + 46.0;
    let decimals = decimals(bars.iter().map(|(_, step)| *step));
    let (title, desc) = (format!("{}-title", plot.id), format!("{}-desc", plot.id));
    let last = bars.len() - 1;
    Some(html! {
        svg.plot id=(plot.id) role="img" viewBox=(format!("0 0 {WIDTH} {height}")) aria-labelledby=(format!("{title} {desc}")) {
            title id=(title) { "From the baseline to the full recipe: contributions to " (clean(plot.metric)) }
            desc id=(desc) { (described(plot, decimals)) }
            @for (value, label) in scale.ticks(5) {
                @let x = at(scale.place(value));
                line.grid x1=(x) y1=(at(TOP)) x2=(x) y2=(at(bottom)) {}
                text.soft.small x=(x) y=(at(bottom + 18.0)) text-anchor="middle" { (label) }
            }
            line.zero x1=(at(scale.place(0.0))) y1=(at(TOP)) x2=(at(scale.place(0.0))) y2=(at(bottom)) {}
            @for (index, (from, step)) in bars.iter().enumerate() {
                (bar(*from, step, TOP + ROW * index as f64, scale, decimals, index == last))
            }
            @for (index, (from, step)) in bars.iter().enumerate().take(last.saturating_sub(1)) {
                @let x = at(scale.place(from + step.value));
                @let y = TOP + ROW * index as f64;
                line.edge x1=(x) y1=(at(y + 23.0)) x2=(x) y2=(at(y + ROW + 7.0)) {}
            }
            line.axis x1=(at(FROM)) y1=(at(bottom)) x2=(at(TO)) y2=(at(bottom)) {}
            text.small x=(at((FROM + TO) / 2.0)) y=(at(bottom + 38.0)) text-anchor="middle" { (axis(plot)) }
        }
    })
}

fn bar(from: f64, step: &Step<'_>, top: f64, scale: Scale, decimals: Decimals, is_whole: bool) -> Markup {
    let (start, end) = (scale.place(from), scale.place(from + step.value));
    let (tone, edge) = if step.value < 0.0 { ("fill-bad", "worse") } else { ("fill-good", "better") };
    let (tone, edge) = if is_whole { ("fill-neutral", "same") } else { (tone, edge) };
    let middle = at(top + 15.0);
    html! {
        text x=(at(NAMES)) y=(at(top + 20.0)) text-anchor="end" font-weight=[is_whole.then_some("600")] { (shortened(&clean(step.name), 24)) }
        rect.(tone) x=(at(start.min(end))) y=(at(top + 7.0)) width=(at((end - start).abs())) height="16" opacity="0.45" {}
        rect.(edge) x=(at(start.min(end))) y=(at(top + 7.0)) width=(at((end - start).abs())) height="16" {}
        @if let Some([low, high]) = step.bounds {
            @let (low, high) = (scale.place(from + low), scale.place(from + high));
            line.interval x1=(at(low)) y1=(middle) x2=(at(high)) y2=(middle) {}
            @for x in [low, high] { line.interval x1=(at(x)) y1=(at(top + 11.0)) x2=(at(x)) y2=(at(top + 19.0)) {} }
        }
        text.small x=(at(NUMBERS)) y=(at(top + 20.0)) text-anchor="end" { (numbers(step, decimals)) }
    }
}

fn numbers(step: &Step<'_>, decimals: Decimals) -> String {
    let write = |value| number::difference(value, decimals);
    match step.bounds {
        Some([low, high]) => format!("{} [{}, {}]", write(step.value), write(low), write(high)),
        None => write(step.value),
    }
}

/// The digits of the widest bounds, so that steps can be added up.
fn decimals<'a>(steps: impl Iterator<Item = &'a Step<'a>> + Clone) -> Decimals {
    let widths = steps.clone().filter_map(|step| step.bounds.map(|[low, high]| (high - low) / 2.0));
    let widest = widths.max_by(f64::total_cmp);
    let largest = steps.map(|step| step.value.abs()).max_by(f64::total_cmp);
    Decimals::of_scores(widest, largest.unwrap_or(1.0))
}

fn axis(plot: &Waterfall<'_>) -> String {
    let unit = clean(plot.unit);
    let unit = if unit.is_empty() { String::new() } else { format!(" ({unit})") };
    shortened(&format!("contribution to {}{unit}, positive is better; {}", clean(plot.metric), plot.n), 90)
}

fn described(plot: &Waterfall<'_>, decimals: Decimals) -> String {
    let told = plot.steps.iter().chain([&plot.whole]);
    let told: Vec<String> = told.map(|step| format!("{}: {}.", clean(step.name), numbers(step, decimals))).collect();
    format!("What each component adds, with one-sided bounds, {}. {}", plot.n, told.join(" "))
}
