use std::fmt;

/// One kind of trouble met in a metric log: how often, and where first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What was met.
    pub kind: NoteKind,
    /// How often it was met.
    pub count: u64,
    /// The line of the first one, from 1.
    pub first_line: u64,
    /// The first one: a short excerpt with everything unprintable escaped.
    pub example: String,
}

/// What can be wrong in a metric log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteKind {
    /// Bad line: it is not JSON.
    NotJson,
    /// Bad line: it is the last one, has no line end and is not whole. The
    /// program may be writing it, or was stopped while it did.
    UnfinishedLastLine,
    /// Bad line: it is JSON, but not an object.
    NotAnObject,
    /// Bad line: it is longer than 1 MiB.
    LineTooLong,
    /// Passed over: a `null`.
    Null,
    /// Passed over: `true` or `false`.
    Boolean,
    /// Passed over: a text.
    Text,
    /// Passed over: a list or an object.
    Nested,
    /// Passed over: a number beyond the largest that 64 bits hold.
    NumberOutOfRange,
    /// Passed over: a metric whose name is longer than 250 bytes.
    NameTooLong,
    /// Passed over: a metric beyond the first 10,000 names.
    TooManyMetrics,
    /// `step` is not an integer; the line is taken as one without a step.
    StepNotAnInteger,
    /// `time` is not a time in seconds since the epoch; the line is taken as
    /// one without a time.
    TimeNotInSeconds,
    /// A metric has a second point at a step; both are kept.
    RepeatedStep,
}

impl NoteKind {
    /// Every kind, in the order in which notes are listed.
    pub const ALL: [Self; 14] = [
        Self::NotJson,
        Self::UnfinishedLastLine,
        Self::NotAnObject,
        Self::LineTooLong,
        Self::Null,
        Self::Boolean,
        Self::Text,
        Self::Nested,
        Self::NumberOutOfRange,
        Self::NameTooLong,
        Self::TooManyMetrics,
        Self::StepNotAnInteger,
        Self::TimeNotInSeconds,
        Self::RepeatedStep,
    ];

    /// Whether what was met cost points: a whole line, or a value passed over.
    #[must_use]
    pub fn loses_points(self) -> bool {
        match self {
            Self::NotJson
            | Self::UnfinishedLastLine
            | Self::NotAnObject
            | Self::LineTooLong
            | Self::Null
            | Self::Boolean
            | Self::Text
            | Self::Nested
            | Self::NumberOutOfRange
            | Self::NameTooLong
            | Self::TooManyMetrics => true,
            Self::StepNotAnInteger | Self::TimeNotInSeconds | Self::RepeatedStep => false,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::NotJson => "line that is not JSON",
            Self::UnfinishedLastLine => "unfinished last line",
            Self::NotAnObject => "line that is not a JSON object",
            Self::LineTooLong => "line longer than 1 MiB",
            Self::Null => "value passed over, a null",
            Self::Boolean => "value passed over, a boolean",
            Self::Text => "value passed over, a text",
            Self::Nested => "value passed over, a list or an object",
            Self::NumberOutOfRange => "value passed over, a number too large for 64 bits",
            Self::NameTooLong => "value passed over, its metric's name longer than 250 bytes",
            Self::TooManyMetrics => "value passed over, its metric not among the first 10,000",
            Self::StepNotAnInteger => "line whose `step` is not an integer",
            Self::TimeNotInSeconds => "line whose `time` is not in seconds since the epoch",
            Self::RepeatedStep => "point at a step that its metric already had",
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, count, first_line, example } = self;
        write!(formatter, "{count} x {}, first in line {first_line}: {example}", kind.words())
    }
}

/// The notes made so far, one slot a kind.
#[derive(Debug, Default)]
pub(super) struct Notes([Option<Note>; NoteKind::ALL.len()]);

impl Notes {
    /// Counts one more; only the first asks for its excerpt.
    pub(super) fn add(&mut self, kind: NoteKind, line: u64, example: impl FnOnce() -> String) {
        match &mut self.0[kind as usize] {
            Some(note) => note.count += 1,
            empty => {
                *empty = Some(Note { kind, count: 1, first_line: line, example: example() });
            }
        }
    }

    pub(super) fn into_list(self) -> Vec<Note> {
        self.0.into_iter().flatten().collect()
    }
}

/// The beginning of `bytes`, printable and short.
pub(super) fn excerpt(bytes: &[u8]) -> String {
    const MOST_BYTES: usize = 60;
    let shown = &bytes[..bytes.len().min(MOST_BYTES)];
    let mut text = String::new();
    for chunk in shown.utf8_chunks() {
        for letter in chunk.valid().chars() {
            match letter {
                '"' | '\'' | '\\' => text.push(letter),
                _ => text.extend(letter.escape_debug()),
            }
        }
        text.extend(chunk.invalid().escape_ascii().map(char::from));
    }
    if shown.len() < bytes.len() {
        text.push_str("...");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_stands_at_its_own_place_in_the_list() {
        for (at, kind) in NoteKind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, at);
        }
    }

    #[test]
    fn an_excerpt_is_short_and_printable() {
        assert_eq!(excerpt(b"{\"a\"\x00\xFF\x1B[2J\r"), "{\"a\"\\0\\xff\\u{1b}[2J\\r");
        assert_eq!(excerpt(&[b'x'; 61]), format!("{}...", "x".repeat(60)));
    }
}
