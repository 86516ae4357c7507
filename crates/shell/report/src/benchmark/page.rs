use gosset_science::benchmark::{Leaderboard, MethodPair, Reordering, View};

use super::report::BenchmarkReport;
use super::written::{better, estimate, facts, lost, percent, rank, scores_of, suite, title, warnings};
use crate::document::Kind::{Number, Sentence, Words};
use crate::document::{Document, Figure, Part, Prose, Section, Span, Table, fact};
use crate::figure::{
    CriticalDifference, IntervalLine, Intervals, MOST_PROFILES, PlaceMap, PlaceRow, ProfilePlot, TradeOff,
    TradeOffPoint, critical_difference, intervals, place_map, profiles, trade_off,
};
use crate::number;
use crate::text::{clean, counted};

/// Up to so many views are drawn.
const MOST_DRAWN: usize = 30;
/// Up to so many methods a heat map is drawn.
const MOST_COLUMNS: usize = 30;
/// Up to so many pairs are listed.
const MOST_PAIRS: usize = 2_000;

/// The whole report.
pub(super) fn document(report: &BenchmarkReport<'_>) -> Document {
    let board = report.leaderboard;
    let mut sections = vec![
        Section { id: "found", title: "What was found", parts: found(report) },
        Section { id: "ranks", title: "Ranks", parts: ranks(board) },
        Section { id: "scores", title: "Scores", parts: scores(board) },
        Section { id: "stability", title: "What other views say", parts: stability(board) },
    ];
    if board.pareto.is_some() {
        sections.push(Section { id: "front", title: "Several metrics", parts: front(board) });
    }
    sections.push(Section { id: "datasets", title: "Data sets", parts: vec![Part::Table(datasets(board))] });
    sections.push(Section { id: "tests", title: "What the tests assume", parts: tests(board) });
    sections.push(Section { id: "sources", title: "Sources", parts: sources(report) });
    Document {
        kind: "Judgement of a benchmark",
        title: title(board),
        question: String::new(),
        background: None,
        sections,
    }
}

fn number_cell(text: String, exact: f64) -> Prose {
    Span::number(text, exact).into()
}

fn found(report: &BenchmarkReport<'_>) -> Vec<Part> {
    let board = report.leaderboard;
    vec![
        Part::Facts(facts(board).into_iter().map(|(term, text)| fact(&term, text)).collect()),
        Part::List(board.statements.iter().map(|said| Prose::with_code(said)).collect()),
        Part::Table(leaderboard(board)),
    ]
    .into_iter()
    .chain(warnings(report).iter().map(|warning| Part::Warning(Prose::with_code(warning))))
    .collect()
}

pub(crate) fn leaderboard(board: &Leaderboard) -> Table {
    let confidence = number::confidence(board.question.alpha.get());
    let mut table = Table::new(
        format!(
            "Leaderboard over n = {} data sets (grade {:?}). Methods that share a letter cannot be told apart. First in: share of resamples of data sets in which no method ranks better. Intervals of {confidence}.",
            board.coverage.datasets, board.grade
        ),
        &[
            ("Place", Number),
            ("Method", Words),
            ("Alike", Words),
            ("Average rank", Number),
            ("On other data sets", Number),
            ("With other runs", Number),
            ("First in", Number),
            ("Mean", Number),
            ("Interval", Number),
            ("Interquartile mean", Number),
            ("Interval", Number),
            ("Runs", Number),
            ("Failed", Words),
        ],
    );
    let has_missing = board.rows.iter().any(|row| row.missing > 0);
    if has_missing {
        table.column("Rank at best", Number);
    }
    for row in &board.rows {
        let (ranked, mean, middle) = (rank(row), suite(row.mean.as_ref()), suite(row.interquartile_mean.as_ref()));
        let of_runs = row.rank_bounds_of_runs;
        let of_runs = estimate(row.average_rank, of_runs.map(|bounds| [bounds.lower, bounds.upper])).interval;
        let exact = |text: String, value: Option<f64>| match value {
            Some(value) => number_cell(text, value),
            None => text.into(),
        };
        let mut cells: Vec<Prose> = vec![
            row.place.to_string().into(),
            Span::strong(&row.method).into(),
            row.letters.as_str().into(),
            number_cell(ranked.value, row.average_rank),
            ranked.interval.into(),
            of_runs.into(),
            percent(row.first_share).into(),
            exact(mean.value, row.mean.map(|found| found.value)),
            mean.interval.into(),
            exact(middle.value, row.interquartile_mean.map(|found| found.value)),
            middle.interval.into(),
            number::count(row.runs).into(),
            lost(row).into(),
        ];
        if has_missing {
            let best = row.rank_if_missing_first;
            cells.push(exact(best.map_or_else(String::new, |best| number::significant(best, 3)), best));
        }
        table.row(cells);
    }
    table
}

