use gosset_model::{Contribution, MethodTuning, Metric, StressLoss, TestSetUse};
use gosset_science::benchmark::RegisteredBoard;

use crate::Style;
use crate::benchmark::{board_facts, datasets, front, leaderboard, print_board, ranks, scores, stability, tests};
use crate::document::Kind::{Number, Words};
use crate::document::{Figure, Part, Prose, Section, Span, Table, fact};
use crate::figure::{IntervalLine, Intervals, intervals};
use crate::number::{self, Decimals};
use crate::report::{StudyBenchmark, StudyReport};
use crate::terminal::Page;
use crate::text::{clean, counted, listed};

/// Who comes first and who cannot be told apart; without parts where the study
/// is no benchmark or is not judged.
pub(super) fn section(report: &StudyReport<'_>) -> Section {
    let parts = told(report).map(|told| told.parts()).unwrap_or_default();
    Section { id: "benchmark", title: "Benchmark", parts }
}

/// The same for a terminal; nothing where the study is no benchmark or is not
/// judged.
pub(crate) fn print_benchmark(report: &StudyReport<'_>, page: &mut Page, style: &Style) {
    if let Some(told) = told(report) {
        told.print(page, style);
    }
}

struct Told<'a> {
    found: StudyBenchmark<'a>,
    early_looks: u64,
    unit: &'a str,
    metric: &'a str,
}

fn told<'a>(report: &StudyReport<'a>) -> Option<Told<'a>> {
    let protocol = report.registered.protocol();
    let name = protocol.benchmark.as_ref()?.metrics.first()?;
    Some(Told {
        found: report.benchmark?,
        early_looks: report.evidence.early_looks,
        unit: protocol.metrics.get(name).map_or("", |metric: &Metric| metric.unit.as_str()),
        metric: name.as_str(),
    })
}

