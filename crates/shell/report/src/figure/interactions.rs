use gosset_model::Interaction;
use maud::{Markup, html};

use super::scale::at;
use crate::number::{self, Decimals};
use crate::text::{clean, shortened};

/// What a matrix of interactions shows.
#[derive(Debug, Clone)]
pub struct Interactions<'a> {
    /// Unique on the page.
    pub id: &'a str,
    /// The metric.
    pub metric: &'a str,
    /// Its unit.
    pub unit: &'a str,
    /// The components, in their order.
    pub components: &'a [&'a str],
    /// The interactions of every two of them.
    pub interactions: &'a [Interaction],
}

const WIDTH: f64 = 760.0;
const LEFT: f64 = 176.0;
const TOP: f64 = 14.0;
const CELL_HEIGHT: f64 = 38.0;
const WIDEST_CELL: f64 = 110.0;

/// Draws what every two components do together beyond the sum of both.
///
/// Each cell holds the number; it is shaded by its size, and framed with its
/// number in bold where the bounds exclude none. Returns none without
/// interactions.
#[must_use]
pub fn interactions(plot: &Interactions<'_>) -> Option<Markup> {
    if plot.interactions.is_empty() {
        return None;
    }
    let count = plot.components.len();
    let cell = ((WIDTH - LEFT - 16.0) / (count.max(2) - 1) as f64).min(WIDEST_CELL);
    let height = TOP + CELL_HEIGHT * (count.max(2) - 1) as f64 + 58.0;
    let largest = plot.interactions.iter().map(|one| one.effect.estimate.abs()).max_by(f64::total_cmp);
    let largest = largest.filter(|largest| *largest > 0.0).unwrap_or(1.0);
    let decimals = decimals(plot.interactions);
    let place = |name: &gosset_model::Name| plot.components.iter().position(|one| *one == name.as_str());
    let placed: Vec<(usize, usize, &Interaction)> = plot
        .interactions
        .iter()
        .filter_map(|one| Some((place(&one.components[0])?, place(&one.components[1])?, one)))
        .collect();
    let (title, desc) = (format!("{}-title", plot.id), format!("{}-desc", plot.id));
    let letters = ((cell / 7.5) as usize).max(4);
    Some(html! {
        svg.plot id=(plot.id) role="img" viewBox=(format!("0 0 {WIDTH} {height}")) aria-labelledby=(format!("{title} {desc}")) {
            title id=(title) { "Interactions of components in " (clean(plot.metric)) }
            desc id=(desc) { (described(plot, decimals)) }
            @for (row, name) in plot.components.iter().enumerate().skip(1) {
                text x=(at(LEFT - 10.0)) y=(at(TOP + CELL_HEIGHT * (row as f64 - 0.5) + 4.0)) text-anchor="end" { (shortened(&clean(name), 22)) }
            }
            @for (column, name) in plot.components.iter().enumerate().take(count.saturating_sub(1)) {
                text.small x=(at(LEFT + cell * (column as f64 + 0.5))) y=(at(TOP + CELL_HEIGHT * (count - 1) as f64 + 18.0)) text-anchor="middle" { (shortened(&clean(name), letters)) }
            }
            @for (column, row, one) in &placed {
                (drawn(*column, *row, one, cell, largest, decimals))
            }
            text.small x="16" y=(at(height - 12.0)) { (legend(plot)) }
        }
    })
}

fn drawn(column: usize, row: usize, one: &Interaction, cell: f64, largest: f64, decimals: Decimals) -> Markup {
    let (x, y) = (LEFT + cell * column as f64, TOP + CELL_HEIGHT * (row as f64 - 1.0));
    let estimate = one.effect.estimate;
    let tone = if estimate < 0.0 { "fill-bad" } else { "fill-good" };
    let is_apart = is_apart(one);
    html! {
        rect.(tone) x=(at(x + 1.5)) y=(at(y + 1.5)) width=(at(cell - 3.0)) height=(at(CELL_HEIGHT - 3.0)) opacity=(at(0.5 * (estimate.abs() / largest).min(1.0))) {}
        rect.cell.same[is_apart] x=(at(x + 1.5)) y=(at(y + 1.5)) width=(at(cell - 3.0)) height=(at(CELL_HEIGHT - 3.0)) {}
        text.small x=(at(x + cell / 2.0)) y=(at(y + CELL_HEIGHT / 2.0 + 4.0)) text-anchor="middle" font-weight=[is_apart.then_some("700")] {
            (number::difference(estimate, decimals))
        }
    }
}

/// Whether the bounds exclude that the two do nothing together.
fn is_apart(one: &Interaction) -> bool {
    one.effect.bounds.is_some_and(|bounds| bounds.lower > 0.0 || bounds.upper < 0.0)
}

fn decimals(interactions: &[Interaction]) -> Decimals {
    let widths =
        interactions.iter().filter_map(|one| one.effect.bounds.map(|bounds| (bounds.upper - bounds.lower) / 2.0));
    let largest = interactions.iter().map(|one| one.effect.estimate.abs()).max_by(f64::total_cmp);
    Decimals::of_scores(widths.max_by(f64::total_cmp), largest.unwrap_or(1.0))
}

fn legend(plot: &Interactions<'_>) -> String {
    let unit = clean(plot.unit);
    let unit = if unit.is_empty() { String::new() } else { format!(" ({unit})") };
    let n = plot.interactions.first().map_or(0, |one| one.effect.n);
    let text = format!(
        "n = {}; positive: they help each other; bold: bounds exclude none; {}{unit}",
        number::count(n),
        clean(plot.metric)
    );
    shortened(&text, 112)
}

fn described(plot: &Interactions<'_>, decimals: Decimals) -> String {
    let told = plot.interactions.iter().map(|one| {
        let [first, second] = one.components.each_ref().map(|name| clean(name.as_str()));
        let apart = if is_apart(one) { ", apart from none" } else { "" };
        format!("{first} with {second}: {}{apart}.", number::difference(one.effect.estimate, decimals))
    });
    format!("One cell for every two components. {}", told.collect::<Vec<_>>().join(" "))
}
