use gosset_science::benchmark::{Leaderboard, LeaderboardRow};

use super::report::BenchmarkReport;
use super::written::{facts, lost, percent, rank, suite, title, warnings};
use crate::Style;
use crate::number;
use crate::terminal::Page;
use crate::text::{clean, shortened, width};

/// A column of the leaderboard, and how soon it goes where there is no room: the
/// largest first, 0 never.
struct Column {
    head: &'static str,
    goes: u8,
    is_number: bool,
    cells: Vec<String>,
}

/// Methods with longer names are cut.
const WIDEST_NAME: usize = 24;

/// Writes the leaderboard, and what was found of it in sentences.
pub(super) fn terminal(report: &BenchmarkReport<'_>, style: &Style) -> String {
    let mut page = Page::new(style);
    print_board(&mut page, style, report.leaderboard, &warnings(report));
    page.into_text()
}

/// Prints a leaderboard, what was found of it, and the warnings given.
pub(crate) fn print_board(page: &mut Page, style: &Style, board: &Leaderboard, warnings: &[String]) {
    page.wrapped("", &title(board));
    page.line("");
    for (term, value) in facts(board) {
        page.stated(&term, &value);
    }
    page.line("");
    table(page, style, columns(board));
    page.wrapped("", "Methods that share a letter under Alike cannot be told apart. Ranks are averages over data sets, 1 is best; n is that of data sets.");
    page.line("");
    for said in &board.statements {
        page.item("- ", &clean(said));
    }
    if let Some(pareto) = &board.pareto {
        page.line("");
        for method in &pareto.methods {
            let word = if method.is_on_front { "on the front" } else { "behind it" };
            let share = percent(method.front_share);
            page.item("  ", &format!("{}: {word}, on it in {share} of resamples", clean(&method.method)));
        }
    }
    if !warnings.is_empty() {
        page.line("");
    }
    for warning in warnings {
        page.item("! ", &clean(warning));
    }
}

fn columns(board: &Leaderboard) -> Vec<Column> {
    let rows = &board.rows;
    let coverage = &board.coverage;
    let column = |head, goes, is_number, cells: Vec<String>| Column { head, goes, is_number, cells };
    let each = |cell: &dyn Fn(&LeaderboardRow) -> String| rows.iter().map(cell).collect();
    let mut columns = vec![
        column("Place", 0, true, each(&|row| row.place.to_string())),
        column("Method", 0, false, each(&|row| shortened(&clean(&row.method), WIDEST_NAME))),
        column("Rank", 0, true, each(&|row| rank(row).value)),
        column("Interval", 2, true, each(&|row| rank(row).interval)),
        column("Alike", 0, false, each(&|row| row.letters.clone())),
        column("Mean", 4, true, each(&|row| suite(row.mean.as_ref()).value)),
        column("IQM", 3, true, each(&|row| suite(row.interquartile_mean.as_ref()).value)),
        column("Interval", 6, true, each(&|row| suite(row.interquartile_mean.as_ref()).interval)),
        column("n", 5, true, each(&|_| number::count(coverage.datasets))),
    ];
    if coverage.failed > 0 || coverage.missing > 0 {
        columns.push(column("Failed", 1, true, each(&|row| lost(row))));
    }
    if rows.iter().any(|row| row.rank_if_missing_first.is_some()) {
        let best = |row: &LeaderboardRow| {
            row.rank_if_missing_first.map_or_else(String::new, |rank| number::significant(rank, 3))
        };
        columns.push(column("At best", 1, true, each(&best)));
    }
    // A column of nothing says nothing.
    columns.retain(|column| column.cells.iter().any(|cell| !cell.is_empty()) || column.head == "Alike");
    columns
}

fn table(page: &mut Page, style: &Style, mut columns: Vec<Column>) {
    let wide =
        |column: &Column| column.cells.iter().map(|cell| width(cell)).chain([width(column.head)]).max().unwrap_or(0);
    let needed = |columns: &[Column]| columns.iter().map(|column| wide(column) + 2).sum::<usize>();
    while needed(&columns) > style.width.min(100) + 2 {
        let Some(next) = columns.iter().map(|column| column.goes).max().filter(|goes| *goes > 0) else { break };
        columns.retain(|column| column.goes != next);
    }
    let laid = |cells: Vec<&str>| {
        let padded = columns.iter().zip(cells).map(|(column, cell)| {
            let pad = " ".repeat(wide(column).saturating_sub(width(cell)));
            if column.is_number { format!("{pad}{cell}") } else { format!("{cell}{pad}") }
        });
        padded.collect::<Vec<String>>().join("  ")
    };
    let head = laid(columns.iter().map(|column| column.head).collect());
    let head = page.painted("2", &head);
    page.line(&head);
    for row in 0..columns[0].cells.len() {
        let line = laid(columns.iter().map(|column| column.cells[row].as_str()).collect());
        page.line(&line);
    }
}
