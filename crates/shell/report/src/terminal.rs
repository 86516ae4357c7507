use gosset_model::{Hypothesis, HypothesisJudgement, Verdict};

use crate::document::{Look, Prose};
use crate::number::{self, Decimals};
use crate::report::{StudyReport, false_discovery_families, quantity, unit};
use crate::section::{Cost, ablation_in_words, fragility, print_benchmark, progress, scaling_in_words, status};
use crate::sentence;
use crate::text::{clean, counted, paragraphs, shortened, width, wrap};
use crate::tone::Tone;

/// How a report is shown on a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether colours may be used.
    pub colour: bool,
    /// The number of columns.
    pub width: usize,
}

/// Lines longer than this are hard to read, however wide the terminal.
const WIDEST: usize = 100;
/// Below this nothing can be laid out.
const NARROWEST: usize = 30;

/// Writes the report for a terminal: what was found, and where to see the
/// rest. Each line ends with a line feed and fits `style.width`.
#[must_use]
pub fn terminal(report: &StudyReport<'_>, style: &Style) -> String {
    let mut page = Page::new(style);
    let protocol = report.registered.protocol();
    let study = protocol.name.as_str();
    page.line(&page.painted("1", &shortened(&clean(study), page.width)));
    for paragraph in paragraphs(&protocol.question) {
        page.wrapped("", &paragraph);
    }
    page.line("");
    for (term, value) in status(report) {
        page.fact(&term, &value);
    }
    let progress_now = progress(report);
    if report.judgement.is_none() || report.is_interim() {
        page.line("");
        page.wrapped("", &progress_now);
    }
    let findings = report.findings();
    if findings.len() > 1 {
        page.line("");
        page.glance(report, &findings);
    }
    for (title, said) in [("Ablation", ablation_in_words(report)), ("Scaling", scaling_in_words(report))] {
        if !said.is_empty() {
            page.line("");
            page.line(&page.painted("1", title));
        }
        for sentence in said {
            page.wrapped("", &sentence);
        }
    }
    print_benchmark(report, &mut page, style);
    for (hypothesis, judged) in &findings {
        page.line("");
        page.finding(report, hypothesis, judged);
    }
    page.line("");
    page.ending(report, study);
    page.into_text()
}

/// Lines for a terminal.
pub(crate) struct Page {
    text: String,
    colour: bool,
    width: usize,
}