pub(crate) fn ranks(board: &Leaderboard) -> Vec<Part> {
    let methods: Vec<(String, f64)> = board.rows.iter().map(|row| (row.method.clone(), row.average_rank)).collect();
    let place = |name: &String| board.rows.iter().position(|row| row.method == *name);
    let groups: Vec<(usize, usize)> =
        board.groups.iter().filter_map(|group| Some((place(group.first()?)?, place(group.last()?)?))).collect();
    let is_nemenyi = board.question.pairs == gosset_science::benchmark::PairTest::Nemenyi;
    let diagram = critical_difference(&CriticalDifference {
        id: "critical-difference",
        methods: &methods,
        groups: &groups,
        critical_difference: is_nemenyi.then_some(board.critical_difference),
        datasets: board.coverage.datasets,
    });
    let caption = format!(
        "Average ranks over n = {} data sets, 1 is best. A bar joins methods that cannot be told apart, by {}.",
        board.coverage.datasets,
        board.question.pairs.words()
    );
    let mut figures: Vec<Figure> =
        diagram.into_iter().map(|picture| Figure { picture, caption: caption.as_str().into() }).collect();
    let lines: Vec<IntervalLine> = board
        .rows
        .iter()
        .map(|row| {
            let written = rank(row);
            IntervalLine {
                name: row.method.clone(),
                value: row.average_rank,
                bounds: Some([row.rank_bounds.lower, row.rank_bounds.upper]),
                written: format!("{}, {}", written.value, written.interval),
            }
        })
        .collect();
    let axis = format!("average rank, 1 is best (n = {} data sets)", board.coverage.datasets);
    let picture = intervals(&Intervals {
        id: "rank-intervals",
        title: "Average ranks with intervals",
        axis: &axis,
        lines: &lines,
    });
    figures.extend(picture.map(|picture| Figure {
        picture,
        caption: "Average ranks with intervals for other data sets of their kind, from resampling data sets with their runs.".into(),
    }));
    let count = counted(board.pairs.len() as u64, "pair", "pairs");
    vec![
        Part::Figures(figures),
        Part::Fold { id: "pairs".to_owned(), summary: format!("All {count}"), parts: vec![Part::Table(pairs(board))] },
    ]
}

fn pairs(board: &Leaderboard) -> Table {
    let shown = board.pairs.len().min(MOST_PAIRS);
    let rest = board.pairs.len() - shown;
    let more = if rest > 0 { format!("; {rest} more are in the JSON reply") } else { String::new() };
    let mut table = Table::new(
        format!("Pairs, the better average rank first; p-values are adjusted for all pairs{more}"),
        &[
            ("First", Words),
            ("Second", Words),
            ("Told apart", Words),
            ("Rank difference", Number),
            ("Better on, worse on", Number),
        ],
    );
    for p_value in board.pairs.iter().take(1).flat_map(|pair| &pair.p_values) {
        table.column(p_value.test.words(), Number);
    }
    let row = |pair: &MethodPair| {
        let mut cells: Vec<Prose> = vec![
            pair.first.as_str().into(),
            pair.second.as_str().into(),
            if pair.is_apart { "yes" } else { "no" }.into(),
            number_cell(number::significant(pair.rank_difference, 3), pair.rank_difference),
            format!("{}, {} of {}", pair.first_better, pair.second_better, pair.n).into(),
        ];
        let p_values = pair.p_values.iter();
        cells.extend(p_values.map(|p_value| number_cell(number::p_value(p_value.adjusted), p_value.adjusted)));
        cells
    };
    board.pairs[..shown].iter().for_each(|pair| table.row(row(pair)));
    table
}

