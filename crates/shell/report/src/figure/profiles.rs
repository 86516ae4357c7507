use gosset_science::benchmark::{ProfileLine, Profiles};
use maud::{Markup, html};

use super::scale::{Scale, at};
use crate::number;
use crate::text::{clean, shortened};

/// What a picture of performance profiles shows.
#[derive(Debug, Clone)]
pub struct ProfilePlot<'a> {
    /// Unique on the page.
    pub id: &'a str,
    /// What the scores are, with their unit.
    pub axis: &'a str,
    /// The profiles.
    pub profiles: &'a Profiles,
}

/// So many methods are drawn; more cannot be told apart by eye.
pub const MOST_PROFILES: usize = 6;

const WIDTH: f64 = 760.0;
const LEFT: f64 = 60.0;
const RIGHT: f64 = 540.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 280.0;

/// Draws which share of runs is better than each score, a line for each of the
/// first methods, with its interval as a band.
///
/// Lines differ in dashes as well as in colour. None without two thresholds.
#[must_use]
pub fn profiles(plot: &ProfilePlot<'_>) -> Option<Markup> {
    let thresholds = &plot.profiles.thresholds;
    if thresholds.len() < 2 || plot.profiles.lines.is_empty() {
        return None;
    }
    let across = Scale::over(thresholds.iter().copied(), LEFT, RIGHT);
    let up = |share: f64| BOTTOM + share.clamp(0.0, 1.0) * (TOP - BOTTOM);
    let lines: Vec<&ProfileLine> = plot.profiles.lines.iter().take(MOST_PROFILES).collect();
    let (title, desc) = (format!("{}-title", plot.id), format!("{}-desc", plot.id));
    let points = |shares: &[f64]| -> Vec<String> {
        let placed = thresholds.iter().zip(shares);
        placed.map(|(threshold, share)| format!("{} {}", at(across.place(*threshold)), at(up(*share)))).collect()
    };
    let band = |line: &ProfileLine| {
        let bounds = line.bounds.as_ref()?;
        let mut around = points(&bounds.iter().map(|bounds| bounds.lower).collect::<Vec<f64>>());
        let upper = points(&bounds.iter().map(|bounds| bounds.upper).collect::<Vec<f64>>());
        around.extend(upper.into_iter().rev());
        Some(format!("M{} Z", around.join(" L")))
    };
    Some(html! {
        svg.plot id=(plot.id) role="img" viewBox=(format!("0 0 {WIDTH} {}", BOTTOM + 48.0)) aria-labelledby=(format!("{title} {desc}")) {
            title id=(title) { "Share of runs that are better than each score" }
            desc id=(desc) { (described(thresholds, &lines)) }
            @for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
                @let y = at(up(share));
                line.grid x1=(at(LEFT)) y1=(y) x2=(at(RIGHT)) y2=(y) {}
                text.small.soft x=(at(LEFT - 8.0)) y=(at(up(share) + 4.0)) text-anchor="end" { (number::stated(share)) }
            }
            @for (value, label) in across.ticks(6) {
                @let x = at(across.place(value));
                line.axis x1=(x) y1=(at(BOTTOM)) x2=(x) y2=(at(BOTTOM + 5.0)) {}
                text.small.soft x=(x) y=(at(BOTTOM + 20.0)) text-anchor="middle" { (label) }
            }
            line.axis x1=(at(LEFT)) y1=(at(BOTTOM)) x2=(at(RIGHT)) y2=(at(BOTTOM)) {}
            @for (index, line) in lines.iter().enumerate() {
                @if let Some(path) = band(line) { path.area.(format!("series-{index}")) d=(path) {} }
            }
            @for (index, line) in lines.iter().enumerate() {
                path.line.(format!("series-{index}")) d=(format!("M{}", points(&line.shares).join(" L"))) {}
                @let y = TOP + 10.0 + 22.0 * index as f64;
                path.line.(format!("series-{index}")) d=(format!("M{} {} L{} {}", at(RIGHT + 16.0), at(y), at(RIGHT + 52.0), at(y))) {}
                text.small x=(at(RIGHT + 60.0)) y=(at(y + 4.0)) { (shortened(&clean(&line.method), 22)) }
            }
            text.small x=(at((LEFT + RIGHT) / 2.0)) y=(at(BOTTOM + 40.0)) text-anchor="middle" { (shortened(&clean(plot.axis), 90)) }
        }
    })
}

fn described(thresholds: &[f64], lines: &[&ProfileLine]) -> String {
    let middle = thresholds.len() / 2;
    let told: Vec<String> = lines
        .iter()
        .map(|line| format!("{} {}", clean(&line.method), number::significant(line.shares[middle], 2)))
        .collect();
    format!(
        "One line for each method, falling from 1 to 0. Share of runs better than {}: {}.",
        number::significant(thresholds[middle], 3),
        told.join(", ")
    )
}
