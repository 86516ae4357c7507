//! What a verdict or outcome means at a glance: a symbol and a colour, which
//! always accompany the word.

use gosset_model::Verdict;

/// The kind of thing a word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// The claim holds; a run finished.
    Good,
    /// The claim does not hold; a run failed.
    Bad,
    /// Nothing is decided.
    Open,
    /// The protocol was broken.
    Broken,
    /// Nothing to compare.
    Neutral,
}

impl Tone {
    /// The tone of a verdict.
    pub(crate) fn of(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Supported { .. } => Self::Good,
            Verdict::Refuted { .. } => Self::Bad,
            Verdict::Undecided { .. } => Self::Open,
            Verdict::Invalid { .. } => Self::Broken,
            Verdict::NoOp => Self::Neutral,
        }
    }

    /// Its symbol.
    pub(crate) fn symbol(self) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Bad => "✗",
            Self::Open => "?",
            Self::Broken => "!",
            Self::Neutral => "=",
        }
    }

    /// Its class in pages and pictures.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Open => "open",
            Self::Broken => "broken",
            Self::Neutral => "neutral",
        }
    }

    /// Its colour on a terminal, as the number of an SGR sequence; bold
    /// magenta for what is broken, so that it stands out from a refutation.
    pub(crate) fn terminal(self) -> &'static str {
        match self {
            Self::Good => "32",
            Self::Bad => "31",
            Self::Open => "33",
            Self::Broken => "1;35",
            Self::Neutral => "36",
        }
    }
}
