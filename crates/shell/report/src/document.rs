//! A report before it has a form: sections of prose, facts, tables and
//! figures, which the page and the Markdown text both render.

use maud::Markup;

use crate::text::clean;
use crate::tone::Tone;

/// How a piece of text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    Plain,
    Strong,
    Code,
    /// A word that says good, bad or open, with its symbol.
    Marked(Tone),
}

/// A piece of running text, cleaned of control characters.
#[derive(Debug, Clone)]
pub(crate) struct Span {
    pub(crate) text: String,
    pub(crate) look: Look,
    /// The anchor it leads to.
    pub(crate) to: Option<String>,
    /// The anchor it is.
    pub(crate) id: Option<String>,
    /// The number behind the text, with all its digits.
    pub(crate) exact: Option<f64>,
}

impl Span {
    pub(crate) fn plain(text: impl AsRef<str>) -> Self {
        Self { text: clean(text.as_ref()), look: Look::Plain, to: None, id: None, exact: None }
    }

    pub(crate) fn strong(text: impl AsRef<str>) -> Self {
        Self { look: Look::Strong, ..Self::plain(text) }
    }

    pub(crate) fn code(text: impl AsRef<str>) -> Self {
        Self { look: Look::Code, ..Self::plain(text) }
    }

    pub(crate) fn marked(tone: Tone, word: impl AsRef<str>) -> Self {
        Self { look: Look::Marked(tone), ..Self::plain(word) }
    }

    pub(crate) fn number(text: impl AsRef<str>, exact: f64) -> Self {
        Self { exact: Some(exact).filter(|exact| exact.is_finite()), ..Self::plain(text) }
    }

    pub(crate) fn to(self, anchor: impl Into<String>) -> Self {
        Self { to: Some(anchor.into()), ..self }
    }

    pub(crate) fn at(self, id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..self }
    }
}

/// Running text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Prose(pub(crate) Vec<Span>);

impl Prose {
    pub(crate) fn then(mut self, span: impl Into<Prose>) -> Self {
        self.0.extend(span.into().0);
        self
    }
}

impl Prose {
    /// Text in which backticks mark names, as our own messages do.
    pub(crate) fn with_code(text: &str) -> Self {
        let pieces: Vec<&str> = text.split('`').collect();
        if pieces.len().is_multiple_of(2) {
            return text.into();
        }
        let span = |(index, piece): (usize, &&str)| {
            if index.is_multiple_of(2) { Span::plain(piece) } else { Span::code(piece) }
        };
        Self(pieces.iter().enumerate().filter(|(_, piece)| !piece.is_empty()).map(span).collect())
    }

    /// What a run came to: the word marked, then the details.
    pub(crate) fn outcome(outcome: &gosset_model::Outcome) -> Self {
        let tone = if outcome.is_finished() { Tone::Good } else { Tone::Bad };
        let text = outcome.to_string();
        let details = text.strip_prefix(outcome.word()).map_or_else(|| format!(": {text}"), str::to_owned);
        Self::from(Span::marked(tone, outcome.word())).then(Self::with_code(&details))
    }
}

impl From<Span> for Prose {
    fn from(span: Span) -> Self {
        Self(vec![span])
    }
}

impl From<&str> for Prose {
    fn from(text: &str) -> Self {
        Self(vec![Span::plain(text)])
    }
}

impl From<String> for Prose {
    fn from(text: String) -> Self {
        Self(vec![Span::plain(text)])
    }
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Words,
    Number,
    /// Whole sentences, which need room.
    Sentence,
}

/// A column with its head.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) head: String,
    pub(crate) kind: Kind,
}

/// A row; its first cell names it.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) id: Option<String>,
    pub(crate) cells: Vec<Prose>,
}

/// A table.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) caption: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Row>,
}

impl Table {
    pub(crate) fn new(caption: impl AsRef<str>, columns: &[(&str, Kind)]) -> Self {
        let mut table = Self { caption: clean(caption.as_ref()), columns: Vec::new(), rows: Vec::new() };
        for (head, kind) in columns {
            table.column(head, *kind);
        }
        table
    }

    pub(crate) fn column(&mut self, head: &str, kind: Kind) {
        self.columns.push(Column { head: clean(head), kind });
    }

    pub(crate) fn row(&mut self, cells: Vec<Prose>) {
        self.rows.push(Row { id: None, cells });
    }
}

/// A figure with its caption.
#[derive(Debug, Clone)]
pub(crate) struct Figure {
    pub(crate) picture: Markup,
    pub(crate) caption: Prose,
}

/// A hypothesis and what was found of it.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) claim: String,
    pub(crate) tone: Tone,
    pub(crate) verdict: String,
    pub(crate) sentence: Prose,
    pub(crate) parts: Vec<Part>,
}

/// A part of a section.
#[derive(Debug, Clone)]
pub(crate) enum Part {
    Heading(String),
    Prose(Prose),
    /// A paragraph that must not be missed.
    Warning(Prose),
    List(Vec<Prose>),
    Facts(Vec<(String, Prose)>),
    Table(Table),
    Figures(Vec<Figure>),
    Fold {
        id: String,
        summary: String,
        parts: Vec<Part>,
    },
    Finding(Box<Finding>),
}

/// A whole report.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    /// What kind of report it is.
    pub(crate) kind: &'static str,
    pub(crate) title: String,
    pub(crate) question: String,
    pub(crate) background: Option<String>,
    pub(crate) sections: Vec<Section>,
}

/// A section with its anchor.
#[derive(Debug, Clone)]
pub(crate) struct Section {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) parts: Vec<Part>,
}

/// A fact: a term and what it is.
pub(crate) fn fact(term: &str, value: impl Into<Prose>) -> (String, Prose) {
    (clean(term), value.into())
}

/// The anchor of a run's row.
pub(crate) fn run_anchor(run: &gosset_model::RunId) -> String {
    format!("run-{}", anchor_safe(run.as_str()))
}

/// The anchor of a ledger record.
pub(crate) fn record_anchor(record: u64) -> String {
    format!("record-{record}")
}

/// The anchor of what was found of a hypothesis.
pub(crate) fn finding_anchor(id: &gosset_model::Name) -> String {
    format!("hypothesis-{}", anchor_safe(id.as_str()))
}

/// The anchor of the blocks of a hypothesis.
pub(crate) fn blocks_anchor(id: &gosset_model::Name) -> String {
    format!("blocks-{}", anchor_safe(id.as_str()))
}

fn anchor_safe(text: &str) -> String {
    let is_safe = |character: &char| character.is_alphanumeric() || matches!(character, '-' | '_' | '.');
    text.chars().filter(is_safe).collect()
}