impl Page {
    pub(crate) fn new(style: &Style) -> Self {
        Self { text: String::new(), colour: style.colour, width: style.width.clamp(NARROWEST, WIDEST) }
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// A verdict in its colour.
    pub(crate) fn verdict(&mut self, verdict: &Verdict) {
        let tone = Tone::of(verdict);
        for (index, line) in wrap(&format!("{} {}", tone.symbol(), verdict.words()), self.width).iter().enumerate() {
            let painted = self.painted(tone.terminal(), line);
            self.line(&if index == 0 { painted } else { format!("  {painted}") });
        }
    }

    pub(crate) fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end_matches(' '));
        self.text.push('\n');
    }

    pub(crate) fn painted(&self, sgr: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{sgr}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// A paragraph, each line after `indent`.
    pub(crate) fn wrapped(&mut self, indent: &str, text: &str) {
        for line in wrap(text, self.width - width(indent)) {
            self.line(&format!("{indent}{line}"));
        }
    }

    /// A paragraph whose first line begins with `mark`, the others below it.
    pub(crate) fn item(&mut self, mark: &str, text: &str) {
        let room = self.width - width(mark);
        for (index, line) in wrap(text, room).iter().enumerate() {
            let head = if index == 0 { mark.to_owned() } else { " ".repeat(width(mark)) };
            self.line(&format!("{head}{line}"));
        }
    }

    /// A term and what it is, the value in a column of its own.
    fn fact(&mut self, term: &str, value: &Prose) {
        self.stated(term, &plain(value));
    }

    pub(crate) fn stated(&mut self, term: &str, value: &str) {
        const TERM: usize = 12;
        for (index, line) in wrap(value, self.width - TERM).iter().enumerate() {
            let head = if index == 0 { term } else { "" };
            let pad = " ".repeat(TERM.saturating_sub(width(head)).max(usize::from(index == 0)));
            let head = self.painted("2", head);
            self.line(&format!("{head}{pad}{line}"));
        }
    }

    /// All hypotheses in a table of as many columns as fit.
    fn glance(&mut self, report: &StudyReport<'_>, findings: &[(&Hypothesis, &HypothesisJudgement)]) {
        let heads = ["Hypothesis", "Verdict", "Effect", "Bounds", "n", "Grade"];
        let mut rows: Vec<(Tone, [String; 6])> = Vec::new();
        for (_, judged) in findings {
            let tone = Tone::of(&judged.verdict);
            let (effect, bounds, n) = match &judged.effect {
                None => ("none".to_owned(), String::new(), String::new()),
                Some(effect) => {
                    let decimals = Decimals::of_effect(effect);
                    let write = |value| number::difference(value, decimals);
                    (
                        write(effect.estimate),
                        format!("{} to {}", write(effect.lower), write(effect.upper)),
                        number::count(effect.n),
                    )
                }
            };
            let verdict = format!("{} {}", tone.symbol(), judged.verdict.words());
            rows.push((tone, [clean(judged.id.as_str()), verdict, effect, bounds, n, format!("{:?}", judged.grade)]));
        }
        if self.table(heads, &rows) {
            let units: std::collections::BTreeSet<String> = findings
                .iter()
                .map(|(hypothesis, _)| {
                    let unit = number::in_unit(&clean(unit(report.registered, hypothesis)));
                    format!("{} {unit}", quantity(hypothesis)).trim_end().to_owned()
                })
                .collect();
            let units: Vec<String> = units.into_iter().collect();
            self.wrapped("", &format!("Effects are positive as claimed; {}; bounds are one-sided.", units.join(", ")));
            if let Some(families) = false_discovery_families(report.registered) {
                self.wrapped("", &families);
            }
        }
    }

    /// What was found at a glance, in as many columns as fit: name, verdict,
    /// effect, bounds, n and one more. Says whether effects are among them.
    pub(crate) fn table(&mut self, heads: [&str; 6], rows: &[(Tone, [String; 6])]) -> bool {
        let widest = |column: usize| {
            rows.iter().map(|(_, cells)| width(&cells[column])).chain([width(heads[column])]).max().unwrap_or(0)
        };
        let mut widths: Vec<usize> = (0..heads.len()).map(widest).collect();
        widths[0] = widths[0].min(24);
        // The columns that can be read below go first.
        let mut shown: Vec<usize> = (0..heads.len()).collect();
        for dropped in [3, 4, 2, 5] {
            let needed: usize = shown.iter().map(|column| widths[*column] + 2).sum();
            if needed <= self.width + 2 {
                break;
            }
            shown.retain(|column| *column != dropped);
        }
        let others: usize = shown.iter().skip(1).map(|column| widths[*column] + 2).sum();
        widths[0] = widths[0].min(self.width.saturating_sub(others)).max(4);
        let laid = |cells: &[&str], page: &Self, tone: Option<Tone>| {
            let mut line = String::new();
            for column in &shown {
                let room = if *column == 1 {
                    widths[1].min(page.width.saturating_sub(widths[0] + 2))
                } else {
                    widths[*column]
                };
                let text = shortened(cells[*column], room);
                let pad = " ".repeat(room - width(&text));
                let is_number = matches!(column, 2..=4);
                let painted = match tone {
                    Some(tone) if *column == 1 => page.painted(tone.terminal(), &text),
                    Some(_) => text,
                    None => page.painted("2", &text),
                };
                line.push_str(&if is_number { format!("{pad}{painted}  ") } else { format!("{painted}{pad}  ") });
            }
            line
        };
        let head = laid(&heads, self, None);
        self.line(&head);
        for (tone, cells) in rows {
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            let line = laid(&cells, self, Some(*tone));
            self.line(&line);
        }
        shown.contains(&2)
    }

    fn finding(&mut self, report: &StudyReport<'_>, hypothesis: &Hypothesis, judged: &HypothesisJudgement) {
        self.verdict(&judged.verdict);
        self.wrapped("  ", &format!("{}: {}", judged.id, clean(&hypothesis.claim)));
        self.wrapped("  ", &sentence::of(report.registered, hypothesis, judged));
        if let Some(trust) = &judged.trust {
            self.wrapped("  ", &format!("Trusted because: {}", clean(trust)));
        }
        if let Some(effect) = &judged.effect {
            let decimals = Decimals::of_effect(effect);
            let mean =
                |value: Option<f64>| value.map_or_else(|| "none".to_owned(), |value| number::fixed(value, decimals));
            let means = format!(
                "Means: {} ({}), {} ({}). Grade {:?}.",
                mean(effect.baseline_mean),
                clean(hypothesis.baseline_words()),
                mean(effect.candidate_mean),
                clean(hypothesis.candidate_words()),
                judged.grade
            );
            self.wrapped("  ", &means);
        }
        if let Some(fragility) = fragility(judged) {
            self.wrapped("  ", &format!("Fragility: {fragility}."));
        }
        for note in &judged.notes {
            self.wrapped("  ", &clean(note));
        }
    }

    fn ending(&mut self, report: &StudyReport<'_>, study: &str) {
        let cost = Cost::of(report);
        let (record, digest) = report.ledger_head;
        self.stated(
            "Cost",
            &format!(
                "{}, {} of processor time, peak memory {}",
                counted(cost.runs, "run", "runs"),
                number::duration(cost.cpu_secs),
                number::bytes(cost.peak_memory_bytes)
            ),
        );
        self.stated("Ledger", &format!("record {record}, {}", digest.short()));
        let see = format!("all runs: gosset run list {study}; check the records: gosset ledger verify");
        self.stated("See", &see);
    }
}

/// The words of a text, with symbols where it marks something.
fn plain(prose: &Prose) -> String {
    prose
        .0
        .iter()
        .map(|span| match span.look {
            Look::Plain | Look::Strong | Look::Code => span.text.clone(),
            Look::Marked(tone) => format!("{} {}", tone.symbol(), span.text),
        })
        .collect()
}