pub(crate) fn scores(board: &Leaderboard) -> Vec<Part> {
    let axis = scores_of(board);
    let lines =
        |pick: fn(&gosset_science::benchmark::LeaderboardRow) -> Option<gosset_science::benchmark::SuiteEstimate>| {
            let line = |row: &gosset_science::benchmark::LeaderboardRow| {
                let (found, written) = (pick(row)?, suite(pick(row).as_ref()));
                let interval = if written.interval.is_empty() { "no interval".to_owned() } else { written.interval };
                Some(IntervalLine {
                    name: row.method.clone(),
                    value: found.value,
                    bounds: found.bounds.map(|bounds| [bounds.lower, bounds.upper]),
                    written: format!("{}, {interval}", written.value),
                })
            };
            board.rows.iter().filter_map(line).collect::<Vec<IntervalLine>>()
        };
    let mut figures = Vec::new();
    for (id, name, lines) in [
        ("interquartile-means", "Interquartile mean", lines(|row| row.interquartile_mean)),
        ("means", "Mean over data sets", lines(|row| row.mean)),
    ] {
        let axis = format!("{axis}, n = {} data sets", board.coverage.datasets);
        figures.extend(intervals(&Intervals { id, title: name, axis: &axis, lines: &lines }).map(|picture| Figure {
            picture,
            caption: format!("{name}, with intervals for these data sets with other runs.").into(),
        }));
    }
    if let Some(found) = &board.profiles {
        let more = found.lines.len().saturating_sub(MOST_PROFILES);
        let rest = if more > 0 {
            format!(" The first {MOST_PROFILES} methods; {more} more are in the JSON reply.")
        } else {
            String::new()
        };
        figures.extend(profiles(&ProfilePlot { id: "profiles", axis: &axis, profiles: found }).map(|picture| Figure {
            picture,
            caption: format!(
                "Performance profiles: the share of runs that are better than each score, averaged over n = {} data sets. A failed run is better than none. Bands are intervals, each for its own score.{rest}",
                board.coverage.datasets
            )
            .into(),
        }));
    }
    let mut table = Table::new(
        "Each method against the next one: how likely one of its runs is better, on a data set picked at random",
        &[("Method", Words), ("Next", Words), ("Probability", Number), ("Interval", Number), ("Data sets", Number)],
    );
    for pair in &board.neighbours {
        let written = estimate(pair.probability, pair.bounds.map(|bounds| [bounds.lower, bounds.upper]));
        let interval = if written.interval.is_empty() { "one run".to_owned() } else { written.interval };
        table.row(vec![
            pair.first.as_str().into(),
            pair.second.as_str().into(),
            number_cell(written.value, pair.probability),
            interval.into(),
            number::count(pair.datasets).into(),
        ]);
    }
    vec![Part::Figures(figures), Part::Table(table)]
}

/// What a view is called.
fn view(one: &Reordering) -> String {
    match one.kind {
        View::WithoutDataset => format!("without data set {}", one.label),
        View::WithoutSeed => format!("without seed {}", one.label),
        View::Metric => format!("by {} alone", one.label),
        View::Choice => one.label.clone(),
    }
}

pub(crate) fn stability(board: &Leaderboard) -> Vec<Part> {
    if board.reorderings.is_empty() {
        return vec![Part::Prose("There are too many data sets and seeds to leave them out one by one.".into())];
    }
    let mut rows: Vec<&Reordering> = board.reorderings.iter().collect();
    // Those that move somebody first, in the order in which they were made.
    rows.sort_by_key(|one| (one.moved.is_empty(), one.is_first_same));
    let drawn: Vec<PlaceRow> =
        rows.iter().take(MOST_DRAWN).map(|one| PlaceRow { label: view(one), places: one.places.clone() }).collect();
    let methods: Vec<String> = board.rows.iter().map(|row| row.method.clone()).collect();
    let places: Vec<u64> = board.rows.iter().map(|row| row.place).collect();
    let picture = (methods.len() <= MOST_COLUMNS)
        .then(|| place_map(&PlaceMap { id: "places", methods: &methods, places: &places, rows: &drawn }))
        .flatten();
    let rest = rows.len().saturating_sub(MOST_DRAWN);
    let more = if rest > 0 { format!(" {rest} more views are in the table.") } else { String::new() };
    let figures = picture.into_iter().map(|picture| Figure {
        picture,
        caption: format!(
            "The place of each method in each view; an arrow marks a place that differs from the leaderboard.{more}"
        )
        .into(),
    });
    let mut table = Table::new(
        "Views of the same results, those that move a method first",
        &[("View", Words), ("First stays first", Words), ("Who moves", Sentence)],
    );
    for one in &rows {
        let moved: Vec<String> = one
            .moved
            .iter()
            .map(|moved| format!("{} from {} to {}", clean(&moved.method), moved.from, moved.to))
            .collect();
        let moved = if moved.is_empty() { "nobody".to_owned() } else { moved.join(", ") };
        table.row(vec![view(one).into(), if one.is_first_same { "yes" } else { "no" }.into(), moved.into()]);
    }
    let count = counted(rows.len() as u64, "view", "views");
    vec![
        Part::Figures(figures.collect()),
        Part::Fold { id: "views".to_owned(), summary: count, parts: vec![Part::Table(table)] },
    ]
}

