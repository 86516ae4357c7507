//! A Rust source taken apart into code, text and comments.

/// A Rust source in which rules can search code and text apart.
///
/// It knows strings, raw strings, characters, lifetimes and nested comments;
/// it does not parse, so a macro's input counts as code.
#[derive(Debug)]
pub(crate) struct Source {
    /// The source with comments and the insides of literals blanked; lines
    /// stand where they stood.
    pub(crate) code: String,
    /// The string literals.
    pub(crate) texts: Vec<Text>,
}

/// A string literal.
#[derive(Debug, PartialEq)]
pub(crate) struct Text {
    /// The line on which it begins, from 1.
    pub(crate) line: usize,
    /// What stands between its quotes, escapes as written.
    pub(crate) content: String,
}

impl Source {
    /// Takes a source apart.
    pub(crate) fn read(text: &str) -> Self {
        let mut reader = Reader {
            characters: text.chars().collect(),
            at: 0,
            line: 1,
            source: Self { code: String::new(), texts: Vec::new() },
        };
        while reader.at < reader.characters.len() {
            reader.step();
        }
        reader.source
    }
}

struct Reader {
    characters: Vec<char>,
    at: usize,
    line: usize,
    source: Source,
}

impl Reader {
    fn step(&mut self) {
        match (self.peek(0), self.peek(1)) {
            (Some('/'), Some('/')) => {
                while self.peek(0).is_some_and(|c| c != '\n') {
                    self.blank();
                }
            }
            (Some('/'), Some('*')) => self.block_comment(),
            (Some('"'), _) => self.text(),
            (Some('r'), Some('"' | '#')) if !self.is_within_word() => self.raw_text(),
            (Some('\''), _) => self.character_or_lifetime(),
            _ => self.keep(),
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some('/'), Some('*')) => depth += 1,
                (Some('*'), Some('/')) => depth -= 1,
                (None, _) => return,
                _ => {
                    self.blank();
                    continue;
                }
            }
            self.blank();
            self.blank();
            if depth == 0 {
                return;
            }
        }
    }

    fn text(&mut self) {
        let line = self.line;
        let mut content = String::new();
        self.keep();
        while let Some(character) = self.peek(0) {
            if character == '"' {
                self.keep();
                break;
            }
            content.push(character);
            self.blank();
            if character == '\\' {
                content.extend(self.peek(0));
                self.blank();
            }
        }
        self.source.texts.push(Text { line, content });
    }

    fn raw_text(&mut self) {
        let mut hashes = 0;
        while self.peek(1 + hashes) == Some('#') {
            hashes += 1;
        }
        if self.peek(1 + hashes) != Some('"') {
            // A raw name such as `r#type`.
            self.keep();
            return;
        }
        let line = self.line;
        for _ in 0..hashes + 2 {
            self.keep();
        }
        let mut content = String::new();
        while let Some(character) = self.peek(0) {
            let is_end = character == '"' && (1..=hashes).all(|ahead| self.peek(ahead) == Some('#'));
            if is_end {
                for _ in 0..=hashes {
                    self.keep();
                }
                break;
            }
            content.push(character);
            self.blank();
        }
        self.source.texts.push(Text { line, content });
    }

    fn character_or_lifetime(&mut self) {
        let is_escape = self.peek(1) == Some('\\');
        if !is_escape && self.peek(2) != Some('\'') {
            self.keep();
            return;
        }
        self.keep();
        if is_escape {
            self.blank();
        }
        self.blank();
        while self.peek(0).is_some_and(|c| c != '\'' && c != '\n') {
            self.blank();
        }
        self.keep();
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.characters.get(self.at + ahead).copied()
    }

    /// Says whether the character before is part of a name; a `b` or `c`
    /// before a raw string is not.
    fn is_within_word(&self) -> bool {
        let is_part = |index: usize| self.characters.get(index).is_some_and(|c| c.is_alphanumeric() || *c == '_');
        let Some(before) = self.at.checked_sub(1) else {
            return false;
        };
        let is_prefix = matches!(self.characters[before], 'b' | 'c') && !before.checked_sub(1).is_some_and(is_part);
        is_part(before) && !is_prefix
    }

    fn keep(&mut self) {
        self.take(false);
    }

    fn blank(&mut self) {
        self.take(true);
    }

    fn take(&mut self, is_blank: bool) {
        let Some(character) = self.peek(0) else {
            return;
        };
        self.at += 1;
        if character == '\n' {
            self.line += 1;
            self.source.code.push('\n');
        } else {
            self.source.code.push(if is_blank { ' ' } else { character });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, code: &str, texts: &[(usize, &str)]) {
        let source = Source::read(text);
        let words: Vec<&str> = source.code.split_whitespace().collect();
        assert_eq!(words.join(" "), code);
        let found: Vec<(usize, &str)> = source.texts.iter().map(|text| (text.line, text.content.as_str())).collect();
        assert_eq!(found, texts);
        assert_eq!(source.code.matches('\n').count(), text.matches('\n').count());
    }

    #[test]
    fn comments_are_blanked() {
        check("a // b \"c\"\nd /* e /* f */ g */ h", "a d h", &[]);
    }

    #[test]
    fn strings_are_kept_apart_with_their_line() {
        check("a(\n\"b \\\" c\", \"\");", "a( \" \", \"\");", &[(2, "b \\\" c"), (2, "")]);
        check("\"// no comment\" x", "\" \" x", &[(1, "// no comment")]);
    }

    #[test]
    fn raw_strings_end_where_their_hashes_say() {
        check("r#\"a \"b\" \\\"# c", "r#\" \"# c", &[(1, "a \"b\" \\")]);
        check("br\"x\" y", "br\" \" y", &[(1, "x")]);
        check("r#type for\"x\"", "r#type for\" \"", &[(1, "x")]);
    }

    #[test]
    fn characters_do_not_open_strings_and_lifetimes_do_not_open_characters() {
        check("'\"' a", "' ' a", &[]);
        check("'\\'' b 'c' '\\u{1F600}'", "' ' b ' ' ' '", &[]);
        check("&'a str, \"t\"", "&'a str, \" \"", &[(1, "t")]);
    }
}
