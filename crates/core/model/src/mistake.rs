use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A place in a text: line and column, both counted from 1, columns in
/// characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl Position {
    /// The place of byte `offset` in `text`.
    #[must_use]
    pub fn of(text: &str, offset: usize) -> Self {
        let offset = (0..=offset.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        let before = &text[..offset];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
    }
}

/// Something wrong in a study file: where, what, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mistake {
    /// Where it stands.
    pub at: Position,
    /// The key, as in `hypotheses[2].metric`; empty for the file as a whole.
    pub key: String,
    /// What is wrong.
    pub what: String,
    /// What would be right.
    pub hint: Option<String>,
}

/// All that is wrong in a study file, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mistakes(pub Vec<Mistake>);

impl Mistakes {
    /// Writes each mistake as `file:line:column: what (hint)`.
    #[must_use]
    pub fn listed(&self, file: &str) -> String {
        self.0
            .iter()
            .map(|mistake| {
                let key = if mistake.key.is_empty() { String::new() } else { format!("`{}`: ", mistake.key) };
                let hint = mistake.hint.as_ref().map(|hint| format!("\n    {hint}")).unwrap_or_default();
                format!("{file}:{}:{}: {key}{}{hint}", mistake.at.line, mistake.at.column, mistake.what)
            })
            .collect::<Vec<_>>()
            .join("\n")
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => formatter.write_str("one mistake in the study file"),
            count => write!(formatter, "{count} mistakes in the study file"),
        }
    }
}

impl std::error::Error for Mistakes {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_not_bytes() {
        let text = "a = 1\nß = \"größe\"\n";
        let offset = text.find("größe").expect("it is there");
        assert_eq!(Position::of(text, offset), Position { line: 2, column: 6 });
        assert_eq!(Position::of(text, 9999).line, 3);
    }
}