impl Told<'_> {
    fn parts(&self) -> Vec<Part> {
        let mut parts = Vec::new();
        for (index, board) in self.found.found.boards.iter().enumerate() {
            parts.extend(
                board
                    .condition
                    .iter()
                    .map(|condition| Part::Heading(clean(&named(condition, index == 0)).replacen('c', "C", 1))),
            );
            parts.extend(board.problem.iter().map(|problem| Part::Warning(no_board(problem).as_str().into())));
            parts.extend(board_parts(board, &self.own_warnings(index)));
            if index == 0 {
                parts.extend(self.warnings().iter().map(|warning| Part::Warning(Prose::with_code(warning))));
                parts.push(Part::List(self.uses().iter().map(|said| Prose::with_code(said)).collect()));
                parts.push(Part::Table(self.tuning()));
                parts.extend(details(board));
            }
        }
        if !self.found.found.losses.is_empty() {
            parts.push(Part::Heading("What stress costs".to_owned()));
            parts.extend(self.loss_figure().map(|figure| Part::Figures(vec![figure])));
            parts.push(Part::Table(self.losses()));
        }
        parts
    }

    fn print(&self, page: &mut Page, style: &Style) {
        for (index, board) in self.found.found.boards.iter().enumerate() {
            page.line("");
            let title = board.condition.as_ref().map(|condition| named(condition, index == 0));
            page.line(&page.painted(
                "1",
                &title.map_or_else(|| "Benchmark".to_owned(), |title| format!("Benchmark: {}", clean(&title))),
            ));
            if let Some(problem) = &board.problem {
                page.wrapped("", &clean(&no_board(problem)));
            }
            if let Some(board) = &board.leaderboard {
                print_board(page, style, board, &self.own_warnings(index));
            }
            if index == 0 {
                self.warnings().iter().for_each(|warning| page.item("! ", &clean(warning)));
                self.uses().iter().for_each(|said| page.item("- ", &clean(said)));
            }
        }
        if !self.found.found.losses.is_empty() {
            page.line("");
            page.line(&page.painted("1", "What stress costs"));
        }
        for one in &self.found.found.losses {
            let words = format!("{} under {}: {}", clean(&one.method), clean(&one.condition), self.loss_in_words(one));
            page.item("- ", &words);
        }
    }

    /// The warnings about a leaderboard that were not given for the first one.
    fn own_warnings(&self, index: usize) -> Vec<String> {
        let of = |board: &RegisteredBoard| board.leaderboard.as_ref().map(|board| board.warnings.clone());
        let boards = &self.found.found.boards;
        let first = boards.first().filter(|_| index > 0).and_then(of).unwrap_or_default();
        let all = boards.get(index).and_then(of).unwrap_or_default();
        all.into_iter().filter(|warning| !first.contains(warning)).collect()
    }

    fn warnings(&self) -> Vec<String> {
        let mut warnings = self.found.found.warnings.clone();
        if self.early_looks > 0 {
            warnings.push(format!(
                "Results of this study were looked at {} before all its runs had ended.",
                if self.early_looks == 1 { "once".to_owned() } else { format!("{} times", self.early_looks) }
            ));
        }
        warnings
    }

    /// How often these data sets were looked at before.
    fn uses(&self) -> Vec<String> {
        let used = |one: &TestSetUse| {
            let names: Vec<String> = one.datasets.iter().map(|name| format!("`{name}`")).collect();
            format!(
                "`{}` looked at {} before: {} of {}. Methods that were chosen by such results look better here than they are.",
                one.study,
                listed(&names),
                counted(one.runs_scored, "scored run", "scored runs"),
                counted(one.arms, "arm", "arms")
            )
        };
        if self.found.uses.is_empty() {
            return vec!["No earlier study of this lab has looked at these data sets; what was looked at elsewhere is not known.".to_owned()];
        }
        self.found.uses.iter().map(used).collect()
    }

    fn tuning(&self) -> Table {
        let tuned = &self.found.found.tuning;
        let mut table = Table::new(
            "Tuning: the settings tried for each run, as registered and as runs report it",
            &[("Method", Words), ("Registered", Number), ("Processor time", Number), ("Reported by runs", Number)],
        );
        let row = |one: &MethodTuning| -> Vec<Prose> {
            let not_registered = || "not registered".to_owned();
            let hours = one.registered.and_then(|registered| registered.cpu_hours);
            vec![
                one.method.as_str().into(),
                one.registered.map_or_else(not_registered, |registered| number::count(registered.trials)).into(),
                hours.map_or_else(not_registered, |hours| number::duration(hours * 3600.0)).into(),
                one.reported
                    .map_or_else(
                        || "not reported".to_owned(),
                        |found| {
                            let range = format!("{} to {}", number::stated(found.fewest), number::stated(found.most));
                            let amount = if found.fewest == found.most { number::stated(found.most) } else { range };
                            format!("{amount}, n = {}", found.runs)
                        },
                    )
                    .into(),
            ]
        };
        tuned.iter().for_each(|one| table.row(row(one)));
        table
    }

    fn losses(&self) -> Table {
        let level = self.found.found.losses.iter().find_map(|one| Some(one.loss.as_ref()?.bounds?.level));
        let bounds = level.map(|level| format!("; one-sided bounds of {} each", number::confidence(level)));
        let mut table = Table::new(
            format!(
                "Loss of {} from the clean condition, positive where stress costs{}",
                number::with_unit(self.metric, &number::in_unit(self.unit)),
                bounds.unwrap_or_default()
            ),
            &[
                ("Method", Words),
                ("Condition", Words),
                ("Loss", Number),
                ("Bounds", Number),
                ("n", Number),
                ("Blocks with a failure", Words),
            ],
        );
        for one in &self.found.found.losses {
            let (loss, bounds, n) = match &one.loss {
                None => ("none".into(), "none".to_owned(), String::new()),
                Some(loss) => {
                    let written = written(loss);
                    (Prose::from(Span::number(written.0, loss.estimate)), written.1, number::count(loss.n))
                }
            };
            table.row(vec![
                one.method.as_str().into(),
                one.condition.as_str().into(),
                loss,
                bounds.into(),
                n.into(),
                failures(one).unwrap_or_else(|| "none".to_owned()).into(),
            ]);
        }
        table
    }

    fn loss_figure(&self) -> Option<Figure> {
        let line = |one: &StressLoss| {
            let loss = one.loss.as_ref()?;
            let (estimate, bounds) = written(loss);
            Some(IntervalLine {
                name: format!("{}, {}", one.method, one.condition),
                value: loss.estimate,
                bounds: loss.bounds.map(|bounds| [bounds.lower, bounds.upper]),
                written: format!("{estimate}, {bounds}"),
            })
        };
        let lines: Vec<IntervalLine> = self.found.found.losses.iter().filter_map(line).collect();
        let axis = format!("loss of {}", number::with_unit(self.metric, &number::in_unit(self.unit)));
        let picture =
            intervals(&Intervals { id: "stress-losses", title: "What stress costs", axis: &axis, lines: &lines })?;
        let caption = "What each method loses under stress, with one-sided bounds at a level that all share. The table below holds the same numbers.";
        Some(Figure { picture, caption: caption.into() })
    }

    fn loss_in_words(&self, one: &StressLoss) -> String {
        let said = match &one.loss {
            None => "no loss can be given".to_owned(),
            Some(loss) => {
                let (estimate, bounds) = written(loss);
                format!("loses {} ({bounds}, n = {})", number::with_unit(&estimate, self.unit), loss.n)
            }
        };
        failures(one).map_or_else(|| said.clone(), |failed| format!("{said}; {failed}"))
    }
}