pub(crate) fn front(board: &Leaderboard) -> Vec<Part> {
    let Some(pareto) = &board.pareto else { return Vec::new() };
    let metrics = &board.question.metrics;
    let axis = |at: usize| {
        if at == 0 { scores_of(board) } else { format!("{} ({})", clean(&metrics[at].name), better(&metrics[at])) }
    };
    let mut figures = Vec::new();
    for across in 1..metrics.len() {
        let points: Vec<TradeOffPoint> = pareto
            .methods
            .iter()
            .map(|method| TradeOffPoint {
                name: method.method.clone(),
                up: method.means[0],
                across: method.means[across],
                is_on_front: method.is_on_front,
                share: percent(method.front_share),
            })
            .collect();
        let (up, to_right) = (axis(0), axis(across));
        let id = format!("front-{across}");
        figures.extend(trade_off(&TradeOff { id: &id, up: &up, across: &to_right, points: &points }).map(|picture| Figure {
            picture,
            caption: format!(
                "Means over n = {} data sets with intervals. A full dot and a bold name: no other method is at least as good by every metric and better by one. Percentages: share of resamples of data sets in which that is so.",
                pareto.datasets[across].min(pareto.datasets[0])
            )
            .into(),
        }));
    }
    let mut table =
        Table::new("The front by all metrics", &[("Method", Words), ("On the front", Words), ("In resamples", Number)]);
    for metric in metrics {
        table.column(&metric.name, Number);
        table.column("Interval", Number);
    }
    for method in &pareto.methods {
        let mut cells: Vec<Prose> = vec![
            method.method.as_str().into(),
            if method.is_on_front { "yes" } else { "no" }.into(),
            number_cell(percent(method.front_share), method.front_share),
        ];
        for mean in &method.means {
            let written = estimate(mean.value, Some([mean.bounds.lower, mean.bounds.upper]));
            cells.push(number_cell(written.value, mean.value));
            cells.push(written.interval.into());
        }
        table.row(cells);
    }
    vec![Part::Figures(figures), Part::Table(table)]
}

pub(crate) fn datasets(board: &Leaderboard) -> Table {
    let metric = board.question.metrics.first().map_or("score", |metric| metric.name.as_str());
    let mut table = Table::new(
        format!(
            "Mean {metric} of each method on each data set, its rank in brackets, and its failed runs (grade {:?})",
            board.grade
        ),
        &[("Data set", Words)],
    );
    board.rows.iter().for_each(|row| table.column(&row.method, Number));
    for row in &board.datasets {
        let mut cells: Vec<Prose> = vec![row.dataset.as_str().into()];
        for (index, mean) in row.means.iter().enumerate() {
            let rank = number::stated(row.ranks[index]);
            let failed = match (row.failed[index], row.runs[index]) {
                (_, 0) => " not run".to_owned(),
                (0, _) => String::new(),
                (failed, runs) => format!(", {failed} of {runs} failed"),
            };
            cells.push(match mean {
                Some(mean) => number_cell(format!("{} ({rank}){failed}", number::significant(*mean, 4)), *mean),
                None if row.runs[index] == 0 => format!("not run ({rank})").into(),
                None => format!("failed ({rank})").into(),
            });
        }
        table.row(cells);
    }
    table
}

pub(crate) fn tests(board: &Leaderboard) -> Vec<Part> {
    let mut table = Table::new(
        "Methods of the catalogue that were used",
        &[("Method", Words), ("It assumes", Sentence), ("Avoid it when", Sentence)],
    );
    for test in &board.tests {
        table.row(vec![
            test.name.as_str().into(),
            test.assumptions.join(" ").into(),
            Prose::with_code(&test.avoid_when),
        ]);
    }
    vec![Part::Table(table)]
}

fn sources(report: &BenchmarkReport<'_>) -> Vec<Part> {
    let mut table = Table::new("Files that the scores come from", &[("File", Words), ("Digest", Words)]);
    for (file, digest) in report.sources {
        table.row(vec![Span::code(file).into(), Span::code(digest).into()]);
    }
    let digest = Prose::from("All random numbers are drawn from the digest of the runs, ")
        .then(Span::code(report.leaderboard.digest.to_string()))
        .then(format!(
            ", so that the same runs give the same page; intervals are made of {} resamples.",
            number::count(u64::from(report.leaderboard.question.resamples))
        ));
    vec![Part::Table(table), Part::Prose(digest)]
}
