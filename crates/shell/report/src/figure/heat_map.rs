use maud::{Markup, html};

use super::scale::at;
use crate::text::{clean, counted, shortened};

/// What a heat map of places shows.
#[derive(Debug, Clone)]
pub struct PlaceMap<'a> {
    /// Unique on the page.
    pub id: &'a str,
    /// The methods in the order of the leaderboard.
    pub methods: &'a [String],
    /// Their places in the leaderboard.
    pub places: &'a [u64],
    /// The other views.
    pub rows: &'a [PlaceRow],
}

/// The places in another view of the same results.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceRow {
    /// What the view is.
    pub label: String,
    /// The place of each method.
    pub places: Vec<u64>,
}

const LEFT: f64 = 250.0;
const CELL: f64 = 46.0;
const ROW: f64 = 22.0;
const HEAD: f64 = 96.0;
const NARROWEST: f64 = 640.0;

/// Draws the place of each method in each view; a place that is another than in
/// the leaderboard has an arrow and a tint, the deeper the further.
///
/// None without methods or views.
#[must_use]
pub fn place_map(plot: &PlaceMap<'_>) -> Option<Markup> {
    if plot.methods.is_empty() || plot.rows.is_empty() {
        return None;
    }
    let width = (LEFT + CELL * plot.methods.len() as f64 + 90.0).max(NARROWEST);
    let height = HEAD + ROW * (plot.rows.len() + 1) as f64 + 12.0;
    let (title, desc) = (format!("{}-title", plot.id), format!("{}-desc", plot.id));
    let board = PlaceRow { label: "leaderboard".to_owned(), places: plot.places.to_vec() };
    Some(html! {
        svg.plot id=(plot.id) role="img" viewBox=(format!("0 0 {} {}", at(width), at(height))) aria-labelledby=(format!("{title} {desc}")) {
            title id=(title) { "Places of the methods in other views of the same results" }
            desc id=(desc) { (described(plot)) }
            @for (column, method) in plot.methods.iter().enumerate() {
                @let (x, y) = (LEFT + CELL * (column as f64 + 0.5), HEAD - 8.0);
                text.small transform=(format!("rotate(-38 {} {})", at(x), at(y))) x=(at(x)) y=(at(y)) { (shortened(&clean(method), 18)) }
            }
            @for (index, row) in std::iter::once(&board).chain(plot.rows).enumerate() {
                @let y = HEAD + ROW * index as f64;
                text.small.word[index == 0] x=(at(LEFT - 10.0)) y=(at(y + 15.0)) text-anchor="end" { (shortened(&clean(&row.label), 34)) }
                @for (column, (place, from)) in row.places.iter().zip(plot.places).enumerate() {
                    (cell(*place, *from, LEFT + CELL * column as f64, y, plot.methods.len()))
                }
            }
        }
    })
}

fn cell(place: u64, from: u64, x: f64, y: f64, methods: usize) -> Markup {
    let step = place.abs_diff(from);
    // One step of many is faint, but seen.
    let opacity = format!("{:.2}", 0.2 + 0.5 * step as f64 / methods.max(2) as f64);
    let (class, arrow) = match place.cmp(&from) {
        std::cmp::Ordering::Less => ("fill-good", "▲"),
        std::cmp::Ordering::Greater => ("fill-bad", "▼"),
        std::cmp::Ordering::Equal => ("", ""),
    };
    html! {
        @if step > 0 {
            rect.(class) x=(at(x + 1.0)) y=(at(y + 1.0)) width=(at(CELL - 2.0)) height=(at(ROW - 2.0)) opacity=(opacity) {}
        }
        rect.frame x=(at(x + 1.0)) y=(at(y + 1.0)) width=(at(CELL - 2.0)) height=(at(ROW - 2.0)) {}
        text.small.bare x=(at(x + CELL / 2.0)) y=(at(y + 15.0)) text-anchor="middle" { (arrow) (place) }
    }
}

fn described(plot: &PlaceMap<'_>) -> String {
    let moved = |row: &&PlaceRow| row.places.iter().zip(plot.places).filter(|(place, from)| place != from).count();
    let told: Vec<String> = plot
        .rows
        .iter()
        .filter(|row| moved(row) > 0)
        .take(12)
        .map(|row| format!("{}: {}", clean(&row.label), counted(moved(&row) as u64, "place changes", "places change")))
        .collect();
    let told = if told.is_empty() { "no place changes".to_owned() } else { told.join("; ") };
    format!(
        "A row for each view, a column for each method with its place. {told}. The table of views holds the same numbers."
    )
}