/// "condition none, without stress", or "condition much".
fn named(condition: &str, is_clean: bool) -> String {
    format!("condition {condition}{}", if is_clean { ", without stress" } else { "" })
}

fn no_board(problem: &str) -> String {
    format!("These runs make no leaderboard: {problem}.")
}

/// The leaderboard with what was found of it.
fn board_parts(told: &RegisteredBoard, warnings: &[String]) -> Vec<Part> {
    let Some(board) = &told.leaderboard else { return Vec::new() };
    let mut parts = vec![
        Part::Facts(board_facts(board).into_iter().map(|(term, text)| fact(&term, text)).collect()),
        Part::List(board.statements.iter().map(|said| Prose::with_code(said)).collect()),
        Part::Table(leaderboard(board)),
    ];
    parts.extend(warnings.iter().map(|warning| Part::Warning(Prose::with_code(warning))));
    parts
}

/// All pictures and tables about a leaderboard.
fn details(told: &RegisteredBoard) -> Vec<Part> {
    let Some(board) = &told.leaderboard else { return Vec::new() };
    let mut parts = ranks(board);
    parts.extend(scores(board));
    parts.extend(stability(board));
    parts.extend(front(board));
    parts.push(Part::Table(datasets(board)));
    parts.extend(tests(board));
    parts
}

/// An estimate and its bounds, with the digits that the bounds leave it.
fn written(loss: &Contribution) -> (String, String) {
    let spread = loss.bounds.map(|bounds| (bounds.upper - bounds.lower) / 2.0);
    let decimals = Decimals::of_scores(spread, loss.estimate);
    let write = |value| number::difference(value, decimals);
    let bounds = loss.bounds.map(|bounds| format!("{} to {}", write(bounds.lower), write(bounds.upper)));
    (write(loss.estimate), bounds.unwrap_or_else(|| "no bounds".to_owned()))
}

/// In how many blocks something failed or is missing; none where nothing did.
fn failures(one: &StressLoss) -> Option<String> {
    let kinds = [(one.failed, "one run failed"), (one.void, "both failed"), (one.missing, "a run is missing")];
    let said: Vec<String> = kinds
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("in {} {what}", counted(*count, "block", "blocks")))
        .collect();
    (!said.is_empty()).then(|| listed(&said))
}
